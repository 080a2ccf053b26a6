//! Changes of a partition's manifest.
//!
//! ```text
//!           root                     tail
//!   [start ........ end) [base .. end) [base .. end)
//!    ^ tiered start                               ^ tiered end
//! ```
//!
//! One command covers all three kinds of change: **append** (new tail entries), **fold** (a new
//! root that covers the oldest tail entries, which go) and **retention** (a root that begins
//! later, or none, and the oldest entries go). Each names the leader epoch, the version and the
//! tiered end that its proposer saw; of two proposers one wins (I19).

use std::sync::Arc;

use super::Image;
use crate::image::tables::partition_shard;
use crate::image::{ManifestEntry, ManifestRoot, PartitionState};
use crate::outcome::{Outcome, Refusal, Reply};
use crate::records::CommitTier;

/// Tail entries that a partition may have. The tier folds at 16; the rest is room for a fold that
/// takes its time.
const TAIL_MAX: usize = 64;

/// Bytes of one entry or root: both travel in every snapshot.
const RECORD_BYTES_MAX: usize = 16 << 10;

impl Image {
    pub(super) fn commit_tier(&mut self, command: CommitTier) -> Outcome {
        let key = self.led_partition(&command.topic_id, command.partition, command.leader_epoch)?;
        self.tables.change(partition_shard(&key), |shard| {
            let entry = shard.partitions.entry(key);
            let current = match &entry {
                std::collections::btree_map::Entry::Occupied(state) => state.get().clone(),
                std::collections::btree_map::Entry::Vacant(_) => Arc::default(),
            };
            let new = changed(&current, command)?;
            let version = new.manifest_version;
            entry.insert_entry(Arc::new(new));
            Ok(Reply::Tiered { version })
        })
    }
}

/// The state after the change, or why it must not happen.
fn changed(current: &PartitionState, command: CommitTier) -> Result<PartitionState, Refusal> {
    if command.expected_version != current.manifest_version
        || command.expected_tiered_end_offset != current.tiered_end_offset
    {
        return Err(Refusal::ManifestConflict);
    }
    let mut new = current.clone();
    new.manifest_version += 1;
    let drop_count = usize::try_from(command.drop_tail_entries).map_err(|_| Refusal::Malformed)?;
    if drop_count > new.tail.len() {
        return Err(Refusal::Malformed);
    }
    new.tail.drain(..drop_count);
    if command.set_root {
        new.manifest_root = command.root.map(|root| ManifestRoot {
            start_offset: command.root_start_offset,
            end_offset: command.root_end_offset,
            root,
        });
    }
    new.tail
        .extend(command.entries.into_iter().map(|entry| ManifestEntry {
            base_offset: entry.base_offset,
            end_offset: entry.end_offset,
            entry: entry.entry,
        }));
    if new.tail.len() > TAIL_MAX {
        return Err(Refusal::ManifestTailFull);
    }
    let end = check_contiguous(&new)?;
    // I19: the tiered end never goes back; retention may empty the manifest behind it.
    new.tiered_end_offset = new.tiered_end_offset.max(end.unwrap_or(0));
    new.log_start_offset = new.log_start_offset.max(command.log_start_offset);
    check_nothing_lost(current, &new, end)?;
    Ok(new)
}

/// I18: no hole and no overlap. Gives the end of the covered range, `None` when it is empty.
fn check_contiguous(state: &PartitionState) -> Result<Option<i64>, Refusal> {
    let root = state.manifest_root.iter();
    let root = root.map(|root| (root.start_offset, root.end_offset, root.root.len()));
    let tail = state.tail.iter();
    let tail = tail.map(|entry| (entry.base_offset, entry.end_offset, entry.entry.len()));
    let mut end = None;
    for (start_offset, end_offset, bytes) in root.chain(tail) {
        let follows = end.is_none_or(|end| end == start_offset);
        if !follows || start_offset < 0 || start_offset >= end_offset {
            return Err(Refusal::ManifestConflict);
        }
        if bytes > RECORD_BYTES_MAX {
            return Err(Refusal::Malformed);
        }
        end = Some(end_offset);
    }
    Ok(end)
}

/// What was covered stays covered, but for offsets below the log start.
fn check_nothing_lost(
    current: &PartitionState,
    new: &PartitionState,
    end: Option<i64>,
) -> Result<(), Refusal> {
    let Some(covered_start) = current.tiered_start_offset() else {
        // Nothing was covered: a new range begins where the old one ended, or at the log start.
        let latest = current.tiered_end_offset.max(new.log_start_offset);
        let begins = new.tiered_start_offset();
        let fits = begins.is_none_or(|start| (current.tiered_end_offset..=latest).contains(&start));
        return fits.then_some(()).ok_or(Refusal::ManifestConflict);
    };
    let needed_start = covered_start.max(new.log_start_offset);
    let needed = needed_start < current.tiered_end_offset;
    let covered = new
        .tiered_start_offset()
        .is_some_and(|start| start <= needed_start)
        && end.is_some_and(|end| end >= current.tiered_end_offset);
    (!needed || covered)
        .then_some(())
        .ok_or(Refusal::ManifestConflict)
}
