//! What a start makes of the directory.
//!
//! 1. Read the header and, where there is one, the footer of every file, several at a time.
//! 2. Scan files without a valid footer: the hot file that was being written, a cold file in
//!    progress, and whatever is damaged.
//! 3. Leave out files that a `recycle` entry names, merge the rest log by log.
//! 4. Seal scanned files at their valid end. Nothing is ever appended to an old file.
//!
//! A disk that refuses to read says nothing of what is there: a start that meets that fails, and
//! has written nothing. Going on without a block would give sequences and numbers in it out again,
//! and miss what it deletes: it could not come back.
//!
//! A crash in the middle changes nothing that the next recovery depends on: all that is
//! written is the footer of a scanned file, and a header that says that a file is unused.

mod candidate;
pub(crate) mod ingest;
mod merge;
mod report;
pub(crate) mod scan;
mod view;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;
use strandline_protocol::TopicPartition;

use self::candidate::journal_id;
pub(crate) use self::candidate::{Candidate, candidates, unfinished};
use self::ingest::Ingest;
pub(crate) use self::merge::Merged;
use self::merge::{by_log, merge};
pub use self::report::{Corruption, DamagedRange, RecoveryReport, TornEnd};
use self::scan::{FileSource, ScanTarget};
use self::view::{Row, View};
use super::builder::FileBuilder;
use super::files::FreeSlot;
use super::footer_cache::{FooterCache, read_footer};
use super::options::JournalOptions;
use crate::disk::ReadFailure;
use crate::error::{LogError, unreadable};
use crate::format::entry::EntryKind;
use crate::format::file_header::{FILE_HEADER_LEN, FileHeader, FileUse, HeaderError};
use crate::format::footer::FileIndex;
use crate::format::{JournalId, Stream};
use crate::partition::Restored;

/// A file that is in use after recovery.
#[derive(Debug)]
pub(crate) struct RecoveredFile {
    pub(crate) number: u64,
    pub(crate) slot: FreeSlot,
    pub(crate) first_sequence: u64,
    pub(crate) used: u64,
    pub(crate) damaged: bool,
    /// The newest of its stream, which the life before may have written without a flush.
    pub(crate) newest: bool,
    /// What is to be written as its footer.
    pub(crate) unsealed: Option<Box<FileBuilder>>,
}

/// The whole journal as recovery found it.
#[derive(Debug)]
pub(crate) struct Recovered {
    pub(crate) journal_id: Option<JournalId>,
    pub(crate) files: Vec<RecoveredFile>,
    /// Slots that say that they are unused.
    pub(crate) free: Vec<FreeSlot>,
    /// Slots to be marked unused before anything else, with the number that they keep: an unused
    /// header may be the last place that says that it was given out (I10).
    pub(crate) wipe: Vec<(FreeSlot, u64)>,
    pub(crate) next_slot: u32,
    pub(crate) next_number: u64,
    pub(crate) next_sequence: u64,
    pub(crate) metadata_index: u64,
    pub(crate) last_cold_file: u64,
    pub(crate) logs: BTreeMap<TopicPartition, Merged>,
    pub(crate) report: RecoveryReport,
}

impl Recovered {
    /// Reports a file in which a header does not even fit.
    fn report_if_headless(&mut self, candidate: &Candidate) {
        let header = FILE_HEADER_LEN as u64;
        if candidate.len < header {
            self.report.corruption.push(candidate.cut(0, header));
        }
    }
}

/// Looks at a directory without changing it.
pub(crate) fn recover(
    candidates: Vec<Candidate>,
    options: &JournalOptions,
) -> Result<Recovered, LogError> {
    let journal_id = journal_id(&candidates)?;
    let mut recovered = Recovered {
        journal_id,
        files: Vec::new(),
        free: Vec::new(),
        wipe: Vec::new(),
        next_slot: candidates.iter().map(|c| c.slot + 1).max().unwrap_or(0),
        next_number: 1,
        next_sequence: 1,
        metadata_index: 0,
        last_cold_file: 0,
        logs: BTreeMap::new(),
        report: RecoveryReport::default(),
    };
    let Some(journal_id) = journal_id else {
        for candidate in &candidates {
            recovered.report_if_headless(candidate);
            recovered.wipe.push((candidate.as_free(), 0));
        }
        return Ok(recovered);
    };
    let mut loading = Loading {
        journal_id,
        options,
        in_use: Vec::new(),
        footers: FooterCache::new(options.footer_cache_bytes),
        failed: Mutex::new(None),
    };
    for candidate in candidates {
        loading.classify(candidate, &mut recovered)?;
    }
    let mut views = loading.load(&mut recovered)?;
    loading.drop_recycled(&mut views, &mut recovered);
    merge_all(&loading, &mut views, &mut recovered)?;
    if let Some(error) = loading.failed.lock().take() {
        return Err(error);
    }
    loading.finish(views, &mut recovered);
    Ok(recovered)
}

