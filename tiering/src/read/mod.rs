//! Reads of tiered history.
//!
//! ```text
//! RemoteReader::read(tp, offset)
//!   ManifestReader   state -> tail entry | root page -> leaf page -> entry     pages cached, single flight
//!   FooterReader     entry -> footer (index, checksums)                        footers cached, single flight
//!   ChunkReader      footer + position -> chunks                               cache, flights, one GET per group
//!   Streams          who reads sequentially, and how far ahead to fetch        bounded by a budget
//! ```
//!
//! Every byte is compared with the checksums in the footer before it is handed out, and the footer with the checksum in
//! the manifest entry, and a page with the checksum in its parent, whose root is in the metadata.

mod bounded_cache;
mod chunk_reader;
mod footer_reader;
mod manifest_reader;
mod remote_reader;
mod scan;
mod single_flight;
mod streams;
mod timestamps;

pub(crate) use chunk_reader::ChunkReader;
pub(crate) use footer_reader::FooterReader;
pub(crate) use manifest_reader::{ManifestReader, load_page};
pub(crate) use remote_reader::RemoteReader;
pub(crate) use scan::Wanted;
