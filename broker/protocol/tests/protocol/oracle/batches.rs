//! Record batches in every codec, both ways: Kafka reads what we build, we read what Kafka builds.

use std::fmt::Write as _;

use bytes::Bytes;
use strandline_protocol::compression::Codec;
use strandline_protocol::record_batch::{
    BatchIter, ControlRecord, RecordBatch, RecordBatchBuilder, RecordView, TimestampType,
    end_transaction_marker,
};
use strandline_protocol::sample::{Seeded, Source as _};

use super::jvm::{Answer, Jvm, Question};
use super::oracle;
use crate::seed;

const READ: u8 = 3;
const WRITE: u8 = 4;
const MARKER: u8 = 5;
const MAX_LEN: usize = 64 << 20;

/// Header keys are text in Java.
struct OwnedRecord {
    timestamp: i64,
    key: Option<Bytes>,
    value: Option<Bytes>,
    headers: Vec<(String, Option<Bytes>)>,
}

#[derive(Debug, Clone, Copy)]
struct Shape {
    codec: Codec,
    timestamp_type: TimestampType,
    transactional: bool,
    producer_id: i64,
    base_sequence: i32,
    base_offset: i64,
}

fn shapes() -> impl Iterator<Item = Shape> {
    Codec::ALL.into_iter().flat_map(|codec| {
        let plain = Shape {
            codec,
            timestamp_type: TimestampType::CreateTime,
            transactional: false,
            producer_id: -1,
            base_sequence: -1,
            base_offset: 0,
        };
        let idempotent = Shape {
            producer_id: 1 << 40,
            base_sequence: i32::MAX - 1,
            ..plain
        };
        let transactional = Shape {
            transactional: true,
            base_offset: 1 << 50,
            ..idempotent
        };
        let stamped = Shape {
            timestamp_type: TimestampType::LogAppendTime,
            ..plain
        };
        [plain, idempotent, transactional, stamped]
    })
}

fn records(source: &mut Seeded) -> Vec<OwnedRecord> {
    let count = 1 + source.bits() % 40;
    let start = 1_700_000_000_000 + (source.bits() % 1000).cast_signed();
    (0..count)
        .map(|_| {
            let large = source.bits().is_multiple_of(16);
            let value = if large {
                Bytes::from(vec![b'x'; 100_000])
            } else {
                source.bytes()
            };
            let headers = 0..source.count();
            OwnedRecord {
                timestamp: start + (source.bits() % 5000).cast_signed() - 2500,
                key: (!source.null()).then(|| source.bytes()),
                value: (!source.null()).then_some(value),
                headers: headers
                    .map(|_| {
                        let key = source.string().to_string();
                        (key, (!source.null()).then(|| source.bytes()))
                    })
                    .collect(),
            }
        })
        .collect()
}

fn build(shape: Shape, records: &[OwnedRecord]) -> Bytes {
    let mut builder = RecordBatchBuilder::new(shape.codec)
        .base_offset(shape.base_offset)
        .leader_epoch(7)
        .timestamp_type(shape.timestamp_type);
    if shape.producer_id >= 0 {
        builder = builder.producer(shape.producer_id, 5, shape.base_sequence);
    }
    if shape.transactional {
        builder = builder.transactional();
    }
    for record in records {
        let headers: Vec<_> = record
            .headers
            .iter()
            .map(|(key, value)| (key.as_bytes(), value.as_deref()))
            .collect();
        builder
            .append(
                record.timestamp,
                record.key.as_deref(),
                record.value.as_deref(),
                &headers,
            )
            .expect("small records");
    }
    builder.build().expect("records")
}

fn java_builds(jvm: &mut Jvm, shape: Shape, records: &[OwnedRecord]) -> Bytes {
    let last = records
        .iter()
        .map(|record| record.timestamp)
        .max()
        .unwrap_or(-1);
    let stamped = shape.timestamp_type == TimestampType::LogAppendTime;
    let mut question = Question::new(WRITE)
        .u8(shape.codec.id())
        .u8(u8::from(stamped))
        .u8(u8::from(shape.transactional))
        .i64(shape.base_offset)
        .i64(if stamped { last } else { -1 })
        .i64(shape.producer_id)
        .i16(if shape.producer_id >= 0 { 5 } else { -1 })
        .i32(shape.base_sequence)
        .i32(7)
        .i32(i32::try_from(records.len()).expect("few"));
    for record in records {
        let count = i32::try_from(record.headers.len()).expect("few");
        question = question
            .i64(record.timestamp)
            .nullable(record.key.as_deref())
            .nullable(record.value.as_deref())
            .i32(count);
        for (key, value) in &record.headers {
            question = question.bytes(key.as_bytes()).nullable(value.as_deref());
        }
    }
    jvm.ask(&question)
        .expect("Kafka builds a batch")
        .bytes()
        .into()
}

