//! Random events against the invariants of the module.
//!
//! Clients are modelled as people who remember the last ids and generations they were told and use
//! them, rightly or wrongly, in any order. After every event the group is checked as a whole.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Step {
    Join {
        client: usize,
        known: bool,
        fixed: bool,
        v4: bool,
        offer: usize,
    },
    Sync {
        client: usize,
        stale: bool,
    },
    Heartbeat {
        client: usize,
    },
    Commit {
        client: usize,
        stale: bool,
    },
    Leave {
        client: usize,
        by_instance: bool,
    },
    Pass {
        millis: u64,
    },
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    let client = 0..5_usize;
    prop_oneof![
        6 => (client.clone(), any::<bool>(), any::<bool>(), any::<bool>(), 0..3_usize).prop_map(
            |(client, known, fixed, v4, offer)| Step::Join { client, known, fixed, v4, offer }
        ),
        8 => (client.clone(), prop::bool::weighted(0.1))
            .prop_map(|(client, stale)| Step::Sync { client, stale }),
        4 => client.clone().prop_map(|client| Step::Heartbeat { client }),
        3 => (client.clone(), any::<bool>())
            .prop_map(|(client, stale)| Step::Commit { client, stale }),
        1 => (client, any::<bool>())
            .prop_map(|(client, by_instance)| Step::Leave { client, by_instance }),
        4 => (0..30_000_u64).prop_map(|millis| Step::Pass { millis }),
        1 => Just(Step::Restart),
    ]
}

#[derive(Debug, Default, Clone)]
struct Person {
    member_id: String,
    generation: i32,
    waits: Option<Token>,
}

struct World {
    h: Harness,
    people: Vec<Person>,
    /// Who joined which generation: a generation has one set of members.
    generations: HashMap<i32, String>,
    highest: i32,
}

const OFFERS: [&[&str]; 3] = [&["a", "b"], &["b", "a"], &["b"]];

impl World {
    fn run(&mut self, step: &Step) {
        match step {
            Step::Join {
                client,
                known,
                fixed,
                v4,
                offer,
            } => {
                let id = if *known {
                    self.people[*client].member_id.clone()
                } else {
                    String::new()
                };
                let mut request = self.h.request(&id);
                request.requires_known_member_id = *v4;
                request.protocols = protocols(OFFERS[*offer]);
                request.group_instance_id = fixed.then(|| format!("i{client}").into());
                self.people[*client].waits = Some(request.token);
                self.h.join(request);
            }
            Step::Sync { client, stale } => self.sync(*client, *stale),
            Step::Heartbeat { client } => {
                let person = self.people[*client].clone();
                let now = self.h.now;
                let _ = self
                    .h
                    .group
                    .heartbeat(now, &person.member_id, None, person.generation);
            }
            Step::Commit { client, stale } => self.commit(*client, *stale),
            Step::Leave {
                client,
                by_instance,
            } => {
                let id = self.people[*client].member_id.clone();
                let instance = format!("i{client}");
                let leaving = if *by_instance {
                    ("", Some(instance.as_str()))
                } else {
                    (id.as_str(), None)
                };
                self.h.leave(&[leaving]);
            }
            Step::Pass { millis } => self.h.advance(Duration::from_millis(*millis)),
            Step::Restart => self.restart(),
        }
        self.learn();

        self.check();
    }

    fn sync(&mut self, client: usize, stale: bool) {
        let person = self.people[client].clone();
        let ids: Vec<String> = self
            .h
            .group
            .members()
            .map(|m| m.member_id.to_string())
            .collect();
        let generation = person.generation;
        let texts: Vec<String> = ids.iter().map(|id| format!("{generation}/{id}")).collect();
        let pairs: Vec<(&str, &str)> = ids
            .iter()
            .map(String::as_str)
            .zip(texts.iter().map(String::as_str))
            .collect();
        let generation = generation - i32::from(stale);
        let request = self.h.sync_request(&person.member_id, generation, &pairs);
        self.people[client].waits = Some(request.token);
        self.h.handle(Event::Sync(request));
    }

    fn commit(&mut self, client: usize, stale: bool) {
        let person = self.people[client].clone();
        let generation = person.generation - i32::from(stale);
        let (now, current) = (self.h.now, self.h.group.generation());
        let result = self
            .h
            .group
            .validate_commit(now, &person.member_id, None, generation);
        if result.is_ok() && generation >= 0 {
            assert_eq!(
                generation, current,
                "a commit of a former generation is refused"
            );
            assert!(self.h.group.has_member(&person.member_id));
        }
    }

    /// The coordinator is killed: what was persisted last is what there is.
    fn restart(&mut self) {
        self.h.handle(Event::Close(ErrorCode::NotCoordinator));
        self.learn();
        let (options, now) = (self.h.group.options, self.h.now);
        self.h.group = match &self.h.record {
            Some(record) => ClassicGroup::from_record(record, options, now),
            None => ClassicGroup::new("g".into(), options),
        };
    }

