//! Record batches as the log sees them: the 61-byte header, in place.
//!
//! The log neither decompresses nor rewrites records. It patches base offset and leader epoch,
//! which lie outside the checksum, and, for topics with `LogAppendTime`, the timestamp.

use crate::format::{crc32c, i32_at, i64_at, u16_at, u32_at};

/// Length of the header of a record batch of version 2, in bytes.
pub(crate) const BATCH_HEADER_LEN: usize = 61;

const LENGTH_AT: usize = 8;
const EPOCH_AT: usize = 12;
const MAGIC_AT: usize = 16;
const CRC_AT: usize = 17;
const ATTRIBUTES_AT: usize = 21;
const MAX_TIMESTAMP_AT: usize = 35;
/// Bytes before `partition_leader_epoch`: `batch_length` does not count them.
const LENGTH_OVERHEAD: usize = 12;

const TIMESTAMP_TYPE_BIT: u16 = 1 << 3;
const TRANSACTIONAL_BIT: u16 = 1 << 4;
const CONTROL_BIT: u16 = 1 << 5;

/// The header of one batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Batch {
    pub(crate) base_offset: i64,
    pub(crate) total_len: usize,
    pub(crate) leader_epoch: i32,
    pub(crate) attributes: u16,
    pub(crate) last_offset_delta: i32,
    pub(crate) max_timestamp: i64,
    pub(crate) producer_id: i64,
    pub(crate) producer_epoch: i16,
    pub(crate) base_sequence: i32,
}

impl Batch {
    /// Reads the header at the start of `b`; `None` if there is no complete batch of version 2.
    pub(crate) fn parse(b: &[u8]) -> Option<Self> {
        if b.len() < BATCH_HEADER_LEN || b[MAGIC_AT] != 2 {
            return None;
        }
        let total_len = usize::try_from(i32_at(b, LENGTH_AT))
            .ok()?
            .checked_add(LENGTH_OVERHEAD)?;
        let last_offset_delta = i32_at(b, 23);
        if total_len < BATCH_HEADER_LEN || total_len > b.len() || last_offset_delta < 0 {
            return None;
        }
        Some(Self {
            base_offset: i64_at(b, 0),
            total_len,
            leader_epoch: i32_at(b, EPOCH_AT),
            attributes: u16_at(b, ATTRIBUTES_AT),
            last_offset_delta,
            max_timestamp: i64_at(b, MAX_TIMESTAMP_AT),
            producer_id: i64_at(b, 43),
            producer_epoch: u16_at(b, 51).cast_signed(),
            base_sequence: i32_at(b, 53),
        })
    }

    pub(crate) fn end_offset(&self) -> i64 {
        self.base_offset
            .saturating_add(i64::from(self.last_offset_delta))
            .saturating_add(1)
    }

    pub(crate) fn is_control(&self) -> bool {
        self.attributes & CONTROL_BIT != 0
    }

    pub(crate) fn is_transactional(&self) -> bool {
        self.attributes & TRANSACTIONAL_BIT != 0
    }

    pub(crate) fn has_producer(&self) -> bool {
        self.producer_id >= 0
    }

    /// Sequence number of the last record; sequences wrap from 2^31 - 1 to 0.
    pub(crate) fn last_sequence(&self) -> i32 {
        let last = i64::from(self.base_sequence) + i64::from(self.last_offset_delta);
        let wrapped = if last > i64::from(i32::MAX) {
            last - i64::from(i32::MAX) - 1
        } else {
            last
        };
        i32::try_from(wrapped).unwrap_or(i32::MAX)
    }
}

/// Whether the checksum of the batch at the start of `b` matches. `b` is exactly one batch.
pub(crate) fn crc_matches(b: &[u8]) -> bool {
    u32_at(b, CRC_AT) == crc32c(&b[ATTRIBUTES_AT..])
}

/// Writes the offset and epoch that the leader assigned.
pub(crate) fn patch(b: &mut [u8], base_offset: i64, leader_epoch: i32) {
    b[..8].copy_from_slice(&base_offset.to_be_bytes());
    b[EPOCH_AT..EPOCH_AT + 4].copy_from_slice(&leader_epoch.to_be_bytes());
}

/// Makes `b`, exactly one batch, carry the time of its append.
pub(crate) fn patch_log_append_time(b: &mut [u8], log_append_time_ms: i64) {
    let attributes = u16_at(b, ATTRIBUTES_AT) | TIMESTAMP_TYPE_BIT;
    b[ATTRIBUTES_AT..ATTRIBUTES_AT + 2].copy_from_slice(&attributes.to_be_bytes());
    b[MAX_TIMESTAMP_AT..MAX_TIMESTAMP_AT + 8].copy_from_slice(&log_append_time_ms.to_be_bytes());
    let crc = crc32c(&b[ATTRIBUTES_AT..]);
    b[CRC_AT..CRC_AT + 4].copy_from_slice(&crc.to_be_bytes());
}

/// The end of a transaction, as a control batch says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Marker {
    pub(crate) commit: bool,
    pub(crate) coordinator_epoch: i32,
}

impl Marker {
    /// Reads the marker in a control batch; `None` if its one record is no end of a
    /// transaction (other control records do not concern producers).
    pub(crate) fn parse(b: &[u8]) -> Option<Self> {
        let mut at = BATCH_HEADER_LEN;
        let _length = varint(b, &mut at)?;
        at += 1; // attributes
        let _timestamp_delta = varint(b, &mut at)?;
        let _offset_delta = varint(b, &mut at)?;
        let key_len = usize::try_from(varint(b, &mut at)?).ok()?;
        let key = b.get(at..at.checked_add(key_len)?)?;
        at += key_len;
        let value_len = usize::try_from(varint(b, &mut at)?).ok()?;
        let value = b.get(at..at.checked_add(value_len)?)?;
        if key.len() < 4 || value.len() < 6 {
            return None;
        }
        let commit = match u16_at(key, 2) {
            0 => false,
            1 => true,
            _ => return None,
        };
        Some(Self {
            commit,
            coordinator_epoch: i32_at(value, 2),
        })
    }
}

