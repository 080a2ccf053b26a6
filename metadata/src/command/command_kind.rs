//! The list of commands and their lasting numbers.

use bytes::Bytes;
use strandline_protocol::codec::{CodecError, Uuid};

use super::proposer::ProposerId;
use crate::records::{self, *};

/// Declares [`Command`] once. Numbers are those of the records in `schema/commands.facts`.
macro_rules! commands {
    ($($(#[$doc:meta])* $record:ident,)*) => {
        /// A change of the metadata. The records are described in `docs/formats/metadata.md`;
        /// which checks each passes in `apply` is told in [`crate::apply`].
        #[derive(Debug, Clone, PartialEq)]
        pub enum Command {
            $($(#[$doc])* $record($record),)*
        }

        impl Command {
            /// The number by which the command is stored. Lasting.
            pub(crate) fn number(&self) -> u16 {
                match self {
                    $(Self::$record(_) => $record::KIND,)*
                }
            }

            pub(crate) fn encode(&self) -> Bytes {
                match self {
                    $(Self::$record(record) => records::encode(record),)*
                }
            }

            /// # Errors
            /// A number that this build does not know, or bytes that are no such command.
            pub(crate) fn decode(number: u16, body: Bytes) -> Result<Self, DecodeError> {
                match number {
                    $($record::KIND => Ok(Self::$record(records::decode(body)?)),)*
                    _ => Err(DecodeError::UnknownCommand { number }),
                }
            }
        }

        $(impl From<$record> for Command {
            fn from(record: $record) -> Self {
                Self::$record(record)
            }
        })*
    };
}

commands! {
    /// Gives a new cluster its id and level.
    InitCluster,
    /// Registers a process start, which takes every leadership of the former one.
    RegisterBroker,
    /// Creates a topic.
    CreateTopic,
    /// Deletes a topic, its offsets and what is known about its data.
    DeleteTopic,
    /// Adds partitions to a topic.
    CreatePartitions,
    /// Sets or removes settings of a topic, broker, group or of all brokers.
    SetConfigs,
    /// Hands out producer ids that were never handed out before.
    AllocateProducerIds,
    /// Commits offsets of a group.
    CommitOffsets,
    /// Forgets committed offsets.
    DeleteOffsets,
    /// Sets the record of a group.
    PutGroup,
    /// Deletes an empty group and its offsets.
    DeleteGroup,
    /// Forgets the offsets of a shard that are too old.
    ExpireOffsets,
    /// Moves the log start of a partition forward.
    SetLogStart,
    /// Changes the manifest of a partition.
    CommitTier,
    /// Finalizes a Kafka feature.
    SetFeature,
    /// Raises `strandline.level`.
    SetLevel,
    /// Forgets a deleted topic whose tiered data is gone.
    ForgetTopic,
}

/// Why an entry of the metadata log could not be understood.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DecodeError {
    /// The bytes do not fit the record.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// Written by a build that knows more.
    #[error("command {number} is unknown to this build")]
    UnknownCommand {
        /// Its number.
        number: u16,
    },
    /// Written by a build that knows more, or damaged.
    #[error("`{what}` is not valid")]
    Invalid {
        /// What was read.
        what: &'static str,
    },
}

impl Command {
    /// Whose numbering it goes by. `None` for commands that are harmless when repeated.
    pub(crate) fn proposer(&self, broker_id: i32, incarnation: Uuid) -> ProposerId {
        let shard = |shard, epoch| ProposerId::Shard { shard, epoch };
        match self {
            Self::InitCluster(_) | Self::RegisterBroker(_) => ProposerId::Unnumbered,
            Self::CommitOffsets(c) => shard(c.shard, c.shard_epoch),
            Self::DeleteOffsets(c) => shard(c.shard, c.shard_epoch),
            Self::PutGroup(c) => shard(c.shard, c.shard_epoch),
            Self::DeleteGroup(c) => shard(c.shard, c.shard_epoch),
            Self::ExpireOffsets(c) => shard(c.shard, c.shard_epoch),
            Self::AllocateProducerIds(c) => ProposerId::Broker {
                broker_id: c.broker_id,
                incarnation: c.incarnation,
            },
            _ => ProposerId::Broker {
                broker_id,
                incarnation,
            },
        }
    }
}
