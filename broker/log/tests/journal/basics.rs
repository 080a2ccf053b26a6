//! Append, read, reopen.

use strandline_log::{AppendError, AppendOrigin, LogError, OsDisk, PartitionLogOptions, ReadError};

use crate::support::*;

fn append(log: &strandline_log::PartitionLog, tag: u64, payload: usize) -> i64 {
    let batch = batch(Spec {
        tag,
        payload,
        ..Spec::default()
    });
    log.append(batch, 1, AppendOrigin::Client, None)
        .unwrap()
        .end_offset
}

fn fill_and_reopen(direct_io: bool) {
    let dir = tempfile::tempdir().unwrap();
    let count = 3000u64;
    {
        let (journal, report) = open_os(dir.path(), direct_io);
        assert_eq!(report.logs, 0);
        let logs: Vec<_> = (0..3)
            .map(|p| {
                journal
                    .create_log(tp(p), PartitionLogOptions::default())
                    .unwrap()
            })
            .collect();
        for tag in 0..count {
            let _ = append(&logs[(tag % 3) as usize], tag, 1000);
        }
        journal.flush().unwrap();
        for (p, log) in logs.iter().enumerate() {
            assert_eq!(log.durable_end_offset(), 1000);
            let tags: Vec<u64> = read_all(log, 0).unwrap().iter().map(|b| b.2).collect();
            let wanted: Vec<u64> = (0..count).filter(|t| t % 3 == p as u64).collect();
            assert_eq!(tags, wanted);
        }
        let stats = journal.stats();
        assert_eq!(stats.direct, direct_io);
        assert!(stats.files > 3);
    }
    let (journal, report) = open_os(dir.path(), direct_io);
    assert_eq!((report.scanned_files, report.logs), (0, 3), "{report:?}");
    assert!(!report.is_damaged());
    for p in 0..3 {
        let log = journal.log(&tp(p)).unwrap();
        let found = read_all(&log, 500).unwrap();
        assert_eq!(
            (log.log_end_offset(), found.len()),
            (1000, 500),
            "{:?}",
            found.last()
        );
        assert_eq!(append(&log, 9, 100), 1001);
    }
}

#[test]
fn a_reopened_journal_serves_what_was_appended() {
    fill_and_reopen(true);
}

#[test]
fn the_page_cache_fallback_serves_the_same() {
    fill_and_reopen(false);
}

#[test]
fn a_second_broker_on_the_directory_is_told_who_has_it() {
    let dir = tempfile::tempdir().unwrap();
    let (_journal, _) = open_os(dir.path(), true);
    let clock = std::sync::Arc::new(strandline_protocol::clock::SystemClock::default());
    let options = strandline_log::JournalOptions::new(dir.path());
    let second = strandline_log::Journal::open(std::sync::Arc::new(OsDisk), clock, options);
    let Err(LogError::InUse { holder, .. }) = second else {
        panic!("opened twice")
    };
    assert_eq!(holder, format!("process {}", std::process::id()));
}

#[test]
fn reads_stop_at_limits_and_say_where_the_log_is() {
    let disk = strandline_log::disk::sim::SimDisk::new(1, 64 << 20);
    let (journal, _) = open(&disk, sim_options());
    let log = journal
        .create_log(tp(0), PartitionLogOptions::default())
        .unwrap();
    for tag in 0..200 {
        let _ = append(&log, tag, 900);
    }
    assert_eq!(log.durable_end_offset(), 0);
    assert!(
        read_all(&log, 0).unwrap().is_empty(),
        "nothing is durable yet"
    );
    journal.flush().unwrap();
    let limited = log.read(10, 5000, 12, true).unwrap();
    let records = match limited {
        strandline_log::LocalRead::Ready(r) => r,
        strandline_log::LocalRead::Disk(plan) => plan.run().unwrap(),
    };
    assert_eq!(batches(&records.to_bytes()).len(), 2);
    assert!(matches!(
        log.read(201, 10, i64::MAX, true),
        Err(ReadError::AboveEnd {
            log_end_offset: 200
        })
    ));
    log.set_log_start_offset(50, 3).unwrap();
    assert_eq!(journal.applied_metadata_index(), 3);
    assert!(matches!(
        log.read(49, 10, i64::MAX, true),
        Err(ReadError::BelowLocalStart {
            local_log_start_offset: 50
        })
    ));
    assert_eq!(read_all(&log, 50).unwrap().len(), 150);
    assert_eq!(log.epoch_end_offset(1), (1, 200));
    drop((log, journal));
    let (journal, report) = open(&disk, sim_options());
    assert!(!report.is_damaged(), "{report:?}");
    let log = journal.log(&tp(0)).unwrap();
    assert_eq!((log.log_start_offset(), log.log_end_offset()), (50, 200));
    assert_eq!(journal.applied_metadata_index(), 3);
    assert_eq!(read_all(&log, 50).unwrap().len(), 150);
}

