//! `strandline consume`: records become lines of standard output.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use strandline_client::{Client, ClientError, ClientOptions, EARLIEST, GroupConsumer, LATEST};
use strandline_protocol::codec::Records;
use strandline_protocol::record_batch::RecordView;

use super::answer::check_partition;
use super::arguments::Consume;
use super::output::bootstrap_option;

/// How long a round of reads waits at the end of all partitions.
const WAIT: Duration = Duration::from_millis(500);

/// How long one read waits at least while following; shorter ones would only keep the broker busy.
const WAIT_MIN: Duration = Duration::from_millis(1);

const FETCH_BYTES_MAX: i32 = 4 << 20;

/// Decompressed records of one batch.
const BATCH_BYTES_MAX: usize = 256 << 20;

pub(super) async fn run(arguments: Consume) -> Result<()> {
    let options = ClientOptions::default();
    let client = Arc::new(Client::connect(&arguments.bootstrap.bootstrap, options).await?);
    let mut printer = Printer {
        out: io::stdout(),
        verbose: arguments.verbose,
        left: arguments.max_records.unwrap_or(u64::MAX),
    };
    let bootstrap = bootstrap_option(&arguments.bootstrap.bootstrap);
    let topic = &arguments.topic;
    let partitions = client.partitions(topic).await.with_context(|| {
        format!("cannot read `{topic}`; see what there is with: strandline topic{bootstrap} list")
    })?;
    let result = match arguments.group.clone() {
        Some(group) => as_member(client, &group, &arguments, &mut printer).await,
        None => by_offset(&client, &arguments, partitions, &mut printer).await,
    };
    result.map_err(|error| match error.downcast_ref() {
        Some(ClientError::Damaged { partition, .. }) => anyhow!(
            "{error}; see what would be given up with: \
             strandline topic{bootstrap} repair {topic} --partition {partition}"
        ),
        _ => error,
    })
}

/// Prints as a member of a group until there is nothing more, or for ever.
async fn as_member(
    client: Arc<Client>,
    group: &str,
    arguments: &Consume,
    printer: &mut Printer<impl io::Write>,
) -> Result<()> {
    let topics = [arguments.topic.clone()];
    let mut consumer = GroupConsumer::join(client, group, &topics).await?;
    let result = print_committing(&mut consumer, arguments, printer).await;
    // Also after a failure, such as a reader that went away: the group would wait for this member
    // until its session is over.
    let left = consumer.leave().await;
    result?;
    Ok(left?)
}

async fn print_committing(
    consumer: &mut GroupConsumer,
    arguments: &Consume,
    printer: &mut Printer<impl io::Write>,
) -> Result<()> {
    while printer.left > 0 {
        tokio::select! {
            polled = consumer.poll(WAIT) => match polled? {
                Some(polled) => {
                    let next = printer.print(
                        polled.partition,
                        polled.from,
                        &polled.records,
                    )?;
                    // What was fetched and not printed is for the next reader.
                    consumer.seek(&polled.topic, polled.partition, next);
                    consumer.commit().await?;
                }
                None if !arguments.follow => break,
                None => {}
            },
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    Ok(())
}

async fn by_offset(
    client: &Client,
    arguments: &Consume,
    mut partitions: Vec<i32>,
    printer: &mut Printer<impl io::Write>,
) -> Result<()> {
    let topic = &arguments.topic;
    if let Some(only) = arguments.partition {
        check_partition(topic, &partitions, only)?;
        partitions = vec![only];
    }
    let mut positions = BTreeMap::new();
    for partition in partitions {
        positions.insert(partition, start(client, arguments, partition).await?);
    }
    // Partitions are asked one after the other, so they share the wait: none is to hold up what
    // another has.
    let wait = match u32::try_from(positions.len()) {
        Ok(count) if arguments.follow => (WAIT / count.max(1)).max(WAIT_MIN),
        _ => Duration::ZERO,
    };
    loop {
        let mut idle = true;
        for (partition, offset) in &mut positions {
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
        (Some(offset), _) if offset < 0 => {
            let earliest = client.offset_at(topic, partition, EARLIEST).await?;
            Ok((end().await? + offset).max(earliest.unwrap_or_default()))
        }
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

struct Printer<W> {
    out: W,
    verbose: bool,
    /// Records that may still be printed.
    left: u64,
}

impl<W: io::Write> Printer<W> {
    /// Prints what lies at or above `from`; returns the offset after it.
    fn print(&mut self, partition: i32, from: i64, records: &Records) -> Result<i64> {
        let mut out = io::BufWriter::new(&mut self.out);
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
                print_record(&mut out, partition, &record, self.verbose)?;
            }
        }
        out.flush()?;
        Ok(next)
    }
}

fn print_record(
    out: &mut impl io::Write,
    partition: i32,
    record: &RecordView<'_>,
    verbose: bool,
) -> io::Result<()> {
    if verbose {
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
    out.write_all(record.value.unwrap_or(if verbose { b"null" } else { b"" }))?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use strandline_protocol::compression::Codec;
    use strandline_protocol::record_batch::RecordBatchBuilder;

    use super::super::arguments::{Arguments, Command};
    use super::*;
    use crate::api::fixture::Node;
    use crate::security::AllowAll;

    fn printer(left: u64) -> Printer<Vec<u8>> {
        Printer {
            out: Vec::new(),
            verbose: false,
            left,
        }
    }

    fn three_records(base_offset: i64) -> Records {
        let mut batch = RecordBatchBuilder::new(Codec::None).base_offset(base_offset);
        for value in [b"a", b"b", b"c"] {
            batch.append(0, None, Some(value), &[]).unwrap();
        }
        Records::from(batch.build().unwrap())
    }

    #[test]
    fn next_offset_is_that_of_the_first_record_not_printed() {
        for (left, text, next) in [(1, "b\n", 12), (2, "b\nc\n", 13), (9, "b\nc\n", 13)] {
            let mut printer = printer(left);
            let after = printer.print(0, 11, &three_records(10)).unwrap();
            assert_eq!(String::from_utf8(printer.out).unwrap(), text);
            assert_eq!(after, next);
        }
    }

    #[tokio::test]
    async fn group_goes_on_behind_what_was_printed() {
        let node = Node::start(Arc::new(AllowAll), &[]).await;
        node.create_topic("t", 1).await;
        let bootstrap = node.bootstrap();
        let client = Client::connect(&bootstrap, ClientOptions::default()).await;
        let client = Arc::new(client.unwrap());
        let batch = three_records(0).slices()[0].clone();
        client.produce("t", 0, batch).await.unwrap();
        let words = ["strandline", "consume", "t"];
        let Command::Consume(arguments) = Arguments::try_parse_from(words).unwrap().command else {
            panic!("not consume");
        };
        for (left, text) in [(1, "a\n"), (9, "b\nc\n")] {
            let mut printer = printer(left);
            as_member(Arc::clone(&client), "g", &arguments, &mut printer)
                .await
                .unwrap();
            assert_eq!(String::from_utf8(printer.out).unwrap(), text);
        }
        node.stop().await;
    }
}
