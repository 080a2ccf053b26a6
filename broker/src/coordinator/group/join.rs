//! JoinGroup (`GroupMetadataManager.classicGroupJoinToClassicGroup`).

use std::collections::BTreeSet;
use std::time::Duration;

use strandline_protocol::ErrorCode;
use strandline_protocol::codec::StrBytes;

use super::classic_group::{ClassicGroup, JoinTimer, answer_waiting};
use super::event::{Answer, Effect, JoinAnswer, JoinRequest, JoinedMember, Token};
use super::member::Member;
use super::state::GroupState;

impl ClassicGroup {
    pub(super) fn join(
        &mut self,
        now: Duration,
        mut request: JoinRequest,
        effects: &mut Vec<Effect>,
    ) {
        // A name counts once, however often it is repeated.
        let mut names = BTreeSet::new();
        request
            .protocols
            .retain(|protocol| names.insert(protocol.name.clone()));
        if !self.accepts(&request) {
            let error = ErrorCode::GroupMaxSizeReached;
            refuse(&request, error, StrBytes::default(), effects);
            self.remove_pending_member(&request.member_id);
            self.remove_member(&request.member_id, effects);
            self.complete_join_if_all_joined(now, effects);
            return;
        }
        let error = if self.state == GroupState::Dead {
            ErrorCode::CoordinatorNotAvailable
        } else if !self.supports_protocols(&request) {
            ErrorCode::InconsistentGroupProtocol
        } else {
            ErrorCode::None
        };
        if !error.is_none() {
            let member_id = request.member_id.clone();
            return refuse(&request, error, member_id, effects);
        }
        if request.member_id.is_empty() {
            self.join_new(now, request, effects);
        } else {
            self.join_existing(now, request, effects);
        }
    }

    /// Whether there is room (`acceptJoiningMember`). While members rejoin, those who wait count:
    /// the last to come are turned away when the limit was lowered.
    fn accepts(&self, request: &JoinRequest) -> bool {
        let instance = request.group_instance_id.as_ref();
        let current = instance.and_then(|instance| self.static_members.get(instance));
        let member = self.members.get(current.unwrap_or(&request.member_id));
        match self.state {
            GroupState::Empty | GroupState::Dead => true,
            GroupState::PreparingRebalance => {
                member.is_some_and(|member| member.awaiting_join.is_some())
                    || self.awaiting_join < self.options.max_size
            }
            GroupState::CompletingRebalance | GroupState::Stable => {
                member.is_some() || self.members.len() < self.options.max_size
            }
        }
    }

    /// Whether the group's kind is the same and one protocol is spoken by all.
    fn supports_protocols(&self, request: &JoinRequest) -> bool {
        if self.state == GroupState::Empty {
            return !request.protocol_type.is_empty() && !request.protocols.is_empty();
        }
        self.protocol_type.as_ref() == Some(&request.protocol_type)
            && request.protocols.iter().any(|protocol| {
                let speakers = self.supported_protocols.get(&protocol.name).copied();
                speakers.unwrap_or_default() == self.members.len()
            })
    }

    fn join_new(&mut self, now: Duration, request: JoinRequest, effects: &mut Vec<Effect>) {
        let instance = request.group_instance_id.as_ref();
        let known = instance
            .and_then(|instance| self.static_members.get(instance))
            .cloned();
        if let Some(old_member_id) = known {
            self.replace_static(now, &old_member_id, request, effects);
        } else if request.group_instance_id.is_none() && request.requires_known_member_id {
            let member_id = request.new_member_id.clone();
            self.add_pending_member(member_id.clone(), now + request.session_timeout);
            refuse(&request, ErrorCode::MemberIdRequired, member_id, effects);
        } else {
            let member_id = request.new_member_id.clone();
            self.add_then_rebalance(now, member_id, &request, effects);
        }
    }

    fn join_existing(&mut self, now: Duration, request: JoinRequest, effects: &mut Vec<Effect>) {
        let member_id = request.member_id.clone();
        if request.group_instance_id.is_none() && self.remove_pending_member(&member_id) {
            return self.add_then_rebalance(now, member_id, &request, effects);
        }
        let instance = request.group_instance_id.as_deref();
        if let Err(error) = self.validate_member(&member_id, instance) {
            return refuse(&request, error, member_id, effects);
        }
        let same = self.members[&member_id].protocols == request.protocols;
        let leads = self.is_leader(&member_id);
        match self.state {
            // Its answer was lost; the generation it joined is still the current one.
            GroupState::CompletingRebalance if same => {
                let members = if leads {
                    self.joined_members()
                } else {
                    Vec::new()
                };
                self.answer_current(request.token, &member_id, members, effects);
                self.refresh_session(now, &member_id);
            }
            // A leader that joins wants to assign anew, e.g. because a topic has more partitions.
            GroupState::Stable if same && !leads => {
                self.answer_current(request.token, &member_id, Vec::new(), effects);
                self.refresh_session(now, &member_id);
            }
            GroupState::PreparingRebalance
            | GroupState::CompletingRebalance
            | GroupState::Stable => {
                self.update_member(&member_id, &request, effects);
                self.rebalance_or_complete_join(now, effects);
            }
            GroupState::Empty | GroupState::Dead => {
                refuse(&request, ErrorCode::UnknownMemberId, member_id, effects);
            }
        }
    }

