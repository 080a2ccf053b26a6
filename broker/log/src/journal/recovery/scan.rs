//! Reads a file group by group: where it ends, and what in it does not verify.
//!
//! The end is the first group that does not verify, unless a later block holds a valid group
//! of the same file with a higher sequence: then it is corruption, and what is intact on both
//! sides stays (I4). Of a group that does not verify, entries whose header and batches verify
//! on their own are salvaged.

use bytes::Bytes;

use crate::batch;
use crate::disk::{DiskFile, ReadFailure, read_exact_at};
use crate::format::entry::{ENTRY_ALIGNMENT, ENTRY_HEADER_LEN, EntryHeader, EntryKind};
use crate::format::group::{GROUP_HEADER_LEN, GroupHeader};
use crate::format::{JournalId, crc32c, round_up};

/// Bytes read at a time.
const CHUNK: usize = 4 << 20;
/// Sequences that are tried for a group whose header is damaged.
const SEQUENCES_TRIED: u64 = 64;
/// A group is never larger than this, in bytes: a length beyond it is damage.
const GROUP_LEN_MAX: u64 = 1 << 30;

/// Random access to a file's bytes.
pub(crate) trait Source {
    fn len(&self) -> u64;
    /// Up to `len` bytes at a position; shorter only at the end or after an error.
    fn read(&mut self, position: u64, len: usize) -> Bytes;
}

/// Bytes in memory: for fuzzing.
#[derive(Debug)]
pub(crate) struct SliceSource(pub(crate) Bytes);

impl Source for SliceSource {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read(&mut self, position: u64, len: usize) -> Bytes {
        let start = usize::try_from(position)
            .unwrap_or(usize::MAX)
            .min(self.0.len());
        let end = start.saturating_add(len).min(self.0.len());
        self.0.slice(start..end)
    }
}

/// A file, read in large pieces.
#[derive(Debug)]
pub(crate) struct FileSource<'a> {
    file: &'a dyn DiskFile,
    len: u64,
    chunk: Bytes,
    chunk_at: u64,
    failure: Option<ReadFailure>,
}

impl<'a> FileSource<'a> {
    pub(crate) fn new(file: &'a dyn DiskFile, len: u64) -> Self {
        file.advise_sequential();
        Self {
            file,
            len,
            chunk: Bytes::new(),
            chunk_at: 0,
            failure: None,
        }
    }

    /// To be asked before anything that was read counts: after a failure there are no bytes, which
    /// looks like the end of the file.
    pub(crate) fn finish(self) -> Result<(), ReadFailure> {
        self.failure.map_or(Ok(()), Err)
    }
}

impl Source for FileSource<'_> {
    fn len(&self) -> u64 {
        self.len
    }

    fn read(&mut self, position: u64, len: usize) -> Bytes {
        let left = self.len.saturating_sub(position);
        let len = usize::try_from(left).unwrap_or(usize::MAX).min(len);
        if len == 0 || self.failure.is_some() {
            return Bytes::new();
        }
        let inside = position >= self.chunk_at
            && position + len as u64 <= self.chunk_at + self.chunk.len() as u64;
        if !inside {
            let want = len
                .max(CHUNK)
                .min(usize::try_from(left).unwrap_or(usize::MAX));
            let mut bytes = vec![0; want];
            if let Err(failure) = read_exact_at(self.file, &mut bytes, position) {
                self.failure = Some(failure);
                return Bytes::new();
            }
            self.chunk = bytes.into();
            self.chunk_at = position;
        }
        let start = usize::try_from(position - self.chunk_at).unwrap_or(usize::MAX);
        self.chunk.slice(start..start + len)
    }
}

/// Which file is scanned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScanTarget {
    pub(crate) journal_id: JournalId,
    pub(crate) number: u64,
    /// Sequence from which on its groups count.
    pub(crate) first_sequence: u64,
    pub(crate) block: u64,
    /// Sabotage: take groups of other generations for groups of this file.
    pub(crate) accept_stale: bool,
}

/// An entry that verified.
#[derive(Debug)]
pub(crate) struct ScannedEntry {
    pub(crate) header: EntryHeader,
    /// Where its header is.
    pub(crate) position: u64,
    pub(crate) sequence: u64,
    /// Whole batches; of a salvaged run, the intact ones at its start.
    pub(crate) payload: Bytes,
}