#[test]
fn truncation_is_durable_and_offsets_are_used_again_under_a_new_epoch() {
    let disk = strandline_log::disk::sim::SimDisk::new(1, 64 << 20);
    let (journal, _) = open(&disk, sim_options());
    let log = journal
        .create_log(tp(0), PartitionLogOptions::default())
        .unwrap();
    for tag in 0..200 {
        let producer = (5, 0, i32::try_from(tag).unwrap());
        let b = batch(Spec {
            tag,
            payload: 900,
            producer,
            ..Spec::default()
        });
        let _ = log.append(b, 1, AppendOrigin::Client, None).unwrap();
    }
    journal.flush().unwrap();
    for (end, epoch) in [(150, 2), (30, 3)] {
        log.truncate(end, epoch).unwrap();
        assert_eq!(log.log_end_offset(), end);
        let last = log.producers()[0].batches.clone();
        assert_eq!(last.len(), 5);
        assert_eq!(last[4].end_offset, end);
        let b = batch(Spec {
            tag: 1000,
            producer: (5, 0, i32::try_from(end).unwrap()),
            ..Spec::default()
        });
        assert_eq!(
            log.append(b, epoch, AppendOrigin::Client, None)
                .unwrap()
                .base_offset,
            end
        );
        journal.flush().unwrap();
        assert_eq!(log.epoch_end_offset(1), (1, end));
        assert!(matches!(
            log.append(batch(Spec::default()), 1, AppendOrigin::Client, None),
            Err(AppendError::Fenced { .. })
        ));
    }
    let found = read_all(&log, 0).unwrap();
    assert_eq!(found.len(), 31);
    let producers = log.producers();
    drop((log, journal));
    disk.crash();
    let (journal, report) = open(&disk, sim_options());
    assert!(!report.is_damaged(), "{report:?}");
    let log = journal.log(&tp(0)).unwrap();
    assert_eq!(read_all(&log, 0).unwrap(), found);
    assert_eq!(log.producers(), producers);
    assert_eq!(log.leader_epochs(), [(1, 0), (3, 30)]);
}

#[test]
fn retries_are_answered_with_the_first_offsets_also_after_a_restart() {
    let disk = strandline_log::disk::sim::SimDisk::new(1, 64 << 20);
    let (journal, _) = open(&disk, sim_options());
    let log = journal
        .create_log(tp(0), PartitionLogOptions::default())
        .unwrap();
    let send = |log: &strandline_log::PartitionLog, sequence: i32| {
        let b = batch(Spec {
            records: 2,
            producer: (9, 0, sequence),
            ..Spec::default()
        });
        log.append(b, 1, AppendOrigin::Client, None)
    };
    for sequence in [0, 2, 4] {
        assert!(!send(&log, sequence).unwrap().duplicate);
    }
    let again = send(&log, 2).unwrap();
    assert!(again.duplicate);
    assert_eq!((again.base_offset, again.end_offset), (2, 4));
    assert!(matches!(
        send(&log, 8),
        Err(AppendError::OutOfOrderSequence { .. })
    ));
    journal.flush().unwrap();
    disk.crash();
    drop((log, journal));
    let (journal, report) = open(&disk, sim_options());
    let log = journal.log(&tp(0)).unwrap();
    let (producers, end) = (log.producers(), log.log_end_offset());
    assert!(
        send(&log, 4).unwrap().duplicate,
        "{end} {producers:?} {report:?}"
    );
    assert!(!send(&log, 6).unwrap().duplicate);
}

#[test]
fn a_retry_is_told_the_time_that_the_log_gave_the_first() {
    let disk = strandline_log::disk::sim::SimDisk::new(1, 64 << 20);
    let (journal, _) = open(&disk, sim_options());
    let log = journal
        .create_log(tp(0), PartitionLogOptions::default())
        .unwrap();
    let send = |time| {
        let b = batch(Spec {
            records: 2,
            producer: (9, 0, 0),
            ..Spec::default()
        });
        log.append(b, 1, AppendOrigin::Client, Some(time)).unwrap()
    };
    let (first, again) = (send(7_000), send(8_000));
    assert_eq!((first.duplicate, first.log_append_time_ms), (false, 7_000));
    assert_eq!((again.duplicate, again.log_append_time_ms), (true, 7_000));
}

#[test]
fn the_border_of_a_segment_is_announced_when_it_is_stable() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = open_os(dir.path(), true);
    let options = PartitionLogOptions {
        segment_bytes: 2500,
        segment_ms: 5000,
        ..PartitionLogOptions::default()
    };
    let log = journal.create_log(tp(0), options).unwrap();
    assert_eq!(log.seals_at_ms(), None, "an empty segment has no age");
    // Two batches fit into a segment: 0 1 | 2 3 | 4
    let mut end = 0;
    for tag in 0..5 {
        end = append(&log, tag, 1000);
    }
    assert!(log.seals_at_ms().is_some());
    let news: Vec<bool> = (1..=end)
        .map(|at| log.high_watermark_advanced(at))
        .collect();
    // The first batch of a segment, and the end of one.
    assert_eq!(news, [true, true, true, true, true]);
    assert!(!log.high_watermark_advanced(end), "it did not move");
    log.roll();
    assert_eq!(log.seals_at_ms(), None);
    end = append(&log, 5, 100);
    assert!(log.high_watermark_advanced(end), "a segment began");
    end = append(&log, 6, 100);
    assert!(!log.high_watermark_advanced(end), "nothing ended or began");
}