    fn add_then_rebalance(
        &mut self,
        now: Duration,
        member_id: StrBytes,
        request: &JoinRequest,
        effects: &mut Vec<Effect>,
    ) {
        if let Some(JoinTimer::Initial {
            new_member_added, ..
        }) = &mut self.join_timer
        {
            *new_member_added = true;
        }
        if self.members.is_empty() {
            self.protocol_type = Some(request.protocol_type.clone());
        }
        if self.leader.is_none() {
            self.leader = Some(member_id.clone());
        }
        let mut member = Member::new(member_id, request);
        member.awaiting_join = Some(request.token);
        member.is_new = true;
        member.deadline = now + self.options.new_member_join_timeout;
        self.wake_by(member.deadline);
        self.insert_member(member);
        self.rebalance_or_complete_join(now, effects);
    }

    /// Takes over what a member can speak now, and parks its request.
    fn update_member(&mut self, member_id: &str, request: &JoinRequest, effects: &mut Vec<Effect>) {
        let Some(mut member) = self.take_member(member_id) else {
            return;
        };
        // A request that waits already comes from a connection that the client has given up.
        if let Some(token) = member.awaiting_join.replace(request.token) {
            let error = ErrorCode::RebalanceInProgress;
            let answer = JoinAnswer::refused(error, member.member_id.clone());
            effects.push(Effect::Reply(token, Answer::Join(answer)));
        }
        member.protocols.clone_from(&request.protocols);
        member.session_timeout = request.session_timeout;
        member.rebalance_timeout = request.rebalance_timeout;
        self.insert_member(member);
    }

    /// A static member came back without its member id: it gets a new one, the former is fenced.
    /// While the group is stable it keeps its assignment, and nobody else notices (KIP-345).
    fn replace_static(
        &mut self,
        now: Duration,
        old_member_id: &StrBytes,
        request: JoinRequest,
        effects: &mut Vec<Effect>,
    ) {
        let former_leader = self.leader.clone().unwrap_or_default();
        let new_member_id = request.new_member_id.clone();
        let Some(mut member) = self.take_member(old_member_id) else {
            return;
        };
        answer_waiting(&member, ErrorCode::FencedInstanceId, effects);
        member.member_id = new_member_id.clone();
        member.awaiting_join = Some(request.token);
        member.awaiting_sync = None;
        member.protocols.clone_from(&request.protocols);
        member.session_timeout = request.session_timeout;
        member.rebalance_timeout = request.rebalance_timeout;
        member.client_id = request.client_id;
        member.client_host = request.client_host;
        self.insert_member(member);
        if self.is_leader(old_member_id) {
            self.leader = Some(new_member_id.clone());
        }
        self.refresh_session(now, &new_member_id);
        let keeps = self.state == GroupState::Stable
            && self.select_protocol().as_ref() == self.protocol_name.as_ref();
        if !keeps {
            return self.rebalance_or_complete_join(now, effects);
        }
        self.stop_awaiting_join(&new_member_id);
        effects.push(Effect::Persist);
        let leads = self.is_leader(&new_member_id);
        let skips = request.supports_skip_assignment;
        let members = if leads && skips {
            self.joined_members()
        } else {
            Vec::new()
        };
        // A client that cannot be told to skip the assignment must not learn that it leads: a
        // stable group would not hand out what it assigns.
        let leader = if skips {
            self.leader.clone().unwrap_or_default()
        } else {
            former_leader
        };
        let answer = JoinAnswer {
            leader,
            skip_assignment: leads && skips,
            ..self.current_answer(&new_member_id, members)
        };
        effects.push(Effect::Reply(request.token, Answer::Join(answer)));
    }

    fn answer_current(
        &self,
        token: Token,
        member_id: &StrBytes,
        members: Vec<JoinedMember>,
        effects: &mut Vec<Effect>,
    ) {
        let answer = self.current_answer(member_id, members);
        effects.push(Effect::Reply(token, Answer::Join(answer)));
    }

    /// The answer that tells a member of the current generation.
    pub(super) fn current_answer(
        &self,
        member_id: &StrBytes,
        members: Vec<JoinedMember>,
    ) -> JoinAnswer {
        JoinAnswer {
            error: ErrorCode::None,
            generation: self.generation,
            protocol_type: self.protocol_type.clone(),
            protocol_name: self.protocol_name.clone(),
            leader: self.leader.clone().unwrap_or_default(),
            skip_assignment: false,
            member_id: member_id.clone(),
            members,
        }
    }

    /// What the leader learns.
    pub(super) fn joined_members(&self) -> Vec<JoinedMember> {
        let protocol = self.protocol_name.clone().unwrap_or_default();
        let joined = self.members.values().map(|member| JoinedMember {
            member_id: member.member_id.clone(),
            group_instance_id: member.group_instance_id.clone(),
            metadata: member.metadata(&protocol),
        });
        joined.collect()
    }

    pub(super) fn stop_awaiting_join(&mut self, member_id: &str) -> Option<Token> {
        let token = self.members.get_mut(member_id)?.awaiting_join.take()?;
        self.awaiting_join -= 1;
        Some(token)
    }
}

fn refuse(request: &JoinRequest, error: ErrorCode, id: StrBytes, effects: &mut Vec<Effect>) {
    let answer = JoinAnswer::refused(error, id);
    effects.push(Effect::Reply(request.token, Answer::Join(answer)));
}
