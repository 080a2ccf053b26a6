//! The group itself: members, generation, and the rules that every request checks.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use strandline_protocol::ErrorCode;
use strandline_protocol::codec::StrBytes;

use super::event::{Answer, Effect, Event, JoinAnswer, Protocol, SyncAnswer, Token};
use super::member::Member;
use super::options::GroupOptions;
use super::state::GroupState;
use super::subscription;

/// What a group costs in memory besides its members.
const GROUP_OVERHEAD_BYTES: usize = 1024;

/// What a pending member costs besides its id.
const PENDING_OVERHEAD_BYTES: usize = 128;

/// A classic group. See the [module](super) for the rules.
#[derive(Debug)]
pub struct ClassicGroup {
    pub(super) group_id: StrBytes,
    pub(super) options: GroupOptions,
    pub(super) state: GroupState,
    /// The state before this one: the first rebalance of an empty group ends by its delay only.
    pub(super) previous_state: GroupState,
    pub(super) generation: i32,
    pub(super) protocol_type: Option<StrBytes>,
    pub(super) protocol_name: Option<StrBytes>,
    pub(super) leader: Option<StrBytes>,
    pub(super) members: BTreeMap<StrBytes, Member>,
    /// Static id to member id.
    pub(super) static_members: BTreeMap<StrBytes, StrBytes>,
    /// Ids that were given out and did not come back yet, with the time they are forgotten at.
    pub(super) pending_members: BTreeMap<StrBytes, Duration>,
    /// How many members can speak a protocol.
    pub(super) supported_protocols: BTreeMap<StrBytes, usize>,
    pub(super) awaiting_join: usize,
    pub(super) join_timer: Option<JoinTimer>,
    /// When members that did not send SyncGroup are removed.
    pub(super) sync_deadline: Option<Duration>,
    /// Not later than any deadline of the group.
    pub(super) wake_at: Option<Duration>,
    /// What members and pending members take.
    pub(super) members_bytes: usize,
}

/// What ends the wait for members to join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JoinTimer {
    /// The first rebalance of an empty group: waits again while new members come.
    Initial {
        at: Duration,
        delay: Duration,
        /// What is left of the rebalance timeout.
        remaining: Duration,
        new_member_added: bool,
    },
    /// The rebalance timeout.
    Rebalance { at: Duration },
}

impl JoinTimer {
    pub(super) fn at(self) -> Duration {
        match self {
            Self::Initial { at, .. } | Self::Rebalance { at } => at,
        }
    }
}

impl ClassicGroup {
    /// A group that has no members and never had any.
    pub fn new(group_id: StrBytes, options: GroupOptions) -> Self {
        Self {
            group_id,
            options,
            state: GroupState::Empty,
            previous_state: GroupState::Dead,
            generation: 0,
            protocol_type: None,
            protocol_name: None,
            leader: None,
            members: BTreeMap::new(),
            static_members: BTreeMap::new(),
            pending_members: BTreeMap::new(),
            supported_protocols: BTreeMap::new(),
            awaiting_join: 0,
            join_timer: None,
            sync_deadline: None,
            wake_at: None,
            members_bytes: 0,
        }
    }

    /// Takes an event at monotonic time `now` and appends what has to be done to `effects`.
    pub fn handle(&mut self, now: Duration, event: Event, effects: &mut Vec<Effect>) {
        match event {
            Event::Join(request) => self.join(now, request, effects),
            Event::Sync(request) => self.sync(now, request, effects),
            Event::Leave(request) => self.leave(now, &request, effects),
            Event::Wake => self.wake(now, effects),
            Event::Close(error) => self.close(error, effects),
        }
    }

    /// A member says that it is there: `Err` is the code that tells it otherwise. Touches its
    /// deadline and nothing else.
    ///
    /// # Errors
    /// `REBALANCE_IN_PROGRESS` asks it to join again.
    pub fn heartbeat(
        &mut self,
        now: Duration,
        member_id: &str,
        group_instance_id: Option<&str>,
        generation: i32,
    ) -> Result<(), ErrorCode> {
        if self.state == GroupState::Dead {
            return Err(ErrorCode::CoordinatorNotAvailable);
        }
        self.validate_member(member_id, group_instance_id)?;
        if generation != self.generation {
            return Err(ErrorCode::IllegalGeneration);
        }
        self.refresh_session(now, member_id);
        match self.state {
            GroupState::PreparingRebalance => Err(ErrorCode::RebalanceInProgress),
            _ => Ok(()),
        }
    }

