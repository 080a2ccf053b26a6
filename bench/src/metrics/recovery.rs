//! SIGKILL with a full journal, page cache dropped, until every partition serves again.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::TOPIC;
use crate::compare::Run;
use crate::connection::Connection;
use crate::load::{
    FETCH_VERSION, ProduceLoad, create_topic, end_offsets, fetch_request, produce, produce_one,
};
use crate::machine::drop_page_cache;
use crate::row::{Row, Target};
use crate::system::System;

const PARTITIONS: i32 = 1_000;
const TIMEOUT: Duration = Duration::from_secs(120);

pub(crate) fn rows(run: &Run) -> Result<Vec<Row>> {
    let total = if run.quick { 1 << 30 } else { 5_000_000_000 };
    let mut measure = |system: &dyn System, dir: &Path| measure(system, dir, total);
    let ours = run.on_empty_directory(&run.strandline, &mut measure)?;
    let theirs = run.on_empty_directory(&run.kafka, &mut measure)?;
    Ok(vec![Row::new(
        "SIGKILL with 5 GB over 1,000 partitions until all answer a read and take a record",
        "ms",
        &[ours],
        &[theirs],
        Target::AtMost(1_000.0),
    )])
}

fn measure(system: &dyn System, dir: &Path, total_bytes: u64) -> Result<f64> {
    let mut broker = system.spawn(dir, &[])?;
    broker.wait_until_listening()?;
    create_topic(&broker.bootstrap, TOPIC, PARTITIONS)?;
    produce(
        &broker.bootstrap,
        &ProduceLoad::of_64_kib_batches(TOPIC, 0..PARTITIONS, total_bytes),
    )?;
    let ends = end_offsets(&broker.bootstrap, TOPIC, PARTITIONS)?;
    broker.kill()?;
    drop_page_cache()?;
    let mut broker = system.spawn(dir, &[])?;
    broker.wait_until_listening()?;
    let started = Instant::now();
    loop {
        match serves(&broker.bootstrap, &ends) {
            Ok(()) => return Ok(broker.spawned.elapsed().as_secs_f64() * 1e3),
            Err(error) => ensure!(started.elapsed() < TIMEOUT, "not recovered: {error:#}"),
        }
    }
}

/// Whether every partition has its records, answers a fetch at its end and takes another record.
fn serves(bootstrap: &str, ends: &[i64]) -> Result<()> {
    let now = end_offsets(bootstrap, TOPIC, PARTITIONS)?;
    for (partition, (now, before)) in now.iter().zip(ends).enumerate() {
        ensure!(
            now >= before,
            "partition {partition} ends at {now} of {before}"
        );
    }
    fetch_at(bootstrap, &now)?;
    produce(
        bootstrap,
        &ProduceLoad {
            topic: TOPIC,
            partitions: (0..PARTITIONS).collect(),
            record_bytes: 100,
            records_per_batch: 1,
            in_flight: 50,
            connections: 1,
            // One batch for each: its overhead and one record are above this.
            total_bytes: 170 * PARTITIONS as u64,
        },
    )?;
    let after = end_offsets(bootstrap, TOPIC, PARTITIONS)?;
    ensure!(
        after.iter().zip(&now).all(|(after, now)| after > now),
        "not every partition appends"
    );
    produce_one(bootstrap, TOPIC, 0)
}

/// Fetches from every partition at its end, in one request that waits for nothing.
fn fetch_at(bootstrap: &str, ends: &[i64]) -> Result<()> {
    let request = fetch_request(TOPIC, (0..).zip(ends.iter().copied()), 0);
    let answer = Connection::open(bootstrap)?.call(&request, FETCH_VERSION)?;
    ensure!(
        answer.error_code == 0,
        "fetch failed with {}",
        answer.error_code
    );
    let mut answered = 0;
    for partition in answer.responses.iter().flat_map(|topic| &topic.partitions) {
        ensure!(partition.error_code == 0, "fetch failed: {partition:?}");
        answered += 1;
    }
    ensure!(
        answered == ends.len(),
        "{answered} of {} partitions answer a fetch",
        ends.len()
    );
    Ok(())
}
