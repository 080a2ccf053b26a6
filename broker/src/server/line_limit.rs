//! Keeps clients that misbehave all the time from filling the diagnostics.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Lines that are printed per second; the rest is counted.
const LINES_PER_SECOND: u64 = 5;

/// Allows a few lines per second.
#[derive(Debug, Default)]
pub(super) struct LineLimit {
    /// Second in the upper half, lines printed in it in the lower.
    window: AtomicU64,
    suppressed: AtomicU64,
}

impl LineLimit {
    /// Whether to print a line now. If so: how many were not printed before it.
    pub(super) fn admit(&self, now: Duration) -> Option<u64> {
        let second = now.as_secs() << 32;
        let mut admitted = false;
        let _ = self
            .window
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |window| {
                let lines = if window & !0xffff_ffff == second {
                    window & 0xffff_ffff
                } else {
                    0
                };
                admitted = lines < LINES_PER_SECOND;
                admitted.then_some(second | (lines + 1))
            });
        if admitted {
            Some(self.suppressed.swap(0, Ordering::Relaxed))
        } else {
            self.suppressed.fetch_add(1, Ordering::Relaxed);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_prints_a_few_lines_a_second() {
        let line_limit = LineLimit::default();
        let at = |second: u64| Duration::from_millis(second * 1000 + 300);
        let printed = (0..100)
            .filter(|_| line_limit.admit(at(7)).is_some())
            .count();
        assert_eq!(printed as u64, LINES_PER_SECOND);
        assert_eq!(line_limit.admit(at(8)), Some(95));
    }
}
