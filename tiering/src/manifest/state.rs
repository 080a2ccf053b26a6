//! A decoded manifest.

use strandline_protocol::TopicPartition;

use crate::error::TierError;
use crate::format::{self, PageRef, SegmentEntry};
use crate::manifest_log::ManifestState;

/// The manifest of a partition at one version.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Manifest {
    pub(crate) tp: TopicPartition,
    pub(crate) version: i64,
    pub(crate) log_start_offset: i64,
    pub(crate) tiered_end_offset: i64,
    pub(crate) root: Option<PageRef>,
    pub(crate) tail: Vec<SegmentEntry>,
}

impl Manifest {
    /// Decodes a state and checks its invariants.
    pub(crate) fn decode(tp: TopicPartition, state: &ManifestState) -> Result<Self, TierError> {
        let root = state
            .root
            .as_ref()
            .map(|root| format::decode_versioned::<PageRef>(&root.root))
            .transpose()?;
        let tail: Vec<SegmentEntry> = state
            .tail
            .iter()
            .map(|entry| format::decode_versioned(&entry.entry))
            .collect::<Result<_, _>>()?;
        let manifest = Self {
            tp,
            version: state.version,
            log_start_offset: state.log_start_offset,
            tiered_end_offset: state.tiered_end_offset,
            root,
            tail,
        };
        manifest.check()?;
        Ok(manifest)
    }

    fn check(&self) -> Result<(), TierError> {
        let mut expected = self.root.as_ref().map(|root| root.end_offset);
        for entry in &self.tail {
            if entry.end_offset <= entry.base_offset
                || expected.is_some_and(|end| end != entry.base_offset)
            {
                return Err(TierError::Hole {
                    tp: self.tp,
                    offset: expected.unwrap_or(entry.base_offset),
                });
            }
            expected = Some(entry.end_offset);
        }
        if expected.is_some_and(|end| end != self.tiered_end_offset) {
            return Err(TierError::Hole {
                tp: self.tp,
                offset: expected.unwrap_or_default(),
            });
        }
        Ok(())
    }

    /// True if no object is referred to.
    pub(crate) fn is_empty(&self) -> bool {
        self.root.is_none() && self.tail.is_empty()
    }

    /// First offset that an object holds, `None` if there is none.
    pub(crate) fn start_offset(&self) -> Option<i64> {
        let root = self.root.as_ref().map(|root| root.start_offset);
        root.or_else(|| self.tail.first().map(|entry| entry.base_offset))
    }

    /// The entry of the tail that covers `offset`.
    pub(crate) fn tail_entry(&self, offset: i64) -> Option<&SegmentEntry> {
        let after = self
            .tail
            .partition_point(|entry| entry.base_offset <= offset);
        self.tail[..after]
            .last()
            .filter(|entry| offset < entry.end_offset)
    }

    /// Number of segments, and bytes of their batches.
    pub(crate) fn totals(&self) -> (u64, u64) {
        let root = self
            .root
            .as_ref()
            .map_or((0, 0), |root| (root.entries, root.data_bytes));
        let tail_bytes: i64 = self.tail.iter().map(|entry| entry.data_bytes).sum();
        let unsigned = |value: i64| u64::try_from(value).unwrap_or(0);
        (
            unsigned(root.0) + self.tail.len() as u64,
            unsigned(root.1 + tail_bytes),
        )
    }
}
