//! Flipped bits and cut files: a start keeps every intact acknowledged batch it can place,
//! says what it found, and never serves a bad byte.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use strandline_log::disk::sim::SimDisk;
use strandline_log::format::footer::TRAILER_LEN;
use strandline_log::inspect::{Inspector, recover_file_bytes};
use strandline_log::{
    AppendOrigin, Corruption, Disk, Journal, LocalRead, PartitionLog, PartitionLogOptions,
    ReadError,
};
use strandline_protocol::clock::ManualClock;

use crate::support::*;

/// (base offset, end offset, tag) of the batches of each partition.
type Acknowledged = BTreeMap<i32, Vec<(i64, i64, u64)>>;

/// A small journal with one sealed file and one that was being written.
fn small_journal() -> (SimDisk, Acknowledged) {
    small_journal_after(0)
}

/// The same, after so many groups of which nothing is left.
fn small_journal_after(groups: u64) -> (SimDisk, Acknowledged) {
    let disk = SimDisk::new(7, 4 << 20);
    let (journal, _) = open(&disk, sim_options());
    for tag in 0..groups {
        let log = journal.create_log(tp(9), PartitionLogOptions::default());
        let log = log.unwrap();
        log.append(tagged(tag), 1, AppendOrigin::Client, None)
            .unwrap();
        assert!(journal.step());
    }
    journal.delete_log(tp(9), 1).unwrap();
    while journal.maintain() {}
    let mut tag = 0;
    let mut wanted = Acknowledged::new();
    for round in 0..24 {
        for partition in 0..2 {
            let log = journal
                .create_log(tp(partition), PartitionLogOptions::default())
                .unwrap();
            tag += 1;
            let done = log
                .append(tagged(tag), 1, AppendOrigin::Client, None)
                .unwrap();
            wanted
                .entry(partition)
                .or_default()
                .push((done.base_offset, done.end_offset, tag));
        }
        let _ = (round, journal.step());
    }
    journal.flush().unwrap();
    disk.crash();
    (disk, wanted)
}

fn tagged(tag: u64) -> bytes::Bytes {
    batch(Spec {
        tag,
        payload: 600,
        ..Spec::default()
    })
}

fn files(disk: &SimDisk) -> Vec<PathBuf> {
    let names = disk.list(std::path::Path::new(DIR)).unwrap();
    names
        .iter()
        .map(|name| std::path::Path::new(DIR).join(name))
        .collect()
}

/// What can be read, damage skipped, and whether there was any.
fn readable(log: &PartitionLog) -> (Vec<(i64, i64, u64)>, bool) {
    let (mut found, mut damaged) = (Vec::new(), false);
    let mut offset = log.local_log_start_offset();
    while offset < log.log_end_offset() {
        let read = log
            .read(offset, 1 << 20, i64::MAX, true)
            .and_then(|read| match read {
                LocalRead::Ready(records) => Ok(records),
                LocalRead::Disk(plan) => plan.run(),
            });
        match read {
            Ok(records) if records.is_empty() => break,
            Ok(records) => {
                let batches: Vec<_> = records.slices().iter().flat_map(|s| batches(s)).collect();
                offset = batches.last().unwrap().1;
                found.extend(batches);
            }
            Err(ReadError::Damaged { end, .. }) if end > offset => {
                damaged = true;
                offset = end;
            }
            Err(error) => panic!("offset {offset}: {error}"),
        }
    }
    (found, damaged)
}

/// Opens a damaged journal: how many acknowledged batches it lost.
fn lost(disk: &SimDisk, wanted: &Acknowledged, what: &str) -> usize {
    let (journal, report) = open(disk, sim_options());
    let mut lost = 0;
    let mut silent =
        !report.is_damaged() && report.torn_ends.is_empty() && report.repaired.is_empty();
    for (partition, wanted) in wanted {
        let (found, damaged) = journal
            .log(&tp(*partition))
            .map(|log| readable(&log))
            .unwrap_or_default();
        let foreign = found.iter().find(|b| !wanted.contains(b));
        assert_eq!(foreign, None, "{what}: a batch that was never acknowledged");
        lost += wanted.len() - found.len();
        // The content of a file with a footer is looked at when it is read.
        silent &= !damaged;
    }
    assert!(
        lost == 0 || !silent,
        "{what}: lost {lost} batches without a word"
    );
    lost
}

