//! The leader of a partition as a state machine without I/O: who has what on stable storage, and
//! what may therefore be shown.
//!
//! 1. (I6) The high watermark is at most the durable end of every replica in the committed ISR and
//!    in an ISR proposal that is not decided yet.
//! 2. (I6) It does not move while the ISR has fewer than `min.insync.replicas` members.
//! 3. (I6) It never goes back within a leader epoch.

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Everything below this offset is durable here.
    LocalDurable(i64),
    /// A replica said that everything below `end` is durable there.
    ReplicaDurable {
        /// The replica.
        replica: i32,
        /// One past its last durable offset.
        end: i64,
    },
    /// The committed ISR is this one.
    IsrCommitted(Vec<i32>),
    /// An ISR is proposed, and may be committed any time.
    IsrProposed(Vec<i32>),
    /// `min.insync.replicas` changed.
    MinInsync(usize),
}

/// A replica in the ISR, committed or proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Replica {
    id: i32,
    durable_end: i64,
    committed: bool,
}

/// A leader in one leader epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leader {
    node_id: i32,
    leader_epoch: i32,
    epoch_start_offset: i64,
    replicas: Vec<Replica>,
    min_insync: usize,
    local_durable: i64,
    high_watermark: i64,
}

impl Leader {
    /// The leader that `node_id` becomes with `leader_epoch`, whose log is durable up to
    /// `durable_end`, in the ISR `isr`. What it knew to be committed before is `high_watermark`.
    pub fn new(
        node_id: i32,
        leader_epoch: i32,
        durable_end: i64,
        isr: &[i32],
        min_insync: usize,
        high_watermark: i64,
    ) -> Self {
        let mut leader = Self {
            node_id,
            leader_epoch,
            epoch_start_offset: durable_end,
            replicas: Vec::new(),
            min_insync,
            local_durable: durable_end,
            high_watermark,
        };
        leader.handle(Event::IsrCommitted(isr.to_vec()));
        leader
    }

    /// Takes an event in; gives the high watermark if it moved.
    pub fn handle(&mut self, event: Event) -> Option<i64> {
        match event {
            Event::LocalDurable(end) => {
                self.local_durable = self.local_durable.max(end);
                self.durable(self.node_id, self.local_durable);
            }
            Event::ReplicaDurable { replica, end } => self.durable(replica, end),
            Event::IsrCommitted(isr) => {
                self.replicas.retain(|r| isr.contains(&r.id));
                self.add(&isr, true);
            }
            Event::IsrProposed(isr) => {
                // A removal counts only when it is committed.
                self.replicas.retain(|r| r.committed || isr.contains(&r.id));
                self.add(&isr, false);
            }
            Event::MinInsync(min) => self.min_insync = min,
        }
        self.advance()
    }

    fn durable(&mut self, id: i32, end: i64) {
        if let Some(replica) = self.replicas.iter_mut().find(|r| r.id == id) {
            replica.durable_end = replica.durable_end.max(end);
        }
    }

    fn add(&mut self, isr: &[i32], committed: bool) {
        for id in isr {
            if let Some(replica) = self.replicas.iter_mut().find(|r| r.id == *id) {
                replica.committed |= committed;
                continue;
            }
            let own = *id == self.node_id;
            self.replicas.push(Replica {
                id: *id,
                durable_end: if own { self.local_durable } else { 0 },
                committed,
            });
        }
    }

    fn advance(&mut self) -> Option<i64> {
        if !self.has_enough_replicas() {
            return None;
        }
        let durable = self.replicas.iter().map(|r| r.durable_end).min()?;
        let durable = durable.min(self.local_durable);
        (durable > self.high_watermark).then(|| {
            self.high_watermark = durable;
            durable
        })
    }

    /// Whether the committed ISR has `min.insync.replicas` members.
    pub fn has_enough_replicas(&self) -> bool {
        let committed = self.replicas.iter().filter(|r| r.committed).count();
        committed >= self.min_insync.max(1)
    }

    /// The leader epoch.
    pub fn leader_epoch(&self) -> i32 {
        self.leader_epoch
    }

    /// Where the log ended when this epoch began.
    pub fn epoch_start_offset(&self) -> i64 {
        self.epoch_start_offset
    }

