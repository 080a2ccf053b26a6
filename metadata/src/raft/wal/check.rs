//! Looks at the log's files before raft-log opens them.
//!
//! raft-log takes an incomplete record at the end for a torn write and cuts it off. That is right
//! after a power cut and wrong when a file was cut short or a length byte flipped: acknowledged
//! entries would vanish without a word. It also takes what lies in the page cache for durable.
//! This check closes both holes, so that I4 and I23 hold for the metadata log:
//!
//! 1. The last chunk is fsynced first: whatever a killed process left in the page cache is durable
//!    before anything is decided from it.
//! 2. Its records are decoded up to the first that does not verify. Where the log ends before the
//!    [`Witness`](super::witness::Witness), or a whole record lies behind the bad one, the log is
//!    **damaged** and the start is refused.
//! 3. Otherwise the end was torn, its bytes were never acknowledged, and they are cut off.
//!
//! Earlier chunks are verified by raft-log itself, which refuses any record that does not decode.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use raft_log::RaftLogRecord;
use raft_log::chunked_wal::Config;
use raft_log::codeq::Decode;

use super::types::WalTypes;
use super::witness::Witness;

/// raft-log's record type of an entry.
const TYPE_APPEND: u8 = 1;

/// What the check found.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CheckReport {
    /// Bytes of a torn end that were cut off.
    pub(crate) torn_bytes: u64,
    /// Where the log ends, in bytes since it began.
    pub(crate) end: u64,
    /// Chunk files found.
    pub(crate) chunks: usize,
}

/// Verifies and, where it is torn, trims the end of the log in `dir`.
///
/// # Errors
/// `InvalidData`, with a line that names file and position, when acknowledged bytes are missing.
pub(crate) fn check(dir: &Path, witness: &Witness) -> io::Result<CheckReport> {
    let mut chunks = chunk_files(dir)?;
    let mut report = CheckReport {
        chunks: chunks.len(),
        ..CheckReport::default()
    };
    let acknowledged = witness.acknowledged();
    while let Some((start, path)) = chunks.pop() {
        let file = OpenOptions::new().read(true).write(true).open(&path)?;
        file.sync_all()?;
        let bytes = fs::read(&path)?;
        let valid = valid_prefix(&bytes);
        let end = start + valid as u64;
        if end < acknowledged {
            return Err(missing(&path, end, acknowledged));
        }
        if let Some(behind) = whole_record_behind(&bytes, valid) {
            return Err(damaged(&path, valid, behind));
        }
        report.torn_bytes += (bytes.len() - valid) as u64;
        report.end = end;
        if valid > 0 {
            if valid < bytes.len() {
                file.set_len(valid as u64)?;
                file.sync_all()?;
            }
            return Ok(report);
        }
        // A chunk without its first record was being created: the log ends in the one before.
        fs::remove_file(&path)?;
        File::open(dir)?.sync_all()?;
        report.chunks -= 1;
    }
    if acknowledged > report.end {
        let message = format!(
            "the metadata log in `{}` is gone, but {acknowledged} bytes of it were acknowledged; \
             restore the directory from where it was moved to",
            dir.display()
        );
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    Ok(report)
}

fn missing(path: &Path, end: u64, acknowledged: u64) -> io::Error {
    let message = format!(
        "the metadata log ends at byte {end} in `{}`, but everything up to byte {acknowledged} was \
         acknowledged: the file was cut or damaged, restore it from a copy",
        path.display()
    );
    io::Error::new(io::ErrorKind::InvalidData, message)
}

fn damaged(path: &Path, at: usize, behind: usize) -> io::Error {
    let message = format!(
        "the metadata log is damaged at byte {at} of `{}`: intact records follow at byte {behind}, \
         so this is no torn end; restore the file from a copy",
        path.display()
    );
    io::Error::new(io::ErrorKind::InvalidData, message)
}

/// Chunk files by the position at which they start.
pub(crate) fn chunk_files(dir: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let mut chunks = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        if let Ok(start) = Config::parse_chunk_file_name(&name.to_string_lossy()) {
            chunks.push((start, entry.path()));
        }
    }
    chunks.sort();
    Ok(chunks)
}

/// Length of the longest prefix that consists of whole records.
fn valid_prefix(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    let mut valid = 0;
    while !rest.is_empty() && RaftLogRecord::<WalTypes>::decode(&mut rest).is_ok() {
        valid = bytes.len() - rest.len();
    }
    valid
}

/// Position of a whole record behind the one at `bad` that proves a flush after it.
///
/// One flush is in flight at a time and ends with an entry, so a single entry that reaches the end
/// of the file may belong to the same flush as the bad record: pages of one flush reach the disk
/// in any order.
fn whole_record_behind(bytes: &[u8], bad: usize) -> Option<usize> {
    let position = (bad + 1..bytes.len().saturating_sub(8)).find(|position| {
        let rest = &bytes[*position..];
        // A record begins with its type, 0 to 5, as u32. Zeros are no record: their CRC is wrong.
        rest[..3] == [0, 0, 0] && rest[3] <= 5 && is_record(rest).is_some()
    })?;
    let rest = &bytes[position..];
    let same_flush = rest[3] == TYPE_APPEND && is_record(rest) == Some(rest.len());
    (!same_flush).then_some(position)
}

/// Length of the record that `bytes` begins with.
fn is_record(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes;
    RaftLogRecord::<WalTypes>::decode(&mut rest).ok()?;
    Some(bytes.len() - rest.len())
}
