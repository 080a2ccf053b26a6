//! Goal: every row of the table in `validation` refuses what it should, with the code that Kafka
//! gives, and nothing else. Method: batches from the builder, each broken in one place.

use bytes::{Bytes, BytesMut};
use strandline_protocol::ErrorCode;
use strandline_protocol::codec::Records;
use strandline_protocol::compression::Codec;
use strandline_protocol::record_batch::{
    RecordBatch, RecordBatchBuilder, TimestampType as BatchTimestampType, patch_max_timestamp,
};

use super::batch_validation::{Rejected, Rules, Validated, decompresses, validate};
use crate::config::{CompressionType, Profile, Settings, TimestampType, TopicConfig};

const NOW: i64 = 1_700_000_000_000;

fn config() -> TopicConfig {
    Settings::defaults(Profile::Server).topic(&Default::default())
}

fn batch(codec: Codec, records: usize) -> Bytes {
    let mut builder = RecordBatchBuilder::new(codec);
    for i in 0..records {
        let value = vec![i as u8; 100];
        builder
            .append(NOW + i as i64, Some(b"key"), Some(&value), &[])
            .unwrap();
    }
    builder.build().unwrap()
}

fn check(bytes: Bytes, config: &TopicConfig) -> Result<Validated, Rejected> {
    check_version(bytes, config, 9)
}

fn check_version(
    bytes: Bytes,
    config: &TopicConfig,
    produce_version: i16,
) -> Result<Validated, Rejected> {
    let rules = Rules {
        config,
        produce_version,
        now_ms: NOW,
        decompressed_max: 1 << 20,
    };
    validate(Some(&Records::from(bytes)), rules)
}

/// The batch with `change` made to its bytes and the checksum made right again.
fn changed(batch: &Bytes, change: impl FnOnce(&mut [u8])) -> Bytes {
    let mut bytes = BytesMut::from(&batch[..]);
    change(&mut bytes);
    let max = i64::from_be_bytes(bytes[35..43].try_into().unwrap());
    patch_max_timestamp(&mut bytes, max);
    bytes.freeze()
}

#[test]
fn good_batches_pass_unchanged() {
    for codec in Codec::ALL {
        let sent = batch(codec, 5);
        let valid = check(sent.clone(), &config()).unwrap();
        assert_eq!(
            (valid.batch, valid.records, valid.log_append_time),
            (sent, 5, None)
        );
    }
}

#[test]
fn broken_batches_get_the_code_of_kafka() {
    let sent = batch(Codec::None, 3);
    let gzip = batch(Codec::Gzip, 3);
    let two = Bytes::from([&sent[..], &sent[..]].concat());
    let cases = [
        ("empty", Bytes::new(), ErrorCode::InvalidRecord),
        ("two batches", two, ErrorCode::InvalidRecord),
        (
            "cut",
            sent.slice(..sent.len() - 1),
            ErrorCode::CorruptMessage,
        ),
        ("header cut", sent.slice(..30), ErrorCode::CorruptMessage),
        (
            "magic 1",
            changed(&sent, |b| b[16] = 1),
            ErrorCode::InvalidRecord,
        ),
        (
            "base offset",
            changed(&sent, |b| b[7] = 1),
            ErrorCode::InvalidRecord,
        ),
        ("crc", corrupt(&sent), ErrorCode::CorruptMessage),
        (
            "count",
            changed(&sent, |b| b[60] = 4),
            ErrorCode::InvalidRecord,
        ),
        (
            "no records",
            changed(&sent, |b| b[60] = 0),
            ErrorCode::InvalidRecord,
        ),
        (
            "control",
            changed(&sent, |b| b[22] |= 1 << 5),
            ErrorCode::InvalidRecord,
        ),
        (
            "codec 7",
            changed(&sent, |b| b[22] |= 7),
            ErrorCode::UnsupportedCompressionType,
        ),
        ("append time", appended(), ErrorCode::InvalidTimestamp),
        ("transaction", transactional(), ErrorCode::InvalidTxnState),
        (
            "producer without sequence",
            changed(&sent, |b| b[43..51].fill(0)),
            ErrorCode::InvalidRecord,
        ),
        // The delta of the second record's offset.
        (
            "offset delta",
            changed(&sent, second_offset_delta),
            ErrorCode::InvalidRecord,
        ),
        (
            "gzip count",
            changed(&gzip, |b| b[60] = 4),
            ErrorCode::InvalidRecord,
        ),
    ];
    for (name, bytes, code) in cases {
        let refused = check(bytes, &config()).expect_err(name);
        assert_eq!(refused.code, code, "{name}");
    }
    let rules = Rules {
        config: &config(),
        produce_version: 9,
        now_ms: NOW,
        decompressed_max: 1,
    };
    assert_eq!(
        validate(None, rules).unwrap_err().code,
        ErrorCode::InvalidRecord
    );
}

