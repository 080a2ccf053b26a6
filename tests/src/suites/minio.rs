//! `minio`: history that lives in an object store only is served from there byte for byte, over
//! crashes of the broker during upload and replay, and while the store is away.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::batch::{batch, content_hash};
use crate::broker::{Broker, BrokerOptions};
use crate::minio::{Counted, Minio};
use crate::suite::{Run, Suite};
use crate::wire::{Wire, batches};

pub(crate) const SUITE: Suite = Suite {
    name: "minio",
    about: "history in MinIO only: replay byte for byte, requests counted, crashes, outages",
    in_ci: false,
    run,
};

const TOPIC: &str = "history";
const PARTITIONS: i32 = 12;
const BUCKET: &str = "strandline-tests";

/// ListOffsets: the first offset on local disk.
const EARLIEST_LOCAL: i64 = -4;
/// ListOffsets: the end of the log.
const LATEST: i64 = -1;

/// Records per batch and bytes per record: batches of 64 KiB.
const RECORDS: usize = 64;
const RECORD_BYTES: usize = 1_008;

/// Longest wait for uploads to catch up.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(300);

/// What was written: hash of each batch by partition and base offset.
type History = BTreeMap<(i32, i64), u64>;

fn run(run: &mut Run) -> Result<()> {
    let total = run.amount(192_u64 << 20, 3 << 30);
    let segment = run.amount("4194304", "16777216");
    let mut minio = Minio::start(&run.dir().join("minio"))?;
    let mut broker = start(run, &minio)?;
    let configs = [
        ("segment.bytes", segment),
        ("retention.ms", "-1"),
        ("retention.bytes", "-1"),
        ("local.retention.ms", "1"),
        ("local.retention.bytes", "1"),
        ("remote.storage.enable", "true"),
        ("tier.seal.max.age", "1000"),
    ];
    Wire::connect(broker.bootstrap())?.create_topic(TOPIC, PARTITIONS, &configs)?;
    let mut history = History::new();
    write(broker.bootstrap(), total / 2, 1, &mut history)?;
    // Half of it is written, uploads are under way: the broker dies.
    broker.kill()?;
    broker.start_again()?;
    run.check(
        "outage of the store",
        outage(&mut minio, &broker, &mut history),
    );
    let written = u64::try_from(history.len() * RECORDS * RECORD_BYTES)?;
    write(
        broker.bootstrap(),
        total.saturating_sub(written),
        3,
        &mut history,
    )?;
    let offloaded = wait_until_offloaded(broker.bootstrap());
    if !run.check("earliest-local equals the log end", offloaded) {
        return Ok(());
    }
    broker.stop()?;
    run.check(
        "no byte of it is in the journal",
        journal_is_empty(broker.data()),
    );
    delete_chunk_cache(broker.data())?;
    broker.start_again()?;
    replay(run, &mut minio, &mut broker, &history)?;
    broker.stop()?;
    run.check(
        "every object is referenced once",
        references(&minio, &history),
    );
    run.check("diagnostics", broker.check_diagnostics());
    wrong_credentials(run, &minio)
}

fn options(run: &Run, minio: &Minio) -> BrokerOptions {
    let mut options = BrokerOptions::new(run.dir().join("data"))
        .tier(minio.tier(BUCKET, "cluster"))
        .set("log.retention.check.interval.ms", "200")
        .allow_warnings();
    for (name, value) in Minio::credentials() {
        options = options.env(name, value);
    }
    options
}

fn start(run: &Run, minio: &Minio) -> Result<Broker> {
    options(run, minio).start()
}

/// Writes `bytes` over all partitions, in batches of random content.
fn write(bootstrap: &str, bytes: u64, seed: u64, history: &mut History) -> Result<()> {
    let mut wire = Wire::connect(bootstrap)?;
    let batches = bytes.div_ceil((RECORDS * RECORD_BYTES) as u64);
    for at in 0..batches {
        let partition = i32::try_from(at % u64::try_from(PARTITIONS)?)?;
        let batch = batch(RECORDS, RECORD_BYTES, seed << 32 | at);
        let (error, offset) = wire.produce(TOPIC, partition, &batch)?;
        ensure!(error == 0, "produce: error {error}");
        history.insert((partition, offset), content_hash(&batch));
    }
    Ok(())
}

