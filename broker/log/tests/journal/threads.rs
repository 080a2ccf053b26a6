//! Writer, housekeeping, readers and appenders at once, on a real directory: files are emptied,
//! copied and recycled under the readers.

use std::sync::atomic::{AtomicBool, Ordering};

use strandline_log::disk::sim::SimDisk;
use strandline_log::{
    AppendError, AppendOrigin, LocalRead, OsDisk, PartitionLog, PartitionLogOptions, ReadError,
};

use crate::support::*;

const LOGS: i32 = 6;

/// Every batch says its own offset.
fn append(log: &PartitionLog, payload: usize) {
    let tag = log.log_end_offset().unsigned_abs();
    let b = batch(Spec {
        tag,
        payload,
        ..Spec::default()
    });
    match log.append(b, 1, AppendOrigin::Client, None) {
        Ok(_) | Err(AppendError::Backlogged | AppendError::DiskFull) => {}
        Err(error) => panic!("{error}"),
    }
}

fn read_from(log: &PartitionLog, offset: i64) -> i64 {
    let records = match log.read(offset, 100_000, i64::MAX, true) {
        Ok(LocalRead::Ready(records)) => records,
        Ok(LocalRead::Disk(plan)) => plan.run().unwrap(),
        Err(ReadError::BelowLocalStart {
            local_log_start_offset,
        }) => return local_log_start_offset,
        Err(error) => panic!("offset {offset}: {error}"),
    };
    let mut next = offset;
    for (base, end, tag) in records.slices().iter().flat_map(|s| batches(s)) {
        assert_eq!(
            (base, base.unsigned_abs()),
            (next, tag),
            "wrong bytes at {next}"
        );
        next = end;
    }
    next
}

#[test]
fn readers_see_the_right_bytes_while_files_are_copied_and_recycled() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = strandline_log::JournalOptions::new(dir.path());
    options.file_size_bytes = 256 << 10;
    options.first_file_size_bytes = 256 << 10;
    options.prealloc_bytes = 512 << 10;
    options.tail_cache_bytes = 512 << 10;
    options.copy_bytes_per_second = 0;
    let clock = std::sync::Arc::new(strandline_protocol::clock::SystemClock::default());
    let disk = std::sync::Arc::new(OsDisk);
    let (journal, _) = strandline_log::Journal::open(disk, clock, options).unwrap();
    let logs: Vec<_> = (0..LOGS)
        .map(|p| {
            journal
                .create_log(tp(p), PartitionLogOptions::default())
                .unwrap()
        })
        .collect();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for log in &logs {
            let _ = scope.spawn(|| {
                let mut offset = 0;
                while !done.load(Ordering::Relaxed) {
                    let next = read_from(log, offset);
                    // From the start again at the end: old files are read all the time.
                    offset = if next == offset {
                        log.local_log_start_offset()
                    } else {
                        next
                    };
                }
            });
        }
        for round in 0..3000 {
            append(&logs[round % 5], 3000);
            if round % 50 == 0 {
                // The last log is slow and pins every file.
                append(&logs[5], 300);
            }
            if round % 200 == 199 {
                journal.flush().unwrap();
                for log in &logs[..5] {
                    let keep = log.durable_end_offset() - 20;
                    log.drop_local_below(keep.max(0), 1).unwrap();
                }
            }
        }
        journal.flush().unwrap();
        done.store(true, Ordering::Relaxed);
    });
    let stats = journal.stats();
    assert!(
        stats.files_recycled > 0 && stats.bytes_copied > 0,
        "{stats:?}"
    );
    let ends: Vec<_> = logs.iter().map(|log| log.log_end_offset()).collect();
    drop((logs, journal));
    let (journal, report) = open_os(dir.path(), true);
    assert!(!report.is_damaged(), "{report:?}");
    for (partition, end) in (0..).zip(ends) {
        let log = journal.log(&tp(partition)).unwrap();
        assert_eq!(log.log_end_offset(), end);
        let mut offset = log.local_log_start_offset();
        while offset < end {
            offset = read_from(&log, offset);
        }
    }
}

/// Housekeeping that waits for an entry which there is no space for must not keep a broker from
/// ending.
#[test]
fn a_full_journal_closes() {
    let disk = SimDisk::new(3, 8 << 20);
    let (journal, _) = open(&disk, sim_options());
    for partition in 0..2 {
        let log = journal
            .create_log(tp(partition), PartitionLogOptions::default())
            .unwrap();
        for _ in 0..40 {
            append(&log, 3000);
            journal.flush().unwrap();
        }
    }
    drop(journal);
    disk.set_capacity(0);
    let options = strandline_log::JournalOptions {
        threads: true,
        ..sim_options()
    };
    let (journal, _) = open(&disk, options);
    std::thread::scope(|scope| {
        let (journal, (ended, end)) = (&journal, std::sync::mpsc::channel());
        let _ = scope.spawn(|| journal.delete_log(tp(0), 1));
        while journal.log(&tp(0)).is_some() {
            std::thread::yield_now();
        }
        let _ = scope.spawn(move || ended.send(journal.close()));
        let closed = end.recv_timeout(std::time::Duration::from_secs(60));
        // The threads that wait would keep the test from ending.
        let closed = closed.unwrap_or_else(|_| std::process::abort());
        closed.unwrap();
    });
}
