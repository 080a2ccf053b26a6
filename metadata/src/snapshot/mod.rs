//! Snapshots of the image.
//!
//! # Contract
//! A snapshot is one file that holds the image at one Raft index. It is taken by cloning pointers
//! between two entries; encoding and writing happen on another thread. It is durable, under its
//! final name, before the log is purged up to it, and verified completely before anything of it is
//! used: a snapshot that does not verify is refused, because the log before it is gone.
//!
//! # Layout
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 4 | magic `SLMS` |
//! | 4 | 4 | version, u32, 1 |
//! | 8 | 4 | length of the header record, u32 |
//! | 12 | 4 | CRC-32C of the header record |
//! | 16 | h | record `SnapshotHeader`: level, Raft position, membership, cluster time |
//! | 16 + h | b | body: zstd of a list of records, each with kind u8 and length u32 before it; kind 0 ends it |
//! | end - 16 | 8 | length of the body as it is stored, u64 |
//! | end - 8 | 4 | CRC-32C of the body as it is stored |
//! | end - 4 | 4 | magic `SLME` |
//!
//! Numbers are big endian. Two nodes with the same image write the same bytes.
//!
//! # Crash at each step
//! The file is written as `*.tmp`, fsynced, renamed, and the directory fsynced. Before the rename a
//! restart removes the rest; after it the older snapshot is removed.

mod body;
mod capture;
mod read;
#[cfg(test)]
mod snapshot_test;
mod store;
mod write;

pub(crate) use capture::{Capture, RaftPosition};
pub(crate) use read::Header;
pub(crate) use store::{SnapshotFile, SnapshotStore, StoredSnapshot};

use crc_fast::CrcAlgorithm;

/// The bytes of a snapshot.
#[cfg(test)]
pub(crate) fn encode(capture: &Capture) -> Vec<u8> {
    let mut bytes = Vec::new();
    write::write(capture, &mut bytes).unwrap();
    bytes
}

pub(crate) const MAGIC: [u8; 4] = *b"SLMS";
pub(crate) const MAGIC_END: [u8; 4] = *b"SLME";
pub(crate) const VERSION: u32 = 1;
pub(crate) const PREFIX_LEN: usize = 16;
pub(crate) const TRAILER_LEN: usize = 16;

/// Length of one record of the body; a topic of 200,000 partitions has 5 MB.
pub(crate) const RECORD_BYTES_MAX: u32 = 64 << 20;

/// CRC-32C, as in Kafka's batches.
pub(crate) fn crc32c(bytes: &[u8]) -> u32 {
    crc_fast::checksum(CrcAlgorithm::Crc32Iscsi, bytes) as u32
}

/// CRC-32C over bytes that come in pieces.
#[derive(Debug)]
pub(crate) struct Crc32c(crc_fast::Digest);

impl Crc32c {
    pub(crate) fn new() -> Self {
        Self(crc_fast::Digest::new(CrcAlgorithm::Crc32Iscsi))
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn value(&self) -> u32 {
        self.0.clone().finalize() as u32
    }
}
