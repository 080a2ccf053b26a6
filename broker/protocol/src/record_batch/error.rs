//! What can be wrong with a record batch.

use crate::ErrorCode;
use crate::compression::CompressionError;

/// Why bytes are not a usable record batch.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BatchError {
    /// The buffer ends inside of the batch.
    #[error("truncated batch: {needed} bytes needed, {available} available")]
    Truncated {
        /// Bytes of the batch, or of its header if even that is incomplete.
        needed: usize,
        /// Bytes there are.
        available: usize,
    },
    /// The batch length can not be.
    #[error("invalid batch length {0}")]
    InvalidLength(i32),
    /// A format before version 2, or one that does not exist.
    #[error("unsupported batch format {0}")]
    UnsupportedMagic(i8),
    /// The checksum does not match the bytes.
    #[error("batch checksum is {stored:#010x}, its bytes have {computed:#010x}")]
    WrongCrc {
        /// In the header.
        stored: u32,
        /// Of the bytes.
        computed: u32,
    },
    /// Fields of the header contradict each other.
    #[error("invalid batch header: {0}")]
    InvalidHeader(&'static str),
    /// A record is not well-formed.
    #[error("invalid record {index}: {reason}")]
    InvalidRecord {
        /// Position in the batch, from 0.
        index: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The batch would be longer than its length field can say.
    #[error("batch of {0} bytes is too long")]
    TooLong(usize),
    /// The records do not decompress.
    #[error(transparent)]
    Compression(#[from] CompressionError),
}

impl BatchError {
    /// What a producer is told.
    #[must_use]
    pub fn error_code(&self) -> ErrorCode {
        match self {
            Self::UnsupportedMagic(_) => ErrorCode::UnsupportedForMessageFormat,
            Self::InvalidHeader(_) | Self::InvalidRecord { .. } => ErrorCode::InvalidRecord,
            Self::TooLong(_) => ErrorCode::MessageTooLarge,
            Self::Compression(CompressionError::UnknownCodec(_)) => {
                ErrorCode::UnsupportedCompressionType
            }
            Self::Compression(CompressionError::TooLarge { .. }) => ErrorCode::MessageTooLarge,
            Self::Truncated { .. }
            | Self::InvalidLength(_)
            | Self::WrongCrc { .. }
            | Self::Compression(_) => ErrorCode::CorruptMessage,
        }
    }
}