    /// Everybody reads the answers.
    fn learn(&mut self) {
        let answers = std::mem::take(&mut self.h.answers);
        for (token, answer) in answers {
            let person = self
                .people
                .iter_mut()
                .find(|person| person.waits == Some(token));
            if let Answer::Join(answer) = &answer
                && answer.error.is_none()
            {
                let leader = answer.leader.to_string();
                let known = self.generations.entry(answer.generation).or_insert(leader);
                // A static leader's successor leads the same generation.
                if !answer.members.is_empty() {
                    assert!(answer.member_id == answer.leader);
                    known.clone_from(&answer.leader.to_string());
                }
                self.highest = self.highest.max(answer.generation);
                assert_eq!(
                    answer.generation, self.highest,
                    "a former generation is told"
                );
            }
            let Some(person) = person else {
                continue;
            };
            person.waits = None;
            match answer {
                Answer::Join(answer) => {
                    if !answer.member_id.is_empty() {
                        person.member_id = answer.member_id.to_string();
                    }
                    person.generation = answer.generation;
                }
                Answer::Sync(answer) if answer.error.is_none() && !answer.assignment.is_empty() => {
                    let text = String::from_utf8(answer.assignment.to_vec()).expect("text");
                    let (generation, _) = text.split_once('/').expect("generation/member");
                    assert_eq!(
                        generation,
                        person.generation.to_string(),
                        "of another generation"
                    );
                }
                Answer::Sync(_) | Answer::Leave(_) => {}
            }
        }
    }

    fn check(&self) {
        let group = &self.h.group;
        if let Some(leader) = group.leader() {
            assert!(group.has_member(leader), "the leader is a member");
        }
        assert_eq!(
            group.leader().is_some(),
            group.member_count() > 0,
            "members have a leader"
        );
        let awaiting = group
            .members()
            .filter(|m| m.awaiting_join.is_some())
            .count();
        assert_eq!(group.awaiting_join, awaiting);
        let parked = awaiting
            + group
                .members()
                .filter(|m| m.awaiting_sync.is_some())
                .count();
        assert_eq!(
            self.h.parked(),
            parked,
            "who is parked, is parked at a member"
        );
        let statics = group.members().filter(|m| m.is_static()).count();
        assert_eq!(group.static_members.len(), statics);
        let size: usize = group.members().map(Member::size_bytes).sum();
        assert!(group.members_bytes >= size && (size > 0 || group.members_bytes < 4096));
        match group.state() {
            GroupState::Empty => assert_eq!(group.member_count(), 0),
            GroupState::Stable => {
                assert!(
                    group.members().all(|m| m.awaiting_join.is_none()),
                    "stable, and one waits"
                );
                assert!(group.members().all(|m| m.awaiting_sync.is_none()));
                let prefix = format!("{}/", group.generation());
                for member in group.members().filter(|m| !m.assignment.is_empty()) {
                    assert!(
                        member.assignment.starts_with(prefix.as_bytes()),
                        "stale assignment"
                    );
                }
            }
            GroupState::CompletingRebalance => {
                assert!(group.members().all(|m| m.awaiting_join.is_none()));
                assert!(group.members().all(|m| m.assignment.is_empty()));
                assert!(
                    group.sync_deadline.is_some(),
                    "the wait for assignments ends"
                );
            }
            GroupState::PreparingRebalance => {
                assert!(group.join_timer.is_some(), "the wait for members ends");
            }
            GroupState::Dead => panic!("nobody deleted the group"),
        }
        if group.member_count() > 0 {
            let wake = group.wake_at().expect("a group with members is woken");
            assert!(
                group
                    .next_deadline()
                    .is_none_or(|deadline| wake <= deadline)
            );
            assert!(
                wake <= self.h.now + seconds(600),
                "woken within the longest timeout"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, max_shrink_iters: 20_000, ..Default::default() })]

    #[test]
    fn random_events_keep_the_invariants(
        delay in 0..4_u64,
        steps in prop::collection::vec(step(), 1..120),
    ) {
        let h = Harness::with(GroupOptions {
            initial_rebalance_delay: seconds(delay),
            max_size: 4,
            ..GroupOptions::default()
        });
        let people = vec![Person { generation: -1, ..Person::default() }; 5];
        let mut world = World { h, people, generations: HashMap::new(), highest: 0 };
        for step in &steps {
            world.run(step);
        }
        // Nobody speaks any more: the group empties, everybody was answered, nothing ticks.
        world.h.advance(seconds(3600));
        world.learn();
        assert_eq!(world.h.parked(), 0, "everybody is answered");
        assert!(world.h.group.is_idle());
        assert_eq!(world.h.group.wake_at(), None);
    }
}