/// What the scan meets, in the order of the file.
#[derive(Debug)]
pub(crate) enum Found {
    Group {
        header: GroupHeader,
        position: u64,
        entries: Vec<ScannedEntry>,
    },
    /// Something valid follows.
    Corrupt {
        position: u64,
        end: u64,
        reason: &'static str,
        salvaged: Vec<ScannedEntry>,
    },
    /// Nothing valid follows.
    Torn {
        position: u64,
        salvaged: Vec<ScannedEntry>,
    },
}

/// Where a scan ended.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ScanEnd {
    /// Where the next group would go.
    pub(crate) valid_end: u64,
    pub(crate) last_sequence: u64,
    pub(crate) groups: u64,
}

/// Scans all groups of a file.
pub(crate) fn scan(
    source: &mut dyn Source,
    target: ScanTarget,
    found: &mut dyn FnMut(Found),
) -> ScanEnd {
    let mut end = ScanEnd {
        valid_end: target.block,
        last_sequence: target.first_sequence.saturating_sub(1),
        ..ScanEnd::default()
    };
    let mut previous_crc = 0;
    loop {
        let position = end.valid_end;
        let group = read_group(source, target, position, end.last_sequence);
        if let Ok((header, entries)) = group {
            if header.previous_crc != previous_crc && end.groups > 0 {
                let reason = "a group does not continue the one before it";
                found(Found::Corrupt {
                    position,
                    end: position,
                    reason,
                    salvaged: Vec::new(),
                });
            }
            previous_crc = header.body_crc;
            let len = GROUP_HEADER_LEN as u64 + u64::from(header.body_len);
            end.valid_end = position + round_up(len, target.block);
            end.last_sequence = header.sequence;
            end.groups += 1;
            found(Found::Group {
                header,
                position,
                entries,
            });
            continue;
        }
        let next = next_valid(source, target, position + target.block, end.last_sequence);
        let salvaged = salvage(source, target, position, end.last_sequence, next);
        match next {
            Some((next, header)) => {
                let reason = "a group does not verify and later ones do";
                found(Found::Corrupt {
                    position,
                    end: next,
                    reason,
                    salvaged,
                });
                end.valid_end = next;
                previous_crc = header.previous_crc;
            }
            None => {
                if !salvaged.is_empty() || has_bytes(source, target, position) {
                    found(Found::Torn { position, salvaged });
                }
                return end;
            }
        }
    }
}

/// Whether a group of this file seems to have been begun at a position.
fn has_bytes(source: &mut dyn Source, target: ScanTarget, position: u64) -> bool {
    let block = source.read(position, usize::try_from(target.block).unwrap_or(4096));
    GroupHeader::decode(&block)
        .is_some_and(|h| h.journal_id == target.journal_id && h.file_number == target.number)
}

/// The header of a group of this file, with a sequence above `after`.
fn read_header(
    source: &mut dyn Source,
    target: ScanTarget,
    position: u64,
    after: u64,
) -> Option<GroupHeader> {
    let header = GroupHeader::decode(&source.read(position, GROUP_HEADER_LEN))?;
    if target.accept_stale {
        return Some(header);
    }
    let ours = header.journal_id == target.journal_id
        && header.file_number == target.number
        && header.sequence > after;
    ours.then_some(header)
}

fn read_group(
    source: &mut dyn Source,
    target: ScanTarget,
    position: u64,
    after: u64,
) -> Result<(GroupHeader, Vec<ScannedEntry>), ()> {
    let header = read_header(source, target, position, after).ok_or(())?;
    let len = GROUP_HEADER_LEN as u64 + u64::from(header.body_len);
    if len > GROUP_LEN_MAX || position + len > source.len() {
        return Err(());
    }
    let bytes = source.read(position, usize::try_from(len).map_err(|_| ())?);
    if bytes.len() as u64 != len {
        return Err(());
    }
    let body = bytes.slice(GROUP_HEADER_LEN..);
    if crc32c(&body) != header.body_crc {
        return Err(());
    }
    let mut entries = Vec::with_capacity((header.entry_count as usize).min(body.len() / 64));
    let mut at = 0;
    while at < body.len() {
        let entry = EntryHeader::decode(&body[at..], header.file_number, header.sequence);
        let entry = entry.ok_or(())?;
        let payload_at = at + ENTRY_HEADER_LEN;
        let payload_end = payload_at
            .checked_add(entry.payload_len as usize)
            .ok_or(())?;
        if payload_end > body.len() {
            return Err(());
        }
        entries.push(ScannedEntry {
            header: entry,
            position: position + (GROUP_HEADER_LEN + at) as u64,
            sequence: header.sequence,
            payload: body.slice(payload_at..payload_end),
        });
        at += entry.padded_len();
    }
    if entries.len() == header.entry_count as usize {
        Ok((header, entries))
    } else {
        Err(())
    }
}