/// Files in use, while they are read.
struct Loading<'a> {
    journal_id: JournalId,
    options: &'a JournalOptions,
    in_use: Vec<(Candidate, FileHeader)>,
    /// Those that are needed more than once.
    footers: FooterCache,
    /// Something that was read once and not a second time.
    failed: Mutex<Option<LogError>>,
}

impl Loading<'_> {
    fn classify(
        &mut self,
        candidate: Candidate,
        recovered: &mut Recovered,
    ) -> Result<(), LogError> {
        let block = self.in_use.first().map_or(4096, |(_, h)| h.block_size);
        let header = match candidate.header {
            Ok(header) => Some(header),
            Err(_) => candidate.guess_header(self.journal_id, block)?,
        };
        let damaged = candidate.header == Err(HeaderError::Damaged);
        if let Some(header) = header {
            recovered.next_number = recovered.next_number.max(header.number + 1);
            recovered.next_sequence = recovered.next_sequence.max(header.first_sequence);
            recovered.metadata_index = recovered.metadata_index.max(header.metadata_index);
            if header.file_use != FileUse::Unused {
                if candidate.header.is_err() {
                    let reason = "the file header is damaged".to_owned();
                    recovered.report.repaired.push(Corruption {
                        file: header.number,
                        name: candidate.name.clone(),
                        position: 0,
                        end: u64::from(block),
                        reason,
                    });
                }
                if candidate.len < header.size {
                    let cut = candidate.cut(header.number, header.size);
                    recovered.report.corruption.push(cut);
                }
                self.in_use.push((candidate, header));
                return Ok(());
            }
            // Its zeros may have been torn off, or its end.
            if candidate.len >= header.size && candidate.is_zeroed()? {
                recovered.free.push(FreeSlot {
                    size: header.size,
                    ..candidate.as_free()
                });
            } else {
                recovered.wipe.push((candidate.as_free(), header.number));
            }
            return Ok(());
        }
        recovered.report_if_headless(&candidate);
        if damaged {
            tracing::warn!(
                file = candidate.name,
                "a file header is damaged, nothing follows it"
            );
        }
        // Groups behind the cleared front may be those of the highest number that was given out.
        let left = candidate.first_group()?;
        let left = left.filter(|g| g.journal_id == self.journal_id);
        let number = left.map_or(0, |group| group.file_number);
        recovered.next_number = recovered.next_number.max(number + 1);
        recovered.wipe.push((candidate.as_free(), number));
        Ok(())
    }

    /// Footers, several at a time; then the files that have none.
    fn load(&mut self, recovered: &mut Recovered) -> Result<Vec<View>, LogError> {
        self.in_use.sort_by_key(|(_, header)| header.number);
        for stream in [Stream::Hot, Stream::Cold] {
            let of_stream = |header: &FileHeader| header.file_use == FileUse::InUse(stream);
            let newest = self.in_use.iter().rfind(|(_, header)| of_stream(header));
            // Its footer may be one whose flush failed.
            if let Some((candidate, _)) = newest {
                candidate.handle.forget_cached();
            }
        }
        let footers: Vec<Mutex<Result<Option<View>, LogError>>> =
            self.in_use.iter().map(|_| Mutex::new(Ok(None))).collect();
        let next = AtomicUsize::new(0);
        let work = || {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(((candidate, header), footer)) = self.in_use.get(at).zip(footers.get(at))
                else {
                    return;
                };
                let index = read_footer(
                    &*candidate.handle,
                    self.journal_id,
                    header.number,
                    header.size,
                );
                *footer.lock() = index
                    .map(|index| index.as_ref().map(View::sealed))
                    .map_err(unreadable(&candidate.path));
            }
        };
        let threads = self.options.recovery_threads.min(self.in_use.len());
        if threads > 1 && self.options.threads {
            std::thread::scope(|scope| {
                for _ in 0..threads {
                    let _ = scope.spawn(work);
                }
            });
        } else {
            work();
        }
        let footers = footers.into_iter().map(Mutex::into_inner);
        self.scan_unsealed(footers.collect::<Result<_, _>>()?, recovered)
    }

    fn scan_unsealed(
        &self,
        footers: Vec<Option<View>>,
        recovered: &mut Recovered,
    ) -> Result<Vec<View>, LogError> {
        let is_hot = |h: &&FileHeader| h.file_use == FileUse::InUse(Stream::Hot);
        let last_hot = self.in_use.iter().rev().map(|(_, h)| h).find(is_hot);
        let last_hot = last_hot.map_or(0, |h| h.number);
        let sealed_cold = footers
            .iter()
            .flatten()
            .map(|v| v.last_cold_file)
            .max()
            .unwrap_or(0);
        let mut views = Vec::with_capacity(footers.len());
        for ((candidate, header), footer) in self.in_use.iter().zip(footers) {
            if let Some(view) = footer {
                views.push(view);
                continue;
            }
            let stream = match header.file_use {
                FileUse::InUse(stream) => stream,
                FileUse::Unused => continue,
            };
            let may_be_torn = match stream {
                Stream::Hot => header.number == last_hot,
                Stream::Cold => header.number > sealed_cold,
            };
            let ingest = self.scan(candidate, header, stream, may_be_torn)?;
            recovered.report.scanned_files += 1;
            recovered.report.scanned_groups += ingest.end.groups;
            recovered.report.scanned_bytes += ingest.end.valid_end;
            if !may_be_torn && ingest.corruption.is_empty() {
                // A later file exists: this one was sealed, and its footer was durable before.
                recovered.report.repaired.push(Corruption {
                    file: header.number,
                    name: candidate.name.clone(),
                    position: ingest.end.valid_end,
                    end: header.size,
                    reason: "the footer is missing or damaged".to_owned(),
                });
            }
            if !may_be_torn || stream == Stream::Hot {
                recovered
                    .report
                    .corruption
                    .extend(ingest.corruption.iter().cloned());
            }
            views.push(View::scanned(ingest));
        }
        Ok(views)
    }

    fn scan(
        &self,
        candidate: &Candidate,
        header: &FileHeader,
        stream: Stream,
        may_be_torn: bool,
    ) -> Result<Ingest, LogError> {
        let block = u64::from(header.block_size);
        let builder = FileBuilder::new(
            self.journal_id,
            header.number,
            stream,
            header.size,
            block,
            header.first_sequence,
        );
        let target = ScanTarget {
            journal_id: self.journal_id,
            number: header.number,
            first_sequence: header.first_sequence,
            block,
            accept_stale: super::options::sabotaged!(self.options, AcceptStaleBlocks),
        };
        let len = candidate.len.min(header.size);
        candidate.handle.forget_cached();
        let mut source = FileSource::new(&*candidate.handle, len);
        let ingest = Ingest::scan(builder, &mut source, target, &candidate.name, may_be_torn);
        source.finish().map_err(unreadable(&candidate.path))?;
        Ok(ingest)
    }

    /// Files that a durable entry says are recycled are free, whatever they hold. Not so those of a
    /// torn group: files are recycled together, because one says what another needs, and a part
    /// of their entries may be lost. Nothing was done to them before the group was durable.
    fn drop_recycled(&mut self, views: &mut Vec<View>, recovered: &mut Recovered) {
        let recycled: HashSet<u64> = views
            .iter()
            .flat_map(|v| v.recycled.iter().copied())
            .collect();
        let torn = views.iter().filter_map(|v| v.scanned.as_ref());
        let torn = torn
            .flat_map(|ingest| &ingest.tail)
            .filter(|e| e.header.kind == EntryKind::Recycle)
            .map(|e| e.header.base_offset.cast_unsigned());
        let highest = torn.chain(recycled.iter().copied()).max();
        for view in views.iter() {
            // A footer may tell a deletion whose entry was not written any more.
            let deleted = view.rows.iter().map(Row::deleted_sequence).max();
            let last = view.last_sequence.max(deleted.unwrap_or(0));
            recovered.next_sequence = recovered.next_sequence.max(last + 1);
            recovered.metadata_index = recovered.metadata_index.max(view.metadata_index);
            recovered.last_cold_file = recovered.last_cold_file.max(view.last_cold_file);
        }
        // Its entry outlives a recycled file whose slot was removed because it is too short.
        let next = highest.map_or(0, |number| number + 1);
        recovered.next_number = recovered.next_number.max(next);
        views.retain(|v| !recycled.contains(&v.number));
        let (free, in_use) = std::mem::take(&mut self.in_use)
            .into_iter()
            .partition(|(_, header)| recycled.contains(&header.number));
        self.in_use = in_use;
        recovered.wipe.extend(
            free.iter()
                .map(|(c, h): &(Candidate, FileHeader)| (c.as_free(), h.number)),
        );
        recovered
            .report
            .corruption
            .retain(|c| !recycled.contains(&c.file));
        recovered
            .report
            .repaired
            .retain(|c| !recycled.contains(&c.file));
    }

    fn finish(self, views: Vec<View>, recovered: &mut Recovered) {
        let live: HashSet<u64> = recovered
            .logs
            .values()
            .flat_map(|m| m.restored.extents.iter().map(|e| e.file))
            .collect();
        let mut views: BTreeMap<u64, View> = views.into_iter().map(|v| (v.number, v)).collect();
        let newest = |stream| views.values().rev().find(|v| v.stream == stream);
        let newest = [Stream::Hot, Stream::Cold].map(|stream| newest(stream).map(|v| v.number));
        for (candidate, header) in self.in_use {
            let Some(view) = views.remove(&header.number) else {
                continue;
            };
            let mut slot = candidate.as_free();
            slot.size = header.size;
            // Nothing counts on a cold file in progress: its sources are all there. Nor on a
            // file that no entry reached.
            let nothing = |ingest: &Ingest| match view.stream {
                Stream::Cold => !live.contains(&view.number),
                Stream::Hot => ingest.says_nothing(),
            };
            if view.scanned.as_deref().is_some_and(nothing) {
                recovered
                    .report
                    .repaired
                    .retain(|flaw| flaw.file != view.number);
                slot.size = slot.size.min(candidate.len);
                recovered.wipe.push((slot, view.number));
                continue;
            }
            if let Some(torn) = view.scanned.as_ref().and_then(|i| i.torn.clone())
                && view.stream == Stream::Hot
            {
                recovered.report.torn_ends.push(torn);
            }
            let damaged = recovered
                .report
                .corruption
                .iter()
                .any(|c| c.file == view.number);
            recovered.files.push(RecoveredFile {
                number: view.number,
                slot,
                first_sequence: view.first_sequence,
                used: view.valid_end,
                damaged,
                newest: newest.contains(&Some(view.number)),
                unsealed: view.scanned.map(|ingest| Box::new(ingest.builder)),
            });
        }
        recovered.report.files = recovered.files.len();
        recovered.report.free_files = recovered.free.len() + recovered.wipe.len();
        recovered.report.logs = recovered.logs.len();
    }

    /// The footer of a file that had a valid one before; without it nothing is recovered.
    fn footer(&self, number: u64) -> Option<Arc<FileIndex>> {
        if let Some(index) = self.footers.cached(number) {
            return Some(index);
        }
        let (candidate, header) = self.in_use.iter().find(|(_, h)| h.number == number)?;
        let read = read_footer(&*candidate.handle, self.journal_id, number, header.size);
        let changed = || ReadFailure {
            position: header.size,
            error: std::io::Error::other("the footer was valid a moment ago"),
        };
        match read.and_then(|index| index.ok_or_else(changed)) {
            Ok(index) => {
                let index = Arc::new(index);
                self.footers.insert(Arc::clone(&index));
                Some(index)
            }
            Err(failure) => {
                *self.failed.lock() = Some(unreadable(&candidate.path)(failure));
                None
            }
        }
    }

    fn source(&self, number: u64) -> Option<(&Candidate, FileSource<'_>)> {
        let (candidate, header) = self.in_use.iter().find(|(_, h)| h.number == number)?;
        let len = candidate.len.min(header.size);
        Some((candidate, FileSource::new(&*candidate.handle, len)))
    }
}