fn corrupt(batch: &Bytes) -> Bytes {
    let mut bytes = BytesMut::from(&batch[..]);
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    bytes.freeze()
}

fn transactional() -> Bytes {
    let mut builder = RecordBatchBuilder::new(Codec::None)
        .producer(7, 0, 0)
        .transactional();
    builder.append(NOW, None, None, &[]).unwrap();
    builder.build().unwrap()
}

fn appended() -> Bytes {
    let mut builder =
        RecordBatchBuilder::new(Codec::None).timestamp_type(BatchTimestampType::LogAppendTime);
    builder.append(NOW, None, None, &[]).unwrap();
    builder.build().unwrap()
}

fn second_offset_delta(bytes: &mut [u8]) {
    // length (2), attributes, timestamp delta, offset delta of the first record
    let first = 61;
    let length = usize::from(bytes[first] & 0x7f) | usize::from(bytes[first + 1]) << 7;
    let second = first + 2 + (length >> 1);
    assert_eq!(bytes[second + 4], 2, "zigzag of 1");
    bytes[second + 4] = 6;
}

#[test]
fn zstd_needs_version_7() {
    let sent = batch(Codec::Zstd, 1);
    let refused = check_version(sent.clone(), &config(), 6).unwrap_err();
    assert_eq!(refused.code, ErrorCode::UnsupportedCompressionType);
    check_version(sent, &config(), 7).unwrap();
}

#[test]
fn size_counts_the_whole_batch() {
    let sent = batch(Codec::None, 3);
    let limited = |max_message_bytes| TopicConfig {
        max_message_bytes,
        ..config()
    };
    check(sent.clone(), &limited(sent.len())).unwrap();
    let refused = check(sent.clone(), &limited(sent.len() - 1)).unwrap_err();
    assert_eq!(refused.code, ErrorCode::MessageTooLarge);
}

#[test]
fn compacted_topics_need_keys_in_compressed_batches_too() {
    let compacted = TopicConfig {
        cleanup_compact: true,
        ..config()
    };
    for codec in Codec::ALL {
        let mut builder = RecordBatchBuilder::new(codec);
        for i in 0..6 {
            let key: Option<&[u8]> = if i % 2 == 0 { Some(b"") } else { None };
            builder.append(NOW, key, None, &[]).unwrap();
        }
        let sent = builder.build().unwrap();
        assert_eq!(
            decompresses(&Records::from(sent.clone()), &compacted),
            codec != Codec::None
        );
        let refused = check(sent.clone(), &compacted).unwrap_err();
        assert_eq!(refused.code, ErrorCode::InvalidRecord);
        let indexes: Vec<i32> = refused.records.iter().map(|(index, _)| *index).collect();
        assert_eq!(indexes, [1, 3, 5]);
        check(sent, &config()).unwrap();
        check(batch(codec, 2), &compacted).unwrap();
    }
}

