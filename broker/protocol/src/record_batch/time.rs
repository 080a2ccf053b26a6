//! Finding a record of a batch by its time.

use std::ops::ControlFlow;

use super::{BatchError, BatchHeader, RecordBatch};

impl BatchHeader {
    /// Timestamp and offset that stand for all records at or above `from`, where they are not looked at:
    /// the offset is never too late.
    #[must_use]
    pub fn as_a_whole(&self, from: i64) -> (i64, i64) {
        (self.max_timestamp, self.base_offset.max(from))
    }
}

impl RecordBatch {
    /// Timestamp and offset of the first record at or above `from` whose timestamp is at least
    /// `timestamp`. A batch whose records cannot be decompressed, or not into `max_bytes`, counts as a
    /// whole. Of a malformed one those records count that come before.
    #[must_use]
    pub fn first_since(&self, timestamp: i64, from: i64, max_bytes: usize) -> Option<(i64, i64)> {
        let found = self.walk_records(max_bytes, |record| {
            if record.timestamp >= timestamp && record.offset >= from {
                return ControlFlow::Break((record.timestamp, record.offset));
            }
            ControlFlow::Continue(())
        });
        match found {
            Ok(found) => found.break_value(),
            Err(BatchError::Compression(_)) => Some(self.header().as_a_whole(from)),
            Err(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::compression::Codec;
    use crate::record_batch::{HEADER_LEN, RecordBatchBuilder, patch_base_offset};

    fn batch(codec: Codec) -> Vec<u8> {
        let mut builder = RecordBatchBuilder::new(codec);
        for timestamp in [10, 30, 20, 40] {
            let value = [7; 100];
            builder.append(timestamp, None, Some(&value), &[]).unwrap();
        }
        let mut bytes = builder.build().unwrap().to_vec();
        patch_base_offset(&mut bytes, 1000);
        bytes
    }

    #[test]
    fn the_first_late_enough_record_counts_and_what_cannot_be_read_as_a_whole() {
        for codec in Codec::ALL {
            let bytes = batch(codec);
            let whole = RecordBatch::parse(&Bytes::from(bytes.clone())).unwrap();
            assert_eq!(whole.first_since(15, 0, 4096), Some((30, 1001)));
            assert_eq!(whole.first_since(15, 1002, 4096), Some((20, 1002)));
            assert_eq!(whole.first_since(41, 0, 4096), None);
            if codec == Codec::None {
                continue;
            }
            assert_eq!(whole.first_since(15, 0, 50), Some((40, 1000)));
            assert_eq!(whole.first_since(15, 1002, 50), Some((40, 1002)));
            let mut damaged = bytes;
            damaged[HEADER_LEN..].fill(0xee);
            let damaged = RecordBatch::parse(&Bytes::from(damaged)).unwrap();
            assert_eq!(damaged.first_since(15, 0, 4096), Some((40, 1000)));
        }
    }
}
