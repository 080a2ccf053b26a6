//! The types of our Raft group. Commands are opaque bytes: openraft never sees a field of them.

use bytes::Bytes;
use openraft::TokioRuntime;

use crate::outcome::Outcome;
use crate::snapshot::SnapshotFile;

/// One batch of numbered commands, encoded (`command::batch`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EntryBytes(pub(crate) Bytes);

/// What applying one entry gave, in the order of its commands.
#[derive(Debug, Clone, Default)]
pub(crate) struct Applied {
    pub(crate) index: u64,
    pub(crate) outcomes: Vec<Outcome>,
}

openraft::declare_raft_types!(
    /// openraft's view of the metadata group.
    pub(crate) TypeConfig:
        D = EntryBytes,
        R = Applied,
        NodeId = u64,
        Node = openraft::BasicNode,
        Entry = openraft::Entry<TypeConfig>,
        SnapshotData = SnapshotFile,
        AsyncRuntime = TokioRuntime,
);

pub(crate) type LogId = openraft::LogId<u64>;
pub(crate) type Vote = openraft::Vote<u64>;
pub(crate) type Entry = openraft::Entry<TypeConfig>;
pub(crate) type StorageError = openraft::StorageError<u64>;
pub(crate) type StoredMembership = openraft::StoredMembership<u64, openraft::BasicNode>;
pub(crate) type Membership = openraft::Membership<u64, openraft::BasicNode>;
pub(crate) type SnapshotMeta = openraft::SnapshotMeta<u64, openraft::BasicNode>;
pub(crate) type Snapshot = openraft::Snapshot<TypeConfig>;
pub(crate) type Raft = openraft::Raft<TypeConfig>;
