//! Object stores: where they are, how to reach them, and what is put around them.
//!
//! ```text
//! uploader, readers ──> dyn ObjectStore (object_store)
//!                          InstrumentedStore   requests, bytes, errors per operation
//!                          DeadlineStore       no request without an end
//!                          FaultStore          tests only
//!                          AmazonS3 | LocalFileSystem (fsync) | InMemory
//! ```
//!
//! Short hiccups are retried inside object_store's S3 client ([`StoreOptions::retry_max`]); everything that lasts
//! longer is retried by the driver with a fresh decision, never blindly.

mod bucket;
pub mod classify;
mod credentials;
pub mod deadline;
pub mod fault;
mod get;
pub mod instrument;
mod location;
mod open;
pub mod owner;
pub mod preflight;

pub use bucket::MissingBucket;
pub use get::{get_all, get_exact};
pub use location::StoreLocation;
pub use open::{ChecksumMode, StoreOptions, open_store};
