//! What all files together say of one log.
//!
//! Files say what they hold; truncations and deletions say, with the sequence of their group,
//! which of the older runs are dead. Hot files come first in the order of their numbers; what
//! cold files hold fills the ranges that no hot file covers.

use std::sync::Arc;

use strandline_protocol::TopicPartition;

use super::view::{Interval, Row, View};
use crate::format::Stream;
use crate::format::footer::FileIndex;
use crate::partition::Restored;
use crate::partition::epochs::EpochCache;
use crate::partition::extents::{Extent, overlay};
use crate::partition::producers::ProducerTable;
use crate::partition::start_producers::StartProducers;
use crate::partition::state::{self, Scalars, SegmentStart, SegmentSummary};

/// A log as recovery sees it.
#[derive(Debug)]
pub(crate) struct Merged {
    pub(crate) restored: Restored,
    /// Offsets that no file holds.
    pub(crate) holes: Vec<(i64, i64)>,
    /// Producers have to be folded again: a truncation cut what the footers say.
    pub(crate) replay: bool,
}

/// A live range of one file.
#[derive(Clone, Copy, Debug)]
struct Piece {
    view: usize,
    interval: Interval,
    file: u64,
    hot: bool,
}

/// Reads the footer of a file again, by its number.
pub(crate) type Footers<'a> = &'a dyn Fn(u64) -> Option<Arc<FileIndex>>;

/// One row per file, in the order of file numbers.
pub(crate) fn merge(
    views: &[View],
    rows: &[(usize, &Row)],
    footers: Footers<'_>,
) -> Option<Merged> {
    let deleted = rows
        .iter()
        .map(|(_, row)| row.deleted_sequence())
        .max()
        .unwrap_or(0);
    let rows: Vec<(usize, &Row)> = rows
        .iter()
        .filter(|(view, row)| {
            views[*view].last_sequence > deleted || row.deleted_sequence() == deleted
        })
        .copied()
        .collect();
    let truncations: Vec<(u64, i64)> = rows.iter().flat_map(|(_, r)| r.truncations()).collect();
    let (pieces, clipped) = live_pieces(views, &rows, deleted, &truncations, footers);
    if pieces.is_empty() && !rows.iter().any(|(_, row)| row.alive) {
        return None;
    }
    Some(assemble(views, &rows, &truncations, pieces, clipped))
}

/// Live ranges after deletions and truncations, and whether anything was cut.
fn live_pieces(
    views: &[View],
    rows: &[(usize, &Row)],
    deleted: u64,
    truncations: &[(u64, i64)],
    footers: Footers<'_>,
) -> (Vec<Piece>, bool) {
    let mut pieces = Vec::new();
    let mut clipped = false;
    for (index, row) in rows {
        let view = &views[*index];
        let hot = view.stream == Stream::Hot;
        let mut push = |interval: Interval| {
            pieces.push(Piece {
                view: *index,
                interval,
                file: view.number,
                hot,
            });
        };
        let later = truncations
            .iter()
            .filter(|(at, _)| *at > view.first_sequence);
        let lowest = later.map(|(_, end)| *end).min().unwrap_or(i64::MAX);
        let whole = row.intervals.iter().all(|i| i.end_offset <= lowest);
        if whole && deleted <= view.first_sequence {
            row.intervals.iter().copied().for_each(&mut push);
            continue;
        }
        for (sequence, interval) in view.run_intervals(row, footers) {
            let end = truncations
                .iter()
                .filter(|(at, _)| *at > sequence)
                .map(|(_, end)| *end);
            let end = end.min().unwrap_or(i64::MAX);
            let dead = sequence < deleted || end <= interval.base_offset;
            clipped |= dead || end < interval.end_offset;
            if !dead {
                push(interval.cut(end));
            }
        }
    }
    (pieces, clipped)
}

