//! The journal: where batches of all partitions become durable, and the logs over it.
//!
//! The entry point is [`Journal`]: one per node, in one directory. Its [`PartitionLog`]s take
//! batches, give them offsets and hand them to one writer thread. The writer copies what has
//! gathered into an aligned buffer and makes it durable with one direct write; then observers
//! hear of it, and readers get slices of that same buffer.
//!
//! ```text
//!  append ──> PartitionLog ──queue──> writer ──group──> hot file (O_DIRECT | O_DSYNC)
//!               offsets,                │                  │ full: footer, next file
//!               producers               ▼                  ▼
//!  read  <──────────────────────── tail cache        sealed files ──copy-forward──> cold files
//!        <──page cache, verified───────────────────────────┘                            │
//!        <──────────────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! # Where is what
//!
//! | module | |
//! |---|---|
//! | [`format`] | the bytes, with tables |
//! | `journal` | files, writer, tail cache, recovery, recycling, copy-forward, full disk |
//! | `partition` | one log: append, read, truncate, segments, producers, epochs, time |
//! | [`disk`] | the seam to the disk, and the simulated one |
//! | `batch` | the header of record batches |
//! | [`inspect`] | a stopped or copied journal, read only: list, dump, verify, find |
//!
//! # Invariants
//!
//! The numbers I1 to I25 in this crate are those of the design. Here the journal answers for
//! I2 (with leader epochs from outside), I3, I4, I17, I18, I21, I23, I24 and I25.

mod batch;
pub mod disk;
mod error;
pub mod format;
pub mod inspect;
mod journal;
mod partition;

pub use batch::PayloadError;
pub use disk::{Disk, OsDisk};
pub use error::{AppendError, LogError, ReadError};
pub use journal::Journal;
#[cfg(feature = "sabotage")]
pub use journal::options::Sabotage;
pub use journal::options::{FatalHook, GroupHook, JournalOptions, PartitionLogOptions};
pub use journal::recovery::{Corruption, DamagedRange, RecoveryReport, TornEnd};
pub use journal::space::DiskLevel;
pub use journal::stats::JournalStats;
pub use partition::{
    AbortedTransaction, AppendOrigin, Appended, DurableObserver, LocalRead, PartitionLog,
    ProducerBatch, ProducerState, ReadPlan, SealedSegment, SegmentBatches, SegmentInfo,
};
