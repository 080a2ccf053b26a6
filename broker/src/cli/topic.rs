//! `strandline topic`.

use anyhow::{Context as _, Result, bail};
use strandline_client::{Client, ClientOptions};
use strandline_protocol::messages::create_partitions_request::CreatePartitionsTopic;
use strandline_protocol::messages::create_topics_request::{CreatableTopic, CreatableTopicConfig};
use strandline_protocol::messages::delete_topics_request::DeleteTopicState;
use strandline_protocol::messages::describe_configs_request::DescribeConfigsResource;
use strandline_protocol::messages::incremental_alter_configs_request::{
    AlterConfigsResource, AlterableConfig,
};
use strandline_protocol::messages::{
    CreatePartitionsRequest, CreateTopicsRequest, DeleteTopicsRequest, DescribeConfigsRequest,
    IncrementalAlterConfigsRequest,
};

use super::answer::{TIMEOUT_MS, check};
use super::arguments::{Topic, TopicCommand};
use super::output::{assignment, line, table};
use super::repair;

/// Resource type of topics in config requests.
const TOPIC: i8 = 2;

/// Operations of IncrementalAlterConfigs.
const SET: i8 = 0;
const DELETE: i8 = 1;

/// Config source of a value that was set on the topic itself.
const SET_ON_TOPIC: i8 = 1;

pub(super) async fn run(arguments: Topic) -> Result<()> {
    let client = Client::connect(&arguments.bootstrap.bootstrap, ClientOptions::default()).await?;
    match arguments.command {
        TopicCommand::Create {
            name,
            partitions,
            replication_factor,
            set,
        } => create(&client, &name, partitions, replication_factor, &set).await,
        TopicCommand::List => list(&client).await,
        TopicCommand::Describe { name } => describe(&client, &name).await,
        TopicCommand::Alter {
            name,
            partitions,
            set,
            unset,
        } => alter(&client, &name, partitions, &set, &unset).await,
        TopicCommand::Delete { name } => delete(&client, &name).await,
        TopicCommand::Repair {
            name,
            partition,
            execute,
        } => repair::run(&client, &name, partition, execute).await,
    }
}

async fn create(
    client: &Client,
    name: &str,
    partitions: Option<i32>,
    replication_factor: Option<i16>,
    set: &[String],
) -> Result<()> {
    let configs = set
        .iter()
        .map(|text| {
            let (name, value) = assignment(text)?;
            Ok(CreatableTopicConfig {
                name: name.into(),
                value: Some(value.into()),
            })
        })
        .collect::<Result<_>>()?;
    let request = CreateTopicsRequest {
        topics: vec![CreatableTopic {
            name: name.into(),
            num_partitions: partitions.unwrap_or(-1),
            replication_factor: replication_factor.unwrap_or(-1),
            configs,
            ..Default::default()
        }],
        timeout_ms: TIMEOUT_MS,
        ..Default::default()
    };
    let answer = client.request(&request).await?;
    let topic = answer
        .topics
        .first()
        .context("the broker did not say what became of the topic")?;
    check(
        topic.error_code,
        topic.error_message.as_deref(),
        &format!("create topic `{name}`"),
    )?;
    Ok(line(format!(
        "created {name} with {} partitions",
        topic.num_partitions
    ))?)
}

async fn list(client: &Client) -> Result<()> {
    let answer = client.metadata(None).await?;
    let mut rows: Vec<Vec<String>> = answer
        .topics
        .iter()
        .map(|topic| {
            let name = topic.name.as_deref().unwrap_or_default().to_owned();
            vec![
                name,
                topic.partitions.len().to_string(),
                topic.topic_id.to_string(),
            ]
        })
        .collect();
    rows.sort();
    Ok(table(&["TOPIC", "PARTITIONS", "ID"], &rows)?)
}