fn assemble(
    views: &[View],
    rows: &[(usize, &Row)],
    truncations: &[(u64, i64)],
    mut pieces: Vec<Piece>,
    clipped: bool,
) -> Merged {
    let mut scalars = scalars(views, rows, truncations, &pieces);
    pieces.sort_by_key(|p| (!p.hot, p.file, p.interval.base_offset));
    let mut extents: Vec<Extent> = Vec::new();
    for piece in &pieces {
        let extent = piece.interval.extent(piece.file);
        if piece.hot {
            // A later file that starts lower: the truncation between them is lost.
            extents.retain_mut(|e| match e.cut(i64::MIN, extent.base_offset) {
                Some(cut) => {
                    *e = cut;
                    true
                }
                None => false,
            });
            extents.push(extent);
        } else {
            let _ = overlay(&mut extents, extent);
        }
    }
    join_neighbours(&mut extents);
    let start = scalars.local_log_start_offset;
    extents = extents
        .iter()
        .filter_map(|e| e.cut(start, i64::MAX))
        .collect();
    let last = extents.last().map_or(start, |e| e.end_offset);
    scalars.log_end_offset = scalars.log_end_offset.max(last).max(start);
    let mut epochs = EpochCache::from_entries(std::mem::take(&mut scalars.epochs));
    for (_, row) in rows {
        row.epochs
            .iter()
            .for_each(|(epoch, offset)| epochs.assign(*epoch, *offset));
    }
    epochs.truncate_end(scalars.log_end_offset);
    epochs.truncate_start(scalars.log_start_offset);
    scalars.epochs = epochs.entries().to_vec();
    let holes = holes(&extents, start, scalars.log_end_offset);
    let segments = segments(views, rows, truncations, &extents, &scalars);
    let start_producers = start_producers(rows, start);
    let producers = producers(rows, &pieces, &start_producers);
    let complete = rows.iter().rev().find(|(_, row)| row.complete().is_some());
    let state_file = complete.map_or(0, |(view, _)| views[*view].number);
    let restored = Restored {
        scalars,
        extents,
        segments,
        producers,
        start_producers: (!start_producers.table.is_empty()).then(|| Box::new(start_producers)),
        state_file,
    };
    Merged {
        restored,
        holes,
        replay: clipped,
    }
}

/// Starts and end as the newest complete state says, and what came after it.
fn scalars(
    views: &[View],
    rows: &[(usize, &Row)],
    truncations: &[(u64, i64)],
    pieces: &[Piece],
) -> Scalars {
    let newest = rows
        .iter()
        .rev()
        .find_map(|(view, row)| Some((*view, row.complete()?)));
    let mut scalars = match &newest {
        Some((_, scalars)) => scalars.clone(),
        None => {
            let first = pieces
                .iter()
                .map(|p| p.interval.base_offset)
                .min()
                .unwrap_or(0);
            Scalars {
                log_start_offset: first,
                local_log_start_offset: first,
                log_end_offset: first,
                epochs: Vec::new(),
            }
        }
    };
    let from = newest.as_ref().map_or(0, |(view, _)| *view);
    let sealed_at = newest.map_or(0, |(view, _)| views[view].last_sequence);
    for (sequence, end) in truncations {
        if *sequence > sealed_at {
            scalars.log_end_offset = scalars.log_end_offset.min(*end);
        }
    }
    for (_, row) in rows.iter().filter(|(view, _)| *view >= from) {
        if let Some((log_start, local_start)) = row.start {
            scalars.log_start_offset = scalars.log_start_offset.max(log_start);
            scalars.local_log_start_offset = scalars.local_log_start_offset.max(local_start);
        }
    }
    scalars.local_log_start_offset = scalars.local_log_start_offset.max(scalars.log_start_offset);
    scalars
}

fn join_neighbours(extents: &mut Vec<Extent>) {
    extents.dedup_by(|next, previous| {
        let same = next.file == previous.file && next.base_offset == previous.end_offset;
        if same {
            previous.end_offset = next.end_offset;
            previous.bytes += next.bytes;
            previous.max_timestamp = previous.max_timestamp.max(next.max_timestamp);
        }
        same
    });
}

fn holes(extents: &[Extent], start: i64, end: i64) -> Vec<(i64, i64)> {
    let mut holes = Vec::new();
    let mut next = start;
    for extent in extents {
        if extent.base_offset > next {
            holes.push((next, extent.base_offset));
        }
        next = extent.end_offset;
    }
    if next < end {
        holes.push((next, end));
    }
    holes
}

/// Where the first truncation cuts that a file has not seen. A hot footer has seen those of
/// its own file; a copy need not have.
fn unseen_cut(view: &View, truncations: &[(u64, i64)]) -> i64 {
    let seen = match view.stream {
        Stream::Hot => view.last_sequence,
        Stream::Cold => view.first_sequence,
    };
    let unseen = truncations
        .iter()
        .filter(|(at, _)| *at > seen)
        .map(|(_, end)| *end);
    unseen.min().unwrap_or(i64::MAX)
}

