//! Batches one behind the other.

use bytes::Bytes;

use super::{BatchError, RecordBatch};
use crate::codec::Records;

/// Walks a buffer of concatenated batches. A batch that the buffer cuts off, as old brokers send
/// it at the end of a fetch, is [`BatchError::Truncated`] and ends the walk, as does any error.
#[derive(Debug, Clone)]
pub struct BatchIter {
    rest: Bytes,
}

impl BatchIter {
    /// Walks `bytes`.
    #[must_use]
    pub fn new(bytes: Bytes) -> Self {
        Self { rest: bytes }
    }

    /// What was not walked yet.
    #[must_use]
    pub fn rest(&self) -> &Bytes {
        &self.rest
    }
}

impl Iterator for BatchIter {
    type Item = Result<RecordBatch, BatchError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let batch = RecordBatch::parse(&self.rest);
        match &batch {
            Ok(batch) => self.rest = self.rest.slice(batch.bytes().len()..),
            Err(_) => self.rest = Bytes::new(),
        }
        Some(batch)
    }
}

impl Records {
    /// Walks the batches; every slice holds whole batches.
    pub fn batches(&self) -> impl Iterator<Item = Result<RecordBatch, BatchError>> + '_ {
        self.slices()
            .iter()
            .flat_map(|slice| BatchIter::new(slice.clone()))
    }
}