    /// Whether offsets may be committed: by a member of this generation, or by anybody while the
    /// group is empty. A member's commit counts as a heartbeat.
    ///
    /// # Errors
    /// The code for the whole request.
    pub fn validate_commit(
        &mut self,
        now: Duration,
        member_id: &str,
        group_instance_id: Option<&str>,
        generation: i32,
    ) -> Result<(), ErrorCode> {
        if self.state == GroupState::Dead {
            return Err(ErrorCode::CoordinatorNotAvailable);
        }
        if generation < 0 && self.state == GroupState::Empty {
            return Ok(());
        }
        if generation < 0 && member_id.is_empty() && group_instance_id.is_none() {
            let empty = self.state == GroupState::Empty;
            return if empty {
                Ok(())
            } else {
                Err(ErrorCode::UnknownMemberId)
            };
        }
        self.validate_member(member_id, group_instance_id)?;
        if generation != self.generation {
            return Err(ErrorCode::IllegalGeneration);
        }
        if self.state == GroupState::CompletingRebalance {
            // It knows the generation, so it knows that assignments are not out yet.
            return Err(ErrorCode::RebalanceInProgress);
        }
        self.refresh_session(now, member_id);
        Ok(())
    }

    /// The member is known, and is the one behind its static id.
    pub(super) fn validate_member(
        &self,
        member_id: &str,
        group_instance_id: Option<&str>,
    ) -> Result<(), ErrorCode> {
        if let Some(instance) = group_instance_id {
            match self.static_members.get(instance) {
                None => return Err(ErrorCode::UnknownMemberId),
                Some(current) if *current != *member_id => {
                    return Err(ErrorCode::FencedInstanceId);
                }
                Some(_) => {}
            }
        }
        let known = self.members.contains_key(member_id);
        if known {
            Ok(())
        } else {
            Err(ErrorCode::UnknownMemberId)
        }
    }

    /// The group's id.
    pub fn group_id(&self) -> &StrBytes {
        &self.group_id
    }

    /// Where the group is.
    pub fn state(&self) -> GroupState {
        self.state
    }

    /// Raised with every rebalance (I13).
    pub fn generation(&self) -> i32 {
        self.generation
    }

    /// Kind of the group; empty when no member ever joined.
    pub fn protocol_type(&self) -> &str {
        self.protocol_type.as_deref().unwrap_or_default()
    }

    /// What the members agreed on.
    pub fn protocol_name(&self) -> Option<&StrBytes> {
        self.protocol_name.as_ref()
    }

    /// Who assigns.
    pub fn leader(&self) -> Option<&StrBytes> {
        self.leader.as_ref()
    }

