//! What happens because nothing happened.

use std::time::Duration;

use strandline_protocol::codec::StrBytes;

use super::classic_group::ClassicGroup;
use super::event::Effect;
use super::state::GroupState;

impl ClassicGroup {
    /// Does what is due at `now`, and finds the next time to be woken at.
    pub(super) fn wake(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        if self.state == GroupState::Dead {
            return;
        }
        self.expire_sessions(now, effects);
        if self.join_timer.is_some_and(|timer| timer.at() <= now) {
            self.join_timer_expired(now, effects);
        }
        if self.sync_deadline.is_some_and(|at| at <= now) {
            self.expire_sync(now, effects);
        }
        self.wake_at = self.next_deadline();
    }

    /// The earliest of all deadlines.
    pub(super) fn next_deadline(&self) -> Option<Duration> {
        let expected = self
            .members
            .values()
            .filter(|member| member.expects_heartbeat());
        let sessions = expected.map(|member| member.deadline);
        let pending = self.pending_members.values().copied();
        let join = self.join_timer.map(|timer| timer.at());
        sessions
            .chain(pending)
            .chain(join)
            .chain(self.sync_deadline)
            .min()
    }

    fn expire_sessions(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        let due = self
            .pending_members
            .iter()
            .filter(|(_, deadline)| **deadline <= now);
        let pending: Vec<StrBytes> = due.map(|(id, _)| id.clone()).collect();
        for member_id in &pending {
            self.remove_pending_member(member_id);
        }
        let due = |id: &&StrBytes| {
            let member = &self.members[*id];
            member.expects_heartbeat() && member.deadline <= now
        };
        let silent: Vec<StrBytes> = self.members.keys().filter(due).cloned().collect();
        for member_id in &silent {
            tracing::info!(group = %self.group_id, member = %member_id, "member expired");
            self.remove_member(member_id, effects);
        }
        if !silent.is_empty() {
            self.rebalance_or_complete_join(now, effects);
        } else if !pending.is_empty() {
            self.complete_join_if_all_joined(now, effects);
        }
    }

    /// Members that joined and did not ask for their assignment are removed. Without a leader's
    /// assignments, or with members that missed them, nobody could go on.
    fn expire_sync(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        self.sync_deadline = None;
        let missing = self.members.values().filter(|member| member.pending_sync);
        let missing: Vec<StrBytes> = missing.map(|member| member.member_id.clone()).collect();
        if missing.is_empty() {
            return;
        }
        for member_id in &missing {
            tracing::info!(group = %self.group_id, member = %member_id, "member did not sync");
            self.remove_member(member_id, effects);
        }
        if matches!(
            self.state,
            GroupState::CompletingRebalance | GroupState::Stable
        ) {
            self.prepare_rebalance(now, effects);
        }
    }
}
