//! `acknowledged`: the lowest position at which the Raft log may end.
//!
//! A log that ends early looks like a log that was never written further: a cut file, a chunk
//! that is gone, or a flipped length byte all read as a torn end. So after each durable flush the
//! position of its end goes into this small file. It is not fsynced (that would double the price
//! of a flush): a killed process leaves it exact, and after a power cut it is a few seconds old
//! at most, but never ahead of what is durable. Recovery refuses a log that ends before it.
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 4 | magic `SLRW` |
//! | 4 | 4 | version, u32, 1 |
//! | 8 | 8 | end of the last acknowledged flush, bytes since the log began, u64 |
//! | 16 | 4 | CRC-32C of bytes 0 to 16 |
//!
//! All numbers are big endian.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

const MAGIC: [u8; 4] = *b"SLRW";
const VERSION: u32 = 1;
const WITNESS_LEN: usize = 20;

/// Name of the file, beside the log's chunks.
pub(crate) const FILE_NAME: &str = "acknowledged";

/// The open file. Written by the flush worker only.
#[derive(Debug)]
pub(crate) struct Witness {
    file: File,
    acknowledged: AtomicU64,
}

impl Witness {
    /// Opens the file of `dir`, or creates it, durable, when it is missing.
    ///
    /// # Errors
    /// `InvalidData` when the file does not verify.
    pub(crate) fn open(dir: &Path) -> io::Result<(Self, bool)> {
        let path = dir.join(FILE_NAME);
        let existed = path.exists();
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)?;
        let length = file.metadata()?.len();
        // A crash between creation and the first write leaves an empty file in an empty log.
        let acknowledged = if length == 0 {
            0
        } else {
            let mut bytes = [0; WITNESS_LEN];
            file.read_exact_at(&mut bytes, 0)
                .map_err(|_| damaged(&path, "it is too short"))?;
            decode(&bytes).ok_or_else(|| damaged(&path, "its checksum does not match"))?
        };
        let witness = Self {
            file,
            acknowledged: AtomicU64::new(acknowledged),
        };
        Ok((witness, existed && length > 0))
    }

    /// Makes the file and its name durable. Done once, before the log's first byte.
    pub(crate) fn persist(&self, dir: &Path) -> io::Result<()> {
        self.write(self.acknowledged())?;
        self.file.sync_all()?;
        File::open(dir)?.sync_all()
    }

    /// The lowest position at which the log may end.
    pub(crate) fn acknowledged(&self) -> u64 {
        self.acknowledged.load(Ordering::Acquire)
    }

    /// Records that everything before `end` is durable. Called in order.
    pub(crate) fn advance(&self, end: u64) -> io::Result<()> {
        if end <= self.acknowledged() {
            return Ok(());
        }
        self.write(end)?;
        self.acknowledged.store(end, Ordering::Release);
        Ok(())
    }

    fn write(&self, end: u64) -> io::Result<()> {
        self.file.write_all_at(&encode(end), 0)
    }
}

fn damaged(path: &Path, why: &str) -> io::Error {
    let message = format!("`{}` is damaged: {why}", path.display());
    io::Error::new(io::ErrorKind::InvalidData, message)
}

fn encode(end: u64) -> [u8; WITNESS_LEN] {
    let mut bytes = [0; WITNESS_LEN];
    bytes[..4].copy_from_slice(&MAGIC);
    bytes[4..8].copy_from_slice(&VERSION.to_be_bytes());
    bytes[8..16].copy_from_slice(&end.to_be_bytes());
    let crc = crate::snapshot::crc32c(&bytes[..16]);
    bytes[16..].copy_from_slice(&crc.to_be_bytes());
    bytes
}

fn decode(bytes: &[u8; WITNESS_LEN]) -> Option<u64> {
    let end = u64::from_be_bytes(bytes[8..16].try_into().ok()?);
    (*bytes == encode(end)).then_some(end)
}
