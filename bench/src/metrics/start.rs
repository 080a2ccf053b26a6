//! From the start of the process on an empty directory to the first acknowledged record.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};

use super::TOPIC;
use crate::compare::Run;
use crate::load::{create_topic, produce_one};
use crate::row::{Row, Target};
use crate::system::System;

const TIMEOUT: Duration = Duration::from_secs(60);

pub(crate) fn rows(run: &Run) -> Result<Vec<Row>> {
    let (ours, theirs) = run.alternate(measure)?;
    Ok(vec![Row::new(
        "process start to first acknowledged record",
        "ms",
        &ours,
        &theirs,
        Target::AtMost(100.0),
    )])
}

fn measure(system: &dyn System, dir: &Path) -> Result<f64> {
    let mut broker = system.spawn(dir, &[])?;
    broker.wait_until_listening()?;
    // A broker that listens may refuse for a while; what counts is the first success.
    while create_topic(&broker.bootstrap, TOPIC, 1).is_err() {
        ensure!(
            broker.spawned.elapsed() < TIMEOUT,
            "no topic could be created"
        );
    }
    while produce_one(&broker.bootstrap, TOPIC, 0).is_err() {
        ensure!(
            broker.spawned.elapsed() < TIMEOUT,
            "no record was acknowledged"
        );
    }
    Ok(broker.spawned.elapsed().as_secs_f64() * 1e3)
}
