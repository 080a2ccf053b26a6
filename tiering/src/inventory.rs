//! Every object of a partition and what refers to it: for people, and so that it can be checked from outside that
//! nothing is missing and nothing was forgotten.

use strandline_protocol::TopicPartition;
use tokio::sync::mpsc;

use crate::error::TierError;
use crate::format::{PageRef, SegmentEntry};
use crate::object::Keys;
use crate::read::ManifestReader;
use crate::trash::Trash;

/// What refers to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectUse {
    /// The manifest: batches of the log.
    Segment,
    /// The metadata or the manifest's root: a page of the manifest.
    Page,
    /// Its own key: a list of objects that go when `tier.trash.retention` is over.
    TrashList,
    /// Such a list.
    Trash,
}

impl ObjectUse {
    /// One word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Segment => "segment",
            Self::Page => "page",
            Self::TrashList => "trash-list",
            Self::Trash => "trash",
        }
    }
}

/// An object that something refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferencedObject {
    /// What refers to it.
    pub used_as: ObjectUse,
    /// Its key below the location of the tier.
    pub key: String,
    /// First offset that it is about; 0 for a trash list.
    pub start_offset: i64,
    /// End of what it is about, exclusive; 0 for a trash list.
    pub end_offset: i64,
    /// Its size, as far as known.
    pub bytes: i64,
}

/// Lists the objects of partitions.
pub(crate) struct Inventory<'a> {
    pub(crate) manifests: &'a ManifestReader,
    pub(crate) keys: Keys,
    pub(crate) trash: &'a Trash,
}

impl Inventory<'_> {
    /// Sends every object of one version of the manifest, then those in the trash, which are others. Ends early when
    /// nobody listens any more.
    pub(crate) async fn list(
        &self,
        tp: TopicPartition,
        to: mpsc::Sender<ReferencedObject>,
    ) -> Result<(), TierError> {
        let manifest = self.manifests.manifest(tp)?;
        let mut sent = Ok(());
        if let Some(root) = &manifest.root {
            sent = to.send(self.page(tp, root)).await;
            for leaf in self.manifests.leaves(&manifest).await? {
                if leaf.page_id != root.page_id {
                    sent = to.send(self.page(tp, &leaf)).await;
                }
                for entry in self.manifests.entries(tp, &leaf).await? {
                    sent = to.send(self.segment(tp, &entry)).await;
                }
                if sent.is_err() {
                    return Ok(());
                }
            }
        }
        for entry in &manifest.tail {
            sent = to.send(self.segment(tp, entry)).await;
        }
        if sent.is_ok() {
            self.trash.contents(&manifest, &to).await?;
        }
        Ok(())
    }

    fn page(&self, tp: TopicPartition, page: &PageRef) -> ReferencedObject {
        ReferencedObject {
            used_as: ObjectUse::Page,
            key: self.manifests.page_key(tp, page).to_string(),
            start_offset: page.start_offset,
            end_offset: page.end_offset,
            bytes: page.page_bytes.into(),
        }
    }

    fn segment(&self, tp: TopicPartition, entry: &SegmentEntry) -> ReferencedObject {
        let key = self
            .keys
            .segment(tp, entry.base_offset, entry.leader_epoch, entry.object_id);
        ReferencedObject {
            used_as: ObjectUse::Segment,
            key: key.to_string(),
            start_offset: entry.base_offset,
            end_offset: entry.end_offset,
            bytes: entry.object_bytes,
        }
    }
}
