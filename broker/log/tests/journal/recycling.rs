//! Files that are emptied and used again, on the simulated disk.

use std::sync::Arc;
use std::time::Duration;

use strandline_log::disk::WriteAccess;
use strandline_log::disk::sim::SimDisk;
use strandline_log::{
    AppendError, AppendOrigin, Disk, DiskLevel, FatalHook, Journal, JournalOptions,
    PartitionLogOptions,
};
use strandline_protocol::clock::ManualClock;

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
fn with_empty_copy() -> (SimDisk, Arc<Journal>) {
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
        for failing in 0..600 {
            let copy = disk.fork();
            copy.crash();
            let power_goes = failing % 2 == 1;
            let step = copy.steps() + failing / 2;
            if power_goes {
                copy.crash_at(step)
            } else {
                copy.fail_at(step)
            }
            if open_again(&copy, options()).is_some() {
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
            let what = format!("operation {} failed: {report:?}", failing / 2);
            assert_eq!(found, Some(vec![(0, 1, tag)]), "{what}");
            starts += 1;
        }
        if done {
            break;
        }
    }
    assert!(starts > 20, "{starts}");
}

/// Where the power can go while a directory is opened, and the noise that it leaves.
const STEPS: u64 = 300;
const NOISES: usize = 200;

#[test]
fn a_number_is_not_used_again_after_the_copy_that_had_it_and_the_next_header_were_torn() {
    let mut torn = 0;
    for step in 0..STEPS {
        let disk = SimDisk::new(7, 48 * FILE_BYTES);
        let (journal, _) = open(&disk, wide());
        for tag in 0..300 {
            append(&journal, i32::from(tag % 5 == 0), tag, 3000);
        }
        journal.delete_log(tp(0), 1).unwrap();
        disk.crash_at(disk.steps() + step);
        while journal.maintain() {}
        disk.crash();
        drop(journal);
        if !has_half_a_copy(&disk) {
            continue;
        }
        for step in 0..STEPS {
            let noises = 0..NOISES;
            torn += noises.take_while(|n| goes_on(&disk, step, *n)).count();
        }
    }
    assert!(torn > 100, "{torn}");
}

/// Files that hold more than what is zeroed when a slot is freed.
fn wide() -> JournalOptions {
    let mut options = options();
    options.file_size_bytes = 2 * FILE_BYTES;
    options.first_file_size_bytes = 2 * FILE_BYTES;
    options.tail_cache_bytes = 256 << 10;
    options
}

/// Whether a copy without a footer has groups behind what is zeroed when its slot is freed.
fn has_half_a_copy(disk: &SimDisk) -> bool {
    let dir = std::path::Path::new(DIR);
    let names = disk.list(dir).unwrap().into_iter();
    let mut files = names.filter_map(|name| disk.contents(&dir.join(name)).ok());
    files.any(|bytes| {
        if bytes.len() < 128 << 10 {
            return false; // A file that was being made.
        }
        let number = &bytes[32..40];
        let group = |block: &[u8]| block.starts_with(b"STGR") && &block[24..32] == number;
        let unsealed = bytes[10] == 2 && bytes.ends_with(&[0; 64]);
        unsealed && bytes[32 << 10..].chunks(4096).any(group)
    })
}

/// Starts twice; the power goes in the first start, in this step. Answers whether it went in the
/// write of a header.
fn goes_on(disk: &SimDisk, step: u64, noise: usize) -> bool {
    let copy = disk.fork();
    (0..noise).for_each(|_| drop(copy.random_id()));
    copy.crash_at(copy.steps() + step);
    let _ = open_again(&copy, wide());
    if copy.power_went_at() != Some(0) {
        return false;
    }
    copy.crash();
    let (journal, _) = open(&copy, wide());
    append(&journal, 5, 1000, 20);
    copy.crash();
    drop(journal);
    let (journal, report) = open(&copy, wide());
    let what = format!("step {step}, noise {noise}: {report:?}");
    assert!(!report.is_damaged(), "{what}");
    let read = |partition| read_all(&journal.log(&tp(partition)).unwrap(), 0).unwrap();
    assert_eq!(read(5), [(0, 1, 1000)], "{what}");
    assert_eq!(read(1).len(), 60, "{what}");
    true
}

