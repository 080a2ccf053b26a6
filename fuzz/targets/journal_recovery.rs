//! A journal file as a crash or a bad disk leaves it: recovery, and then reading all that it found.

#![no_main]

use std::path::Path;
use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use strandline_fuzz::{JOURNAL_DIR, journal_options, seal_journal};
use strandline_log::disk::sim::SimDisk;
use strandline_log::inspect::recover_file_bytes;
use strandline_log::{Journal, LocalRead, PartitionLog, ReadError};
use strandline_protocol::clock::ManualClock;
use strandline_protocol::record_batch::BatchIter;

/// What the file and those that recovery makes may take.
const DISK_BYTES: u64 = 2 << 20;
/// More than a file has: inputs are no larger.
const FILE_BYTES_MAX: usize = 128 << 10;
/// Steps of reading after which a log that goes on is taken to have no end.
const READS_MAX: usize = 10_000;

fuzz_target!(|data: &[u8]| {
    let Some((mode, file)) = data.split_first() else {
        return;
    };
    if file.len() > FILE_BYTES_MAX {
        return;
    }
    let mut file = file.to_vec();
    // Half of the inputs get the checksums that they should have, so that mutations reach what
    // lies behind these.
    if mode % 2 == 1 {
        seal_journal(&mut file);
    }
    let _ = recover_file_bytes(&file);
    let disk = SimDisk::new(u64::from(*mode), DISK_BYTES);
    disk.replace(&Path::new(JOURNAL_DIR).join("journal-00000000.log"), file);
    recover(&disk);
    // What recovery wrote is read once more.
    recover(&disk);
});

fn recover(disk: &SimDisk) {
    let clock = Arc::new(ManualClock::new(1_700_000_000_000));
    let Ok((journal, report)) = Journal::open(Arc::new(disk.clone()), clock, journal_options())
    else {
        return;
    };
    assert_eq!(report.logs, journal.logs().len());
    for log in journal.logs() {
        read(&log);
        let _ = (log.producers(), log.segments(), log.leader_epochs());
    }
    disk.crash();
}

/// Reads from start to end, over what is damaged; no batch may be served that does not verify.
fn read(log: &PartitionLog) {
    let mut offset = log.local_log_start_offset();
    for _ in 0..READS_MAX {
        let found = log
            .read(offset, 64 << 10, i64::MAX, true)
            .and_then(|found| match found {
                LocalRead::Ready(records) => Ok(records),
                LocalRead::Disk(plan) => plan.run(),
            });
        let records = match found {
            Ok(records) if records.is_empty() => return,
            Ok(records) => records,
            Err(ReadError::Damaged { end, .. }) if end > offset => {
                offset = end;
                continue;
            }
            Err(_) => return,
        };
        for slice in records.slices() {
            for batch in BatchIter::new(slice.clone()) {
                let batch = batch.expect("what is served is whole batches");
                batch.verify_crc().expect("what is served verifies");
                assert!(batch.header().end_offset() > offset, "a read goes on");
                offset = batch.header().end_offset();
            }
        }
    }
    panic!("reading does not end");
}
