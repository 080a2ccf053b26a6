//! Looks into the journal of a stopped broker, or into a copy of its directory.
//!
//! Nothing is locked and nothing is changed. On the directory of a running broker the answers
//! are those of some moment, and the end of the file that is being written looks torn.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use strandline_protocol::TopicPartition;

use crate::batch;
use crate::disk::{Disk, ZeroFilled};
use crate::error::LogError;
use crate::format::entry::EntryKind;
use crate::format::file_header::{FILE_HEADER_LEN, FileHeader, FileUse};
use crate::format::footer::{DIRECTORY_ROW_LEN, FileIndex};
use crate::format::{JournalId, Stream};
use crate::journal::footer_cache::read_footer;
use crate::journal::options::JournalOptions;
use crate::journal::recovery::scan::{FileSource, Found, ScanTarget, SliceSource, Source, scan};
use crate::journal::recovery::{
    Candidate, Corruption, DamagedRange, Recovered, RecoveryReport, candidates, recover,
};
use crate::partition::extents::Extent;

/// State of a file in the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    /// Its header does not verify.
    Damaged,
    /// It has a valid footer.
    Sealed,
    /// It is in use and has no valid footer: the next start scans it.
    Unsealed,
    /// It waits for use.
    Unused,
}

/// A file in the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileInfo {
    /// Name in the directory.
    pub name: String,
    /// File number; the last one of an unused file, 0 of a damaged one.
    pub number: u64,
    /// What it is.
    pub state: FileState,
    /// Which stream, if it is in use.
    pub stream: Option<Stream>,
    /// Size in bytes.
    pub size_bytes: u64,
    /// Where its groups end.
    pub used_bytes: u64,
    /// Payload that a log still needs, in bytes.
    pub live_bytes: u64,
    /// Logs that still need it.
    pub live_logs: usize,
    /// When it was taken into use, ms since 1970.
    pub opened_ms: i64,
}

/// An entry of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryInfo {
    /// File number.
    pub file: u64,
    /// Where its header is.
    pub position: u64,
    /// Sequence of its group.
    pub sequence: u64,
    /// What it does.
    pub kind: EntryKind,
    /// The log.
    pub topic_partition: TopicPartition,
    /// Leader epoch, -1 where it does not matter.
    pub leader_epoch: i32,
    /// See the table of entries in [`crate::format::entry`].
    pub base_offset: i64,
    /// See there.
    pub end_offset: i64,
    /// Length of the payload in bytes.
    pub payload_bytes: u64,
    /// Batches in it.
    pub batches: u64,
}

/// A log as the next start would find it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogInfo {
    /// The partition.
    pub topic_partition: TopicPartition,
    /// First offset of the log.
    pub log_start_offset: i64,
    /// First offset that is kept here.
    pub local_log_start_offset: i64,
    /// One past the last offset.
    pub log_end_offset: i64,
    /// Bytes kept here.
    pub bytes: u64,
    /// Leader epochs with their start offsets.
    pub leader_epochs: Vec<(i32, i64)>,
}

/// Bytes of a log in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRange {
    /// File number.
    pub file: u64,
    /// Position of the entry.
    pub position: u64,
    /// Offsets.
    pub offsets: Range<i64>,
    /// The log still needs them. Bytes that are not live stay until their file is used again.
    pub live: bool,
}

/// Result of a verification.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// Files that were read from start to end.
    pub files: u64,
    /// Groups that verify.
    pub groups: u64,
    /// Batches that verify.
    pub batches: u64,
    /// Bytes read.
    pub bytes: u64,
    /// What does not verify.
    pub corruption: Vec<Corruption>,
    /// What the next start would find.
    pub recovery: RecoveryReport,
}

impl VerifyReport {
    /// Whether everything that may have been acknowledged is there.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.corruption.is_empty() && !self.recovery.is_damaged()
    }
}

