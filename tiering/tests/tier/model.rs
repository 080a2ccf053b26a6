//! Random histories: two leaders in turn, segments with different borders, gaps, folds, retention, sweeps, restarts; after
//! every step everything that is retained is readable and byte-identical, and the manifest has no hole.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use strandline_tiering::{Tier, TierError, TierOptions};

use crate::support::{Fixture, Shape, TestLog, options, read_from, tp};

fn small(seed: u64) -> TierOptions {
    TierOptions {
        tail_entries_max: 3,
        page_entries_max: 4,
        seed: Some(seed),
        ..options()
    }
}

struct World {
    rng: SmallRng,
    fixture: Fixture,
    /// Brokers: the leader is the last one.
    brokers: Vec<Arc<Tier>>,
    log: TestLog,
    shape: Shape,
    epoch: i32,
    log_start: i64,
    steps: u64,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut rng = SmallRng::seed_from_u64(seed);
        let shape = Shape {
            batch_bytes: rng.random_range(80..4000),
            records_max: rng.random_range(1..40),
            gaps: rng.random_range(0..6),
        };
        let fixture = Fixture::new(small(seed));
        let brokers = vec![fixture.tier.clone()];
        Self {
            rng,
            fixture,
            brokers,
            log: TestLog::default(),
            shape,
            epoch: 0,
            log_start: 0,
            steps: 0,
        }
    }

    fn leader(&self) -> Arc<Tier> {
        Arc::clone(self.brokers.last().unwrap())
    }

    fn broker(&mut self) -> Arc<Tier> {
        let at = self.rng.random_range(0..self.brokers.len());
        Arc::clone(&self.brokers[at])
    }

    fn open(&mut self) -> Arc<Tier> {
        let seed = self.rng.random();
        Tier::open(
            self.fixture.store.clone(),
            small(seed),
            self.fixture.log.clone(),
            self.fixture.clock.clone(),
        )
    }

    /// A batch border above `from`, or the end.
    fn border(&mut self, from: i64, batches: usize) -> Option<i64> {
        let mut above = self
            .log
            .batches
            .iter()
            .map(|batch| batch.base_offset)
            .filter(|base| *base > from);
        above.nth(batches)
    }

    async fn upload(&mut self) {
        let batches = self.rng.random_range(1..12);
        self.log
            .grow(&mut self.rng, batches * 2, self.shape, self.epoch);
        let leader = self.leader();
        let tiered = leader.tiered_end_offset(tp(0));
        // A new leader's segments begin before the tiered end as often as not.
        let earlier: Vec<i64> = self
            .log
            .batches
            .iter()
            .map(|batch| batch.base_offset)
            .filter(|b| *b <= tiered)
            .collect();
        let back = self
            .rng
            .random_range(0..3)
            .min(earlier.len().saturating_sub(1));
        let mut base = earlier
            .get(earlier.len().wrapping_sub(1 + back))
            .copied()
            .unwrap_or(0)
            .min(tiered);
        if self.log_start > tiered {
            // Everything below the log start is gone from the local log.
            let local: Vec<i64> = self
                .log
                .batches
                .iter()
                .map(|b| b.base_offset)
                .filter(|b| *b <= self.log_start)
                .collect();
            base = local.last().copied().unwrap_or(0);
        }
        let Some(end) = self.border(base.max(tiered), batches) else {
            return;
        };
        let uploaded = leader
            .upload(tp(0), self.epoch, self.log.segment(base, end))
            .await
            .unwrap();
        assert_eq!(uploaded.entry.end_offset, end);
        assert_eq!(leader.tiered_end_offset(tp(0)), end);
    }

    async fn contend(&mut self) {
        let old = self.leader();
        let (old_epoch, tiered) = (self.epoch, old.tiered_end_offset(tp(0)));
        self.log.grow(&mut self.rng, 12, self.shape, self.epoch);
        let new = self.open();
        self.epoch += 1;
        let (first, second) = (self.border(tiered, 3), self.border(tiered, 6));
        let (Some(first), Some(second)) = (first, second) else {
            return;
        };
        let base = tiered.max(
            self.log
                .batches
                .iter()
                .map(|b| b.base_offset)
                .rfind(|b| *b <= self.log_start)
                .unwrap_or(0),
        );
        let (one, two) = (
            self.log.segment(base, first),
            self.log.segment(base, second),
        );
        let log = self.fixture.log.clone();
        let epoch = self.epoch;
        let late = self.rng.random_range(0..20);
        let results: (Result<_, TierError>, Result<_, TierError>) =
            tokio::join!(async { old.upload(tp(0), old_epoch, one).await }, async {
                for _ in 0..late {
                    tokio::task::yield_now().await;
                }
                log.set_leader_epoch(tp(0), epoch);
                new.upload(tp(0), epoch, two).await
            });
        let end = new.tiered_end_offset(tp(0));
        match (&results.0, &results.1) {
            (Ok(_), Ok(_)) => assert_eq!(end, second),
            (Ok(_), Err(_)) => assert_eq!(end, first),
            (Err(_), Ok(_)) => assert_eq!(end, second),
            (Err(_), Err(_)) => assert_eq!(end, tiered),
        }
        self.brokers.push(new);
        if self.brokers.len() > 3 {
            self.brokers.remove(0);
        }
    }

    async fn retain(&mut self) {
        let last = self
            .log
            .end_offset
            .min(self.leader().tiered_end_offset(tp(0)) + self.rng.random_range(0..20));
        if last > self.log_start {
            let step = (last - self.log_start) / 3;
            self.log_start += self.rng.random_range(0..=step.max(1));
            self.log_start = self.log_start.min(self.log.end_offset);
            self.fixture.log.set_log_start(tp(0), self.log_start);
        }
        self.leader()
            .retain(tp(0), self.epoch, self.log_start)
            .await
            .unwrap();
        let entries = self.leader().segments(tp(0), 0, usize::MAX).await.unwrap();
        assert!(
            entries
                .iter()
                .all(|entry| entry.end_offset > self.log_start),
            "entries below the log start"
        );
    }

    async fn check(&mut self) {
        let broker = self.broker();
        let range = broker.range(tp(0)).unwrap();
        let end = broker.tiered_end_offset(tp(0));
        let start = self
            .log_start
            .max(range.map_or(end, |range| range.start_offset));
        assert!(
            broker.covers(tp(0), start, end).await.unwrap(),
            "hole in [{start}, {end})"
        );
        if start >= end {
            return;
        }
        let max_bytes = self.rng.random_range(1..200_000);
        let all = read_from(&broker, tp(0), start, i64::MAX, max_bytes)
            .await
            .unwrap();
        assert!(
            all == self.log.expected(start, end),
            "bytes of [{start}, {end}) differ"
        );
        let offset = self.rng.random_range(start..end);
        let limit = self.rng.random_range(offset..=end);
        let some = read_from(&broker, tp(0), offset, limit, max_bytes)
            .await
            .unwrap();
        assert!(
            some == self.log.expected(offset, limit),
            "bytes of [{offset}, {limit}) differ"
        );
        self.check_timestamp(&broker, start, end).await;
    }

    async fn check_timestamp(&mut self, broker: &Tier, start: i64, end: i64) {
        let within = |offset: i64| (start..end).contains(&offset);
        let records: Vec<(i64, i64, i32)> = self
            .log
            .batches
            .iter()
            .flat_map(|batch| {
                let times = batch.timestamps.iter().enumerate();
                times.map(|(i, timestamp)| {
                    (*timestamp, batch.base_offset + i as i64, batch.leader_epoch)
                })
            })
            .filter(|(_, offset, _)| within(*offset))
            .collect();
        let Some(any) = records.get(self.rng.random_range(0..records.len().max(1))) else {
            return;
        };
        let wanted = any.0 + self.rng.random_range(-3..=3);
        let expected = records
            .iter()
            .find(|(timestamp, ..)| *timestamp >= wanted)
            .copied();
        let mut from = start;
        let found = loop {
            let found = broker.batch_for_timestamp(tp(0), wanted, from).await;
            let Some(batch) = found.unwrap() else {
                break None;
            };
            let header = batch.header();
            assert!(header.max_timestamp >= wanted && header.end_offset() > from);
            if let Some((timestamp, offset)) = batch.first_since(wanted, from, 1 << 20) {
                break Some((timestamp, offset, header.partition_leader_epoch));
            }
            from = header.end_offset();
        };
        assert_eq!(found, expected, "timestamp {wanted}");
    }

    async fn step(&mut self) {
        self.steps += 1;
        match self.rng.random_range(0..100) {
            0..55 => self.upload().await,
            55..68 => self.contend().await,
            68..84 => self.retain().await,
            84..90 => {
                let hours = self.rng.random_range(1..40);
                self.fixture
                    .clock
                    .advance(Duration::from_secs(hours * 3600));
                self.leader()
                    .retain(tp(0), self.epoch, self.log_start)
                    .await
                    .unwrap();
            }
            90..95 => {
                self.leader().sweep(tp(0), self.epoch).await.unwrap();
            }
            _ => {
                let fresh = self.open();
                self.brokers.pop();
                self.brokers.push(fresh);
            }
        }
        self.check().await;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn a_random_history_is_always_readable(seed in any::<u64>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let mut world = World::new(seed);
            for _ in 0..60 {
                world.step().await;
            }
        });
    }
}
