//! What a fold writes: pure.

use crate::format::{PageRef, SegmentEntry};

/// The last page of level 0 and what it holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LastLeaf {
    pub(crate) reference: PageRef,
    pub(crate) entries: Vec<SegmentEntry>,
}

/// Pages after a fold.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FoldPlan {
    /// Pages of level 0 that stay, in order.
    pub(crate) kept: Vec<PageRef>,
    /// Contents of the new pages of level 0 that follow them.
    pub(crate) leaves: Vec<Vec<SegmentEntry>>,
    /// The page of level 0 that the first new one replaces.
    pub(crate) replaced_leaf: Option<PageRef>,
}

/// Moves `tail` into pages of at most `page_entries_max`: the last page is filled up, the rest goes into new ones.
pub(crate) fn plan_fold(
    mut siblings: Vec<PageRef>,
    last: Option<LastLeaf>,
    tail: &[SegmentEntry],
    page_entries_max: usize,
) -> FoldPlan {
    let page_entries_max = page_entries_max.max(1);
    let mut replaced_leaf = None;
    let mut entries = Vec::new();
    match last {
        Some(leaf) if leaf.entries.len() < page_entries_max => {
            entries = leaf.entries;
            replaced_leaf = Some(leaf.reference);
        }
        Some(full) => siblings.push(full.reference),
        None => {}
    }
    entries.extend_from_slice(tail);
    let leaves = entries
        .chunks(page_entries_max)
        .map(<[SegmentEntry]>::to_vec)
        .collect();
    FoldPlan {
        kept: siblings,
        leaves,
        replaced_leaf,
    }
}
