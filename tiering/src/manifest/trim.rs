//! What retention removes from a manifest: pure.

use crate::format::{PageRef, SegmentEntry};

/// Pages and tail after a trim, and what is gone.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct TrimPlan {
    /// Pages of level 0 that are gone with everything in them.
    pub(crate) dropped_leaves: Vec<PageRef>,
    /// The page of level 0 at the border, which has to be read and cut.
    pub(crate) border: Option<PageRef>,
    /// Pages of level 0 that stay, in order.
    pub(crate) kept: Vec<PageRef>,
    /// Entries gone from the front of the tail.
    pub(crate) removed_tail: usize,
}

/// What ends at or below `log_start_offset` goes. The page that
/// `log_start_offset` lies in has to be read: some of its entries may go.
pub(crate) fn plan_trim(
    leaves: &[PageRef],
    tail: &[SegmentEntry],
    log_start_offset: i64,
) -> TrimPlan {
    let (mut dropped_leaves, mut kept, mut border) = (Vec::new(), Vec::new(), None);
    for leaf in leaves {
        if leaf.end_offset <= log_start_offset {
            dropped_leaves.push(leaf.clone());
        } else if leaf.start_offset < log_start_offset {
            border = Some(leaf.clone());
        } else {
            kept.push(leaf.clone());
        }
    }
    let removed_tail = if kept.is_empty() && border.is_none() {
        tail.iter()
            .take_while(|entry| entry.end_offset <= log_start_offset)
            .count()
    } else {
        0
    };
    TrimPlan {
        dropped_leaves,
        border,
        kept,
        removed_tail,
    }
}

/// Cuts the entries of a border page: (gone, left).
pub(crate) fn cut(
    entries: &[SegmentEntry],
    log_start_offset: i64,
) -> (Vec<SegmentEntry>, Vec<SegmentEntry>) {
    let at = entries.partition_point(|entry| entry.end_offset <= log_start_offset);
    (entries[..at].to_vec(), entries[at..].to_vec())
}
