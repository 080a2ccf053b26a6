//! Reading: just written data, and data that only the device holds.

use std::path::Path;

use anyhow::{Result, ensure};

use super::TOPIC;
use super::produce::{PARTITIONS, load};
use crate::compare::Run;
use crate::load::{Consumed, consume, create_topic, produce};
use crate::machine::drop_page_cache;
use crate::process::cpu_time;
use crate::raw::{device_read, loopback};
use crate::row::{Row, Target};
use crate::system::{Broker, System};

struct Measured {
    tail: f64,
    tail_cpu: f64,
    sealed: f64,
}

pub(crate) fn rows(run: &Run) -> Result<Vec<Row>> {
    let (tail, history) = if run.quick {
        (48 << 20, 512 << 20)
    } else {
        (48 << 20, 2 << 30)
    };
    let (ours, theirs) = run.alternate(|system, dir| measure(system, dir, tail, history))?;
    let column = |of: fn(&Measured) -> f64| {
        (
            ours.iter().map(of).collect::<Vec<_>>(),
            theirs.iter().map(of).collect::<Vec<_>>(),
        )
    };
    let (ours_tail, theirs_tail) = column(|measured| measured.tail);
    let (ours_cpu, theirs_cpu) = column(|measured| measured.tail_cpu);
    let (ours_sealed, theirs_sealed) = column(|measured| measured.sealed);
    Ok(vec![
        Row::new(
            "consume, just written",
            "MB/s",
            &ours_tail,
            &theirs_tail,
            Target::RatioAtLeast(1.0),
        )
        .with_raw_limit(loopback(2 << 30)?),
        Row::new(
            "consume, just written, broker CPU",
            "CPU-s/GB",
            &ours_cpu,
            &theirs_cpu,
            Target::RatioAtMost(1.0),
        ),
        Row::new(
            "consume, sealed files, page cache dropped",
            "MB/s",
            &ours_sealed,
            &theirs_sealed,
            Target::RatioAtLeast(1.0),
        )
        .with_raw_limit(device_read(&run.dir, 2 << 30)?),
    ])
}

/// Reads of the tail per run: one is too short to be told from noise.
const TAIL_READS: usize = 20;

fn measure(system: &dyn System, dir: &Path, tail: u64, history: u64) -> Result<Measured> {
    let mut broker = system.spawn(dir, &[])?;
    broker.wait_until_listening()?;
    create_topic(&broker.bootstrap, TOPIC, PARTITIONS)?;
    let written = produce(&broker.bootstrap, &load(tail))?;
    read_all(&broker, written.records)?;
    let cpu = cpu_time(broker.pid())?;
    let mut rates = Vec::with_capacity(TAIL_READS);
    let mut bytes = 0;
    for _ in 0..TAIL_READS {
        let consumed = read_all(&broker, written.records)?;
        rates.push(consumed.megabytes_per_second());
        bytes += consumed.bytes;
    }
    let tail_cpu = (cpu_time(broker.pid())? - cpu).as_secs_f64() / (bytes as f64 / 1e9);
    let more = produce(&broker.bootstrap, &load(history))?;
    drop_page_cache()?;
    let sealed = read_all(&broker, written.records + more.records)?;
    Ok(Measured {
        tail: crate::row::median(&rates),
        tail_cpu,
        sealed: sealed.megabytes_per_second(),
    })
}

fn read_all(broker: &Broker, records: u64) -> Result<Consumed> {
    let consumed = consume(&broker.bootstrap, TOPIC, PARTITIONS)?;
    ensure!(
        consumed.records == records,
        "{} records came back of {records}",
        consumed.records
    );
    Ok(consumed)
}