async fn describe(client: &Client, name: &str) -> Result<()> {
    let answer = client.metadata(Some(&[name])).await?;
    let topic = answer
        .topics
        .first()
        .context("the broker did not describe the topic")?;
    check(topic.error_code, None, &format!("topic `{name}`"))?;
    line(format!("{name}  id {}", topic.topic_id))?;
    let mut partitions: Vec<_> = topic.partitions.iter().collect();
    partitions.sort_by_key(|partition| partition.partition_index);
    let rows: Vec<Vec<String>> = partitions
        .into_iter()
        .map(|partition| {
            vec![
                partition.partition_index.to_string(),
                partition.leader_id.to_string(),
                partition.leader_epoch.to_string(),
                format!("{:?}", partition.replica_nodes),
                format!("{:?}", partition.isr_nodes),
            ]
        })
        .collect();
    table(&["PARTITION", "LEADER", "EPOCH", "REPLICAS", "ISR"], &rows)?;
    let request = DescribeConfigsRequest {
        resources: vec![DescribeConfigsResource {
            resource_type: TOPIC,
            resource_name: name.into(),
            configuration_keys: None,
        }],
        ..Default::default()
    };
    let answer = client.request(&request).await?;
    let result = answer
        .results
        .first()
        .context("the broker did not describe the configs")?;
    check(
        result.error_code,
        result.error_message.as_deref(),
        "describe configs",
    )?;
    for config in &result.configs {
        if config.config_source == SET_ON_TOPIC {
            line(format!(
                "{}={}",
                config.name,
                config.value.as_deref().unwrap_or("")
            ))?;
        }
    }
    Ok(())
}

async fn alter(
    client: &Client,
    name: &str,
    partitions: Option<i32>,
    set: &[String],
    unset: &[String],
) -> Result<()> {
    if partitions.is_none() && set.is_empty() && unset.is_empty() {
        bail!("nothing to alter: give --partitions, --set NAME=VALUE or --unset NAME");
    }
    let mut configs = Vec::new();
    for text in set {
        let (name, value) = assignment(text)?;
        configs.push(AlterableConfig {
            name: name.into(),
            config_operation: SET,
            value: Some(value.into()),
        });
    }
    configs.extend(unset.iter().map(|name| AlterableConfig {
        name: name.as_str().into(),
        config_operation: DELETE,
        value: None,
    }));
    if !configs.is_empty() {
        let request = IncrementalAlterConfigsRequest {
            resources: vec![AlterConfigsResource {
                resource_type: TOPIC,
                resource_name: name.into(),
                configs,
            }],
            validate_only: false,
        };
        let answer = client.request(&request).await?;
        let result = answer
            .responses
            .first()
            .context("the broker did not answer for the topic")?;
        check(
            result.error_code,
            result.error_message.as_deref(),
            &format!("alter `{name}`"),
        )?;
        line(format!("altered configs of {name}"))?;
    }
    if let Some(count) = partitions {
        let request = CreatePartitionsRequest {
            topics: vec![CreatePartitionsTopic {
                name: name.into(),
                count,
                assignments: None,
            }],
            timeout_ms: TIMEOUT_MS,
            validate_only: false,
        };
        let answer = client.request(&request).await?;
        let result = answer
            .results
            .first()
            .context("the broker did not answer for the topic")?;
        let what = format!("partitions of `{name}`");
        check(result.error_code, result.error_message.as_deref(), &what)?;
        line(format!("{name} has {count} partitions"))?;
    }
    Ok(())
}

async fn delete(client: &Client, name: &str) -> Result<()> {
    let connection = client.any().await?;
    let version = connection.version::<DeleteTopicsRequest>()?;
    // Version 6 takes names or ids in one list; earlier ones a list of names.
    let request = if version >= 6 {
        DeleteTopicsRequest {
            topics: vec![DeleteTopicState {
                name: Some(name.into()),
                ..Default::default()
            }],
            timeout_ms: TIMEOUT_MS,
            ..Default::default()
        }
    } else {
        DeleteTopicsRequest {
            topic_names: vec![name.into()],
            timeout_ms: TIMEOUT_MS,
            ..Default::default()
        }
    };
    let answer = connection.request_at(&request, version).await?;
    let topic = answer
        .responses
        .first()
        .context("the broker did not answer for the topic")?;
    check(
        topic.error_code,
        topic.error_message.as_deref(),
        &format!("delete topic `{name}`"),
    )?;
    Ok(line(format!("deleted {name}"))?)
}
