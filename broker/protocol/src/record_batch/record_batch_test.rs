//! Goal: batches come back as they were written, and nothing that arrives can do harm.
//! Method: every codec over generated records; damage at every byte; bombs against a small cap.

use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::compression::{Codec, CompressionError, compress, decompress};

type OwnedHeader = (Vec<u8>, Option<Vec<u8>>);
type OwnedRecord = (i64, Option<Vec<u8>>, Option<Vec<u8>>, Vec<OwnedHeader>);

const CAP: usize = 1 << 20;

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..40),
        prop::collection::vec(7u8..8, 0..3000)
    ]
}

fn record() -> impl Strategy<Value = OwnedRecord> {
    let headers = prop::collection::vec((bytes(), prop::option::of(bytes())), 0..3);
    let timestamp = prop_oneof![Just(-1i64), 0i64..2_000_000_000_000, Just(i64::MAX)];
    (
        timestamp,
        prop::option::of(bytes()),
        prop::option::of(bytes()),
        headers,
    )
}

fn build(codec: Codec, records: &[OwnedRecord]) -> Bytes {
    let mut builder = RecordBatchBuilder::new(codec)
        .base_offset(1000)
        .producer(7, 3, 11);
    for (timestamp, key, value, headers) in records {
        let headers: Vec<_> = headers
            .iter()
            .map(|(k, v)| (&k[..], v.as_deref()))
            .collect();
        builder
            .append(*timestamp, key.as_deref(), value.as_deref(), &headers)
            .unwrap();
    }
    builder.build().unwrap()
}

proptest! {
    #[test]
    fn batch_of_any_codec_round_trips(
        records in prop::collection::vec(record(), 1..20),
        codec in prop::sample::select(&Codec::ALL[..]),
    ) {
        let bytes = build(codec, &records);
        let batch = RecordBatch::parse(&bytes).unwrap();
        batch.verify_crc().unwrap();
        batch.header().validate_for_produce().unwrap();
        prop_assert_eq!(batch.bytes().len(), bytes.len());
        prop_assert_eq!(batch.header().attributes.codec().unwrap(), codec);
        prop_assert_eq!(batch.header().records_count as usize, records.len());
        let newest = records.iter().map(|record| record.0).max();
        prop_assert_eq!(Some(batch.header().max_timestamp), newest);
        batch.walk_produced(CAP, |_, _| {}).unwrap();
        let decoded = batch.records(CAP).unwrap();
        let mut count = 0;
        for (view, (timestamp, key, value, headers)) in decoded.iter().zip(&records) {
            let view = view.unwrap();
            prop_assert_eq!(view.offset, 1000 + count);
            prop_assert_eq!(view.timestamp, *timestamp);
            prop_assert_eq!(view.key, key.as_deref());
            prop_assert_eq!(view.value, value.as_deref());
            let read: Vec<OwnedHeader> =
                view.headers().map(|(k, v)| (k.to_vec(), v.map(<[u8]>::to_vec))).collect();
            prop_assert_eq!(&read, headers);
            count += 1;
        }
        prop_assert_eq!(count as usize, records.len());
    }

    #[test]
    fn batch_cut_or_flipped_anywhere_is_refused_or_caught_by_the_crc(
        records in prop::collection::vec(record(), 1..5),
        codec in prop::sample::select(&Codec::ALL[..]),
    ) {
        let bytes = build(codec, &records);
        for end in 0..bytes.len() {
            prop_assert!(RecordBatch::parse(&bytes.slice(..end)).is_err());
        }
        // Bytes 0-7, 12-15 are assigned by the leader and not under the CRC.
        for at in (8..12).chain(16..bytes.len()) {
            let mut damaged = bytes.to_vec();
            damaged[at] ^= 0x40;
            let intact = RecordBatch::parse(&Bytes::from(damaged))
                .is_ok_and(|batch| {
                    let _ = batch.records(CAP).map(|records| records.iter().count());
                    batch.verify_crc().is_ok()
                });
            prop_assert!(!intact, "damage at {} went unnoticed", at);
        }
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), id in 0u8..5) {
        let codec = Codec::from_id(id).unwrap();
        let _ = decompress(codec, &bytes, 4096);
        let mut batch = build(Codec::None, &[(0, None, Some(vec![0; 300]), vec![])]).to_vec();
        batch[22] = id;
        batch[HEADER_LEN..HEADER_LEN + bytes.len()].copy_from_slice(&bytes);
        let batch = RecordBatch::parse(&Bytes::from(batch)).unwrap();
        if let Ok(records) = batch.records(4096) {
            prop_assert!(records.bytes().len() <= 4096);
            records.iter().flatten().for_each(|r| assert!(r.headers().count() <= 300));
        }
    }
}

