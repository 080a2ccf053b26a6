//! The manifest of a partition: which objects are its history, in order, without a gap.
//!
//! ```text
//! metadata:   root ── PageRef          tail: up to 16 SegmentEntry
//!               │
//! bucket:     page of level 1 ──> pages of level 0 ──> SegmentEntry each    (or root is one page of level 0)
//! ```
//!
//! Pages are immutable objects; each is found by a reference that holds its checksum, up to the root, whose reference is
//! in the metadata. The decisions (what to fold, what to trim) are pure functions here; [`writer`] carries them out.
//!
//! Invariants, checked whenever a manifest or a page is decoded and before every commit:
//!
//! 1. Entries are contiguous: each begins where the one before it ends (I18).
//! 2. The last one ends at the tiered end offset.
//! 3. A page covers exactly what its reference says.
//! 4. A change never removes an offset at or above the log start, and never adds one that is covered already.

mod fold;
mod page;
mod state;
mod trim;
pub(crate) mod writer;

pub(crate) use fold::{LastLeaf, plan_fold};
pub(crate) use page::Page;
pub(crate) use state::Manifest;
pub(crate) use trim::{cut, plan_trim};