fn hex(out: &mut String, bytes: Option<&[u8]>) {
    let Some(bytes) = bytes else {
        return out.push_str("None");
    };
    out.push_str("b\"");
    bytes
        .iter()
        .for_each(|byte| write!(out, "\\x{byte:02x}").expect("memory"));
    out.push('"');
}

/// What the oracle writes about the same bytes.
fn dump(bytes: Bytes) -> String {
    let mut out = String::new();
    for batch in BatchIter::new(bytes) {
        let batch = batch.expect("a batch");
        batch.verify_crc().expect("a right checksum");
        dump_batch(&mut out, &batch);
    }
    out
}

fn dump_batch(out: &mut String, batch: &RecordBatch) {
    let header = batch.header();
    let attributes = header.attributes;
    let timestamp_type = match attributes.timestamp_type() {
        TimestampType::CreateTime => "CreateTime",
        TimestampType::LogAppendTime => "LogAppendTime",
    };
    writeln!(
        out,
        "batch {} {} {} {} {} {timestamp_type} {} {} {} {} {} {}",
        header.base_offset,
        header.last_offset(),
        header.partition_leader_epoch,
        header.total_len(),
        attributes.codec().expect("a codec"),
        attributes.is_transactional(),
        attributes.is_control(),
        header.max_timestamp,
        header.producer_id,
        header.producer_epoch,
        header.base_sequence,
    )
    .expect("memory");
    let mut write_record = |_, record: RecordView<'_>| {
        write!(out, "record {} {} ", record.offset, record.timestamp).expect("memory");
        hex(out, record.key);
        out.push(' ');
        hex(out, record.value);
        for (key, value) in record.headers() {
            out.push(' ');
            hex(out, Some(key));
            out.push('=');
            hex(out, value);
        }
        out.push('\n');
    };
    batch
        .walk_produced(MAX_LEN, &mut write_record)
        .expect("valid records");
}

fn read(jvm: &mut Jvm, bytes: &[u8]) -> Result<Answer, String> {
    jvm.ask(&Question::new(READ).bytes(bytes))
}

#[test]
fn batches_in_every_codec_mean_the_same_to_kafka_and_to_us() {
    let Some(mut jvm) = oracle("record batches") else {
        return;
    };
    let mut source = Seeded(seed());
    let mut ours_joined = Vec::new();
    for _ in 0..6 {
        for shape in shapes() {
            let records = records(&mut source);
            let ours = build(shape, &records);
            let theirs = java_builds(&mut jvm, shape, &records);
            if shape.codec == Codec::None {
                assert_eq!(ours, theirs, "{shape:?}");
            }
            for bytes in [&ours, &theirs] {
                let said = read(&mut jvm, bytes).expect("Kafka reads the batch").text();
                assert!(dump(bytes.clone()) == said, "{shape:?}: values differ");
            }
            ours_joined.extend_from_slice(&ours);
        }
    }
    let joined = Bytes::from(ours_joined);
    let said = read(&mut jvm, &joined)
        .expect("Kafka reads all batches")
        .text();
    assert!(dump(joined) == said, "concatenated batches differ");
}

#[test]
fn damage_that_kafka_notices_is_noticed() {
    let Some(mut jvm) = oracle("damaged batches") else {
        return;
    };
    let mut source = Seeded(seed());
    let shape = shapes().next().expect("a shape");
    let intact = build(shape, &records(&mut source));
    for _ in 0..300 {
        let mut damaged = intact.to_vec();
        let at = source.bits() as usize % damaged.len();
        damaged[at] ^= (source.bits() as u8).max(1);
        let damaged = Bytes::from(damaged);
        let refused = read(&mut jvm, &damaged).is_err();
        let batch = RecordBatch::parse(&damaged);
        let ours = batch.is_err() || batch.is_ok_and(|batch| batch.verify_crc().is_err());
        assert!(ours || !refused, "byte {at}: only Kafka notices");
    }
}

#[test]
fn transaction_markers_are_byte_identical() {
    let Some(mut jvm) = oracle("transaction markers") else {
        return;
    };
    for committed in [false, true] {
        let question = Question::new(MARKER)
            .i64(1_700_000_000_000)
            .i64(4711)
            .i16(3)
            .u8(u8::from(committed))
            .i32(12);
        let theirs = Bytes::from(jvm.ask(&question).expect("a marker").bytes());
        let ours = end_transaction_marker(4711, 3, committed, 12, 1_700_000_000_000).unwrap();
        assert_eq!(ours, theirs, "committed: {committed}");
        let records = RecordBatch::parse(&theirs).unwrap().records(1024).unwrap();
        let control = ControlRecord::parse(&records.iter().next().unwrap().unwrap()).unwrap();
        assert_eq!(
            control,
            ControlRecord::EndTransaction {
                committed,
                coordinator_epoch: 12
            }
        );
    }
}
