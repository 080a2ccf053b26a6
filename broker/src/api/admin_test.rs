//! The administrative APIs over the wire: a node on loopback, a client, every version.

use std::collections::BTreeMap;
use std::sync::Arc;

use strandline_protocol::codec::{Request, StrBytes};
use strandline_protocol::messages::create_topics_request::{CreatableTopic, CreatableTopicConfig};
use strandline_protocol::messages::delete_topics_request::DeleteTopicState;
use strandline_protocol::messages::describe_configs_request::DescribeConfigsResource;
use strandline_protocol::messages::describe_configs_response::DescribeConfigsResult;
use strandline_protocol::messages::incremental_alter_configs_request::{
    AlterConfigsResource, AlterableConfig,
};
use strandline_protocol::messages::*;
use strandline_protocol::{ErrorCode, TopicPartition, Uuid};

use super::accepts;
use super::fixture::Node;
use crate::security::AllowAll;

async fn node(settings: &[&str]) -> Node {
    Node::start(Arc::new(AllowAll), settings).await
}

fn versions<R: Request>() -> Vec<i16> {
    R::API_KEY
        .versions()
        .filter(|version| accepts(R::API_KEY, *version))
        .collect()
}

fn topic(name: &str, num_partitions: i32, configs: &[(&str, &str)]) -> CreatableTopic {
    let config = |(name, value): &(&str, &str)| CreatableTopicConfig {
        name: StrBytes::from(*name),
        value: Some(StrBytes::from(*value)),
    };
    CreatableTopic {
        name: StrBytes::from(name),
        num_partitions,
        replication_factor: 1,
        configs: configs.iter().map(config).collect(),
        ..Default::default()
    }
}

fn create(topics: Vec<CreatableTopic>) -> CreateTopicsRequest {
    CreateTopicsRequest {
        topics,
        timeout_ms: 10_000,
        ..Default::default()
    }
}

fn describe(resource_type: i8, name: &str) -> DescribeConfigsRequest {
    let resource = DescribeConfigsResource {
        resource_type,
        resource_name: StrBytes::from(name),
        configuration_keys: None,
    };
    DescribeConfigsRequest {
        resources: vec![resource],
        ..Default::default()
    }
}

fn values(result: &DescribeConfigsResult) -> BTreeMap<String, (Option<String>, i8)> {
    let value = |config: &describe_configs_response::DescribeConfigsResourceResult| {
        let value = config.value.as_ref().map(ToString::to_string);
        (config.name.to_string(), (value, config.config_source))
    };
    result.configs.iter().map(value).collect()
}

type Row<'a> = (i8, &'a str, &'a [(&'a str, i8, Option<&'a str>)]);

