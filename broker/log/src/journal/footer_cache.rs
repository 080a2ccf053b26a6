//! Footers of sealed files, as many as fit in a budget.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;

use super::files::JournalFile;
use crate::disk::{Disk, DiskFile, read_exact_at};
use crate::format::footer::{FileIndex, TRAILER_LEN, Trailer};
use crate::format::{JournalId, crc32c};

#[derive(Debug, Default)]
struct Cached {
    indexes: HashMap<u64, (Arc<FileIndex>, u64)>,
    bytes: usize,
    clock: u64,
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
        *used = now;
        Some(Arc::clone(index))
    }

    /// Adds a footer; the ones used longest ago make room.
    pub(crate) fn insert(&self, index: Arc<FileIndex>) {
        let mut cached = self.cached.lock();
        cached.clock += 1;
        cached.bytes += index.memory();
        let now = cached.clock;
        if let Some((old, _)) = cached.indexes.insert(index.file_number(), (index, now)) {
            cached.bytes -= old.memory();
        }
        while cached.bytes > self.budget && cached.indexes.len() > 1 {
            let oldest = cached.indexes.iter().min_by_key(|(_, (_, used))| *used);
            let Some(oldest) = oldest.map(|(file, _)| *file) else {
                break;
            };
            if let Some((old, _)) = cached.indexes.remove(&oldest) {
                cached.bytes -= old.memory();
            }
        }
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
    ) -> io::Result<Arc<FileIndex>> {
        if let Some(index) = file.unwritten.get() {
            return Ok(Arc::clone(index));
        }
        if let Some(index) = self.cached(file.number) {
            return Ok(index);
        }
        let handle = file.reader(disk)?;
        let index = read_footer(&*handle, journal_id, file.number, file.size)?
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the footer is damaged"))?;
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
) -> io::Result<Option<FileIndex>> {
    let Some(trailer_at) = size.checked_sub(TRAILER_LEN as u64) else {
        return Ok(None);
    };
    let mut trailer = [0; TRAILER_LEN];
    match read_exact_at(handle, &mut trailer, trailer_at) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
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
