//! Manifest pages.

use bytes::Bytes;
use object_store::path::Path;
use strandline_protocol::{TopicPartition, Uuid};

use crate::checksum::crc32c;
use crate::error::TierError;
use crate::format::{self, ManifestPage, PageRef, SegmentEntry};

/// A decoded page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Page {
    /// Level 0.
    Entries(Vec<SegmentEntry>),
    /// Level 1.
    Pages(Vec<PageRef>),
}

/// Who writes a page, and for which change.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageIdentity {
    pub(crate) tp: TopicPartition,
    pub(crate) leader_epoch: i32,
    /// The manifest version that the change will make.
    pub(crate) version: i64,
    pub(crate) id: Uuid,
}

impl Page {
    /// Encodes a page that is not empty, and makes the reference to it.
    pub(crate) fn encode(&self, identity: PageIdentity) -> Result<(PageRef, Bytes), TierError> {
        let (level, items) = match self {
            Self::Entries(entries) => (0, encode_items(entries)?),
            Self::Pages(pages) => (1, encode_items(pages)?),
        };
        let page = ManifestPage {
            topic_id: identity.tp.topic_id,
            partition: identity.tp.partition,
            version: identity.version,
            level,
            items,
        };
        let stored = format::encode_page(&page)?;
        let totals = self.totals();
        let reference = PageRef {
            page_id: identity.id,
            leader_epoch: identity.leader_epoch,
            version: identity.version,
            level,
            start_offset: totals.start_offset,
            end_offset: totals.end_offset,
            page_bytes: i32::try_from(stored.len())
                .map_err(|_| TierError::Invalid("a page is too large".into()))?,
            page_checksum: crc32c(&stored),
            entries: totals.entries,
            data_bytes: totals.data_bytes,
            object_bytes: totals.object_bytes,
            max_timestamp: totals.max_timestamp,
            last_leader_epoch: totals.last_leader_epoch,
        };
        Ok((reference, stored))
    }

    /// Decodes the page that `reference` names and checks that it is that page (invariants 1 and 3).
    pub(crate) fn decode(
        tp: TopicPartition,
        reference: &PageRef,
        key: &Path,
        stored: &Bytes,
    ) -> Result<Self, TierError> {
        let corrupt = |detail: &str| TierError::corrupt("page", key, detail);
        if stored.len() as i64 != i64::from(reference.page_bytes)
            || crc32c(stored) != reference.page_checksum
        {
            return Err(corrupt("it does not match the checksum in its reference"));
        }
        let record = format::decode_page(key, stored)?;
        if record.topic_id != tp.topic_id
            || record.partition != tp.partition
            || record.level != reference.level
        {
            return Err(corrupt("it belongs to another partition or level"));
        }
        let page = match record.level {
            0 => Self::Entries(
                record
                    .items
                    .iter()
                    .map(|item| format::decode(key, item.clone()))
                    .collect::<Result<_, _>>()?,
            ),
            1 => Self::Pages(
                record
                    .items
                    .iter()
                    .map(|item| format::decode(key, item.clone()))
                    .collect::<Result<_, _>>()?,
            ),
            _ => return Err(corrupt("its level is not known")),
        };
        if !page.is_contiguous(reference.start_offset, reference.end_offset) {
            return Err(corrupt("it does not cover its range"));
        }
        Ok(page)
    }

    /// Bytes this page occupies in memory, about.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::Entries(entries) => entries
                .iter()
                .map(|entry| size_of::<SegmentEntry>() + 16 * entry.leader_epochs.len())
                .sum(),
            Self::Pages(pages) => pages.len() * size_of::<PageRef>(),
        }
    }

    fn is_contiguous(&self, start_offset: i64, end_offset: i64) -> bool {
        let ranges: Vec<(i64, i64)> = match self {
            Self::Entries(entries) => entries
                .iter()
                .map(|e| (e.base_offset, e.end_offset))
                .collect(),
            Self::Pages(pages) => pages
                .iter()
                .map(|p| (p.start_offset, p.end_offset))
                .collect(),
        };
        let joined = ranges.windows(2).all(|pair| pair[0].1 == pair[1].0);
        let filled = ranges.iter().all(|range| range.0 < range.1);
        let ends = ranges.first().map(|range| range.0) == Some(start_offset)
            && ranges.last().map(|range| range.1) == Some(end_offset);
        joined && filled && ends
    }

    fn totals(&self) -> Totals {
        let mut totals = Totals {
            max_timestamp: -1,
            start_offset: i64::MAX,
            ..Totals::default()
        };
        match self {
            Self::Entries(entries) => entries.iter().for_each(|entry| totals.add_entry(entry)),
            Self::Pages(pages) => pages.iter().for_each(|page| totals.add_page(page)),
        }
        totals
    }
}

#[derive(Default)]
struct Totals {
    start_offset: i64,
    end_offset: i64,
    entries: i64,
    data_bytes: i64,
    object_bytes: i64,
    max_timestamp: i64,
    last_leader_epoch: i32,
}

impl Totals {
    fn add_entry(&mut self, entry: &SegmentEntry) {
        self.start_offset = self.start_offset.min(entry.base_offset);
        self.end_offset = entry.end_offset;
        self.entries += 1;
        self.data_bytes += entry.data_bytes;
        self.object_bytes += entry.object_bytes;
        self.max_timestamp = self.max_timestamp.max(entry.max_timestamp);
        self.last_leader_epoch = entry
            .leader_epochs
            .last()
            .map_or(entry.leader_epoch, |epoch| epoch.leader_epoch);
    }

    fn add_page(&mut self, page: &PageRef) {
        self.start_offset = self.start_offset.min(page.start_offset);
        self.end_offset = page.end_offset;
        self.entries += page.entries;
        self.data_bytes += page.data_bytes;
        self.object_bytes += page.object_bytes;
        self.max_timestamp = self.max_timestamp.max(page.max_timestamp);
        self.last_leader_epoch = page.last_leader_epoch;
    }
}

fn encode_items<M: strandline_protocol::codec::Message>(
    items: &[M],
) -> Result<Vec<Bytes>, TierError> {
    items.iter().map(format::encode).collect()
}
