//! From one generation to the next.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bytes::Bytes;
use strandline_protocol::ErrorCode;
use strandline_protocol::codec::StrBytes;

use super::classic_group::{ClassicGroup, JoinTimer, refuse_sync};
use super::event::{Answer, Effect};
use super::state::GroupState;

/// A rebalance that nobody joined is looked at again after this at the earliest, whatever timeout
/// the members chose.
const RETRY_MIN: Duration = Duration::from_secs(1);

impl ClassicGroup {
    /// Asks everybody to join again; if that was asked already, ends it when all have.
    pub(super) fn rebalance_or_complete_join(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        match self.state {
            GroupState::Empty | GroupState::CompletingRebalance | GroupState::Stable => {
                self.prepare_rebalance(now, effects);
            }
            GroupState::PreparingRebalance => self.complete_join_if_all_joined(now, effects),
            GroupState::Dead => {}
        }
    }

    pub(super) fn prepare_rebalance(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        if self.state == GroupState::CompletingRebalance {
            self.cancel_sync(now, effects);
        }
        self.sync_deadline = None;
        let initial = self.state == GroupState::Empty;
        self.transition(GroupState::PreparingRebalance);
        if initial {
            let delay = self.options.initial_rebalance_delay;
            let remaining = self.rebalance_timeout().saturating_sub(delay);
            if delay.is_zero() {
                // Whoever joined first need not wait for a timer; the wait would be for nobody.
                return self.complete_join(now, effects);
            }
            self.start_join_timer(JoinTimer::Initial {
                at: now + delay,
                delay,
                remaining,
                new_member_added: false,
            });
        } else if self.all_joined() {
            self.complete_join(now, effects);
        } else {
            self.start_join_timer(JoinTimer::Rebalance {
                at: now + self.rebalance_timeout(),
            });
        }
    }

    /// Ends the wait when nobody is missing. The first rebalance of a group ends by its delay.
    pub(super) fn complete_join_if_all_joined(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        let initial = matches!(self.join_timer, Some(JoinTimer::Initial { .. }));
        if self.state == GroupState::PreparingRebalance && !initial && self.all_joined() {
            self.complete_join(now, effects);
        }
    }

    fn all_joined(&self) -> bool {
        self.awaiting_join == self.members.len() && self.pending_members.is_empty()
    }

    fn start_join_timer(&mut self, timer: JoinTimer) {
        self.join_timer = Some(timer);
        self.wake_by(timer.at());
    }

    /// The wait for members is over by time.
    pub(super) fn join_timer_expired(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        match self.join_timer {
            Some(JoinTimer::Initial {
                delay,
                remaining,
                new_member_added: true,
                ..
            }) if !remaining.is_zero() => {
                let next = self.options.initial_rebalance_delay.min(remaining);
                self.start_join_timer(JoinTimer::Initial {
                    at: now + next,
                    delay: next,
                    remaining: remaining.saturating_sub(delay),
                    new_member_added: false,
                });
            }
            Some(_) => self.complete_join(now, effects),
            None => {}
        }
    }

    /// Opens the next generation with those who joined. Static members that are away stay in it;
    /// their session decides.
    fn complete_join(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        self.join_timer = None;
        let away = |id: &&StrBytes| {
            let member = &self.members[*id];
            member.awaiting_join.is_none() && !member.is_static()
        };
        let gone: Vec<StrBytes> = self.members.keys().filter(away).cloned().collect();
        for member_id in &gone {
            self.remove_member(member_id, effects);
        }
        if !self.elect_joined_leader() && !self.members.is_empty() {
            // Only static members that are away: wait until one comes or the last has expired.
            let at = now + self.rebalance_timeout().max(RETRY_MIN);
            return self.start_join_timer(JoinTimer::Rebalance { at });
        }
        self.generation = self.generation.saturating_add(1);
        self.sync_deadline = None;
        if self.members.is_empty() {
            self.protocol_name = None;
            self.leader = None;
            self.transition(GroupState::Empty);
            effects.push(Effect::Persist);
            return;
        }
        self.protocol_name = self.select_protocol();
        self.transition(GroupState::CompletingRebalance);
        // The generation is durable before anybody learns of it, so that it is never used for two
        // sets of members, also when the coordinator is killed before the assignments come (I13).
        let ids: Vec<StrBytes> = self.members.keys().cloned().collect();
        for member_id in &ids {
            self.assign(member_id, Bytes::new());
        }
        effects.push(Effect::Persist);
        for member_id in &ids {
            self.answer_joined(now, member_id, effects);
        }
        let deadline = now + self.rebalance_timeout();
        self.sync_deadline = Some(deadline);
        self.wake_by(deadline);
    }

    fn answer_joined(&mut self, now: Duration, member_id: &StrBytes, effects: &mut Vec<Effect>) {
        if let Some(token) = self.stop_awaiting_join(member_id) {
            let leads = self.is_leader(member_id);
            let members = if leads {
                self.joined_members()
            } else {
                Vec::new()
            };
            let answer = self.current_answer(member_id, members);
            effects.push(Effect::Reply(token, Answer::Join(answer)));
            // One that is away keeps the session it had.
            self.refresh_session(now, member_id);
        }
        if let Some(member) = self.members.get_mut(member_id) {
            member.is_new = false;
            member.pending_sync = true;
        }
    }

    /// Whether there is a leader among those who joined; one of them takes over if it is away.
    fn elect_joined_leader(&mut self) -> bool {
        let Some(leader) = &self.leader else {
            return false;
        };
        let joined = |id: &StrBytes| {
            self.members
                .get(id)
                .is_some_and(|m| m.awaiting_join.is_some())
        };
        if joined(leader) {
            return true;
        }
        let other = self.members.keys().find(|id| joined(id)).cloned();
        let found = other.is_some();
        if found {
            self.leader = other;
        }
        found
    }

    /// Members vote for the first of their protocols that all can speak. The leader's order breaks
    /// a tie.
    pub(super) fn select_protocol(&self) -> Option<StrBytes> {
        let everyone = self.members.len();
        let spoken = self
            .supported_protocols
            .iter()
            .filter(|(_, count)| **count == everyone);
        let candidates: BTreeSet<&str> = spoken.map(|(name, _)| name.as_str()).collect();
        let mut votes: BTreeMap<&StrBytes, usize> = BTreeMap::new();
        for vote in self
            .members
            .values()
            .filter_map(|member| member.vote(&candidates))
        {
            *votes.entry(vote).or_default() += 1;
        }
        let most = votes.values().copied().max()?;
        let leader = self
            .leader
            .as_ref()
            .and_then(|leader| self.members.get(leader));
        let preferred = leader.into_iter().flat_map(|leader| &leader.protocols);
        let winner = preferred
            .map(|protocol| &protocol.name)
            .find(|n| votes.get(n) == Some(&most));
        winner
            .or_else(|| votes.iter().find(|(_, v)| **v == most).map(|(n, _)| *n))
            .cloned()
    }

    /// A rebalance starts before the assignments came: those who wait for them join again.
    fn cancel_sync(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        let ids: Vec<StrBytes> = self.members.keys().cloned().collect();
        for member_id in &ids {
            self.assign(member_id, Bytes::new());
            let member = self.members.get_mut(member_id);
            if let Some(token) = member.and_then(|member| member.awaiting_sync.take()) {
                refuse_sync(token, ErrorCode::RebalanceInProgress, effects);
                self.refresh_session(now, member_id);
            }
        }
    }
}
