//! Tests of the state machine: one file per group of transitions, one for random events.
//!
//! All go through [`Harness`], which keeps the time, checks after every event that each request is
//! answered at most once, and holds what is parked.

mod commit;
mod expiry;
mod join;
mod leave;
mod random;
mod rebalance;
mod restore;
mod static_member;
mod sync;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bytes::Bytes;
use strandline_metadata::records::GroupRecord;
use strandline_protocol::ErrorCode;

use super::*;

pub(super) const SESSION: Duration = Duration::from_secs(10);
pub(super) const REBALANCE: Duration = Duration::from_secs(60);

/// A row of a table: what is wrong, how a request gets that way, and the answer.
pub(in crate::coordinator) type Case<R> = (&'static str, fn(&mut R), ErrorCode);

/// A group, its time, and what it answered.
#[derive(Debug)]
pub(super) struct Harness {
    pub(super) group: ClassicGroup,
    pub(super) now: Duration,
    next: u64,
    parked: BTreeSet<Token>,
    answers: BTreeMap<Token, Answer>,
    pub(super) persists: usize,
    /// What was persisted last.
    pub(super) record: Option<GroupRecord>,
}

impl Harness {
    pub(super) fn new() -> Self {
        Self::with(GroupOptions {
            initial_rebalance_delay: Duration::ZERO,
            ..Default::default()
        })
    }

    pub(super) fn with(options: GroupOptions) -> Self {
        Self::of(ClassicGroup::new("g".into(), options))
    }

    pub(super) fn of(group: ClassicGroup) -> Self {
        Self {
            group,
            now: Duration::from_secs(1000),
            next: 0,
            parked: BTreeSet::new(),
            answers: BTreeMap::new(),
            persists: 0,
            record: None,
        }
    }

    pub(super) fn token(&mut self) -> Token {
        self.next += 1;
        self.parked.insert(Token(self.next));
        Token(self.next)
    }

    pub(super) fn handle(&mut self, event: Event) {
        let mut effects = Vec::new();
        self.group.handle(self.now, event, &mut effects);
        for effect in effects {
            match effect {
                Effect::Persist => {
                    self.persists += 1;
                    self.record = Some(self.group.to_record(0));
                }
                Effect::Reply(token, answer) => {
                    assert!(
                        self.parked.remove(&token),
                        "{token:?} is answered twice or unknown"
                    );
                    self.answers.insert(token, answer);
                }
            }
        }
    }

    /// Lets time pass, waking the group whenever it asked for it.
    pub(super) fn advance(&mut self, by: Duration) {
        let end = self.now + by;
        let mut wakes = 0;
        while let Some(at) = self.group.wake_at().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.handle(Event::Wake);
            wakes += 1;
            assert!(wakes < 10_000, "the group wakes without end");
        }
        self.now = end;
    }

    pub(super) fn request(&mut self, member_id: &str) -> JoinRequest {
        let token = self.token();
        JoinRequest {
            token,
            member_id: member_id.into(),
            group_instance_id: None,
            client_id: "client".into(),
            client_host: "/127.0.0.1".into(),
            session_timeout: SESSION,
            rebalance_timeout: REBALANCE,
            protocol_type: "consumer".into(),
            protocols: protocols(&["range", "roundrobin"]),
            new_member_id: format!("member-{}", token.0).into(),
            requires_known_member_id: false,
            supports_skip_assignment: true,
        }
    }

    pub(super) fn join(&mut self, request: JoinRequest) -> Token {
        let token = request.token;
        self.handle(Event::Join(request));
        token
    }

    pub(super) fn sync(&mut self, member_id: &str, assignments: &[(&str, &str)]) -> Token {
        let generation = self.group.generation();
        let request = self.sync_request(member_id, generation, assignments);
        let token = request.token;
        self.handle(Event::Sync(request));
        token
    }

    pub(super) fn sync_request(
        &mut self,
        member_id: &str,
        generation: i32,
        assignments: &[(&str, &str)],
    ) -> SyncRequest {
        let pairs = assignments.iter();
        SyncRequest {
            token: self.token(),
            member_id: member_id.into(),
            group_instance_id: None,
            generation,
            protocol_type: None,
            protocol_name: None,
            assignments: pairs.map(|(id, a)| ((*id).into(), bytes(a))).collect(),
        }
    }

    pub(super) fn leave(&mut self, members: &[(&str, Option<&str>)]) -> Vec<ErrorCode> {
        let token = self.token();
        let leaving = members.iter().map(|(id, instance)| LeavingMember {
            member_id: (*id).into(),
            group_instance_id: instance.map(Into::into),
        });
        let request = LeaveRequest {
            token,
            members: leaving.collect(),
        };
        self.handle(Event::Leave(request));
        match self.answers.remove(&token) {
            Some(Answer::Leave(Ok(codes))) => codes,
            other => panic!("leave answered {other:?}"),
        }
    }

    pub(super) fn heartbeat(&mut self, member_id: &str) -> ErrorCode {
        let generation = self.group.generation();
        code(self.group.heartbeat(self.now, member_id, None, generation))
    }

    pub(super) fn is_parked(&self, token: Token) -> bool {
        self.parked.contains(&token)
    }

    pub(super) fn parked(&self) -> usize {
        self.parked.len()
    }

    #[track_caller]
    pub(super) fn joined(&mut self, token: Token) -> JoinAnswer {
        match self.answers.remove(&token) {
            Some(Answer::Join(answer)) => answer,
            other => panic!("join answered {other:?}"),
        }
    }

    #[track_caller]
    pub(super) fn synced(&mut self, token: Token) -> SyncAnswer {
        match self.answers.remove(&token) {
            Some(Answer::Sync(answer)) => answer,
            other => panic!("sync answered {other:?}"),
        }
    }

    /// A group in `Stable` with `count` dynamic members, the leader first. Each has its own id as
    /// assignment.
    pub(super) fn stable(&mut self, count: usize) -> Vec<String> {
        let first = self.request("");
        let leader = self.join(first);
        let leader = self.joined(leader).member_id.to_string();
        let tokens: Vec<Token> = (1..count)
            .map(|_| {
                let request = self.request("");
                self.join(request)
            })
            .collect();
        let mut members = vec![leader.clone()];
        if count > 1 {
            let again = self.request(&leader);
            let again = self.join(again);
            assert_eq!(self.joined(again).members.len(), count);
            for token in tokens {
                members.push(self.joined(token).member_id.to_string());
            }
        }
        self.sync_all(&members);
        members
    }

    /// Every member syncs, the leader last.
    pub(super) fn sync_all(&mut self, members: &[String]) {
        let pairs: Vec<(&str, &str)> = members
            .iter()
            .map(|id| (id.as_str(), id.as_str()))
            .collect();
        let leader = self.group.leader().expect("a leader").to_string();
        let mut tokens = Vec::new();
        for member in members.iter().filter(|id| **id != leader) {
            tokens.push((self.sync(member, &[]), member.clone()));
        }
        tokens.push((self.sync(&leader, &pairs), leader));
        for (token, member) in tokens {
            assert_eq!(self.synced(token).assignment, bytes(&member));
        }
        assert_eq!(self.group.state(), GroupState::Stable);
    }
}

pub(super) fn protocols(names: &[&str]) -> Vec<Protocol> {
    let offer = |name: &&str| Protocol {
        name: (*name).into(),
        metadata: bytes(name),
    };
    names.iter().map(offer).collect()
}

pub(super) fn bytes(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}

pub(super) fn code(result: Result<(), ErrorCode>) -> ErrorCode {
    result.err().unwrap_or(ErrorCode::None)
}

pub(super) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}
