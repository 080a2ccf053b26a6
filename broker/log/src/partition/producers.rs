//! Producer state: what makes a retry a duplicate and a gap an error.
//!
//! # Invariants
//!
//! 1. The table is a function of the batches of the log alone (I17): [`ProducerTable::apply`]
//!    of every batch in offset order, starting from an empty table, gives it.
//! 2. Folding is associative: the table of a range followed by the table of the next range,
//!    joined by [`ProducerTable::join`], is the table of both.
//! 3. Per producer the last five batches of its current epoch are remembered (KIP-98: a client
//!    has at most five requests in flight).

use std::collections::{BTreeMap, HashMap};

use crate::batch::{Batch, Marker};
use crate::error::AppendError;

/// How many batches of a producer are remembered.
const BATCHES_KEPT: usize = 5;

/// A batch that a producer wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProducerBatch {
    /// Sequence of its first record.
    pub first_sequence: i32,
    /// Sequence of its last record.
    pub last_sequence: i32,
    /// Offset of its first record.
    pub base_offset: i64,
    /// One past the offset of its last record.
    pub end_offset: i64,
    /// Its largest timestamp.
    pub timestamp: i64,
}

/// What the log knows of a producer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProducerState {
    /// The producer.
    pub producer_id: i64,
    /// Its current epoch.
    pub epoch: i16,
    /// Epoch of the coordinator that wrote the last marker, -1 without one.
    pub coordinator_epoch: i32,
    /// Timestamp of the last batch or marker.
    pub last_timestamp: i64,
    /// Up to five batches of the current epoch, oldest first.
    pub batches: Vec<ProducerBatch>,
    /// First offset of the open transaction.
    pub transaction_first_offset: Option<i64>,
    /// Offset of the last marker, -1 without one.
    pub last_marker_offset: i64,
    /// When this process last heard of it: expiry must not depend on the timestamps that a
    /// producer chooses. No part of the state that the log defines.
    seen_ms: i64,
}

impl ProducerState {
    fn new(producer_id: i64, epoch: i16) -> Self {
        Self {
            producer_id,
            epoch,
            coordinator_epoch: -1,
            last_timestamp: -1,
            batches: Vec::new(),
            transaction_first_offset: None,
            last_marker_offset: -1,
            seen_ms: 0,
        }
    }

    /// A state out of a record.
    pub(crate) fn restored(
        producer: (i64, i16, i32, i64),
        batches: Vec<ProducerBatch>,
        transaction_first_offset: Option<i64>,
        last_marker_offset: i64,
    ) -> Self {
        let (producer_id, epoch, coordinator_epoch, last_timestamp) = producer;
        Self {
            coordinator_epoch,
            last_timestamp,
            batches,
            transaction_first_offset,
            last_marker_offset,
            ..Self::new(producer_id, epoch)
        }
    }

    /// Sequence of the last record, -1 if there is none in this epoch.
    #[must_use]
    pub fn last_sequence(&self) -> i32 {
        self.batches.last().map_or(-1, |b| b.last_sequence)
    }

    /// Whether anything is known but the epoch.
    pub(crate) fn says_something(&self) -> bool {
        !self.batches.is_empty()
            || self.last_marker_offset >= 0
            || self.transaction_first_offset.is_some()
    }

    fn set_epoch(&mut self, epoch: i16) {
        if self.epoch != epoch {
            self.epoch = epoch;
            self.batches.clear();
        }
    }

    fn push(&mut self, batch: ProducerBatch) {
        if self.batches.len() == BATCHES_KEPT {
            let _ = self.batches.remove(0);
        }
        self.batches.push(batch);
    }

    fn is_expired(&self, oldest_ms: i64) -> bool {
        self.transaction_first_offset.is_none() && self.seen_ms < oldest_ms
    }

    /// Newest offset that the state depends on.
    fn last_offset(&self) -> i64 {
        let batch = self.batches.last().map_or(-1, |b| b.end_offset - 1);
        batch.max(self.last_marker_offset)
    }
}

/// A transaction that was aborted: its batches are skipped by read_committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AbortedTransaction {
    /// The producer.
    pub producer_id: i64,
    /// First offset of the transaction; -1 while it is only known that it began before the
    /// range that was looked at.
    pub first_offset: i64,
    /// Offset of the marker.
    pub last_offset: i64,
}

/// A transaction whose marker was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CompletedTransaction {
    pub(crate) first_offset: i64,
    pub(crate) marker_offset: i64,
}

