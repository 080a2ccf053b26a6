//! Which segments to upload next: pure.
//!
//! Per partition in order and one at a time (each must continue the tiered range), over partitions the oldest waiting
//! data first, with bounds on how many and how many bytes are under way. A partition that failed waits longer each time.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use strandline_protocol::TopicPartition;

use crate::segment_source::SegmentSource;

/// A partition this broker leads and tiers, with its sealed segments.
#[derive(Clone)]
pub struct LedPartition {
    /// The partition.
    pub tp: TopicPartition,
    /// Epoch of this leadership.
    pub leader_epoch: i32,
    /// First retained offset.
    pub log_start_offset: i64,
    /// First offset that is local.
    pub local_start_offset: i64,
    /// Nothing at or above it is uploaded.
    pub last_stable_offset: i64,
    /// Bytes of the active segment, for retention by size.
    pub active_bytes: u64,
    /// When the active segment grows too old to stay open, in milliseconds; `None` while it is empty.
    pub seals_at_ms: Option<i64>,
    /// What is to be done for it.
    pub mode: TierMode,
    /// Limits.
    pub retention: crate::RetentionSettings,
    /// Sealed segments that are local, oldest first.
    pub segments: Vec<Arc<dyn SegmentSource>>,
}

/// What is to be done for a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TierMode {
    /// Sealed segments are uploaded, and all is retained as its limits say.
    Copy,
    /// `remote.log.copy.disable`: what is tiered stays readable and is retained.
    Keep,
    /// `remote.log.delete.on.disable`: what is only in the tier goes. What is local is no business of the tier's.
    Discard,
}

impl std::fmt::Debug for LedPartition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LedPartition")
            .field("tp", &self.tp)
            .field("leader_epoch", &self.leader_epoch)
            .field("segments", &self.segments.len())
            .finish_non_exhaustive()
    }
}

/// The next segment of a partition that continues its tiered range, if it is stable.
pub fn next_segment(
    partition: &LedPartition,
    tiered_end_offset: i64,
) -> Option<&Arc<dyn SegmentSource>> {
    if partition.mode != TierMode::Copy {
        return None;
    }
    waiting(partition, tiered_end_offset).next()
}

/// Bytes of sealed, stable segments that are not tiered.
pub fn debt_bytes(partition: &LedPartition, tiered_end_offset: i64) -> u64 {
    waiting(partition, tiered_end_offset)
        .map(|segment| segment.size_bytes())
        .sum()
}

fn waiting(
    partition: &LedPartition,
    tiered_end_offset: i64,
) -> impl Iterator<Item = &Arc<dyn SegmentSource>> {
    let from = tiered_end_offset.max(partition.log_start_offset);
    partition.segments.iter().filter(move |segment| {
        segment.end_offset() > from && segment.end_offset() <= partition.last_stable_offset
    })
}

/// What is under way and what has to wait.
#[derive(Debug)]
pub struct UploadPlan {
    concurrency: usize,
    bytes_max: u64,
    pause: Duration,
    pause_max: Duration,
    running: HashMap<TopicPartition, u64>,
    failed: HashMap<TopicPartition, Failure>,
}

#[derive(Debug, Clone, Copy)]
struct Failure {
    times: u32,
    until: Duration,
}

/// A segment that could be uploaded now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Its partition.
    pub tp: TopicPartition,
    /// Its size.
    pub size_bytes: u64,
    /// Its newest timestamp; the oldest goes first.
    pub max_timestamp: i64,
}

impl UploadPlan {
    /// At most `concurrency` uploads and `bytes_max` bytes under way; after failures pauses from `pause` doubling to
    /// `pause_max`.
    pub fn new(concurrency: usize, bytes_max: u64, pause: Duration, pause_max: Duration) -> Self {
        Self {
            concurrency: concurrency.max(1),
            bytes_max,
            pause,
            pause_max,
            running: HashMap::new(),
            failed: HashMap::new(),
        }
    }

    /// Chooses what to start now, and counts it as running.
    pub fn choose(&mut self, mut candidates: Vec<Candidate>, now: Duration) -> Vec<TopicPartition> {
        candidates.sort_by_key(|candidate| (candidate.max_timestamp, candidate.tp));
        let mut chosen = Vec::new();
        for candidate in candidates {
            if self.running.len() >= self.concurrency {
                break;
            }
            let waits = self
                .failed
                .get(&candidate.tp)
                .is_some_and(|failure| now < failure.until);
            if waits || self.running.contains_key(&candidate.tp) {
                continue;
            }
            let busy: u64 = self.running.values().sum();
            // One oversized segment still goes, alone. Younger ones wait for it: with always one of them under way its
            // turn would not come.
            if !self.running.is_empty() && busy + candidate.size_bytes > self.bytes_max {
                break;
            }
            self.running.insert(candidate.tp, candidate.size_bytes);
            chosen.push(candidate.tp);
        }
        chosen
    }

    /// True if nothing is running for the partition.
    pub fn is_idle(&self, tp: &TopicPartition) -> bool {
        !self.running.contains_key(tp)
    }

