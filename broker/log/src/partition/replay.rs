//! Producer state at an offset, out of footers and batch headers.

use std::collections::HashMap;

use bytes::Bytes;

use super::PartitionLog;
use super::extents::Extent;
use super::producers::{AbortedTransaction, ProducerTable};
use super::read::RunReader;
use super::start_producers::StartProducers;
use super::state;
use crate::batch::{self, Marker};
use crate::error::ReadError;
use crate::format::run::Run;
use crate::journal::files::FilePin;

/// What a replay goes through.
#[derive(Debug)]
struct Pieces {
    sealed: Vec<(Extent, FilePin)>,
    /// Runs of the open file; later the tail cache need not have them any more.
    open: Vec<Bytes>,
    /// Producers at the local log start.
    start: StartProducers,
}

/// Folds the batches of a payload that end above `start`, and at or below `end`.
pub(crate) fn fold(
    table: &mut ProducerTable,
    payload: &[u8],
    (start, end): (i64, i64),
    mut aborted: impl FnMut(AbortedTransaction),
) {
    for (at, b) in batch::batches(payload) {
        if b.end_offset() > end {
            break;
        }
        if b.end_offset() <= start || !b.has_producer() {
            continue;
        }
        let bytes = &payload[at..at + b.total_len];
        let marker = if b.is_control() {
            Marker::parse(bytes)
        } else {
            None
        };
        if let Some((completed, true)) = table.apply(&b, marker) {
            aborted(AbortedTransaction {
                producer_id: b.producer_id,
                first_offset: completed.first_offset,
                last_offset: completed.marker_offset,
            });
        }
    }
}

impl PartitionLog {
    /// The table as it is after everything below `end` (I17). Blocks: footers for the files
    /// below it, headers in the file that it cuts.
    pub(crate) fn replay_producers(&self, end: i64) -> Result<ProducerTable, ReadError> {
        let pieces = self.pieces(end);
        let StartProducers {
            offset: start,
            mut table,
        } = pieces.start;
        for (extent, pin) in &pieces.sealed {
            self.replay_file(extent, pin, end, &mut table, &mut |_| {})?;
        }
        for payload in &pieces.open {
            fold(&mut table, payload, (start, end), |_| {});
        }
        Ok(table)
    }

    /// Aborted transactions whose marker is in `[start, end)`. Blocks.
    ///
    /// # Errors
    ///
    /// If a footer or run cannot be read.
    pub fn aborted_transactions(
        &self,
        start: i64,
        end: i64,
    ) -> Result<Vec<AbortedTransaction>, ReadError> {
        let pieces = self.pieces(end);
        let StartProducers {
            offset: from,
            mut table,
        } = pieces.start;
        let mut found: HashMap<i64, AbortedTransaction> = HashMap::new();
        for (extent, pin) in &pieces.sealed {
            let mut open: HashMap<i64, i64> = HashMap::new();
            for state in table.states() {
                open.extend(
                    state
                        .transaction_first_offset
                        .map(|at| (state.producer_id, at)),
                );
            }
            self.replay_file(extent, pin, end, &mut table, &mut |mut aborted| {
                if aborted.first_offset < 0 {
                    aborted.first_offset = open
                        .remove(&aborted.producer_id)
                        .unwrap_or(extent.base_offset);
                }
                let _ = found.insert(aborted.last_offset, aborted);
            })?;
        }
        for payload in &pieces.open {
            fold(&mut table, payload, (from, end), |aborted| {
                let _ = found.insert(aborted.last_offset, aborted);
            });
        }
        let mut aborted: Vec<_> = found
            .into_values()
            .filter(|a| (start..end).contains(&a.last_offset))
            .collect();
        aborted.sort_by_key(|a| a.last_offset);
        Ok(aborted)
    }

    fn pieces(&self, end: i64) -> Pieces {
        let inner = self.inner.lock();
        let below = inner.extents.iter().filter(|e| e.base_offset < end);
        let pinned = below.filter_map(|e| Some((*e, self.core.files.pin(e.file)?)));
        let open = inner.open_runs.iter().filter(|r| r.base_offset < end);
        let start = inner.start_producers.as_ref();
        let table = start.map(|s| s.table.clone()).unwrap_or_default();
        Pieces {
            sealed: pinned.collect(),
            open: open
                .filter_map(|run| self.open_payload(inner.open_file, run))
                .collect(),
            start: StartProducers {
                offset: inner.local_start,
                table,
            },
        }
    }

    fn replay_file(
        &self,
        extent: &Extent,
        pin: &FilePin,
        end: i64,
        table: &mut ProducerTable,
        aborted: &mut dyn FnMut(AbortedTransaction),
    ) -> Result<(), ReadError> {
        let index = self.core.footer(pin)?;
        let Some(row) = index.find(&self.topic_partition) else {
            return Ok(());
        };
        let runs = index.runs(&row);
        let last = runs
            .len()
            .checked_sub(1)
            .map_or(i64::MIN, |i| runs.at(i).end_offset());
        let end = end.min(extent.end_offset);
        if last <= end
            && let Some(details) = index.details(&row)
        {
            // The footer's facts are those of all its runs: no header is needed.
            for record in details.aborted.iter().map(state::aborted_from_record) {
                if record.last_offset < end {
                    aborted(record);
                }
            }
            for producer in &details.producers {
                let mut said = state::producer_from_record(producer);
                // What was dropped since is in the table of the local start.
                said.batches.retain(|b| b.end_offset > extent.base_offset);
                if said.says_something() {
                    table.join(said);
                }
            }
            return Ok(());
        }
        let reader = RunReader {
            core: &self.core,
            pin,
            index: &index,
            tp: self.topic_partition,
        };
        let mut part = ProducerTable::default();
        for run in runs.iter().take_while(|run| run.base_offset < end) {
            reader.read(&[run], |_, payload| {
                fold(
                    &mut part,
                    &payload,
                    (extent.base_offset, end),
                    &mut *aborted,
                );
                Ok(())
            })?;
        }
        for state in part.states() {
            table.join(state);
        }
        Ok(())
    }

    /// The bytes of a run of the open file, which the tail cache always covers.
    pub(crate) fn open_payload(&self, file: u64, run: &Run) -> Option<Bytes> {
        self.core
            .tail
            .get(file, run.payload_position(), run.length as usize)
    }
}
