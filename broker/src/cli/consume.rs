//! `strandline consume`: records become lines of standard output.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use strandline_client::{Client, ClientOptions, EARLIEST, GroupConsumer, LATEST};
use strandline_protocol::codec::Records;
use strandline_protocol::record_batch::RecordView;

use super::arguments::Consume;

/// How long a read waits at the end of a partition.
const WAIT: Duration = Duration::from_millis(500);

const FETCH_BYTES_MAX: i32 = 4 << 20;

/// Decompressed records of one batch.
const BATCH_BYTES_MAX: usize = 256 << 20;

pub(super) async fn run(arguments: Consume) -> Result<()> {
    let options = ClientOptions::default();
    let client = Arc::new(Client::connect(&arguments.bootstrap.bootstrap, options).await?);
    let mut printer = Printer {
        verbose: arguments.verbose,
        left: arguments.max_records.unwrap_or(u64::MAX),
    };
    match arguments.group.clone() {
        Some(group) => as_member(client, &group, &arguments, &mut printer).await,
        None => by_offset(&client, &arguments, &mut printer).await,
    }
}

/// Prints as a member of a group until there is nothing more, or for ever.
async fn as_member(
    client: Arc<Client>,
    group: &str,
    arguments: &Consume,
    printer: &mut Printer,
) -> Result<()> {
    let topics = [arguments.topic.clone()];
    let mut consumer = GroupConsumer::join(client, group, &topics).await?;
    loop {
        tokio::select! {
            polled = consumer.poll(WAIT) => match polled? {
                Some(polled) => {
                    printer.print(polled.partition, polled.from, &polled.records)?;
                    consumer.commit().await?;
                }
                None if !arguments.follow => break,
                None => {}
            },
            _ = tokio::signal::ctrl_c() => break,
        }
        if printer.left == 0 {
            break;
        }
    }
    Ok(consumer.leave().await?)
}

async fn by_offset(client: &Client, arguments: &Consume, printer: &mut Printer) -> Result<()> {
    let topic = &arguments.topic;
    let mut partitions = client.partitions(topic).await?;
    if let Some(only) = arguments.partition {
        anyhow::ensure!(
            partitions.contains(&only),
            "{topic} has no partition {only}"
        );
        partitions = vec![only];
    }
    let mut positions = BTreeMap::new();
    for partition in partitions {
        positions.insert(partition, start(client, arguments, partition).await?);
    }
    loop {
        let mut idle = true;
        for (partition, offset) in &mut positions {
            let wait = if arguments.follow {
                WAIT
            } else {
                Duration::ZERO
            };
            let fetched = client
                .fetch(topic, *partition, *offset, wait, FETCH_BYTES_MAX)
                .await?;
            if !fetched.records.is_empty() {
                idle = false;
                *offset = printer.print(*partition, *offset, &fetched.records)?;
            } else if *offset < fetched.high_watermark {
                idle = false;
            }
            if printer.left == 0 {
                return Ok(());
            }
        }
        if idle && !arguments.follow {
            return Ok(());
        }
    }
}

/// Where to begin in a partition.
async fn start(client: &Client, arguments: &Consume, partition: i32) -> Result<i64> {
    let topic = &arguments.topic;
    let end = async || -> Result<i64> {
        let end = client.offset_at(topic, partition, LATEST).await?;
        end.with_context(|| format!("{topic}-{partition} has no end"))
    };
    match (arguments.from_offset, arguments.from_timestamp) {
        (Some(offset), _) if offset < 0 => Ok((end().await? + offset).max(0)),
        (Some(offset), _) => Ok(offset),
        (None, Some(timestamp)) => match client.offset_at(topic, partition, timestamp).await? {
            Some(offset) => Ok(offset),
            None => end().await,
        },
        (None, None) => Ok(client
            .offset_at(topic, partition, EARLIEST)
            .await?
            .unwrap_or_default()),
    }
}

struct Printer {
    verbose: bool,
    /// Records that may still be printed.
    left: u64,
}

impl Printer {
    /// Prints what lies at or above `from`; returns the offset after it.
    fn print(&mut self, partition: i32, from: i64, records: &Records) -> Result<i64> {
        let mut out = io::BufWriter::new(io::stdout().lock());
        let mut next = from;
        for batch in records.batches() {
            let batch = batch?;
            batch.verify_crc()?;
            next = next.max(batch.header().end_offset());
            if batch.header().attributes.is_control() {
                continue;
            }
            for record in &batch.records(BATCH_BYTES_MAX)? {
                let record = record?;
                if record.offset < from {
                    continue;
                }
                if self.left == 0 {
                    next = record.offset;
                    out.flush()?;
                    return Ok(next);
                }
                self.left -= 1;
                self.record(&mut out, partition, &record)?;
            }
        }
        out.flush()?;
        Ok(next)
    }

    fn record(
        &self,
        out: &mut impl io::Write,
        partition: i32,
        record: &RecordView<'_>,
    ) -> io::Result<()> {
        if self.verbose {
            write!(out, "{partition} {} {} ", record.offset, record.timestamp)?;
            for (key, value) in record.headers() {
                out.write_all(key)?;
                out.write_all(b"=")?;
                out.write_all(value.unwrap_or(b"null"))?;
                out.write_all(b" ")?;
            }
            out.write_all(record.key.unwrap_or(b"null"))?;
            out.write_all(b" ")?;
        }
        out.write_all(
            record
                .value
                .unwrap_or(if self.verbose { b"null" } else { b"" }),
        )?;
        out.write_all(b"\n")
    }
}
