//! Stands in for the crate of the same name below raft-log.
//!
//! The original builds lookup tables for 16 resolutions when its first histogram is made: 27 MB
//! that stay resident, more than a whole idle broker may take, of which raft-log's flush metrics
//! use one table of a few KB (`docs/adr/0004-raft-log.md`). This has what they call, and 65
//! counters per histogram. Remove it when the original builds its tables on demand.

/// Counts of values by their number of bits.
#[derive(Debug, Clone)]
pub struct Histogram {
    counts: [u64; 65],
}

/// Estimates of percentiles: the upper bound of the bucket that the percentile falls into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PercentileStats {
    /// How many values there are.
    pub samples: u64,
    /// Half of the values are at most this.
    pub p50: u64,
    /// Nine of ten values are at most this.
    pub p90: u64,
    /// 99 of 100 values are at most this.
    pub p99: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: [0; 65] }
    }
}

impl Histogram {
    /// Counts a value.
    pub fn record(&mut self, value: u64) {
        let bits = (u64::BITS - value.leading_zeros()) as usize;
        self.counts[bits] = self.counts[bits].saturating_add(1);
    }

    /// Percentiles of all values counted; all zero when there are none.
    pub fn percentile_stats(&self) -> PercentileStats {
        let samples = self.counts.iter().sum();
        PercentileStats {
            samples,
            p50: self.percentile(samples, 50),
            p90: self.percentile(samples, 90),
            p99: self.percentile(samples, 99),
        }
    }

    fn percentile(&self, samples: u64, percent: u64) -> u64 {
        let rank = samples.saturating_mul(percent).div_ceil(100).max(1);
        let mut below = 0;
        for (bits, count) in self.counts.iter().enumerate() {
            below += count;
            if below >= rank {
                return u64::MAX.checked_shr(64 - bits as u32).unwrap_or(0);
            }
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_bounds_of_the_values() {
        let mut histogram = Histogram::default();
        assert_eq!(histogram.percentile_stats(), PercentileStats::default());
        for value in 1..=1000 {
            histogram.record(value);
        }
        let stats = histogram.percentile_stats();
        assert_eq!(
            (stats.samples, stats.p50, stats.p90, stats.p99),
            (1000, 511, 1023, 1023)
        );
        histogram.record(0);
        histogram.record(u64::MAX);
        assert_eq!(histogram.percentile_stats().samples, 1002);
    }
}
