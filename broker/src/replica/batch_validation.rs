//! What a leader asks of a batch before it appends it.
//!
//! | looked at | when | refusal |
//! |---|---|---|
//! | exactly one batch of format 2, base offset 0 | always | INVALID_RECORD |
//! | zstd | Produce below version 7 | UNSUPPORTED_COMPRESSION_TYPE |
//! | size against `max.message.bytes` | always | MESSAGE_TOO_LARGE |
//! | CRC-32C | always | CORRUPT_MESSAGE |
//! | as many records as offsets, no control records, sequence with a producer id | always | INVALID_RECORD |
//! | transactional batch | always, until transactions are built | INVALID_TXN_STATE |
//! | timestamps within the topic's window, as the producer's | CreateTime | INVALID_TIMESTAMP |
//! | well-formed records, offsets 0, 1, 2, ... | uncompressed, or records have to be looked at | INVALID_RECORD |
//! | a key in every record | compacted topics | INVALID_RECORD |
//! | no record and no batch larger than what may be decompressed | records have to be looked at | MESSAGE_TOO_LARGE |
//!
//! Compressed batches are decompressed only for a compacted topic or another `compression.type`;
//! of all others the header speaks for the records.

use bytes::{Bytes, BytesMut};
use strandline_protocol::ErrorCode;
use strandline_protocol::codec::Records;
use strandline_protocol::compression::{self, Codec};
use strandline_protocol::record_batch::{
    BatchError, BatchHeader, HEADER_LEN, LENGTH_PREFIX_LEN, NO_TIMESTAMP, RecordBatch,
    TimestampType as BatchTimestampType, patch_max_timestamp,
};

use crate::config::{CompressionType, TimestampType, TopicConfig};

/// Records whose errors are told, as in Kafka.
const RECORD_ERRORS_MAX: usize = 3;

/// Bits of the attributes that hold the codec.
const CODEC_MASK: i16 = 0x07;

/// Where the attributes of a batch are.
const ATTRIBUTES_AT: usize = 21;

/// What a batch is held against.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The topic's configuration.
    pub config: &'a TopicConfig,
    /// Version of the Produce request.
    pub produce_version: i16,
    /// The wall clock.
    pub now_ms: i64,
    /// The most bytes that records may take when they are decompressed.
    pub decompressed_max: usize,
}

/// A batch that may be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validated {
    /// Its bytes; nearly always those that were sent.
    pub batch: Bytes,
    /// Its records.
    pub records: u32,
    /// The time that all its records get, if it is not the producer's.
    pub log_append_time: Option<i64>,
}

/// A batch that may not be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Kafka's code.
    pub code: ErrorCode,
    /// Why, for people.
    pub message: String,
    /// The first records that are to blame, by index, and why.
    pub records: Vec<(i32, String)>,
}

impl Rejected {
    /// A rejection of the batch as a whole.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            records: Vec::new(),
        }
    }
}

impl From<BatchError> for Rejected {
    fn from(error: BatchError) -> Self {
        let code = match &error {
            // Format 0 and 1 in a version of Produce that has only 2.
            BatchError::UnsupportedMagic(_) => ErrorCode::InvalidRecord,
            other => other.error_code(),
        };
        let mut rejected = Self::new(code, error.to_string());
        if let BatchError::InvalidRecord { index, reason } = error {
            let index = i32::try_from(index).unwrap_or(i32::MAX);
            rejected.records.push((index, reason.to_owned()));
        }
        rejected
    }
}

/// Whether [`validate`] would decompress what `records` begin with, so that the caller takes memory
/// for it first.
pub fn decompresses(records: &Records, config: &TopicConfig) -> bool {
    let Some(Ok(header)) = records.slices().first().map(|b| BatchHeader::parse(b)) else {
        return false;
    };
    match header.attributes.codec() {
        Ok(Codec::None) | Err(_) => false,
        Ok(codec) => looks_into(codec, config),
    }
}

/// Whether compressed records are looked at: as headers speak for the others, only where a record has to
/// have a key, or the batch is stored in another codec.
fn looks_into(codec: Codec, config: &TopicConfig) -> bool {
    config.cleanup_compact || target(config.compression_type, codec) != codec
}

