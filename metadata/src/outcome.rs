//! What a command came to.

use strandline_protocol::{ErrorCode, TopicPartition};

/// What applying a command gave: the same on every node, and again for a repeat.
pub type Outcome = Result<Reply, Refusal>;

/// The answer to a command that was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reply {
    /// Done.
    Done,
    /// Producer ids `first` to `first + count - 1` are the caller's.
    ProducerIds {
        /// The first of them.
        first: i64,
        /// How many there are.
        count: i32,
    },
    /// Offsets are committed, but for those partitions whose topic is gone.
    OffsetsCommitted {
        /// Partitions that no longer exist.
        unknown: Vec<TopicPartition>,
    },
    /// The manifest was changed.
    Tiered {
        /// Its version now.
        version: i64,
    },
}

/// Why `apply` did not carry out a command. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A field of the command contradicts another or lies outside its range.
    #[error("the command is malformed")]
    Malformed,
    /// Another process start of that broker is registered.
    #[error("another incarnation of the broker is registered")]
    StaleIncarnation,
    /// A proposal of the same proposer is missing before this one.
    #[error("an earlier proposal of the same proposer is missing")]
    OutOfOrder,
    /// The proposal was applied, but so long ago that its result is forgotten.
    #[error("the proposal was applied long ago")]
    Forgotten,
    /// The coordinator shard has another owner or epoch.
    #[error("the coordinator shard has another owner or epoch")]
    NotCoordinator,
    /// No such broker is registered.
    #[error("the broker is not registered")]
    UnknownBroker,
    /// No such topic or partition.
    #[error("the topic or partition does not exist")]
    UnknownTopic,
    /// A topic of that name or id exists.
    #[error("the topic exists")]
    TopicExists,
    /// The name is not allowed, or differs from an existing one only by `.` and `_`.
    #[error("the topic name is not allowed, or collides with that of another topic")]
    InvalidTopic,
    /// The number of partitions is not what the caller believed, or not allowed.
    #[error("the number of partitions does not fit")]
    InvalidPartitions,
    /// A replica list is empty, repeats a broker or names one that is not registered.
    #[error("the replica assignment does not fit")]
    InvalidReplicaAssignment,
    /// The leader epoch is not the current one.
    #[error("the leader epoch is not current")]
    FencedLeaderEpoch,
    /// An offset lies outside of what is allowed.
    #[error("the offset is out of range")]
    OffsetOutOfRange,
    /// The manifest is not in the state that the caller believed.
    #[error("the manifest was changed by another")]
    ManifestConflict,
    /// The manifest's tail is full: fold it first.
    #[error("the manifest tail is full")]
    ManifestTailFull,
    /// The group does not exist.
    #[error("the group does not exist")]
    GroupIdNotFound,
    /// The group has members.
    #[error("the group is not empty")]
    NonEmptyGroup,
    /// The member is not in the group's current generation.
    #[error("the member is unknown")]
    UnknownMemberId,
    /// The generation is not the group's current one.
    #[error("the generation is not current")]
    IllegalGeneration,
    /// The level or feature cannot be set to that.
    #[error("the level or feature cannot be set to that")]
    InvalidUpdateVersion,
    /// The cluster id is another.
    #[error("the cluster has another id")]
    InconsistentClusterId,
}

impl Refusal {
    /// Every refusal, in the order of its stored number. New ones go to the end (lasting).
    pub(crate) const ALL: [Self; 21] = [
        Self::Malformed,
        Self::StaleIncarnation,
        Self::OutOfOrder,
        Self::Forgotten,
        Self::NotCoordinator,
        Self::UnknownBroker,
        Self::UnknownTopic,
        Self::TopicExists,
        Self::InvalidTopic,
        Self::InvalidPartitions,
        Self::InvalidReplicaAssignment,
        Self::FencedLeaderEpoch,
        Self::OffsetOutOfRange,
        Self::ManifestConflict,
        Self::ManifestTailFull,
        Self::GroupIdNotFound,
        Self::NonEmptyGroup,
        Self::UnknownMemberId,
        Self::IllegalGeneration,
        Self::InvalidUpdateVersion,
        Self::InconsistentClusterId,
    ];

    /// Kafka's code for it.
    pub fn error_code(self) -> ErrorCode {
        match self {
            Self::Malformed | Self::OutOfOrder | Self::Forgotten => ErrorCode::InvalidRequest,
            Self::StaleIncarnation => ErrorCode::StaleBrokerEpoch,
            Self::NotCoordinator => ErrorCode::NotCoordinator,
            Self::UnknownBroker => ErrorCode::BrokerIdNotRegistered,
            Self::UnknownTopic => ErrorCode::UnknownTopicOrPartition,
            Self::TopicExists => ErrorCode::TopicAlreadyExists,
            Self::InvalidTopic => ErrorCode::InvalidTopicException,
            Self::InvalidPartitions => ErrorCode::InvalidPartitions,
            Self::InvalidReplicaAssignment => ErrorCode::InvalidReplicaAssignment,
            Self::FencedLeaderEpoch => ErrorCode::FencedLeaderEpoch,
            Self::OffsetOutOfRange => ErrorCode::OffsetOutOfRange,
            Self::ManifestConflict | Self::ManifestTailFull => ErrorCode::InvalidUpdateVersion,
            Self::GroupIdNotFound => ErrorCode::GroupIdNotFound,
            Self::NonEmptyGroup => ErrorCode::NonEmptyGroup,
            Self::UnknownMemberId => ErrorCode::UnknownMemberId,
            Self::IllegalGeneration => ErrorCode::IllegalGeneration,
            Self::InvalidUpdateVersion => ErrorCode::InvalidUpdateVersion,
            Self::InconsistentClusterId => ErrorCode::InconsistentClusterId,
        }
    }

    pub(crate) fn number(self) -> u8 {
        let position = Self::ALL.iter().position(|refusal| *refusal == self);
        u8::try_from(position.expect("ALL holds every refusal")).expect("few refusals")
    }
}