fn open_again(disk: &SimDisk, options: JournalOptions) -> Option<Arc<Journal>> {
    let clock = Arc::new(ManualClock::new(1));
    let opened = Journal::open(Arc::new(disk.clone()), clock, options);
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
fn a_quota_is_a_full_disk_until_it_is_lifted() {
    let disk = SimDisk::new(7, 4 * FILE_BYTES);
    disk.has_quota();
    let clock = Arc::new(ManualClock::new(1_700_000_000_000));
    let opened = Journal::open(Arc::new(disk.clone()), Arc::clone(&clock) as _, options());
    let (journal, _) = opened.unwrap();
    let log = journal.create_log(tp(0), PartitionLogOptions::default());
    let log = log.unwrap();
    let mut tag = 0;
    let mut append = || {
        tag += 1;
        let b = batch(Spec {
            tag,
            payload: 3000,
            ..Spec::default()
        });
        let appended = log.append(b, 1, AppendOrigin::Client, None);
        let _ = journal.step();
        appended.map(drop)
    };
    let refused = (0..200).find_map(|_| append().err());
    assert_eq!(refused, Some(AppendError::DiskFull));
    assert_ne!(journal.space(), DiskLevel::Normal);
    for _ in 0..5 {
        clock.advance(Duration::from_secs(5));
        let before = disk.steps();
        while journal.maintain() {}
        // One attempt to create a file.
        assert_eq!(disk.steps() - before, 1);
        assert!(!journal.maintain());
        assert_eq!(append(), Err(AppendError::DiskFull));
    }
    disk.set_capacity(40 * FILE_BYTES);
    assert!(!journal.maintain(), "tried again at once");
    clock.advance(Duration::from_secs(5));
    while journal.maintain() {}
    assert_eq!(journal.space(), DiskLevel::Normal);
    assert!((0..100).all(|_| append().is_ok()));
    journal.flush().unwrap();
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

#[test]
fn what_a_start_reads_from_the_cache_of_a_killed_process_stays() {
    for seed in 0..40 {
        let disk = SimDisk::new(seed, 8 * FILE_BYTES);
        let (journal, _) = open(&disk, options());
        append(&journal, 0, 1, 20);
        let killed = disk.fork();
        append(&journal, 0, 2, 20);
        if seed % 2 == 1 {
            // With a footer.
            journal.close().unwrap();
        }
        let path = std::path::Path::new(DIR).join("journal-00000000.log");
        let handle = killed.open_write(&path, WriteAccess::Buffered).unwrap();
        let bytes = disk.contents(&path).unwrap();
        let _ = handle.write_at(&bytes, 0).unwrap();
        killed.end_process();
        for life in ["the next process", "the power failure after it"] {
            let (next, _) = open(&killed, options());
            let found = read_all(&next.log(&tp(0)).unwrap(), 0).unwrap();
            assert_eq!(found, [(0, 1, 1), (1, 2, 2)], "seed {seed}, {life}");
            killed.crash();
        }
    }
}

#[test]
fn a_file_that_was_named_before_a_kill_is_not_lost_in_a_power_failure_after_it() {
    let steps = {
        let disk = SimDisk::new(3, 8 * FILE_BYTES);
        let _journal = open(&disk, options());
        disk.steps()
    };
    for step in 0..steps {
        let disk = SimDisk::new(3, 8 * FILE_BYTES);
        disk.fail_at(step);
        let clock = Arc::new(ManualClock::new(1_700_000_000_000));
        let killed = Journal::open(Arc::new(disk.clone()), clock, options());
        drop(killed);
        disk.end_process();
        let (journal, _) = open(&disk, options());
        append(&journal, 0, 1, 20);
        disk.crash();
        let (next, _) = open(&disk, options());
        let found = read_all(&next.log(&tp(0)).unwrap(), 0).unwrap();
        assert_eq!(found, [(0, 1, 1)], "step {step}");
    }
}

#[test]
fn files_that_were_to_be_recycled_together_stay_if_a_part_of_the_entries_is_torn_off() {
    let disk = SimDisk::new(7, 40 * FILE_BYTES);
    let (journal, _) = open(&disk, options());
    let mut tag = 0;
    let mut fill = |files| {
        while journal.stats().files < files {
            tag += 1;
            append(&journal, 1, tag, 7000);
        }
    };
    // Entries in several sectors: of log 0 its batch is in the first file, its deletion in another.
    append(&journal, 0, 0, 7000);
    fill(16);
    journal.delete_log(tp(0), 1).unwrap();
    fill(18);
    let mut torn = 0;
    for step in 0..120 {
        for noise in 0..60 {
            let copy = disk.fork();
            copy.end_process();
            let (journal, _) = open(&copy, options());
            (0..noise).for_each(|_| drop(copy.random_id()));
            copy.crash_at(copy.steps() + step);
            let deleted = journal.delete_log(tp(1), 2).is_ok();
            while journal.maintain() {}
            if copy.power_went_at().is_none() {
                break;
            }
            copy.crash();
            drop(journal);
            let (journal, report) = open(&copy, options());
            torn += report.torn_ends.len();
            let what = format!("step {step}, noise {noise}: {report:?}");
            assert!(journal.log(&tp(0)).is_none(), "{what}");
            assert!(!deleted || journal.log(&tp(1)).is_none(), "{what}");
        }
    }
    assert!(torn > 10, "{torn}");
}