#[test]
fn one_flipped_bit_costs_at_most_the_batches_it_hits() {
    // The sequence of a group whose header is damaged has to be found out.
    let (disk, wanted) = small_journal_after(100);
    assert_eq!(lost(&disk.fork(), &wanted, "no damage"), 0);
    let unused = |path: &PathBuf| disk.contents(path).unwrap()[10] == 0;
    for path in files(&disk).into_iter().filter(unused) {
        disk.remove(&path).unwrap();
    }
    for path in files(&disk) {
        let bytes = disk.contents(&path).unwrap();
        for at in 0..bytes.len() {
            // Every byte of headers and a sample of the rest.
            let is_header = at % 4096 <= 700 || at + 200 >= bytes.len();
            if !is_header && at % sample(37) != 0 {
                continue;
            }
            let copy = disk.fork();
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << (at % 8);
            copy.replace(&path, damaged);
            let lost = lost(
                &copy,
                &wanted,
                &format!("bit in byte {at} of {}", path.display()),
            );
            // The header of a group may cost both of its batches.
            let most = if at % 4096 < 64 { 2 } else { 1 };
            assert!(
                lost <= most,
                "a bit in byte {at} of {} cost {lost} batches",
                path.display()
            );
        }
    }
}

#[test]
fn a_damaged_header_of_the_only_group_of_a_file_costs_nothing() {
    let (disk, mut wanted) = small_journal_after(100);
    drop(open(&disk, sim_options()));
    let (journal, _) = open(&disk, sim_options());
    let log = journal.log(&tp(0)).unwrap();
    let done = log
        .append(tagged(49), 1, AppendOrigin::Client, None)
        .unwrap();
    let done = (done.base_offset, done.end_offset, 49);
    wanted.entry(0).or_default().push(done);
    assert!(journal.step());
    disk.crash();
    let holds_it = |path: &PathBuf| end_in(&disk.contents(path).unwrap(), 49).is_some();
    let path = files(&disk).into_iter().find(holds_it).unwrap();
    let mut bytes = disk.contents(&path).unwrap();
    bytes[4096] ^= 1;
    disk.replace(&path, bytes);
    assert_eq!(lost(&disk, &wanted, "a damaged group header"), 0);
}

#[test]
fn a_damaged_footer_of_an_older_file_is_said_and_costs_nothing() {
    let (disk, wanted) = small_journal();
    let oldest = files(&disk).into_iter().next().unwrap();
    let bytes = disk.contents(&oldest).unwrap();
    for back in 1..=TRAILER_LEN {
        let copy = disk.fork();
        let mut damaged = bytes.clone();
        let at = bytes.len() - back;
        damaged[at] ^= 1;
        copy.replace(&oldest, damaged);
        let what = format!("bit in byte {at}");
        assert_eq!(lost(&copy.fork(), &wanted, &what), 0, "{what}");
        let (_, report) = open(&copy, sim_options());
        assert!(!report.is_damaged(), "{what}: {report:?}");
        let name = report.repaired.first().map(|flaw| flaw.name.clone());
        let oldest = oldest.file_name().map(|n| n.to_string_lossy().into_owned());
        assert_eq!(name, oldest, "{what}: {report:?}");
        let (_, again) = open(&copy, sim_options());
        assert_eq!(again.repaired, [], "{what}: it was written again");
    }
}

#[test]
fn a_file_cut_at_any_byte_keeps_what_is_before_the_cut() {
    let (disk, wanted) = small_journal();
    for path in files(&disk) {
        let bytes = disk.contents(&path).unwrap();
        let batches = wanted.values().flatten();
        let ends: Vec<usize> = batches.filter_map(|b| end_in(&bytes, b.2)).collect();
        for cut in (0..bytes.len()).step_by(sample(211)) {
            let copy = disk.fork();
            copy.replace(&path, bytes[..cut].to_vec());
            let what = format!("cut at {cut} of {}", path.display());
            let hit = ends.iter().filter(|end| **end > cut).count();
            let lost = lost(&copy, &wanted, &what);
            assert!(lost <= hit, "{what} cost {lost} batches, it hit {hit}");
            goes_on(&copy, &what);
        }
    }
}

/// Every how many bytes damage is tried: every single one if `STRANDLINE_EVERY_BYTE` is set.
fn sample(step: usize) -> usize {
    match std::env::var_os("STRANDLINE_EVERY_BYTE") {
        Some(_) => 1,
        None => step,
    }
}

