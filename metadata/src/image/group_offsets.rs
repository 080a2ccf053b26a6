//! The committed offsets of one group: 32 bytes each, when they carry no metadata.

use std::collections::BTreeMap;

use strandline_protocol::codec::{StrBytes, Uuid};

use super::tables::CommittedOffset;

/// Offsets by topic and partition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct GroupOffsets {
    /// Each list is sorted by partition and not empty.
    topics: BTreeMap<Uuid, Vec<StoredOffset>>,
}

/// One committed offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredOffset {
    pub(crate) partition: i32,
    pub(crate) leader_epoch: i32,
    pub(crate) offset: i64,
    pub(crate) commit_timestamp: i64,
    /// What few commits have.
    pub(crate) extras: Option<Box<OffsetExtras>>,
}

/// What few commits have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OffsetExtras {
    pub(crate) metadata: Box<str>,
    /// When it expires, whatever the retention is; -1 leaves it to the retention.
    pub(crate) expire_timestamp: i64,
}

const _: () = assert!(size_of::<StoredOffset>() == 32);

impl OffsetExtras {
    /// `None` when there is nothing to keep.
    pub(crate) fn new(metadata: &str, expire_timestamp: i64) -> Option<Box<Self>> {
        let some = !metadata.is_empty() || expire_timestamp >= 0;
        some.then(|| {
            Box::new(Self {
                metadata: Box::from(metadata),
                expire_timestamp,
            })
        })
    }
}

impl StoredOffset {
    pub(crate) fn metadata(&self) -> &str {
        self.extras.as_ref().map_or("", |extras| &extras.metadata)
    }

    pub(crate) fn expire_timestamp(&self) -> i64 {
        self.extras
            .as_ref()
            .map_or(-1, |extras| extras.expire_timestamp)
    }

    pub(crate) fn read(&self) -> CommittedOffset {
        CommittedOffset {
            offset: self.offset,
            leader_epoch: self.leader_epoch,
            metadata: StrBytes::from(self.metadata()),
            commit_timestamp: self.commit_timestamp,
        }
    }
}

impl GroupOffsets {
    pub(crate) fn is_empty(&self) -> bool {
        self.topics.is_empty()
    }

    pub(crate) fn get(&self, topic_id: &Uuid, partition: i32) -> Option<&StoredOffset> {
        let offsets = self.topics.get(topic_id)?;
        let at = offsets
            .binary_search_by_key(&partition, |offset| offset.partition)
            .ok()?;
        offsets.get(at)
    }

    pub(crate) fn set(&mut self, topic_id: Uuid, offset: StoredOffset) {
        let offsets = self.topics.entry(topic_id).or_default();
        // Commits come in ascending order as a rule.
        if offsets
            .last()
            .is_none_or(|last| last.partition < offset.partition)
        {
            offsets.push(offset);
            return;
        }
        match offsets.binary_search_by_key(&offset.partition, |stored| stored.partition) {
            Ok(at) => offsets[at] = offset,
            Err(at) => offsets.insert(at, offset),
        }
    }

    pub(crate) fn remove(&mut self, topic_id: &Uuid, partition: i32) {
        self.retain(|topic, offset| topic != topic_id || offset.partition != partition);
    }

    pub(crate) fn has_topic(&self, topic_id: &Uuid) -> bool {
        self.topics.contains_key(topic_id)
    }

    pub(crate) fn remove_topic(&mut self, topic_id: &Uuid) {
        self.topics.remove(topic_id);
    }

    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&Uuid, &StoredOffset) -> bool) {
        for (topic_id, offsets) in &mut self.topics {
            offsets.retain(|offset| keep(topic_id, offset));
        }
        self.topics.retain(|_, offsets| !offsets.is_empty());
    }

    /// All offsets by topic id and partition.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Uuid, &StoredOffset)> {
        let of_topic = |(topic_id, offsets)| std::iter::repeat(topic_id).zip(offsets);
        self.topics.iter().flat_map(of_topic)
    }
}
