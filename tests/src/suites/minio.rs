//! `minio`: history that lives in an object store only is served from there byte for byte, over
//! crashes of the broker during upload and replay, and while the store is away; every object in the
//! bucket is there for a reason that the broker knows.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};

use crate::batch::{batch, content_hash};
use crate::broker::{Broker, BrokerOptions, refuses};
use crate::http::{get_ok, metric_sum};
use crate::minio::{Counted, Minio};
use crate::suite::{Run, Suite};
use crate::wire::{Wire, batches};

pub(crate) const SUITE: Suite = Suite {
    name: "minio",
    about: "history in MinIO only: replay byte for byte, requests counted, crashes, outages",
    in_ci: true,
    run,
};

const TOPIC: &str = "history";
const PARTITIONS: i32 = 12;
const BUCKET: &str = "strandline-tests";
const PREFIX: &str = "cluster";

/// NOT_LEADER_OR_FOLLOWER: what Kafka says for KAFKA_STORAGE_ERROR in versions of Fetch that do not
/// know it. Clients try again.
const STORAGE_ERROR: i16 = 6;

/// ListOffsets: the first offset on local disk.
const EARLIEST_LOCAL: i64 = -4;
/// ListOffsets: the end of the log.
const LATEST: i64 = -1;

/// Records per batch and bytes per record: batches of 64 KiB.
const RECORDS: usize = 64;
const RECORD_BYTES: usize = 1_008;

/// Longest wait for something that takes moments.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Longest wait for uploads to catch up.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(300);

/// What was written: hash of each batch by partition and base offset.
type History = BTreeMap<(i32, i64), u64>;

fn run(run: &mut Run) -> Result<()> {
    let total = run.amount(192_u64 << 20, 3 << 30);
    let segment = run.amount("4194304", "16777216");
    let mut minio = Minio::start(&run.dir().join("minio"))?;
    let mut broker = start(run, &minio)?;
    Wire::connect(broker.bootstrap())?.create_topic(TOPIC, PARTITIONS, &configs(segment))?;
    let mut history = History::new();
    write(broker.bootstrap(), total / 2, 1, &mut history)?;
    kill_during_upload(&mut broker, &mut history)?;
    broker.start_again()?;
    wait_until("something is in the store only", || {
        let mut wire = Wire::connect(broker.bootstrap())?;
        Ok(wire.list_offset(TOPIC, 0, EARLIEST_LOCAL)? > 0)
    })?;
    run.check(
        "outage of the store",
        outage(&mut minio, &broker, &mut history),
    );
    let left = total.saturating_sub(bytes_of(&history)?);
    write(broker.bootstrap(), left, 3, &mut history)?;
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
    run.check(
        "every object is referenced once",
        every_object_is_referenced(&minio, &broker, &history),
    );
    broker.stop()?;
    run.check("diagnostics", broker.check_diagnostics());
    run.check("another cluster's prefix", foreign_prefix(run, &minio));
    let outcome = wrong_credentials(run, &minio);
    run.check("wrong credentials", outcome);
    run.check("tests of the tier", super::minio_tier::tier_tests(&minio));
    let outcome = start_without_store(run, &mut minio);
    run.check("start while the store is away", outcome);
    Ok(())
}

fn configs(segment: &'static str) -> [(&'static str, &'static str); 7] {
    [
        ("segment.bytes", segment),
        ("retention.ms", "-1"),
        ("retention.bytes", "-1"),
        ("local.retention.ms", "1"),
        ("local.retention.bytes", "1"),
        ("remote.storage.enable", "true"),
        ("tier.seal.max.age", "1000"),
    ]
}

