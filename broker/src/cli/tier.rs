//! `strandline tier`: what the object store holds, as the broker's offsets tell it.

use anyhow::Result;
use strandline_client::{Client, ClientOptions, EARLIEST, LATEST};

use super::arguments::{Tier, TierCommand};
use super::output::{line, table};

/// `ListOffsets`: first offset on local disk (KIP-405).
const EARLIEST_LOCAL: i64 = -4;

/// `ListOffsets`: last offset in the object store (KIP-1005).
const LATEST_TIERED: i64 = -5;

pub(super) async fn run(arguments: Tier) -> Result<()> {
    let client = Client::connect(&arguments.bootstrap.bootstrap, ClientOptions::default()).await?;
    match arguments.command {
        TierCommand::Ls { topic } => ls(&client, topic).await,
        TierCommand::Show { topic, partition } => show(&client, &topic, partition).await,
    }
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
    let topics = match topic {
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
    let mut rows = Vec::new();
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
    rows.sort();
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