fn merge_all(
    loading: &Loading<'_>,
    views: &mut [View],
    recovered: &mut Recovered,
) -> Result<(), LogError> {
    let mut logs = by_log(views);
    for ingest in views.iter().filter_map(|v| v.scanned.as_ref()) {
        for entry in &ingest.tail {
            let _ = logs.entry(entry.header.topic_partition).or_default();
        }
    }
    for (tp, mut places) in logs {
        let mut merged = merge_places(loading, views, &places);
        if keep_tail(loading, views, &tp, merged.as_ref())? {
            refresh(views, &tp, &mut places);
            merged = merge_places(loading, views, &places);
        }
        let Some(mut merged) = merged else { continue };
        for (start, end) in &merged.holes {
            let range = DamagedRange {
                topic_partition: tp,
                start: *start,
                end: *end,
            };
            recovered.report.damaged.push(range);
        }
        complete_scanned(views, &tp, &mut merged.restored);
        let _ = recovered.logs.insert(tp, merged);
    }
    for view in views.iter() {
        recovered.next_sequence = recovered.next_sequence.max(view.last_sequence + 1);
    }
    Ok(())
}

fn merge_places(
    loading: &Loading<'_>,
    views: &[View],
    places: &[(usize, usize)],
) -> Option<Merged> {
    let rows: Vec<(usize, &Row)> = places
        .iter()
        .map(|(v, r)| (*v, &views[*v].rows[*r]))
        .collect();
    merge(views, &rows, &|number| loading.footer(number))
}

