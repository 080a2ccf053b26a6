//! Files that are emptied and used again, on the simulated disk.

use strandline_log::disk::sim::SimDisk;
use strandline_log::{AppendOrigin, FatalHook, Journal, JournalOptions, PartitionLogOptions};

use crate::support::*;

const FILE_BYTES: u64 = 64 << 10;

/// Options under which a failed write does not end the test.
fn options() -> JournalOptions {
    let mut options = sim_options();
    options.fatal = FatalHook::new(|_| {});
    options.produce_mark_bytes = FILE_BYTES;
    options.replication_mark_bytes = FILE_BYTES;
    options
}

/// One group with one batch of a log.
fn append(journal: &Journal, partition: i32, tag: u64, payload: usize) {
    let log = journal.create_log(tp(partition), PartitionLogOptions::default());
    let b = batch(Spec {
        tag,
        payload,
        ..Spec::default()
    });
    let _ = log
        .unwrap()
        .append(b, 1, AppendOrigin::Client, None)
        .unwrap();
    assert!(journal.step());
}

/// A journal whose newest file is a copy that is empty by now.
fn with_empty_copy() -> (SimDisk, std::sync::Arc<Journal>) {
    let disk = SimDisk::new(7, 24 * FILE_BYTES);
    let (journal, _) = open(&disk, options());
    for tag in 0..160 {
        append(&journal, i32::from(tag % 16 == 0), tag, 3000);
    }
    journal.delete_log(tp(0), 1).unwrap();
    while journal.stats().bytes_copied == 0 {
        assert!(journal.maintain());
    }
    journal.delete_log(tp(1), 2).unwrap();
    (disk, journal)
}

#[test]
fn a_file_number_is_not_used_again_however_starts_end() {
    let (disk, journal) = with_empty_copy();
    let mut tag = 1000;
    let mut starts = 0;
    loop {
        let done = !journal.maintain();
        for failing in 0..300 {
            let copy = disk.fork();
            copy.crash();
            copy.fail_at(copy.steps() + failing);
            if open_again(&copy).is_some() {
                continue;
            }
            copy.crash();
            let (journal, _) = open(&copy, options());
            tag += 1;
            append(&journal, 5, tag, 20);
            copy.crash();
            drop(journal);
            let (journal, report) = open(&copy, options());
            let log = journal.log(&tp(5));
            let found = log.map(|log| read_all(&log, 0).unwrap());
            let what = format!("operation {failing} failed: {report:?}");
            assert_eq!(found, Some(vec![(0, 1, tag)]), "{what}");
            starts += 1;
        }
        if done {
            break;
        }
    }
    assert!(starts > 20, "{starts}");
}

fn open_again(disk: &SimDisk) -> Option<std::sync::Arc<Journal>> {
    let clock = std::sync::Arc::new(strandline_protocol::clock::ManualClock::new(1));
    let opened = Journal::open(std::sync::Arc::new(disk.clone()), clock, options());
    opened.ok().map(|(journal, _)| journal)
}

#[test]
fn all_empty_files_are_recycled_however_many() {
    let disk = SimDisk::new(7, 100 * FILE_BYTES);
    let (journal, _) = open(&disk, options());
    let mut tag = 0;
    while journal.stats().files < 80 {
        append(&journal, 0, tag, 7000);
        tag += 1;
    }
    journal.delete_log(tp(0), 1).unwrap();
    while journal.maintain() {}
    assert!(journal.stats().files <= 2, "{:?}", journal.stats());
}

#[test]
fn copies_of_runs_that_fill_half_a_group_fit_into_their_file() {
    let mut options = options();
    options.file_size_bytes = 1 << 20;
    options.first_file_size_bytes = 1 << 20;
    options.tail_cache_bytes = 2 << 20;
    options.footer_cache_bytes = 1 << 20;
    options.group_bytes_max = 64 << 10;
    options.batch_bytes_max = 64 << 10;
    let disk = SimDisk::new(7, 30 << 20);
    let (journal, _) = open(&disk, options);
    // A group just above nine blocks takes ten: 25 groups in a file, 13 of them live in the end.
    let payload = 9 * 4096 - 2 * 64 - 61 + 8;
    for tag in 0..13 * 25 {
        append(&journal, i32::from(tag % 25 % 2 == 1), tag, payload);
    }
    journal.delete_log(tp(1), 1).unwrap();
    let pieces = (0..200).filter(|_| journal.maintain()).count();
    assert!(
        pieces < 200,
        "housekeeping never ends: {:?}",
        journal.stats()
    );
    let log = journal.log(&tp(0)).unwrap();
    let read = read_all(&log, 0).unwrap();
    assert_eq!(read.len(), 13 * 13);
}

#[test]
fn a_quota_is_a_full_disk() {
    let disk = SimDisk::new(7, 4 * FILE_BYTES);
    disk.has_quota();
    let (journal, _) = open(&disk, options());
    let log = journal.create_log(tp(0), PartitionLogOptions::default());
    let log = log.unwrap();
    for tag in 0..200 {
        let b = batch(Spec {
            tag,
            payload: 3000,
            ..Spec::default()
        });
        let _ = log.append(b, 1, AppendOrigin::Client, None).unwrap();
        let _ = journal.step();
    }
    assert!(!journal.is_stopped());
}

#[test]
fn a_group_whose_flush_failed_is_not_believed_by_the_next_process() {
    let disk = SimDisk::new(7, 8 * FILE_BYTES);
    disk.refuse_direct();
    let (journal, _) = open(&disk, options());
    append(&journal, 0, 1, 20);
    let log = journal.log(&tp(0)).unwrap();
    let _ = log.append(batch(Spec::default()), 1, AppendOrigin::Client, None);
    // The write comes first, then the flush.
    disk.fail_at(disk.steps() + 1);
    let _ = journal.step();
    assert!(journal.is_stopped());
    disk.end_process();
    let (next, _) = open(&disk, options());
    let found = read_all(&next.log(&tp(0)).unwrap(), 0).unwrap();
    assert_eq!(found, [(0, 1, 1)]);
    drop(journal);
}
