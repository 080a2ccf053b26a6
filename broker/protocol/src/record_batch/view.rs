//! A batch where it lies, and its records.

use std::borrow::Cow;

use bytes::{Bytes, BytesMut};

use super::header::ATTRIBUTES_AT;
use super::{
    BatchError, BatchHeader, HEADER_LEN, RecordIter, patch_base_offset, patch_leader_epoch,
};
use crate::compression;

/// One whole batch: its bytes, shared, and its parsed header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordBatch {
    bytes: Bytes,
    header: BatchHeader,
}

impl RecordBatch {
    /// The batch at the front of `bytes`; what lies behind it is left out. The CRC is not looked
    /// at: see [`RecordBatch::verify_crc`].
    ///
    /// # Errors
    /// As [`BatchHeader::parse`], and [`BatchError::Truncated`] when the batch is not complete.
    pub fn parse(bytes: &Bytes) -> Result<Self, BatchError> {
        let header = BatchHeader::parse(bytes)?;
        let needed = header.total_len();
        if bytes.len() < needed {
            return Err(BatchError::Truncated {
                needed,
                available: bytes.len(),
            });
        }
        Ok(Self {
            bytes: bytes.slice(..needed),
            header,
        })
    }

    /// The header.
    #[must_use]
    pub fn header(&self) -> &BatchHeader {
        &self.header
    }

    /// The bytes of exactly this batch.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The bytes, by value.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.bytes
    }

    /// Compares the checksum in the header with the bytes.
    ///
    /// # Errors
    /// [`BatchError::WrongCrc`].
    pub fn verify_crc(&self) -> Result<(), BatchError> {
        let computed = crc_fast::crc32_iscsi(&self.bytes[ATTRIBUTES_AT..]);
        if computed == self.header.crc {
            return Ok(());
        }
        Err(BatchError::WrongCrc {
            stored: self.header.crc,
            computed,
        })
    }

    /// A copy that lies at `base_offset` under `leader_epoch`.
    #[must_use]
    pub fn placed_at(&self, base_offset: i64, leader_epoch: i32) -> Self {
        let mut bytes = BytesMut::from(&self.bytes[..]);
        patch_base_offset(&mut bytes, base_offset);
        patch_leader_epoch(&mut bytes, leader_epoch);
        let header = BatchHeader {
            base_offset,
            partition_leader_epoch: leader_epoch,
            ..self.header
        };
        Self {
            bytes: bytes.freeze(),
            header,
        }
    }

    /// The records, decompressed into at most `max_bytes`. Uncompressed ones are not copied.
    ///
    /// # Errors
    /// [`BatchError::Compression`].
    pub fn records(&self, max_bytes: usize) -> Result<DecodedRecords, BatchError> {
        let codec = self.header.attributes.codec()?;
        let bytes = match compression::decompress(codec, &self.bytes[HEADER_LEN..], max_bytes)? {
            Cow::Borrowed(_) => self.bytes.slice(HEADER_LEN..),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        Ok(DecodedRecords {
            bytes,
            header: self.header,
        })
    }
}

/// The records of one batch, decompressed.
#[derive(Debug, Clone)]
pub struct DecodedRecords {
    bytes: Bytes,
    header: BatchHeader,
}

impl DecodedRecords {
    /// Walks the records without allocating.
    #[must_use]
    pub fn iter(&self) -> RecordIter<'_> {
        RecordIter::new(&self.bytes, &self.header)
    }

    /// The decompressed bytes; [`Bytes::slice_ref`] turns a key or value of
    /// [`DecodedRecords::iter`] into a shared slice of them.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The header of their batch.
    #[must_use]
    pub fn header(&self) -> &BatchHeader {
        &self.header
    }
}

impl<'a> IntoIterator for &'a DecodedRecords {
    type Item = Result<super::RecordView<'a>, BatchError>;
    type IntoIter = RecordIter<'a>;

    fn into_iter(self) -> RecordIter<'a> {
        self.iter()
    }
}
