//! Writing batches.

use bytes::{BufMut, Bytes, BytesMut};

use super::header::MAGIC;
use super::patch::patch_crc;
use super::{
    Attributes, BatchError, HEADER_LEN, LENGTH_PREFIX_LEN, NO_PRODUCER_EPOCH, NO_PRODUCER_ID,
    NO_SEQUENCE, NO_TIMESTAMP, TimestampType,
};
use crate::codec::{
    signed_varint_len, signed_varlong_len, write_signed_varint, write_signed_varlong,
};
use crate::compression::{self, Codec};

/// A header of a record to be written: key and value, `None` is null.
pub type RecordHeaderRef<'a> = (&'a [u8], Option<&'a [u8]>);

/// Collects records and makes one batch of them. Offsets are consecutive from the base offset.
#[derive(Debug, Clone)]
pub struct RecordBatchBuilder {
    base_offset: i64,
    leader_epoch: i32,
    attributes: Attributes,
    codec: Codec,
    producer_id: i64,
    producer_epoch: i16,
    base_sequence: i32,
    base_timestamp: i64,
    max_timestamp: i64,
    count: i32,
    records: BytesMut,
}

impl Default for RecordBatchBuilder {
    fn default() -> Self {
        Self::new(Codec::None)
    }
}

impl RecordBatchBuilder {
    /// An empty batch as a producer without idempotence starts it.
    #[must_use]
    pub fn new(codec: Codec) -> Self {
        Self {
            base_offset: 0,
            leader_epoch: -1,
            attributes: Attributes::default().with_codec(codec),
            codec,
            producer_id: NO_PRODUCER_ID,
            producer_epoch: NO_PRODUCER_EPOCH,
            base_sequence: NO_SEQUENCE,
            base_timestamp: NO_TIMESTAMP,
            max_timestamp: NO_TIMESTAMP,
            count: 0,
            records: BytesMut::new(),
        }
    }

    /// Sets the offset of the first record; producers leave it 0.
    #[must_use]
    pub fn base_offset(mut self, base_offset: i64) -> Self {
        self.base_offset = base_offset;
        self
    }

    /// Sets the leader epoch; producers leave it -1.
    #[must_use]
    pub fn leader_epoch(mut self, leader_epoch: i32) -> Self {
        self.leader_epoch = leader_epoch;
        self
    }

    /// Names the producer and the sequence number of the first record.
    #[must_use]
    pub fn producer(mut self, producer_id: i64, epoch: i16, base_sequence: i32) -> Self {
        self.producer_id = producer_id;
        self.producer_epoch = epoch;
        self.base_sequence = base_sequence;
        self
    }

    /// Makes the batch part of a transaction.
    #[must_use]
    pub fn transactional(mut self) -> Self {
        self.attributes = self.attributes.with_transactional();
        self
    }

    /// Makes it a batch of control records.
    #[must_use]
    pub fn control(mut self) -> Self {
        self.attributes = self.attributes.with_control();
        self
    }

    /// Says what the timestamps mean.
    #[must_use]
    pub fn timestamp_type(mut self, timestamp_type: TimestampType) -> Self {
        self.attributes = self.attributes.with_timestamp_type(timestamp_type);
        self
    }