/// Result of the check before an append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    New,
    Duplicate(ProducerBatch),
}

/// The producers of one partition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ProducerTable {
    producers: HashMap<i64, ProducerState>,
    /// Open transactions: first offset to producer.
    open: BTreeMap<i64, i64>,
}

impl ProducerTable {
    pub(crate) fn is_empty(&self) -> bool {
        self.producers.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.producers.len()
    }

    pub(crate) fn get(&self, producer_id: i64) -> Option<&ProducerState> {
        self.producers.get(&producer_id)
    }

    /// All states, ordered by producer id.
    pub(crate) fn states(&self) -> Vec<ProducerState> {
        let known = self.producers.values().cloned();
        let mut states: Vec<_> = known.map(|s| ProducerState { seen_ms: 0, ..s }).collect();
        states.sort_by_key(|s| s.producer_id);
        states
    }

    /// First offset of the oldest open transaction.
    pub(crate) fn first_open_offset(&self) -> Option<i64> {
        self.open.keys().next().copied()
    }

    /// Notes that all producers are in use at this time.
    pub(crate) fn mark_seen(&mut self, now_ms: i64) {
        self.producers
            .values_mut()
            .for_each(|s| s.seen_ms = s.seen_ms.max(now_ms));
    }

    /// Notes that a producer is in use at this time.
    pub(crate) fn mark_one_seen(&mut self, producer_id: i64, now_ms: i64) {
        if let Some(state) = self.producers.get_mut(&producer_id) {
            state.seen_ms = now_ms;
        }
    }

    /// Checks a batch of a client (Kafka's `ProducerAppendInfo`). A producer that was not seen
    /// since `oldest_ms` counts as unknown, and an unknown producer may start anywhere.
    pub(crate) fn admit(&self, batch: &Batch, oldest_ms: i64) -> Result<Admission, AppendError> {
        let Some(state) = self
            .get(batch.producer_id)
            .filter(|s| !s.is_expired(oldest_ms))
        else {
            return Ok(Admission::New);
        };
        let (first, last) = (batch.base_sequence, batch.last_sequence());
        if batch.producer_epoch < state.epoch {
            return Err(AppendError::InvalidProducerEpoch {
                producer_id: batch.producer_id,
                epoch: batch.producer_epoch,
                current: state.epoch,
            });
        }
        let in_sequence = if batch.producer_epoch == state.epoch {
            let known = state.batches.iter().rev();
            let mut known = known.filter(|b| b.first_sequence == first && b.last_sequence == last);
            if let Some(known) = known.next() {
                return Ok(Admission::Duplicate(*known));
            }
            let previous = state.last_sequence();
            if previous == i32::MAX {
                first == 0
            } else {
                first == previous + 1
            }
        } else {
            first == 0
        };
        if !in_sequence {
            return Err(AppendError::OutOfOrderSequence {
                producer_id: batch.producer_id,
                sequence: first,
                last_sequence: state.last_sequence(),
            });
        }
        if state.transaction_first_offset.is_some() && !batch.is_transactional() {
            return Err(AppendError::InvalidTransactionState(batch.producer_id));
        }
        Ok(Admission::New)
    }

    /// Checks a marker.
    pub(crate) fn admit_marker(&self, batch: &Batch, marker: Marker) -> Result<(), AppendError> {
        let Some(state) = self.get(batch.producer_id) else {
            return Ok(());
        };
        if batch.producer_epoch < state.epoch {
            return Err(AppendError::InvalidProducerEpoch {
                producer_id: batch.producer_id,
                epoch: batch.producer_epoch,
                current: state.epoch,
            });
        }
        if marker.coordinator_epoch < state.coordinator_epoch {
            return Err(AppendError::TransactionCoordinatorFenced {
                epoch: marker.coordinator_epoch,
                current: state.coordinator_epoch,
            });
        }
        Ok(())
    }

