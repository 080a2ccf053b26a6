//! What the metadata should be: brokers and topics.

use std::collections::{BTreeMap, BTreeSet};

use strandline_protocol::codec::{StrBytes, Uuid};

use super::ops::{NAMES, Op};
use crate::command::{Command, ProposerId};
use crate::image::COORDINATOR_SHARDS;
use crate::outcome::{Outcome, Refusal, Reply};
use crate::records::*;

/// A command, who proposes it, and what should come of it if its number fits.
pub(super) type Proposed = (ProposerId, Command, Outcome);

/// The manifest of a partition.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct ModelTier {
    pub(super) version: i64,
    pub(super) end: i64,
    pub(super) log_start: i64,
    /// Ranges, folded ones first.
    pub(super) ranges: Vec<(i64, i64)>,
    pub(super) folded: usize,
}

/// What the metadata should be.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) incarnations: BTreeMap<i32, u64>,
    pub(super) starts: u64,
    /// Owner and epoch.
    pub(super) shards: BTreeMap<i32, (i32, i32)>,
    /// Name; leader and epoch of each partition.
    pub(super) topics: BTreeMap<u8, (usize, Vec<(i32, i32)>)>,
    pub(super) offsets: BTreeMap<(usize, u8, i32), i64>,
    /// Generation and members.
    pub(super) groups: BTreeMap<usize, (i32, u8)>,
    pub(super) next_pid: i64,
    pub(super) tiers: BTreeMap<(u8, i32), ModelTier>,
    /// All outcomes of the numberings that are alive.
    pub(super) numbers: BTreeMap<ProposerId, Vec<Outcome>>,
    pub(super) history: Vec<(ProposerId, i64, Command)>,
}

pub(super) fn uuid(kind: u8, number: u64) -> Uuid {
    let mut bytes = [kind; 16];
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    Uuid(bytes)
}

pub(super) fn topic_uuid(topic: u8) -> Uuid {
    uuid(2, topic.into())
}

pub(super) fn member(number: u8) -> StrBytes {
    format!("m{number}").into()
}

fn assignments(broker: i32, count: usize) -> Vec<PartitionAssignment> {
    let replicas = vec![broker];
    vec![PartitionAssignment { replicas }; count]
}

impl Model {
    /// `None` for what is no command of its own.
    pub(super) fn propose(&mut self, op: &Op) -> Option<Proposed> {
        let broker = *self.incarnations.keys().next().unwrap_or(&1);
        let incarnation = self.incarnation(broker);
        let own = ProposerId::Broker {
            broker_id: broker,
            incarnation,
        };
        let (command, outcome) = match *op {
            Op::Register { broker, stale } => return Some(self.register(broker, stale)),
            Op::Pids {
                broker,
                stale,
                count,
            } => return Some(self.pids(broker, stale, count)),
            Op::Create {
                topic,
                name,
                partitions,
            } => self.create(topic, name, partitions, broker),
            Op::Delete { topic } => self.delete(topic),
            Op::Grow {
                topic,
                wrong_by,
                add,
            } => self.grow(topic, wrong_by, add, broker),
            Op::Commit { .. } | Op::Put { .. } | Op::DeleteGroup { .. } => {
                return Some(self.of_group(op));
            }
            Op::LogStart {
                topic,
                partition,
                behind,
                offset,
            } => self.log_start(topic, partition, behind, offset),
            Op::Tier { .. } => self.tier(op)?,
            Op::Fold {
                topic,
                partition,
                count,
            } => self.fold(topic, partition, count)?,
            Op::Repeat { .. } | Op::Skip { .. } => return None,
        };
        Some((own, command, outcome))
    }

    pub(super) fn incarnation(&self, broker: i32) -> Uuid {
        let start = self.incarnations.get(&broker);
        start.map_or(Uuid::ZERO, |start| uuid(1, *start))
    }

    pub(super) fn is_current(&self, proposer: ProposerId) -> bool {
        match proposer {
            ProposerId::Unnumbered => true,
            ProposerId::Broker {
                broker_id,
                incarnation,
            } => incarnation != Uuid::ZERO && self.incarnation(broker_id) == incarnation,
            ProposerId::Shard { shard, epoch } => self
                .shards
                .get(&shard)
                .is_some_and(|(_, now)| *now == epoch),
        }
    }

