//! A sealed segment of the local log as the tier reads it.

use bytes::Bytes;
use strandline_log::SealedSegment;
use strandline_tiering::{AbortedRange, EpochStart, SegmentSource};

/// [`SegmentSource`] over the journal.
#[derive(Debug)]
pub(super) struct LocalSegment(pub(super) SealedSegment);

impl SegmentSource for LocalSegment {
    fn base_offset(&self) -> i64 {
        self.0.base_offset()
    }

    fn end_offset(&self) -> i64 {
        self.0.end_offset()
    }

    fn size_bytes(&self) -> u64 {
        self.0.size_bytes()
    }

    fn max_timestamp(&self) -> i64 {
        self.0.info().max_timestamp
    }

    fn leader_epochs(&self) -> Vec<EpochStart> {
        let epochs = self.0.leader_epochs().into_iter();
        epochs
            .map(|(leader_epoch, start_offset)| EpochStart {
                leader_epoch,
                start_offset,
            })
            .collect()
    }

    fn producer_snapshot(&self) -> Bytes {
        Bytes::new()
    }

    fn aborted_transactions(&self) -> Vec<AbortedRange> {
        let aborted = self.0.aborted_transactions().unwrap_or_default();
        let ranges = aborted.into_iter().map(|aborted| AbortedRange {
            producer_id: aborted.producer_id,
            first_offset: aborted.first_offset,
            last_offset: aborted.last_offset,
            last_stable_offset: aborted.first_offset,
        });
        ranges.collect()
    }

    fn batches(&self) -> Box<dyn Iterator<Item = Result<Bytes, String>> + Send + '_> {
        Box::new(
            self.0
                .batches()
                .map(|slice| slice.map_err(|error| error.to_string())),
        )
    }
}
