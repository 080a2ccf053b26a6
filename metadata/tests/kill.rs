//! Goal: what was acknowledged before a SIGKILL is there after it, whatever the kill hit: vote,
//! initialization, append, snapshot, purge (I4, I23).
//! Method: this test binary runs itself as a child that commits ever larger offsets and prints
//! each acknowledged one; the parent kills it at a random instant and starts on its directory.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use rand::{Rng, SeedableRng};
use strandline_metadata::Metadata;
use strandline_metadata::records::{CommitOffsets, OffsetCommit, OffsetCommitTopic};

use crate::support::{clock, create_topic, options, shard, uuid};

const DIR: &str = "STRANDLINE_TEST_KILL_DIR";
const INCARNATION: &str = "STRANDLINE_TEST_KILL_INCARNATION";

async fn start_small(dir: &Path, incarnation: u64) -> Metadata {
    let mut options = options(dir, incarnation);
    // Snapshots and purges happen several times a second.
    options.snapshot_log_bytes = 32 << 10;
    let metadata = Metadata::start(options, clock()).await.unwrap();
    metadata.register(None, Vec::new()).await.unwrap();
    metadata
}

/// Not a test of its own: the child that is killed.
#[tokio::test]
async fn child() {
    let Ok(dir) = std::env::var(DIR) else {
        return;
    };
    let incarnation = std::env::var(INCARNATION).unwrap().parse().unwrap();
    let metadata = start_small(Path::new(&dir), incarnation).await;
    let epoch = metadata.topology().shards[0].epoch;
    println!("\nepoch {epoch}");
    if metadata.topology().topic(&uuid(10)).is_none() {
        metadata.propose(create_topic("t", 10, 1)).await.unwrap();
    }
    let (shard, shard_epoch) = shard(&metadata, "g");
    let last = metadata
        .tables()
        .committed_offset("g", &uuid(10), 0)
        .map_or(0, |o| o.offset);
    for offset in last + 1.. {
        let commit = OffsetCommit {
            offset,
            ..OffsetCommit::default()
        };
        let topics = vec![OffsetCommitTopic {
            topic_id: uuid(10),
            partitions: vec![commit],
        }];
        let command = CommitOffsets {
            shard,
            shard_epoch,
            group_id: "g".into(),
            topics,
            ..CommitOffsets::default()
        };
        metadata.propose(command).await.unwrap();
        println!("acknowledged {offset}");
    }
}

#[test]
fn sigkill_loses_nothing_that_was_acknowledged() {
    let seed = std::env::var("SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| rand::rngs::SmallRng::from_os_rng().random());
    println!("SEED={seed}");
    let mut random = rand::rngs::SmallRng::seed_from_u64(seed);
    let dir = tempfile::tempdir().unwrap();
    let (mut acknowledged, mut epoch, mut with_snapshot) = (0, -1, 0);
    for incarnation in 1..=25 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["kill::child", "--exact", "--nocapture"])
            .env(DIR, dir.path())
            .env(INCARNATION, incarnation.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let reader = std::thread::spawn(move || {
            let lines = out.lines().map_while(Result::ok);
            lines
                .filter_map(|line| {
                    let (word, number) = line.split_once(' ')?;
                    Some((word.to_owned(), number.parse::<i64>().ok()?))
                })
                .collect::<Vec<_>>()
        });
        // A third of the kills hit the start, the others the work.
        let limit = if random.random_bool(0.3) { 15 } else { 250 };
        std::thread::sleep(Duration::from_millis(random.random_range(0..limit)));
        child.kill().unwrap();
        child.wait().unwrap();
        for (word, number) in reader.join().unwrap() {
            match word.as_str() {
                "acknowledged" => acknowledged = acknowledged.max(number),
                "epoch" => {
                    assert!(number > epoch, "epoch {number} was granted before");
                    epoch = number;
                }
                _ => {}
            }
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let metadata = start_small(dir.path(), 1000 + incarnation).await;
            let offset = metadata.tables().committed_offset("g", &uuid(10), 0);
            let offset = offset.map_or(0, |offset| offset.offset);
            assert!(
                offset >= acknowledged,
                "{acknowledged} was acknowledged, {offset} is there"
            );
            let now = i64::from(metadata.topology().shards[0].epoch);
            assert!(now > epoch, "epoch {now} was granted before");
            epoch = now;
            with_snapshot += u32::from(metadata.stats().snapshot_index > 0);
            metadata.shutdown().await;
        });
    }
    println!("{acknowledged} acknowledged, {with_snapshot} starts from a snapshot");
    assert!(
        acknowledged > 100 && with_snapshot > 0,
        "the kills came too early"
    );
}
