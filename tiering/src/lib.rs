//! Tiered storage: sealed segments become immutable objects in a store, and the history in the store is read back.
//!
//! The entry point is [`Tier`]: it uploads, reads, retains. [`TierDriver`] drives it for all partitions that a broker
//! leads, through the seams [`TierHost`] (the broker's partitions) and [`ManifestLog`] (the metadata). The tier knows
//! neither the metadata nor the network between brokers.
//!
//! ```text
//! sealed segment ──SegmentSource──> object ──> store          [`object`]
//!                                     └─ entry ──ManifestLog──> tail ──fold──> page objects   [`manifest`]
//! read(offset) ──> manifest ──> footer ──> chunks: cache | GET                                [`read`]
//! ```
//!
//! Rules that hold everywhere (numbers are those of the design):
//!
//! - An object that no manifest refers to is not part of the log. Upload, read back and verify, then commit (I19).
//! - Local data goes only after the covering manifest is committed, read again, and complete (I21).
//! - Nothing a manifest or an undue trash list refers to is deleted, and nothing while the prefix is not ours (I20).
//! - No byte is served before it matched a checksum on a path of checksums that begins in the metadata.
//! - Memory is bounded by options, not by history, segments or readers (I25).

mod budget;
pub mod cache;
mod checksum;
mod driver;
mod error;
pub mod format;
mod ids;
pub mod inspect;
mod inventory;
mod manifest;
mod manifest_log;
mod object;
mod options;
mod outage;
mod read;
mod retention;
mod schedule;
mod sealed_segment;
mod segment_source;
mod stats;
pub mod store;
mod tier;
mod trash;
mod upload_plan;
mod uploader;
mod waker;

pub use budget::{Budget, Reservation};
pub use driver::{TierDriver, TierHost};
pub use error::{ErrorKind, StoreFault, StoreFaultClass, TierError};
pub use format::{PageRef, SegmentEntry};
pub use inventory::{ObjectUse, ReferencedObject};
pub use manifest_log::{
    CommitOutcome, ManifestChange, ManifestChangeKind, ManifestLog, ManifestState, RootEntry,
    TailEntry,
};
pub use object::{Keys, ParsedKey};
pub use options::{BLOCK_BYTES, CHUNK_BYTES, ChunkCacheOptions, TierOptions, Verify};
pub use retention::{RetainedSegment, RetentionScan, RetentionSettings, start_after_retention};
pub use segment_source::{AbortedRange, EpochStart, ProducersAtEnd, SegmentSource};
pub use stats::TierStats;
pub use store::{MissingBucket, StoreLocation, StoreOptions, open_store};
pub use tier::{Tier, TieredRange};
pub use trash::Deleted;
pub use upload_plan::{Candidate, LedPartition, TierMode, UploadPlan, debt_bytes, next_segment};
pub use uploader::Uploaded;
pub use waker::TierWaker;
