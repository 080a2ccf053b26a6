//! When to look at which partition again: pure.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use strandline_protocol::TopicPartition;

/// One time for each partition, by the monotonic clock.
#[derive(Debug, Default)]
pub(crate) struct Schedule {
    by_time: BTreeSet<(Duration, TopicPartition)>,
    times: HashMap<TopicPartition, Duration>,
}

impl Schedule {
    /// Replaces the time of a partition; `None` for never.
    pub(crate) fn set(&mut self, tp: TopicPartition, time: Option<Duration>) {
        let before = match time {
            Some(time) => self.times.insert(tp, time),
            None => self.times.remove(&tp),
        };
        if let Some(before) = before {
            self.by_time.remove(&(before, tp));
        }
        if let Some(time) = time {
            self.by_time.insert((time, tp));
        }
    }

    /// Partitions whose time has come; they have none afterwards.
    pub(crate) fn take_due(&mut self, now: Duration) -> Vec<TopicPartition> {
        let mut due = Vec::new();
        while let Some(&(time, tp)) = self.by_time.first()
            && time <= now
        {
            self.set(tp, None);
            due.push(tp);
        }
        due
    }

    /// The earliest time.
    pub(crate) fn next(&self) -> Option<Duration> {
        self.by_time.first().map(|(time, _)| *time)
    }

    /// Forgets partitions that are not led any more.
    pub(crate) fn keep_only(&mut self, led: impl Fn(&TopicPartition) -> bool) {
        self.times.retain(|tp, _| led(tp));
        self.by_time.retain(|(_, tp)| led(tp));
    }
}

#[cfg(test)]
mod tests {
    use strandline_protocol::Uuid;

    use super::*;

    #[test]
    fn each_partition_is_due_once_at_its_last_time() {
        let tp = |partition| TopicPartition {
            topic_id: Uuid([1; 16]),
            partition,
        };
        let at = Duration::from_secs;
        let mut schedule = Schedule::default();
        schedule.set(tp(0), Some(at(5)));
        schedule.set(tp(1), Some(at(3)));
        schedule.set(tp(2), Some(at(4)));
        schedule.set(tp(0), Some(at(2)));
        schedule.set(tp(2), None);
        assert_eq!(schedule.next(), Some(at(2)));
        assert!(schedule.take_due(at(1)).is_empty());
        assert_eq!(schedule.take_due(at(9)), [tp(0), tp(1)]);
        assert_eq!((schedule.next(), schedule.take_due(at(99))), (None, vec![]));
        schedule.set(tp(3), Some(at(1)));
        schedule.keep_only(|_| false);
        assert_eq!(schedule.next(), None);
    }
}
