//! Every check of CreateTopics, with the code and the words of its refusal.

use strandline_protocol::messages::create_topics_request::CreatableTopicConfig;

use super::*;
use crate::api::fixture::Cluster;
use crate::config::{Loader, Machine, Profile};

fn topic(name: &str, num_partitions: i32, replication_factor: i16) -> CreatableTopic {
    CreatableTopic {
        name: StrBytes::from(name),
        num_partitions,
        replication_factor,
        ..Default::default()
    }
}

fn assigned(name: &str, lists: &[(i32, &[i32])]) -> CreatableTopic {
    let assignment = |(partition_index, ids): &(i32, &[i32])| CreatableReplicaAssignment {
        partition_index: *partition_index,
        broker_ids: ids.to_vec(),
    };
    let assignments = lists.iter().map(assignment).collect();
    CreatableTopic {
        assignments,
        ..topic(name, -1, -1)
    }
}

fn configured(pairs: &[(&str, Option<&str>)]) -> CreatableTopic {
    let config = |(name, value): &(&str, Option<&str>)| CreatableTopicConfig {
        name: StrBytes::from(*name),
        value: value.map(StrBytes::from),
    };
    let configs = pairs.iter().map(config).collect();
    CreatableTopic {
        configs,
        ..topic("configured", 1, 1)
    }
}

fn settings(assignments: &[&str]) -> Settings {
    let mut loader = Loader::new(Profile::Server, Machine::default());
    for assignment in assignments {
        loader.set(assignment).unwrap();
    }
    loader.finish().unwrap()
}

#[tokio::test]
async fn refusals_have_the_codes_of_kafka() {
    let cluster = Cluster::with_brokers(2).await;
    cluster.create_topic("a.b", 1, 1).await;
    let topology = cluster.metadata.topology();
    let settings = settings(&[]);
    let cases = [
        (topic("", 1, 1), 17, "the empty string is not allowed"),
        (topic("a/b", 1, 1), 17, "contains one or more characters"),
        (topic("a.b", 1, 1), 36, "Topic 'a.b' already exists."),
        (
            topic("a_b", 1, 1),
            17,
            "Topic 'a_b' collides with existing topic: a.b",
        ),
        (topic("t", 0, 1), 37, "invalid non-positive value"),
        (topic("t", -2, 1), 37, "invalid non-positive value"),
        (
            topic("t", 10_001, 1),
            44,
            "Excessively large number of partitions",
        ),
        (
            topic("t", i32::MAX, 1),
            44,
            "Excessively large number of partitions",
        ),
        (topic("t", 1, 0), 38, "larger than 0, or -1"),
        (topic("t", 1, -2), 38, "larger than 0, or -1"),
        (topic("t", 1, 3), 38, "only 2 broker(s) are registered"),
        (
            CreatableTopic {
                num_partitions: 1,
                ..assigned("t", &[(0, &[1])])
            },
            42,
            "numPartitions was not set to -1",
        ),
        (
            CreatableTopic {
                replication_factor: 1,
                ..assigned("t", &[(0, &[1])])
            },
            42,
            "replication factor was not set to -1",
        ),
        (
            assigned("t", &[(0, &[1]), (0, &[2])]),
            39,
            "multiple manual partition assignments for partition 0",
        ),
        (assigned("t", &[(1, &[1])]), 39, "consecutive 0-based"),
        (
            assigned("t", &[(0, &[1]), (2, &[1])]),
            39,
            "consecutive 0-based",
        ),
        (
            assigned("t", &[(-1, &[1]), (0, &[1])]),
            39,
            "consecutive 0-based",
        ),
        (assigned("t", &[(0, &[])]), 39, "empty replica list"),
        (
            assigned("t", &[(0, &[7])]),
            39,
            "broker 7, but no such broker is registered",
        ),
        (
            assigned("t", &[(0, &[1, 1])]),
            39,
            "the broker 1 more than once",
        ),
        (
            assigned("t", &[(0, &[1, 2]), (1, &[1])]),
            39,
            "not consistent with previous partitions",
        ),
        (
            configured(&[("retention.ms", None)]),
            40,
            "Null value not supported for topic configs: retention.ms",
        ),
        (
            configured(&[("retention.mss", Some("1"))]),
            40,
            "Unknown topic config name: retention.mss",
        ),
        (
            configured(&[("segment.bytes", Some("1"))]),
            40,
            "Value must be at least 1048576",
        ),
        (
            configured(&[("remote.storage.enable", Some("true"))]),
            40,
            "Tiered Storage functionality is disabled",
        ),
    ];
    for (asked, code, expected) in cases {
        let mut budget = PARTITIONS_PER_REQUEST_MAX;
        let refused = plan(
            &topology,
            &settings,
            &Tenant::default(),
            &asked,
            &mut budget,
        )
        .unwrap_err();
        assert_eq!(refused.code.code(), code, "{asked:?}: {}", refused.message);
        assert!(
            refused.message.contains(expected),
            "{asked:?}: {}",
            refused.message
        );
        assert_eq!(
            budget, PARTITIONS_PER_REQUEST_MAX,
            "a refused topic took from the budget"
        );
    }
}

#[tokio::test]
async fn what_is_planned_is_what_was_asked_for() {
    let cluster = Cluster::with_brokers(3).await;
    let topology = cluster.metadata.topology();
    let settings = settings(&["num.partitions=5", "default.replication.factor=2"]);
    let mut budget = 30;
    let mut planned =
        |asked: &CreatableTopic| plan(&topology, &settings, &Tenant::default(), asked, &mut budget);
    let defaults = planned(&topic("t", -1, -1)).unwrap();
    assert_eq!(defaults.partitions.len(), 5);
    assert!(
        defaults
            .partitions
            .iter()
            .all(|partition| partition.replicas.len() == 2)
    );
    assert!(!defaults.topic_id.is_zero());
    let chosen = planned(&assigned("t", &[(1, &[3, 2]), (0, &[1, 2])])).unwrap();
    let lists: Vec<_> = chosen
        .partitions
        .iter()
        .map(|p| p.replicas.as_slice())
        .collect();
    assert_eq!(lists, [[1, 2], [3, 2]]);
    let configured = planned(&configured(&[
        ("retention.ms", Some(" 5 ")),
        ("preallocate", Some("TRUE")),
        ("retention.ms", Some("6")),
    ]));
    let configs = configured.unwrap().configs;
    let stored: Vec<_> = configs
        .iter()
        .map(|c| (c.name.as_str(), c.value.as_str()))
        .collect();
    assert_eq!(stored, [("preallocate", "true"), ("retention.ms", "6")]);
    // 22 of 30 are left, and topics share them.
    planned(&topic("t", 22, 1)).unwrap();
    assert_eq!(
        planned(&topic("t", 1, 1)).unwrap_err().code,
        ErrorCode::PolicyViolation
    );
}
