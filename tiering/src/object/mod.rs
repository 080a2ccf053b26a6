//! One sealed segment, one immutable object.
//!
//! ```text
//! 0                 data_bytes                                     object_bytes
//! +-----------------+-------------------+--------------------+----------+
//! | batches         | producer snapshot | footer record      | head     |
//! | as in the log   | opaque            | zstd, CRC-32C      | 36 bytes |
//! +-----------------+-------------------+--------------------+----------+
//!  one CRC-32C per     one CRC-32C         CRC in the head      see `format::envelope`
//!  256 KiB block
//! ```
//!
//! The first `data_bytes` are a valid Kafka segment file. The footer (`SegmentFooter` in `schema/tiering.facts`) holds
//! where everything is, the sparse index, leader epochs, aborted transactions and all checksums; it is a few KiB, so that
//! the last 64 KiB of an object hold footer and index. A manifest entry repeats its place and checksum.

mod batch;
mod builder;
mod footer;
mod key;
mod put;

pub(crate) use batch::{BATCH_HEADER_BYTES, parse_batch};
pub(crate) use builder::ObjectIdentity;
pub(crate) use footer::{Footer, TAIL_BYTES};
pub use key::{Keys, ParsedKey};
pub(crate) use put::{put_object, verify_object};