    /// Folds a batch of a producer into the table. `batch` carries its final offset; `marker`
    /// is the end of a transaction if it is one. Answers the transaction that it ended, and
    /// whether it was aborted; its first offset is -1 if it began before this table.
    pub(crate) fn apply(
        &mut self,
        batch: &Batch,
        marker: Option<Marker>,
    ) -> Option<(CompletedTransaction, bool)> {
        if !batch.has_producer() {
            return None;
        }
        let id = batch.producer_id;
        let state = self
            .producers
            .entry(id)
            .or_insert_with(|| ProducerState::new(id, batch.producer_epoch));
        state.set_epoch(batch.producer_epoch);
        state.last_timestamp = batch.max_timestamp;
        if batch.is_control() {
            let marker = marker?;
            state.coordinator_epoch = marker.coordinator_epoch;
            state.last_marker_offset = batch.base_offset;
            let first = state.transaction_first_offset.take();
            if let Some(first) = first {
                let _ = self.open.remove(&first);
            }
            let completed = CompletedTransaction {
                first_offset: first.unwrap_or(-1),
                marker_offset: batch.base_offset,
            };
            return Some((completed, !marker.commit));
        }
        state.push(ProducerBatch {
            first_sequence: batch.base_sequence,
            last_sequence: batch.last_sequence(),
            base_offset: batch.base_offset,
            end_offset: batch.end_offset(),
            timestamp: batch.max_timestamp,
        });
        if batch.is_transactional() && state.transaction_first_offset.is_none() {
            state.transaction_first_offset = Some(batch.base_offset);
            let _ = self.open.insert(batch.base_offset, id);
        }
        None
    }

    /// Forgets producers that `current` has forgotten, and of the others when they were seen.
    pub(crate) fn retain_known_to(&mut self, current: &Self) {
        let known = std::mem::take(self).producers.into_values();
        for mut state in known {
            if let Some(now) = current.get(state.producer_id) {
                state.seen_ms = now.seen_ms;
                self.join(state);
            }
        }
    }

    /// Adds the state of the range after this table's (invariant 2).
    pub(crate) fn join(&mut self, newer: ProducerState) {
        let id = newer.producer_id;
        let Some(old) = self.producers.remove(&id) else {
            if let Some(first) = newer.transaction_first_offset {
                let _ = self.open.insert(first, id);
            }
            let _ = self.producers.insert(id, newer);
            return;
        };
        if old.last_offset() > newer.last_offset() {
            // The same facts from two files, or files read out of order.
            return self.join_ordered(newer, old);
        }
        self.join_ordered(old, newer);
    }

    fn join_ordered(&mut self, old: ProducerState, mut newer: ProducerState) {
        let known = [old.transaction_first_offset, newer.transaction_first_offset];
        for first in known.into_iter().flatten() {
            let _ = self.open.remove(&first);
        }
        newer.seen_ms = newer.seen_ms.max(old.seen_ms);
        if old.epoch == newer.epoch {
            let mut batches = old.batches;
            batches.append(&mut newer.batches);
            batches.sort_by_key(|b| b.base_offset);
            batches.dedup_by_key(|b| b.base_offset);
            let surplus = batches.len().saturating_sub(BATCHES_KEPT);
            newer.batches = batches.split_off(surplus);
        }
        if newer.last_marker_offset <= old.last_marker_offset {
            newer.last_marker_offset = old.last_marker_offset;
            newer.coordinator_epoch = newer.coordinator_epoch.max(old.coordinator_epoch);
        }
        let marker = newer.last_marker_offset;
        newer.transaction_first_offset =
            [old.transaction_first_offset, newer.transaction_first_offset]
                .into_iter()
                .flatten()
                .filter(|first| *first > marker)
                .min();
        if let Some(first) = newer.transaction_first_offset {
            let _ = self.open.insert(first, newer.producer_id);
        }
        let _ = self.producers.insert(newer.producer_id, newer);
    }

    /// Forgets every batch at or above `end_offset`. What those had pushed out is restored by
    /// joining the states of the files below, and by replaying headers.
    pub(crate) fn forget_from(&mut self, end_offset: i64) {
        let states = std::mem::take(self);
        for (_, mut state) in states.producers {
            let known = state.batches.len();
            state.batches.retain(|b| b.end_offset <= end_offset);
            let lost = known != state.batches.len();
            if state.last_marker_offset >= end_offset {
                state.last_marker_offset = -1;
                state.transaction_first_offset = None;
            }
            if state
                .transaction_first_offset
                .is_some_and(|first| first >= end_offset)
            {
                state.transaction_first_offset = None;
            }
            let empty = state.batches.is_empty() && state.last_marker_offset < 0;
            if empty && (lost || state.transaction_first_offset.is_none()) {
                continue;
            }
            state.last_timestamp = state
                .batches
                .last()
                .map_or(state.last_timestamp, |b| b.timestamp);
            self.join(state);
        }
    }

