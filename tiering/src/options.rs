//! Everything about the tier that can be set. The broker fills it from its registry; nothing here reads files.

use std::path::PathBuf;
use std::time::Duration;

use strandline_protocol::Uuid;

use crate::store::MissingBucket;

/// Bytes of a chunk: what is cached and fetched as one unit. A multiple of [`BLOCK_BYTES`].
pub const CHUNK_BYTES: usize = 1024 * 1024;
/// Bytes of a block: what one checksum in a footer covers.
pub const BLOCK_BYTES: usize = 256 * 1024;

const _: () = assert!(CHUNK_BYTES.is_multiple_of(BLOCK_BYTES));

/// How an uploaded object is checked before it is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verify {
    /// Every byte is read back and compared by checksum.
    #[default]
    Full,
    /// Footer, index and length are read back; the data blocks are trusted to the store's own checksum.
    Footer,
}

/// Where chunks of objects are kept near.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChunkCacheOptions {
    /// Memory for chunks, in bytes.
    pub memory_bytes: usize,
    /// Directory for chunks on the local device; `None` keeps chunks in memory only.
    pub dir: Option<PathBuf>,
    /// Space in that directory, in bytes.
    pub disk_bytes: usize,
}

/// Options of a [`crate::Tier`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierOptions {
    /// The cluster that owns the prefix.
    pub cluster_id: Uuid,
    /// The bucket, if it is to be created when it is missing.
    pub create_bucket: Option<MissingBucket>,
    /// Segments up to this size are one PUT; larger ones are uploaded in parts.
    pub put_bytes_max: usize,
    /// Bytes of a part. S3 demands at least 5 MiB.
    pub part_bytes: usize,
    /// Parts of one object in flight.
    pub part_concurrency: usize,
    /// Segments of different partitions uploaded at once.
    pub upload_concurrency: usize,
    /// Memory for all uploads together, in bytes.
    pub upload_bytes: usize,
    /// How an object is checked before it is committed.
    pub verify: Verify,
    /// Chunk cache.
    pub chunk_cache: ChunkCacheOptions,
    /// Memory for decoded footers, in bytes.
    pub footer_cache_bytes: usize,
    /// Memory for decoded manifest pages, in bytes.
    pub page_cache_bytes: usize,
    /// Memory for GETs in flight and chunks read ahead, in bytes, all readers together.
    pub read_ahead_bytes: usize,
    /// Largest single GET of a sequential reader, in bytes; it starts at one chunk and doubles.
    pub read_ahead_max_bytes: usize,
    /// GETs in flight per sequential reader.
    pub read_ahead_gets: usize,
    /// Entries that wait in the metadata before they are folded into a page.
    pub tail_entries_max: usize,
    /// Entries of one manifest page.
    pub page_entries_max: usize,
    /// How long removed objects stay (`tier.trash.retention`).
    pub trash_retention: Duration,
    /// Longest time for one request, above the retries of the store's own client.
    pub request_timeout: Duration,
    /// Pause after the first failure of a partition's upload; doubles up to [`Self::retry_pause_max`].
    pub retry_pause: Duration,
    /// Longest pause after failures.
    pub retry_pause_max: Duration,
    /// How often the driver looks at everything, applies retention, empties the trash and looks for orphans.
    pub retention_interval: Duration,
    /// Age below which an orphan is left alone. It only delays: safety comes from leader epochs.
    pub orphan_grace: Duration,
    /// Seed of object ids in tests; `None` takes one from the operating system.
    pub seed: Option<u64>,
}

impl TierOptions {
    /// Defaults for a cluster.
    pub fn new(cluster_id: Uuid) -> Self {
        const MIB: usize = 1024 * 1024;
        Self {
            cluster_id,
            create_bucket: None,
            put_bytes_max: 32 * MIB,
            part_bytes: 16 * MIB,
            part_concurrency: 2,
            upload_concurrency: 3,
            upload_bytes: 128 * MIB,
            verify: Verify::Full,
            chunk_cache: ChunkCacheOptions {
                memory_bytes: 64 * MIB,
                dir: None,
                disk_bytes: 1024 * MIB,
            },
            footer_cache_bytes: 16 * MIB,
            page_cache_bytes: 16 * MIB,
            read_ahead_bytes: 64 * MIB,
            read_ahead_max_bytes: 8 * MIB,
            read_ahead_gets: 3,
            tail_entries_max: 16,
            page_entries_max: 1024,
            trash_retention: Duration::from_secs(24 * 3600),
            request_timeout: Duration::from_secs(120),
            retry_pause: Duration::from_secs(1),
            retry_pause_max: Duration::from_secs(30),
            retention_interval: Duration::from_secs(60),
            orphan_grace: Duration::from_secs(3600),
            seed: None,
        }
    }
}
