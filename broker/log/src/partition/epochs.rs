//! Which leader epoch started where (KIP-101).

/// Start offsets of the leader epochs in a log, ascending in both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct EpochCache {
    entries: Vec<(i32, i64)>,
}

impl EpochCache {
    pub(crate) fn from_entries(entries: Vec<(i32, i64)>) -> Self {
        let mut cache = Self::default();
        for (epoch, start) in entries {
            cache.assign(epoch, start);
        }
        cache
    }

    pub(crate) fn entries(&self) -> &[(i32, i64)] {
        &self.entries
    }

    pub(crate) fn latest(&self) -> Option<i32> {
        self.entries.last().map(|(epoch, _)| *epoch)
    }

    /// Notes that a batch of `epoch` starts at `offset`.
    pub(crate) fn assign(&mut self, epoch: i32, offset: i64) {
        if epoch < 0 || self.entries.last().is_some_and(|(last, _)| *last >= epoch) {
            return;
        }
        // An epoch that wrote nothing is replaced by the next one at the same offset.
        self.entries.retain(|(_, start)| *start < offset);
        self.entries.push((epoch, offset));
        self.entries.shrink_to_fit();
    }

    /// Forgets epochs that start at or above the end of a truncated log.
    pub(crate) fn truncate_end(&mut self, end_offset: i64) {
        self.entries.retain(|(_, start)| *start < end_offset);
    }

    /// Forgets epochs that end at or below the log start; the one that holds it stays.
    pub(crate) fn truncate_start(&mut self, start_offset: i64) {
        let keep = self
            .entries
            .partition_point(|(_, start)| *start <= start_offset);
        if keep > 1 {
            let _ = self.entries.drain(..keep - 1);
        }
        if let Some(first) = self.entries.first_mut()
            && first.1 < start_offset
        {
            first.1 = start_offset;
        }
    }

    /// The largest epoch at most `epoch` and where it ends; (-1, -1) if that is unknown.
    pub(crate) fn end_offset(&self, epoch: i32, log_end_offset: i64) -> (i32, i64) {
        let after = self.entries.partition_point(|(e, _)| *e <= epoch);
        let Some((_, first_start)) = self.entries.first().filter(|_| epoch >= 0) else {
            return (-1, -1);
        };
        if after == 0 {
            // Older than anything known: everything that epoch wrote ends where this starts.
            return (epoch, *first_start);
        }
        let end = self
            .entries
            .get(after)
            .map_or(log_end_offset, |(_, start)| *start);
        if after == self.entries.len() && epoch > self.entries[after - 1].0 {
            // Kafka: an epoch that this log has not seen yet is undefined.
            return (-1, -1);
        }
        (self.entries[after - 1].0, end)
    }

    /// The epoch of the batch at `offset`, -1 if unknown.
    pub(crate) fn epoch_at(&self, offset: i64) -> i32 {
        let after = self.entries.partition_point(|(_, start)| *start <= offset);
        if after == 0 {
            -1
        } else {
            self.entries[after - 1].0
        }
    }

    /// The epochs of `[start, end)`, the first one cut to `start`.
    pub(crate) fn range(&self, start: i64, end: i64) -> Vec<(i32, i64)> {
        let mut cache = self.clone();
        cache.truncate_end(end);
        cache.truncate_start(start);
        cache.entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn end_offsets_follow_kip_101() {
        let cache = EpochCache::from_entries(vec![(2, 0), (4, 10), (4, 12), (7, 20)]);
        assert_eq!(cache.entries(), [(2, 0), (4, 10), (7, 20)]);
        assert_eq!(cache.end_offset(1, 30), (1, 0));
        assert_eq!(cache.end_offset(-1, 30), (-1, -1));
        assert_eq!(cache.end_offset(2, 30), (2, 10));
        assert_eq!(cache.end_offset(3, 30), (2, 10));
        assert_eq!(cache.end_offset(4, 30), (4, 20));
        assert_eq!(cache.end_offset(7, 30), (7, 30));
        assert_eq!(cache.end_offset(8, 30), (-1, -1));
        assert_eq!(cache.epoch_at(15), 4);
        assert_eq!(cache.range(12, 20), [(4, 12)]);
    }

    #[test]
    fn truncation_from_both_ends() {
        let mut cache = EpochCache::from_entries(vec![(2, 0), (4, 10), (7, 20)]);
        cache.truncate_end(20);
        assert_eq!(cache.latest(), Some(4));
        cache.truncate_start(15);
        assert_eq!(cache.entries(), [(4, 15)]);
    }
}
