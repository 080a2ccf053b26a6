//! What the tier did and holds, as one value for metrics and `status`.

use crate::cache::ChunkCacheStats;
use crate::store::instrument::OperationSnapshot;

/// Counters (they only grow) and gauges at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TierStats {
    /// Segments uploaded and committed.
    pub uploads: u64,
    /// Bytes of their objects.
    pub upload_bytes: u64,
    /// Uploads that failed or were refused.
    pub upload_failures: u64,
    /// Sealed, stable bytes that wait for upload, over all led partitions.
    pub upload_debt_bytes: u64,
    /// Memory reserved by uploads.
    pub upload_reserved_bytes: u64,
    /// Reads of remote history.
    pub reads: u64,
    /// Bytes they answered.
    pub read_bytes: u64,
    /// Reads that failed.
    pub read_failures: u64,
    /// Memory reserved by GETs under way and by what was read ahead.
    pub read_reserved_bytes: u64,
    /// Bytes of chunks that came from the store.
    pub fetched_bytes: u64,
    /// Chunks found in the cache.
    pub cache_hits: u64,
    /// Chunks that had to be fetched.
    pub cache_misses: u64,
    /// Chunks in the cache that did not match their object.
    pub cache_damaged: u64,
    /// The chunk cache itself.
    pub cache: ChunkCacheStats,
    /// Memory of decoded footers.
    pub footer_cache_bytes: u64,
    /// Memory of decoded manifest pages.
    pub page_cache_bytes: u64,
    /// Sequential readers remembered.
    pub sequential_readers: u64,
    /// Objects deleted.
    pub deleted_objects: u64,
    /// Their bytes, as far as known.
    pub deleted_bytes: u64,
    /// Requests to the store by operation.
    pub store: Vec<OperationSnapshot>,
}