#[test]
fn decompression_is_bounded() {
    let compacted = TopicConfig {
        cleanup_compact: true,
        ..config()
    };
    let mut builder = RecordBatchBuilder::new(Codec::Gzip);
    builder
        .append(NOW, Some(b"k"), Some(&vec![0; 4 << 20]), &[])
        .unwrap();
    let bomb = builder.build().unwrap();
    assert!(bomb.len() < 20_000);
    let refused = check(bomb, &compacted).unwrap_err();
    assert_eq!(refused.code, ErrorCode::MessageTooLarge);
}

#[test]
fn timestamps_lie_within_the_window() {
    let hour = 3_600_000;
    let at = |timestamps: &[i64], codec| {
        let mut builder = RecordBatchBuilder::new(codec);
        for timestamp in timestamps {
            builder.append(*timestamp, None, None, &[]).unwrap();
        }
        builder.build().unwrap()
    };
    let window = TopicConfig {
        timestamp_before_max: Some(std::time::Duration::from_secs(60)),
        ..config()
    };
    for codec in [Codec::None, Codec::Lz4] {
        check(at(&[NOW + hour, NOW - 60_000], codec), &window).unwrap();
        check(at(&[-1], codec), &window).unwrap();
        for bad in [NOW + hour + 1, NOW - 60_001] {
            let refused = check(at(&[bad, bad], codec), &window).unwrap_err();
            assert_eq!(refused.code, ErrorCode::InvalidTimestamp, "{bad}");
        }
    }
    let inside = check(at(&[NOW, NOW - 60_001, NOW], Codec::None), &window).unwrap_err();
    assert_eq!(inside.code, ErrorCode::InvalidTimestamp);
    assert_eq!(inside.records[0].0, 1);
    let appended = TopicConfig {
        timestamp_type: TimestampType::LogAppendTime,
        ..window
    };
    let valid = check(at(&[5, NOW * 2], Codec::None), &appended).unwrap();
    assert_eq!(valid.log_append_time, Some(NOW));
}

#[test]
fn a_wrong_largest_timestamp_is_corrected() {
    let sent = batch(Codec::None, 3);
    let lying = changed(&sent, |b| b[35..43].copy_from_slice(&NOW.to_be_bytes()));
    assert_ne!(lying, sent);
    assert_eq!(check(lying, &config()).unwrap().batch, sent);
}

#[test]
fn records_that_are_stored_in_another_codec_are_checked() {
    let topic = TopicConfig {
        compression_type: CompressionType::Gzip,
        ..config()
    };
    let sent = batch(Codec::Lz4, 3);
    let too_many = changed(&sent, |b| {
        b[23..27].copy_from_slice(&3_i32.to_be_bytes());
        b[57..61].copy_from_slice(&4_i32.to_be_bytes());
    });
    let refused = check(too_many, &topic).unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidRecord);
    let lying = changed(&sent, |b| b[35..43].copy_from_slice(&NOW.to_be_bytes()));
    assert_ne!(lying, sent);
    let stored = check(lying, &topic).unwrap().batch;
    assert_eq!(stored, check(sent, &topic).unwrap().batch);
}

#[test]
fn other_compression_types_are_stored() {
    for from in Codec::ALL {
        for (wanted, to) in [
            (CompressionType::Uncompressed, Codec::None),
            (CompressionType::Zstd, Codec::Zstd),
            (CompressionType::Gzip, Codec::Gzip),
        ] {
            let topic = TopicConfig {
                compression_type: wanted,
                ..config()
            };
            let sent = batch(from, 4);
            let stored = check(sent.clone(), &topic).unwrap().batch;
            let stored = RecordBatch::parse(&stored).unwrap();
            stored.verify_crc().unwrap();
            assert_eq!(stored.header().attributes.codec().unwrap(), to);
            assert_eq!(
                stored.header().attributes.timestamp_type(),
                BatchTimestampType::CreateTime
            );
            let records = stored.records(1 << 20).unwrap();
            let before = RecordBatch::parse(&sent).unwrap().records(1 << 20).unwrap();
            assert_eq!(records.bytes(), before.bytes());
        }
    }
}
