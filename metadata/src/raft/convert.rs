//! Between openraft's types and the bytes that last.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use bytes::Bytes;
use openraft::{BasicNode, CommittedLeaderId, EntryPayload, LeaderId};

use super::types::{Entry, EntryBytes, LogId, Membership, StoredMembership, Vote};
use super::wal::types::{WalLogId, WalPayload, WalVote};
use crate::records::{self, RaftMembership, RaftNode, RaftVoterSet};

/// Payload kinds of a stored entry.
const KIND_BLANK: u8 = 0;
const KIND_COMMANDS: u8 = 1;
const KIND_MEMBERSHIP: u8 = 2;

pub(crate) fn log_id(log_id: WalLogId) -> LogId {
    LogId::new(
        CommittedLeaderId::new(log_id.term, log_id.node_id),
        log_id.index,
    )
}

pub(crate) fn wal_log_id(log_id: LogId) -> WalLogId {
    let leader = log_id.leader_id;
    WalLogId {
        term: leader.term,
        node_id: leader.node_id,
        index: log_id.index,
    }
}

pub(crate) fn vote(vote: WalVote) -> Vote {
    Vote {
        leader_id: LeaderId::new(vote.term, vote.node_id),
        committed: vote.committed,
    }
}

pub(crate) fn wal_vote(vote: &Vote) -> WalVote {
    let leader = vote.leader_id();
    WalVote {
        term: leader.term,
        node_id: leader.node_id,
        committed: vote.is_committed(),
    }
}

pub(crate) fn wal_entry(entry: Entry) -> (WalLogId, WalPayload) {
    let payload = match entry.payload {
        EntryPayload::Blank => WalPayload {
            kind: KIND_BLANK,
            body: Bytes::new(),
        },
        EntryPayload::Normal(EntryBytes(body)) => WalPayload {
            kind: KIND_COMMANDS,
            body,
        },
        EntryPayload::Membership(membership) => WalPayload {
            kind: KIND_MEMBERSHIP,
            body: records::encode(&membership_record(&membership)),
        },
    };
    (wal_log_id(entry.log_id), payload)
}

/// # Errors
/// `InvalidData` for a payload of a kind that this build does not know.
pub(crate) fn entry(id: WalLogId, payload: WalPayload) -> io::Result<Entry> {
    let payload = match payload.kind {
        KIND_BLANK => EntryPayload::Blank,
        KIND_COMMANDS => EntryPayload::Normal(EntryBytes(payload.body)),
        KIND_MEMBERSHIP => {
            let record: RaftMembership = records::decode(payload.body)
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
            EntryPayload::Membership(membership(&record))
        }
        kind => {
            let message = format!("entry {} is of kind {kind}, which is unknown", id.index);
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
    };
    Ok(Entry {
        log_id: log_id(id),
        payload,
    })
}

pub(crate) fn membership_record(membership: &Membership) -> RaftMembership {
    let voter_sets = membership
        .get_joint_config()
        .iter()
        .map(|set| RaftVoterSet {
            voters: set
                .iter()
                .map(|id| i64::from_ne_bytes(id.to_ne_bytes()))
                .collect(),
        })
        .collect();
    let nodes = membership
        .nodes()
        .map(|(id, node)| RaftNode {
            node_id: i64::from_ne_bytes(id.to_ne_bytes()),
            address: node.addr.as_str().into(),
        })
        .collect();
    RaftMembership { voter_sets, nodes }
}

pub(crate) fn membership(record: &RaftMembership) -> Membership {
    let configs: Vec<BTreeSet<u64>> = record
        .voter_sets
        .iter()
        .map(|set| {
            set.voters
                .iter()
                .map(|id| u64::from_ne_bytes(id.to_ne_bytes()))
                .collect()
        })
        .collect();
    let nodes: BTreeMap<u64, BasicNode> = record
        .nodes
        .iter()
        .map(|node| {
            let id = u64::from_ne_bytes(node.node_id.to_ne_bytes());
            (id, BasicNode::new(node.address.to_string()))
        })
        .collect();
    Membership::new(configs, nodes)
}

pub(crate) fn stored_membership(at: Option<LogId>, record: &RaftMembership) -> StoredMembership {
    StoredMembership::new(at, membership(record))
}