/// The journal in a directory, read only.
#[derive(Debug)]
pub struct Inspector {
    options: JournalOptions,
    recovered: Recovered,
    candidates: Vec<Candidate>,
    /// The handles of the candidates, in their order.
    files: Vec<Arc<ZeroFilled>>,
}

impl Inspector {
    /// Reads the directory as a start would, except that bytes that the disk refuses to read count
    /// as zeros: that is what a start finds after they were replaced.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or holds files of several journals or of a later version.
    pub fn open(disk: &Arc<dyn Disk>, dir: &Path) -> Result<Self, LogError> {
        let options = JournalOptions::new(dir);
        let mut files = Vec::new();
        let candidates = candidates(&**disk, dir, &mut |path| {
            let file = Arc::new(ZeroFilled::new(disk.open_read(path)?));
            files.push(Arc::clone(&file));
            Ok(file)
        })?;
        let recovered = recover(candidates.clone(), &options)?;
        Ok(Self {
            options,
            recovered,
            candidates,
            files,
        })
    }

    /// The directory.
    #[must_use]
    pub fn dir(&self) -> &PathBuf {
        &self.options.dir
    }

    /// Identity of the journal, if the directory holds one.
    #[must_use]
    pub fn journal_id(&self) -> Option<JournalId> {
        self.recovered.journal_id
    }

    /// What the next start would report.
    #[must_use]
    pub fn recovery(&self) -> &RecoveryReport {
        &self.recovered.report
    }

    /// Offsets that are lost here.
    #[must_use]
    pub fn damaged(&self) -> &[DamagedRange] {
        &self.recovered.report.damaged
    }

    /// All logs, ordered by partition.
    #[must_use]
    pub fn logs(&self) -> Vec<LogInfo> {
        let logs = self.recovered.logs.iter().map(|(tp, merged)| {
            let scalars = &merged.restored.scalars;
            LogInfo {
                topic_partition: *tp,
                log_start_offset: scalars.log_start_offset,
                local_log_start_offset: scalars.local_log_start_offset,
                log_end_offset: scalars.log_end_offset,
                bytes: merged.restored.extents.iter().map(|e| e.bytes).sum(),
                leader_epochs: scalars.epochs.clone(),
            }
        });
        logs.collect()
    }

    /// All files, by name.
    #[must_use]
    pub fn files(&self) -> Vec<FileInfo> {
        let mut live: BTreeMap<u64, (u64, usize)> = BTreeMap::new();
        for merged in self.recovered.logs.values() {
            for extent in &merged.restored.extents {
                let sums = live.entry(extent.file).or_default();
                sums.0 += extent.bytes;
                sums.1 += 1;
            }
        }
        self.candidates
            .iter()
            .map(|c| self.file_info(c, &live))
            .collect()
    }

    fn file_info(&self, c: &Candidate, live: &BTreeMap<u64, (u64, usize)>) -> FileInfo {
        let mut info = FileInfo {
            name: c.name.clone(),
            number: 0,
            state: FileState::Damaged,
            stream: None,
            size_bytes: c.len,
            used_bytes: 0,
            live_bytes: 0,
            live_logs: 0,
            opened_ms: 0,
        };
        let Ok(header) = &c.header else { return info };
        info.number = header.number;
        info.opened_ms = header.opened_ms;
        let FileUse::InUse(stream) = header.file_use else {
            info.state = FileState::Unused;
            return info;
        };
        info.stream = Some(stream);
        let footer = read_footer(&*c.handle, header.journal_id, header.number, header.size);
        let sealed = footer.ok().flatten().is_some();
        info.state = if sealed {
            FileState::Sealed
        } else {
            FileState::Unsealed
        };
        let recovered = self
            .recovered
            .files
            .iter()
            .find(|f| f.number == header.number);
        info.used_bytes = recovered.map_or(0, |f| f.used);
        (info.live_bytes, info.live_logs) = live.get(&header.number).copied().unwrap_or_default();
        info
    }

