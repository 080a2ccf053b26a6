//! A file as it is after its unreadable blocks were replaced by zeros.

use std::collections::BTreeSet;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use parking_lot::Mutex;

use super::{BLOCK, DiskFile, read_exact_at};

/// Reads zeros where the disk refuses to read, and knows where that was. For looking only: a
/// start must not take these zeros for what is there.
#[derive(Debug)]
pub(crate) struct ZeroFilled {
    file: Arc<dyn DiskFile>,
    /// Where the blocks start that the disk refused.
    refused: Mutex<BTreeSet<u64>>,
}

impl ZeroFilled {
    pub(crate) fn new(file: Arc<dyn DiskFile>) -> Self {
        Self {
            file,
            refused: Mutex::default(),
        }
    }

    /// The bytes that the disk refused to read so far, in whole blocks.
    pub(crate) fn unreadable(&self) -> Vec<Range<u64>> {
        let mut ranges: Vec<Range<u64>> = Vec::new();
        for start in self.refused.lock().iter() {
            let end = start + BLOCK as u64;
            match ranges.last_mut() {
                Some(last) if last.end == *start => last.end = end,
                _ => ranges.push(*start..end),
            }
        }
        ranges
    }
}

impl DiskFile for ZeroFilled {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }

    fn read_at(&self, buf: &mut [u8], position: u64) -> io::Result<usize> {
        if let Ok(n) = self.file.read_at(buf, position) {
            return Ok(n);
        }
        // The rest of the first block: what follows it may be readable.
        let block = BLOCK as u64;
        let in_block = usize::try_from(block - position % block).unwrap_or(BLOCK);
        let left = usize::try_from(self.len()?.saturating_sub(position)).unwrap_or(usize::MAX);
        let n = buf.len().min(in_block).min(left);
        if let Err(failure) = read_exact_at(&*self.file, &mut buf[..n], position) {
            buf[..n].fill(0);
            let _ = self.refused.lock().insert(failure.position / block * block);
        }
        Ok(n)
    }

    fn write_at(&self, _buf: &[u8], _position: u64) -> io::Result<usize> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn sync_data(&self) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn forget_cached(&self) {
        self.file.forget_cached();
    }

    fn advise_sequential(&self) {
        self.file.advise_sequential();
    }
}