/// Takes salvaged entries of the torn end that continue their log. What they say was not
/// acknowledged, or it was and a later flaw tore the group: both allow to keep it (I4).
fn keep_tail(
    loading: &Loading<'_>,
    views: &mut [View],
    tp: &TopicPartition,
    merged: Option<&Merged>,
) -> Result<bool, LogError> {
    let mut end = merged.map_or(0, |m| m.restored.scalars.log_end_offset);
    let mut kept = false;
    for view in views.iter_mut().filter(|v| v.stream == Stream::Hot) {
        let Some(ingest) = view.scanned.as_mut() else {
            continue;
        };
        let Some((candidate, mut source)) = loading.source(view.number) else {
            continue;
        };
        let (mine, others) = std::mem::take(&mut ingest.tail)
            .into_iter()
            .partition(|e| e.header.topic_partition == *tp && e.header.kind != EntryKind::Recycle);
        ingest.tail = others;
        let mine: Vec<scan::ScannedEntry> = mine;
        let mut states = 0;
        for (at, entry) in mine.iter().enumerate() {
            match entry.header.kind {
                EntryKind::State => {
                    states += 1;
                    continue;
                }
                // A start counts only with what it says of producers.
                EntryKind::Start if entry.header.second == states => {
                    let said = &mine[at - states as usize..at];
                    said.iter()
                        .for_each(|state| ingest.keep(state, &mut source));
                    states = 0;
                }
                _ if states > 0 => break,
                EntryKind::Start => break,
                EntryKind::Append if entry.header.base_offset != end => break,
                EntryKind::Append => end = entry.header.end_offset,
                EntryKind::Truncate => end = end.min(entry.header.end_offset),
                EntryKind::Relocate => break,
                EntryKind::Create | EntryKind::Delete | EntryKind::Recycle => {}
            }
            ingest.keep(entry, &mut source);
            kept = true;
        }
        source.finish().map_err(unreadable(&candidate.path))?;
        view.last_sequence = view.last_sequence.max(ingest.last_sequence);
        view.valid_end = view.valid_end.max(ingest.builder.position);
    }
    Ok(kept)
}

