//! Power cuts: the broker is stopped at a random instant, the image under it copied, and a broker
//! started on the copy, twice. Journal and Raft log both lie on the image, and a second Raft log that
//! is written without a pause. What lies in the page cache is lost, so most images have the journal
//! write through it.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rand::Rng;
use rustix::process::Signal;

use super::acknowledged::{self, Writers};
use super::image::Image;
use super::raft_log::RaftLog;
use crate::broker::{Broker, BrokerOptions};
use crate::suite::Run;
use crate::wire::Wire;

const TOPIC: &str = "power";
const PARTITIONS: i32 = 3;
const IMAGE_BYTES: u64 = 3 << 30;

/// After so many cuts the next ones begin with an empty image.
const CUTS_PER_IMAGE: u32 = 20;

pub(super) fn run(run: &mut Run) -> Result<()> {
    let buffered_cuts = run.amount(3, 200);
    let dir = tempfile::Builder::new()
        .prefix("strandline-power-")
        .tempdir_in(memory())?;
    let mut rng = run.rng(2);
    let (mut done, mut buffered) = (0, 0);
    while buffered < buffered_cuts {
        let direct_io = done / CUTS_PER_IMAGE % 3 == 2;
        let cuts = match direct_io {
            true => CUTS_PER_IMAGE,
            false => CUTS_PER_IMAGE.min(buffered_cuts - buffered),
        };
        let name = format!("origin-{done}");
        let origin = Image::create(dir.path(), &name, IMAGE_BYTES)?;
        let raft_log = RaftLog::start(&origin)?;
        let mut broker = options(&origin, direct_io).start()?;
        let bootstrap = broker.bootstrap().to_owned();
        Wire::connect(&bootstrap)?.create_topic(TOPIC, PARTITIONS, &[("retention.ms", "-1")])?;
        let writers = Writers::start(&bootstrap, TOPIC, PARTITIONS, rng.random())?;
        for _ in 0..cuts {
            std::thread::sleep(Duration::from_millis(rng.random_range(20..1_000)));
            broker.process().signal(Signal::STOP)?;
            raft_log.signal(Signal::STOP)?;
            let acknowledged = writers.acknowledged();
            let in_raft_log = raft_log.acknowledged();
            let cut = origin.cut(&format!("cut-{done}"));
            // Writing beside a check that takes long would fill the image.
            writers.rest(true);
            raft_log.signal(Signal::CONT)?;
            broker.process().signal(Signal::CONT)?;
            let cut = cut?;
            let recovered = raft_log
                .check(&cut, &in_raft_log)
                .and_then(|()| recover(&cut, direct_io, &acknowledged));
            writers.rest(false);
            if !run.check(format_args!("power cut {done}"), recovered) {
                return Ok(());
            }
            done += 1;
            buffered += u32::from(!direct_io);
        }
        writers.stop()?;
        run.check("diagnostics before the cuts", broker.check_diagnostics());
        broker.stop()?;
    }
    run.note(format_args!(
        "{done} power cuts, {buffered} of them with the journal in the page cache"
    ));
    Ok(())
}

/// Memory where there is a file system in it: the kernel's writes need no disk.
fn memory() -> PathBuf {
    let shm = PathBuf::from("/dev/shm");
    if shm.is_dir() {
        shm
    } else {
        std::env::temp_dir()
    }
}

fn options(image: &Image, direct_io: bool) -> BrokerOptions {
    BrokerOptions::new(image.path().join("data"))
        .set("metadata.reserve", "64MiB")
        .set("journal.prealloc", "64MiB")
        .set("journal.direct.io", direct_io)
        .allow_warnings()
}

/// Starts a broker on what the cut left, kills it, and starts it once more.
fn recover(
    cut: &Image,
    direct_io: bool,
    acknowledged: &std::collections::BTreeMap<(i32, i64), u64>,
) -> Result<()> {
    let mut broker: Broker = options(cut, direct_io).start().context("after the cut")?;
    broker.kill()?;
    broker.start_again().context("after a second crash")?;
    let bootstrap = broker.bootstrap().to_owned();
    acknowledged::check(&bootstrap, TOPIC, PARTITIONS, acknowledged)?;
    // It goes on: a record is accepted behind what is there.
    let batch = crate::batch::batch(1, 100, 1);
    let (error, offset) = Wire::connect(&bootstrap)?.produce(TOPIC, 0, &batch)?;
    ensure!(error == 0, "produce after recovery: error {error}");
    let last = acknowledged.keys().rfind(|(partition, _)| *partition == 0);
    let is_behind = last.is_none_or(|(_, acknowledged)| offset > *acknowledged);
    ensure!(is_behind, "offset {offset} is given a second time");
    broker.check_diagnostics()?;
    broker.stop()
}
