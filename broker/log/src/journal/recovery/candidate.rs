//! The files of a directory, before anything but their first block was read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::report::Corruption;
use super::scan::{self, FileSource, ScanTarget, Source};
use crate::disk::{Disk, DiskFile, read_exact_at};
use crate::error::{LogError, io, unreadable};
use crate::format::entry::EntryKind;
use crate::format::file_header::{
    FILE_HEADER_LEN, FileHeader, FileUse, HeaderError, UNUSED_ZEROS_END,
};
use crate::format::group::GroupHeader;
use crate::format::{JournalId, Stream};
use crate::journal::files::{FreeSlot, SLOT_UNFINISHED, parse_slot, slot_path};

/// Blocks are multiples of this, in bytes.
const BLOCK_MIN: u64 = 4096;

/// A file in the directory.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) slot: u32,
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    /// Length on disk, which is less than its size if it was cut.
    pub(crate) len: u64,
    pub(crate) header: Result<FileHeader, HeaderError>,
    pub(crate) handle: Arc<dyn DiskFile>,
}

/// Opens a file of the directory for reading.
pub(crate) type OpenRead<'a> = &'a mut dyn FnMut(&Path) -> std::io::Result<Arc<dyn DiskFile>>;

/// The files of a directory, with what their first block says.
pub(crate) fn candidates(
    disk: &dyn Disk,
    dir: &Path,
    open: OpenRead<'_>,
) -> Result<Vec<Candidate>, LogError> {
    let names = disk.list(dir).map_err(io("list", dir))?;
    let mut candidates = Vec::new();
    for (name, slot) in names
        .into_iter()
        .filter_map(|n| parse_slot(&n).map(|slot| (n, slot)))
    {
        let path = slot_path(dir, slot);
        let handle = open(&path).map_err(io("open", &path))?;
        let len = handle.len().map_err(io("look at", &path))?;
        let mut block = [0; FILE_HEADER_LEN];
        let header = match read_exact_at(&*handle, &mut block, 0) {
            Ok(()) => FileHeader::decode(&block),
            Err(failure) if failure.is_end() => Err(HeaderError::Absent),
            Err(failure) => return Err(unreadable(&path)(failure)),
        };
        if let Err(error @ HeaderError::Version(_)) = header {
            return Err(LogError::Version {
                path,
                reason: error.to_string(),
            });
        }
        candidates.push(Candidate {
            slot,
            path,
            name,
            len,
            header,
            handle,
        });
    }
    Ok(candidates)
}

/// The id that all files share. A file of another journal is an error: it is not touched.
pub(super) fn journal_id(candidates: &[Candidate]) -> Result<Option<JournalId>, LogError> {
    let mut id: Option<JournalId> = None;
    for candidate in candidates {
        let Ok(header) = &candidate.header else {
            continue;
        };
        match id {
            Some(expected) if expected != header.journal_id => {
                return Err(LogError::ForeignFile {
                    path: candidate.path.clone(),
                    found: header.journal_id.to_string(),
                    expected: expected.to_string(),
                });
            }
            _ => id = Some(header.journal_id),
        }
    }
    if id.is_none() {
        for candidate in candidates {
            if let Some(group) = candidate.first_group()? {
                return Ok(Some(group.journal_id));
            }
        }
    }
    Ok(id)
}

impl Candidate {
    pub(super) fn as_free(&self) -> FreeSlot {
        FreeSlot {
            slot: self.slot,
            path: self.path.clone(),
            size: self.len,
        }
    }

    /// The finding that a file is shorter than `size`: header and size of a file are durable before it
    /// gets its name, so that no crash leaves less.
    pub(super) fn cut(&self, file: u64, size: u64) -> Corruption {
        Corruption {
            file,
            name: self.name.clone(),
            position: self.len,
            end: size,
            reason: "the file is cut".to_owned(),
        }
    }

    /// Whether the file is as one that was marked unused, whatever its header says.
    pub(super) fn is_zeroed(&self) -> Result<bool, LogError> {
        let len = UNUSED_ZEROS_END.min(self.len).saturating_sub(BLOCK_MIN);
        let mut bytes = vec![0; usize::try_from(len).unwrap_or(usize::MAX)];
        read_exact_at(&*self.handle, &mut bytes, BLOCK_MIN).map_err(unreadable(&self.path))?;
        Ok(bytes.iter().all(|byte| *byte == 0))
    }

    /// The first thing in the file that looks like a group.
    pub(super) fn first_group(&self) -> Result<Option<GroupHeader>, LogError> {
        let mut source = FileSource::new(&*self.handle, self.len);
        let mut positions = (BLOCK_MIN..self.len).step_by(BLOCK_MIN as usize);
        let group = positions.find_map(|at| GroupHeader::decode(&source.read(at, 64)));
        source.finish().map_err(unreadable(&self.path))?;
        Ok(group)
    }

    /// What a file is whose header is damaged, by its first group. None if the file was unused
    /// and only the header of its next use is torn.
    pub(super) fn guess_header(
        &self,
        journal_id: JournalId,
        block_size: u32,
    ) -> Result<Option<FileHeader>, LogError> {
        if self.is_zeroed()? {
            return Ok(None);
        }
        let group = self.first_group()?;
        let Some(group) = group.filter(|g| g.journal_id == journal_id) else {
            return Ok(None);
        };
        let mut source = FileSource::new(&*self.handle, self.len);
        let mut cold = false;
        let target = ScanTarget {
            journal_id,
            number: group.file_number,
            first_sequence: group.sequence,
            block: u64::from(block_size),
            accept_stale: false,
        };
        let _ = scan::scan(&mut source, target, &mut |found| {
            if let scan::Found::Group { entries, .. } = found {
                cold |= entries.iter().any(|e| e.header.kind == EntryKind::Relocate);
            }
        });
        source.finish().map_err(unreadable(&self.path))?;
        let stream = if cold { Stream::Cold } else { Stream::Hot };
        Ok(Some(FileHeader {
            file_use: FileUse::InUse(stream),
            block_size,
            journal_id,
            number: group.file_number,
            size: self.len,
            first_sequence: group.sequence,
            opened_ms: 0,
            metadata_index: 0,
        }))
    }
}

/// Names of unfinished files, which are removed at start.
pub(crate) fn unfinished(disk: &dyn Disk, dir: &Path) -> Result<Vec<PathBuf>, LogError> {
    let names = disk.list(dir).map_err(io("list", dir))?;
    let names = names.into_iter().filter(|name| {
        name.strip_suffix(SLOT_UNFINISHED)
            .is_some_and(|rest| parse_slot(&format!("{rest}.log")).is_some())
    });
    Ok(names.map(|name| dir.join(name)).collect())
}
