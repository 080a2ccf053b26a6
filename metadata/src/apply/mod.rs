//! Carrying out commands: the one place where the image changes.
//!
//! **Contract (I12).** The result is a function of the image and the entry: no clock, no random
//! number, no iteration without an order. Every precondition that the proposer checked is checked
//! again here, where nothing can change in between; a command that fails one changes nothing.
//! Each numbered proposal is taken once and in order; a repeat is answered with the stored result.
//!
//! | command | what is checked |
//! |---|---|
//! | any of a broker | its incarnation is the registered one |
//! | any of a shard | shard epoch is current |
//! | `RegisterBroker` | the former incarnation is the one that is registered |
//! | `CommitOffsets` | generation and member, as Kafka does; the topic exists |
//! | `PutGroup` | the generation does not go back (I13) |
//! | `DeleteGroup` | the group has no members |
//! | `CreateTopic` | name, id, `.` against `_`, replicas registered and distinct |
//! | `CreatePartitions` | the number of partitions is what the caller saw |
//! | `AllocateProducerIds` | count in range |
//! | `SetLogStart` | leader epoch; never backwards |
//! | `CommitTier` | leader epoch, tiered end, version; no gap, no overlap, nothing lost (I18, I19) |
//! | `SetLevel` | upwards only, within what every registered broker supports |

mod brokers;
mod cluster;
mod groups;
#[cfg(test)]
mod model_test;
mod offsets;
mod proposers;
mod tier;
mod topics;

pub(crate) use proposers::{Proposer, Proposers};

use bytes::Bytes;
use strandline_protocol::codec::Uuid;

use crate::command::{Command, DecodeError, ProposerId, batch};
use crate::image::{Tables, Topology};
use crate::outcome::{Outcome, Refusal};
use crate::records::{CommandStream, CommitOffsets};

/// The state that entries are applied to.
#[derive(Debug, Default)]
pub(crate) struct Image {
    pub(crate) topology: Topology,
    pub(crate) tables: Tables,
    pub(crate) proposers: Proposers,
    /// Cluster time: the stamp of the last entry, never going back.
    pub(crate) timestamp: i64,
    /// The first producer id that was never handed out.
    pub(crate) next_producer_id: i64,
    /// Whether the topology changed since it was last published.
    pub(crate) topology_changed: bool,
}

impl Image {
    /// Applies one entry.
    ///
    /// # Errors
    /// An entry that this build cannot read. The node must stop: going on without it would make
    /// its image differ from all others.
    pub(crate) fn apply(&mut self, index: u64, entry: &Bytes) -> Result<Vec<Outcome>, DecodeError> {
        let batch = batch::decode(entry)?;
        self.timestamp = self.timestamp.max(batch.timestamp);
        let commands = batch
            .streams
            .iter()
            .map(|stream| stream.commands.len())
            .sum();
        let mut outcomes = Vec::with_capacity(commands);
        for stream in batch.streams {
            self.apply_stream(index, stream, &mut outcomes)?;
        }
        if self.topology_changed {
            self.topology.index = index;
        }
        Ok(outcomes)
    }

    fn apply_stream(
        &mut self,
        index: u64,
        stream: CommandStream,
        outcomes: &mut Vec<Outcome>,
    ) -> Result<(), DecodeError> {
        let proposer = batch::proposer(&stream)?;
        for (number, encoded) in (stream.first_number..).zip(stream.commands) {
            let command = Command::decode(encoded.kind, owned(encoded.kind, encoded.body))?;
            let outcome = match self.admit(proposer, number) {
                Ok(()) => {
                    let outcome = self.carry_out(index, proposer, command);
                    self.proposers.store(proposer, number, &outcome);
                    outcome
                }
                Err(stored) => stored,
            };
            outcomes.push(outcome);
        }
        Ok(())
    }

    /// `Err` holds the answer of a proposal that is not to be carried out.
    fn admit(&self, proposer: ProposerId, number: i64) -> Result<(), Outcome> {
        match proposer {
            ProposerId::Unnumbered => return Ok(()),
            ProposerId::Broker {
                broker_id,
                incarnation,
            } => {
                if !self.is_registered(broker_id, incarnation) {
                    return Err(Err(Refusal::StaleIncarnation));
                }
            }
            ProposerId::Shard { shard, epoch } => {
                let owner = usize::try_from(shard)
                    .ok()
                    .and_then(|s| self.topology.shards.get(s));
                if owner.is_none_or(|owner| owner.epoch != epoch || owner.broker_id < 0) {
                    return Err(Err(Refusal::NotCoordinator));
                }
            }
        }
        self.proposers.admit(proposer, number)
    }

    fn carry_out(&mut self, index: u64, proposer: ProposerId, command: Command) -> Outcome {
        // A numbering that is not the command's own would let it past the checks of its owner. From
        // here on no numbered command is refused for its incarnation or shard epoch: those two
        // refusals tell the proposer that its number was not taken.
        let (broker_id, incarnation) = match proposer {
            ProposerId::Broker {
                broker_id,
                incarnation,
            } => (broker_id, incarnation),
            _ => (-1, Uuid::ZERO),
        };
        if command.proposer(broker_id, incarnation) != proposer {
            return Err(Refusal::Malformed);
        }
        match command {
            Command::InitCluster(c) => self.init_cluster(&c),
            Command::RegisterBroker(c) => self.register_broker(index, c),
            Command::CreateTopic(c) => self.create_topic(index, c),
            Command::DeleteTopic(c) => self.delete_topic(&c),
            Command::CreatePartitions(c) => self.create_partitions(c),
            Command::SetConfigs(c) => self.set_configs(c),
            Command::AllocateProducerIds(c) => self.allocate_producer_ids(&c),
            Command::CommitOffsets(c) => self.commit_offsets(c),
            Command::DeleteOffsets(c) => self.delete_offsets(&c),
            Command::PutGroup(c) => self.put_group(c),
            Command::DeleteGroup(c) => self.delete_group(&c),
            Command::ExpireOffsets(c) => self.expire_offsets(&c),
            Command::SetLogStart(c) => self.set_log_start(&c),
            Command::CommitTier(c) => self.commit_tier(c),
            Command::SetFeature(c) => self.set_feature(c),
            Command::SetLevel(c) => self.set_level(&c),
            Command::ForgetTopic(c) => self.forget_topic(&c),
        }
    }

    fn is_registered(&self, broker_id: i32, incarnation: Uuid) -> bool {
        let broker = self.topology.brokers.get(&broker_id);
        broker.is_some_and(|broker| broker.incarnation == incarnation)
    }
}

/// What a command leaves in the image are slices of its bytes: they must not keep the whole entry
/// alive. Offset commits, of which there are most, leave no slice.
fn owned(kind: u16, body: Bytes) -> Bytes {
    if kind == CommitOffsets::KIND {
        body
    } else {
        Bytes::copy_from_slice(&body)
    }
}
