//! When a failure that lasts is worth a line in the log.

use std::collections::HashMap;
use std::time::Duration;

use parking_lot::Mutex;

use crate::error::TierError;

/// A cause that stays is named again after this long.
const REPEAT: Duration = Duration::from_secs(600);
/// A cause that comes and goes is not named more often than this.
const PAUSE: Duration = Duration::from_secs(60);

/// Names each cause once when it begins, and rarely while it lasts: a store that is away for a day fills no log.
#[derive(Debug, Default)]
pub(crate) struct Outage {
    causes: Mutex<Causes>,
}

#[derive(Debug, Default)]
struct Causes {
    /// When each was named last; as many as there are classes of errors.
    named: HashMap<&'static str, Duration>,
    /// The store failed, it was said, and nothing has worked since.
    failing: bool,
}

impl Outage {
    /// True if `error` is to be named now.
    pub(crate) fn begins(&self, error: &TierError, now: Duration) -> bool {
        let mut causes = self.causes.lock();
        let pause = if causes.failing { REPEAT } else { PAUSE };
        let cause = error.cause();
        let named = causes.named.get(cause);
        if named.is_some_and(|named| now.saturating_sub(*named) < pause) {
            return false;
        }
        causes.named.insert(cause, now);
        causes.failing |= error.store_class().is_some();
        true
    }

    /// Something worked. True if that is news.
    pub(crate) fn ends(&self) -> bool {
        std::mem::take(&mut self.causes.lock().failing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::classify::classify;

    fn failed(text: &str) -> TierError {
        let source = text.to_owned().into();
        classify(
            "put",
            "k",
            object_store::Error::Generic {
                store: "S3",
                source,
            },
        )
    }

    #[test]
    fn a_cause_is_named_when_it_begins_and_rarely_while_it_lasts() {
        let outage = Outage::default();
        let (away, slow) = (failed("Connection refused"), failed("SlowDown"));
        let at = Duration::from_secs;
        assert!(!outage.ends(), "nothing failed");
        assert!(outage.begins(&away, at(0)));
        assert!(!outage.begins(&away, at(599)));
        assert!(outage.begins(&slow, at(599)), "another cause");
        assert!(outage.begins(&away, at(600)));
        assert!(outage.ends());
        assert!(!outage.ends());
        assert!(!outage.begins(&away, at(659)), "it comes and goes");
        assert!(!outage.ends(), "and nothing was said");
        assert!(outage.begins(&away, at(660)));
    }
}
