//! What happens to a group, and what it wants to be done.

use std::time::Duration;

use bytes::Bytes;
use strandline_protocol::ErrorCode;
use strandline_protocol::codec::StrBytes;

/// Names a request that waits for its answer. The driver makes it and never uses it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(pub u64);

/// Something that happens to a group.
#[derive(Debug, Clone)]
pub enum Event {
    /// A member, or one that wants to be one, joins the next generation.
    Join(JoinRequest),
    /// A member asks for its assignment; the leader brings all of them.
    Sync(SyncRequest),
    /// Members go.
    Leave(LeaveRequest),
    /// The time that the group asked to be woken at has come.
    Wake,
    /// The group is deleted or moves away: everybody who waits gets this error.
    Close(ErrorCode),
}

/// What the driver has to do, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Make the group's record durable. No answer that follows, now or later, may leave before.
    Persist,
    /// Answer a request.
    Reply(Token, Answer),
}

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// To JoinGroup.
    Join(JoinAnswer),
    /// To SyncGroup.
    Sync(SyncAnswer),
    /// To LeaveGroup: one code per member, in the order of the request.
    Leave(Result<Vec<ErrorCode>, ErrorCode>),
}

/// A way to share partitions out that a member can speak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protocol {
    /// Its name, e.g. `range`.
    pub name: StrBytes,
    /// What the member tells the leader. Opaque.
    pub metadata: Bytes,
}

impl Protocol {
    /// What it takes in memory, about.
    pub(super) fn size_bytes(&self) -> usize {
        size_of::<Self>() + self.name.len() + self.metadata.len()
    }
}

/// A JoinGroup request.
#[derive(Debug, Clone)]
pub struct JoinRequest {
    /// Where the answer goes.
    pub token: Token,
    /// Empty for one that is no member yet.
    pub member_id: StrBytes,
    /// Makes the member static (KIP-345).
    pub group_instance_id: Option<StrBytes>,
    /// As the client calls itself.
    pub client_id: StrBytes,
    /// Where it connected from.
    pub client_host: StrBytes,
    /// How long it may be silent.
    pub session_timeout: Duration,
    /// How long it may take to rejoin.
    pub rebalance_timeout: Duration,
    /// What kind of group it is, e.g. `consumer` or `connect`.
    pub protocol_type: StrBytes,
    /// What it can speak, the preferred first.
    pub protocols: Vec<Protocol>,
    /// What a new member will be called; the state machine makes no random numbers.
    pub new_member_id: StrBytes,
    /// Version 4 and later: a new dynamic member is told its id and has to come again with it, so
    /// that a lost answer leaves no member behind that nobody knows (KIP-394).
    pub requires_known_member_id: bool,
    /// Version 9 and later: a returning static leader can be told not to assign (KIP-814).
    pub supports_skip_assignment: bool,
}

impl JoinRequest {
    /// What the member would take in memory, about.
    pub fn size_bytes(&self) -> usize {
        super::member::Member::new(self.new_member_id.clone(), self).size_bytes()
    }
}

/// The answer to JoinGroup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinAnswer {
    /// What went wrong, if anything.
    pub error: ErrorCode,
    /// The generation, -1 with an error.
    pub generation: i32,
    /// Kind of the group.
    pub protocol_type: Option<StrBytes>,
    /// What the members agreed on.
    pub protocol_name: Option<StrBytes>,
    /// Who assigns.
    pub leader: StrBytes,
    /// The leader must not assign: the assignments of before hold.
    pub skip_assignment: bool,
    /// What the member is called.
    pub member_id: StrBytes,
    /// All members, for the leader only.
    pub members: Vec<JoinedMember>,
}

impl JoinAnswer {
    /// A refusal.
    pub fn refused(error: ErrorCode, member_id: StrBytes) -> Self {
        Self {
            error,
            generation: -1,
            protocol_type: None,
            protocol_name: None,
            leader: StrBytes::default(),
            skip_assignment: false,
            member_id,
            members: Vec::new(),
        }
    }
}

/// What the leader learns about a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinedMember {
    /// Its id.
    pub member_id: StrBytes,
    /// Its static id.
    pub group_instance_id: Option<StrBytes>,
    /// Its metadata for the protocol that was agreed on.
    pub metadata: Bytes,
}

/// A SyncGroup request.
#[derive(Debug, Clone)]
pub struct SyncRequest {
    /// Where the answer goes.
    pub token: Token,
    /// Who asks.
    pub member_id: StrBytes,
    /// Its static id.
    pub group_instance_id: Option<StrBytes>,
    /// The generation it joined.
    pub generation: i32,
    /// Kind of the group as the member knows it (version 5).
    pub protocol_type: Option<StrBytes>,
    /// Protocol as the member knows it (version 5).
    pub protocol_name: Option<StrBytes>,
    /// From the leader: who gets what.
    pub assignments: Vec<(StrBytes, Bytes)>,
}

/// The answer to SyncGroup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncAnswer {
    /// What went wrong, if anything.
    pub error: ErrorCode,
    /// Kind of the group.
    pub protocol_type: Option<StrBytes>,
    /// What the members agreed on.
    pub protocol_name: Option<StrBytes>,
    /// The member's assignment; empty when the leader gave it none.
    pub assignment: Bytes,
}

impl SyncAnswer {
    /// A refusal.
    pub fn refused(error: ErrorCode) -> Self {
        Self {
            error,
            protocol_type: None,
            protocol_name: None,
            assignment: Bytes::new(),
        }
    }
}

/// A LeaveGroup request.
#[derive(Debug, Clone)]
pub struct LeaveRequest {
    /// Where the answer goes.
    pub token: Token,
    /// Who goes.
    pub members: Vec<LeavingMember>,
}

/// One who goes, or is removed by an administrator who knows the static id only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeavingMember {
    /// Its id, empty when only the static id is known.
    pub member_id: StrBytes,
    /// Its static id.
    pub group_instance_id: Option<StrBytes>,
}