    /// Calls `each` for every entry of a file that verifies, in order. False if there is no
    /// such file in use.
    pub fn entries(&self, number: u64, mut each: impl FnMut(EntryInfo)) -> bool {
        let Some((candidate, header)) = self.in_use().find(|(_, h)| h.number == number) else {
            return false;
        };
        let mut source = FileSource::new(&*candidate.handle, candidate.len.min(header.size));
        walk(&mut source, header, &mut |found| {
            if let Found::Group { entries, .. } = found {
                for e in entries {
                    each(EntryInfo {
                        file: number,
                        position: e.position,
                        sequence: e.sequence,
                        kind: e.header.kind,
                        topic_partition: e.header.topic_partition,
                        leader_epoch: e.header.leader_epoch,
                        base_offset: e.header.base_offset,
                        end_offset: e.header.end_offset,
                        payload_bytes: e.payload.len() as u64,
                        batches: if is_run(e.header.kind) {
                            batch::batches(&e.payload).count() as u64
                        } else {
                            0
                        },
                    });
                }
            }
        });
        true
    }

    /// Where bytes of a range of a log are.
    #[must_use]
    pub fn find(&self, tp: &TopicPartition, offsets: Range<i64>) -> Vec<HeldRange> {
        let mut held = Vec::new();
        let extents: &[Extent] = self
            .recovered
            .logs
            .get(tp)
            .map_or(&[], |m| m.restored.extents.as_slice());
        for (_, header) in self.in_use() {
            let file = header.number;
            let _ = self.entries(file, |e| {
                let overlaps = e.base_offset < offsets.end && offsets.start < e.end_offset;
                if !is_run(e.kind) || e.topic_partition != *tp || !overlaps {
                    return;
                }
                let live = extents.iter().any(|x| {
                    x.file == file
                        && x.base_offset < e.end_offset.min(offsets.end)
                        && e.base_offset.max(offsets.start) < x.end_offset
                });
                let offsets = e.base_offset..e.end_offset;
                held.push(HeldRange {
                    file,
                    position: e.position,
                    offsets,
                    live,
                });
            });
        }
        held
    }

    /// Reads every file from start to end and checks every group and every batch. `progress`
    /// hears of bytes done and bytes in all.
    pub fn verify(&self, mut progress: impl FnMut(u64, u64)) -> VerifyReport {
        let mut report = VerifyReport {
            recovery: self.recovered.report.clone(),
            ..VerifyReport::default()
        };
        let total: u64 = self.in_use().map(|(c, _)| c.len).sum();
        let in_progress = self.recovered.files.iter().filter(|f| f.unsealed.is_some());
        let in_progress: Vec<u64> = in_progress.map(|f| f.number).collect();
        for (candidate, header) in self.in_use() {
            let mut source = FileSource::new(&*candidate.handle, candidate.len.min(header.size));
            let mut problems = Vec::new();
            walk(&mut source, header, &mut |found| match found {
                Found::Group {
                    position, entries, ..
                } => {
                    report.groups += 1;
                    for e in entries.iter().filter(|e| is_run(e.header.kind)) {
                        let (base, end) = (e.header.base_offset, e.header.end_offset);
                        let epoch = e.header.leader_epoch;
                        if let Err(error) = batch::verify_payload(&e.payload, base, end, epoch) {
                            let at = e.position;
                            problems.push((at, at + e.payload.len() as u64, error.to_string()));
                        }
                        report.batches += batch::batches(&e.payload).count() as u64;
                    }
                    let _ = position;
                }
                Found::Corrupt {
                    position,
                    end,
                    reason,
                    ..
                } => {
                    problems.push((position, end, reason.to_owned()));
                }
                Found::Torn { position, .. } if !in_progress.contains(&header.number) => {
                    let reason = "the file ends in the middle of a group".to_owned();
                    problems.push((position, header.size, reason));
                }
                Found::Torn { .. } => {}
            });
            report
                .corruption
                .extend(problems.into_iter().map(|(position, end, reason)| {
                    let (file, name) = (header.number, candidate.name.clone());
                    Corruption {
                        file,
                        name,
                        position,
                        end,
                        reason,
                    }
                }));
            report.files += 1;
            report.bytes += candidate.len;
            progress(report.bytes, total);
        }
        report.corruption.extend(self.refused());
        report
    }

