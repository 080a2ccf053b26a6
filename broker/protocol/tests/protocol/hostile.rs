//! Goal: no bytes make the decoder panic, loop, or take memory that the bytes can not justify.
//! Method: an allocator that counts, under messages that claim more than they hold: counts, lengths,
//! tags and varints of every message, bombs built by hand, random bytes.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use bytes::{BufMut, Bytes};
use strandline_protocol::codec::{CodecError, Message, Reader, Writer};
use strandline_protocol::messages::registry::all;
use strandline_protocol::messages::{
    DeleteTopicsRequest, FindCoordinatorRequest, MetadataRequest, MetadataResponse,
};
use strandline_protocol::sample::{Seeded, Source as _};

use crate::seed;

/// Counts what the current thread holds and the most it held.
struct Counting;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

fn count(change: isize) {
    // Threads that are ending have no counters any more; nothing is measured there.
    let _ = HELD.try_with(|held| {
        held.set(held.get() + change);
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(held.get())));
    });
}

#[expect(unsafe_code, reason = "an allocator is unsafe by its trait")]
// SAFETY: every call goes to the system allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size().cast_signed());
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-layout.size().cast_signed());
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The most bytes that `run` held at once beyond what was held before.
fn peak_of<T>(run: impl FnOnce() -> T) -> (T, usize) {
    let before = HELD.get();
    PEAK.set(before);
    let result = run();
    (result, (PEAK.get() - before).cast_unsigned())
}

/// Room for error values and other small change.
const SLACK: usize = 4096;

#[test]
fn decoding_damaged_messages_stays_within_the_allowance() {
    let mut source = Seeded(seed());
    for entry in all() {
        for version in entry.versions.clone() {
            let sample = (entry.sample)(&mut source, version).expect("a sample");
            for _ in 0..60 {
                let mut bytes = sample.to_vec();
                if bytes.is_empty() {
                    continue;
                }
                // A run of 0xff is the largest length of any kind; 0x7f.. the largest positive one.
                let at = source.bits() as usize % bytes.len();
                let len = (1 + source.bits() as usize % 5).min(bytes.len() - at);
                let fill = [0xff, 0x7f, 0x80, 0x00][source.bits() as usize % 4];
                bytes[at..at + len].fill(fill);
                let limit = 10_000;
                let mut reader = Reader::with_allocation_limit(Bytes::from(bytes), limit);
                let (_, peak) = peak_of(|| drop((entry.decode)(&mut reader, version)));
                assert!(
                    peak <= limit + SLACK,
                    "{} v{version}: {peak} bytes",
                    entry.name
                );
            }
        }
    }
}

#[test]
fn random_bytes_are_refused_or_decoded_but_never_more() {
    let mut source = Seeded(seed());
    for entry in all() {
        for version in entry.versions.clone() {
            for _ in 0..40 {
                let bytes = source.bytes();
                let mut reader = Reader::new(bytes);
                let _ = (entry.decode)(&mut reader, version);
            }
        }
    }
}

/// The allowance of a reader over `len` bytes that nobody limited.
fn default_allowance(len: usize) -> usize {
    Reader::new(Bytes::from(vec![0; len])).allocation_left()
}

#[test]
fn arrays_of_the_smallest_elements_can_not_fill_the_memory() {
    // Ten million empty names in ten megabytes: 320 MB as strings.
    let count = 10 << 20;
    let mut writer = Writer::new();
    writer.i8(0);
    writer.unsigned_varint(count + 1);
    writer.raw(&vec![1; count as usize]);
    writer.unsigned_varint(0);
    let bytes = writer.into_bytes();
    let allowance = default_allowance(bytes.len());
    let mut reader = Reader::new(bytes);
    let (result, peak) = peak_of(|| FindCoordinatorRequest::decode(&mut reader, 6).map(drop));
    assert!(
        matches!(result, Err(CodecError::AllocationLimit { .. })),
        "{result:?}"
    );
    assert!(peak <= allowance + SLACK, "{peak} bytes");
}

#[test]
fn counts_beyond_the_bytes_take_no_memory() {
    let mut classic = Vec::new();
    classic.put_i32(i32::MAX);
    classic.put_slice(&[0; 64]);
    let mut compact = Writer::new();
    compact.unsigned_varint(u32::MAX);
    compact.raw(&[0; 64]);
    let cases = [(Bytes::from(classic), 1), (compact.into_bytes(), 4)];
    for (bytes, version) in cases {
        let mut reader = Reader::new(bytes);
        let (result, peak) =
            peak_of(|| DeleteTopicsRequest::decode(&mut reader, version).map(drop));
        assert!(result.is_err());
        assert!(peak <= SLACK, "v{version}: {peak} bytes");
    }
}

