//! Primitives of Kafka's wire format, and what generated messages are made of.
//!
//! | type | fixed encoding | flexible encoding (KIP-482) |
//! |---|---|---|
//! | string, bytes, records | `i16` or `i32` length, -1 for null | unsigned varint of length + 1, 0 for null |
//! | array | `i32` count, -1 for null | unsigned varint of count + 1, 0 for null |
//! | struct | its fields | its fields, then tagged fields: count, then (tag, size, bytes) each |
//!
//! Numbers are big-endian. Every length is checked against the bytes that remain before anything
//! is allocated for it.

mod error;
mod message;
mod reader;
mod records;
mod str_bytes;
mod uuid;
mod varint;
mod writer;

pub use error::CodecError;
pub use message::{Message, Request};
pub use reader::Reader;
pub use records::Records;
pub use str_bytes::StrBytes;
pub use uuid::{InvalidUuid, Uuid};
pub(crate) use varint::{parse_signed_varint, parse_signed_varlong};
pub use varint::{
    signed_varint_len, signed_varlong_len, unsigned_varint_len, write_signed_varint,
    write_signed_varlong, write_unsigned_varint,
};
pub use writer::Writer;