/// A journal that was cut and opened once takes batches, crashes, and does not say again that it was
/// cut.
fn goes_on(disk: &SimDisk, what: &str) {
    let (journal, _) = open(disk, sim_options());
    let log = journal.create_log(tp(0), PartitionLogOptions::default());
    let log = log.or_else(|_| journal.log(&tp(0)).ok_or(())).unwrap();
    for tag in 0..100 {
        log.append(tagged(tag), 1, AppendOrigin::Client, None)
            .unwrap();
        let _ = journal.step();
    }
    drop((log, journal));
    disk.crash();
    let (_, report) = open(disk, sim_options());
    let cut = report
        .corruption
        .iter()
        .find(|c| c.reason == "the file is cut");
    assert_eq!(cut, None, "{what}, opened again");
}

#[test]
fn a_spare_file_that_is_cut_is_not_taken_for_a_whole_one() {
    let spare = || {
        let mut options = sim_options();
        options.prealloc_bytes = 128 << 10;
        options
    };
    let disk = SimDisk::new(7, 4 << 20);
    let (journal, _) = open(&disk, spare());
    while journal.maintain() {}
    drop(journal);
    disk.crash();
    let unused = |path: &PathBuf| disk.contents(path).unwrap()[10] == 0;
    let spares: Vec<PathBuf> = files(&disk).into_iter().filter(unused).collect();
    assert!(!spares.is_empty(), "there are spare files");
    for path in spares {
        let bytes = disk.contents(&path).unwrap();
        for cut in [0, 127, 128, 4_095, 4_096, 10_001, bytes.len() - 1] {
            let copy = disk.fork();
            copy.replace(&path, bytes[..cut].to_vec());
            goes_on(&copy, &format!("spare cut at {cut}"));
        }
    }
}

/// A small journal whose first log was cut in the middle of its sealed file.
fn small_journal_cut() -> (SimDisk, Acknowledged) {
    let (disk, mut wanted) = small_journal();
    let (journal, _) = open(&disk, sim_options());
    let log = journal.log(&tp(0)).unwrap();
    log.truncate(3, 1).unwrap();
    wanted.get_mut(&0).unwrap().truncate(3);
    disk.crash();
    (disk, wanted)
}

/// All names and bytes of a disk.
fn everything(disk: &SimDisk) -> Vec<(PathBuf, Vec<u8>)> {
    let bytes = |path: PathBuf| (path.clone(), disk.contents(&path).unwrap());
    files(disk).into_iter().map(bytes).collect()
}

/// How many acknowledged batches cannot be read because the disk refuses.
fn refused(journal: &Journal, wanted: &Acknowledged) -> usize {
    let mut refused = 0;
    for (partition, wanted) in wanted {
        let log = journal.log(&tp(*partition)).unwrap();
        assert_eq!(log.log_end_offset(), wanted.last().unwrap().1);
        for b in wanted {
            let read = log.read(b.0, 1, i64::MAX, true);
            match read.and_then(|read| match read {
                LocalRead::Ready(records) => Ok(records),
                LocalRead::Disk(plan) => plan.run(),
            }) {
                Ok(records) => assert_eq!(batches(&records.slices()[0]), [*b]),
                Err(ReadError::Io { .. }) => refused += 1,
                Err(error) => panic!("{b:?}: {error}"),
            }
        }
    }
    refused
}

#[test]
fn a_start_that_the_disk_refuses_a_block_changes_nothing_or_needs_no_such_block() {
    let clock = || Arc::new(ManualClock::new(1_700_000_000_000));
    let (mut failed, mut unneeded, mut replayed) = (0, 0, false);
    for (disk, wanted) in [small_journal(), small_journal_cut()] {
        // A file that was being made.
        disk.create(&std::path::Path::new(DIR).join("journal-00000077.new"), 1)
            .unwrap();
        let before = everything(&disk);
        let slots = before
            .iter()
            .filter(|(path, _)| path.extension().is_some_and(|e| e == "log"));
        for (path, bytes) in slots {
            for block in (0..bytes.len()).step_by(4096) {
                let what = format!("block at {block} of {} refused", path.display());
                let copy = disk.fork();
                copy.refuse_reads(path, block..block + 4096).unwrap();
                match Journal::open(Arc::new(copy.clone()), clock(), sim_options()) {
                    Ok((journal, report)) => {
                        assert!(!report.is_damaged(), "{what}: {report:?}");
                        // A block holds one group, of two batches.
                        let refused = refused(&journal, &wanted);
                        assert!(refused <= 2, "{what}: {refused} batches");
                        unneeded += 1;
                    }
                    Err(error) => {
                        let said = error.to_string();
                        let named = format!("cannot read `{}` at byte ", path.display());
                        let Some((at, _)) = said
                            .strip_prefix(&named)
                            .and_then(|rest| rest.split_once(';'))
                        else {
                            panic!("{what}: {said}")
                        };
                        let at: usize = at.parse().unwrap();
                        assert!((block..block + 4096).contains(&at), "{what}: {said}");
                        assert!(everything(&copy) == before, "{what}: something was written");
                        failed += 1;
                        // Producers of the log that was cut are read from the runs that are left.
                        replayed |= (&before[0].0, block) == (path, 4096);
                    }
                }
                copy.refuse_reads(path, 0..0).unwrap();
                copy.crash();
                assert_eq!(lost(&copy, &wanted, &what), 0, "{what}, and not any more");
            }
        }
    }
    assert!(replayed, "producers are read before anything is written");
    assert!(
        failed > 20 && unneeded > 10,
        "{failed} failed, {unneeded} did not"
    );
}