    fn register(&mut self, broker: i32, stale: bool) -> Proposed {
        let former = if stale {
            uuid(9, 9)
        } else {
            self.incarnation(broker)
        };
        self.starts += 1;
        let command = RegisterBroker {
            broker_id: broker,
            incarnation: uuid(1, self.starts),
            former_incarnation: former,
            level_min: 0,
            level_max: 1,
            ..RegisterBroker::default()
        };
        if stale {
            let refused = Err(Refusal::StaleIncarnation);
            return (ProposerId::Unnumbered, command.into(), refused);
        }
        self.incarnations.insert(broker, self.starts);
        for (_, partitions) in self.topics.values_mut() {
            for (leader, epoch) in partitions {
                *epoch += i32::from(*leader == broker);
            }
        }
        for shard in 0..COORDINATOR_SHARDS as i32 {
            let (owner, epoch) = self.shards.entry(shard).or_insert((broker, -1));
            *epoch += i32::from(*owner == broker);
        }
        let alive = self.numbers.keys().copied();
        let alive: BTreeSet<_> = alive.filter(|id| self.is_current(*id)).collect();
        self.numbers.retain(|id, _| alive.contains(id));
        (ProposerId::Unnumbered, command.into(), Ok(Reply::Done))
    }

    fn pids(&mut self, broker: i32, stale: bool, count: i32) -> Proposed {
        let incarnation = if stale {
            uuid(9, 9)
        } else {
            self.incarnation(broker)
        };
        let proposer = ProposerId::Broker {
            broker_id: broker,
            incarnation,
        };
        let command = AllocateProducerIds {
            broker_id: broker,
            incarnation,
            count,
        };
        if count < 1 {
            return (proposer, command.into(), Err(Refusal::Malformed));
        }
        let first = self.next_pid;
        if self.is_current(proposer) {
            self.next_pid += i64::from(count);
        }
        (
            proposer,
            command.into(),
            Ok(Reply::ProducerIds { first, count }),
        )
    }

    fn create(
        &mut self,
        topic: u8,
        name: usize,
        partitions: usize,
        broker: i32,
    ) -> (Command, Outcome) {
        let command = CreateTopic {
            name: NAMES[name].into(),
            topic_id: topic_uuid(topic),
            partitions: assignments(broker, partitions),
            ..CreateTopic::default()
        };
        let folded = |name: usize| NAMES[name].replace('.', "_");
        let mut others = self.topics.values().map(|(other, _)| *other);
        let collides = others.find(|other| folded(*other) == folded(name));
        let outcome = match collides {
            _ if self.topics.contains_key(&topic) => Err(Refusal::TopicExists),
            Some(other) if other == name => Err(Refusal::TopicExists),
            Some(_) => Err(Refusal::InvalidTopic),
            None if partitions == 0 => Err(Refusal::InvalidPartitions),
            None => Ok(Reply::Done),
        };
        if outcome.is_ok() {
            let all = vec![(broker, 0); partitions];
            self.topics.insert(topic, (name, all));
        }
        (command.into(), outcome)
    }

    fn delete(&mut self, topic: u8) -> (Command, Outcome) {
        let known = self.topics.remove(&topic);
        self.offsets.retain(|(_, of, _), _| *of != topic);
        self.tiers.retain(|(of, _), _| *of != topic);
        let outcome = known.map(|_| Reply::Done).ok_or(Refusal::UnknownTopic);
        (
            DeleteTopic {
                topic_id: topic_uuid(topic),
            }
            .into(),
            outcome,
        )
    }

    fn grow(&mut self, topic: u8, wrong_by: i32, add: usize, broker: i32) -> (Command, Outcome) {
        let mut command = CreatePartitions {
            topic_id: topic_uuid(topic),
            current_total: wrong_by,
            partitions: assignments(broker, add),
        };
        let Some((_, partitions)) = self.topics.get_mut(&topic) else {
            return (command.into(), Err(Refusal::UnknownTopic));
        };
        command.current_total += partitions.len() as i32;
        if wrong_by != 0 || add == 0 {
            return (command.into(), Err(Refusal::InvalidPartitions));
        }
        partitions.extend(vec![(broker, 0); add]);
        (command.into(), Ok(Reply::Done))
    }
}