/// Holds the records of one partition of a Produce request against `rules`.
///
/// # Errors
/// [`Rejected`]; nothing may be appended.
pub fn validate(records: Option<&Records>, rules: Rules<'_>) -> Result<Validated, Rejected> {
    let batch = one_batch(records)?;
    let header = *batch.header();
    let codec = header.attributes.codec().map_err(BatchError::from)?;
    if codec == Codec::Zstd && rules.produce_version < 7 {
        let message = "zstd needs Produce version 7";
        let code = ErrorCode::UnsupportedCompressionType;
        return Err(Rejected::new(code, message));
    }
    check_size(batch.bytes().len(), rules.config)?;
    if header.base_offset != 0 {
        let message = format!(
            "the base offset of a batch must be 0, not {}",
            header.base_offset
        );
        return Err(Rejected::new(ErrorCode::InvalidRecord, message));
    }
    batch.verify_crc()?;
    header.validate_for_produce()?;
    if header.attributes.is_transactional() {
        let message = "there is no transaction that this batch could belong to";
        return Err(Rejected::new(ErrorCode::InvalidTxnState, message));
    }
    let log_append_time = match rules.config.timestamp_type {
        TimestampType::CreateTime => None,
        TimestampType::LogAppendTime => Some(rules.now_ms),
    };
    check_header_timestamps(&header, rules, log_append_time)?;
    let batch = check_records(batch, codec, rules, log_append_time)?;
    let wanted = target(rules.config.compression_type, codec);
    let batch = if wanted == codec {
        batch
    } else {
        // What stays uncompressed must not exceed the topic's limit, and need not be produced.
        let max = match wanted {
            Codec::None => rules.decompressed_max.min(rules.config.max_message_bytes),
            _ => rules.decompressed_max,
        };
        recode(&batch, (codec, wanted), max, rules.config)?
    };
    Ok(Validated {
        batch,
        records: header.records_count.unsigned_abs(),
        log_append_time,
    })
}

fn one_batch(records: Option<&Records>) -> Result<RecordBatch, Rejected> {
    let none = || Rejected::new(ErrorCode::InvalidRecord, "there is no record batch");
    let bytes = records
        .filter(|r| !r.is_empty())
        .ok_or_else(none)?
        .to_bytes();
    let batch = RecordBatch::parse(&bytes)?;
    if batch.bytes().len() != bytes.len() {
        let message = "a partition of a Produce request holds exactly one record batch";
        return Err(Rejected::new(ErrorCode::InvalidRecord, message));
    }
    Ok(batch)
}

fn check_size(bytes: usize, config: &TopicConfig) -> Result<(), Rejected> {
    let limit = config.max_message_bytes;
    if bytes <= limit {
        return Ok(());
    }
    let message = format!("the batch has {bytes} bytes, max.message.bytes is {limit}");
    Err(Rejected::new(ErrorCode::MessageTooLarge, message))
}

fn check_header_timestamps(
    header: &BatchHeader,
    rules: Rules<'_>,
    log_append_time: Option<i64>,
) -> Result<(), Rejected> {
    if header.attributes.timestamp_type() == BatchTimestampType::LogAppendTime {
        let message = "only a broker sets the timestamp type to LogAppendTime";
        return Err(Rejected::new(ErrorCode::InvalidTimestamp, message));
    }
    if log_append_time.is_some() {
        return Ok(());
    }
    let mut claimed = [header.base_timestamp, header.max_timestamp].into_iter();
    match claimed.find(|timestamp| !is_inside(*timestamp, rules)) {
        Some(timestamp) => Err(Rejected::new(
            ErrorCode::InvalidTimestamp,
            outside(timestamp, rules),
        )),
        None => Ok(()),
    }
}

/// Whether `timestamp` is within the topic's window.
fn is_inside(timestamp: i64, rules: Rules<'_>) -> bool {
    let (first, last) = window(rules);
    timestamp == NO_TIMESTAMP || (first..=last).contains(&timestamp)
}

fn outside(timestamp: i64, rules: Rules<'_>) -> String {
    let (first, last) = window(rules);
    format!("timestamp {timestamp} is not within [{first}, {last}]")
}

/// The first and the last timestamp, in milliseconds, that the topic takes now.
fn window(rules: Rules<'_>) -> (i64, i64) {
    let ms = |d: std::time::Duration| i64::try_from(d.as_millis()).unwrap_or(i64::MAX);
    let before = rules.config.timestamp_before_max.map_or(i64::MAX, ms);
    let after = rules.config.timestamp_after_max.map_or(i64::MAX, ms);
    (
        rules.now_ms.saturating_sub(before),
        rules.now_ms.saturating_add(after),
    )
}

