//! `strandline topic repair`: gives up what is damaged, so that reads go on behind it.
//!
//! The one thing that can be given up is the beginning of a log. So everything below the last
//! damaged offset goes, intact or not, and only after a person saw how much that is.

use std::ops::Range;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use strandline_client::{Client, ClientError, EARLIEST, LATEST};
use strandline_protocol::ErrorCode;
use strandline_protocol::messages::DeleteRecordsRequest;
use strandline_protocol::messages::delete_records_request::{
    DeleteRecordsPartition, DeleteRecordsTopic,
};

use super::answer::{TIMEOUT_MS, check, check_partition};
use super::output::line;

/// How long a read may take; object stores are slow.
const WAIT: Duration = Duration::from_secs(10);

const FETCH_BYTES_MAX: i32 = 4 << 20;

pub(super) async fn run(client: &Client, name: &str, partition: i32, execute: bool) -> Result<()> {
    let log = log(client, name, partition).await?;
    let damaged = damaged(&log, async |offset| {
        read(client, name, partition, offset).await
    })
    .await?;
    let Some(last) = damaged.last() else {
        return Ok(line(format!(
            "{name}-{partition} is intact from {} to {}",
            log.start, log.end
        ))?);
    };
    for range in &damaged {
        line(format!(
            "{name}-{partition} is damaged from {} to {}",
            range.start, range.end
        ))?;
    }
    let lost: i64 = damaged.iter().map(|range| range.end - range.start).sum();
    let all = last.end - log.start;
    line(format!(
        "giving up offsets {} to {}: {lost} damaged, {} intact",
        log.start,
        last.end,
        all - lost
    ))?;
    if !execute {
        return Ok(line("nothing was changed; add --execute to do it")?);
    }
    move_start(client, name, partition, last.end).await?;
    Ok(line(format!(
        "{name}-{partition} starts at {} now",
        last.end
    ))?)
}

async fn log(client: &Client, name: &str, partition: i32) -> Result<Range<i64>> {
    check_partition(name, &client.partitions(name).await?, partition)?;
    let at = async |timestamp| {
        client
            .offset_at(name, partition, timestamp)
            .await?
            .with_context(|| format!("{name}-{partition} has no offsets"))
    };
    Ok(at(EARLIEST).await?..at(LATEST).await?)
}

/// Reads at `offset`: the offset after what was read, or `None` if that offset is damaged. Only the
/// broker's own word counts: a disk or a store that is away for a moment is an error.
async fn read(client: &Client, name: &str, partition: i32, offset: i64) -> Result<Option<i64>> {
    let fetched = client
        .fetch(name, partition, offset, WAIT, FETCH_BYTES_MAX)
        .await;
    let fetched = match fetched {
        Ok(fetched) => fetched,
        Err(ClientError::Damaged { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let batches = fetched.records.batches().filter_map(Result::ok);
    match batches.last().map(|batch| batch.header().end_offset()) {
        Some(next) if next > offset => Ok(Some(next)),
        _ => bail!("{name}-{partition} gave nothing at offset {offset}; try again later"),
    }
}

/// Damaged ranges of `log`, as `read` finds them. What follows the last one is intact to the end.
async fn damaged(
    log: &Range<i64>,
    read: impl AsyncFn(i64) -> Result<Option<i64>>,
) -> Result<Vec<Range<i64>>> {
    let mut damaged = Vec::new();
    let mut offset = log.start;
    while offset < log.end {
        match read(offset).await? {
            Some(next) => offset = next,
            None => {
                let end = end_of_damage(offset, log.end, &read).await?;
                damaged.push(offset..end);
                offset = end;
            }
        }
    }
    Ok(damaged)
}

/// An offset behind `damaged` that can be read and whose predecessor cannot, or `end`. Damage can be
/// millions of offsets long, so steps grow, and what lies in the last one is halved. Small intact
/// parts between damage may be stepped over; they are below the last damage and go anyway.
async fn end_of_damage(
    mut damaged: i64,
    end: i64,
    read: &impl AsyncFn(i64) -> Result<Option<i64>>,
) -> Result<i64> {
    let mut readable = end;
    let mut step = 1;
    while damaged + step < end {
        if read(damaged + step).await?.is_some() {
            readable = damaged + step;
            break;
        }
        damaged += step;
        step *= 2;
    }
    while damaged + 1 < readable {
        let middle = damaged + (readable - damaged) / 2;
        match read(middle).await? {
            Some(_) => readable = middle,
            None => damaged = middle,
        }
    }
    Ok(readable)
}

async fn move_start(client: &Client, name: &str, partition: i32, offset: i64) -> Result<()> {
    let request = DeleteRecordsRequest {
        topics: vec![DeleteRecordsTopic {
            name: name.into(),
            partitions: vec![DeleteRecordsPartition {
                partition_index: partition,
                offset,
            }],
        }],
        timeout_ms: TIMEOUT_MS,
    };
    let answer = client.request(&request).await?;
    let result = answer
        .topics
        .first()
        .and_then(|topic| topic.partitions.first())
        .context("the broker did not answer for the partition")?;
    if ErrorCode::from_code(result.error_code) == ErrorCode::PolicyViolation {
        bail!(
            "{name} is compacted only, and the start of such a log does not move; nothing was \
             changed. Set cleanup.policy=compact,delete and retention.ms=-1 on it, repair, and set \
             them back"
        );
    }
    check(result.error_code, None, "move the log start")
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// Looks for damage, given as (start, end), in a log of batches of three records; gives what it
    /// found and the reads it took.
    async fn find(end: i64, bad: &[(i64, i64)]) -> (Vec<(i64, i64)>, u32) {
        let reads = Cell::new(0);
        let is_bad = |offset: i64| bad.iter().any(|bad| bad.0 <= offset && offset < bad.1);
        let read = async |offset: i64| {
            reads.set(reads.get() + 1);
            Ok((!is_bad(offset)).then(|| (offset / 3 + 1) * 3))
        };
        let found = damaged(&(0..end), read).await.unwrap();
        let found = found.into_iter().map(|range| (range.start, range.end));
        (found.collect(), reads.get())
    }

    #[tokio::test]
    async fn damage_is_found_where_it_is() {
        let cases: [&[(i64, i64)]; 5] =
            [&[], &[(0, 3)], &[(27, 30)], &[(3, 6), (21, 24)], &[(0, 30)]];
        for bad in cases {
            assert_eq!(find(30, bad).await.0, bad);
        }
    }

    #[tokio::test]
    async fn nothing_behind_the_last_range_is_damaged() {
        // The second range lies where the steps behind the first have grown.
        let (found, _) = find(3_000, &[(3, 300), (306, 309), (900, 903)]).await;
        assert_eq!(found.first().unwrap().0, 3);
        assert_eq!(found.last().unwrap().1, 903);
    }

    #[tokio::test]
    async fn long_damage_takes_few_reads() {
        let (found, reads) = find(30_000_000, &[(3, 29_999_997)]).await;
        assert_eq!(found, [(3, 29_999_997)]);
        assert!(reads < 60, "{reads} reads");
    }
}
