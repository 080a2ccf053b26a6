//! What a snapshot is made of, taken without copying.

use std::collections::BTreeMap;
use std::sync::Arc;

use strandline_protocol::codec::Uuid;

use crate::apply::{Image, Proposers};
use crate::image::tables::TableShard;
use crate::image::{DeletedTopic, Topology};
use crate::records::RaftMembership;

/// Term, node and index of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RaftPosition {
    pub(crate) term: u64,
    pub(crate) node_id: u64,
    pub(crate) index: u64,
}

/// The image at one index: pointers to it, and what Raft needs to know about that index.
#[derive(Debug, Clone)]
pub(crate) struct Capture {
    pub(crate) last_log_id: Option<RaftPosition>,
    pub(crate) membership_log_id: Option<RaftPosition>,
    pub(crate) membership: RaftMembership,
    pub(crate) topology: Topology,
    pub(crate) tables: Vec<Arc<TableShard>>,
    pub(crate) deleted: Arc<BTreeMap<Uuid, Arc<DeletedTopic>>>,
    pub(crate) proposers: Proposers,
    pub(crate) timestamp: i64,
    pub(crate) next_producer_id: i64,
}

impl Capture {
    /// Takes the image as it is between two entries.
    pub(crate) fn take(
        image: &Image,
        last_log_id: Option<RaftPosition>,
        membership_log_id: Option<RaftPosition>,
        membership: RaftMembership,
    ) -> Self {
        Self {
            last_log_id,
            membership_log_id,
            membership,
            topology: image.topology.clone(),
            tables: image.tables.capture(),
            deleted: image.tables.deleted_topics(),
            proposers: image.proposers.clone(),
            timestamp: image.timestamp,
            next_producer_id: image.next_producer_id,
        }
    }
}
