//! `strandline tier`: what the object store holds: as the broker's offsets tell it, and object by
//! object as its manifests do.

use anyhow::{Result, bail};
use strandline_client::{Client, ClientOptions, EARLIEST, LATEST};
use tokio::io::AsyncBufReadExt as _;

use super::admin;
use super::answer::check_partition;
use super::arguments::{Tier, TierCommand};
use super::output::{line, note, table};

/// `ListOffsets`: first offset on local disk (KIP-405).
const EARLIEST_LOCAL: i64 = -4;

/// `ListOffsets`: last offset in the object store (KIP-1005).
const LATEST_TIERED: i64 = -5;

pub(super) async fn run(arguments: Tier) -> Result<()> {
    let bootstrap = arguments.bootstrap.bootstrap;
    let connect = async || Client::connect(&bootstrap, ClientOptions::default()).await;
    match arguments.command {
        TierCommand::Ls { topic } => ls(&connect().await?, topic).await,
        TierCommand::Objects { topic, admin } => objects(&admin, topic.as_deref()).await,
        TierCommand::Show { topic, partition } => show(&connect().await?, &topic, partition).await,
    }
}

/// Prints the lines of the admin port as they come.
async fn objects(admin: &str, topic: Option<&str>) -> Result<()> {
    let query = topic.map_or_else(String::new, |topic| format!("?topic={topic}"));
    let answer = admin::get(admin, &format!("/tier/objects{query}")).await?;
    line("TOPIC PARTITION USE START END BYTES KEY")?;
    let mut lines = answer.lines();
    while let Some(text) = lines.next_line().await? {
        if let Some(count) = text.strip_prefix("end ") {
            note(format!("{count} objects"));
            return Ok(());
        }
        if let Some(reason) = text.strip_prefix("failed: ") {
            bail!("the list is not complete: {reason}");
        }
        line(text)?;
    }
    bail!("the list is not complete: the broker at {admin} broke off")
}

struct Offsets {
    start: i64,
    local: i64,
    /// End of what the object store holds.
    tiered: Option<i64>,
    end: i64,
}

async fn offsets(client: &Client, topic: &str, partition: i32) -> Result<Offsets> {
    let at = async |timestamp| client.offset_at(topic, partition, timestamp).await;
    let start = at(EARLIEST).await?.unwrap_or_default();
    Ok(Offsets {
        start,
        local: at(EARLIEST_LOCAL).await?.unwrap_or(start),
        tiered: at(LATEST_TIERED).await?.map(|last| last + 1),
        end: at(LATEST).await?.unwrap_or_default(),
    })
}

async fn ls(client: &Client, topic: Option<String>) -> Result<()> {
    let mut topics = match topic {
        Some(topic) => vec![topic],
        None => {
            let answer = client.metadata(None).await?;
            answer
                .topics
                .iter()
                .filter_map(|of| Some(of.name.as_deref()?.to_owned()))
                .collect()
        }
    };
    topics.sort();
    let mut rows = Vec::new();
    // Partitions come by number.
    for topic in topics {
        for partition in client.partitions(&topic).await? {
            let offsets = offsets(client, &topic, partition).await?;
            let remote = offsets
                .tiered
                .map_or(0, |tiered| (tiered - offsets.start).max(0));
            rows.push(vec![
                topic.clone(),
                partition.to_string(),
                offsets.start.to_string(),
                offsets
                    .tiered
                    .map_or_else(|| "-".to_owned(), |tiered| tiered.to_string()),
                offsets.local.to_string(),
                offsets.end.to_string(),
                remote.to_string(),
            ]);
        }
    }
    Ok(table(
        &[
            "TOPIC",
            "PARTITION",
            "START",
            "TIERED-TO",
            "LOCAL-FROM",
            "END",
            "REMOTE-OFFSETS",
        ],
        &rows,
    )?)
}

async fn show(client: &Client, topic: &str, partition: i32) -> Result<()> {
    check_partition(topic, &client.partitions(topic).await?, partition)?;
    let offsets = offsets(client, topic, partition).await?;
    line(format!("{topic}-{partition}"))?;
    line(format!("  log        [{}, {})", offsets.start, offsets.end))?;
    match offsets.tiered {
        None => line("  remote     nothing")?,
        Some(tiered) => line(format!(
            "  remote     [{}, {tiered})",
            offsets.start.min(tiered)
        ))?,
    }
    line(format!("  local      [{}, {})", offsets.local, offsets.end))?;
    let only_local = offsets.end - offsets.tiered.unwrap_or(offsets.start);
    Ok(line(format!(
        "  not in the object store yet: {} offsets",
        only_local.max(0)
    ))?)
}