    /// Removes producers that were not seen since before `oldest_ms`, and then, if
    /// there are still more than `max`, the oldest ones. A producer with an open transaction
    /// stays.
    pub(crate) fn expire(&mut self, oldest_ms: i64, max: usize) {
        self.producers.retain(|_, s| !s.is_expired(oldest_ms));
        if self.producers.len() <= max {
            return;
        }
        let idle = self
            .producers
            .values()
            .filter(|s| s.transaction_first_offset.is_none());
        let mut by_age: Vec<_> = idle.map(|s| (s.seen_ms, s.producer_id)).collect();
        by_age.sort_unstable();
        let surplus = self.producers.len() - max;
        for (_, id) in by_age.into_iter().take(surplus) {
            let _ = self.producers.remove(&id);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn batch(id: i64, epoch: i16, sequence: i32, records: i32, offset: i64) -> Batch {
        Batch {
            base_offset: offset,
            total_len: 100,
            leader_epoch: 0,
            attributes: 0,
            last_offset_delta: records - 1,
            max_timestamp: offset,
            producer_id: id,
            producer_epoch: epoch,
            base_sequence: sequence,
        }
    }

    #[test]
    fn duplicates_get_their_first_offsets_and_gaps_are_refused() {
        let mut table = ProducerTable::default();
        for i in 0..7 {
            let b = batch(1, 0, i * 2, 2, i64::from(i) * 2);
            assert_eq!(table.admit(&b, i64::MIN), Ok(Admission::New));
            let _ = table.apply(&b, None);
        }
        let again = table.admit(&batch(1, 0, 4, 2, 99), i64::MIN).unwrap();
        assert!(matches!(again, Admission::Duplicate(b) if b.base_offset == 4));
        assert!(
            table.admit(&batch(1, 0, 2, 2, 99), i64::MIN).is_err(),
            "only five are known"
        );
        assert!(table.admit(&batch(1, 0, 15, 1, 99), i64::MIN).is_err());
        assert_eq!(
            table.admit(&batch(1, 0, 15, 1, 99), 1000),
            Ok(Admission::New),
            "expired"
        );
        assert_eq!(
            table.admit(&batch(2, 3, 9, 1, 99), i64::MIN),
            Ok(Admission::New),
            "unknown"
        );
        assert!(table.admit(&batch(1, 1, 3, 1, 99), i64::MIN).is_err());
        assert_eq!(
            table.admit(&batch(1, 1, 0, 1, 99), i64::MIN),
            Ok(Admission::New)
        );
        let _ = table.apply(&batch(1, 1, 0, 1, 99), None);
        assert!(matches!(
            table.admit(&batch(1, 0, 14, 1, 100), i64::MIN),
            Err(AppendError::InvalidProducerEpoch { current: 1, .. })
        ));
    }

    #[test]
    fn the_sequence_after_the_largest_is_zero() {
        let mut table = ProducerTable::default();
        let _ = table.apply(&batch(1, 0, i32::MAX, 1, 0), None);
        assert!(table.admit(&batch(1, 0, 1, 1, 1), i64::MIN).is_err());
        assert_eq!(
            table.admit(&batch(1, 0, 0, 1, 1), i64::MIN),
            Ok(Admission::New)
        );
    }

    fn history() -> impl Strategy<Value = Vec<(i64, bool, u8)>> {
        proptest::collection::vec((0..3i64, any::<bool>(), 0..8u8), 0..60)
    }

    fn replay(history: &[(i64, bool, u8)], from: usize, to: usize) -> ProducerTable {
        let mut table = ProducerTable::default();
        for (i, (id, transactional, kind)) in history.iter().enumerate().take(to).skip(from) {
            let offset = i64::try_from(i).unwrap();
            let mut b = batch(*id, 0, i32::try_from(i).unwrap(), 1, offset);
            let mut marker = None;
            if *kind == 0 {
                b.attributes = (1 << 4) | (1 << 5);
                marker = Some(Marker {
                    commit: false,
                    coordinator_epoch: 1,
                });
            } else if *transactional {
                b.attributes = 1 << 4;
            }
            let _ = table.apply(&b, marker);
        }
        table
    }

    proptest! {
        #[test]
        fn folding_in_two_ranges_equals_folding_in_one(h in history(), cut in 0..60usize) {
            let cut = cut.min(h.len());
            let mut joined = replay(&h, 0, cut);
            for state in replay(&h, cut, h.len()).states() {
                joined.join(state);
            }
            prop_assert_eq!(joined, replay(&h, 0, h.len()));
        }
    }
}
