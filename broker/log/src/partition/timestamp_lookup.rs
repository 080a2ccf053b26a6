//! Offsets by timestamp. The index is the largest timestamp per run, run by run in footers and
//! in the open file, file by file in memory.

use std::ops::ControlFlow;

use bytes::Bytes;
use strandline_protocol::record_batch::{BatchError, RecordBatch};

use super::PartitionLog;
use super::extents::Extent;
use super::read::RunReader;
use crate::batch::{self, Batch};
use crate::error::ReadError;
use crate::format::run::Run;
use crate::journal::files::FilePin;

/// A batch is decompressed into at most this, in bytes.
const DECOMPRESSED_MAX: usize = 64 << 20;

/// What a search goes through.
struct Search {
    sealed: Vec<(Extent, FilePin)>,
    open: Vec<Run>,
    open_file: u64,
    start: i64,
    limit: i64,
    timestamp: i64,
}

/// A record found by time: timestamp, offset, leader epoch.
type Found = (i64, i64, i32);

impl PartitionLog {
    /// The first record at or after the local log start, below `limit_offset`, whose timestamp
    /// is at least `timestamp`: its timestamp, offset and leader epoch. Blocks.
    ///
    /// # Errors
    ///
    /// If a footer or run that it needs cannot be read.
    pub fn offset_for_timestamp(
        &self,
        timestamp: i64,
        limit_offset: i64,
    ) -> Result<Option<(i64, i64, i32)>, ReadError> {
        let search = {
            let inner = self.inner.lock();
            let start = inner.local_start;
            let limit = limit_offset.min(inner.durable_end);
            let new_enough = |max: i64, base: i64| max >= timestamp && base < limit;
            let sealed = inner.extents.iter();
            let sealed = sealed.filter(|e| new_enough(e.max_timestamp, e.base_offset));
            let open = inner.open_runs.iter();
            let open = open.filter(|r| new_enough(r.max_timestamp, r.base_offset));
            Search {
                sealed: sealed
                    .filter_map(|e| Some((*e, self.core.files.pin(e.file)?)))
                    .collect(),
                open: open.copied().collect(),
                open_file: inner.open_file,
                start,
                limit,
                timestamp,
            }
        };
        for (extent, pin) in &search.sealed {
            if let Some(found) = self.search_file(&search, extent, pin)? {
                return Ok(Some(found));
            }
        }
        let payloads = search
            .open
            .iter()
            .filter_map(|run| self.open_payload(search.open_file, run));
        let mut found = payloads.filter_map(|payload| search.in_payload(&payload, search.limit));
        Ok(found.next())
    }

    /// Timestamp and offset of the first record with the largest timestamp. Blocks; `None` if
    /// the log is empty or the record cannot be read.
    #[must_use]
    pub fn max_timestamp(&self) -> Option<(i64, i64)> {
        let (max, end) = {
            let inner = self.inner.lock();
            let sealed = inner.extents.iter().map(|e| e.max_timestamp);
            let open = inner.open_runs.iter().map(|r| r.max_timestamp);
            (sealed.chain(open).max()?, inner.durable_end)
        };
        let mut wanted = max;
        // The largest timestamp of a file may have been cut off: look for the next one down.
        loop {
            match self.offset_for_timestamp(wanted, end) {
                Ok(Some((timestamp, offset, _))) => return Some((timestamp, offset)),
                Err(_) => return None,
                Ok(None) => wanted = self.largest_below(wanted)?,
            }
        }
    }

    fn largest_below(&self, timestamp: i64) -> Option<i64> {
        let inner = self.inner.lock();
        let sealed = inner.extents.iter().map(|e| e.max_timestamp);
        let open = inner.open_runs.iter().map(|r| r.max_timestamp);
        sealed.chain(open).filter(|max| *max < timestamp).max()
    }

    fn search_file(
        &self,
        search: &Search,
        extent: &Extent,
        pin: &FilePin,
    ) -> Result<Option<Found>, ReadError> {
        let index = self.core.footer(pin)?;
        let Some(row) = index.find(&self.topic_partition) else {
            return Ok(None);
        };
        let runs = index.runs(&row);
        let reader = RunReader {
            core: &self.core,
            pin,
            index: &index,
            tp: self.topic_partition,
        };
        let limit = search.limit.min(extent.end_offset);
        for i in runs.first_ending_above(extent.base_offset)..runs.len() {
            let run = runs.at(i);
            if run.base_offset >= limit {
                break;
            }
            if run.max_timestamp < search.timestamp {
                continue;
            }
            let mut found = None;
            reader.read(&[run], |run, payload| {
                let whole = batch::verify_payload(
                    &payload,
                    run.base_offset,
                    run.end_offset(),
                    run.leader_epoch,
                );
                whole.map_err(|error| ReadError::Damaged {
                    start: run.base_offset,
                    end: run.end_offset(),
                    file: extent.file,
                    reason: error.to_string(),
                })?;
                found = search.in_payload(&payload, limit);
                Ok(())
            })?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }
}

impl Search {
    fn in_payload(&self, payload: &Bytes, limit: i64) -> Option<Found> {
        let batches = batch::batches(payload).take_while(|(_, b)| b.base_offset < limit);
        let mut wanted = batches
            .filter(|(_, b)| b.end_offset() > self.start && b.max_timestamp >= self.timestamp);
        wanted.find_map(|(at, b)| self.in_batch(&payload.slice(at..at + b.total_len), &b))
    }

    /// The first record of a batch that is late enough. A batch whose records cannot be
    /// decompressed counts as a whole.
    fn in_batch(&self, bytes: &Bytes, b: &Batch) -> Option<Found> {
        let whole = Some((
            b.max_timestamp,
            b.base_offset.max(self.start),
            b.leader_epoch,
        ));
        let Ok(batch) = RecordBatch::parse(bytes) else {
            return whole;
        };
        let found = batch.walk_records(DECOMPRESSED_MAX, |r| {
            if r.timestamp >= self.timestamp && r.offset >= self.start {
                return ControlFlow::Break((r.timestamp, r.offset, b.leader_epoch));
            }
            ControlFlow::Continue(())
        });
        match found {
            Ok(found) => found.break_value(),
            Err(BatchError::Compression(_)) => whole,
            // What could be read of it is too early.
            Err(_) => None,
        }
    }
}
