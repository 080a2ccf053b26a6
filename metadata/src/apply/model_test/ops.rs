//! What is tried at random.

use proptest::prelude::*;

pub(super) const GROUPS: [&str; 3] = ["g0", "g1", "another group"];
pub(super) const NAMES: [&str; 4] = ["a", "a.b", "a_b", "..."];

#[derive(Debug, Clone)]
pub(super) enum Op {
    Register {
        broker: i32,
        stale: bool,
    },
    Create {
        topic: u8,
        name: usize,
        partitions: usize,
    },
    Delete {
        topic: u8,
    },
    Grow {
        topic: u8,
        wrong_by: i32,
        add: usize,
    },
    Commit {
        group: usize,
        behind: i32,
        generation: i32,
        member: u8,
        topic: u8,
        partition: i32,
        offset: i64,
    },
    Put {
        group: usize,
        behind: i32,
        generation: i32,
        members: u8,
    },
    DeleteGroup {
        group: usize,
    },
    Pids {
        broker: i32,
        stale: bool,
        count: i32,
    },
    LogStart {
        topic: u8,
        partition: i32,
        behind: i32,
        offset: i64,
    },
    Tier {
        topic: u8,
        partition: i32,
        behind: i32,
        wrong_version: bool,
        gap: i64,
        len: i64,
    },
    Fold {
        topic: u8,
        partition: i32,
        count: usize,
    },
    /// Proposes again what the given number of ops ago was proposed.
    Repeat {
        back: usize,
    },
    /// A proposal whose predecessor never came.
    Skip {
        broker: i32,
    },
}

pub(super) fn op() -> impl Strategy<Value = Op> {
    let behind = || prop_oneof![4 => Just(0), 1 => Just(1)];
    let topic = || 0..3u8;
    let group = || 0..GROUPS.len();
    prop_oneof![
        2 => (1..3i32, prop::bool::weighted(0.2)).prop_map(|(broker, stale)| Op::Register { broker, stale }),
        3 => (topic(), 0..NAMES.len(), 0..4usize)
            .prop_map(|(topic, name, partitions)| Op::Create { topic, name, partitions }),
        1 => topic().prop_map(|topic| Op::Delete { topic }),
        1 => (topic(), behind(), 0..3usize)
            .prop_map(|(topic, wrong_by, add)| Op::Grow { topic, wrong_by, add }),
        6 => (group(), behind(), -1..3i32, 0..3u8, topic(), 0..4i32, 0..99i64).prop_map(
            |(group, behind, generation, member, topic, partition, offset)| Op::Commit {
                group, behind, generation, member, topic, partition, offset
            }
        ),
        3 => (group(), behind(), 0..3i32, 0..8u8).prop_map(
            |(group, behind, generation, members)| Op::Put { group, behind, generation, members }
        ),
        1 => group().prop_map(|group| Op::DeleteGroup { group }),
        2 => (1..3i32, prop::bool::weighted(0.2), -1..5i32)
            .prop_map(|(broker, stale, count)| Op::Pids { broker, stale, count }),
        2 => (topic(), 0..3i32, behind(), 0..60i64).prop_map(
            |(topic, partition, behind, offset)| Op::LogStart { topic, partition, behind, offset }
        ),
        5 => (topic(), 0..3i32, behind(), prop::bool::weighted(0.1), prop_oneof![6 => Just(0), 1 => -1..2i64], 0..20i64)
            .prop_map(|(topic, partition, behind, wrong_version, gap, len)| Op::Tier {
                topic, partition, behind, wrong_version, gap, len
            }),
        2 => (topic(), 0..3i32, 1..4usize)
            .prop_map(|(topic, partition, count)| Op::Fold { topic, partition, count }),
        3 => (0..12usize).prop_map(|back| Op::Repeat { back }),
        1 => (1..3i32).prop_map(|broker| Op::Skip { broker }),
    ]
}
