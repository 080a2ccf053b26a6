//! What one file says, sealed or scanned, in the form that the merge needs.

use strandline_protocol::TopicPartition;

use super::ingest::Ingest;
use super::merge::Footers;
use crate::format::Stream;
use crate::format::footer::{FileIndex, PartitionState};
use crate::format::generated::Producer;
use crate::format::run::Run;
use crate::partition::extents::Extent;
use crate::partition::state::{Scalars, SegmentStart};

/// Consecutive offsets in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interval {
    pub(crate) base_offset: i64,
    pub(crate) end_offset: i64,
    pub(crate) bytes: u64,
    pub(crate) max_timestamp: i64,
}

impl Interval {
    fn of(run: &Run) -> Self {
        Self {
            base_offset: run.base_offset,
            end_offset: run.end_offset(),
            bytes: u64::from(run.length),
            max_timestamp: run.max_timestamp,
        }
    }

    /// The part below `end`.
    pub(crate) fn cut(self, end: i64) -> Self {
        self.extent(0).cut(i64::MIN, end).map_or(self, |e| Self {
            base_offset: e.base_offset,
            end_offset: e.end_offset,
            bytes: e.bytes,
            max_timestamp: e.max_timestamp,
        })
    }

    pub(crate) fn extent(&self, file: u64) -> Extent {
        Extent {
            base_offset: self.base_offset,
            end_offset: self.end_offset,
            file,
            bytes: self.bytes,
            max_timestamp: self.max_timestamp,
        }
    }

    /// Runs in offset order as few intervals.
    pub(crate) fn join(runs: impl Iterator<Item = Run>) -> Vec<Self> {
        let mut joined: Vec<Self> = Vec::new();
        for run in runs {
            match joined.last_mut() {
                Some(last) if last.end_offset == run.base_offset => {
                    last.end_offset = run.end_offset();
                    last.bytes += u64::from(run.length);
                    last.max_timestamp = last.max_timestamp.max(run.max_timestamp);
                }
                _ => joined.push(Self::of(&run)),
            }
        }
        joined
    }
}

/// What a file says of one log.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) topic_partition: TopicPartition,
    pub(crate) intervals: Vec<Interval>,
    /// `None` if there is nothing but runs.
    pub(crate) details: Option<Box<PartitionState>>,
    pub(crate) alive: bool,
    /// From entries of a scanned file.
    pub(crate) start: Option<(i64, i64)>,
    pub(crate) epochs: Vec<(i32, i64)>,
}

impl Row {
    pub(crate) fn deleted_sequence(&self) -> u64 {
        self.details
            .as_ref()
            .map_or(0, |d| d.deleted_sequence.max(0).cast_unsigned())
    }

    pub(crate) fn truncations(&self) -> impl Iterator<Item = (u64, i64)> + '_ {
        let records = self.details.iter().flat_map(|d| &d.truncations);
        records.map(|t| (t.sequence.cast_unsigned(), t.end_offset))
    }

    pub(crate) fn complete(&self) -> Option<Scalars> {
        self.details
            .as_ref()
            .filter(|d| d.complete)
            .map(|d| Scalars::from_record(d))
    }

    pub(crate) fn segments(&self) -> impl Iterator<Item = SegmentStart> + '_ {
        self.details
            .iter()
            .flat_map(|d| &d.segments)
            .map(SegmentStart::from_record)
    }

    pub(crate) fn producers(&self) -> impl Iterator<Item = &Producer> + '_ {
        self.details.iter().flat_map(|d| &d.producers)
    }
}

/// What one file says.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) number: u64,
    pub(crate) stream: Stream,
    pub(crate) first_sequence: u64,
    pub(crate) last_sequence: u64,
    pub(crate) metadata_index: u64,
    pub(crate) last_cold_file: u64,
    pub(crate) valid_end: u64,
    pub(crate) rows: Vec<Row>,
    pub(crate) recycled: Vec<u64>,
    /// A file without a footer.
    pub(crate) scanned: Option<Box<Ingest>>,
}

