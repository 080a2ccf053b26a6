//! Between what a partition is in memory and the records that footers and `state` entries hold.

use strandline_protocol::TopicPartition;

use super::pending::Urgent;
use super::producers::{AbortedTransaction, ProducerBatch, ProducerState};
use crate::format::footer::{PartitionState, encode_record};
use crate::format::generated;

/// What a log is apart from its batches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scalars {
    pub(crate) log_start_offset: i64,
    pub(crate) local_log_start_offset: i64,
    pub(crate) log_end_offset: i64,
    pub(crate) epochs: Vec<(i32, i64)>,
}

impl Scalars {
    pub(crate) fn from_record(record: &PartitionState) -> Self {
        Self {
            log_start_offset: record.log_start_offset,
            local_log_start_offset: record.local_log_start_offset,
            log_end_offset: record.log_end_offset,
            epochs: record
                .epochs
                .iter()
                .map(|e| (e.epoch, e.start_offset))
                .collect(),
        }
    }

    pub(crate) fn to_record(&self) -> PartitionState {
        let epoch = |(epoch, start_offset): &(i32, i64)| generated::EpochStart {
            epoch: *epoch,
            start_offset: *start_offset,
        };
        PartitionState {
            complete: true,
            log_start_offset: self.log_start_offset,
            local_log_start_offset: self.local_log_start_offset,
            log_end_offset: self.log_end_offset,
            epochs: self.epochs.iter().map(epoch).collect(),
            ..PartitionState::default()
        }
    }
}

/// The entry that says where a log starts and ends, and its epochs.
pub(crate) fn complete_entry(
    tp: &TopicPartition,
    scalars: &Scalars,
    segments: Vec<generated::SegmentStart>,
) -> Urgent {
    let record = PartitionState {
        topic_id: tp.topic_id,
        partition: tp.partition,
        segments,
        ..scalars.to_record()
    };
    Urgent::State {
        record: encode_record(&record),
        complete: true,
    }
}

/// Where a segment starts, and what the segment before it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SegmentStart {
    pub(crate) base_offset: i64,
    pub(crate) created_ms: i64,
    pub(crate) previous: SegmentSummary,
}

/// A closed segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SegmentSummary {
    pub(crate) base_offset: i64,
    pub(crate) created_ms: i64,
    pub(crate) bytes: u64,
    pub(crate) max_timestamp: i64,
}

impl SegmentStart {
    pub(crate) fn from_record(record: &generated::SegmentStart) -> Self {
        Self {
            base_offset: record.base_offset,
            created_ms: record.created_ms,
            previous: SegmentSummary {
                base_offset: record.previous_base_offset,
                created_ms: record.previous_created_ms,
                bytes: record.previous_bytes.max(0).cast_unsigned(),
                max_timestamp: record.previous_max_timestamp,
            },
        }
    }

    pub(crate) fn to_record(self) -> generated::SegmentStart {
        generated::SegmentStart {
            base_offset: self.base_offset,
            created_ms: self.created_ms,
            previous_base_offset: self.previous.base_offset,
            previous_created_ms: self.previous.created_ms,
            previous_bytes: self.previous.bytes.cast_signed(),
            previous_max_timestamp: self.previous.max_timestamp,
        }
    }

    /// The record of a `state` entry that says only this.
    pub(crate) fn entry(&self, tp: &TopicPartition) -> PartitionState {
        PartitionState {
            topic_id: tp.topic_id,
            partition: tp.partition,
            segments: vec![self.to_record()],
            ..PartitionState::default()
        }
    }
}

pub(crate) fn truncation_record((sequence, end_offset): &(u64, i64)) -> generated::Truncation {
    generated::Truncation {
        sequence: sequence.cast_signed(),
        end_offset: *end_offset,
    }
}

pub(crate) fn aborted_from_record(record: &generated::Aborted) -> AbortedTransaction {
    AbortedTransaction {
        producer_id: record.producer_id,
        first_offset: record.first_offset,
        last_offset: record.last_offset,
    }
}

pub(crate) fn aborted_record(aborted: &AbortedTransaction) -> generated::Aborted {
    generated::Aborted {
        producer_id: aborted.producer_id,
        first_offset: aborted.first_offset,
        last_offset: aborted.last_offset,
    }
}

pub(crate) fn producer_from_record(record: &generated::Producer) -> ProducerState {
    let batch = |b: &generated::ProducerBatch| ProducerBatch {
        first_sequence: b.first_sequence,
        last_sequence: b.last_sequence,
        base_offset: b.base_offset,
        end_offset: b.end_offset,
        timestamp: b.timestamp,
    };
    let open = record.transaction_first_offset;
    ProducerState::restored(
        (
            record.producer_id,
            record.producer_epoch,
            record.coordinator_epoch,
            record.last_timestamp,
        ),
        record.batches.iter().map(batch).collect(),
        (open >= 0).then_some(open),
        record.last_marker_offset,
    )
}

pub(crate) fn producer_record(state: &ProducerState) -> generated::Producer {
    let batch = |b: &ProducerBatch| generated::ProducerBatch {
        first_sequence: b.first_sequence,
        last_sequence: b.last_sequence,
        base_offset: b.base_offset,
        end_offset: b.end_offset,
        timestamp: b.timestamp,
    };
    generated::Producer {
        producer_id: state.producer_id,
        producer_epoch: state.epoch,
        coordinator_epoch: state.coordinator_epoch,
        last_timestamp: state.last_timestamp,
        batches: state.batches.iter().map(batch).collect(),
        transaction_first_offset: state.transaction_first_offset.unwrap_or(-1),
        last_marker_offset: state.last_marker_offset,
    }
}
