//! How fast batches become durable: `append_speed DIR [MB] [BATCH_KIB] [PARTITIONS] [PREALLOC_MIB]`.
//!
//! One thread appends to all partitions in turn and keeps a bounded number of bytes in flight,
//! as connections with requests in flight do. Prints MB/s and CPU seconds per GB. With the
//! environment variable `ABORT` it ends as a crash does; the next call prints the recovery.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use strandline_log::{AppendOrigin, Journal, JournalOptions, OsDisk, PartitionLogOptions};
use strandline_protocol::clock::SystemClock;
use strandline_protocol::{TopicPartition, Uuid};

/// Bytes that are appended and not durable yet at most.
const IN_FLIGHT: u64 = 8 << 20;

fn batch(len: usize) -> Bytes {
    let mut b = vec![7; len];
    b[8..12].copy_from_slice(&i32::try_from(len - 12).unwrap().to_be_bytes());
    b[16] = 2;
    b[21..23].fill(0);
    b[23..27].copy_from_slice(&63i32.to_be_bytes());
    b[43..51].copy_from_slice(&(-1i64).to_be_bytes());
    let crc = strandline_log::format::crc32c(&b[21..]);
    b[17..21].copy_from_slice(&crc.to_be_bytes());
    b.into()
}

fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let rest: Vec<&str> = stat[stat.rfind(')').unwrap() + 2..].split(' ').collect();
    let ticks: u64 = rest[11].parse::<u64>().unwrap() + rest[12].parse::<u64>().unwrap();
    ticks as f64 / 100.0
}

fn main() {
    let mut args = std::env::args().skip(1);
    let dir = args.next().expect("a directory");
    let mut number = |default: u64| args.next().map_or(default, |a| a.parse().unwrap());
    let (megabytes, kib, partitions) = (number(2000), number(64), number(12));
    let prealloc = number(1024);
    let mut options = JournalOptions::new(dir);
    options.file_size_bytes = 64 << 20;
    options.prealloc_bytes = prealloc << 20;
    let began = Instant::now();
    let (journal, report) =
        Journal::open(Arc::new(OsDisk), Arc::new(SystemClock::default()), options).unwrap();
    println!("opened in {:?}: {report:?}", began.elapsed());
    let began = Instant::now();
    let logs: Vec<_> = (0..i32::try_from(partitions).unwrap())
        .map(|partition| {
            let tp = TopicPartition {
                topic_id: Uuid([3; 16]),
                partition,
            };
            journal
                .create_log(tp, PartitionLogOptions::default())
                .unwrap()
        })
        .collect();
    journal.flush().unwrap();
    println!("{partitions} logs in {:?}", began.elapsed());
    while journal.stats().free_files < usize::try_from(prealloc / 64).unwrap()
        && began.elapsed() < Duration::from_secs(20)
    {
        std::thread::sleep(Duration::from_millis(50));
    }
    let batch = batch(usize::try_from(kib << 10).unwrap());
    let count = megabytes * 1_000_000 / batch.len() as u64;
    let (cpu, began) = (cpu_seconds(), Instant::now());
    let start = journal.stats();
    let mut appended = start.bytes_acknowledged;
    for i in 0..count {
        let log = &logs[usize::try_from(i % partitions).unwrap()];
        let _ = log
            .append(batch.clone(), 1, AppendOrigin::Client, None)
            .unwrap();
        appended += batch.len() as u64;
        while i % 16 == 0 && appended - journal.stats().bytes_acknowledged > IN_FLIGHT {
            std::thread::sleep(Duration::from_micros(100));
        }
    }
    journal.flush().unwrap();
    let (elapsed, cpu) = (began.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    let gb = count as f64 * batch.len() as f64 / 1e9;
    let stats = journal.stats();
    let groups = stats.groups - start.groups;
    println!(
        "{:.0} MB/s, {:.3} CPU-s/GB, {groups} groups of {:.0} KiB, direct {}",
        gb * 1000.0 / elapsed,
        cpu / gb,
        gb * 1e9 / 1024.0 / groups as f64,
        stats.direct
    );
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let memory = status
        .lines()
        .filter(|l| l.starts_with("VmRSS") || l.starts_with("RssAnon"));
    println!("{}", memory.collect::<Vec<_>>().join(" "));
    if std::env::var_os("ABORT").is_some() {
        std::process::abort();
    }
}
