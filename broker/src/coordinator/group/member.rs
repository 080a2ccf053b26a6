//! One member of a classic group.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use strandline_protocol::codec::StrBytes;

use super::event::{JoinRequest, Protocol, Token};

/// What a member costs in memory besides its strings and bytes. Measured with a heap profile and
/// rounded up; it only has to be of the right size.
const MEMBER_OVERHEAD_BYTES: usize = 512;

/// A member, what it can speak, and what it waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Given by the coordinator.
    pub member_id: StrBytes,
    /// Chosen by the operator: makes the member static (KIP-345).
    pub group_instance_id: Option<StrBytes>,
    /// As the client calls itself.
    pub client_id: StrBytes,
    /// Where it connected from, `/` and the address, as Kafka's tools show it.
    pub client_host: StrBytes,
    /// How long it may be silent.
    pub session_timeout: Duration,
    /// How long it may take to rejoin.
    pub rebalance_timeout: Duration,
    /// What it can speak, the preferred first.
    pub protocols: Vec<Protocol>,
    /// What the leader gave it in this generation. Opaque.
    pub assignment: Bytes,
    /// Its JoinGroup request that waits for the generation.
    pub(super) awaiting_join: Option<Token>,
    /// Its SyncGroup request that waits for the leader.
    pub(super) awaiting_sync: Option<Token>,
    /// It has not learned its id yet, so it cannot send heartbeats.
    pub(super) is_new: bool,
    /// It has not sent SyncGroup in this generation.
    pub(super) pending_sync: bool,
    /// When it expires, unless it waits for us.
    pub(super) deadline: Duration,
}

impl Member {
    /// The member that a JoinGroup request describes.
    pub(super) fn new(member_id: StrBytes, request: &JoinRequest) -> Self {
        Self {
            member_id,
            group_instance_id: request.group_instance_id.clone(),
            client_id: request.client_id.clone(),
            client_host: request.client_host.clone(),
            session_timeout: request.session_timeout,
            rebalance_timeout: request.rebalance_timeout,
            protocols: request.protocols.clone(),
            assignment: Bytes::new(),
            awaiting_join: None,
            awaiting_sync: None,
            is_new: false,
            pending_sync: false,
            deadline: Duration::MAX,
        }
    }

    /// Static members keep their place while they are away (KIP-345).
    pub fn is_static(&self) -> bool {
        self.group_instance_id.is_some()
    }

    /// Its metadata for `protocol`.
    pub fn metadata(&self, protocol: &str) -> Bytes {
        let found = self
            .protocols
            .iter()
            .find(|offered| offered.name == *protocol);
        found.map_or_else(Bytes::new, |offered| offered.metadata.clone())
    }

    /// Whether silence makes it expire. Members that wait for us are not expected to say anything,
    /// except for new ones: their wait is bounded.
    pub(super) fn expects_heartbeat(&self) -> bool {
        self.is_new || (self.awaiting_join.is_none() && self.awaiting_sync.is_none())
    }

    /// The first of its protocols that is among `candidates`.
    pub(super) fn vote<'a>(&'a self, candidates: &BTreeSet<&str>) -> Option<&'a StrBytes> {
        let mut names = self.protocols.iter().map(|protocol| &protocol.name);
        names.find(|name| candidates.contains(name.as_str()))
    }

    /// What it takes in memory, about.
    pub(super) fn size_bytes(&self) -> usize {
        let id = self.member_id.len() + self.group_instance_id.as_ref().map_or(0, |id| id.len());
        let client = self.client_id.len() + self.client_host.len();
        let protocols = self
            .protocols
            .iter()
            .map(Protocol::size_bytes)
            .sum::<usize>();
        // Ids are keys of the group's maps too.
        MEMBER_OVERHEAD_BYTES + 3 * id + client + protocols + self.assignment.len()
    }
}
