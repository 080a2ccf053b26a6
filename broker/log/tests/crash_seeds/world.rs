//! A journal, its disk, the model, and what happens to them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use strandline_log::disk::sim::{SimDisk, SimRng};
use strandline_log::{
    AppendError, AppendOrigin, DiskLevel, FatalHook, Journal, JournalOptions, JournalStats,
    LogError, PartitionLog, PartitionLogOptions, RecoveryReport,
};
use strandline_protocol::clock::ManualClock;

use crate::coverage::{Coverage, Work};
use crate::model::{ModelBatch, ModelLog};
use crate::operation::{Aim, Operation};
use crate::support::{Spec, batch, sim_options, tp};

const FILE_BYTES: u64 = 64 << 10;

/// What a run is to do besides.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Plan {
    #[cfg(feature = "sabotage")]
    pub(crate) sabotage: Option<strandline_log::Sabotage>,
    /// `None` lets the seed choose.
    pub(crate) direct: Option<bool>,
}

struct World<'a> {
    coverage: &'a Coverage,
    rng: SimRng,
    disk: SimDisk,
    disk_bytes: u64,
    options: JournalOptions,
    fatal: Arc<AtomicU64>,
    logs: BTreeMap<i32, ModelLog>,
    epoch: i32,
    next_tag: u64,
    index: u64,
}

pub(crate) fn run(seed: u64, plan: Plan, coverage: &Coverage) -> Result<(), String> {
    let mut rng = SimRng::new(seed);
    // Of the larger disk the marks are 5 %.
    let large = rng.one_in(8);
    let files = if large { 60 } else { 9 + rng.below(8) };
    let disk = SimDisk::new(rng.next_u64(), files * FILE_BYTES);
    let direct = rng.one_in(2);
    if !plan.direct.unwrap_or(direct) {
        disk.refuse_direct();
    }
    let fatal = Arc::new(AtomicU64::new(0));
    let mut options = sim_options();
    let count = Arc::clone(&fatal);
    options.fatal = FatalHook::new(move |_| {
        let _ = count.fetch_add(1, Ordering::SeqCst);
    });
    options.prealloc_bytes = rng.below(3) * FILE_BYTES;
    options.produce_mark_bytes = if large { 3 } else { 4 } * FILE_BYTES;
    options.replication_mark_bytes = 3 * FILE_BYTES;
    #[cfg(feature = "sabotage")]
    {
        options.sabotage = plan.sabotage;
    }
    let logs = BTreeMap::new();
    let mut world = World {
        coverage,
        disk_bytes: files * FILE_BYTES,
        rng,
        disk,
        options,
        fatal,
        logs,
        epoch: 1,
        next_tag: 1,
        index: 0,
    };
    let lives = 2 + world.rng.below(3);
    for life in 0..lives {
        world.live(life).map_err(|e| format!("life {life}: {e}"))?;
    }
    world.recover().map(drop)
}

