//! Durable produce: 1 KiB records in 64 KiB batches over 12 partitions, five in flight.

use std::path::Path;

use anyhow::Result;

use super::TOPIC;
use crate::compare::Run;
use crate::load::{ProduceLoad, create_topic, produce};
use crate::machine::prefault;
use crate::process::{cpu_time, machine_cpu_time};
use crate::raw::durable_append;
use crate::row::{Row, Target};
use crate::system::System;

pub(crate) const PARTITIONS: i32 = 12;

/// Bytes of guest memory to touch before a run: page cache of what is written, and then some.
const PREFAULT_BYTES: u64 = 8 << 30;

struct Measured {
    megabytes_per_second: f64,
    broker_cpu_seconds_per_gigabyte: f64,
    machine_cpu_seconds_per_gigabyte: f64,
}

/// The load of this metric, `total_bytes` long.
pub(crate) fn load(total_bytes: u64) -> ProduceLoad<'static> {
    ProduceLoad::of_64_kib_batches(TOPIC, 0..PARTITIONS, total_bytes)
}

pub(crate) fn rows(run: &Run) -> Result<Vec<Row>> {
    let total = if run.quick { 1 << 30 } else { 2 << 30 };
    let (ours, theirs) = run.alternate(|system, dir| measure(system, dir, total))?;
    let raw = durable_append(&run.dir, 256 << 10, 1 << 30)?;
    let column = |of: fn(&Measured) -> f64| {
        (
            ours.iter().map(of).collect::<Vec<_>>(),
            theirs.iter().map(of).collect::<Vec<_>>(),
        )
    };
    let (ours_rate, theirs_rate) = column(|measured| measured.megabytes_per_second);
    let (ours_cpu, theirs_cpu) = column(|measured| measured.broker_cpu_seconds_per_gigabyte);
    let (ours_all, theirs_all) = column(|measured| measured.machine_cpu_seconds_per_gigabyte);
    Ok(vec![
        Row::new(
            "produce, 1 KiB records, 64 KiB batches, 12 partitions",
            "MB/s",
            &ours_rate,
            &theirs_rate,
            Target::RatioAtLeast(1.0),
        )
        .with_raw_limit(raw),
        Row::new(
            "produce, broker CPU",
            "CPU-s/GB",
            &ours_cpu,
            &theirs_cpu,
            Target::RatioAtMost(1.0 / 3.0),
        ),
        Row::new(
            "produce, whole machine CPU",
            "CPU-s/GB",
            &ours_all,
            &theirs_all,
            Target::RatioAtMost(1.0),
        ),
    ])
}

fn measure(system: &dyn System, dir: &Path, total_bytes: u64) -> Result<Measured> {
    prefault(dir, PREFAULT_BYTES)?;
    let mut broker = system.spawn(dir, &[])?;
    broker.wait_until_listening()?;
    create_topic(&broker.bootstrap, TOPIC, PARTITIONS)?;
    // The first pass pays for Kafka's JIT compilation and for files that are not recycled yet.
    produce(&broker.bootstrap, &load(total_bytes))?;
    let (cpu, machine_cpu) = (cpu_time(broker.pid())?, machine_cpu_time()?);
    let produced = produce(&broker.bootstrap, &load(total_bytes))?;
    let gigabytes = produced.bytes as f64 / 1e9;
    Ok(Measured {
        megabytes_per_second: produced.megabytes_per_second(),
        broker_cpu_seconds_per_gigabyte: (cpu_time(broker.pid())? - cpu).as_secs_f64() / gigabytes,
        machine_cpu_seconds_per_gigabyte: (machine_cpu_time()? - machine_cpu).as_secs_f64()
            / gigabytes,
    })
}
