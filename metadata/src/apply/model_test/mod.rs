//! Goal: `apply` does what a simple model says, takes each proposal once and in order, gives the
//! same bytes on every node, and goes on from a snapshot as if there had been none (I2, I10, I12,
//! I13, I18, I19).
//! Method: random commands over few brokers, topics, partitions and groups, so that they get in
//! each other's way, against a model of maps that knows nothing of shards, pointers or bytes.

mod groups;
mod model;
mod ops;
mod partitions;
mod shown;

use bytes::Bytes;
use proptest::prelude::*;

use self::model::{Model, topic_uuid, uuid};
use self::ops::{Op, op};
use super::Image;
use crate::command::batch::{self, Numbered};
use crate::command::{Command, ProposerId};
use crate::outcome::{Outcome, Refusal, Reply};
use crate::records::*;
use crate::snapshot::{Capture, SnapshotStore};

/// One entry with one command.
fn entry(timestamp: i64, proposer: ProposerId, number: i64, command: &Command) -> Bytes {
    let (kind, body) = (command.number(), command.encode());
    batch::encode(
        timestamp,
        vec![Numbered {
            proposer,
            number,
            kind,
            body,
        }],
    )
    .unwrap()
}

/// What a proposer is told that has been replaced.
fn fenced(proposer: ProposerId) -> Outcome {
    match proposer {
        ProposerId::Shard { .. } => Err(Refusal::NotCoordinator),
        _ => Err(Refusal::StaleIncarnation),
    }
}

/// A proposal with its number and the outcome that it should have.
fn proposal(model: &mut Model, op: &Op) -> Option<(ProposerId, i64, Command, Outcome)> {
    match op {
        Op::Repeat { back } => {
            let at = model.history.len().checked_sub(back + 1)?;
            let (proposer, number, command) = model.history[at].clone();
            let outcomes = model.numbers.get(&proposer);
            let stored = outcomes
                .and_then(|all| all.get(number as usize - 1))
                .cloned();
            let outcome = stored.unwrap_or_else(|| fenced(proposer));
            return Some((proposer, number, command, outcome));
        }
        Op::Skip { broker } => {
            let incarnation = model.incarnation(*broker);
            let proposer = ProposerId::Broker {
                broker_id: *broker,
                incarnation,
            };
            let last = model.numbers.get(&proposer).map_or(0, Vec::len) as i64;
            let command = DeleteTopic {
                topic_id: topic_uuid(0),
            }
            .into();
            let skipped = (proposer, last + 2, command, Err(Refusal::OutOfOrder));
            return model.is_current(proposer).then_some(skipped);
        }
        Op::Register { .. } => {}
        _ if model.incarnations.is_empty() => return None,
        _ => {}
    }
    let (proposer, command, outcome) = model.propose(op)?;
    if proposer == ProposerId::Unnumbered {
        return Some((proposer, 1, command, outcome));
    }
    if !model.is_current(proposer) {
        return Some((proposer, 1, command, fenced(proposer)));
    }
    let outcomes = model.numbers.entry(proposer).or_default();
    outcomes.push(outcome.clone());
    let number = outcomes.len() as i64;
    model.history.push((proposer, number, command.clone()));
    Some((proposer, number, command, outcome))
}

/// Turns ops into entries with the outcome that each should have.
fn entries(model: &mut Model, ops: &[Op]) -> Vec<(Bytes, Outcome)> {
    let mut entries = Vec::new();
    for (at, op) in (1000i64..).zip(ops) {
        if let Some((proposer, number, command, outcome)) = proposal(model, op) {
            entries.push((entry(at, proposer, number, &command), outcome));
        }
    }
    entries
}

fn snapshot(image: &Image) -> Vec<u8> {
    crate::snapshot::encode(&Capture::take(image, None, None, RaftMembership::default()))
}

fn restored(snapshot: &[u8]) -> Image {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(
        dir.path().join("snapshot-00000000000000000000.slms"),
        snapshot,
    )
    .unwrap();
    let mut image = SnapshotStore::open(dir.path()).unwrap().1.unwrap();
    // As publishing does, which comes before the next entry.
    image.topology_changed = false;
    image
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn apply_follows_the_model(ops in prop::collection::vec(op(), 1..80), cut in 0..80usize) {
        let mut model = Model::default();
        let entries = entries(&mut model, &ops);
        let mut image = Image::default();
        let mut second = Image::default();
        for (index, (entry, expected)) in (1u64..).zip(&entries) {
            let outcomes = image.apply(index, entry).unwrap();
            prop_assert_eq!(&outcomes[..], std::slice::from_ref(expected), "entry {}", index);
            if index as usize == cut {
                // A node that joins by a snapshot here goes on like all others.
                second = restored(&snapshot(&second));
            }
            second.apply(index, entry).unwrap();
            // As publishing does after every entry.
            (image.topology_changed, second.topology_changed) = (false, false);
        }
        model.assert_shown(&image);
        let bytes = snapshot(&image);
        prop_assert_eq!(&bytes, &snapshot(&second), "two nodes differ");
        prop_assert_eq!(&bytes, &snapshot(&restored(&bytes)), "a snapshot loses something");
    }
}

#[test]
fn commands_of_one_entry_are_taken_in_order() {
    let mut image = Image::default();
    let register = RegisterBroker {
        broker_id: 1,
        incarnation: uuid(1, 1),
        level_max: 1,
        ..RegisterBroker::default()
    };
    let own = ProposerId::Broker {
        broker_id: 1,
        incarnation: uuid(1, 1),
    };
    let numbered = |proposer, number, command: Command| Numbered {
        proposer,
        number,
        kind: command.number(),
        body: command.encode(),
    };
    let ids = AllocateProducerIds {
        broker_id: 1,
        incarnation: uuid(1, 1),
        count: 10,
    };
    let mut commands = vec![numbered(ProposerId::Unnumbered, 1, register.into())];
    commands.extend((1..=3).map(|number| numbered(own, number, ids.clone().into())));
    let entry = batch::encode(5, commands).unwrap();
    let first = |first| Ok(Reply::ProducerIds { first, count: 10 });
    let expected = vec![Ok(Reply::Done), first(0), first(10), first(20)];
    assert_eq!(image.apply(1, &entry).unwrap(), expected);
    // The whole entry again, as after a retry: the same answers, no new ids.
    assert_eq!(image.apply(2, &entry).unwrap(), expected);
    assert_eq!(image.next_producer_id, 30);
    // Cluster time never goes back.
    assert_eq!(image.timestamp, 5);
    image
        .apply(3, &batch::encode(4, Vec::new()).unwrap())
        .unwrap();
    assert_eq!(image.timestamp, 5);
}
