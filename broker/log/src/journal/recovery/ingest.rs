//! Turns the entries of a scanned file into what its footer would have said.

use std::collections::BTreeMap;

use strandline_protocol::TopicPartition;

use super::report::{Corruption, TornEnd};
use super::scan::{Found, ScanEnd, ScanTarget, ScannedEntry, Source, scan};
use crate::batch::{self, Marker};
use crate::format::Stream;
use crate::format::entry::{EntryHeader, EntryKind};
use crate::format::footer::decode_state;
use crate::format::run::Run;
use crate::journal::builder::FileBuilder;
use crate::partition::epochs::EpochCache;
use crate::partition::truncate::cut_run;

/// What a scanned file says of one log that is in no footer field.
#[derive(Debug, Default)]
pub(crate) struct ScannedLog {
    /// The log exists at the end of the file.
    pub(crate) alive: bool,
    pub(crate) start: Option<(i64, i64)>,
    pub(crate) epochs: EpochCache,
}

/// A file that was scanned.
#[derive(Debug)]
pub(crate) struct Ingest {
    pub(crate) builder: FileBuilder,
    pub(crate) logs: BTreeMap<TopicPartition, ScannedLog>,
    /// Salvaged entries of the torn end: kept only where they continue their log, and never if they
    /// recycle files.
    pub(crate) tail: Vec<ScannedEntry>,
    pub(crate) torn: Option<TornEnd>,
    pub(crate) corruption: Vec<Corruption>,
    pub(crate) metadata_index: u64,
    pub(crate) end: ScanEnd,
    pub(crate) last_sequence: u64,
}

impl Ingest {
    /// Scans a file. `is_last` says that a torn end is what a crash leaves; elsewhere it is
    /// corruption.
    pub(crate) fn scan(
        builder: FileBuilder,
        source: &mut dyn Source,
        target: ScanTarget,
        name: &str,
        is_last: bool,
    ) -> Self {
        let mut ingest = Self {
            builder,
            logs: BTreeMap::new(),
            tail: Vec::new(),
            torn: None,
            corruption: Vec::new(),
            metadata_index: 0,
            end: ScanEnd::default(),
            last_sequence: 0,
        };
        let mut cuts = Vec::new();
        let end = scan(source, target, &mut |found| {
            ingest.found(found, name, is_last, &mut cuts);
        });
        ingest.end = end;
        ingest.last_sequence = ingest.last_sequence.max(end.last_sequence);
        ingest.builder.position = ingest.builder.position.max(end.valid_end);
        ingest.builder.last_sequence = ingest.last_sequence.max(ingest.builder.first_sequence);
        ingest.apply_cuts(&cuts, source);
        ingest
    }

    fn found(&mut self, found: Found, name: &str, is_last: bool, cuts: &mut Vec<Cut>) {
        let number = self.builder.number;
        match found {
            Found::Group {
                entries, header, ..
            } => {
                self.last_sequence = header.sequence;
                entries.iter().for_each(|entry| self.entry(entry, cuts));
            }
            Found::Corrupt {
                position,
                end,
                reason,
                salvaged,
            } => {
                let name = name.to_owned();
                let reason = reason.to_owned();
                self.corruption.push(Corruption {
                    file: number,
                    name,
                    position,
                    end,
                    reason,
                });
                salvaged.iter().for_each(|entry| self.salvaged(entry, cuts));
            }
            Found::Torn { position, salvaged } if is_last => {
                self.torn = Some(TornEnd {
                    file: number,
                    position,
                    kept_batches: 0,
                });
                self.tail = salvaged;
            }
            Found::Torn { position, salvaged } => {
                let reason = "the file ends in the middle of a group".to_owned();
                let (name, end) = (name.to_owned(), self.builder.size);
                self.corruption.push(Corruption {
                    file: number,
                    name,
                    position,
                    end,
                    reason,
                });
                // A start that found the group torn did not go by what it says of other files.
                let (recycles, said): (Vec<_>, Vec<_>) = salvaged
                    .into_iter()
                    .partition(|entry| entry.header.kind == EntryKind::Recycle);
                self.tail = recycles;
                said.iter().for_each(|entry| self.salvaged(entry, cuts));
            }
        }
    }

    /// An entry out of a damaged group: the footer goes behind it.
    fn salvaged(&mut self, entry: &ScannedEntry, cuts: &mut Vec<Cut>) {
        self.last_sequence = self.last_sequence.max(entry.sequence);
        let end = entry.position + entry.header.padded_len() as u64;
        let end = crate::format::round_up(end, self.builder.block);
        self.builder.position = self.builder.position.max(end);
        self.entry(entry, cuts);
    }

