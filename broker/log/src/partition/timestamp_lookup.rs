//! Batches by timestamp. The index is the largest timestamp per run, run by run in footers and
//! in the open file, file by file in memory.

use bytes::Bytes;
use strandline_protocol::record_batch::RecordBatch;

use super::PartitionLog;
use super::extents::Extent;
use super::read::RunReader;
use crate::batch;
use crate::error::ReadError;
use crate::format::run::Run;
use crate::journal::files::FilePin;

/// What a search goes through.
struct Search {
    sealed: Vec<(Extent, FilePin)>,
    open: Vec<Run>,
    open_file: u64,
    start: i64,
    limit: i64,
    timestamp: i64,
}

impl PartitionLog {
    /// The first batch with records at or above `from` and the local log start, below
    /// `limit_offset`, that says of itself that one of its timestamps is at least `timestamp`. Whether
    /// that record is above `from`, it is for the caller to see. Blocks.
    ///
    /// # Errors
    ///
    /// If a footer or run that it needs cannot be read.
    pub fn batch_for_timestamp(
        &self,
        timestamp: i64,
        from: i64,
        limit_offset: i64,
    ) -> Result<Option<RecordBatch>, ReadError> {
        let search = {
            let inner = self.inner.lock();
            let start = from.max(inner.local_start);
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

    /// The largest timestamp up to `timestamp` that a batch says of itself, as far as it is kept for
    /// whole runs and files.
    #[must_use]
    pub fn largest_timestamp_up_to(&self, timestamp: i64) -> Option<i64> {
        let inner = self.inner.lock();
        let sealed = inner.extents.iter().map(|e| e.max_timestamp);
        let open = inner.open_runs.iter().map(|r| r.max_timestamp);
        sealed.chain(open).filter(|max| *max <= timestamp).max()
    }

    fn search_file(
        &self,
        search: &Search,
        extent: &Extent,
        pin: &FilePin,
    ) -> Result<Option<RecordBatch>, ReadError> {
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
    fn in_payload(&self, payload: &Bytes, limit: i64) -> Option<RecordBatch> {
        let batches = batch::batches(payload).take_while(|(_, b)| b.base_offset < limit);
        let mut wanted = batches
            .filter(|(_, b)| b.end_offset() > self.start && b.max_timestamp >= self.timestamp);
        // It was parsed when it was appended.
        wanted.find_map(|(at, b)| RecordBatch::parse(&payload.slice(at..at + b.total_len)).ok())
    }
}