    /// Members by id.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.values()
    }

    /// How many members there are.
    pub fn member_count(&self) -> usize {
        self.members.len()
    }

    /// Whether the member is in the group.
    pub fn has_member(&self, member_id: &str) -> bool {
        self.members.contains_key(member_id)
    }

    /// Whether nothing would be lost by forgetting what is not in the record: no members, none
    /// that are about to come.
    pub fn is_idle(&self) -> bool {
        self.state == GroupState::Dead
            || (self.state == GroupState::Empty && self.pending_members.is_empty())
    }

    /// When [`Event::Wake`] is due. It may come early; late is late.
    pub fn wake_at(&self) -> Option<Duration> {
        self.wake_at
    }

    /// What the group takes in memory, about.
    pub fn size_bytes(&self) -> usize {
        GROUP_OVERHEAD_BYTES + 3 * self.group_id.len() + self.members_bytes
    }

    /// Whether members consume `topic`, as far as the group tells: `true` when it is a consumer
    /// group whose subscriptions cannot be read (`ClassicGroup.isSubscribedToTopic`).
    pub fn is_subscribed_to(&self, topic: &str) -> bool {
        if self.protocol_type() != subscription::PROTOCOL_TYPE || self.members.is_empty() {
            return false;
        }
        let Some(protocol) = &self.protocol_name else {
            return true;
        };
        self.members.values().any(|member| {
            let metadata = member.metadata(protocol);
            let topics = subscription::topics(&metadata);
            topics.is_none_or(|topics| topics.contains(&topic))
        })
    }

    /// Whether offsets of a group in this state may be deleted: of a consumer group those that
    /// nobody subscribes to, of any other only while it is empty.
    ///
    /// # Errors
    /// The code for the whole request.
    pub fn validate_offset_delete(&self) -> Result<(), ErrorCode> {
        match self.state {
            GroupState::Empty => Ok(()),
            GroupState::Dead => Err(ErrorCode::GroupIdNotFound),
            _ if self.protocol_type() == subscription::PROTOCOL_TYPE => Ok(()),
            _ => Err(ErrorCode::NonEmptyGroup),
        }
    }

    pub(super) fn transition(&mut self, state: GroupState) {
        self.previous_state = self.state;
        self.state = state;
    }

    /// Asks to be woken at `at` or earlier.
    pub(super) fn wake_by(&mut self, at: Duration) {
        self.wake_at = Some(self.wake_at.map_or(at, |wake| wake.min(at)));
    }

    /// Starts the member's session again.
    pub(super) fn refresh_session(&mut self, now: Duration, member_id: &str) {
        if let Some(member) = self.members.get_mut(member_id) {
            let deadline = now + member.session_timeout;
            member.deadline = deadline;
            self.wake_by(deadline);
        }
    }

    pub(super) fn rebalance_timeout(&self) -> Duration {
        let timeouts = self.members.values().map(|member| member.rebalance_timeout);
        timeouts.max().unwrap_or_default()
    }

    pub(super) fn is_leader(&self, member_id: &str) -> bool {
        self.leader.as_deref() == Some(member_id)
    }

    /// Adds a member, or one that comes back under another id.
    pub(super) fn insert_member(&mut self, member: Member) {
        if let Some(instance) = &member.group_instance_id {
            self.static_members
                .insert(instance.clone(), member.member_id.clone());
        }
        self.count_protocols(&member.protocols);
        self.awaiting_join += usize::from(member.awaiting_join.is_some());
        self.members_bytes += member.size_bytes();
        self.members.insert(member.member_id.clone(), member);
    }

    /// Takes a member out, with all that counts it. Its waiting requests are the caller's.
    pub(super) fn take_member(&mut self, member_id: &str) -> Option<Member> {
        let member = self.members.remove(member_id)?;
        if let Some(instance) = &member.group_instance_id {
            self.static_members.remove(instance);
        }
        for protocol in &member.protocols {
            if let Some(count) = self.supported_protocols.get_mut(&protocol.name) {
                *count -= 1;
                if *count == 0 {
                    self.supported_protocols.remove(&protocol.name);
                }
            }
        }
        self.awaiting_join -= usize::from(member.awaiting_join.is_some());
        self.members_bytes -= member.size_bytes();
        Some(member)
    }

    /// Removes a member and answers what it waits for. The next one leads if it led.
    pub(super) fn remove_member(&mut self, member_id: &str, effects: &mut Vec<Effect>) {
        let Some(member) = self.take_member(member_id) else {
            return;
        };
        answer_waiting(&member, ErrorCode::UnknownMemberId, effects);
        if self.is_leader(member_id) {
            self.leader = self.members.keys().next().cloned();
        }
    }

    pub(super) fn add_pending_member(&mut self, member_id: StrBytes, deadline: Duration) {
        self.members_bytes += PENDING_OVERHEAD_BYTES + member_id.len();
        self.pending_members.insert(member_id, deadline);
        self.wake_by(deadline);
    }

    pub(super) fn remove_pending_member(&mut self, member_id: &str) -> bool {
        let found = self.pending_members.remove(member_id).is_some();
        if found {
            self.members_bytes -= PENDING_OVERHEAD_BYTES + member_id.len();
        }
        found
    }

    fn count_protocols(&mut self, protocols: &[Protocol]) {
        for protocol in protocols {
            *self
                .supported_protocols
                .entry(protocol.name.clone())
                .or_default() += 1;
        }
    }

    /// Replaces a member's assignment.
    pub(super) fn assign(&mut self, member_id: &str, assignment: Bytes) {
        if let Some(member) = self.members.get_mut(member_id) {
            self.members_bytes -= member.assignment.len();
            self.members_bytes += assignment.len();
            member.assignment = assignment;
        }
    }

    fn close(&mut self, error: ErrorCode, effects: &mut Vec<Effect>) {
        for member in self.members.values() {
            answer_waiting(member, error, effects);
        }
        let closed = Self::new(self.group_id.clone(), self.options);
        *self = Self {
            generation: self.generation,
            state: GroupState::Dead,
            ..closed
        };
    }
}

/// Answers the requests of a member that goes, or whose place another takes.
pub(super) fn answer_waiting(member: &Member, error: ErrorCode, effects: &mut Vec<Effect>) {
    if let Some(token) = member.awaiting_join {
        let refused = JoinAnswer::refused(error, member.member_id.clone());
        effects.push(Effect::Reply(token, Answer::Join(refused)));
    }
    if let Some(token) = member.awaiting_sync {
        refuse_sync(token, error, effects);
    }
}

pub(super) fn refuse_sync(token: Token, error: ErrorCode, effects: &mut Vec<Effect>) {
    effects.push(Effect::Reply(
        token,
        Answer::Sync(SyncAnswer::refused(error)),
    ));
}
