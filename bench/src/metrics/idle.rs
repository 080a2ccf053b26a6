//! A broker with one topic and one waiting consumer, left alone.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Result;

use super::TOPIC;
use crate::compare::Run;
use crate::connection::Connection;
use crate::load::{FETCH_VERSION, FETCH_WAIT_MS, create_topic, fetch_request, produce_one};
use crate::process::usage;
use crate::row::{Row, Target};
use crate::system::System;

/// Kafka's first seconds are compilation; both systems get the same time to settle.
const SETTLE: Duration = Duration::from_secs(10);

struct Measured {
    anonymous_megabytes: f64,
    resident_megabytes: f64,
    cpu_percent: f64,
    switches_per_second: f64,
}

pub(crate) fn rows(run: &Run) -> Result<Vec<Row>> {
    let window = Duration::from_secs(if run.quick { 15 } else { 60 });
    let mut measure = |system: &dyn System, dir: &Path| measure(system, dir, window);
    let ours = run.on_empty_directory(&run.strandline, &mut measure)?;
    let theirs = run.on_empty_directory(&run.kafka, &mut measure)?;
    let row = |metric: &str, unit: &'static str, of: fn(&Measured) -> f64, target: f64| {
        Row::new(
            metric,
            unit,
            &[of(&ours)],
            &[of(&theirs)],
            Target::AtMost(target),
        )
    };
    Ok(vec![
        row(
            "idle, anonymous memory",
            "MB",
            |measured| measured.anonymous_megabytes,
            24.0,
        ),
        row(
            "idle, resident memory",
            "MB",
            |measured| measured.resident_megabytes,
            40.0,
        ),
        row(
            "idle, CPU",
            "% of a core",
            |measured| measured.cpu_percent,
            0.1,
        ),
        row(
            "idle, context switches",
            "1/s",
            |measured| measured.switches_per_second,
            20.0,
        ),
    ])
}

fn measure(system: &dyn System, dir: &Path, window: Duration) -> Result<Measured> {
    let mut broker = system.spawn(dir, &[])?;
    broker.wait_until_listening()?;
    create_topic(&broker.bootstrap, TOPIC, 1)?;
    produce_one(&broker.bootstrap, TOPIC, 0)?;
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let consumer = scope.spawn(|| wait_for_records(&broker.bootstrap, &stop));
        std::thread::sleep(SETTLE);
        let before = usage(broker.pid())?;
        std::thread::sleep(window);
        let after = usage(broker.pid())?;
        stop.store(true, Ordering::Relaxed);
        consumer.join().expect("the consumer does not panic")?;
        let seconds = window.as_secs_f64();
        let switches = after
            .context_switches
            .saturating_sub(before.context_switches);
        Ok(Measured {
            anonymous_megabytes: after.anonymous_bytes as f64 / 1e6,
            resident_megabytes: after.resident_bytes as f64 / 1e6,
            cpu_percent: after.cpu.saturating_sub(before.cpu).as_secs_f64() / seconds * 100.0,
            switches_per_second: switches as f64 / seconds,
        })
    })
}

/// Polls the end of the topic as a consumer does, until told to stop.
fn wait_for_records(bootstrap: &str, stop: &AtomicBool) -> Result<()> {
    let request = fetch_request(TOPIC, [(0, 1)], FETCH_WAIT_MS);
    let mut connection = Connection::open(bootstrap)?;
    while !stop.load(Ordering::Relaxed) {
        connection.call(&request, FETCH_VERSION)?;
    }
    Ok(())
}