#[test]
fn tag_bombs_end_at_once_or_with_the_bytes() {
    let decode = |count: u32, written: u32| {
        let mut writer = Writer::new();
        writer.unsigned_varint(0);
        writer.bool(true);
        writer.bool(true);
        writer.unsigned_varint(count);
        for tag in 0..written {
            writer.unsigned_varint(tag);
            writer.unsigned_varint(0);
        }
        let mut reader = Reader::new(writer.into_bytes());
        let (result, peak) = peak_of(|| MetadataRequest::decode(&mut reader, 13).map(drop));
        assert!(peak <= SLACK, "{peak} bytes");
        result
    };
    assert_eq!(decode(128, 128), Ok(()));
    let cut = decode(128, 100);
    assert!(matches!(cut, Err(CodecError::Truncated { .. })), "{cut:?}");
    for count in [129, u32::MAX] {
        assert_eq!(decode(count, 1000), Err(CodecError::TooManyTags(count)));
    }
}

#[test]
fn unknown_tagged_fields_of_every_flexible_message_are_skipped() {
    let mut source = Seeded(seed());
    for entry in all() {
        for version in entry
            .versions
            .clone()
            .filter(|version| (entry.is_flexible)(*version))
        {
            let sample = (entry.default_bytes)(version).expect("a default");
            // With every value at its default the message ends with a count of no tagged fields.
            let (end, body) = sample.split_last().expect("a count of tagged fields");
            assert_eq!(*end, 0, "{} v{version}", entry.name);
            let mut extended = Writer::new();
            extended.raw(body);
            extended.unsigned_varint(2);
            for tag in [10_000, 10_001] {
                let junk = source.bytes();
                extended.unsigned_varint(tag);
                extended.unsigned_varint(u32::try_from(junk.len()).expect("short"));
                extended.raw(&junk);
            }
            let again = entry.round_trip(extended.into_bytes(), version);
            assert_eq!(again.as_ref(), Ok(&sample), "{} v{version}", entry.name);
        }
    }
}

#[test]
fn strings_beyond_kafkas_limit_are_refused_both_ways() {
    let mut message = MetadataResponse::default();
    for (len, fits) in [(32_767, true), (32_768, false)] {
        message.cluster_id = Some("x".repeat(len).into());
        for version in [8, 13] {
            let mut writer = Writer::new();
            assert_eq!(
                message.encode(&mut writer, version).is_ok(),
                fits,
                "{len} v{version}"
            );
        }
    }
    let mut writer = Writer::new();
    writer.i32(0);
    writer.unsigned_varint(1);
    writer.unsigned_varint(32_768 + 1);
    writer.raw(&[b'x'; 32_768]);
    writer.raw(&[0; 16]);
    let mut reader = Reader::new(writer.into_bytes());
    assert_eq!(
        MetadataResponse::decode(&mut reader, 13),
        Err(CodecError::TooLong(32_768))
    );
}

#[test]
fn records_are_sliced_and_gathered_without_copies() {
    use strandline_protocol::codec::Records;
    use strandline_protocol::messages::ProduceRequest;
    use strandline_protocol::messages::produce_request::{PartitionProduceData, TopicProduceData};

    let payload = Bytes::from(vec![7; 1 << 20]);
    let request = ProduceRequest {
        topic_data: vec![TopicProduceData {
            partition_data: vec![PartitionProduceData {
                index: 3,
                records: Some(Records::from(vec![payload.clone(), payload.clone()])),
            }],
            ..TopicProduceData::default()
        }],
        ..ProduceRequest::default()
    };
    let (segments, peak) = peak_of(|| {
        let mut writer = Writer::new();
        request.encode(&mut writer, 13).unwrap();
        writer.into_segments()
    });
    assert!(peak <= SLACK, "encoding took {peak} bytes");
    let shared = segments
        .iter()
        .filter(|s| s.as_ptr() == payload.as_ptr())
        .count();
    assert_eq!(shared, 2);
    let joined = Bytes::from(segments.concat());
    let mut reader = Reader::new(joined);
    let (decoded, peak) = peak_of(|| ProduceRequest::decode(&mut reader, 13));
    assert_eq!(decoded.unwrap(), request);
    assert!(peak <= SLACK, "decoding took {peak} bytes");
}

#[test]
fn walking_records_allocates_nothing() {
    use strandline_protocol::compression::Codec;
    use strandline_protocol::record_batch::{RecordBatch, RecordBatchBuilder, RecordView};

    let mut builder = RecordBatchBuilder::new(Codec::None);
    for index in 0..1000i64 {
        let header = (&b"name"[..], Some(&b"value"[..]));
        builder
            .append(index, Some(b"key"), Some(&[1; 100]), &[header])
            .unwrap();
    }
    let bytes = builder.build().unwrap();
    let (sum, peak) = peak_of(|| {
        let batch = RecordBatch::parse(&bytes).unwrap();
        batch.verify_crc().unwrap();
        let mut headers = 0;
        let count = |_, record: RecordView<'_>| headers += record.headers().count();
        batch.walk_produced(1 << 20, count).unwrap();
        headers
    });
    assert_eq!(sum, 1000);
    assert!(peak <= 256, "{peak} bytes");
}