fn alter(rows: &[Row<'_>], validate_only: bool) -> IncrementalAlterConfigsRequest {
    let config = |(name, operation, value): &(&str, i8, Option<&str>)| AlterableConfig {
        name: StrBytes::from(*name),
        config_operation: *operation,
        value: value.map(StrBytes::from),
    };
    let resource = |(resource_type, name, configs): &Row<'_>| AlterConfigsResource {
        resource_type: *resource_type,
        resource_name: StrBytes::from(*name),
        configs: configs.iter().map(config).collect(),
    };
    IncrementalAlterConfigsRequest {
        resources: rows.iter().map(resource).collect(),
        validate_only,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn topics_live_and_die_in_every_version() {
    let node = node(&[]).await;
    for version in versions::<CreateTopicsRequest>() {
        let name = format!("created-by-{version}");
        let request = create(vec![topic(&name, 2, &[("retention.ms", "5000")])]);
        let validated = CreateTopicsRequest {
            validate_only: true,
            ..request.clone()
        };
        let answer = node.ask(version, &validated).await.topics.remove(0);
        assert_eq!(
            (answer.error_code, answer.topic_id),
            (0, Uuid::ZERO),
            "{answer:?}"
        );
        let answer = node.ask(version, &request).await.topics.remove(0);
        assert_eq!(answer.error_code, 0, "{answer:?}");
        let topology = node.broker().metadata.topology();
        let created = topology.topic_by_name("", &name).unwrap();
        if version >= 5 {
            assert_eq!((answer.num_partitions, answer.replication_factor), (2, 1));
            let configs = answer.configs.unwrap();
            let retention = configs
                .iter()
                .find(|config| config.name == "retention.ms")
                .unwrap();
            assert_eq!(
                (retention.value.as_deref(), retention.config_source),
                (Some("5000"), 1)
            );
        }
        if version >= 7 {
            assert_eq!(answer.topic_id, created.id);
        }
        for partition in 0..2 {
            let tp = TopicPartition {
                topic_id: created.id,
                partition,
            };
            let served = node
                .broker()
                .partitions
                .get(&tp)
                .expect("it is served at once");
            assert!(served.leader_epoch().is_some());
        }
        let again = node.ask(version, &request).await.topics.remove(0);
        assert_eq!(again.error_code, ErrorCode::TopicAlreadyExists.code());
        assert_eq!(again.error_message.as_deref().is_some(), version >= 1);
    }
    for version in versions::<DeleteTopicsRequest>() {
        let name = StrBytes::from(format!("created-by-{}", version.max(2)));
        let name = if version == 1 {
            StrBytes::from("created-by-7")
        } else {
            name
        };
        let id = node
            .broker()
            .metadata
            .topology()
            .topic_by_name("", &name)
            .unwrap()
            .id;
        let request = match version {
            6.. => DeleteTopicsRequest {
                topics: vec![DeleteTopicState {
                    name: None,
                    topic_id: id,
                }],
                ..Default::default()
            },
            _ => DeleteTopicsRequest {
                topic_names: vec![name.clone()],
                ..Default::default()
            },
        };
        let request = DeleteTopicsRequest {
            timeout_ms: 10_000,
            ..request
        };
        let answer = node.ask(version, &request).await.responses.remove(0);
        assert_eq!(
            (answer.error_code, answer.name),
            (0, Some(name)),
            "version {version}"
        );
        assert!(node.broker().metadata.topology().topic(&id).is_none());
        let tp = TopicPartition {
            topic_id: id,
            partition: 0,
        };
        assert!(node.broker().partitions.get(&tp).is_none());
        let again = node.ask(version, &request).await.responses.remove(0);
        assert_eq!(again.error_code, if version >= 6 { 100 } else { 3 });
    }
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_request_answers_each_topic_once() {
    let node = node(&[]).await;
    let asked = vec![
        topic("a.b", 1, &[]),
        topic("twice", 1, &[]),
        topic("a_b", 1, &[]),
        topic("twice", 2, &[]),
        topic("bad name", 1, &[]),
        topic(
            "config",
            1,
            &[("cleanup.policy", "compact"), ("segment.bytes", "9")],
        ),
        topic("compact", 1, &[("cleanup.policy", "compact")]),
    ];
    let answer = node.ask(7, &create(asked)).await;
    let codes: Vec<_> = answer
        .topics
        .iter()
        .map(|t| (t.name.as_str(), t.error_code))
        .collect();
    let expected = [
        ("a.b", 0),
        ("twice", 42),
        ("a_b", 17),
        ("bad name", 17),
        ("config", 40),
        ("compact", 0),
    ];
    assert_eq!(codes, expected);
    assert_eq!(node.broker().metadata.topology().topic_count(), 2);

    let by_name = |name: &str| DeleteTopicState {
        name: Some(name.into()),
        ..Default::default()
    };
    let topology = node.broker().metadata.topology();
    let id = topology.topic_by_name("", "compact").unwrap().id;
    let by_id = DeleteTopicState {
        name: None,
        topic_id: id,
    };
    let delete = |topics| DeleteTopicsRequest {
        topics,
        timeout_ms: 9_000,
        ..Default::default()
    };
    let both = DeleteTopicState {
        name: Some("compact".into()),
        topic_id: id,
    };
    let asked = vec![
        by_name("compact"),
        by_id,
        by_name("a.b"),
        by_name("a.b"),
        DeleteTopicState::default(),
        both,
        by_name("missing"),
    ];
    let answer = node.ask(6, &delete(asked)).await;
    let codes: Vec<_> = answer.responses.iter().map(|t| t.error_code).collect();
    assert_eq!(codes, [0, 42, 42, 42, 42, 3], "{answer:?}");
    assert_eq!(node.broker().metadata.topology().topic_count(), 1);
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deletion_can_be_turned_off() {
    let node = node(&["delete.topic.enable=false"]).await;
    node.create_topic("t", 1).await;
    for (version, code) in [(1, 42), (2, 42), (3, 73), (5, 73)] {
        let names = vec![StrBytes::from("t")];
        let request = DeleteTopicsRequest {
            topic_names: names,
            ..Default::default()
        };
        assert_eq!(
            node.ask(version, &request).await.responses[0].error_code,
            code
        );
    }
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn partitions_are_added_and_served() {
    use create_partitions_request::CreatePartitionsTopic;
    let node = node(&[]).await;
    let id = node.create_topic("t", 1).await;
    for version in versions::<CreatePartitionsRequest>() {
        let count = i32::from(version) + 2;
        let ask = |name: &str, validate_only| CreatePartitionsRequest {
            topics: vec![CreatePartitionsTopic {
                name: name.into(),
                count,
                assignments: None,
            }],
            timeout_ms: 9_000,
            validate_only,
        };
        assert_eq!(
            node.ask(version, &ask("t", true)).await.results[0].error_code,
            0
        );
        assert_eq!(
            node.ask(version, &ask("t", false)).await.results[0].error_code,
            0
        );
        let again = node.ask(version, &ask("t", false)).await.results.remove(0);
        assert_eq!((again.error_code, again.name.as_str()), (37, "t"));
        assert_eq!(
            node.ask(version, &ask("no", false)).await.results[0].error_code,
            3
        );
        let tp = TopicPartition {
            topic_id: id,
            partition: count - 1,
        };
        assert!(node.broker().partitions.get(&tp).is_some());
    }
    node.stop().await;
}

/// A few bytes of a request must not make the broker describe the same thing thousands of times, and
/// what would take too much memory is refused.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_named_again_is_described_once() {
    let node = node(&["memory=128MiB"]).await;
    let created = node.ask(7, &create(vec![topic("t", 1, &[])])).await;
    let id = created.topics[0].topic_id;
    let resources = vec![describe(2, "t").resources.remove(0); 1_000];
    let request = DescribeConfigsRequest {
        resources,
        ..Default::default()
    };
    let answer = node.ask(4, &request).await;
    assert_eq!((answer.results.len(), answer.results[0].error_code), (1, 0));

    let of_group = |i| describe(32, &format!("group-{i}")).resources.remove(0);
    let request = DescribeConfigsRequest {
        resources: (0..20_000).map(of_group).collect(),
        include_synonyms: true,
        include_documentation: true,
    };
    let answer = node.ask(4, &request).await;
    let refused = |result: &&DescribeConfigsResult| {
        result.error_code == ErrorCode::InvalidRequest.code() && result.configs.is_empty()
    };
    assert_eq!(answer.results.len(), 20_000);
    let count = answer.results.iter().filter(refused).count();
    assert!(count > 0 && count < 20_000, "{count} refused");

    let groups = DescribeGroupsRequest {
        groups: vec!["g".into(); 1_000],
        ..Default::default()
    };
    assert_eq!(node.ask(5, &groups).await.groups.len(), 1);
    let all_of = |_| offset_fetch_request::OffsetFetchRequestGroup {
        group_id: "g".into(),
        topics: None,
        ..Default::default()
    };
    let offsets = OffsetFetchRequest {
        groups: (0..1_000).map(all_of).collect(),
        ..Default::default()
    };
    assert_eq!(node.ask(8, &offsets).await.groups.len(), 1);
    let asked = |i: u8| metadata_request::MetadataRequestTopic {
        topic_id: Uuid([i; 16]),
        name: Some("t".into()),
    };
    let metadata = MetadataRequest {
        topics: Some((0..100).map(asked).collect()),
        ..Default::default()
    };
    let topics = node.ask(12, &metadata).await.topics;
    assert_eq!((topics.len(), topics[0].topic_id), (1, id));
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_time_is_enough_for_what_takes_moments() {
    let node = node(&[]).await;
    let created = node.ask(7, &create(vec![topic("t", 1, &[])])).await;
    let id = created.topics[0].topic_id;
    for (acks, timeout_ms) in [(1, 0), (-1, 0), (1, -1), (-1, i32::MIN)] {
        let error = node.produce_one(id, acks, timeout_ms).await;
        assert_eq!(error, 0, "acks {acks}, timeout {timeout_ms}");
    }
    let partitions = vec![delete_records_request::DeleteRecordsPartition {
        partition_index: 0,
        offset: 2,
    }];
    let topics = vec![delete_records_request::DeleteRecordsTopic {
        name: "t".into(),
        partitions,
    }];
    let request = DeleteRecordsRequest {
        topics,
        timeout_ms: 0,
    };
    let answer = node.ask(2, &request).await;
    let answer = &answer.topics[0].partitions[0];
    assert_eq!((answer.error_code, answer.low_watermark), (0, 2));
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_described_in_every_version() {
    let node = node(&["tier.url=memory"]).await;
    let topic = topic(
        "t",
        1,
        &[("retention.ms", "5000"), ("cleanup.policy", "compact")],
    );
    assert_eq!(
        node.ask(7, &create(vec![topic])).await.topics[0].error_code,
        0
    );
    for version in versions::<DescribeConfigsRequest>() {
        let request = DescribeConfigsRequest {
            include_synonyms: true,
            include_documentation: version >= 3,
            ..describe(2, "t")
        };
        let result = node.ask(version, &request).await.results.remove(0);
        assert_eq!((result.error_code, result.configs.len()), (0, 34));
        let described = values(&result);
        assert_eq!(described["retention.ms"], (Some("5000".to_owned()), 1));
        assert_eq!(
            described["segment.bytes"],
            (Some("1073741824".to_owned()), 5)
        );
        assert_eq!(
            described["remote.storage.enable"].0.as_deref(),
            Some("false")
        );
        let retention = result
            .configs
            .iter()
            .find(|config| config.name == "retention.ms")
            .unwrap();
        assert_eq!(retention.synonyms[0].source, 1);
        assert_eq!(retention.config_type, if version >= 3 { 5 } else { 0 });
        assert_eq!(
            retention
                .documentation
                .as_deref()
                .is_some_and(|doc| !doc.is_empty()),
            version >= 3
        );
        let plain = node.ask(version, &describe(2, "t")).await.results.remove(0);
        assert!(
            plain
                .configs
                .iter()
                .all(|c| c.synonyms.is_empty()
                    && c.documentation.as_deref().is_none_or(str::is_empty))
        );
    }
    let mut some = describe(2, "t");
    some.resources[0].configuration_keys = Some(vec!["segment.ms".into(), "unheard.of".into()]);
    assert_eq!(node.ask(4, &some).await.results[0].configs.len(), 1);
    some.resources[0].configuration_keys = Some(Vec::new());
    let all = node.ask(4, &some).await.results.remove(0);
    assert_eq!(all.configs.len(), 34, "no names stand for all");

    let cases = [
        (2, "missing", 3),
        (2, "bad name", 17),
        (2, "", 17),
        (4, "1", 0),
        (4, "", 0),
        (4, "7", 42),
        (4, "one", 42),
        (8, "1", 0),
        (8, "", 42),
        (16, "s", 0),
        (16, "", 42),
        (32, "g", 0),
        (32, "", 42),
        (0, "x", 42),
        (64, "x", 42),
    ];
    for (kind, name, code) in cases {
        let result = node.ask(4, &describe(kind, name)).await.results.remove(0);
        assert_eq!(
            result.error_code, code,
            "{kind} `{name}`: {:?}",
            result.error_message
        );
        assert_eq!(
            (result.resource_type, result.resource_name.as_str()),
            (kind, name)
        );
    }
    let broker = values(&node.ask(4, &describe(4, "1")).await.results[0]);
    for name in [
        "node.id",
        "broker.id",
        "log.dirs",
        "num.partitions",
        "message.max.bytes",
    ] {
        assert!(broker[name].0.is_some(), "{name}");
    }
    assert_eq!(broker["log.retention.ms"].0, None);
    let loggers = values(&node.ask(4, &describe(8, "1")).await.results[0]);
    assert_eq!(loggers["root"], (Some("INFO".to_owned()), 6));
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_act_and_are_all_or_nothing() {
    let node = node(&[]).await;
    let id = node.create_topic("t", 1).await;
    let tp = TopicPartition {
        topic_id: id,
        partition: 0,
    };
    let stored = || {
        (*node
            .broker()
            .metadata
            .topology()
            .topic(&id)
            .unwrap()
            .configs)
            .clone()
    };
    for version in versions::<IncrementalAlterConfigsRequest>() {
        let set: Row<'_> = (2, "t", &[("max.message.bytes", 0, Some("2000"))]);
        assert_eq!(
            node.ask(version, &alter(&[set], true)).await.responses[0].error_code,
            0
        );
        assert!(stored().is_empty(), "validate_only changed something");
        assert_eq!(
            node.ask(version, &alter(&[set], false)).await.responses[0].error_code,
            0
        );
        let partition = node.broker().partitions.get(&tp).unwrap();
        assert_eq!(
            partition.topic().config().max_message_bytes,
            2000,
            "it acts at once"
        );
        let append: Row<'_> = (2, "t", &[("cleanup.policy", 2, Some("compact"))]);
        assert_eq!(
            node.ask(version, &alter(&[append], false)).await.responses[0].error_code,
            0
        );
        assert_eq!(stored()["cleanup.policy"], "delete,compact");
        let back: Row<'_> = (
            2,
            "t",
            &[
                ("cleanup.policy", 1, None),
                ("max.message.bytes", 1, Some("ignored")),
            ],
        );
        assert_eq!(
            node.ask(version, &alter(&[back], false)).await.responses[0].error_code,
            0
        );
        assert!(stored().is_empty());
    }
    let cases: &[(&[Row<'_>], &[i16])] = &[
        (
            &[(
                2,
                "t",
                &[("segment.ms", 0, Some("7")), ("retention.ms", 0, Some("x"))],
            )],
            &[40],
        ),
        (
            &[(
                2,
                "t",
                &[("segment.ms", 0, Some("7")), ("segment.ms", 1, None)],
            )],
            &[42],
        ),
        (&[(2, "t", &[("segment.ms", 2, Some("7"))])], &[40]),
        (&[(2, "t", &[("segment.ms", 9, Some("7"))])], &[42]),
        (&[(2, "t", &[("segment.ms", 0, None)])], &[42]),
        (
            &[(2, "t", &[]), (2, "t", &[("segment.ms", 0, Some("7"))])],
            &[42],
        ),
        (
            &[
                (2, "no", &[("segment.ms", 0, Some("7"))]),
                (32, "g", &[("share.session.timeout.ms", 0, Some("7"))]),
            ],
            &[3, 0],
        ),
        (&[(2, "a b", &[])], &[17]),
        (&[(4, "7", &[("message.max.bytes", 0, Some("7"))])], &[42]),
        (&[(4, "x", &[])], &[42]),
        (&[(4, "1", &[("node.id", 0, Some("7"))])], &[40]),
        (&[(8, "1", &[("root", 0, Some("DEBUG"))])], &[42]),
        (&[(16, "", &[])], &[42]),
        (&[(32, "", &[])], &[42]),
        (&[(3, "x", &[])], &[42]),
    ];
    for (rows, codes) in cases {
        let answer = node.ask(1, &alter(rows, false)).await;
        let got: Vec<_> = answer
            .responses
            .iter()
            .map(|response| response.error_code)
            .collect();
        assert_eq!(&got, codes, "{rows:?}: {answer:?}");
        assert!(stored().is_empty(), "{rows:?} changed something");
    }
    let group = values(&node.ask(4, &describe(32, "g")).await.results[0]);
    assert_eq!(group["share.session.timeout.ms"], (Some("7".to_owned()), 8));
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_of_brokers_reach_topics_at_run_time() {
    let node = node(&[]).await;
    let id = node.create_topic("t", 1).await;
    let tp = TopicPartition {
        topic_id: id,
        partition: 0,
    };
    let limit = || {
        let partition = node.broker().partitions.get(&tp).unwrap();
        partition.topic().config().max_message_bytes
    };
    let steps: [(&str, i8, Option<&str>, usize, i8); 4] = [
        ("", 0, Some("3000"), 3000, 3),
        ("1", 0, Some("4000"), 4000, 2),
        ("1", 1, None, 3000, 3),
        ("", 1, None, 1_048_588, 5),
    ];
    for (name, operation, value, expected, source) in steps {
        let change = [("message.max.bytes", operation, value)];
        let answer = node.ask(1, &alter(&[(4, name, &change)], false)).await;
        assert_eq!(answer.responses[0].error_code, 0, "{answer:?}");
        assert_eq!(limit(), expected);
        let broker = values(&node.ask(4, &describe(4, "1")).await.results[0]);
        assert_eq!(
            broker["message.max.bytes"],
            (Some(expected.to_string()), source)
        );
        let topic = values(&node.ask(4, &describe(2, "t")).await.results[0]);
        assert_eq!(
            topic["max.message.bytes"],
            (Some(expected.to_string()), source)
        );
    }
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_appends_lose_nothing() {
    let node = node(&[]).await;
    node.create_topic("t", 1).await;
    let name = "leader.replication.throttled.replicas";
    let values: Vec<String> = (0..20).map(|i| format!("{i}:1")).collect();
    let appends = values.iter().map(|value| {
        let change = [(name, 2, Some(value.as_str()))];
        let request = alter(&[(2, "t", &change)], false);
        let node = &node;
        async move { node.ask(1, &request).await.responses[0].error_code }
    });
    assert!(
        futures::future::join_all(appends)
            .await
            .iter()
            .all(|code| *code == 0)
    );
    let topology = node.broker().metadata.topology();
    let stored = &topology.topic_by_name("", "t").unwrap().configs[name];
    assert_eq!(stored.split(',').count(), 20, "{stored}");
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cluster_and_its_directory_are_described() {
    let node = node(&["broker.rack=r1"]).await;
    node.create_topic("b", 2).await;
    node.create_topic("a", 1).await;
    for version in versions::<DescribeClusterRequest>() {
        let request = DescribeClusterRequest {
            include_cluster_authorized_operations: true,
            ..Default::default()
        };
        let answer = node.ask(version, &request).await;
        assert_eq!(
            (
                answer.error_code,
                answer.controller_id,
                answer.brokers.len()
            ),
            (0, 1, 1)
        );
        assert_eq!(answer.cluster_id.len(), 22);
        let broker = &answer.brokers[0];
        assert_eq!((broker.broker_id, broker.host.as_str()), (1, "127.0.0.1"));
        assert_eq!(broker.rack.as_deref(), Some("r1"));
        let bits = [5, 7, 8, 9, 10, 11, 12]
            .iter()
            .fold(0, |bits, bit| bits | 1 << bit);
        assert_eq!(answer.cluster_authorized_operations, bits);
        let unasked = node.ask(version, &DescribeClusterRequest::default()).await;
        assert_eq!(unasked.cluster_authorized_operations, i32::MIN);
    }
    for (endpoint_type, code) in [(2, 114), (3, 115)] {
        let request = DescribeClusterRequest {
            endpoint_type,
            ..Default::default()
        };
        assert_eq!(node.ask(2, &request).await.error_code, code);
    }
    for version in versions::<DescribeLogDirsRequest>() {
        let answer = node
            .ask(version, &DescribeLogDirsRequest { topics: None })
            .await;
        assert_eq!((answer.error_code, answer.results.len()), (0, 1));
        let dir = &answer.results[0];
        let names: Vec<_> = dir
            .topics
            .iter()
            .map(|t| (t.name.as_str(), t.partitions.len()))
            .collect();
        assert_eq!(names, [("a", 1), ("b", 2)]);
        assert!(dir.log_dir.starts_with('/'));
        assert_eq!(dir.total_bytes > 0 && dir.usable_bytes > 0, version >= 4);
    }
    use describe_log_dirs_request::DescribableLogDirTopic;
    let some = |topic: &str| DescribableLogDirTopic {
        topic: topic.into(),
        partitions: vec![1, 7],
    };
    let request = DescribeLogDirsRequest {
        topics: Some(vec![some("b"), some("no")]),
    };
    let answer = node.ask(5, &request).await;
    assert_eq!(answer.results[0].topics.len(), 1);
    assert_eq!(answer.results[0].topics[0].partitions[0].partition_index, 1);
    let moving = node
        .ask(0, &ListPartitionReassignmentsRequest::default())
        .await;
    assert_eq!((moving.error_code, moving.topics.len()), (0, 0));
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn acls_answer_that_security_is_disabled() {
    let node = node(&[]).await;
    let disabled = ErrorCode::SecurityDisabled.code();
    for version in 1..=3 {
        let described = node.ask(version, &DescribeAclsRequest::default()).await;
        assert_eq!(
            (described.error_code, described.resources.len()),
            (disabled, 0)
        );
        assert_eq!(
            described.error_message.as_deref(),
            Some("No Authorizer is configured.")
        );
        let creation = create_acls_request::AclCreation::default();
        let creations = vec![creation; 3];
        let created = node.ask(version, &CreateAclsRequest { creations }).await;
        assert!(created.results.len() == 3 && created.results[2].error_code == disabled);
        let filters = vec![delete_acls_request::DeleteAclsFilter::default(); 2];
        let deleted = node.ask(version, &DeleteAclsRequest { filters }).await;
        assert!(deleted.filter_results.len() == 2);
        assert_eq!(deleted.filter_results[1].error_code, disabled);
    }
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn topics_are_described_in_pages() {
    use describe_topic_partitions_request::{Cursor, TopicRequest};
    let node = node(&["max.request.partition.size.limit=3"]).await;
    for (name, count) in [("b", 2), ("a", 2), ("c", 1)] {
        node.create_topic(name, count).await;
    }
    let named = |names: &[&str]| {
        names
            .iter()
            .map(|name| TopicRequest {
                name: (*name).into(),
            })
            .collect::<Vec<_>>()
    };
    let all = node
        .ask(0, &DescribeTopicPartitionsRequest::default())
        .await;
    let names: Vec<_> = all
        .topics
        .iter()
        .map(|topic| topic.name.clone().unwrap())
        .collect();
    assert_eq!(names, ["a", "b"]);
    assert_ne!(all.topics[0].topic_authorized_operations, i32::MIN);
    let next = all.next_cursor.unwrap();
    assert_eq!((next.topic_name.as_str(), next.partition_index), ("b", 1));
    let cursor = Some(Cursor {
        topic_name: next.topic_name,
        partition_index: 1,
    });
    let rest = node
        .ask(
            0,
            &DescribeTopicPartitionsRequest {
                cursor,
                ..Default::default()
            },
        )
        .await;
    let names: Vec<_> = rest
        .topics
        .iter()
        .map(|topic| topic.name.clone().unwrap())
        .collect();
    assert_eq!(
        (names, rest.next_cursor),
        (vec!["b".into(), "c".into()], None)
    );
    let partition = &rest.topics[0].partitions[0];
    assert_eq!(
        (
            partition.partition_index,
            partition.leader_id,
            partition.error_code
        ),
        (1, 1, 0)
    );
    assert_eq!(partition.eligible_leader_replicas, Some(Vec::new()));
    let topics = named(&["zz", "a b", "c", "c"]);
    let asked = node
        .ask(
            0,
            &DescribeTopicPartitionsRequest {
                topics,
                ..Default::default()
            },
        )
        .await;
    let codes: Vec<_> = asked.topics.iter().map(|topic| topic.error_code).collect();
    assert_eq!(codes, [17, 0, 3]);
    assert_eq!(
        node.broker().metadata.topology().topic_count(),
        3,
        "it created a topic"
    );
    node.stop().await;
}