impl World<'_> {
    fn open(&self) -> Result<(Arc<Journal>, RecoveryReport), LogError> {
        let clock = Arc::new(ManualClock::new(1_700_000_000_000));
        Journal::open(Arc::new(self.disk.clone()), clock, self.options.clone())
    }

    /// Opens the journal, with crashes on the way, and compares it with the model.
    fn recover(&mut self) -> Result<Arc<Journal>, String> {
        // Each crash is recovered from at least twice.
        let mut attempts = 1 + self.rng.below(2);
        loop {
            if attempts > 0 {
                self.disk.crash_at(self.disk.steps() + self.rng.below(60));
            }
            match self.open() {
                Ok((journal, report)) if !self.disk.is_down() => {
                    self.coverage.count(Work::Recover, false);
                    if attempts > 0 {
                        attempts -= 1;
                        drop(journal);
                        self.disk.crash();
                        continue;
                    }
                    self.compare(&journal, &report)?;
                    return Ok(journal);
                }
                Ok((journal, _)) => {
                    self.coverage.count(Work::Recover, true);
                    drop(journal);
                }
                Err(error) if !self.disk.is_down() => {
                    return Err(format!("cannot open: {error:?}"));
                }
                Err(_) => self.coverage.count(Work::Recover, true),
            }
            attempts = attempts.saturating_sub(1);
            self.disk.crash();
        }
    }

    fn compare(&mut self, journal: &Journal, report: &RecoveryReport) -> Result<(), String> {
        if report.is_damaged() {
            return Err(format!("damage without a flaw: {report:?}"));
        }
        // The header of a file that was just taken into use may be torn; a footer is durable
        // before anything relies on it.
        if report.repaired.iter().any(|flaw| flaw.position > 0) {
            return Err(format!("a footer is missing without a flaw: {report:?}"));
        }
        for log in journal.logs() {
            let partition = log.topic_partition().partition;
            let model = self.logs.get_mut(&partition);
            let Some(model) = model else {
                return Err(format!("log {partition} came back"));
            };
            model.maybe_deleted = false;
            if std::env::var_os("STRANDLINE_TRACE").is_some() {
                let known: Vec<_> = log
                    .producers()
                    .iter()
                    .map(|p| (p.producer_id, p.last_sequence()))
                    .collect();
                println!(
                    "recovered {partition} [{}, {}) producers {known:?}",
                    log.local_log_start_offset(),
                    log.log_end_offset()
                );
            }
            model
                .check_recovered(&log)
                .map_err(|e| format!("log {partition}: {e}; {report:?}"))?;
        }
        let lost = self.logs.iter().find(|(partition, model)| {
            journal.log(&tp(**partition)).is_none() && model.acked_end > 0 && !model.maybe_deleted
        });
        if let Some((partition, _)) = lost {
            return Err(format!("log {partition} is gone"));
        }
        self.logs
            .retain(|partition, _| journal.log(&tp(*partition)).is_some());
        Ok(())
    }

    fn live(&mut self, life: u64) -> Result<(), String> {
        let journal = self.recover()?;
        // A start takes a file of the reserve; housekeeping begins at once and gives it back.
        for _ in 0..50 {
            if journal.space() < DiskLevel::ReplicationRefused || !journal.maintain() {
                break;
            }
        }
        self.epoch += 1;
        let operations = 20 + self.rng.below(200);
        let mut aim = None;
        match self.rng.below(12) {
            0 => {}
            3..8 => aim = Some(Aim::draw(&mut self.rng)),
            1 => self.disk.fail_at(self.disk.steps() + self.rng.below(300)),
            2 => self
                .disk
                .short_write_at(self.disk.steps() + self.rng.below(300)),
            _ => self.disk.crash_at(self.disk.steps() + self.rng.below(800)),
        }
        let fatal = self.fatal.load(Ordering::SeqCst);
        for step in 0..operations {
            self.trace(step);
            let before = journal.stats();
            let operation = Operation::draw(&mut self.rng);
            let aimed = aim.filter(|aim| aim.operation == operation);
            if let Some(aim) = aimed {
                self.disk
                    .crash_at(self.disk.steps() + aim.steps(&mut self.rng));
            }
            self.operation(&journal, operation)
                .map_err(|e| format!("operation {step}: {e}"))?;
            if aimed.is_some() && !self.disk.is_down() {
                self.disk.crash_at(u64::MAX);
            }
            self.cover(operation, &before, &journal.stats());
            self.acknowledge(&journal);
            if self.disk.is_down() || journal.is_stopped() {
                break;
            }
        }
        if self.disk.is_down() && self.fatal.load(Ordering::SeqCst) == fatal && journal.step() {
            return Err(format!("life {life}: a group was written without power"));
        }
        self.check_stopped(&journal)?;
        if self.rng.one_in(4) {
            let _ = journal.close();
            self.acknowledge(&journal);
        }
        // What is dropped must not reach the disk any more: a kill, not a stop.
        self.disk.crash();
        drop(journal);
        Ok(())
    }

    /// After a failed write nothing is acknowledged (I23).
    fn check_stopped(&mut self, journal: &Journal) -> Result<(), String> {
        if !journal.is_stopped() {
            return Ok(());
        }
        for (partition, log) in self.open_logs(journal) {
            let before = log.durable_end_offset();
            let refused = log.append(
                batch(Spec::default()),
                self.epoch,
                AppendOrigin::Client,
                None,
            );
            let _ = journal.step();
            if refused.is_ok() || log.durable_end_offset() != before {
                return Err(format!("log {partition} went on after a failed write"));
            }
        }
        Ok(())
    }

    /// `STRANDLINE_TRACE` prints where the disk is before each operation.
    fn trace(&self, step: u64) {
        if std::env::var_os("STRANDLINE_TRACE").is_some() {
            let ends: Vec<_> = self
                .logs
                .iter()
                .map(|(p, m)| (*p, m.end(), m.acked_end))
                .collect();
            println!(
                "operation {step}, disk step {}, logs {ends:?}",
                self.disk.steps()
            );
        }
    }

    fn open_logs(&self, journal: &Journal) -> Vec<(i32, Arc<PartitionLog>)> {
        let known = self
            .logs
            .keys()
            .filter_map(|p| Some((*p, journal.log(&tp(*p))?)));
        known.collect()
    }

    fn acknowledge(&mut self, journal: &Journal) {
        for (partition, log) in self.open_logs(journal) {
            if let Some(model) = self.logs.get_mut(&partition) {
                model.acked_end = model
                    .acked_end
                    .max(log.durable_end_offset().min(model.end()));
            }
        }
    }

    /// Says what was done between two looks at the journal, and whether the power went in its
    /// middle.
    fn cover(&self, operation: Operation, before: &JournalStats, after: &JournalStats) {
        let crashed = self.disk.is_down();
        let at_header = crashed && self.disk.power_went_at() == Some(0);
        let work = match operation {
            Operation::Truncate => Work::Truncate,
            Operation::MoveStart => Work::MoveStart,
            Operation::Delete => Work::Delete,
            Operation::Maintain if after.bytes_copied > before.bytes_copied => Work::Relocate,
            Operation::Maintain if after.files_recycled > before.files_recycled => Work::Recycle,
            // Of what else housekeeping does, only a file that is made may be cut.
            Operation::Maintain if crashed && self.options.prealloc_bytes == 0 => Work::Recycle,
            Operation::Maintain => return,
            _ if at_header || after.files > before.files => Work::Roll,
            _ if crashed || after.groups > before.groups => Work::Append,
            _ => return,
        };
        self.coverage.count(work, crashed);
        if after.free_bytes * 20 <= self.disk_bytes {
            self.coverage.count(Work::FullDisk, crashed);
        }
    }

    fn operation(&mut self, journal: &Arc<Journal>, operation: Operation) -> Result<(), String> {
        let partition = i32::try_from(self.rng.below(4)).unwrap();
        match operation {
            Operation::Append => self.append(journal, partition),
            Operation::Step => {
                let _ = journal.step();
                Ok(())
            }
            Operation::Drain => {
                while journal.step() {}
                Ok(())
            }
            Operation::Maintain => {
                let _ = journal.maintain();
                Ok(())
            }
            Operation::Truncate => self.truncate(journal, partition),
            Operation::MoveStart => self.move_start(journal, partition),
            Operation::Delete => self.delete(journal, partition),
            Operation::RollSegment => {
                if let Some(log) = journal.log(&tp(partition)) {
                    log.roll();
                }
                Ok(())
            }
            Operation::Read => self.check_reads(journal, partition),
            Operation::Fill => self.fill(journal, partition),
        }
    }

    fn append(&mut self, journal: &Arc<Journal>, partition: i32) -> Result<(), String> {
        let Ok(log) = journal.create_log(tp(partition), self.log_options()) else {
            return Ok(());
        };
        let model = self.logs.entry(partition).or_default();
        let records = 1 + i32::try_from(self.rng.below(5)).unwrap();
        let producer = self.rng.one_in(2).then(|| {
            let id = 1 + i64::try_from(self.rng.below(3)).unwrap();
            (id, 0i16, model.next_sequence.get(&id).copied().unwrap_or(0))
        });
        let payload = if self.rng.one_in(3) { 4000 } else { 50 };
        let payload = 50 + usize::try_from(self.rng.below(payload)).unwrap();
        let tag = self.next_tag;
        self.next_tag += 1;
        let spec = Spec {
            records,
            payload,
            tag,
            producer: producer.unwrap_or((-1, -1, -1)),
            timestamp: 1000,
        };
        match log.append(batch(spec), self.epoch, AppendOrigin::Client, None) {
            Ok(done) => {
                if done.duplicate
                    || done.base_offset != model.end().max(log.local_log_start_offset())
                {
                    return Err(format!("appended at {done:?}, expected {}", model.end()));
                }
                let (base, end) = (done.base_offset, done.end_offset);
                model.history.push(ModelBatch {
                    base,
                    end,
                    tag,
                    producer,
                });
                if let Some((id, _, first)) = producer {
                    let _ = model.next_sequence.insert(id, first + records);
                }
                Ok(())
            }
            Err(
                AppendError::DiskFull
                | AppendError::Stopped
                | AppendError::Closed
                | AppendError::Backlogged,
            ) => Ok(()),
            Err(error) => Err(format!(
                "append of {producer:?} to {partition} refused: {error}; local start {}, {:?}",
                log.local_log_start_offset(),
                model
                    .history
                    .iter()
                    .filter(|b| b.producer.map(|p| p.0) == producer.map(|p| p.0))
                    .collect::<Vec<_>>()
            )),
        }
    }

    fn log_options(&self) -> PartitionLogOptions {
        PartitionLogOptions {
            segment_bytes: 20_000,
            ..PartitionLogOptions::default()
        }
    }

    fn truncate(&mut self, journal: &Arc<Journal>, partition: i32) -> Result<(), String> {
        let Some(log) = journal.log(&tp(partition)) else {
            return Ok(());
        };
        let Some(model) = self.logs.get_mut(&partition) else {
            return Ok(());
        };
        let (start, end) = (log.local_log_start_offset(), log.log_end_offset());
        let to = start + i64::try_from(self.rng.below((end - start + 1).unsigned_abs())).unwrap();
        self.epoch += 1;
        model.maybe_end = Some(to);
        if std::env::var_os("STRANDLINE_TRACE").is_some() {
            println!("truncate {partition} to {to} of [{start}, {end})");
        }
        match log.truncate(to, self.epoch) {
            Ok(()) => {
                let wanted = model.boundary(to).max(log.local_log_start_offset());
                let got = log.log_end_offset();
                if got != wanted {
                    return Err(format!(
                        "truncated to {got}, expected {wanted}, asked {to}, log [{start}, {end}) {:?}",
                        model.history
                    ));
                }
                model.cut(got);
                model.maybe_end = None;
                model
                    .check_contents(&log)
                    .map_err(|e| format!("after truncation to {got}: {e}"))
            }
            Err(LogError::NoSpace) if !journal.is_stopped() => {
                // Batches that were not taken may be gone; nothing acknowledged is.
                model.cut(log.log_end_offset().max(model.acked_end));
                model.maybe_end = Some(to);
                Ok(())
            }
            Err(_) if journal.is_stopped() || self.disk.is_down() => Ok(()),
            Err(error) => Err(format!("truncation to {to} failed: {error:?}")),
        }
    }

    fn move_start(&mut self, journal: &Arc<Journal>, partition: i32) -> Result<(), String> {
        let Some(log) = journal.log(&tp(partition)) else {
            return Ok(());
        };
        let Some(model) = self.logs.get_mut(&partition) else {
            return Ok(());
        };
        let (start, end) = (log.log_start_offset(), log.durable_end_offset());
        let to = start + i64::try_from(self.rng.below((end - start + 1).unsigned_abs())).unwrap();
        self.index += 1;
        if std::env::var_os("STRANDLINE_TRACE").is_some() {
            println!("move start of {partition} to {to} of [{start}, {end})");
        }
        let local = model.local_start_max;
        model.local_start_max = model.local_start_max.max(to);
        let result = if self.rng.one_in(2) {
            log.drop_local_below(to, self.index)
        } else {
            model.log_start_max = model.log_start_max.max(to);
            let result = log.set_log_start_offset(to, self.index);
            if result.is_ok() {
                model.log_start = model.log_start.max(to);
            }
            result
        };
        match result {
            Ok(()) if journal.applied_metadata_index() < self.index && to > local => {
                Err("the metadata index was not noted".to_owned())
            }
            Ok(()) => Ok(()),
            Err(_) if journal.is_stopped() || self.disk.is_down() => Ok(()),
            // I24: what frees space always has space.
            Err(error) => Err(format!(
                "start {to} refused: {error:?}, {:?}",
                journal.stats()
            )),
        }
    }

    fn delete(&mut self, journal: &Arc<Journal>, partition: i32) -> Result<(), String> {
        let Some(model) = self.logs.get_mut(&partition) else {
            return Ok(());
        };
        model.maybe_deleted = true;
        self.index += 1;
        let deleted = journal.delete_log(tp(partition), self.index);
        match deleted {
            Ok(()) => {
                let _ = self.logs.remove(&partition);
                Ok(())
            }
            Err(_) if journal.is_stopped() || self.disk.is_down() => Ok(()),
            Err(error) => Err(format!("delete refused: {error:?}, {:?}", journal.stats())),
        }
    }

    fn check_reads(&mut self, journal: &Arc<Journal>, partition: i32) -> Result<(), String> {
        let Some(log) = journal.log(&tp(partition)) else {
            return Ok(());
        };
        let Some(model) = self.logs.get(&partition) else {
            return Ok(());
        };
        if let Err(error) = model.check_contents(&log) {
            return if self.disk.is_down() {
                Ok(())
            } else {
                Err(error)
            };
        }
        let mut next = None;
        for segment in log.sealed_segments() {
            if next.is_some_and(|next| next != segment.base_offset()) {
                return Err(format!("segments have a gap at {next:?}"));
            }
            next = Some(segment.end_offset());
            let mut at = segment.base_offset();
            for slice in segment.batches() {
                let Ok(slice) = slice else {
                    return if self.disk.is_down() {
                        Ok(())
                    } else {
                        Err(format!(
                            "{slice:?} of {partition}, {:?}, {:?}",
                            log.segments(),
                            model.history
                        ))
                    };
                };
                for (base, end, _) in crate::support::batches(&slice) {
                    if base > at || end <= at {
                        return Err(format!("segment at {at} goes on with [{base}, {end})"));
                    }
                    at = end;
                }
            }
            if at != segment.end_offset() {
                return Err(format!("segment {:?} ends at {at}", segment.info()));
            }
        }
        Ok(())
    }

    /// Appends until the disk refuses, then may free space: everything recovers by itself (I24).
    fn fill(&mut self, journal: &Arc<Journal>, partition: i32) -> Result<(), String> {
        for _ in 0..4000 {
            self.append(journal, partition)?;
            let _ = journal.step();
            if journal.space() != DiskLevel::Normal {
                break;
            }
        }
        self.acknowledge(journal);
        if self.rng.one_in(2) {
            // Life goes on with a full disk.
            return Ok(());
        }
        for (partition, log) in self.open_logs(journal) {
            if self.rng.one_in(3) {
                continue;
            }
            let Some(model) = self.logs.get_mut(&partition) else {
                continue;
            };
            let to = log.durable_end_offset();
            model.log_start_max = model.log_start_max.max(to);
            model.local_start_max = model.local_start_max.max(to);
            self.index += 1;
            let moved = log.set_log_start_offset(to, self.index);
            match moved {
                Ok(()) => model.log_start = to,
                Err(_) if journal.is_stopped() || self.disk.is_down() => return Ok(()),
                Err(error) => return Err(format!("start {to} refused on a full disk: {error:?}")),
            }
        }
        for _ in 0..200 {
            if !journal.maintain() && !journal.step() {
                break;
            }
        }
        Ok(())
    }
}