    /// Whether no entry of the file counts.
    pub(crate) fn says_nothing(&self) -> bool {
        self.builder.partitions.is_empty()
            && self.builder.recycled.is_empty()
            && self.corruption.is_empty()
    }

    /// Keeps an entry of the torn end. The caller has checked that it continues its log.
    pub(crate) fn keep(&mut self, entry: &ScannedEntry, source: &mut dyn Source) {
        let mut cuts = Vec::new();
        self.salvaged(entry, &mut cuts);
        self.builder.last_sequence = self.last_sequence;
        self.apply_cuts(&cuts, source);
        if let Some(torn) = &mut self.torn {
            torn.kept_batches += batch::batches(&entry.payload).count() as u64;
        }
    }

    fn log(&mut self, tp: TopicPartition) -> &mut ScannedLog {
        let _ = self.builder.touch(tp);
        self.logs.entry(tp).or_default()
    }

    fn entry(&mut self, entry: &ScannedEntry, cuts: &mut Vec<Cut>) {
        let header = &entry.header;
        let tp = header.topic_partition;
        if header.kind != EntryKind::Recycle {
            let again = header.base_offset > 0;
            let log = self.log(tp);
            match header.kind {
                EntryKind::Delete if again => {}
                EntryKind::Truncate if again => {}
                kind => log.alive = kind != EntryKind::Delete,
            }
        }
        let index = header.argument.max(0).cast_unsigned();
        match header.kind {
            EntryKind::Append | EntryKind::Relocate => self.run(entry),
            EntryKind::Create => {}
            EntryKind::Truncate => {
                self.truncate(tp, entry, cuts);
            }
            EntryKind::Start => {
                self.metadata_index = self.metadata_index.max(index);
                self.log(tp).start = Some((header.base_offset, header.end_offset));
            }
            EntryKind::State => {
                if let Some(record) = decode_state(entry.payload.clone()) {
                    self.builder.add_state(tp, &record);
                }
            }
            EntryKind::Delete => {
                self.metadata_index = self.metadata_index.max(index);
                let effective = header.base_offset.cast_unsigned();
                if effective == 0 {
                    self.builder.add_delete(tp, entry.sequence);
                    let _ = self.logs.insert(tp, ScannedLog::default());
                } else {
                    self.builder.add_delete_again(tp, effective);
                }
            }
            EntryKind::Recycle => self
                .builder
                .add_recycled(header.base_offset.cast_unsigned()),
        }
    }

    fn truncate(&mut self, tp: TopicPartition, entry: &ScannedEntry, cuts: &mut Vec<Cut>) {
        let (effective, end) = (
            entry.header.base_offset.cast_unsigned(),
            entry.header.end_offset,
        );
        if effective != 0 {
            return self.builder.add_truncation_again(tp, effective, end);
        }
        self.builder.add_truncation(tp, entry.sequence, end);
        cuts.push(Cut {
            tp,
            sequence: entry.sequence,
            end_offset: end,
        });
        self.log(tp).epochs.truncate_end(end);
        if let Some(scalars) = &mut self.builder.touch(tp).scalars {
            scalars.log_end_offset = scalars.log_end_offset.min(end);
        }
    }

    fn run(&mut self, entry: &ScannedEntry) {
        let tp = entry.header.topic_partition;
        let Some(run) = run_of(&entry.header, entry, &self.builder) else {
            return;
        };
        add_producers(&mut self.builder, tp, &entry.payload);
        self.builder.add_run(tp, Some(run));
        if self.builder.stream == Stream::Hot {
            self.log(tp)
                .epochs
                .assign(run.leader_epoch, run.base_offset);
        }
    }

    /// Cuts the runs that a truncation in the same file shortened, and folds the producers of
    /// what is left.
    fn apply_cuts(&mut self, cuts: &[Cut], source: &mut dyn Source) {
        let first = self.builder.first_sequence;
        for cut in cuts {
            let part = self.builder.touch(cut.tp);
            part.runs.retain_mut(|run| {
                let later = first + u64::from(run.sequence_delta) >= cut.sequence;
                if later || run.end_offset() <= cut.end_offset {
                    return true;
                }
                let payload = source.read(run.payload_position(), run.length as usize);
                *run = cut_run(run, &payload, cut.end_offset);
                run.length > 0
            });
        }
        for part in self
            .builder
            .partitions
            .values_mut()
            .filter(|part| part.replay)
        {
            part.runs.sort_by_key(|run| run.base_offset);
            part.fold_again(|run| Some(source.read(run.payload_position(), run.length as usize)));
        }
    }
}