fn segments(
    views: &[View],
    rows: &[(usize, &Row)],
    truncations: &[(u64, i64)],
    extents: &[Extent],
    scalars: &Scalars,
) -> Vec<SegmentSummary> {
    let (start, end) = (scalars.local_log_start_offset, scalars.log_end_offset);
    let mut starts: Vec<SegmentStart> = Vec::new();
    for (view, row) in rows {
        let cut = unseen_cut(&views[*view], truncations);
        starts.extend(row.segments().filter(|s| s.base_offset <= cut));
    }
    starts.retain(|s| s.base_offset > start && s.base_offset <= end);
    starts.sort_by_key(|s| s.base_offset);
    starts.dedup_by_key(|s| s.base_offset);
    let bytes_in = |from: i64, to: i64| -> (u64, i64) {
        let cuts = extents.iter().filter_map(|e| e.cut(from, to));
        cuts.fold((0, i64::MIN), |(bytes, max), e| {
            (bytes + e.bytes, max.max(e.max_timestamp))
        })
    };
    let mut segments = Vec::with_capacity(starts.len() + 1);
    let mut base = (start, 0);
    if let Some(first) = starts.first() {
        base.1 = first.previous.created_ms;
    }
    for (i, next) in starts.iter().enumerate() {
        let (estimate, max) = bytes_in(base.0, next.base_offset);
        let exact = next.previous.base_offset == base.0;
        segments.push(SegmentSummary {
            base_offset: base.0,
            created_ms: if exact {
                next.previous.created_ms
            } else {
                base.1
            },
            bytes: if exact { next.previous.bytes } else { estimate },
            max_timestamp: if exact {
                next.previous.max_timestamp
            } else {
                max
            },
        });
        base = (next.base_offset, starts[i].created_ms);
    }
    let (bytes, max_timestamp) = bytes_in(base.0, end);
    // Without a record of when it began, the age of the active segment is that of its data.
    let created_ms = if base.1 > 0 {
        base.1
    } else {
        max_timestamp.max(0)
    };
    if end > start || !segments.is_empty() {
        segments.push(SegmentSummary {
            base_offset: base.0,
            created_ms,
            bytes,
            max_timestamp,
        });
    }
    segments
}

/// Producers at the local log start: told by the file that holds the entry of this start, or
/// by those into which it was written again.
fn start_producers(rows: &[(usize, &Row)], local_start: i64) -> StartProducers {
    let mut start = StartProducers::default();
    let details = rows.iter().filter_map(|(_, row)| row.details.as_deref());
    for record in details.filter(|d| d.start_producers_offset == local_start) {
        start.add(record);
    }
    start
}

/// Producers at the local start, and what the footers say of batches that are live in their
/// file.
fn producers(
    rows: &[(usize, &Row)],
    pieces: &[Piece],
    start_producers: &StartProducers,
) -> ProducerTable {
    let mut table = start_producers.table.clone();
    for (view, row) in rows {
        let live: Vec<Interval> = pieces
            .iter()
            .filter(|p| p.view == *view)
            .map(|p| p.interval)
            .collect();
        let is_live = |offset: i64| {
            live.iter()
                .any(|i| (i.base_offset..i.end_offset).contains(&offset))
        };
        for record in row.producers() {
            let mut producer = state::producer_from_record(record);
            producer.batches.retain(|b| is_live(b.end_offset - 1));
            if producer.last_marker_offset >= 0 && !is_live(producer.last_marker_offset) {
                producer.last_marker_offset = -1;
            }
            if producer
                .transaction_first_offset
                .is_some_and(|first| !is_live(first))
            {
                producer.transaction_first_offset = None;
            }
            if producer.says_something() {
                table.join(producer);
            }
        }
    }
    table
}

/// Groups the rows of all views by log.
pub(crate) fn by_log(
    views: &[View],
) -> std::collections::BTreeMap<TopicPartition, Vec<(usize, usize)>> {
    let mut logs: std::collections::BTreeMap<TopicPartition, Vec<(usize, usize)>> =
        std::collections::BTreeMap::new();
    for (v, view) in views.iter().enumerate() {
        for (r, row) in view.rows.iter().enumerate() {
            logs.entry(row.topic_partition).or_default().push((v, r));
        }
    }
    logs
}
