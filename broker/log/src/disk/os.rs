//! The operating system's file system. Linux-only calls live in this file.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;

use super::{BLOCK, Disk, DiskFile, DiskLock, Space, WriteAccess};

/// The file in a locked directory; it holds the process id of the holder.
const LOCK_FILE: &str = "journal.lock";

/// Zeros written at a time where blocks cannot be allocated by one call, in bytes.
const FILL_BYTES: usize = 1 << 20;

/// The real disk.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsDisk;

impl Disk for OsDisk {
    fn create_dir_all(&self, dir: &Path) -> io::Result<()> {
        std::fs::create_dir_all(dir)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(dir)? {
            let entry = entry?;
            if entry.file_type()?.is_file()
                && let Ok(name) = entry.file_name().into_string()
            {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    fn create(&self, path: &Path, len: u64) -> io::Result<()> {
        let file = OpenOptions::new().write(true).create_new(true).open(path)?;
        let allocated = allocate(&file, len);
        if allocated.is_err() {
            // The name must not stay behind with half of its blocks.
            drop(file);
            std::fs::remove_file(path)?;
        }
        allocated
    }

    fn open_write(&self, path: &Path, access: WriteAccess) -> io::Result<Arc<dyn DiskFile>> {
        let mut options = OpenOptions::new();
        options.read(true).write(true);
        if access == WriteAccess::DirectDurable {
            let _ = options.custom_flags(direct_flags()?);
        }
        Ok(Arc::new(OsFile(options.open(path)?)))
    }

    fn open_read(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        Ok(Arc::new(OsFile(File::open(path)?)))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        File::open(dir)?.sync_all()
    }

    fn space(&self, dir: &Path) -> io::Result<Space> {
        let stat = rustix::fs::statvfs(dir)?;
        Ok(Space {
            total: stat.f_blocks.saturating_mul(stat.f_frsize),
            available: stat.f_bavail.saturating_mul(stat.f_frsize),
        })
    }

    fn lock(&self, dir: &Path) -> io::Result<Box<dyn DiskLock>> {
        let path = dir.join(LOCK_FILE);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        match rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {
                file.set_len(0)?;
                file.write_all(std::process::id().to_string().as_bytes())?;
                Ok(Box::new(OsLock { _file: file }))
            }
            Err(rustix::io::Errno::WOULDBLOCK) => {
                let mut pid = String::new();
                let _ = file.read_to_string(&mut pid);
                let pid = if pid.trim().is_empty() {
                    "unknown"
                } else {
                    pid.trim()
                };
                Err(io::Error::new(
                    io::ErrorKind::WouldBlock,
                    format!("process {pid}"),
                ))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn block_size(&self, dir: &Path) -> u32 {
        direct_block(dir).unwrap_or(0).max(4096)
    }

    fn random_id(&self) -> io::Result<[u8; 16]> {
        let mut id = [0; 16];
        File::open("/dev/urandom")?.read_exact(&mut id)?;
        Ok(id)
    }
}

#[cfg(target_os = "linux")]
fn direct_flags() -> io::Result<i32> {
    let flags = rustix::fs::OFlags::DIRECT | rustix::fs::OFlags::DSYNC;
    i32::try_from(flags.bits()).map_err(|_| io::ErrorKind::Unsupported.into())
}

#[cfg(not(target_os = "linux"))]
fn direct_flags() -> io::Result<i32> {
    Err(io::ErrorKind::Unsupported.into())
}

/// What the file system asks of direct I/O; directories answer for their device.
#[cfg(target_os = "linux")]
fn direct_block(dir: &Path) -> Option<u32> {
    use rustix::fs::{AtFlags, CWD, StatxFlags, statx};
    let answer = statx(CWD, dir, AtFlags::empty(), StatxFlags::DIOALIGN).ok()?;
    let align = answer.stx_dio_offset_align;
    (align.is_power_of_two() && align <= 16 * 1024).then_some(align)
}

#[cfg(not(target_os = "linux"))]
fn direct_block(_dir: &Path) -> Option<u32> {
    None
}

#[cfg(target_os = "linux")]
fn allocate(file: &File, len: u64) -> io::Result<()> {
    match rustix::fs::fallocate(file, rustix::fs::FallocateFlags::empty(), 0, len) {
        Ok(()) => Ok(()),
        Err(rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::NOSYS) => fill(file, len),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn allocate(file: &File, len: u64) -> io::Result<()> {
    fill(file, len)
}

/// Allocates blocks by writing them.
fn fill(file: &File, len: u64) -> io::Result<()> {
    let zeros = vec![0; FILL_BYTES];
    let mut position = 0;
    while position < len {
        let n = usize::try_from(len - position)
            .unwrap_or(FILL_BYTES)
            .min(FILL_BYTES);
        file.write_all_at(&zeros[..n], position)?;
        position += n as u64;
    }
    Ok(())
}

#[derive(Debug)]
struct OsLock {
    _file: File,
}

impl DiskLock for OsLock {}

#[derive(Debug)]
struct OsFile(File);

impl DiskFile for OsFile {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn read_at(&self, buf: &mut [u8], position: u64) -> io::Result<usize> {
        retry_interrupted(|| FileExt::read_at(&self.0, buf, position))
    }

    fn write_at(&self, buf: &[u8], position: u64) -> io::Result<usize> {
        retry_interrupted(|| FileExt::write_at(&self.0, buf, position))
    }

    fn sync_data(&self) -> io::Result<()> {
        self.0.sync_data()
    }

    #[cfg(target_os = "linux")]
    fn forget_cached(&self) {
        // Where the kernel refuses, the cache is all that can be read.
        let _ = rustix::fs::fadvise(&self.0, 0, None, rustix::fs::Advice::DontNeed);
    }

    #[cfg(target_os = "linux")]
    fn advise_sequential(&self) {
        // A hint: nothing depends on whether the kernel takes it.
        let _ = rustix::fs::fadvise(&self.0, 0, None, rustix::fs::Advice::Sequential);
    }
}

/// `EINTR` before a byte moved is the one result that is no result.
fn retry_interrupted(mut call: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

const _: () = assert!(BLOCK == 4096);