/// Tells a builder of the producers in a payload.
pub(crate) fn add_producers(builder: &mut FileBuilder, tp: TopicPartition, payload: &[u8]) {
    for (at, b) in batch::batches(payload).filter(|(_, b)| b.has_producer()) {
        let bytes = &payload[at..at + b.total_len];
        let marker = if b.is_control() {
            Marker::parse(bytes)
        } else {
            None
        };
        builder.add_batch(tp, &b, marker, None);
    }
}

/// A truncation to apply to the runs before it.
#[derive(Clone, Copy, Debug)]
struct Cut {
    tp: TopicPartition,
    sequence: u64,
    end_offset: i64,
}

fn run_of(header: &EntryHeader, entry: &ScannedEntry, builder: &FileBuilder) -> Option<Run> {
    let run = Run {
        base_offset: header.base_offset,
        offset_count: u32::try_from(header.end_offset.checked_sub(header.base_offset)?).ok()?,
        position_units: u32::try_from(entry.position / 8).ok()?,
        length: header.payload_len,
        leader_epoch: header.leader_epoch,
        max_timestamp: header.argument,
        max_timestamp_delta: header.second,
        sequence_delta: u32::try_from(entry.sequence.checked_sub(builder.first_sequence)?).ok()?,
    };
    let run = cut_run(&run, &entry.payload, header.end_offset);
    (run.length > 0 && run.end_offset() == header.end_offset).then_some(run)
}

#[cfg(test)]
mod tests {
    use strandline_protocol::Uuid;

    use super::super::scan::SliceSource;
    use super::*;
    use crate::format::entry::ENTRY_HEADER_LEN;
    use crate::format::group::{GROUP_HEADER_LEN, GroupHeader};
    use crate::format::{JournalId, crc32c};
    use crate::journal::gather::blank;

    const BLOCK: usize = 4096;
    const TARGET: ScanTarget = ScanTarget {
        journal_id: JournalId([1; 16]),
        number: 3,
        first_sequence: 9,
        block: BLOCK as u64,
        accept_stale: false,
    };

    /// A file with one group: the entries that recycle 16 files.
    fn file() -> Vec<u8> {
        let nothing = TopicPartition {
            topic_id: Uuid([0; 16]),
            partition: 0,
        };
        let body: Vec<u8> = (20..36)
            .flat_map(|base_offset| {
                let entry = EntryHeader {
                    base_offset,
                    ..blank(EntryKind::Recycle, nothing)
                };
                entry.encode(TARGET.number, TARGET.first_sequence)
            })
            .collect();
        let header = GroupHeader {
            journal_id: TARGET.journal_id,
            file_number: TARGET.number,
            sequence: TARGET.first_sequence,
            body_len: u32::try_from(body.len()).unwrap(),
            entry_count: 16,
            previous_crc: 0,
            body_crc: crc32c(&body),
        };
        let mut bytes = vec![0; 4 * BLOCK];
        bytes[BLOCK..BLOCK + GROUP_HEADER_LEN].copy_from_slice(&header.encode());
        let at = BLOCK + GROUP_HEADER_LEN;
        bytes[at..at + body.len()].copy_from_slice(&body);
        bytes
    }

    fn scanned(bytes: Vec<u8>, is_last: bool) -> Ingest {
        let ScanTarget { journal_id, .. } = TARGET;
        let size = bytes.len() as u64;
        let builder = FileBuilder::new(
            journal_id,
            TARGET.number,
            Stream::Hot,
            size,
            TARGET.block,
            TARGET.first_sequence,
        );
        let mut source = SliceSource(bytes.into());
        Ingest::scan(builder, &mut source, TARGET, "journal", is_last)
    }

    #[test]
    fn a_torn_group_recycles_nothing_whether_a_later_file_is_there_or_not() {
        for is_last in [true, false] {
            assert_eq!(scanned(file(), is_last).builder.recycled.len(), 16);
            for lost in 0..16 {
                let mut bytes = file();
                let at = BLOCK + GROUP_HEADER_LEN + lost * ENTRY_HEADER_LEN;
                bytes[at..at + ENTRY_HEADER_LEN].fill(0);
                let ingest = scanned(bytes, is_last);
                assert_eq!(ingest.builder.recycled, [0_u64; 0], "{lost}");
                // Their numbers were given out: they count for that.
                assert_eq!(ingest.tail.len(), 15, "{lost}");
            }
        }
    }
}
