//! [`ChunkCache`] over foyer's hybrid cache.
//!
//! What is known about foyer 0.22.6 and how it is used because of it:
//! the io_uring engine spins when idle and takes short I/O for success: psync engine. LRU had a race: S3-FIFO, which
//! also resists scans. Entries that do not fit the flush buffer are dropped silently: the buffer holds several chunks
//! and a miss is never an error. Removal races with insertion: keys are immutable, nothing is removed.

use std::io::{Read, Write};
use std::path::Path;

use async_trait::async_trait;
use bytes::Bytes;
use foyer::{
    BlockEngineConfig, Code, DeviceBuilder, Error, ErrorKind, FsDeviceBuilder, HybridCache,
    HybridCacheBuilder, HybridCachePolicy, PsyncIoEngineConfig, RecoverMode, S3FifoConfig,
};
use strandline_protocol::Uuid;

use super::{Chunk, ChunkCache, ChunkCacheStats, ChunkKey};
use crate::error::TierError;
use crate::options::{CHUNK_BYTES, ChunkCacheOptions};

/// Block of the device engine: eviction on the device happens by block.
const BLOCK_BYTES: usize = 16 * CHUNK_BYTES;
/// Bytes of the marker, length and checksum in front of a value on the device.
const VALUE_HEADER_BYTES: usize = 12;
/// Marks a value of ours: format 1.
const VALUE_MAGIC: u32 = 0x5354_4331;

impl Code for ChunkKey {
    fn encode(&self, writer: &mut impl Write) -> foyer::Result<()> {
        writer
            .write_all(&self.object_id.0)
            .map_err(Error::io_error)?;
        writer
            .write_all(&self.chunk.to_be_bytes())
            .map_err(Error::io_error)
    }

    fn decode(reader: &mut impl Read) -> foyer::Result<Self> {
        let (mut id, mut chunk) = ([0; 16], [0; 4]);
        reader.read_exact(&mut id).map_err(Error::io_error)?;
        reader.read_exact(&mut chunk).map_err(Error::io_error)?;
        Ok(Self {
            object_id: Uuid(id),
            chunk: u32::from_be_bytes(chunk),
        })
    }

    fn estimated_size(&self) -> usize {
        20
    }
}

impl Code for Chunk {
    fn encode(&self, writer: &mut impl Write) -> foyer::Result<()> {
        let length = u32::try_from(self.data().len()).expect("a chunk is at most 1 MiB");
        writer
            .write_all(&VALUE_MAGIC.to_be_bytes())
            .map_err(Error::io_error)?;
        writer
            .write_all(&length.to_be_bytes())
            .map_err(Error::io_error)?;
        writer
            .write_all(&self.checksum().to_be_bytes())
            .map_err(Error::io_error)?;
        writer.write_all(self.data()).map_err(Error::io_error)
    }

    fn decode(reader: &mut impl Read) -> foyer::Result<Self> {
        let mut word = || -> foyer::Result<u32> {
            let mut bytes = [0; 4];
            reader.read_exact(&mut bytes).map_err(Error::io_error)?;
            Ok(u32::from_be_bytes(bytes))
        };
        let (magic, length, checksum) = (word()?, word()? as usize, word()?);
        if magic != VALUE_MAGIC || length > CHUNK_BYTES {
            return Err(Error::new(ErrorKind::Parse, "not a chunk"));
        }
        let mut data = vec![0; length];
        reader.read_exact(&mut data).map_err(Error::io_error)?;
        Self::verified(Bytes::from(data), checksum).ok_or_else(|| {
            Error::new(
                ErrorKind::Parse,
                "a cached chunk does not match its checksum",
            )
        })
    }

    fn estimated_size(&self) -> usize {
        VALUE_HEADER_BYTES + self.data().len()
    }
}

/// Memory and, if a directory is given, the local device.
#[derive(Debug)]
pub struct FoyerChunkCache {
    cache: HybridCache<ChunkKey, Chunk>,
    memory_bytes: usize,
}

impl FoyerChunkCache {
    /// Opens the cache; what an earlier process left in the directory is found again.
    ///
    /// # Errors
    /// `Cache` if the directory cannot be used.
    pub async fn open(options: &ChunkCacheOptions) -> Result<Self, TierError> {
        let dir = options.dir.as_deref();
        Self::build(options, dir)
            .await
            .map_err(|error| TierError::Cache {
                dir: dir.map_or_else(|| "memory".to_owned(), |dir| dir.display().to_string()),
                reason: error.to_string(),
            })
    }

