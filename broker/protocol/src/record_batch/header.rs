//! The fixed part of a batch.

use super::{BatchError, NO_PRODUCER_ID};
use crate::compression::{Codec, CompressionError};

/// Bytes in front of the records.
pub const HEADER_LEN: usize = 61;

/// Bytes that the batch length does not count: base offset and the length itself.
pub const LENGTH_PREFIX_LEN: usize = 12;

pub(super) const BATCH_LENGTH_AT: usize = 8;
pub(super) const LEADER_EPOCH_AT: usize = 12;
pub(super) const MAGIC_AT: usize = 16;
pub(super) const CRC_AT: usize = 17;
pub(super) const ATTRIBUTES_AT: usize = 21;
pub(super) const MAX_TIMESTAMP_AT: usize = 35;
pub(super) const MAGIC: i8 = 2;

const _: () = assert!(HEADER_LEN == 57 + size_of::<i32>());

/// What the timestamps of a batch mean.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TimestampType {
    /// Set by the producer.
    #[default]
    CreateTime,
    /// Set by the broker; all records have the batch's max timestamp.
    LogAppendTime,
}

/// The attribute bits of a batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Attributes(pub i16);

impl Attributes {
    const LOG_APPEND_TIME: i16 = 1 << 3;
    const TRANSACTIONAL: i16 = 1 << 4;
    const CONTROL: i16 = 1 << 5;
    const DELETE_HORIZON: i16 = 1 << 6;

    /// How the records are compressed.
    ///
    /// # Errors
    /// [`CompressionError::UnknownCodec`] for 5, 6 and 7.
    pub fn codec(self) -> Result<Codec, CompressionError> {
        Codec::from_id(self.0.to_be_bytes()[1] & 0x07)
    }

    /// What the timestamps mean.
    #[must_use]
    pub const fn timestamp_type(self) -> TimestampType {
        if self.0 & Self::LOG_APPEND_TIME == 0 {
            TimestampType::CreateTime
        } else {
            TimestampType::LogAppendTime
        }
    }

    /// Whether the batch belongs to a transaction.
    #[must_use]
    pub const fn is_transactional(self) -> bool {
        self.0 & Self::TRANSACTIONAL != 0
    }

    /// Whether the batch holds control records, which no client delivers.
    #[must_use]
    pub const fn is_control(self) -> bool {
        self.0 & Self::CONTROL != 0
    }

    /// Whether the base timestamp is the time from which compaction may drop tombstones.
    #[must_use]
    pub const fn has_delete_horizon(self) -> bool {
        self.0 & Self::DELETE_HORIZON != 0
    }

    #[must_use]
    pub(super) const fn with_codec(self, codec: Codec) -> Self {
        Self((self.0 & !0x07) | codec.id() as i16)
    }

    #[must_use]
    pub(super) const fn with_timestamp_type(self, timestamp_type: TimestampType) -> Self {
        match timestamp_type {
            TimestampType::CreateTime => Self(self.0 & !Self::LOG_APPEND_TIME),
            TimestampType::LogAppendTime => Self(self.0 | Self::LOG_APPEND_TIME),
        }
    }

    #[must_use]
    pub(super) const fn with_transactional(self) -> Self {
        Self(self.0 | Self::TRANSACTIONAL)
    }

    #[must_use]
    pub(super) const fn with_control(self) -> Self {
        Self(self.0 | Self::CONTROL)
    }
}

/// The header of a batch, field by field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchHeader {
    /// Offset of the first record the batch had when it was written.
    pub base_offset: i64,
    /// Bytes from the leader epoch to the end.
    pub batch_length: i32,
    /// Epoch of the leader that appended it; -1 as sent by producers.
    pub partition_leader_epoch: i32,
    /// CRC-32C of everything behind it.
    pub crc: u32,
    /// Codec and flags.
    pub attributes: Attributes,
    /// Offset of the last record relative to the first.
    pub last_offset_delta: i32,
    /// Timestamp that record timestamps are relative to.
    pub base_timestamp: i64,
    /// Largest timestamp.
    pub max_timestamp: i64,
    /// Producer, -1 without idempotence.
    pub producer_id: i64,
    /// Epoch of the producer.
    pub producer_epoch: i16,
    /// Sequence number of the first record.
    pub base_sequence: i32,
    /// Number of records; fewer than offsets in compacted batches.
    pub records_count: i32,
}

fn field<const N: usize>(bytes: &[u8; HEADER_LEN], at: usize) -> [u8; N] {
    *bytes[at..]
        .first_chunk()
        .expect("every field ends within the header")
}

