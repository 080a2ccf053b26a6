//! `faults`: bad days of one broker. What cannot start says why in one clear line; what can go on
//! goes on.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rand::Rng;

use super::cargo_test;
use super::crash::image::Image;
use crate::batch::batch;
use crate::broker::{Broker, BrokerOptions, refuses};
use crate::command::Cmd;
use crate::suite::{Run, Suite};
use crate::wire::{Wire, batches};
use crate::workspace::cargo;

pub(crate) const SUITE: Suite = Suite {
    name: "faults",
    about: "port in use, wrong settings, two brokers on one directory, damaged files, full disk",
    in_ci: true,
    run,
};

const TOPIC: &str = "faults";

/// Bytes of a block of the journal.
const BLOCK: usize = 4096;

/// Timestamp in ListOffsets that stands for the last offset in the store.
const LATEST_TIERED: i64 = -5;

/// Longest wait for something that takes moments.
const TIMEOUT: Duration = Duration::from_secs(30);

/// CORRUPT_MESSAGE: the offset is damaged.
const CORRUPT_MESSAGE: i16 = 2;

/// KAFKA_STORAGE_ERROR, which clients answer by trying again.
const STORAGE_ERROR: i16 = 56;

fn run(run: &mut Run) -> Result<()> {
    refusals(run)?;
    let damaged = damaged_files(run);
    run.check("damaged journal files", damaged);
    run.check("repair of a damaged partition", repair(run));
    let whole = whole_in_the_store(run);
    run.check("damaged here, whole in the store", whole);
    if run.is_full() {
        let every_byte = cargo()
            .args(["test", "--profile", "ci", "-p", "strandline-log"])
            .args(["--test", "journal", "--", "damage::"])
            .env("STRANDLINE_EVERY_BYTE", "1");
        cargo_test::record(run, every_byte.finish()?);
    }
    run.check("a level from the future", level_from_the_future(run));
    run.check("full disk", full_disk());
    Ok(())
}

fn dev(data: &Path, listen: &str) -> Result<Cmd> {
    Ok(Broker::command_line()?
        .args([
            "dev",
            "--listen",
            listen,
            "--set",
            "admin.listener=127.0.0.1:0",
            "--data",
        ])
        .arg(data))
}

fn refusals(run: &mut Run) -> Result<()> {
    let data = run.dir().join("first");
    let mut first = BrokerOptions::new(&data).start()?;
    let other = run.dir().join("other");
    let address = first.bootstrap().to_owned();
    let port = address
        .rsplit(':')
        .next()
        .context("an address without a port")?;
    run.check("port in use", refuses(dev(&other, &address)?, port));
    let shown = data.display().to_string();
    run.check(
        "two brokers on one directory",
        refuses(dev(&data, "127.0.0.1:0")?, &shown),
    );
    run.check("the first is not disturbed", first.check_diagnostics());
    run.check("clean stop", first.stop());
    let misspelt = dev(&other, "127.0.0.1:0")?.args(["--set", "num.partition=3"]);
    run.check(
        "unknown setting, with a suggestion",
        refuses(misspelt, "num.partitions"),
    );
    let wrong = dev(&other, "127.0.0.1:0")?.args(["--set", "num.partitions=many"]);
    run.check("wrong value", refuses(wrong, "num.partitions"));
    let file = run.dir().join("a-file");
    std::fs::write(&file, "not a directory")?;
    let below = file.join("data");
    let shown = file.display().to_string();
    run.check(
        "unwritable directory",
        refuses(dev(&below, "127.0.0.1:0")?, &shown),
    );
    let proc = Path::new("/proc/strandline");
    run.check(
        "a place without files",
        refuses(dev(proc, "127.0.0.1:0")?, "/proc/strandline"),
    );
    let unknown = dev(&other, "127.0.0.1:0")?.args(["--tier", "ftp://nowhere"]);
    run.check("unknown kind of object store", refuses(unknown, "ftp"));
    let server = Broker::command_line()?.args(["server", "--config", "/nowhere/strandline.toml"]);
    run.check(
        "no configuration file",
        refuses(server, "/nowhere/strandline.toml"),
    );
    Ok(())
}

