//! Why bytes are not a message, or a message has no bytes.

use thiserror::Error;

/// Failure of decoding or encoding. Decoding errors are the peer's fault, encoding errors ours.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CodecError {
    /// The bytes end inside a field.
    #[error("{needed} bytes needed, {remaining} remain")]
    Truncated {
        /// Bytes that the field needs.
        needed: usize,
        /// Bytes that are there.
        remaining: usize,
    },
    /// A count that the remaining bytes cannot hold.
    #[error("array of {count} elements in {remaining} bytes")]
    ArrayTooLong {
        /// What the wire says.
        count: usize,
        /// Bytes that are there.
        remaining: usize,
    },
    /// The arrays of one message ask for more memory than its reader allows.
    #[error("arrays would take {needed} bytes, {left} are left of the allowance")]
    AllocationLimit {
        /// Bytes that the next array takes in memory.
        needed: usize,
        /// Bytes that are left.
        left: usize,
    },
    /// A negative length that does not mean null.
    #[error("length {0}")]
    NegativeLength(i64),
    /// Null where the field is not nullable.
    #[error("field `{0}` is null")]
    UnexpectedNull(&'static str),
    /// A variable-length number with too many bytes.
    #[error("varint too long")]
    VarintTooLong,
    /// Text that is not UTF-8.
    #[error("text is not UTF-8")]
    InvalidUtf8,
    /// More tagged fields in a struct than any message has.
    #[error("{0} tagged fields")]
    TooManyTags(u32),
    /// Tags not in ascending order, or a tag twice.
    #[error("tag {0} out of order")]
    TagOutOfOrder(u32),
    /// A tagged field whose content has another size than announced.
    #[error("tagged field {tag} leaves {left} bytes")]
    TagSize {
        /// The tag.
        tag: u32,
        /// Bytes of it that were not read.
        left: usize,
    },
    /// Bytes after the end of a message.
    #[error("{0} bytes after the message")]
    TrailingBytes(usize),
    /// A version that the message does not have.
    #[error("{message} has no version {version}")]
    UnsupportedVersion {
        /// Name of the message.
        message: &'static str,
        /// The version asked for.
        version: i16,
    },
    /// A value that the version cannot carry.
    #[error("{message}.{field} cannot be encoded at version {version}")]
    NotInVersion {
        /// Name of the message or struct.
        message: &'static str,
        /// Name of the field.
        field: &'static str,
        /// The version asked for.
        version: i16,
    },
    /// A value too long for its length field.
    #[error("{0} bytes are too long for the field")]
    TooLong(usize),
}