    /// What the disk refused to read so far.
    fn refused(&self) -> impl Iterator<Item = Corruption> {
        let files = self.candidates.iter().zip(&self.files);
        files.flat_map(|(candidate, file)| {
            let number = candidate.header.as_ref().map_or(0, |h| h.number);
            let ranges = file.unreadable().into_iter();
            ranges.map(move |range| Corruption {
                file: number,
                name: candidate.name.clone(),
                position: range.start,
                end: range.end,
                reason: "the disk refuses to read it".to_owned(),
            })
        })
    }

    /// Files that a start would use, with their headers.
    fn in_use(&self) -> impl Iterator<Item = (&Candidate, &FileHeader)> {
        let known = |number: u64| self.recovered.files.iter().any(|f| f.number == number);
        let headers = self
            .candidates
            .iter()
            .filter_map(|c| Some((c, c.header.as_ref().ok()?)));
        headers.filter(move |(_, h)| h.file_use != FileUse::Unused && known(h.number))
    }
}

fn is_run(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::Append | EntryKind::Relocate)
}

fn walk(source: &mut dyn Source, header: &FileHeader, found: &mut dyn FnMut(Found)) {
    let target = ScanTarget {
        journal_id: header.journal_id,
        number: header.number,
        first_sequence: header.first_sequence,
        block: u64::from(header.block_size),
        accept_stale: false,
    };
    let _ = scan(source, target, found);
}

/// Recovers one file out of bytes: batches found and bytes that do not verify. Never panics
/// and never allocates more than a multiple of the input, whatever it is.
#[must_use]
pub fn recover_file_bytes(bytes: &[u8]) -> (u64, u64) {
    let (mut batches, mut damaged) = (0, 0);
    let bytes = Bytes::copy_from_slice(bytes);
    if bytes.len() < FILE_HEADER_LEN {
        return (0, bytes.len() as u64);
    }
    let Ok(header) = FileHeader::decode(&bytes) else {
        return (0, bytes.len() as u64);
    };
    let mut source = SliceSource(bytes);
    walk(&mut source, &header, &mut |found| {
        let (entries, bad) = match found {
            Found::Group { entries, .. } => (entries, 0),
            Found::Corrupt {
                position,
                end,
                salvaged,
                ..
            } => (salvaged, end - position),
            Found::Torn { position, salvaged } => (salvaged, header.size.saturating_sub(position)),
        };
        damaged += bad;
        for entry in entries.iter().filter(|e| is_run(e.header.kind)) {
            batches += batch::batches(&entry.payload).count() as u64;
        }
    });
    (batches, damaged)
}

/// How long a recovery took, for reports.
#[must_use]
pub fn describe(report: &RecoveryReport) -> String {
    let RecoveryReport {
        files,
        logs,
        scanned_bytes,
        duration,
        ..
    } = report;
    let ms = Duration::as_millis(duration);
    format!("{logs} logs in {files} files, {scanned_bytes} bytes scanned, {ms} ms")
}

/// Goes through everything that the body of a footer says; answers its directory's and runs'
/// bytes, `None` if its parts do not fit together. For fuzzing: the checksum is in the trailer.
#[must_use]
pub fn walk_footer(body: &Bytes) -> Option<usize> {
    let index = FileIndex::decode(body.clone())?;
    let mut walked = index.partition_count() * DIRECTORY_ROW_LEN;
    for row in index.rows() {
        let runs = index.runs(&row);
        let _ = (index.details(&row), runs.first_ending_above(0));
        for run in runs.iter() {
            let _ = (run.end_offset(), run.payload_position());
        }
        let _ = index.find(&row.topic_partition);
    }
    walked += index.footer().runs.len();
    Some(walked)
}