/// A file of a version to come is left alone.
fn level_from_the_future(run: &Run) -> Result<()> {
    let data = run.dir().join("future");
    let mut broker = BrokerOptions::new(&data).start()?;
    broker.stop()?;
    let file = std::fs::read_dir(data.join("journal"))?
        .map(|entry| Ok(entry?.path()))
        .find(|path: &Result<PathBuf>| {
            let name = path.as_ref().ok().and_then(|path| path.extension());
            name.is_some_and(|name| name == "log")
        })
        .context("no journal file")??;
    let mut bytes = std::fs::read(&file)?;
    // The header: its level, and the checksum of all before it at 124.
    bytes[8..10].copy_from_slice(&2_u16.to_be_bytes());
    let crc = crc_fast::crc32_iscsi(&bytes[..124]);
    bytes[124..128].copy_from_slice(&crc.to_be_bytes());
    std::fs::write(&file, &bytes)?;
    refuses(dev(&data, "127.0.0.1:0")?, "the file is at level 2")?;
    ensure!(std::fs::read(&file)? == bytes, "the file was changed");
    Ok(())
}

/// Files of the journal lose bytes or have bits flipped while the broker is down. It starts and says
/// so; it keeps every batch that was not hit, and what it serves is what was written.
fn damaged_files(run: &Run) -> Result<()> {
    let mut rng = run.rng(3);
    for round in 0..run.amount(8, 200) {
        let data = run.dir().join(format!("damaged-{round}"));
        let mut broker = BrokerOptions::new(&data).start()?;
        let written = write(broker.bootstrap(), 200, round)?;
        // Half of the files end in a crash, half in an orderly stop with a footer.
        if round % 2 == 0 {
            broker.kill()?
        } else {
            broker.stop()?
        }
        let file = used_journal_file(&data)?;
        let mut bytes = std::fs::read(&file)?;
        let used = bytes
            .iter()
            .rposition(|byte| *byte != 0)
            .context("an empty journal")?;
        let at = rng.random_range(0..used);
        let is_cut = rng.random_bool(0.5);
        let damage = if is_cut {
            at..bytes.len()
        } else {
            at..used.min(at + rng.random_range(1..64))
        };
        let hit = hit(&bytes, &written, &damage)?;
        if is_cut {
            bytes.truncate(at);
        } else {
            bytes[damage.clone()]
                .iter_mut()
                .for_each(|byte| *byte ^= rng.random_range(1..=255));
        }
        std::fs::write(&file, &bytes)?;
        let outcome = serve_damaged(&data, &written, hit);
        let what = if is_cut { "cut at" } else { "bits flipped in" };
        outcome
            .with_context(|| format!("round {round}: {what} {damage:?} of `{}`", file.display()))?;
        // A quarter of a gigabyte each, most of it never written.
        std::fs::remove_dir_all(&data)?;
    }
    Ok(())
}

/// How many batches lie in blocks that are damaged: one block and its group fall together.
fn hit(
    file: &[u8],
    written: &BTreeMap<i64, Vec<u8>>,
    damage: &std::ops::Range<usize>,
) -> Result<usize> {
    let mut from = 0;
    let mut hit = 0;
    for batch in written.values() {
        // The log gives it base offset and epoch; the rest is as it was sent.
        let body = &batch[21..];
        let at = find(&file[from..], body).context("a batch is not in the file")? + from;
        from = at + body.len();
        let blocks = at / BLOCK * BLOCK..from.next_multiple_of(BLOCK);
        hit += usize::from(blocks.start < damage.end && damage.start < blocks.end);
    }
    Ok(hit)
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    let mut starts = bytes.windows(part.len());
    starts.position(|there| there[..8] == part[..8] && there == part)
}

