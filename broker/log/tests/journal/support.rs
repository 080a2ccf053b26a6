//! Batches and journals for tests.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use strandline_log::disk::sim::SimDisk;
use strandline_log::{
    Journal, JournalOptions, LocalRead, OsDisk, PartitionLog, ReadError, RecoveryReport,
};
use strandline_protocol::clock::ManualClock;
use strandline_protocol::{TopicPartition, Uuid};

pub(crate) const DIR: &str = "/journal";

/// What a test batch is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spec {
    pub(crate) records: i32,
    pub(crate) payload: usize,
    pub(crate) timestamp: i64,
    pub(crate) producer: (i64, i16, i32),
    pub(crate) tag: u64,
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            records: 1,
            payload: 20,
            timestamp: 1000,
            producer: (-1, -1, -1),
            tag: 0,
        }
    }
}

/// A batch with a valid header and checksum; its records are opaque bytes that start with the
/// tag.
pub(crate) fn batch(spec: Spec) -> Bytes {
    let mut b = vec![0; 61 + spec.payload.max(8)];
    let total = i32::try_from(b.len() - 12).unwrap();
    b[8..12].copy_from_slice(&total.to_be_bytes());
    b[16] = 2;
    b[23..27].copy_from_slice(&(spec.records - 1).to_be_bytes());
    b[27..35].copy_from_slice(&spec.timestamp.to_be_bytes());
    b[35..43].copy_from_slice(&spec.timestamp.to_be_bytes());
    b[43..51].copy_from_slice(&spec.producer.0.to_be_bytes());
    b[51..53].copy_from_slice(&spec.producer.1.to_be_bytes());
    b[53..57].copy_from_slice(&spec.producer.2.to_be_bytes());
    b[57..61].copy_from_slice(&spec.records.to_be_bytes());
    for (i, byte) in b[61..].iter_mut().enumerate() {
        *byte = (i % 251) as u8;
    }
    b[61..69].copy_from_slice(&spec.tag.to_be_bytes());
    let crc = strandline_log::format::crc32c(&b[21..]);
    b[17..21].copy_from_slice(&crc.to_be_bytes());
    b.into()
}

/// (base offset, end offset, tag) of the batches in a slice.
pub(crate) fn batches(mut bytes: &[u8]) -> Vec<(i64, i64, u64)> {
    let mut found = Vec::new();
    while bytes.len() >= 69 {
        let len = 12 + u32::from_be_bytes(bytes[8..12].try_into().unwrap()) as usize;
        let base = i64::from_be_bytes(bytes[..8].try_into().unwrap());
        let delta = i32::from_be_bytes(bytes[23..27].try_into().unwrap());
        let crc = u32::from_be_bytes(bytes[17..21].try_into().unwrap());
        assert_eq!(
            crc,
            strandline_log::format::crc32c(&bytes[21..len]),
            "a bad byte was served"
        );
        let tag = u64::from_be_bytes(bytes[61..69].try_into().unwrap());
        found.push((base, base + i64::from(delta) + 1, tag));
        bytes = &bytes[len..];
    }
    assert!(bytes.is_empty(), "a batch was cut");
    found
}

pub(crate) fn tp(partition: i32) -> TopicPartition {
    TopicPartition {
        topic_id: Uuid([7; 16]),
        partition,
    }
}

/// Small files, no threads.
pub(crate) fn sim_options() -> JournalOptions {
    let mut options = JournalOptions::new(DIR);
    options.file_size_bytes = 64 << 10;
    options.first_file_size_bytes = 64 << 10;
    options.prealloc_bytes = 0;
    options.tail_cache_bytes = 128 << 10;
    options.footer_cache_bytes = 64 << 10;
    options.group_bytes_max = 12 << 10;
    options.batch_bytes_max = 8 << 10;
    options.run_bytes_max = 4 << 10;
    options.metadata_reserve_bytes = 0;
    options.threads = false;
    options
}

pub(crate) fn open(disk: &SimDisk, options: JournalOptions) -> (Arc<Journal>, RecoveryReport) {
    let clock = Arc::new(ManualClock::new(1_700_000_000_000));
    Journal::open(Arc::new(disk.clone()), clock, options).unwrap()
}

pub(crate) fn open_os(dir: &Path, direct_io: bool) -> (Arc<Journal>, RecoveryReport) {
    let mut options = JournalOptions::new(dir);
    options.direct_io = direct_io;
    options.file_size_bytes = 1 << 20;
    options.first_file_size_bytes = 1 << 20;
    options.prealloc_bytes = 2 << 20;
    options.group_bytes_max = 128 << 10;
    let clock = Arc::new(strandline_protocol::clock::SystemClock::default());
    Journal::open(Arc::new(OsDisk), clock, options).unwrap()
}

/// Everything from an offset to the end, as a consumer reads it.
pub(crate) fn read_all(
    log: &PartitionLog,
    mut offset: i64,
) -> Result<Vec<(i64, i64, u64)>, ReadError> {
    let mut found = Vec::new();
    loop {
        let records = match log.read(offset, 20_000, i64::MAX, true)? {
            LocalRead::Ready(records) => records,
            LocalRead::Disk(plan) => plan.run()?,
        };
        if records.is_empty() {
            return Ok(found);
        }
        let batches: Vec<_> = records.slices().iter().flat_map(|s| batches(s)).collect();
        for (base, end, _) in &batches {
            assert!(
                *base <= offset && offset < *end,
                "a read skipped from {offset} to {base}"
            );
            offset = *end;
        }
        found.extend(batches);
    }
}
