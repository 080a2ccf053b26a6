//! Measures what the metadata costs: start, proposals, offset commits, large topics, snapshots.
//!
//! `cargo run --profile dist -p strandline-metadata --example metadata_bench -- DIR`

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program for the command line of a developer"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use strandline_metadata::records::{
    AllocateProducerIds, CommitOffsets, CreateTopic, DeleteTopic, OffsetCommit, OffsetCommitTopic,
    PartitionAssignment,
};
use strandline_metadata::{Metadata, MetadataOptions};
use strandline_protocol::Uuid;
use strandline_protocol::clock::SystemClock;

fn uuid(number: u64) -> Uuid {
    let mut bytes = [9; 16];
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    Uuid(bytes)
}

async fn start(dir: &Path, incarnation: u64) -> (Metadata, Duration) {
    let began = Instant::now();
    let options = MetadataOptions::new(dir, 1, uuid(incarnation));
    let metadata = Metadata::start(options, Arc::new(SystemClock::default()))
        .await
        .unwrap();
    metadata.register(None, Vec::new()).await.unwrap();
    (metadata, began.elapsed())
}

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("RssAnon"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn create(id: u64, partitions: usize) -> CreateTopic {
    CreateTopic {
        name: format!("topic-{id}").into(),
        topic_id: uuid(id),
        partitions: vec![PartitionAssignment { replicas: vec![1] }; partitions],
        ..CreateTopic::default()
    }
}

fn commit(metadata: &Metadata, group: u64, partitions: i32, offset: i64) -> CommitOffsets {
    let group_id = format!("group-{group}");
    let (shard, owner) = metadata.topology().coordinator(&group_id);
    let partitions = (0..partitions)
        .map(|partition| OffsetCommit {
            partition,
            offset,
            ..OffsetCommit::default()
        })
        .collect();
    CommitOffsets {
        shard,
        shard_epoch: owner.epoch,
        group_id: group_id.into(),
        topics: vec![OffsetCommitTopic {
            topic_id: uuid(1),
            partitions,
        }],
        ..CommitOffsets::default()
    }
}

async fn proposals(metadata: &Metadata, tasks: usize, each: usize) {
    let began = Instant::now();
    let flushes = metadata.stats().log_flushes;
    let run = |metadata: Metadata| async move {
        let mut latencies = Vec::with_capacity(each);
        for _ in 0..each {
            let began = Instant::now();
            let incarnation = metadata.incarnation();
            let ids = AllocateProducerIds {
                broker_id: 1,
                incarnation,
                count: 1,
            };
            metadata.propose(ids).await.unwrap();
            latencies.push(began.elapsed());
        }
        latencies
    };
    let handles: Vec<_> = (0..tasks)
        .map(|_| tokio::spawn(run(metadata.clone())))
        .collect();
    let mut latencies = Vec::new();
    for handle in handles {
        latencies.extend(handle.await.unwrap());
    }
    let elapsed = began.elapsed();
    latencies.sort();
    println!(
        "proposals, {tasks} at a time: {:.0}/s, p50 {:?}, p99 {:?}, {:.1} per flush",
        latencies.len() as f64 / elapsed.as_secs_f64(),
        latencies[latencies.len() / 2],
        latencies[latencies.len() * 99 / 100],
        latencies.len() as f64 / (metadata.stats().log_flushes - flushes) as f64,
    );
}

async fn offset_commits(metadata: &Metadata, groups: u64, rounds: i64, partitions: i32) {
    let began = Instant::now();
    let run = |metadata: Metadata, group| async move {
        let mut latencies = Vec::new();
        for round in 0..rounds {
            let began = Instant::now();
            metadata
                .propose(commit(&metadata, group, partitions, round))
                .await
                .unwrap();
            latencies.push(began.elapsed());
        }
        latencies
    };
    let handles: Vec<_> = (0..groups)
        .map(|group| tokio::spawn(run(metadata.clone(), group)))
        .collect();
    let mut latencies = Vec::new();
    for handle in handles {
        latencies.extend(handle.await.unwrap());
    }
    let elapsed = began.elapsed().as_secs_f64();
    latencies.sort();
    let count = latencies.len() as f64;
    println!(
        "offset commits, {groups} groups, {partitions} partitions each: {:.0} requests/s, \
         {:.0} offsets/s, p50 {:?}, p99 {:?}",
        count / elapsed,
        count * f64::from(partitions) / elapsed,
        latencies[latencies.len() / 2],
        latencies[latencies.len() * 99 / 100],
    );
}

/// Anonymous memory and context switches of a broker's metadata that nobody uses.
async fn idle(dir: &Path) {
    let (metadata, took) = start(dir, 1).await;
    let switches = || {
        let tasks = std::fs::read_dir("/proc/self/task").unwrap();
        let of = |path: PathBuf| {
            let status = std::fs::read_to_string(path.join("status")).unwrap_or_default();
            let lines = status.lines().filter(|line| line.contains("ctxt_switches"));
            lines
                .map(|l| l.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap())
                .sum::<u64>()
        };
        tasks.map(|task| of(task.unwrap().path())).sum::<u64>()
    };
    let before = switches();
    tokio::time::sleep(Duration::from_secs(60)).await;
    println!(
        "started in {took:?}; idle for 60 s: {} KiB anonymous, {} context switches",
        resident_kib(),
        switches() - before,
    );
    metadata.shutdown().await;
}

async fn starts(dir: &Path) {
    for round in 0..5 {
        let dir = dir.join(format!("empty-{round}"));
        let (metadata, took) = start(&dir, 1).await;
        println!(
            "start on an empty directory: {took:?}, {} flushes",
            metadata.stats().log_flushes
        );
        metadata.shutdown().await;
        drop(metadata);
        let (metadata, took) = start(&dir, 2).await;
        println!("start again: {took:?}, resident {} KiB", resident_kib());
        metadata.shutdown().await;
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let dir = std::env::args()
        .nth(1)
        .map_or_else(|| PathBuf::from("/tmp/metadata-bench"), PathBuf::from);
    if std::env::args().nth(2).as_deref() == Some("idle") {
        return idle(&dir).await;
    }
    println!("resident before: {} KiB", resident_kib());
    starts(&dir).await;
    let dir = dir.join("main");
    let (metadata, _) = start(&dir, 1).await;
    println!("resident after start: {} KiB", resident_kib());
    metadata.propose(create(1, 100)).await.unwrap();
    proposals(&metadata, 1, 2000).await;
    proposals(&metadata, 64, 1000).await;
    let before = resident_kib();
    let began = Instant::now();
    metadata.propose(create(2, 10_000)).await.unwrap();
    println!(
        "topic of 10,000 partitions: {:?}, {} KiB",
        began.elapsed(),
        resident_kib() - before
    );
    let began = Instant::now();
    metadata.propose(create(3, 100_000)).await.unwrap();
    println!(
        "topic of 100,000 partitions: {:?}, {} KiB",
        began.elapsed(),
        resident_kib() - before
    );
    metadata
        .propose(DeleteTopic { topic_id: uuid(3) })
        .await
        .unwrap();
    let began = Instant::now();
    let creating: Vec<_> = (10..1010)
        .map(|id| {
            let metadata = metadata.clone();
            tokio::spawn(async move { metadata.propose(create(id, 10)).await.unwrap() })
        })
        .collect();
    for created in creating {
        created.await.unwrap();
    }
    println!("1,000 topics of 10 partitions: {:?}", began.elapsed());
    offset_commits(&metadata, 1000, 50, 1).await;
    offset_commits(&metadata, 1000, 50, 10).await;
    let before = resident_kib();
    offset_commits(&metadata, 10_000, 1, 100).await;
    println!(
        "1,000,000 offsets of 10,000 groups: {} KiB",
        resident_kib() - before
    );
    offset_commits(&metadata, 1000, 200, 10).await;
    println!("{:?}", metadata.stats());
    metadata.shutdown().await;
    drop(metadata);
    let (metadata, took) = start(&dir, 3).await;
    println!(
        "start with all of that: {took:?}, resident {} KiB",
        resident_kib()
    );
    println!("{:?}", metadata.stats());
    metadata.shutdown().await;
}