    /// Appends a record and returns its offset. The first record's timestamp is the one that the
    /// others are relative to.
    ///
    /// # Errors
    /// [`BatchError::TooLong`] when the record or the batch exceeds 2^31 - 1 bytes or records.
    pub fn append(
        &mut self,
        timestamp: i64,
        key: Option<&[u8]>,
        value: Option<&[u8]>,
        headers: &[RecordHeaderRef<'_>],
    ) -> Result<i64, BatchError> {
        if self.count == 0 {
            self.base_timestamp = timestamp;
        }
        let timestamp_delta = timestamp.wrapping_sub(self.base_timestamp);
        let body_len = body_len(timestamp_delta, self.count, key, value, headers);
        let fits = self.len() + 5 + body_len <= i32::MAX as usize && self.count < i32::MAX;
        if !fits {
            return Err(BatchError::TooLong(self.len() + body_len));
        }
        let out = &mut self.records;
        out.reserve(5 + body_len);
        write_signed_varint(out, length(body_len));
        out.put_i8(0);
        write_signed_varlong(out, timestamp_delta);
        write_signed_varint(out, self.count);
        put_nullable(out, key);
        put_nullable(out, value);
        write_signed_varint(out, length(headers.len()));
        for (key, value) in headers {
            put_nullable(out, Some(key));
            put_nullable(out, *value);
        }
        self.max_timestamp = self.max_timestamp.max(timestamp);
        self.count += 1;
        Ok(self.base_offset + i64::from(self.count) - 1)
    }

    /// Bytes of the batch so far, before compression.
    #[must_use]
    pub fn len(&self) -> usize {
        HEADER_LEN + self.records.len()
    }

    /// Whether there is no record yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Records so far.
    #[must_use]
    pub fn records_count(&self) -> i32 {
        self.count
    }

    /// The finished batch.
    ///
    /// # Errors
    /// [`BatchError::InvalidHeader`] without a record, [`BatchError::Compression`],
    /// [`BatchError::TooLong`].
    pub fn build(self) -> Result<Bytes, BatchError> {
        if self.count == 0 {
            return Err(BatchError::InvalidHeader("a batch has at least one record"));
        }
        let compressed;
        let records = match self.codec {
            Codec::None => &self.records[..],
            codec => {
                compressed = compression::compress(codec, &self.records)?;
                &compressed
            }
        };
        let total = HEADER_LEN + records.len();
        let batch_length =
            i32::try_from(total - LENGTH_PREFIX_LEN).map_err(|_| BatchError::TooLong(total))?;
        let mut out = BytesMut::with_capacity(total);
        out.put_i64(self.base_offset);
        out.put_i32(batch_length);
        out.put_i32(self.leader_epoch);
        out.put_i8(MAGIC);
        out.put_u32(0);
        out.put_i16(self.attributes.0);
        out.put_i32(self.count - 1);
        out.put_i64(self.base_timestamp);
        out.put_i64(self.max_timestamp);
        out.put_i64(self.producer_id);
        out.put_i16(self.producer_epoch);
        out.put_i32(self.base_sequence);
        out.put_i32(self.count);
        out.put_slice(records);
        patch_crc(&mut out);
        Ok(out.freeze())
    }
}

fn length(len: usize) -> i32 {
    i32::try_from(len).expect("append refuses what does not fit a batch")
}

fn nullable_len(bytes: Option<&[u8]>) -> usize {
    // A length beyond i32 makes the sum exceed it too, and append refuses that.
    bytes.map_or(1, |b| {
        signed_varint_len(i32::try_from(b.len()).unwrap_or(i32::MAX)) + b.len()
    })
}

fn body_len(
    timestamp_delta: i64,
    offset_delta: i32,
    key: Option<&[u8]>,
    value: Option<&[u8]>,
    headers: &[RecordHeaderRef<'_>],
) -> usize {
    let headers_len: usize = headers
        .iter()
        .map(|(key, value)| nullable_len(Some(key)) + nullable_len(*value))
        .sum();
    let count = i32::try_from(headers.len()).unwrap_or(i32::MAX);
    1 + signed_varlong_len(timestamp_delta)
        + signed_varint_len(offset_delta)
        + nullable_len(key)
        + nullable_len(value)
        + signed_varint_len(count)
        + headers_len
}

fn put_nullable(out: &mut BytesMut, bytes: Option<&[u8]>) {
    match bytes {
        None => write_signed_varint(out, -1),
        Some(bytes) => {
            write_signed_varint(out, length(bytes.len()));
            out.put_slice(bytes);
        }
    }
}
