//! Record batches for the suites that write without a client library.

use bytes::Bytes;
use rand::rngs::SmallRng;
use rand::{RngCore, SeedableRng};
use strandline_protocol::compression::Codec;
use strandline_protocol::record_batch::{RecordBatchBuilder, patch_max_timestamp};

/// The time of records that do not need another, in milliseconds.
pub const TIMESTAMP: i64 = 1_700_000_000_000;

/// A batch of `count` records with values of `length` bytes that depend on `seed` only.
#[must_use]
pub fn batch(count: usize, length: usize, seed: u64) -> Bytes {
    batch_at(TIMESTAMP, count, length, seed)
}

/// The same at a time, in milliseconds.
#[must_use]
pub fn batch_at(timestamp: i64, count: usize, length: usize, seed: u64) -> Bytes {
    let mut rng = SmallRng::seed_from_u64(seed);
    let mut value = vec![0; length];
    let mut builder = RecordBatchBuilder::new(Codec::None);
    for _ in 0..count {
        rng.fill_bytes(&mut value);
        builder
            .append(timestamp, None, Some(&value), &[])
            .expect("a small record fits");
    }
    builder.build().expect("there is a record")
}

/// A batch of `count` records with a key and a value of `length` zeros, compressed. Its header claims a
/// time that is later than theirs by one.
#[must_use]
pub fn bomb(codec: Codec, count: usize, length: usize) -> Bytes {
    let mut builder = RecordBatchBuilder::new(codec);
    let value = vec![0; length];
    for _ in 0..count {
        builder
            .append(TIMESTAMP, Some(b"k"), Some(&value), &[])
            .expect("below 2 GiB");
    }
    let mut bytes = builder.build().expect("there is a record").to_vec();
    patch_max_timestamp(&mut bytes, TIMESTAMP + 1);
    Bytes::from(bytes)
}

/// CRC-32C of a batch from its attributes on: everything that a broker must not change. Base offset
/// and leader epoch, which it sets, lie before them.
#[must_use]
pub fn content_hash(batch: &[u8]) -> u64 {
    let body = batch.get(21..).unwrap_or_default();
    body.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