/// Reads again what scanned files say of a log.
fn refresh(views: &mut [View], tp: &TopicPartition, places: &mut Vec<(usize, usize)>) {
    for (v, view) in views
        .iter_mut()
        .enumerate()
        .filter(|(_, v)| v.scanned.is_some())
    {
        let Some(row) = view.scanned_row(tp) else {
            continue;
        };
        match places.iter().find(|(at, _)| *at == v) {
            Some((_, r)) => view.rows[*r] = row,
            None => {
                view.rows.push(row);
                places.push((v, view.rows.len() - 1));
                places.sort_unstable();
            }
        }
    }
}

/// Gives the footer of a scanned hot file the state of every log that it touches.
fn complete_scanned(views: &mut [View], tp: &TopicPartition, restored: &mut Restored) {
    let scanned = views.iter_mut().filter(|v| v.stream == Stream::Hot);
    for ingest in scanned.filter_map(|v| v.scanned.as_mut()) {
        let alive = ingest.logs.get(tp).is_some_and(|log| log.alive);
        if let Some(part) = ingest.builder.partitions.get_mut(tp)
            && alive
        {
            part.scalars = Some(restored.scalars.clone());
            let end = restored.scalars.log_end_offset;
            part.segments.retain(|s| s.base_offset <= end);
            ingest.builder.add_epochs(restored.scalars.epochs.len());
            restored.state_file = restored.state_file.max(ingest.builder.number);
        }
    }
}
