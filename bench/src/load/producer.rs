//! Produces as fast as acknowledgements allow, with a fixed number of requests in flight.

use std::collections::VecDeque;
use std::ops::Range;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use rand::rngs::SmallRng;
use rand::{RngCore as _, SeedableRng as _};
use strandline_protocol::clock::{Clock as _, SystemClock};
use strandline_protocol::codec::Records;
use strandline_protocol::compression::Codec;
use strandline_protocol::messages::ProduceRequest;
use strandline_protocol::messages::produce_request::{PartitionProduceData, TopicProduceData};
use strandline_protocol::record_batch::RecordBatchBuilder;

use crate::connection::{Connection, Frame};

/// Topic names, flexible encoding: both systems take it and it is what most clients send.
const PRODUCE_VERSION: i16 = 9;

/// Every acknowledgement is for all in-sync replicas.
const ACKS_ALL: i16 = -1;

/// What to produce.
#[derive(Debug, Clone)]
pub(crate) struct ProduceLoad<'a> {
    pub(crate) topic: &'a str,
    /// Partitions written to, round robin over the connections.
    pub(crate) partitions: Vec<i32>,
    /// Value bytes of a record.
    pub(crate) record_bytes: usize,
    /// Records of a batch; one batch a request.
    pub(crate) records_per_batch: usize,
    /// Requests in flight on a connection.
    pub(crate) in_flight: usize,
    pub(crate) connections: usize,
    /// Batch bytes to send in all.
    pub(crate) total_bytes: u64,
}

impl<'a> ProduceLoad<'a> {
    /// 1 KiB records in 64 KiB batches, five requests in flight on each of four connections.
    pub(crate) fn of_64_kib_batches(
        topic: &'a str,
        partitions: Range<i32>,
        total_bytes: u64,
    ) -> Self {
        Self {
            topic,
            partitions: partitions.collect(),
            record_bytes: 1024,
            records_per_batch: 62,
            in_flight: 5,
            connections: 4,
            total_bytes,
        }
    }
}

/// What was acknowledged.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Produced {
    pub(crate) bytes: u64,
    pub(crate) records: u64,
    pub(crate) elapsed: Duration,
}

impl Produced {
    /// Acknowledged batch bytes in 10^6 bytes a second.
    pub(crate) fn megabytes_per_second(&self) -> f64 {
        self.bytes as f64 / 1e6 / self.elapsed.as_secs_f64()
    }
}

/// Produces the load and checks every acknowledgement.
pub(crate) fn produce(bootstrap: &str, load: &ProduceLoad<'_>) -> Result<Produced> {
    let started = Instant::now();
    let per_connection = load.total_bytes / load.connections as u64;
    let results: Vec<Result<(u64, u64)>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..load.connections)
            .map(|index| {
                let partitions: Vec<i32> = load
                    .partitions
                    .iter()
                    .copied()
                    .skip(index)
                    .step_by(load.connections)
                    .collect();
                scope.spawn(move || run(bootstrap, load, &partitions, per_connection))
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("a load thread panicked"))
            .collect()
    });
    let elapsed = started.elapsed();
    let mut produced = Produced {
        bytes: 0,
        records: 0,
        elapsed,
    };
    for result in results {
        let (bytes, records) = result?;
        produced.bytes += bytes;
        produced.records += records;
    }
    Ok(produced)
}

/// Produces one small record and waits for its acknowledgement; an error while the broker is not
/// ready for it.
pub(crate) fn produce_one(bootstrap: &str, topic: &str, partition: i32) -> Result<()> {
    let mut frame = frame(topic, partition, 100, 1)?.0;
    let mut connection = Connection::open(bootstrap)?;
    let id = connection.send(&mut frame)?;
    check(&mut connection, id, &frame)
}

fn run(
    bootstrap: &str,
    load: &ProduceLoad<'_>,
    partitions: &[i32],
    total_bytes: u64,
) -> Result<(u64, u64)> {
    let mut frames = partitions
        .iter()
        .map(|partition| {
            frame(
                load.topic,
                *partition,
                load.record_bytes,
                load.records_per_batch,
            )
        })
        .collect::<Result<Vec<_>>>()?;
    let mut connection = Connection::open(bootstrap)?;
    let mut in_flight: VecDeque<(i32, usize)> = VecDeque::with_capacity(load.in_flight);
    let (mut sent_bytes, mut bytes) = (0, 0);
    let mut next = 0;
    while sent_bytes < total_bytes || !in_flight.is_empty() {
        while sent_bytes < total_bytes && in_flight.len() < load.in_flight {
            let (frame, batch_bytes) = &mut frames[next];
            in_flight.push_back((connection.send(frame)?, next));
            sent_bytes += *batch_bytes;
            next = (next + 1) % frames.len();
        }
        let Some((id, index)) = in_flight.pop_front() else {
            break;
        };
        check(&mut connection, id, &frames[index].0)?;
        bytes += frames[index].1;
    }
    let batches = bytes / frames[0].1;
    Ok((bytes, batches * load.records_per_batch as u64))
}

fn check(connection: &mut Connection, id: i32, frame: &Frame) -> Result<()> {
    let answer = connection.receive::<ProduceRequest>(id, frame)?;
    let partition = &answer.responses[0].partition_responses[0];
    ensure!(partition.error_code == 0, "produce failed: {partition:?}");
    Ok(())
}

/// A request with one batch of incompressible values, and the bytes of the batch.
fn frame(
    topic: &str,
    partition: i32,
    record_bytes: usize,
    records_per_batch: usize,
) -> Result<(Frame, u64)> {
    let mut rng = SmallRng::seed_from_u64(u64::from(partition.unsigned_abs()));
    let mut value = vec![0; record_bytes];
    let mut builder = RecordBatchBuilder::new(Codec::None);
    let clock = SystemClock::default();
    for _ in 0..records_per_batch {
        rng.fill_bytes(&mut value);
        builder.append(clock.unix_millis(), None, Some(&value), &[])?;
    }
    let batch = builder.build()?;
    let batch_bytes = batch.len() as u64;
    let request = ProduceRequest {
        acks: ACKS_ALL,
        timeout_ms: 30_000,
        topic_data: vec![TopicProduceData {
            name: topic.into(),
            partition_data: vec![PartitionProduceData {
                index: partition,
                records: Some(Records::from(batch)),
            }],
            ..Default::default()
        }],
        ..Default::default()
    };
    Ok((Frame::new(&request, PRODUCE_VERSION)?, batch_bytes))
}