impl BatchHeader {
    /// Reads and checks the header of the batch at the front of `bytes`. Does not ask for the
    /// whole batch and does not verify the CRC.
    ///
    /// # Errors
    /// [`BatchError::Truncated`] with fewer than 61 bytes, [`BatchError::UnsupportedMagic`],
    /// [`BatchError::InvalidLength`], and [`BatchError::InvalidHeader`] when counts are negative.
    pub fn parse(bytes: &[u8]) -> Result<Self, BatchError> {
        let magic = bytes.get(MAGIC_AT).map(|magic| i8::from_be_bytes([*magic]));
        if let Some(magic) = magic.filter(|magic| *magic != MAGIC) {
            return Err(BatchError::UnsupportedMagic(magic));
        }
        let truncated = BatchError::Truncated {
            needed: HEADER_LEN,
            available: bytes.len(),
        };
        let b: &[u8; HEADER_LEN] = bytes.first_chunk().ok_or(truncated)?;
        let header = Self {
            base_offset: i64::from_be_bytes(field(b, 0)),
            batch_length: i32::from_be_bytes(field(b, BATCH_LENGTH_AT)),
            partition_leader_epoch: i32::from_be_bytes(field(b, LEADER_EPOCH_AT)),
            crc: u32::from_be_bytes(field(b, CRC_AT)),
            attributes: Attributes(i16::from_be_bytes(field(b, ATTRIBUTES_AT))),
            last_offset_delta: i32::from_be_bytes(field(b, 23)),
            base_timestamp: i64::from_be_bytes(field(b, 27)),
            max_timestamp: i64::from_be_bytes(field(b, MAX_TIMESTAMP_AT)),
            producer_id: i64::from_be_bytes(field(b, 43)),
            producer_epoch: i16::from_be_bytes(field(b, 51)),
            base_sequence: i32::from_be_bytes(field(b, 53)),
            records_count: i32::from_be_bytes(field(b, 57)),
        };
        if header.batch_length < (HEADER_LEN - LENGTH_PREFIX_LEN) as i32 {
            return Err(BatchError::InvalidLength(header.batch_length));
        }
        if header.last_offset_delta < 0 {
            return Err(BatchError::InvalidHeader("last offset delta is negative"));
        }
        if header.records_count < 0 {
            return Err(BatchError::InvalidHeader("records count is negative"));
        }
        if i64::MAX - i64::from(header.last_offset_delta) - 1 < header.base_offset {
            return Err(BatchError::InvalidHeader("offsets overflow"));
        }
        Ok(header)
    }

    /// What a leader asks of a client's batch beyond [`BatchHeader::parse`]: a known codec, as
    /// many records as offsets and at least one, no control records, and a sequence number if
    /// there is a producer id.
    ///
    /// # Errors
    /// [`BatchError::InvalidHeader`] and [`BatchError::Compression`].
    pub fn validate_for_produce(&self) -> Result<(), BatchError> {
        self.attributes.codec()?;
        if self.records_count == 0 || self.records_count - 1 != self.last_offset_delta {
            return Err(BatchError::InvalidHeader(
                "records count does not match the offsets",
            ));
        }
        if self.attributes.is_control() {
            return Err(BatchError::InvalidHeader(
                "clients do not write control records",
            ));
        }
        if self.producer_id != NO_PRODUCER_ID {
            if self.base_sequence < 0 {
                return Err(BatchError::InvalidHeader(
                    "producer id without a sequence number",
                ));
            }
            if self.producer_epoch < 0 {
                return Err(BatchError::InvalidHeader("producer id without an epoch"));
            }
        } else if self.attributes.is_transactional() {
            return Err(BatchError::InvalidHeader(
                "transactional batch without a producer id",
            ));
        }
        Ok(())
    }

    /// Bytes of the whole batch.
    #[must_use]
    pub fn total_len(&self) -> usize {
        LENGTH_PREFIX_LEN + usize::try_from(self.batch_length).unwrap_or(0)
    }

    /// Offset of the last record, inclusive.
    #[must_use]
    pub fn last_offset(&self) -> i64 {
        self.base_offset + i64::from(self.last_offset_delta)
    }

    /// Offset behind the last record.
    #[must_use]
    pub fn end_offset(&self) -> i64 {
        self.last_offset() + 1
    }

    /// Sequence number of the last record; numbers wrap from 2^31 - 1 to 0. -1 without a producer.
    #[must_use]
    pub fn last_sequence(&self) -> i32 {
        if self.base_sequence < 0 {
            return self.base_sequence;
        }
        (self.base_sequence.wrapping_add(self.last_offset_delta)) & i32::MAX
    }
}