/// Starts on damaged files: at most `hit` batches are gone, the program says so if there are any, and
/// the others are as they were written.
fn serve_damaged(data: &Path, written: &BTreeMap<i64, Vec<u8>>, hit: usize) -> Result<()> {
    let mut broker = BrokerOptions::new(data)
        .allow_warnings()
        .allow("the journal")
        .allow("offsets are lost here")
        .start()?;
    let mut wire = Wire::connect(broker.bootstrap())?;
    let end = wire.list_offset(TOPIC, 0, -1)?;
    let (mut next, mut kept) = (0, 0);
    while next < end {
        let fetched = wire.fetch(TOPIC, 0, next, 1 << 20)?;
        let found = batches(&fetched.records);
        if fetched.error != 0 || found.is_empty() {
            // The damaged range is refused; what is behind it may be readable.
            next += 1;
            continue;
        }
        for batch in found {
            let base = batch.base_offset;
            let wanted = written
                .get(&base)
                .with_context(|| format!("a batch at {base}"))?;
            ensure!(
                batch.bytes[21..] == wanted[21..],
                "other bytes at offset {base}"
            );
            kept += 1;
            next = batch.end_offset();
        }
    }
    let lost = written.len() - kept;
    ensure!(lost <= hit, "{lost} batches are gone, {hit} were hit");
    if lost > 0 {
        let says = |line: &str| line.contains("the journal").then_some(());
        broker.process().wait_for("it said so", TIMEOUT, says)?;
    }
    let (error, offset) = wire.produce(TOPIC, 0, &batch(1, 10, 1))?;
    ensure!(error == 0, "produce: error {error}");
    ensure!(offset >= end, "offset {offset} below the end {end}");
    broker.stop()?;
    broker.check_diagnostics()
}

/// A damaged range is an error until `topic repair --execute` gives it up; without that nothing
/// changes. Then reads and writes go on.
fn repair(run: &Run) -> Result<()> {
    let data = run.dir().join("repair");
    let mut broker = BrokerOptions::new(&data).start()?;
    let written = write(broker.bootstrap(), 200, 9)?;
    broker.stop()?;
    let (base, there) = written.iter().nth(100).context("200 batches")?;
    flip_bit(&data, there)?;
    let mut broker = BrokerOptions::new(&data)
        .allow_warnings()
        .allow("the journal")
        .start()?;
    let mut wire = Wire::connect(broker.bootstrap())?;
    let end = wire.list_offset(TOPIC, 0, -1)?;
    let damaged = wire.fetch(TOPIC, 0, *base, 1 << 20)?;
    ensure!(
        damaged.error == CORRUPT_MESSAGE,
        "reading what is damaged: error {}",
        damaged.error
    );
    let repair = || -> Result<Cmd> {
        Ok(Broker::command_line()?
            .args(["topic", "-b", broker.bootstrap(), "repair", TOPIC])
            .args(["--partition", "0"]))
    };
    let shown = repair()?.output()?;
    ensure!(shown.contains("nothing was changed"), "it says: {shown}");
    let start = wire.list_offset(TOPIC, 0, -2)?;
    ensure!(start == 0, "without --execute the log starts at {start}");

    repair()?.arg("--execute").output()?;
    let start = wire.list_offset(TOPIC, 0, -2)?;
    ensure!(
        *base < start && start < end,
        "the log starts at {start}; {base} was damaged, the end is {end}"
    );
    let mut next = start;
    while next < end {
        let fetched = wire.fetch(TOPIC, 0, next, 1 << 20)?;
        let read = batches(&fetched.records)
            .last()
            .map(|last| last.end_offset());
        next = read.with_context(|| format!("error {} at offset {next}", fetched.error))?;
    }
    let (error, offset) = wire.produce(TOPIC, 0, &batch(1, 10, 1))?;
    ensure!(error == 0 && offset == end, "error {error} at {offset}");
    broker.stop()?;
    broker.check_diagnostics()
}

/// What is damaged in the journal and was uploaded is read from the store.
fn whole_in_the_store(run: &Run) -> Result<()> {
    let data = run.dir().join("tiered");
    let options = || {
        let options = BrokerOptions::new(&data).tier(run.dir().join("store").display().to_string());
        options.set("tier.seal.max.age", "1s")
    };
    let mut broker = options().start()?;
    let written = write(broker.bootstrap(), 200, 10)?;
    let mut wire = Wire::connect(broker.bootstrap())?;
    let (base, there) = written.iter().nth(100).context("200 batches")?;
    let deadline = Instant::now() + TIMEOUT;
    while wire.list_offset(TOPIC, 0, LATEST_TIERED)? < *base + 3 {
        ensure!(Instant::now() < deadline, "offset {base} is not uploaded");
        std::thread::sleep(Duration::from_millis(20));
    }
    broker.stop()?;
    flip_bit(&data, there)?;
    let mut broker = options().allow_warnings().allow("the journal").start()?;
    let mut wire = Wire::connect(broker.bootstrap())?;
    let end = wire.list_offset(TOPIC, 0, -1)?;
    let mut next = 0;
    while next < end {
        let fetched = wire.fetch(TOPIC, 0, next, 1 << 20)?;
        let found = batches(&fetched.records);
        ensure!(!found.is_empty(), "error {} at {next}", fetched.error);
        for batch in found {
            let wanted = written.get(&batch.base_offset).context("another batch")?;
            ensure!(batch.bytes[21..] == wanted[21..], "other bytes at {next}");
            next = batch.end_offset();
        }
    }
    broker.stop()?;
    broker.check_diagnostics()
}

