//! `strandline group`.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use strandline_client::{Client, ClientOptions, EARLIEST, LATEST};
use strandline_protocol::ErrorCode;
use strandline_protocol::messages::offset_commit_request::{
    OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use strandline_protocol::messages::offset_fetch_request::OffsetFetchRequestGroup;
use strandline_protocol::messages::{
    DescribeGroupsRequest, ListGroupsRequest, OffsetCommitRequest, OffsetFetchRequest,
};

use super::answer::check;
use super::arguments::{Group, GroupCommand};
use super::output::{line, note, table};

/// Versions of the offset APIs that name topics and take a list of groups.
const OFFSETS_VERSION: i16 = 8;

/// Generation of a commit from outside the group.
const NO_GENERATION: i32 = -1;

pub(super) async fn run(arguments: Group) -> Result<()> {
    let client = Client::connect(&arguments.bootstrap.bootstrap, ClientOptions::default()).await?;
    match arguments.command {
        GroupCommand::List => list(&client).await,
        GroupCommand::Describe { group } => describe(&client, &group).await,
        GroupCommand::Reset {
            group,
            topic,
            to,
            execute,
        } => reset(&client, &group, &topic, &to, execute).await,
    }
}

async fn list(client: &Client) -> Result<()> {
    let brokers = client.metadata(Some(&[])).await?.brokers;
    let mut rows = Vec::new();
    for broker in brokers {
        let connection = client.broker(broker.node_id).await?;
        let answer = connection.request(&ListGroupsRequest::default()).await?;
        check(answer.error_code, None, "list groups")?;
        rows.extend(answer.groups.iter().map(|group| {
            vec![
                group.group_id.to_string(),
                group.group_state.to_string(),
                group.protocol_type.to_string(),
            ]
        }));
    }
    rows.sort();
    Ok(table(&["GROUP", "STATE", "PROTOCOL"], &rows)?)
}

/// Committed offsets of a group by topic and partition.
async fn committed(client: &Client, group: &str) -> Result<BTreeMap<(String, i32), i64>> {
    let request = OffsetFetchRequest {
        groups: vec![OffsetFetchRequestGroup {
            group_id: group.into(),
            topics: None,
            ..Default::default()
        }],
        ..Default::default()
    };
    let coordinator = client.coordinator(group).await?;
    let answer = coordinator.request_at(&request, OFFSETS_VERSION).await?;
    let of_group = answer
        .groups
        .first()
        .context("the broker did not answer for the group")?;
    check(
        of_group.error_code,
        None,
        &format!("offsets of group `{group}`"),
    )?;
    let mut offsets = BTreeMap::new();
    for topic in &of_group.topics {
        for partition in &topic.partitions {
            offsets.insert(
                (topic.name.to_string(), partition.partition_index),
                partition.committed_offset,
            );
        }
    }
    Ok(offsets)
}

async fn describe(client: &Client, group: &str) -> Result<()> {
    let request = DescribeGroupsRequest {
        groups: vec![group.into()],
        ..Default::default()
    };
    let answer = client.coordinator(group).await?.request(&request).await?;
    let described = answer
        .groups
        .first()
        .context("the broker did not describe the group")?;
    check(described.error_code, None, &format!("group `{group}`"))?;
    line(format!(
        "{group}  {}  {} {}",
        described.group_state, described.protocol_type, described.protocol_data
    ))?;
    let members: Vec<Vec<String>> = described
        .members
        .iter()
        .map(|member| {
            vec![
                member.member_id.to_string(),
                member
                    .group_instance_id
                    .as_deref()
                    .unwrap_or("-")
                    .to_owned(),
                member.client_id.to_string(),
                member.client_host.to_string(),
            ]
        })
        .collect();
    if !members.is_empty() {
        table(&["MEMBER", "INSTANCE", "CLIENT", "HOST"], &members)?;
    }
    let mut rows = Vec::new();
    for ((topic, partition), offset) in committed(client, group).await? {
        let end = client
            .offset_at(&topic, partition, LATEST)
            .await?
            .unwrap_or_default();
        rows.push(vec![
            topic,
            partition.to_string(),
            offset.to_string(),
            end.to_string(),
            (end - offset).max(0).to_string(),
        ]);
    }
    Ok(table(
        &["TOPIC", "PARTITION", "COMMITTED", "END", "LAG"],
        &rows,
    )?)
}

async fn reset(client: &Client, group: &str, topic: &str, to: &str, execute: bool) -> Result<()> {
    let before = committed(client, group).await?;
    let mut partitions = Vec::new();
    let mut rows = Vec::new();
    for partition in client.partitions(topic).await? {
        let offset = target(client, topic, partition, to).await?;
        let old = before.get(&(topic.to_owned(), partition));
        rows.push(vec![
            topic.to_owned(),
            partition.to_string(),
            old.map_or_else(|| "-".to_owned(), i64::to_string),
            offset.to_string(),
        ]);
        partitions.push(OffsetCommitRequestPartition {
            partition_index: partition,
            committed_offset: offset,
            ..Default::default()
        });
    }
    table(&["TOPIC", "PARTITION", "BEFORE", "AFTER"], &rows)?;
    if !execute {
        return Ok(line("nothing was changed; add --execute to do it")?);
    }
    let request = OffsetCommitRequest {
        group_id: group.into(),
        generation_id_or_member_epoch: NO_GENERATION,
        topics: vec![OffsetCommitRequestTopic {
            name: topic.into(),
            partitions,
            ..Default::default()
        }],
        ..Default::default()
    };
    let coordinator = client.coordinator(group).await?;
    let answer = coordinator.request_at(&request, OFFSETS_VERSION).await?;
    for partition in answer.topics.iter().flat_map(|topic| &topic.partitions) {
        let code = ErrorCode::from_code(partition.error_code);
        ensure!(
            !matches!(code, ErrorCode::UnknownMemberId | ErrorCode::NonEmptyGroup),
            "group `{group}` has members; stop them first"
        );
        check(
            partition.error_code,
            None,
            &format!("{topic}-{}", partition.partition_index),
        )?;
    }
    Ok(line(format!("offsets of {group} are set"))?)
}

/// The offset that `--to` names for a partition.
async fn target(client: &Client, topic: &str, partition: i32, to: &str) -> Result<i64> {
    let timestamp = match to {
        "earliest" => EARLIEST,
        "latest" => LATEST,
        _ => match to.strip_prefix('@') {
            Some(ms) => ms
                .parse()
                .with_context(|| format!("`{ms}` is not a time in ms"))?,
            None => {
                let offset: i64 = to
                    .parse()
                    .with_context(|| format!("`{to}` is not earliest, latest, an offset or @MS"))?;
                ensure!(offset >= 0, "offset {offset} is negative");
                return within(client, topic, partition, offset).await;
            }
        },
    };
    match client.offset_at(topic, partition, timestamp).await? {
        Some(offset) => Ok(offset),
        // No record is that young: the group begins at the end.
        None => Ok(client
            .offset_at(topic, partition, LATEST)
            .await?
            .unwrap_or_default()),
    }
}

/// The offset of a partition's log that is nearest to `offset`: beyond its ends there is nothing to
/// read.
async fn within(client: &Client, topic: &str, partition: i32, offset: i64) -> Result<i64> {
    let at = async |timestamp| client.offset_at(topic, partition, timestamp).await;
    let start = at(EARLIEST).await?.unwrap_or_default();
    let end = at(LATEST).await?.unwrap_or(start).max(start);
    let nearest = offset.clamp(start, end);
    if nearest != offset {
        note(format!(
            "{topic}-{partition} has offsets {start} to {end}: {nearest} is taken for {offset}"
        ));
    }
    Ok(nearest)
}
