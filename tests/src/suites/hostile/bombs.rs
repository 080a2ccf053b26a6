//! Record batches that are damaged, or larger inside than outside.

use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use rand::Rng;
use strandline_protocol::compression::Codec;

use super::{TOPIC, Target};
use crate::batch::{TIMESTAMP, batch, bomb};
use crate::wire::Wire;

/// Bytes that a bomb has inside.
const BOMB_BYTES: usize = 512 << 20;

/// The largest batch that a topic takes is a little larger (`max.message.bytes`).
const BATCH_BYTES: usize = 1_000_000;

/// Bytes of each record of bombs of many: small ones, and such that one is nearly as much as the
/// broker decompresses of a batch (an eighth of 23 % of `memory`).
const RECORD_BYTES: [usize; 2] = [1 << 10, 7 << 20];

/// Kafka's errors for such batches: CORRUPT_MESSAGE, REQUEST_TIMED_OUT (no memory to look inside),
/// MESSAGE_TOO_LARGE, UNSUPPORTED_FOR_MESSAGE_FORMAT, UNSUPPORTED_COMPRESSION_TYPE, INVALID_RECORD.
const REFUSALS: [i16; 6] = [2, 7, 10, 43, 76, 87];

/// Topics whose records the broker has to look into: it decompresses what they are sent.
pub(super) const TOPICS: [(&str, &[(&str, &str)]); 2] = [
    ("hostile-compacted", &[("cleanup.policy", "compact")]),
    (
        "hostile-recompressed",
        &[("compression.type", "uncompressed")],
    ),
];

/// A refused batch: an error code in the answer, or a closed connection.
fn is_refused(target: &Target, what: &str, batch: &[u8]) -> Result<()> {
    is_refused_by(target, TOPIC, 1, what, batch)
}

fn is_refused_by(
    target: &Target,
    topic: &str,
    partition: i32,
    what: &str,
    batch: &[u8],
) -> Result<()> {
    let mut wire: Wire = target.connect()?;
    wire.stream()
        .set_read_timeout(Some(Duration::from_secs(60)))?;
    match wire.produce(topic, partition, batch) {
        Ok((error, offset)) => ensure!(
            REFUSALS.contains(&error),
            "{what}: error {error}, offset {offset} of {topic}"
        ),
        Err(error) => ensure!(!is_timeout(&error), "{what} is not answered"),
    }
    Ok(())
}

fn is_timeout(error: &anyhow::Error) -> bool {
    let cause = error.root_cause().downcast_ref::<std::io::Error>();
    cause.is_some_and(|cause| cause.kind() == std::io::ErrorKind::WouldBlock)
}

pub(super) fn damaged_batches(target: &mut Target) -> Result<()> {
    let whole = batch(10, 100, 7).to_vec();
    let with = |at: usize, bytes: &[u8]| {
        let mut damaged = whole.clone();
        damaged[at..at + bytes.len()].copy_from_slice(bytes);
        damaged
    };
    is_refused(target, "a wrong CRC", &with(17, &[0xde, 0xad, 0xbe, 0xef]))?;
    for magic in [0, 1, 3, 0x7f, 0xff] {
        is_refused(target, "a wrong magic", &with(16, &[magic]))?;
    }
    for length in [0, 1, 48, i32::MAX, -1] {
        let damaged = with(8, &length.to_be_bytes());
        is_refused(target, "a wrong batch length", &damaged)?;
    }
    for count in [0, 9, 11, i32::MAX, -1] {
        is_refused(target, "a wrong count", &with(57, &count.to_be_bytes()))?;
    }
    is_refused(target, "an unknown codec", &with(21, &7_i16.to_be_bytes()))?;
    is_refused(
        target,
        "a control batch",
        &with(21, &0x20_i16.to_be_bytes()),
    )?;
    is_refused(target, "no bytes", &[])?;
    for _ in 0..target.amount(100, 5_000) {
        // Bits flipped in what the CRC covers.
        let (at, bit) = (
            target.rng.random_range(21..whole.len()),
            target.rng.random_range(0..8),
        );
        is_refused(
            target,
            "a flipped bit",
            &with(at, &[whole[at] ^ (1 << bit)]),
        )?;
    }
    let mut wire = target.connect()?;
    let (error, _) = wire.produce(TOPIC, 1, &whole)?;
    ensure!(error == 0, "the undamaged batch: error {error}");
    Ok(())
}

/// One record that is far too large, and as many smaller ones as fit a batch that is not refused by
/// its size.
fn bombs(codec: Codec) -> &'static [Bytes; 3] {
    static BOMBS: [OnceLock<[Bytes; 3]>; Codec::ALL.len()] =
        [const { OnceLock::new() }; Codec::ALL.len()];
    BOMBS[usize::from(codec.id())].get_or_init(|| {
        let [small, large] = RECORD_BYTES.map(|record_bytes| {
            let counts = std::iter::successors(Some(BOMB_BYTES / record_bytes), |n| Some(n / 2));
            let mut many = counts.map(|count| bomb(codec, count, record_bytes));
            let fits = many.find(|bytes| bytes.len() < BATCH_BYTES);
            fits.expect("one record fits")
        });
        [bomb(codec, 1, BOMB_BYTES), small, large]
    })
}

/// Makes the bombs, so that the attacks need not compete with the broker for processors.
pub(super) fn prepare() {
    for codec in [Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd] {
        bombs(codec);
    }
}

/// Sends bombs to every kind of topic. A topic that keeps batches as they are may take one without
/// looking inside: its memory is what is measured then.
fn explode(target: &Target, codec: Codec) -> Result<()> {
    for bytes in bombs(codec) {
        let mut wire: Wire = target.connect()?;
        // An error code or a closed connection is as good as an offset here, and so is any offset for a
        // time that only headers claim.
        let _ = wire.produce(TOPIC, 1, bytes);
        let _ = target.connect()?.list_offset(TOPIC, 1, TIMESTAMP + 1);
        for (topic, _) in TOPICS {
            let refused = || is_refused_by(target, topic, 0, "a bomb", bytes);
            for _ in 0..target.amount(2, 20) {
                refused().with_context(|| format!("{} bytes", bytes.len()))?;
            }
            // Several at once.
            std::thread::scope(|scope| {
                let threads: Vec<_> = (0..4).map(|_| scope.spawn(refused)).collect();
                threads
                    .into_iter()
                    .try_for_each(|thread| thread.join().expect("no panic"))
            })?;
        }
    }
    Ok(())
}

pub(super) fn gzip(target: &mut Target) -> Result<()> {
    explode(target, Codec::Gzip)
}

pub(super) fn snappy(target: &mut Target) -> Result<()> {
    explode(target, Codec::Snappy)
}

pub(super) fn lz4(target: &mut Target) -> Result<()> {
    explode(target, Codec::Lz4)
}

pub(super) fn zstd(target: &mut Target) -> Result<()> {
    explode(target, Codec::Zstd)
}
