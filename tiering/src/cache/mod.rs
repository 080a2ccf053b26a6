//! Chunks of objects kept near: in memory and on the local device.
//!
//! A cache may lose anything at any time, so everything behind [`ChunkCache`] is "maybe": a failure, a dropped entry and
//! a damaged entry are misses. What it does return is checked twice: a value from the device carries its own CRC-32C,
//! and the reader compares that checksum with the one in the object's footer, so neither a flipped bit nor a value under
//! a wrong key is ever served.
//!
//! Keys are (object id, chunk number). Objects are immutable and ids are never used twice, so nothing is invalidated.

mod foyer_cache;

use async_trait::async_trait;
use bytes::Bytes;
use strandline_protocol::Uuid;

pub use foyer_cache::FoyerChunkCache;

use crate::checksum::crc32c;

/// Names a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChunkKey {
    /// The segment object.
    pub object_id: Uuid,
    /// Its chunk, counted from 0.
    pub chunk: u32,
}

/// A chunk with its checksum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    data: Bytes,
    checksum: u32,
}

impl Chunk {
    /// Takes bytes whose checksum is known to be right.
    pub fn new(data: Bytes, checksum: u32) -> Self {
        debug_assert_eq!(
            crc32c(&data),
            checksum,
            "the checksum of a chunk is verified by whoever makes it"
        );
        Self { data, checksum }
    }

    /// Takes bytes from a place that may be damaged; `None` if they do not match.
    pub fn verified(data: Bytes, checksum: u32) -> Option<Self> {
        (crc32c(&data) == checksum).then_some(Self { data, checksum })
    }

    /// The bytes.
    pub fn data(&self) -> &Bytes {
        &self.data
    }

    /// Their CRC-32C.
    pub fn checksum(&self) -> u32 {
        self.checksum
    }
}

/// What a cache did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChunkCacheStats {
    /// Bytes of chunks in memory.
    pub memory_bytes: u64,
    /// Bytes that memory may hold.
    pub memory_capacity_bytes: u64,
    /// Bytes written to the device.
    pub disk_write_bytes: u64,
    /// Bytes read from the device.
    pub disk_read_bytes: u64,
}

/// Keeps chunks, maybe.
#[async_trait]
pub trait ChunkCache: Send + Sync + std::fmt::Debug {
    /// The chunk if it is there and whole.
    async fn get(&self, key: &ChunkKey) -> Option<Chunk>;
    /// Offers a chunk.
    fn insert(&self, key: ChunkKey, chunk: Chunk);
    /// True if [`Self::get`] would probably find it. May be wrong both ways.
    fn contains(&self, key: &ChunkKey) -> bool;
    /// Counters.
    fn stats(&self) -> ChunkCacheStats;
    /// Writes what is pending and stops. Later calls are harmless.
    async fn close(&self);
}
