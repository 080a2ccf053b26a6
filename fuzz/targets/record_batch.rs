//! Concatenated batches, as producers send and followers copy them.

#![no_main]

use std::ops::ControlFlow;

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use strandline_fuzz::DECOMPRESSED_LIMIT;
use strandline_protocol::compression::Codec;
use strandline_protocol::record_batch::{
    BatchIter, ControlRecord, DecodedRecords, RecordBatch, RecordBatchBuilder, patch_base_offset,
    patch_leader_epoch, patch_log_append_time,
};

fuzz_target!(|data: &[u8]| {
    let mut walked = 0;
    for batch in BatchIter::new(Bytes::copy_from_slice(data)) {
        let Ok(batch) = batch else { break };
        walked += batch.bytes().len();
        assert!(walked <= data.len());
        examine(&batch);
    }
});

fn examine(batch: &RecordBatch) {
    let header = batch.header();
    let _ = header.validate_for_produce();
    let _ = (
        header.end_offset(),
        header.last_sequence(),
        batch.verify_crc(),
    );
    let _ = batch.walk_produced(DECOMPRESSED_LIMIT, |_, _| {});
    let mut walked = Vec::new();
    let ended = batch.walk_records(DECOMPRESSED_LIMIT, |record| {
        walked.push((record.offset, record.value.map(<[u8]>::to_vec)));
        ControlFlow::<()>::Continue(())
    });
    let whole = batch.records(DECOMPRESSED_LIMIT);
    let compressed = !matches!(header.attributes.codec(), Ok(Codec::None));
    assert!(whole.is_ok() || ended.is_err() || !compressed, "only the walk succeeds");
    if let Ok(records) = whole {
        assert!(records.bytes().len() <= DECOMPRESSED_LIMIT.max(batch.bytes().len()));
        let readable = records.iter().map_while(Result::ok);
        let expected: Vec<_> = readable.map(|r| (r.offset, r.value.map(<[u8]>::to_vec))).collect();
        assert!(expected.starts_with(&walked), "the walk sees other records");
        assert!(ended.is_err() || walked.len() == expected.len(), "the walk sees fewer");
        rebuild(&records);
    }
    let mut patched = batch.bytes().to_vec();
    patch_base_offset(&mut patched, 42);
    patch_leader_epoch(&mut patched, 7);
    patch_log_append_time(&mut patched, 1);
    let patched = RecordBatch::parse(&Bytes::from(patched)).expect("still a batch");
    patched.verify_crc().expect("patching renews the checksum");
    assert_eq!(patched.header().base_offset, 42);
}

/// What can be read can be written, and reads the same.
fn rebuild(records: &DecodedRecords) {
    let mut builder = RecordBatchBuilder::new(Codec::None);
    let mut read = Vec::new();
    for record in records {
        let Ok(record) = record else { return };
        let _ = ControlRecord::parse(&record);
        let headers: Vec<_> = record.headers().collect();
        assert_eq!(headers.len(), record.headers_count as usize);
        builder
            .append(record.timestamp, record.key, record.value, &headers)
            .expect("no larger than before");
        read.push(record);
    }
    if read.is_empty() {
        return;
    }
    let again = RecordBatch::parse(&builder.build().expect("records")).expect("a batch");
    again.verify_crc().expect("a new checksum");
    let again = again.records(usize::MAX).expect("not compressed");
    for (before, after) in read.iter().zip(&again) {
        let after = after.expect("a record");
        assert_eq!((before.key, before.value), (after.key, after.value));
        assert_eq!(before.timestamp, after.timestamp);
        assert!(before.headers().eq(after.headers()));
    }
}
