//! The seam between the journal and a disk.
//!
//! # Contract
//!
//! - Nothing is durable before [`DiskFile::sync_data`] of that file returned, or before a
//!   [`DiskFile::write_at`] on a handle opened with [`WriteAccess::DirectDurable`] returned.
//! - A created, renamed or removed name is durable only after [`Disk::sync_dir`].
//! - A failed write or flush says nothing about what is on the medium. Callers do not retry:
//!   they end the process (I23).
//!
//! [`OsDisk`] is the real one. [`sim::SimDisk`] keeps everything in memory and loses what the
//! contract allows it to lose, deterministically by seed.

mod aligned;
mod os;
pub mod sim;
mod zero_filled;

use std::fmt::Debug;
use std::io;
use std::path::Path;
use std::sync::Arc;

pub(crate) use self::aligned::BufferPool;
pub use self::aligned::{AlignedBuffer, BLOCK};
pub use self::os::OsDisk;
pub(crate) use self::zero_filled::ZeroFilled;

/// How a file is opened for writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteAccess {
    /// Through the page cache; durable after [`DiskFile::sync_data`].
    Buffered,
    /// Past the page cache, durable when the write returns (`O_DIRECT | O_DSYNC`). Buffers,
    /// lengths and positions are multiples of the block size.
    DirectDurable,
}

/// Space of the file system that holds a directory, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Space {
    /// Size of the file system.
    pub total: u64,
    /// What this process may still allocate.
    pub available: u64,
}

/// Holds an exclusive lock on a directory until it is dropped.
pub trait DiskLock: Send + Sync + Debug {}

/// A file system, as far as the journal needs one.
pub trait Disk: Send + Sync + Debug {
    /// Creates a directory and its parents.
    fn create_dir_all(&self, dir: &Path) -> io::Result<()>;
    /// Names of the plain files in a directory, sorted.
    fn list(&self, dir: &Path) -> io::Result<Vec<String>>;
    /// Creates a file of `len` bytes whose blocks are allocated. Fails if it exists. The
    /// name is durable after [`Disk::sync_dir`].
    fn create(&self, path: &Path, len: u64) -> io::Result<()>;
    /// Opens an existing file for writing and reading.
    fn open_write(&self, path: &Path, access: WriteAccess) -> io::Result<Arc<dyn DiskFile>>;
    /// Opens an existing file for reading through the page cache.
    fn open_read(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>>;
    /// Renames a file, replacing the target.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Makes the names in a directory durable.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;
    /// Space left where `dir` lives.
    fn space(&self, dir: &Path) -> io::Result<Space>;
    /// Locks a directory against other processes. The error of a held lock has kind
    /// [`io::ErrorKind::WouldBlock`] and names the holder.
    fn lock(&self, dir: &Path) -> io::Result<Box<dyn DiskLock>>;
    /// The unit that is written as a whole: 4,096 bytes, or the device's larger block.
    fn block_size(&self, dir: &Path) -> u32;
    /// Sixteen random bytes, for the identity of a new journal.
    fn random_id(&self) -> io::Result<[u8; 16]>;
}

/// An open file. All positions are absolute; handles are shared between threads.
pub trait DiskFile: Send + Sync + Debug {
    /// Length in bytes.
    fn len(&self) -> io::Result<u64>;
    /// Whether the file has no bytes.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }
    /// One read; fewer bytes than asked for only at the end of the file, or in front of bytes that
    /// the disk refuses.
    fn read_at(&self, buf: &mut [u8], position: u64) -> io::Result<usize>;
    /// One write; a caller treats a short count as a failure.
    fn write_at(&self, buf: &[u8], position: u64) -> io::Result<usize>;
    /// Makes everything written so far durable, the length included.
    fn sync_data(&self) -> io::Result<()>;
    /// Drops the clean pages of the file from the page cache, so that reads of them see the medium:
    /// after a failed flush pages count as clean that the medium does not hold. Pages that wait to
    /// be written stay.
    fn forget_cached(&self) {}
    /// Says that the file will be read from start to end.
    fn advise_sequential(&self) {}
}

/// A read that failed, and where.
#[derive(Debug)]
pub(crate) struct ReadFailure {
    pub(crate) position: u64,
    pub(crate) error: io::Error,
}

impl ReadFailure {
    /// Whether the file ends there: the one failure that says what is there.
    pub(crate) fn is_end(&self) -> bool {
        self.error.kind() == io::ErrorKind::UnexpectedEof
    }
}

/// Reads exactly `buf.len()` bytes.
pub(crate) fn read_exact_at(
    file: &dyn DiskFile,
    buf: &mut [u8],
    position: u64,
) -> Result<(), ReadFailure> {
    let mut done = 0;
    while done < buf.len() {
        let at = position + done as u64;
        let failed = |error| ReadFailure {
            position: at,
            error,
        };
        match file.read_at(&mut buf[done..], at).map_err(failed)? {
            0 => return Err(failed(io::ErrorKind::UnexpectedEof.into())),
            n => done += n,
        }
    }
    Ok(())
}

/// Writes the whole buffer with one call; a short write is an error.
pub(crate) fn write_all_at(file: &dyn DiskFile, buf: &[u8], position: u64) -> io::Result<()> {
    let n = file.write_at(buf, position)?;
    if n == buf.len() {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::WriteZero,
        format!("short write: {n} of {} bytes at {position}", buf.len()),
    ))
}
