//! The log's sealed segments as a source of uploads.

use bytes::Bytes;
use strandline_log::{ProducerState, SealedSegment};

use crate::format::{self, ProducerEntry, ProducerSnapshot, SnapshotBatch};
use crate::segment_source::{AbortedRange, EpochStart, ProducersAtEnd, SegmentSource};

impl SegmentSource for SealedSegment {
    fn base_offset(&self) -> i64 {
        Self::base_offset(self)
    }

    fn end_offset(&self) -> i64 {
        Self::end_offset(self)
    }

    fn size_bytes(&self) -> u64 {
        Self::size_bytes(self)
    }

    fn max_timestamp(&self) -> i64 {
        let info = self.info();
        // Records without a timestamp age from when they were appended, as Kafka's files do.
        if info.max_timestamp >= 0 {
            info.max_timestamp
        } else {
            info.created_ms
        }
    }

    fn leader_epochs(&self) -> Vec<EpochStart> {
        let epochs = Self::leader_epochs(self).into_iter();
        epochs
            .map(|(leader_epoch, start_offset)| EpochStart {
                leader_epoch,
                start_offset,
            })
            .collect()
    }

    fn producers(&self) -> Result<ProducersAtEnd, String> {
        let producers = Self::producers(self).map_err(|error| error.to_string())?;
        let open_transaction_offset = producers
            .iter()
            .filter_map(|p| p.transaction_first_offset)
            .min();
        let snapshot = ProducerSnapshot {
            producers: producers.iter().map(producer_entry).collect(),
        };
        let snapshot = format::encode_versioned(&snapshot).map_err(|error| error.to_string())?;
        Ok(ProducersAtEnd {
            snapshot,
            open_transaction_offset,
        })
    }

    fn aborted_transactions(&self) -> Result<Vec<AbortedRange>, String> {
        let aborted = Self::aborted_transactions(self).map_err(|error| error.to_string())?;
        let range = |aborted: &strandline_log::AbortedTransaction| AbortedRange {
            producer_id: aborted.producer_id,
            first_offset: aborted.first_offset,
            last_offset: aborted.last_offset,
        };
        Ok(aborted.iter().map(range).collect())
    }

    fn batches(&self) -> Box<dyn Iterator<Item = Result<Bytes, String>> + Send + '_> {
        Box::new(Self::batches(self).map(|batches| batches.map_err(|error| error.to_string())))
    }
}

fn producer_entry(producer: &ProducerState) -> ProducerEntry {
    let batch = |batch: &strandline_log::ProducerBatch| SnapshotBatch {
        first_sequence: batch.first_sequence,
        last_sequence: batch.last_sequence,
        base_offset: batch.base_offset,
        end_offset: batch.end_offset,
        timestamp: batch.timestamp,
    };
    ProducerEntry {
        producer_id: producer.producer_id,
        producer_epoch: producer.epoch,
        coordinator_epoch: producer.coordinator_epoch,
        last_timestamp: producer.last_timestamp,
        transaction_first_offset: producer.transaction_first_offset.unwrap_or(-1),
        last_marker_offset: producer.last_marker_offset,
        batches: producer.batches.iter().map(batch).collect(),
    }
}