    /// True if the last upload of the partition failed.
    pub fn has_failed(&self, tp: &TopicPartition) -> bool {
        self.failed.contains_key(tp)
    }

    /// Number of uploads running.
    pub fn running(&self) -> usize {
        self.running.len()
    }

    /// An upload succeeded, or there was nothing to upload after all.
    pub fn succeeded(&mut self, tp: &TopicPartition) {
        self.running.remove(tp);
        self.failed.remove(tp);
    }

    /// When the next pause after a failure ends.
    pub fn next_retry(&self, now: Duration) -> Option<Duration> {
        let waits = self.failed.iter().filter(|(tp, _)| self.is_idle(tp));
        let times = waits.map(|(_, failure)| failure.until);
        times.filter(|until| *until > now).min()
    }

    /// An upload failed. Returns how often in a row, and the pause.
    pub fn failed(&mut self, tp: TopicPartition, now: Duration) -> (u32, Duration) {
        self.running.remove(&tp);
        let failure = self.failed.entry(tp).or_insert(Failure {
            times: 0,
            until: now,
        });
        failure.times = failure.times.saturating_add(1);
        let doubled = self
            .pause
            .saturating_mul(1_u32.checked_shl(failure.times - 1).unwrap_or(u32::MAX));
        let pause = doubled.min(self.pause_max);
        failure.until = now + pause;
        (failure.times, pause)
    }

    /// Forgets failures of partitions that are not led any more.
    pub fn keep_only(&mut self, led: impl Fn(&TopicPartition) -> bool) {
        self.failed.retain(|tp, _| led(tp));
    }
}

#[cfg(test)]
mod tests {
    use strandline_protocol::Uuid;

    use super::*;

    fn tp(partition: i32) -> TopicPartition {
        TopicPartition {
            topic_id: Uuid([1; 16]),
            partition,
        }
    }

    fn candidate(partition: i32, size_bytes: u64, max_timestamp: i64) -> Candidate {
        Candidate {
            tp: tp(partition),
            size_bytes,
            max_timestamp,
        }
    }

    fn plan() -> UploadPlan {
        UploadPlan::new(2, 100, Duration::from_secs(1), Duration::from_secs(5))
    }

    #[test]
    fn the_oldest_go_first_within_both_bounds() {
        let mut plan = plan();
        let all = vec![
            candidate(0, 60, 30),
            candidate(1, 60, 10),
            candidate(2, 30, 20),
            candidate(3, 1, 40),
        ];
        assert_eq!(plan.choose(all.clone(), Duration::ZERO), [tp(1), tp(2)]);
        assert!(
            plan.choose(all.clone(), Duration::ZERO).is_empty(),
            "two run already"
        );
        plan.succeeded(&tp(1));
        let rest = all
            .into_iter()
            .filter(|candidate| candidate.tp != tp(1))
            .collect();
        assert_eq!(
            plan.choose(rest, Duration::ZERO),
            [tp(0)],
            "90 of 100 bytes"
        );
    }

    #[test]
    fn an_oversized_segment_goes_alone() {
        let mut plan = plan();
        assert_eq!(
            plan.choose(
                vec![candidate(0, 1000, 0), candidate(1, 1, 1)],
                Duration::ZERO
            ),
            [tp(0)]
        );
    }

    #[test]
    fn an_oversized_segment_is_not_overtaken_for_ever() {
        let mut plan = plan();
        let small = |at| candidate(at, 30, i64::from(at));
        let large = candidate(9, 1000, 5);
        assert_eq!(plan.choose(vec![small(1)], Duration::ZERO), [tp(1)]);
        let rest = vec![large, small(6)];
        assert!(plan.choose(rest.clone(), Duration::ZERO).is_empty());
        plan.succeeded(&tp(1));
        assert_eq!(plan.choose(rest, Duration::ZERO), [tp(9)]);
    }

    #[test]
    fn failures_wait_longer_each_time_and_a_success_forgets_them() {
        let mut plan = plan();
        let mut now = Duration::ZERO;
        for (times, pause) in [(1, 1), (2, 2), (3, 4), (4, 5), (5, 5)] {
            assert_eq!(plan.choose(vec![candidate(0, 1, 0)], now), [tp(0)]);
            assert_eq!(plan.failed(tp(0), now), (times, Duration::from_secs(pause)));
            assert!(
                plan.choose(vec![candidate(0, 1, 0)], now + Duration::from_millis(999))
                    .is_empty()
            );
            now += Duration::from_secs(pause);
        }
        assert_eq!(plan.choose(vec![candidate(0, 1, 0)], now), [tp(0)]);
        plan.succeeded(&tp(0));
        assert_eq!(plan.next_retry(now), None);
        assert_eq!(plan.choose(vec![candidate(0, 1, 0)], now), [tp(0)]);
        assert_eq!(plan.failed(tp(0), now).0, 1);
        assert_eq!(plan.next_retry(now), Some(now + Duration::from_secs(1)));
    }
}