/// The store goes away: producing and local reading go on; uploads resume when it is back.
fn outage(minio: &mut Minio, broker: &Broker, history: &mut History) -> Result<()> {
    minio.kill()?;
    let before = history.len();
    write(broker.bootstrap(), 12 << 20, 2, history)?;
    let mut wire = Wire::connect(broker.bootstrap())?;
    let end = wire.list_offset(TOPIC, 0, LATEST)?;
    let last = end - i64::try_from(RECORDS)?;
    let fetched = wire.fetch(TOPIC, 0, last, 1 << 20)?;
    ensure!(
        fetched.error == 0 && !fetched.records.is_empty(),
        "fetch: {}",
        fetched.error
    );
    ensure!(history.len() > before, "nothing was written");
    minio.start_again()
}

/// Waits until every partition's local log is empty.
fn wait_until_offloaded(bootstrap: &str) -> Result<()> {
    let mut wire = Wire::connect(bootstrap)?;
    let deadline = Instant::now() + UPLOAD_TIMEOUT;
    for partition in 0..PARTITIONS {
        loop {
            let local = wire.list_offset(TOPIC, partition, EARLIEST_LOCAL)?;
            let end = wire.list_offset(TOPIC, partition, LATEST)?;
            if local == end {
                break;
            }
            ensure!(
                Instant::now() < deadline,
                "partition {partition}: local log starts at {local}, its end is {end}"
            );
            // Asking is cheap, and nothing announces the moment.
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    Ok(())
}

/// `journal verify` on the stopped broker counts no live byte of any log; the topic is the only one.
fn journal_is_empty(data: &Path) -> Result<()> {
    let text = Broker::command_line()?
        .args(["journal", "verify"])
        .arg(data.join("journal"))
        .output()?;
    let live = text
        .lines()
        .filter(|line| line.contains("  log [") && !line.ends_with(" 0 bytes"));
    let live: Vec<&str> = live.take(3).collect();
    ensure!(live.is_empty(), "still in the journal: {live:?}");
    Ok(())
}

fn delete_chunk_cache(data: &Path) -> Result<()> {
    let cache = data.join("chunk-cache");
    if cache.exists() {
        std::fs::remove_dir_all(&cache).context("failed to delete the chunk cache")?;
    }
    Ok(())
}

/// Reads everything from the beginning, once with a crash half way, and compares bytes with what
/// MinIO counted.
fn replay(run: &mut Run, minio: &mut Minio, broker: &mut Broker, history: &History) -> Result<()> {
    // Its counts begin at zero with its process.
    minio.kill()?;
    minio.start_again()?;
    let half = read(broker.bootstrap(), history, PARTITIONS / 2);
    run.check("replay of the first half", half);
    let batches = history.range(..(PARTITIONS / 2, 0)).count();
    let wanted = u64::try_from(batches * RECORDS * RECORD_BYTES)?;
    let counted = counted_at_least(minio, wanted)?;
    run.note(format_args!(
        "{} MiB of history read with {} GETs and {} MiB from MinIO",
        wanted >> 20,
        counted.gets,
        counted.sent_bytes >> 20
    ));
    run.check("MinIO sent the history once", check_sent(counted, wanted));
    broker.kill()?;
    broker.start_again()?;
    run.check(
        "replay after SIGKILL, byte for byte",
        read(broker.bootstrap(), history, PARTITIONS),
    );
    Ok(())
}

/// MinIO's counts once they have reached `wanted` bytes and ceased to grow: it renews them every ten
/// seconds only.
fn counted_at_least(minio: &Minio, wanted: u64) -> Result<Counted> {
    let renewal = Duration::from_secs(11);
    let deadline = Instant::now() + 3 * renewal;
    let mut before = minio.counted()?;
    loop {
        std::thread::sleep(renewal);
        let now = minio.counted()?;
        if (now == before && now.sent_bytes >= wanted) || Instant::now() > deadline {
            return Ok(now);
        }
        before = now;
    }
}

fn check_sent(counted: Counted, wanted: u64) -> Result<()> {
    let Counted {
        gets,
        sent_bytes: sent,
        ..
    } = counted;
    ensure!(gets > 0, "no GET");
    ensure!(sent >= wanted, "{sent} bytes sent for {wanted} of history");
    let most = wanted + wanted / 10;
    ensure!(
        sent <= most,
        "{sent} bytes sent for {wanted} of history: chunks came twice"
    );
    Ok(())
}

/// Reads the first `partitions` partitions from the beginning to the end and compares every batch.
fn read(bootstrap: &str, history: &History, partitions: i32) -> Result<()> {
    let mut wire = Wire::connect(bootstrap)?;
    for partition in 0..partitions {
        let wanted: BTreeMap<i64, u64> = history
            .range((partition, 0)..(partition + 1, 0))
            .map(|((_, offset), hash)| (*offset, *hash))
            .collect();
        let mut next = 0;
        let mut seen = BTreeSet::new();
        loop {
            let fetched = wire.fetch(TOPIC, partition, next, 4 << 20)?;
            ensure!(
                fetched.error == 0,
                "fetch {partition} at {next}: error {}",
                fetched.error
            );
            let mut rest = &fetched.records[..];
            let found = batches(rest);
            if found.is_empty() {
                ensure!(
                    next == fetched.high_watermark,
                    "{partition}: ends at {next}"
                );
                break;
            }
            for (base, _, count) in found {
                let length = usize::try_from(i32::from_be_bytes(rest[8..12].try_into()?))? + 12;
                let (batch, behind) = rest.split_at(length);
                match wanted.get(&base) {
                    Some(hash) if *hash == content_hash(batch) => {}
                    Some(_) => bail!("other bytes at {partition}:{base}"),
                    None => bail!("nothing was written at {partition}:{base}"),
                }
                seen.insert(base);
                rest = behind;
                next = base + i64::from(count);
            }
        }
        ensure!(
            seen.len() == wanted.len(),
            "{partition}: {} of {}",
            seen.len(),
            wanted.len()
        );
    }
    Ok(())
}

/// No segment was uploaded twice and left behind: within a partition every base offset has one
/// object, and there is none that the replay could not have needed. The key of a segment is
/// `.../topic/partition/base-epoch-id.segment`.
fn references(minio: &Minio, history: &History) -> Result<()> {
    let mut seen = BTreeMap::new();
    for key in minio.objects(BUCKET)? {
        if !key.ends_with(".segment") {
            continue;
        }
        let (folder, name) = key.rsplit_once('/').context("a key without a folder")?;
        let partition = folder
            .rsplit('/')
            .next()
            .context("no partition")?
            .parse::<i32>()?;
        let base = name
            .split('-')
            .next()
            .context("no base offset")?
            .parse::<i64>()?;
        ensure!(
            history.contains_key(&(partition, base)),
            "`{key}` begins at no batch"
        );
        if let Some(other) = seen.insert((folder.to_owned(), base), key.clone()) {
            bail!("`{key}` and `{other}` hold the same offsets");
        }
    }
    ensure!(!seen.is_empty(), "the bucket is empty");
    Ok(())
}

/// With wrong credentials, producing goes on and the diagnostics name the cause.
fn wrong_credentials(run: &mut Run, minio: &Minio) -> Result<()> {
    let mut broker = BrokerOptions::new(run.dir().join("wrong"))
        .tier(minio.tier(BUCKET, "other"))
        .env("AWS_ACCESS_KEY_ID", "somebody")
        .env("AWS_SECRET_ACCESS_KEY", "something-else")
        .env("AWS_REGION", "us-east-1")
        .allow_warnings()
        .allow("credentials")
        .start()?;
    let mut wire = Wire::connect(broker.bootstrap())?;
    wire.create_topic(
        TOPIC,
        1,
        &[("segment.bytes", "1048576"), ("retention.ms", "-1")],
    )?;
    for at in 0..40 {
        let (error, _) = wire.produce(TOPIC, 0, &batch(RECORDS, RECORD_BYTES, at))?;
        ensure!(error == 0, "produce: error {error}");
    }
    let said = broker
        .process()
        .wait_for("it named the cause", Duration::from_secs(60), |line| {
            let line = line.to_lowercase();
            (line.contains("credential") || line.contains("access key") || line.contains("403"))
                .then_some(())
        });
    run.check("wrong credentials are named", said);
    run.check("wrong credentials: clean stop", broker.stop());
    Ok(())
}
