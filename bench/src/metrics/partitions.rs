//! 10,000 partitions on one broker.

use std::path::Path;
use std::time::Instant;

use anyhow::Result;

use super::TOPIC;
use crate::compare::Run;
use crate::load::{ProduceLoad, create_topic, produce};
use crate::process::usage;
use crate::row::{Row, Target};
use crate::system::System;

/// Topics and partitions of each: Kafka refuses 10,000 partitions in one request.
const MANY: (i32, i32) = (10, 1_000);
const FEW: i32 = 10;

struct Measured {
    create_seconds: f64,
    more_megabytes: f64,
    produce_ratio: f64,
}

pub(crate) fn rows(run: &Run) -> Result<Vec<Row>> {
    let total = if run.quick { 512 << 20 } else { 1 << 30 };
    let (ours, theirs) = run.alternate(|system, dir| measure(system, dir, total))?;
    let row = |metric: &str, unit: &'static str, of: fn(&Measured) -> f64, target: Target| {
        let ours: Vec<f64> = ours.iter().map(of).collect();
        let theirs: Vec<f64> = theirs.iter().map(of).collect();
        Row::new(metric, unit, &ours, &theirs, target)
    };
    Ok(vec![
        row(
            "create 10,000 partitions",
            "s",
            |measured| measured.create_seconds,
            Target::AtMost(2.0),
        ),
        row(
            "memory that 10,000 partitions add",
            "MB",
            |measured| measured.more_megabytes,
            Target::AtMost(64.0),
        ),
        row(
            "produce to ten of 10,000 partitions, against ten alone",
            "ratio",
            |measured| measured.produce_ratio,
            Target::AtLeast(0.9),
        ),
    ])
}

fn measure(system: &dyn System, dir: &Path, total_bytes: u64) -> Result<Measured> {
    let mut broker = system.spawn(dir, &[])?;
    broker.wait_until_listening()?;
    let bootstrap = broker.bootstrap.clone();
    let rate_of_ten = |topic: &str| -> Result<f64> {
        let load = ProduceLoad {
            connections: 2,
            ..ProduceLoad::of_64_kib_batches(topic, 0..FEW, total_bytes)
        };
        // The first pass pays for Kafka's compilation and for files that are not there yet.
        produce(&bootstrap, &load)?;
        Ok(produce(&bootstrap, &load)?.megabytes_per_second())
    };
    create_topic(&bootstrap, TOPIC, FEW)?;
    let without = rate_of_ten(TOPIC)?;
    let before = usage(broker.pid())?;
    let many: Vec<String> = (0..MANY.0).map(|number| format!("many-{number}")).collect();
    let started = Instant::now();
    for topic in &many {
        create_topic(&bootstrap, topic, MANY.1)?;
    }
    let create_seconds = started.elapsed().as_secs_f64();
    let after = usage(broker.pid())?;
    let with = rate_of_ten(&many[0])?;
    Ok(Measured {
        create_seconds,
        more_megabytes: after.resident_bytes.saturating_sub(before.resident_bytes) as f64 / 1e6,
        produce_ratio: with / without,
    })
}