/// Asks until `done` says yes.
fn wait_until(what: &str, mut done: impl FnMut() -> Result<bool>) -> Result<()> {
    let deadline = Instant::now() + TIMEOUT;
    while !done()? {
        ensure!(Instant::now() < deadline, "not within {TIMEOUT:?}: {what}");
        // Asking is cheap, and nothing announces the moment.
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

fn options(run: &Run, minio: &Minio, name: &str) -> BrokerOptions {
    let mut options = BrokerOptions::new(run.dir().join(name))
        .tier(minio.tier(BUCKET, name))
        .set("log.retention.check.interval.ms", "200")
        // What the crashes leave behind is to be gone when the objects are counted.
        .set("tier.orphan.retention", "0")
        .allow_warnings();
    for (name, value) in Minio::credentials() {
        options = options.env(name, value);
    }
    options
}

fn start(run: &Run, minio: &Minio) -> Result<Broker> {
    options(run, minio, PREFIX).start()
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

fn bytes_of(history: &History) -> Result<u64> {
    Ok(u64::try_from(history.len() * RECORDS * RECORD_BYTES)?)
}

/// Kills the broker while sealed segments wait for the store or are on their way to it.
fn kill_during_upload(broker: &mut Broker, history: &mut History) -> Result<()> {
    for seed in 10..20 {
        if metric(broker, "strandline_tier_upload_debt_bytes", "")? > 0 {
            return broker.kill();
        }
        // The store keeps up with us: a little more.
        write(broker.bootstrap(), 48 << 20, seed, history)?;
    }
    bail!("no segment ever waited for its upload")
}

/// A number of the broker's metrics.
fn metric(broker: &Broker, name: &str, label: &str) -> Result<u64> {
    let labels: &[&str] = if label.is_empty() { &[] } else { &[label] };
    let value = metric_sum(&broker.metrics()?, name, labels);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts"
    )]
    Ok(value as u64)
}

/// The store does not answer, and then goes away: producing and local reading go on, and uploads
/// resume when it is back.
fn outage(minio: &mut Minio, broker: &Broker, history: &mut History) -> Result<()> {
    minio.pause()?;
    let outcome = local_work(broker, 4, history);
    minio.resume()?;
    outcome.context("while the store hangs")?;
    minio.kill()?;
    let outcome = without_store(broker, history);
    minio.start_again()?;
    outcome.context("while the store is away")
}

fn without_store(broker: &Broker, history: &mut History) -> Result<()> {
    local_work(broker, 2, history)?;
    let mut wire = Wire::connect(broker.bootstrap())?;
    wait_until("a fetch of remote offsets gets the retriable error", || {
        let fetched = wire.fetch(TOPIC, 0, 0, 1 << 20)?;
        ensure!(fetched.records.is_empty(), "the store is away");
        ensure!(
            matches!(fetched.error, 0 | STORAGE_ERROR),
            "fetch: {}",
            fetched.error
        );
        Ok(fetched.error == STORAGE_ERROR)
    })?;
    get_ok(broker.admin(), "/readyz").map(drop)
}

/// Writes a little and reads the end of it.
fn local_work(broker: &Broker, seed: u64, history: &mut History) -> Result<()> {
    let before = history.len();
    write(broker.bootstrap(), 12 << 20, seed, history)?;
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
    Ok(())
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
    let logs = || text.lines().filter(|line| line.contains("  log ["));
    ensure!(
        logs().count() == usize::try_from(PARTITIONS)?,
        "{} logs in: {text}",
        logs().count()
    );
    let live = logs().filter(|line| !line.ends_with(" 0 bytes"));
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

/// Reads everything from the beginning and compares bytes with what MinIO counted; then again, and
/// the broker dies on the way.
fn replay(run: &mut Run, minio: &mut Minio, broker: &mut Broker, history: &History) -> Result<()> {
    // Its counts begin at zero with its process.
    minio.kill()?;
    minio.start_again()?;
    let asked = || {
        metric(
            broker,
            "strandline_tier_requests_total",
            "operation=\"get\"",
        )
    };
    let asked_before = asked()?;
    let whole = read(broker.bootstrap(), history, PARTITIONS);
    run.check("replay byte for byte", whole);
    let wanted = bytes_of(history)?;
    let counted = counted_at_least(minio, wanted)?;
    let asked = asked()? - asked_before;
    run.note(format_args!(
        "{} MiB of history read with {} GETs and {} MiB from MinIO",
        wanted >> 20,
        counted.gets,
        counted.sent_bytes >> 20
    ));
    let stored = stored_bytes(broker)?;
    run.check(
        "MinIO sent the history once",
        check_sent(counted, asked, wanted, stored),
    );
    // From the store again.
    broker.stop()?;
    delete_chunk_cache(broker.data())?;
    broker.start_again()?;
    let killed = kill_during_replay(broker, history);
    run.check("SIGKILL during a replay", killed);
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

/// Bytes of all segments in the store, as the broker lists them.
fn stored_bytes(broker: &Broker) -> Result<u64> {
    let listed = listed_objects(broker)?;
    let segments = listed.iter().filter(|object| object.used_as == "segment");
    Ok(segments.map(|segment| segment.bytes).sum())
}

/// MinIO has answered as many GETs as the broker `asked`, and sent the `wanted` bytes of history,
/// but nothing beyond the `stored` segments except the heads of answers.
fn check_sent(counted: Counted, asked: u64, wanted: u64, stored: u64) -> Result<()> {
    const HEADS_BYTES: u64 = 2 << 10;
    let (gets, sent) = (counted.gets, counted.sent_bytes);
    ensure!(gets == asked, "{gets} GETs, the broker made {asked}");
    ensure!(sent >= wanted, "{sent} bytes sent for {wanted} of history");
    let most = stored + (gets + 1_000) * HEADS_BYTES;
    ensure!(
        sent <= most,
        "{sent} bytes sent of {stored} stored in {gets} GETs: chunks came twice"
    );
    Ok(())
}

/// Kills the broker while a reader is somewhere in the second quarter of the history.
fn kill_during_replay(broker: &mut Broker, history: &History) -> Result<()> {
    let sent = |broker: &Broker| {
        metric(
            broker,
            "strandline_tier_request_bytes_total",
            "operation=\"get\"",
        )
    };
    let enough = sent(broker)? + bytes_of(history)? / 4;
    let bootstrap = broker.bootstrap().to_owned();
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| read(&bootstrap, history, PARTITIONS));
        wait_until("a quarter of the history is read", || {
            Ok(sent(broker)? >= enough)
        })?;
        broker.kill()?;
        let outcome = reader.join().map_err(|_| anyhow!("the reader panicked"))?;
        ensure!(outcome.is_err(), "the replay was over before the SIGKILL");
        Ok(())
    })
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
        let mut progress = Instant::now();
        loop {
            let fetched = wire.fetch(TOPIC, partition, next, 4 << 20)?;
            ensure!(
                fetched.error == 0,
                "fetch {partition} at {next}: error {}",
                fetched.error
            );
            let found = batches(&fetched.records);
            if found.is_empty() {
                if next == fetched.high_watermark {
                    break;
                }
                // The store took longer than a fetch waits; clients ask again.
                ensure!(
                    progress.elapsed() < TIMEOUT,
                    "{partition}: nothing at {next}"
                );
                continue;
            }
            progress = Instant::now();
            for batch in found {
                let base = batch.base_offset;
                match wanted.get(&base) {
                    Some(hash) if *hash == content_hash(batch.bytes) => {}
                    Some(_) => bail!("other bytes at {partition}:{base}"),
                    None => bail!("nothing was written at {partition}:{base}"),
                }
                seen.insert(base);
                next = batch.end_offset();
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

/// What the broker says it refers to is what is in the bucket: no object is missing, none is left
/// behind, none is referred to twice, and the segments are the whole history. Orphans of the crashes
/// are swept in the background.
fn every_object_is_referenced(minio: &Minio, broker: &Broker, history: &History) -> Result<()> {
    let mut differences = String::new();
    let same = wait_until("bucket and manifests agree", || {
        let listed = listed_objects(broker)?;
        check_segments(&listed, history)?;
        differences = compare(&objects(minio)?, &listed)?;
        Ok(differences.is_empty())
    });
    same.with_context(|| differences.clone())
}

/// One line of `tier objects`.
#[derive(Debug)]
struct Listed {
    partition: i32,
    used_as: String,
    start: i64,
    end: i64,
    bytes: u64,
    key: String,
}

fn listed_objects(broker: &Broker) -> Result<Vec<Listed>> {
    let text = Broker::command_line()?
        .args(["tier", "objects", TOPIC, "--admin", broker.admin()])
        .output()?;
    let lines = text.lines().filter(|line| line.starts_with(TOPIC));
    let parse = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [_, partition, used_as, start, end, bytes, key] = words[..] else {
            bail!("`{line}`");
        };
        Ok(Listed {
            partition: partition.parse()?,
            used_as: used_as.to_owned(),
            start: start.parse()?,
            end: end.parse()?,
            bytes: bytes.parse()?,
            key: key.to_owned(),
        })
    };
    lines.map(parse).collect()
}

/// Keys in the bucket under the prefix, without the object that says whose it is.
fn objects(minio: &Minio) -> Result<BTreeSet<String>> {
    let keys = minio.objects(BUCKET)?;
    let ours = keys
        .iter()
        .filter_map(|key| key.strip_prefix(PREFIX)?.strip_prefix('/'));
    Ok(ours
        .filter(|key| *key != "owner")
        .map(str::to_owned)
        .collect())
}

/// How bucket and list differ; empty if they do not.
fn compare(objects: &BTreeSet<String>, listed: &[Listed]) -> Result<String> {
    let mut referenced = BTreeSet::new();
    for object in listed {
        ensure!(
            referenced.insert(object.key.clone()),
            "`{}` is referred to twice",
            object.key
        );
    }
    let first = |keys: Vec<&String>| keys.into_iter().take(3).cloned().collect::<Vec<_>>();
    let missing = first(referenced.difference(objects).collect());
    let unknown = first(objects.difference(&referenced).collect());
    if missing.is_empty() && unknown.is_empty() {
        return Ok(String::new());
    }
    Ok(format!("missing {missing:?}, not referred to {unknown:?}"))
}

/// The segments of every partition follow each other without a gap and hold the whole history.
fn check_segments(listed: &[Listed], history: &History) -> Result<()> {
    for partition in 0..PARTITIONS {
        let segments = listed
            .iter()
            .filter(|object| object.partition == partition && object.used_as == "segment");
        let mut next = 0;
        for segment in segments {
            ensure!(
                segment.start == next,
                "partition {partition}: `{}` does not begin at {next}",
                segment.key
            );
            next = segment.end;
        }
        let last = history.range(..(partition + 1, 0)).next_back();
        let end = last.map_or(0, |((_, base), _)| *base) + i64::try_from(RECORDS)?;
        ensure!(
            next == end,
            "partition {partition}: ends at {next}, not {end}"
        );
    }
    Ok(())
}

/// A broker with other metadata does not start on a prefix that is taken.
fn foreign_prefix(run: &Run, minio: &Minio) -> Result<()> {
    let mut command = Broker::command_line()?
        .args(["dev", "--listen", "127.0.0.1:0", "--data"])
        .arg(run.dir().join("foreign"))
        .args(["--set", "admin.listener=127.0.0.1:0"])
        .args(["--tier", &minio.tier(BUCKET, PREFIX)]);
    for (name, value) in Minio::credentials() {
        command = command.env(name, value);
    }
    refuses(command, "use another prefix")
}

/// Creates the topic with one partition and writes some segments; the broker takes them whatever the
/// store does.
fn write_without_store(broker: &Broker) -> Result<Wire> {
    get_ok(broker.admin(), "/readyz")?;
    let mut wire = Wire::connect(broker.bootstrap())?;
    wire.create_topic(TOPIC, 1, &configs("1048576"))?;
    for at in 0..40 {
        let (error, _) = wire.produce(TOPIC, 0, &batch(RECORDS, RECORD_BYTES, at))?;
        ensure!(error == 0, "produce: error {error}");
    }
    Ok(wire)
}

/// Whether the only partition's local log is empty.
fn is_offloaded(wire: &mut Wire) -> Result<bool> {
    let local = wire.list_offset(TOPIC, 0, EARLIEST_LOCAL)?;
    Ok(local == wire.list_offset(TOPIC, 0, LATEST)?)
}

/// A store that is away at the start: clients are served, and uploads begin when it comes.
fn start_without_store(run: &Run, minio: &mut Minio) -> Result<()> {
    minio.kill()?;
    let mut broker = options(run, minio, "late").start()?;
    let mut wire = write_without_store(&broker)?;
    broker.process().wait_for("it said so", TIMEOUT, |line| {
        line.contains("the object store cannot be reached")
            .then_some(())
    })?;
    minio.start_again()?;
    wait_until("uploads begin", || is_offloaded(&mut wire))?;
    broker.stop()?;
    broker.check_diagnostics()
}

/// With wrong credentials, producing and local reading go on and the diagnostics name the cause; with
/// the right ones the uploads resume.
fn wrong_credentials(run: &Run, minio: &Minio) -> Result<()> {
    let mut broker = options(run, minio, "other")
        .env("AWS_ACCESS_KEY_ID", "somebody")
        .env("AWS_SECRET_ACCESS_KEY", "something-else")
        .allow("credentials")
        .start()?;
    let mut wire = write_without_store(&broker)?;
    let fetched = wire.fetch(TOPIC, 0, 0, 1 << 20)?;
    ensure!(
        fetched.error == 0 && !fetched.records.is_empty(),
        "fetch: {}",
        fetched.error
    );
    broker
        .process()
        .wait_for("it named the cause", TIMEOUT, |line| {
            let line = line.to_lowercase();
            (line.contains("credential") || line.contains("access key") || line.contains("403"))
                .then_some(())
        })?;
    broker.stop()?;
    broker.start_again_with(|options| {
        let credentials = Minio::credentials().into_iter();
        credentials.fold(options, |options, (name, value)| options.env(name, value))
    })?;
    let mut wire = Wire::connect(broker.bootstrap())?;
    wait_until("uploads resume", || is_offloaded(&mut wire))?;
    broker.stop()?;
    broker.check_diagnostics()
}