fn varint(b: &[u8], at: &mut usize) -> Option<i64> {
    let mut raw = 0u64;
    for shift in (0..64).step_by(7) {
        let byte = *b.get(*at)?;
        *at += 1;
        raw |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some((raw >> 1).cast_signed() ^ -(raw & 1).cast_signed());
        }
    }
    None
}

/// The batches in a slice, with their positions; stops at the first byte that is none.
pub(crate) fn batches(bytes: &[u8]) -> impl Iterator<Item = (usize, Batch)> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let batch = Batch::parse(bytes.get(at..)?)?;
        let position = at;
        at += batch.total_len;
        Some((position, batch))
    })
}

/// Why the payload of a run cannot be served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// A batch does not parse, or its checksum does not match.
    #[error("the batch at offset `{0}` is damaged")]
    Batch(i64),
    /// A batch does not continue the offsets or epoch of its run.
    #[error("the batch after offset `{0}` does not continue the log")]
    Order(i64),
}

/// Checks that a payload is exactly the batches `[base_offset, end_offset)` of one epoch, with
/// matching checksums.
pub(crate) fn verify_payload(
    bytes: &[u8],
    base_offset: i64,
    end_offset: i64,
    leader_epoch: i32,
) -> Result<(), PayloadError> {
    let (good, next) = intact_prefix(bytes, base_offset, leader_epoch);
    if good == bytes.len() && next == end_offset {
        return Ok(());
    }
    match Batch::parse(&bytes[good..]) {
        Some(b) if crc_matches(&bytes[good..good + b.total_len]) => Err(PayloadError::Order(next)),
        _ => Err(PayloadError::Batch(next)),
    }
}

/// How many leading bytes are intact, consecutive batches, and the offset after them.
pub(crate) fn intact_prefix(bytes: &[u8], base_offset: i64, leader_epoch: i32) -> (usize, i64) {
    let (mut good, mut next) = (0, base_offset);
    for (at, batch) in batches(bytes) {
        if batch.base_offset != next
            || batch.leader_epoch != leader_epoch
            || !crc_matches(&bytes[at..at + batch.total_len])
        {
            break;
        }
        next = batch.end_offset();
        good = at + batch.total_len;
    }
    (good, next)
}

#[cfg(test)]
pub(crate) mod test_batch {
    //! Batches for tests.
    use super::*;

    /// What a test batch is made of.
    #[derive(Clone, Copy, Debug)]
    pub(crate) struct Spec {
        pub(crate) records: i32,
        pub(crate) payload: usize,
        pub(crate) timestamp: i64,
        pub(crate) producer: (i64, i16, i32),
        pub(crate) attributes: u16,
    }

    impl Default for Spec {
        fn default() -> Self {
            Self {
                records: 1,
                payload: 20,
                timestamp: 1000,
                producer: (-1, -1, -1),
                attributes: 0,
            }
        }
    }

    /// A batch with a valid header and checksum; its records are opaque bytes.
    pub(crate) fn batch(spec: Spec) -> bytes::Bytes {
        let mut b = vec![0; BATCH_HEADER_LEN + spec.payload];
        let total = b.len();
        b[LENGTH_AT..LENGTH_AT + 4].copy_from_slice(
            &i32::try_from(total - LENGTH_OVERHEAD)
                .unwrap()
                .to_be_bytes(),
        );
        b[MAGIC_AT] = 2;
        b[21..23].copy_from_slice(&spec.attributes.to_be_bytes());
        b[23..27].copy_from_slice(&(spec.records - 1).to_be_bytes());
        b[27..35].copy_from_slice(&spec.timestamp.to_be_bytes());
        b[35..43].copy_from_slice(&spec.timestamp.to_be_bytes());
        b[43..51].copy_from_slice(&spec.producer.0.to_be_bytes());
        b[51..53].copy_from_slice(&spec.producer.1.to_be_bytes());
        b[53..57].copy_from_slice(&spec.producer.2.to_be_bytes());
        b[57..61].copy_from_slice(&spec.records.to_be_bytes());
        for (i, byte) in b[61..].iter_mut().enumerate() {
            *byte = u8::try_from(i % 251).unwrap();
        }
        let crc = crc32c(&b[21..]);
        b[17..21].copy_from_slice(&crc.to_be_bytes());
        b.into()
    }
}

#[cfg(test)]
mod tests {
    use super::test_batch::{Spec, batch};
    use super::*;

    #[test]
    fn patching_keeps_the_checksum_and_append_time_renews_it() {
        let mut b = batch(Spec::default()).to_vec();
        patch(&mut b, 77, 5);
        assert!(crc_matches(&b));
        assert!(verify_payload(&b, 77, 78, 5).is_ok());
        assert_eq!(verify_payload(&b, 76, 77, 5), Err(PayloadError::Order(76)));
        patch_log_append_time(&mut b, 42);
        assert!(crc_matches(&b));
        assert_eq!(Batch::parse(&b).unwrap().max_timestamp, 42);
        *b.last_mut().unwrap() ^= 1;
        assert_eq!(verify_payload(&b, 77, 78, 5), Err(PayloadError::Batch(77)));
    }

    #[test]
    fn sequences_wrap_after_the_largest() {
        let b = batch(Spec {
            records: 3,
            producer: (1, 0, i32::MAX - 1),
            ..Spec::default()
        });
        assert_eq!(Batch::parse(&b).unwrap().last_sequence(), 0);
    }
}
