//! The few fields of a record batch header that the tier looks at.
//!
//! ```text
//! offset | size | field                  | covered by the batch's own CRC
//!      0 |    8 | base offset            | no
//!      8 |    4 | length of what follows | no
//!     12 |    4 | partition leader epoch | no
//!     16 |    1 | magic, 2               | no
//!     17 |    4 | CRC-32C                |
//!     21 |    2 | attributes             | yes
//!     23 |    4 | last offset delta      | yes
//!     27 |    8 | base timestamp         | yes
//!     35 |    8 | max timestamp          | yes
//! ```

use crate::error::TierError;

/// Bytes of a whole batch header.
pub(crate) const BATCH_HEADER_BYTES: usize = 61;
/// Bytes before what the length field counts.
const LENGTH_END: usize = 12;
/// The only batch format there is since Kafka 0.11.
const MAGIC: u8 = 2;

/// A batch as the tier sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BatchHead {
    pub(crate) base_offset: i64,
    /// Last offset, inclusive, as the format has it.
    pub(crate) last_offset_inclusive: i64,
    /// Bytes of the whole batch, header included.
    pub(crate) size: usize,
    pub(crate) leader_epoch: i32,
    pub(crate) max_timestamp: i64,
}

impl BatchHead {
    /// Reads a header; `key` and `position` are for the error.
    pub(crate) fn parse(
        header: &[u8],
        key: &dyn std::fmt::Display,
        position: u64,
    ) -> Result<Self, TierError> {
        let corrupt =
            |detail: &str| TierError::corrupt(format!("batch at {position}"), key, detail);
        let Some(header) = header.first_chunk::<BATCH_HEADER_BYTES>() else {
            return Err(corrupt("the header is cut"));
        };
        let long = |at: usize| {
            i64::from_be_bytes(
                header[at..at + 8]
                    .try_into()
                    .expect("8 bytes of a 61-byte array"),
            )
        };
        let word = |at: usize| {
            i32::from_be_bytes(
                header[at..at + 4]
                    .try_into()
                    .expect("4 bytes of a 61-byte array"),
            )
        };
        let base_offset = long(0);
        let size = usize::try_from(word(8))
            .ok()
            .map(|length| length + LENGTH_END);
        let size = size
            .filter(|size| *size >= BATCH_HEADER_BYTES)
            .ok_or_else(|| corrupt("the length is too small"))?;
        if header[16] != MAGIC {
            return Err(corrupt("the magic number is not 2"));
        }
        let delta = word(23);
        if base_offset < 0 || delta < 0 {
            return Err(corrupt("an offset is negative"));
        }
        Ok(Self {
            base_offset,
            last_offset_inclusive: base_offset.saturating_add(i64::from(delta)),
            size,
            leader_epoch: word(12),
            max_timestamp: long(35),
        })
    }
}