/// The first whole group at or after a position.
fn next_valid(
    source: &mut dyn Source,
    target: ScanTarget,
    from: u64,
    after: u64,
) -> Option<(u64, GroupHeader)> {
    let mut position = from;
    while position + GROUP_HEADER_LEN as u64 <= source.len() {
        if read_header(source, target, position, after).is_some()
            && let Ok((header, _)) = read_group(source, target, position, after)
        {
            return Some((position, header));
        }
        position += target.block;
    }
    None
}

/// Entries of a damaged group that verify on their own.
fn salvage(
    source: &mut dyn Source,
    target: ScanTarget,
    position: u64,
    after: u64,
    next: Option<(u64, GroupHeader)>,
) -> Vec<ScannedEntry> {
    let header = read_header(source, target, position, after);
    let sequences = match (header, next) {
        (Some(header), _) => header.sequence..header.sequence + 1,
        (None, Some((_, next))) => after + 1..next.sequence.min(after + 1 + SEQUENCES_TRIED),
        (None, None) => after + 1..after + 1 + SEQUENCES_TRIED,
    };
    let end = match (next, header) {
        (Some((next, _)), _) => next,
        (None, Some(h)) => position + GROUP_HEADER_LEN as u64 + u64::from(h.body_len),
        (None, None) => position + CHUNK as u64,
    };
    let len = usize::try_from(end.min(source.len()).saturating_sub(position)).unwrap_or(0);
    let bytes = source.read(position, len);
    let mut entries = Vec::new();
    let mut sequence = None;
    let mut at = GROUP_HEADER_LEN;
    while at + ENTRY_HEADER_LEN <= bytes.len() {
        let decode = |s: &u64| Some((*s, EntryHeader::decode(&bytes[at..], target.number, *s)?));
        let entry = match sequence {
            Some(sequence) => decode(&sequence),
            // Bytes that cannot be an entry are not tried with every sequence.
            None if !(1..=8).contains(&bytes[at]) => None,
            None => sequences.clone().find_map(|s| decode(&s)),
        };
        let Some((found, header)) = entry else {
            at += ENTRY_ALIGNMENT;
            continue;
        };
        sequence = Some(found);
        let payload_at = at + ENTRY_HEADER_LEN;
        let payload_end = (payload_at + header.payload_len as usize).min(bytes.len());
        let payload = bytes.slice(payload_at.min(payload_end)..payload_end);
        let entry_at = position + at as u64;
        let whole = payload.len() == header.payload_len as usize;
        entries.extend(salvage_entry(header, entry_at, found, payload));
        // The payload of a damaged run may hide where the next entry is.
        at = if whole {
            at + header.padded_len()
        } else {
            bytes.len()
        };
    }
    entries
}

fn salvage_entry(
    mut header: EntryHeader,
    position: u64,
    sequence: u64,
    payload: Bytes,
) -> Option<ScannedEntry> {
    let payload = match header.kind {
        EntryKind::Append | EntryKind::Relocate => {
            let (good, next) =
                batch::intact_prefix(&payload, header.base_offset, header.leader_epoch);
            if good == 0 || next > header.end_offset {
                return None;
            }
            header.end_offset = next;
            header.payload_len = u32::try_from(good).ok()?;
            payload.slice(..good)
        }
        // Its payload has no checksum of its own.
        EntryKind::State => return None,
        _ => Bytes::new(),
    };
    Some(ScannedEntry {
        header,
        position,
        sequence,
        payload,
    })
}
