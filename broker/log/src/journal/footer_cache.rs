//! Footers of sealed files, as many as fit in a budget.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;

use super::files::JournalFile;
use crate::disk::{Disk, DiskFile, ReadFailure, read_exact_at};
use crate::format::footer::{FileIndex, TRAILER_LEN, Trailer};
use crate::format::{JournalId, crc32c};

#[derive(Debug, Default)]
struct Cached {
    indexes: HashMap<u64, (Arc<FileIndex>, u64)>,
    bytes: usize,
    clock: u64,
}

/// When a footer was used last that is nowhere else.
const HELD: u64 = u64::MAX;

impl Cached {
    fn put(&mut self, index: Arc<FileIndex>, used: u64, budget: usize) {
        self.bytes += index.memory();
        if let Some((old, _)) = self.indexes.insert(index.file_number(), (index, used)) {
            self.bytes -= old.memory();
        }
        while self.bytes > budget && self.indexes.len() > 1 {
            let others = self.indexes.iter().filter(|(_, (_, used))| *used < HELD);
            let oldest = others.min_by_key(|(_, (_, used))| *used);
            let Some(oldest) = oldest.map(|(file, _)| *file) else {
                break;
            };
            if let Some((old, _)) = self.indexes.remove(&oldest) {
                self.bytes -= old.memory();
            }
        }
    }
}

/// The cache.
#[derive(Debug)]
pub(crate) struct FooterCache {
    budget: usize,
    cached: Mutex<Cached>,
}

impl FooterCache {
    pub(crate) fn new(budget: usize) -> Self {
        Self {
            budget,
            cached: Mutex::new(Cached::default()),
        }
    }

    /// The footer of a file, if it is in memory.
    pub(crate) fn cached(&self, file: u64) -> Option<Arc<FileIndex>> {
        let mut cached = self.cached.lock();
        cached.clock += 1;
        let now = cached.clock;
        let (index, used) = cached.indexes.get_mut(&file)?;
        *used = now.max(*used);
        Some(Arc::clone(index))
    }

    /// Adds a footer; the ones used longest ago make room.
    pub(crate) fn insert(&self, index: Arc<FileIndex>) {
        let mut cached = self.cached.lock();
        cached.clock += 1;
        let now = cached.clock;
        cached.put(index, now, self.budget);
    }

    /// Adds a footer that is not written yet: it stays until it is inserted.
    pub(crate) fn hold(&self, index: Arc<FileIndex>) {
        self.cached.lock().put(index, HELD, self.budget);
    }

    pub(crate) fn remove(&self, file: u64) {
        let mut cached = self.cached.lock();
        if let Some((old, _)) = cached.indexes.remove(&file) {
            cached.bytes -= old.memory();
        }
    }

    /// The footer of a file, read if need be.
    pub(crate) fn load(
        &self,
        disk: &dyn Disk,
        journal_id: JournalId,
        file: &JournalFile,
    ) -> Result<Arc<FileIndex>, ReadFailure> {
        if let Some(index) = self.cached(file.number) {
            return Ok(index);
        }
        let failed = |error| ReadFailure {
            position: file.size.saturating_sub(TRAILER_LEN as u64),
            error,
        };
        let handle = file.reader(disk).map_err(failed)?;
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "the footer is damaged");
        let index = read_footer(&*handle, journal_id, file.number, file.size)?
            .ok_or_else(|| failed(damaged()))?;
        let index = Arc::new(index);
        self.insert(Arc::clone(&index));
        Ok(index)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.cached.lock().bytes
    }
}

/// Reads the footer of a file of `size` bytes; `None` if there is no valid one for this number.
pub(crate) fn read_footer(
    handle: &dyn DiskFile,
    journal_id: JournalId,
    number: u64,
    size: u64,
) -> Result<Option<FileIndex>, ReadFailure> {
    let Some(trailer_at) = size.checked_sub(TRAILER_LEN as u64) else {
        return Ok(None);
    };
    let mut trailer = [0; TRAILER_LEN];
    match read_exact_at(handle, &mut trailer, trailer_at) {
        Err(failure) if failure.is_end() => return Ok(None),
        other => other?,
    }
    let Some(trailer) = Trailer::decode(&trailer) else {
        return Ok(None);
    };
    let end = trailer
        .footer_position
        .checked_add(u64::from(trailer.footer_len));
    if trailer.journal_id != journal_id
        || trailer.file_number != number
        || end.is_none_or(|end| end > trailer_at)
    {
        return Ok(None);
    }
    let mut body = vec![0; trailer.footer_len as usize];
    read_exact_at(handle, &mut body, trailer.footer_position)?;
    if crc32c(&body) != trailer.footer_crc {
        return Ok(None);
    }
    Ok(FileIndex::decode(Bytes::from(body)).filter(|index| index.file_number() == number))
}