    async fn build(options: &ChunkCacheOptions, dir: Option<&Path>) -> foyer::Result<Self> {
        // One shard must hold several chunks, or every insertion evicts its neighbour.
        let shards = (options.memory_bytes / (8 * CHUNK_BYTES)).clamp(1, 8);
        let builder = HybridCacheBuilder::new()
            .with_name("strandline-chunks")
            .with_policy(HybridCachePolicy::WriteOnEviction)
            .with_flush_on_close(true)
            .memory(options.memory_bytes)
            .with_shards(shards)
            .with_eviction_config(S3FifoConfig::default())
            .with_weighter(|_: &ChunkKey, chunk: &Chunk| chunk.data().len() + 64)
            .storage();
        let builder = match dir {
            None => builder,
            Some(dir) => {
                let capacity = options.disk_bytes.max(4 * BLOCK_BYTES);
                let device = FsDeviceBuilder::new(dir).with_capacity(capacity).build()?;
                builder
                    .with_io_engine_config(PsyncIoEngineConfig::new())
                    .with_engine_config(
                        BlockEngineConfig::new(device)
                            .with_block_size(BLOCK_BYTES)
                            .with_flushers(1)
                            .with_buffer_pool_size(8 * CHUNK_BYTES)
                            .with_submit_queue_size_threshold(16 * CHUNK_BYTES),
                    )
                    .with_recover_mode(RecoverMode::Quiet)
            }
        };
        Ok(Self {
            cache: builder.build().await?,
            memory_bytes: options.memory_bytes,
        })
    }
}

#[async_trait]
impl ChunkCache for FoyerChunkCache {
    async fn get(&self, key: &ChunkKey) -> Option<Chunk> {
        match self.cache.get(key).await {
            Ok(found) => found.map(|entry| entry.value().clone()),
            Err(error) => {
                tracing::debug!(?key, %error, "a cached chunk cannot be used");
                None
            }
        }
    }

    fn insert(&self, key: ChunkKey, chunk: Chunk) {
        self.cache.insert(key, chunk);
    }

    fn contains(&self, key: &ChunkKey) -> bool {
        self.cache.contains(key)
    }

    fn stats(&self) -> ChunkCacheStats {
        let disk = self.cache.statistics();
        ChunkCacheStats {
            memory_bytes: self.cache.memory().usage() as u64,
            memory_capacity_bytes: self.memory_bytes as u64,
            disk_write_bytes: disk.disk_write_bytes() as u64,
            disk_read_bytes: disk.disk_read_bytes() as u64,
        }
    }

    async fn close(&self) {
        if let Err(error) = self.cache.close().await {
            tracing::debug!(%error, "the chunk cache did not close cleanly");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checksum::crc32c;

    fn chunk(seed: u8, length: usize) -> Chunk {
        let data: Bytes = (0..length)
            .map(|i| (i as u8).wrapping_mul(31).wrapping_add(seed))
            .collect();
        let checksum = crc32c(&data);
        Chunk::new(data, checksum)
    }

    fn key(chunk: u32) -> ChunkKey {
        ChunkKey {
            object_id: Uuid([9; 16]),
            chunk,
        }
    }

    #[test]
    fn every_flipped_bit_of_a_stored_value_is_a_miss() {
        let mut stored = Vec::new();
        chunk(1, 200).encode(&mut stored).unwrap();
        assert_eq!(
            Chunk::decode(&mut stored.as_slice()).unwrap(),
            chunk(1, 200)
        );
        for bit in 0..stored.len() * 8 {
            let mut damaged = stored.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(Chunk::decode(&mut damaged.as_slice()).is_err(), "bit {bit}");
        }
        for length in 0..stored.len() {
            assert!(
                Chunk::decode(&mut &stored[..length]).is_err(),
                "cut at {length}"
            );
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn chunks_are_found_again_in_memory_and_after_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let options = ChunkCacheOptions {
            memory_bytes: 8 * CHUNK_BYTES,
            dir: Some(dir.path().to_owned()),
            disk_bytes: 128 * CHUNK_BYTES,
        };
        let cache = FoyerChunkCache::open(&options).await.unwrap();
        for n in 0..4 {
            cache.insert(key(n), chunk(n as u8, CHUNK_BYTES));
        }
        assert_eq!(cache.get(&key(3)).await, Some(chunk(3, CHUNK_BYTES)));
        cache.close().await;
        drop(cache);

        let again = FoyerChunkCache::open(&options).await.unwrap();
        let mut found = 0;
        for n in 0..4 {
            if let Some(value) = again.get(&key(n)).await {
                assert_eq!(value, chunk(n as u8, CHUNK_BYTES));
                found += 1;
            }
        }
        assert!(found > 0, "nothing survived the restart");
        again.close().await;
    }
}
