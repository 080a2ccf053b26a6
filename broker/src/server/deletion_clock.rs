//! The time by which data is deleted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use strandline_protocol::clock::Clock;

/// A clock that is further off than this is not deleted by, in ms.
const CLOCK_ERROR_MAX_MS: i64 = 60_000;

/// This broker's clock, as long as it can be trusted to delete by time.
///
/// It cannot when it is behind the stamps of the metadata log, or when it ran ahead since the start of the
/// process: as with those stamps, at most 1.1 times as fast as the monotonic clock counts, so that a jump
/// deletes nothing. The stamps stand still while nothing is proposed; that the clock is ahead of them is normal.
#[derive(Debug)]
pub struct DeletionClock {
    clock: Arc<dyn Clock>,
    started_ms: i64,
    started: Duration,
    distrusted: AtomicBool,
}

impl DeletionClock {
    /// A clock that is right now.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            started_ms: clock.unix_millis(),
            started: clock.monotonic(),
            distrusted: AtomicBool::new(false),
            clock,
        }
    }

    /// Milliseconds since 1970; `None` if the clock cannot be trusted, which is said once. `stamp_ms` is that
    /// of the last entry of the metadata log.
    pub fn now_ms(&self, stamp_ms: i64) -> Option<i64> {
        let now = self.clock.unix_millis();
        let passed = self.clock.monotonic().saturating_sub(self.started);
        let passed = i64::try_from(passed.as_millis() * 11 / 10).unwrap_or(i64::MAX);
        let ahead = now.saturating_sub(self.started_ms.saturating_add(passed));
        let off = (stamp_ms - now).max(ahead);
        let trusted = off <= CLOCK_ERROR_MAX_MS;
        if self.distrusted.swap(!trusted, Ordering::Relaxed) == trusted {
            if trusted {
                tracing::info!("data and offsets are deleted by time again");
            } else {
                tracing::warn!(
                    off_ms = off,
                    behind = ahead < off,
                    "the clock of this machine jumped or is wrong: nothing is deleted by time meanwhile. If the \
                     time is right now, a restart makes this broker believe it at once"
                );
            }
        }
        trusted.then_some(now)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicI64;

    use super::*;

    #[derive(Debug, Default)]
    struct TwoHands {
        wall: AtomicI64,
        monotonic: AtomicI64,
    }

    impl TwoHands {
        fn advance(&self, wall: i64, monotonic: i64) {
            self.wall.fetch_add(wall, Ordering::Relaxed);
            self.monotonic.fetch_add(monotonic, Ordering::Relaxed);
        }
    }

    impl Clock for TwoHands {
        fn unix_millis(&self) -> i64 {
            self.wall.load(Ordering::Relaxed)
        }

        fn monotonic(&self) -> Duration {
            Duration::from_millis(self.monotonic.load(Ordering::Relaxed).unsigned_abs())
        }
    }

    const DAY: i64 = 86_400_000;

    #[test]
    fn a_jump_ahead_is_not_believed_until_the_time_has_nearly_passed() {
        let hands = Arc::new(TwoHands::default());
        let clock = DeletionClock::new(Arc::<TwoHands>::clone(&hands));
        hands.advance(DAY, DAY);
        assert_eq!(clock.now_ms(0), Some(DAY));
        hands.advance(DAY, 0);
        assert_eq!(clock.now_ms(0), None);
        // A tenth of what passes is made up for.
        hands.advance(8 * DAY, 8 * DAY);
        assert_eq!(clock.now_ms(0), None);
        hands.advance(DAY, DAY);
        assert_eq!(clock.now_ms(0), Some(11 * DAY));
    }

    #[test]
    fn a_clock_behind_the_stamps_is_not_believed() {
        let hands = Arc::new(TwoHands::default());
        let clock = DeletionClock::new(Arc::<TwoHands>::clone(&hands));
        hands.advance(DAY, DAY);
        assert_eq!(clock.now_ms(DAY + CLOCK_ERROR_MAX_MS), Some(DAY));
        assert_eq!(clock.now_ms(DAY + CLOCK_ERROR_MAX_MS + 1), None);
        hands.advance(2, 2);
        assert_eq!(clock.now_ms(DAY + CLOCK_ERROR_MAX_MS + 1), Some(DAY + 2));
    }
}