/// Writes batches; gives them by base offset.
fn write(bootstrap: &str, count: u64, seed: u64) -> Result<BTreeMap<i64, Vec<u8>>> {
    let mut wire = Wire::connect(bootstrap)?;
    wire.create_topic(TOPIC, 1, &[("retention.ms", "-1")])?;
    let mut written = BTreeMap::new();
    for at in 0..count {
        let batch = batch(3, 500, seed << 32 | at);
        let (error, offset) = wire.produce(TOPIC, 0, &batch)?;
        ensure!(error == 0, "produce: error {error}");
        written.insert(offset, batch.to_vec());
    }
    Ok(written)
}

/// Damages a batch in the journal of a broker that is stopped.
fn flip_bit(data: &Path, batch: &[u8]) -> Result<()> {
    let file = used_journal_file(data)?;
    let mut bytes = std::fs::read(&file)?;
    let at = find(&bytes, &batch[21..]).context("the batch is not in the file")?;
    bytes[at + 100] ^= 1;
    Ok(std::fs::write(&file, &bytes)?)
}

/// The file of the journal that was written last.
fn used_journal_file(data: &Path) -> Result<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(data.join("journal")).context("no journal")? {
        let path = entry?.path();
        let bytes = std::fs::read(&path)?;
        // Files that are filled with zeros ahead of need hold nothing to damage.
        let used = bytes.iter().rposition(|byte| *byte != 0).unwrap_or(0);
        files.push((used, path));
    }
    let (used, path) = files.into_iter().max().context("no file in the journal")?;
    ensure!(used > 100_000, "the journal holds {used} bytes only");
    Ok(path)
}

/// A disk of 640 MiB runs full: errors that a producer retries, reading goes on, and DeleteRecords
/// makes room without a restart.
fn full_disk() -> Result<()> {
    let dir = tempfile::Builder::new()
        .prefix("strandline-full-")
        .tempdir()?;
    let image = Image::create(dir.path(), "full", 640 << 20)?;
    let mut broker = BrokerOptions::new(image.path().join("data"))
        .set("metadata.reserve", "32MiB")
        .set("journal.prealloc", "64MiB")
        .set("tier.default.enable", "false")
        .allow_warnings()
        .start()?;
    let mut wire = Wire::connect(broker.bootstrap())?;
    wire.create_topic(TOPIC, 1, &[("retention.ms", "-1")])?;
    let mut last = 0;
    let error = loop {
        let (error, offset) = wire.produce(TOPIC, 0, &batch(16, 60_000, 5))?;
        if error != 0 {
            break error;
        }
        last = offset;
        ensure!(last < 20_000, "640 MiB hold more than a gigabyte");
    };
    ensure!(error == STORAGE_ERROR, "a full disk gives error {error}");
    // The end is in memory, the beginning is not.
    for offset in [0, last] {
        let fetched = wire.fetch(TOPIC, 0, offset, 1 << 20)?;
        ensure!(
            fetched.error == 0 && !fetched.records.is_empty(),
            "reading at {offset}: error {}",
            fetched.error
        );
    }
    let start = wire.delete_records(TOPIC, 0, last)?;
    ensure!(
        start == last,
        "DeleteRecords before {last}: log start {start}"
    );
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let (error, _) = wire.produce(TOPIC, 0, &batch(16, 60_000, 6))?;
        if error == 0 {
            break;
        }
        if Instant::now() > deadline {
            bail!("30 s after DeleteRecords producing still gives error {error}");
        }
    }
    broker.stop()?;
    broker.check_diagnostics()
}