#[test]
fn inspection_goes_on_where_the_disk_refuses_and_says_where() {
    let (disk, _) = small_journal();
    for (path, bytes) in everything(&disk) {
        for block in (0..bytes.len()).step_by(4096) {
            let copy = disk.fork();
            copy.refuse_reads(&path, block..block + 512).unwrap();
            let seen: Arc<dyn Disk> = Arc::new(copy.clone());
            let inspector = Inspector::open(&seen, std::path::Path::new(DIR)).unwrap();
            let report = inspector.verify(|_, _| {});
            let flaw = |c: &&Corruption| {
                path.ends_with(&c.name) && c.reason == "the disk refuses to read it"
            };
            let said: Vec<_> = report.corruption.iter().filter(flaw).collect();
            let said: Vec<_> = said.iter().map(|c| (c.position, c.end)).collect();
            let at = block as u64;
            assert_eq!(said, [(at, at + 4096)], "{}", path.display());
            assert!(!report.is_sound());
            assert_eq!(copy.contents(&path).unwrap(), bytes);
        }
    }
}

/// Where the batch `tag` ends in the bytes of a file, if it is there.
fn end_in(bytes: &[u8], tag: u64) -> Option<usize> {
    let batch = tagged(tag);
    // Its base offset and epoch are given to it by the log.
    let body = &batch[21..];
    let at = bytes.windows(body.len()).position(|there| there == body)?;
    Some(at + body.len())
}

#[test]
fn inspection_lists_finds_and_verifies_without_a_change() {
    let (disk, wanted) = small_journal();
    let path = files(&disk)[0].clone();
    let before = disk.contents(&path).unwrap();
    let seen: Arc<dyn Disk> = Arc::new(disk.clone());
    let inspector = Inspector::open(&seen, std::path::Path::new(DIR)).unwrap();
    let report = inspector.verify(|_, _| {});
    assert!(report.is_sound(), "{report:?}");
    assert_eq!(
        report.batches,
        wanted.values().map(|w| w.len() as u64).sum::<u64>()
    );
    assert_eq!(inspector.logs().len(), 2);
    assert!(inspector.find(&tp(0), 3..5).iter().all(|held| held.live));
    assert!(!inspector.find(&tp(0), 3..5).is_empty());
    assert!(inspector.find(&tp(9), 0..100).is_empty());
    assert_eq!(disk.contents(&path).unwrap(), before);
    let _ = recover_file_bytes(&before);
    for cut in (0..before.len()).step_by(977) {
        let _ = recover_file_bytes(&before[..cut]);
    }
}

#[test]
fn a_file_of_a_later_level_is_refused_in_one_line_that_names_both() {
    let (disk, _) = small_journal();
    let path = files(&disk).pop().unwrap();
    let mut bytes = disk.contents(&path).unwrap();
    bytes[8..10].copy_from_slice(&2u16.to_be_bytes());
    let crc = strandline_log::format::crc32c(&bytes[..124]);
    bytes[124..128].copy_from_slice(&crc.to_be_bytes());
    disk.replace(&path, bytes.clone());
    let clock = Arc::new(ManualClock::new(1_700_000_000_000));
    let refused = Journal::open(Arc::new(disk.clone()), clock, sim_options());
    let refused = refused.unwrap_err().to_string();
    let wanted = format!(
        "`{}`: the file is at level 2, this build supports levels 1 to 1",
        path.display()
    );
    assert_eq!(refused, wanted);
    assert_eq!(disk.contents(&path).unwrap(), bytes, "nothing is changed");
}