/// Walks the records where that is asked for; gives the batch, with the largest timestamp that its
/// records really have.
fn check_records(
    batch: RecordBatch,
    codec: Codec,
    rules: Rules<'_>,
    log_append_time: Option<i64>,
) -> Result<Bytes, Rejected> {
    if codec != Codec::None && !looks_into(codec, rules.config) {
        return Ok(batch.into_bytes());
    }
    let compact = rules.config.cleanup_compact;
    let max = rules.decompressed_max.max(batch.bytes().len());
    let mut errors = Errors::default();
    let mut max_timestamp = NO_TIMESTAMP;
    batch.walk_produced(max, |index, record| {
        max_timestamp = max_timestamp.max(record.timestamp);
        if compact && record.key.is_none() {
            errors.add(index, ErrorCode::InvalidRecord, || {
                "a compacted topic needs a key in every record".to_owned()
            });
        } else if log_append_time.is_none() && !is_inside(record.timestamp, rules) {
            let message = || outside(record.timestamp, rules);
            errors.add(index, ErrorCode::InvalidTimestamp, message);
        }
    })?;
    errors.finish()?;
    if max_timestamp == batch.header().max_timestamp || log_append_time.is_some() {
        return Ok(batch.into_bytes());
    }
    // Readers by time go by the header, so it has to be true; Kafka corrects it, too.
    let mut corrected = BytesMut::from(&batch.bytes()[..]);
    patch_max_timestamp(&mut corrected, max_timestamp);
    Ok(corrected.freeze())
}

/// Errors of single records.
#[derive(Debug, Default)]
struct Errors {
    count: usize,
    code: Option<ErrorCode>,
    first: Vec<(i32, String)>,
}

impl Errors {
    fn add(&mut self, index: i32, code: ErrorCode, message: impl FnOnce() -> String) {
        self.count += 1;
        // A wrong timestamp weighs more, as in Kafka.
        if self.code.is_none() || code == ErrorCode::InvalidTimestamp {
            self.code = Some(code);
        }
        if self.first.len() < RECORD_ERRORS_MAX {
            self.first.push((index, message()));
        }
    }

    fn finish(self) -> Result<(), Rejected> {
        let Some(code) = self.code else {
            return Ok(());
        };
        Err(Rejected {
            code,
            message: format!(
                "{} records were refused, and with them the batch",
                self.count
            ),
            records: self.first,
        })
    }
}

/// The codec that a batch is stored with.
fn target(wanted: CompressionType, sent: Codec) -> Codec {
    match wanted {
        CompressionType::Producer => sent,
        CompressionType::Uncompressed => Codec::None,
        CompressionType::Gzip => Codec::Gzip,
        CompressionType::Snappy => Codec::Snappy,
        CompressionType::Lz4 => Codec::Lz4,
        CompressionType::Zstd => Codec::Zstd,
    }
}

/// The same batch with its records in another codec, if it is not too large then.
fn recode(
    batch: &Bytes,
    (from, to): (Codec, Codec),
    max: usize,
    config: &TopicConfig,
) -> Result<Bytes, Rejected> {
    let sent = &batch[HEADER_LEN..];
    let plain =
        compression::decompress(from, sent, max.max(sent.len())).map_err(BatchError::from)?;
    let records = compression::compress(to, &plain).map_err(BatchError::from)?;
    let total = HEADER_LEN + records.len();
    check_size(total, config)?;
    let length =
        i32::try_from(total - LENGTH_PREFIX_LEN).map_err(|_| BatchError::TooLong(total))?;
    let mut recoded = BytesMut::with_capacity(total);
    recoded.extend_from_slice(&batch[..HEADER_LEN]);
    recoded.extend_from_slice(&records);
    recoded[8..12].copy_from_slice(&length.to_be_bytes());
    let header = BatchHeader::parse(batch)?;
    let attributes = (header.attributes.0 & !CODEC_MASK) | i16::from(to.id());
    recoded[ATTRIBUTES_AT..ATTRIBUTES_AT + 2].copy_from_slice(&attributes.to_be_bytes());
    // Sets the same timestamp, and the checksum of the new bytes.
    patch_max_timestamp(&mut recoded, header.max_timestamp);
    Ok(recoded.freeze())
}