#[test]
fn decompression_stops_at_the_cap() {
    let zeros = vec![0u8; 64 << 20];
    for codec in Codec::ALL {
        let bomb = compress(codec, &zeros).unwrap();
        match decompress(codec, &bomb, CAP) {
            Err(CompressionError::TooLarge { limit: CAP }) => {}
            other => panic!("{codec}: {other:?}"),
        }
        let exact = decompress(codec, &compress(codec, &zeros[..CAP]).unwrap(), CAP)
            .unwrap()
            .len();
        assert_eq!(exact, CAP);
    }
}

#[test]
fn snappy_is_accepted_raw_and_its_lies_about_length_are_not() {
    let data = b"strandline strandline strandline".repeat(50);
    let raw = snap::raw::Encoder::new().compress_vec(&data).unwrap();
    assert_eq!(decompress(Codec::Snappy, &raw, CAP).unwrap()[..], data[..]);
    let framed = compress(Codec::Snappy, &data).unwrap();
    assert_eq!(framed[..8], [0x82, b'S', b'N', b'A', b'P', b'P', b'Y', 0]);
    for end in 0..framed.len() {
        let _ = decompress(Codec::Snappy, &framed[..end], CAP);
    }
    // Announces 4 GiB - 1 in five bytes.
    let liar = [0xff, 0xff, 0xff, 0xff, 0x0f, 0x00];
    assert!(decompress(Codec::Snappy, &liar, usize::MAX).is_err());
}

#[test]
fn patching_offset_and_epoch_keeps_the_crc_and_time_renews_it() {
    let mut bytes = build(Codec::Lz4, &[(5, Some(b"k".to_vec()), None, vec![])]).to_vec();
    patch_base_offset(&mut bytes, 77);
    patch_leader_epoch(&mut bytes, 9);
    let batch = RecordBatch::parse(&Bytes::from(bytes.clone())).unwrap();
    batch.verify_crc().unwrap();
    assert_eq!(batch.header().base_offset, 77);
    assert_eq!(batch.header().partition_leader_epoch, 9);
    assert_eq!(batch, batch.placed_at(0, 0).placed_at(77, 9));
    patch_log_append_time(&mut bytes, 12345);
    let batch = RecordBatch::parse(&Bytes::from(bytes)).unwrap();
    batch.verify_crc().unwrap();
    assert_eq!(
        batch
            .records(CAP)
            .unwrap()
            .iter()
            .next()
            .unwrap()
            .unwrap()
            .timestamp,
        12345
    );
}

#[test]
fn concatenated_batches_are_walked_and_a_cut_one_ends_the_walk() {
    let one = build(Codec::None, &[(5, None, Some(b"a".to_vec()), vec![])]);
    let two = build(Codec::Zstd, &[(6, None, Some(b"b".to_vec()), vec![])]);
    let joined = Bytes::from([&one[..], &two[..]].concat());
    assert_eq!(
        BatchIter::new(joined.clone()).map(Result::unwrap).count(),
        2
    );
    let records = crate::codec::Records::from(vec![one, two]);
    assert_eq!(records.batches().map(Result::unwrap).count(), 2);
    let cut = joined.slice(..joined.len() - 1);
    let walked: Vec<bool> = BatchIter::new(cut).map(|batch| batch.is_ok()).collect();
    assert_eq!(walked, [true, false]);
}

#[test]
fn marker_says_what_was_decided() {
    for committed in [true, false] {
        let bytes = end_transaction_marker(44, 2, committed, 8, 99).unwrap();
        let batch = RecordBatch::parse(&bytes).unwrap();
        batch.verify_crc().unwrap();
        assert!(batch.header().attributes.is_control());
        assert!(batch.header().attributes.is_transactional());
        let records = batch.records(CAP).unwrap();
        let record = records.iter().next().unwrap().unwrap();
        let control = ControlRecord::parse(&record).unwrap();
        assert_eq!(
            control,
            ControlRecord::EndTransaction {
                committed,
                coordinator_epoch: 8
            }
        );
    }
}

#[test]
fn sequence_numbers_wrap_to_zero() {
    let bytes = build(Codec::None, &[(0, None, None, vec![])]);
    let mut header = *RecordBatch::parse(&bytes).unwrap().header();
    header.base_sequence = i32::MAX - 1;
    header.last_offset_delta = 3;
    assert_eq!(header.last_sequence(), 1);
}