    /// One past the last offset that may be shown.
    pub fn high_watermark(&self) -> i64 {
        self.high_watermark
    }

    /// One past the last offset that is durable here.
    pub fn local_durable(&self) -> i64 {
        self.local_durable
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn alone_the_high_watermark_is_the_durable_end() {
        let mut leader = Leader::new(1, 3, 10, &[1], 1, 0);
        assert_eq!(leader.high_watermark(), 10);
        assert_eq!(leader.handle(Event::LocalDurable(15)), Some(15));
        assert_eq!(leader.handle(Event::LocalDurable(12)), None);
        assert_eq!(leader.handle(Event::MinInsync(2)), None);
        assert_eq!(leader.handle(Event::LocalDurable(20)), None);
        assert!(!leader.has_enough_replicas());
        assert_eq!(leader.handle(Event::MinInsync(1)), Some(20));
    }

    #[test]
    fn a_proposed_replica_holds_the_high_watermark() {
        let mut leader = Leader::new(1, 3, 10, &[1, 2], 1, 0);
        assert_eq!(leader.high_watermark(), 0);
        let caught_up = Event::ReplicaDurable {
            replica: 2,
            end: 10,
        };
        assert_eq!(leader.handle(caught_up), Some(10));
        leader.handle(Event::IsrProposed(vec![1, 2, 3]));
        leader.handle(Event::LocalDurable(20));
        assert_eq!(
            leader.handle(Event::ReplicaDurable {
                replica: 2,
                end: 20
            }),
            None
        );
        assert_eq!(
            leader.handle(Event::ReplicaDurable {
                replica: 3,
                end: 17
            }),
            Some(17)
        );
        // A removal that is only proposed changes nothing.
        assert_eq!(leader.handle(Event::IsrProposed(vec![1, 3])), None);
        leader.handle(Event::ReplicaDurable {
            replica: 3,
            end: 30,
        });
        assert_eq!(leader.handle(Event::LocalDurable(30)), None);
        assert_eq!(leader.handle(Event::IsrCommitted(vec![1, 3])), Some(30));
    }

    fn event() -> impl Strategy<Value = Event> {
        let isr = || proptest::sample::subsequence(vec![2, 3], 0..=2).prop_map(with_leader);
        prop_oneof![
            (0..100_i64).prop_map(Event::LocalDurable),
            (2..=3, 0..100_i64).prop_map(|(replica, end)| Event::ReplicaDurable { replica, end }),
            isr().prop_map(Event::IsrCommitted),
            isr().prop_map(Event::IsrProposed),
            (1..=3_usize).prop_map(Event::MinInsync),
        ]
    }

    fn with_leader(mut isr: Vec<i32>) -> Vec<i32> {
        isr.push(1);
        isr
    }

    proptest! {
        /// Against a model that keeps everything it was told.
        #[test]
        fn high_watermark_keeps_its_promises(events in proptest::collection::vec(event(), 1..60)) {
            let mut leader = Leader::new(1, 1, 0, &[1], 1, 0);
            let mut ends = std::collections::HashMap::from([(1, 0_i64)]);
            let (mut committed, mut proposed, mut min) = (vec![1], vec![1], 1);
            for event in events {
                let before = leader.high_watermark();
                let moved = leader.handle(event.clone());
                match event {
                    Event::LocalDurable(end) => {
                        let e = ends.entry(1).or_default();
                        *e = end.max(*e);
                    }
                    Event::ReplicaDurable { replica, end } => {
                        let e = ends.entry(replica).or_default();
                        *e = end.max(*e);
                    }
                    Event::IsrCommitted(isr) => {
                        proposed.clone_from(&isr);
                        committed = isr;
                    }
                    Event::IsrProposed(isr) => proposed = isr,
                    Event::MinInsync(n) => min = n,
                }
                let after = leader.high_watermark();
                prop_assert!(after >= before);
                prop_assert_eq!(moved.is_some(), after > before);
                if after > before {
                    prop_assert!(committed.len() >= min);
                    for id in committed.iter().chain(&proposed) {
                        prop_assert!(ends.get(id).copied().unwrap_or(0) >= after);
                    }
                }
            }
        }
    }
}
