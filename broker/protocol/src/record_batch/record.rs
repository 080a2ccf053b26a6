//! Records and their headers, borrowed from the decompressed bytes.

use super::{BatchError, BatchHeader, TimestampType};
use crate::codec::{parse_signed_varint, parse_signed_varlong};

/// The fewest bytes of a record: length, attributes, two deltas, two null lengths, header count.
const RECORD_LEN_MIN: usize = 7;

/// The most bytes of a record's length.
const VARINT_LEN_MAX: usize = 5;

/// One record. Nothing is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordView<'a> {
    /// Absolute offset.
    pub offset: i64,
    /// Offset relative to the batch.
    pub offset_delta: i32,
    /// Milliseconds since 1970; the batch's max timestamp for log append time.
    pub timestamp: i64,
    /// Key, `None` if null.
    pub key: Option<&'a [u8]>,
    /// Value, `None` if null.
    pub value: Option<&'a [u8]>,
    /// Number of headers.
    pub headers_count: i32,
    headers: &'a [u8],
}

impl<'a> RecordView<'a> {
    /// The headers in order; keys may repeat and be empty, values may be null. They were checked
    /// when the record was read.
    #[must_use]
    pub fn headers(&self) -> HeaderIter<'a> {
        HeaderIter { rest: self.headers }
    }
}

/// Walks the records of a batch; ends with the first error.
#[derive(Debug, Clone)]
pub struct RecordIter<'a> {
    rest: &'a [u8],
    index: usize,
    count: usize,
    base_offset: i64,
    base_timestamp: i64,
    log_append_time: Option<i64>,
}

impl<'a> RecordIter<'a> {
    pub(super) fn new(bytes: &'a [u8], header: &BatchHeader) -> Self {
        Self::resume(bytes, header, 0)
    }

    /// Walks on in `bytes` behind the first `index` records.
    pub(super) fn resume(bytes: &'a [u8], header: &BatchHeader, index: usize) -> Self {
        let log_append_time = match header.attributes.timestamp_type() {
            TimestampType::CreateTime => None,
            TimestampType::LogAppendTime => Some(header.max_timestamp),
        };
        Self {
            rest: bytes,
            index,
            count: usize::try_from(header.records_count).unwrap_or(0),
            base_offset: header.base_offset,
            base_timestamp: header.base_timestamp,
            log_append_time,
        }
    }

    /// Bytes behind the last record that was read.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.rest.len()
    }

    /// Bytes that the next record takes, as far as it can be told: one more than there are if not even
    /// its length is whole, none if it is malformed or was the last.
    pub(super) fn next_len(&self) -> usize {
        if self.index >= self.count {
            return 0;
        }
        match parse_signed_varint(self.rest) {
            Some((len, prefix)) => usize::try_from(len).map_or(0, |len| prefix + len),
            None if self.rest.len() < VARINT_LEN_MAX => self.rest.len() + 1,
            None => 0,
        }
    }

    fn parse(&mut self) -> Result<RecordView<'a>, &'static str> {
        let mut prefix = Cursor(self.rest);
        let len = usize::try_from(prefix.varint()?).map_err(|_| "negative length")?;
        let body = prefix.take(len).ok_or("longer than its batch")?;
        let mut cursor = Cursor(body);
        cursor.take(1).ok_or("truncated")?;
        let timestamp_delta = cursor.varlong()?;
        let offset_delta = cursor.varint()?;
        let key = cursor.nullable()?;
        let value = cursor.nullable()?;
        let headers_count = cursor.varint()?;
        if headers_count < 0 {
            return Err("negative header count");
        }
        let headers = cursor.0;
        for _ in 0..headers_count {
            cursor.header()?;
        }
        if !cursor.0.is_empty() {
            return Err("longer than its fields");
        }
        if offset_delta < 0 {
            return Err("negative offset delta");
        }
        self.rest = prefix.0;
        let create_time = self.base_timestamp.wrapping_add(timestamp_delta);
        Ok(RecordView {
            offset: self.base_offset.wrapping_add(i64::from(offset_delta)),
            offset_delta,
            timestamp: self.log_append_time.unwrap_or(create_time),
            key,
            value,
            headers_count,
            headers,
        })
    }
}

impl<'a> Iterator for RecordIter<'a> {
    type Item = Result<RecordView<'a>, BatchError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.index >= self.count {
            return None;
        }
        let index = self.index;
        self.index += 1;
        let record = self.parse();
        if record.is_err() {
            self.count = self.index;
        }
        Some(record.map_err(|reason| BatchError::InvalidRecord { index, reason }))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.count - self.index;
        (0, Some(left.min(self.rest.len() / RECORD_LEN_MIN + 1)))
    }
}

/// Walks the headers of one record as (key, value).
#[derive(Debug, Clone)]
pub struct HeaderIter<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for HeaderIter<'a> {
    type Item = (&'a [u8], Option<&'a [u8]>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let mut cursor = Cursor(self.rest);
        let header = cursor.header().ok();
        self.rest = cursor.0;
        header
    }
}

/// A slice that is eaten from the front.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    fn varint(&mut self) -> Result<i32, &'static str> {
        let (value, len) = parse_signed_varint(self.0).ok_or("invalid varint")?;
        self.0 = &self.0[len..];
        Ok(value)
    }

    fn varlong(&mut self) -> Result<i64, &'static str> {
        let (value, len) = parse_signed_varlong(self.0).ok_or("invalid varint")?;
        self.0 = &self.0[len..];
        Ok(value)
    }

    fn nullable(&mut self) -> Result<Option<&'a [u8]>, &'static str> {
        let len = self.varint()?;
        if len == -1 {
            return Ok(None);
        }
        let len = usize::try_from(len).map_err(|_| "negative length")?;
        self.take(len).map(Some).ok_or("truncated")
    }

    fn header(&mut self) -> Result<(&'a [u8], Option<&'a [u8]>), &'static str> {
        let key = self.nullable()?.ok_or("header key is null")?;
        Ok((key, self.nullable()?))
    }
}