impl View {
    /// Of a sealed file. Its runs are not kept: there may be one per batch (I25).
    pub(crate) fn sealed(index: &FileIndex) -> Self {
        let footer = index.footer();
        let rows = index.rows().map(|row| Row {
            topic_partition: row.topic_partition,
            intervals: Interval::join(index.runs(&row).iter()),
            alive: false,
            start: None,
            epochs: Vec::new(),
            details: index.details(&row).map(Box::new),
        });
        let mut rows: Vec<Row> = rows.collect();
        for row in &mut rows {
            row.alive = row.details.as_ref().is_some_and(|d| d.complete);
        }
        Self {
            number: index.file_number(),
            stream: if footer.stream == 1 {
                Stream::Hot
            } else {
                Stream::Cold
            },
            first_sequence: footer.first_sequence.cast_unsigned(),
            last_sequence: footer.last_sequence.cast_unsigned(),
            metadata_index: footer.metadata_index.cast_unsigned(),
            last_cold_file: footer.last_cold_file.cast_unsigned(),
            valid_end: footer.valid_end.cast_unsigned(),
            rows,
            recycled: footer.recycled.iter().map(|n| n.cast_unsigned()).collect(),
            scanned: None,
        }
    }

    /// Of a scanned file.
    pub(crate) fn scanned(ingest: Ingest) -> Self {
        let mut view = Self {
            number: ingest.builder.number,
            stream: ingest.builder.stream,
            first_sequence: ingest.builder.first_sequence,
            last_sequence: ingest.last_sequence.max(ingest.builder.first_sequence),
            metadata_index: ingest.metadata_index,
            last_cold_file: 0,
            valid_end: ingest.end.valid_end,
            rows: Vec::new(),
            recycled: ingest.builder.recycled.clone(),
            scanned: Some(Box::new(ingest)),
        };
        let logs: Vec<TopicPartition> = match &view.scanned {
            Some(ingest) => ingest.builder.partitions.keys().copied().collect(),
            None => Vec::new(),
        };
        view.rows = logs.iter().filter_map(|tp| view.scanned_row(tp)).collect();
        view
    }

    /// What a scanned file says of one log, as far as it has been read.
    pub(crate) fn scanned_row(&mut self, tp: &TopicPartition) -> Option<Row> {
        let ingest = self.scanned.as_mut()?;
        let part = ingest.builder.partitions.get_mut(tp)?;
        part.runs.sort_by_key(|run| run.base_offset);
        let intervals = Interval::join(part.runs.iter().copied());
        let details = Some(Box::new(part.record(tp)));
        let log = ingest.logs.get(tp);
        Some(Row {
            topic_partition: *tp,
            intervals,
            details,
            alive: log.is_some_and(|l| l.alive),
            start: log.and_then(|l| l.start),
            epochs: log.map(|l| l.epochs.entries().to_vec()).unwrap_or_default(),
        })
    }

    /// The runs of a log one by one, with their sequences. `footers` reads the file's footer
    /// again.
    pub(crate) fn run_intervals(&self, row: &Row, footers: Footers<'_>) -> Vec<(u64, Interval)> {
        let sequence = |run: &Run| self.first_sequence + u64::from(run.sequence_delta);
        let pair = |run: Run| (sequence(&run), Interval::of(&run));
        let tp = &row.topic_partition;
        if let Some(ingest) = &self.scanned {
            let part = ingest.builder.partitions.get(tp);
            return part
                .map(|p| p.runs.iter().copied().map(pair).collect())
                .unwrap_or_default();
        }
        let Some(index) = footers(self.number) else {
            return Vec::new();
        };
        index
            .find(tp)
            .map(|row| index.runs(&row).iter().map(pair).collect())
            .unwrap_or_default()
    }
}
