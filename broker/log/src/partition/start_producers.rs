//! Producers as the batches below the local log start leave them.
//!
//! Those batches cannot be read here any more, and what memory knows of the newest batches is
//! no substitute: a truncation takes newest batches away, and then those count again which they
//! had pushed out (I17). So each move of the local start writes down, in the same group, what
//! holds at the new start; everything above it can be replayed.

use bytes::Bytes;
use strandline_protocol::TopicPartition;

use super::producers::ProducerTable;
use super::state::{producer_from_record, producer_record};
use crate::format::footer::{PartitionState, encode_record};

/// Producers in one `state` entry, so that entries stay small.
const PRODUCERS_PER_ENTRY: usize = 32;

/// What a producer takes in the group and in the footer of its file, in bytes, with room to
/// spare: the share of a file's size that bounds how many are kept.
pub(crate) const FILE_BYTES_PER_PRODUCER: u64 = 1024;

/// The producers at one local log start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct StartProducers {
    pub(crate) offset: i64,
    pub(crate) table: ProducerTable,
}

impl StartProducers {
    /// Adds what a record says. A later start replaces an earlier one; one start may be told in
    /// several records, and more than once.
    pub(crate) fn add(&mut self, record: &PartitionState) {
        let offset = record.start_producers_offset;
        if offset < self.offset || record.start_producers.is_empty() {
            return;
        }
        if offset > self.offset {
            *self = Self {
                offset,
                table: ProducerTable::default(),
            };
        }
        for producer in &record.start_producers {
            self.table.join(producer_from_record(producer));
        }
    }

    /// As records of `state` entries.
    pub(crate) fn records(&self, tp: &TopicPartition) -> Vec<Bytes> {
        let states = self.table.states();
        let records = states.chunks(PRODUCERS_PER_ENTRY).map(|chunk| {
            encode_record(&PartitionState {
                topic_id: tp.topic_id,
                partition: tp.partition,
                start_producers_offset: self.offset,
                start_producers: chunk.iter().map(producer_record).collect(),
                ..PartitionState::default()
            })
        });
        records.collect()
    }

    /// The same in the record of a footer.
    pub(crate) fn write_to(&self, record: &mut PartitionState) {
        if !self.table.is_empty() {
            record.start_producers_offset = self.offset;
            record.start_producers = self.table.states().iter().map(producer_record).collect();
        }
    }
}
