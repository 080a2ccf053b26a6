//! Deleting objects: what was removed from manifests, what was never committed, and whole deleted partitions.
//!
//! Every pass first confirms that the prefix is ours (I20). Then:
//!
//! - **Trash lists** say what a change of a manifest made unreachable, and from when it may go. They are written before
//!   the change, so when one is due each item is looked up in the manifest once more; a list of a change that never
//!   happened deletes nothing. Objects go first, the list last: a crash repeats, and never leaks.
//! - **Orphans** are objects no manifest and no undue list refers to. An object of a former epoch can not be committed
//!   any more, because every commit names the current epoch. One of the current epoch can not if its base lies below
//!   the tiered end (a page: if its version is not above the current one), because every commit names those, too. No
//!   clock is needed for safety; grace only delays.

use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;

use futures::StreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use parking_lot::Mutex;
use strandline_protocol::clock::Clock;
use strandline_protocol::{TopicPartition, Uuid};
use tokio::sync::mpsc;

use crate::error::{StoreFaultClass, TierError};
use crate::format::{self, PageRef, SegmentEntry, TrashItem, TrashList};
use crate::inventory::{ObjectUse, ReferencedObject};
use crate::manifest::writer::{TRASH_LEAF, TRASH_PAGE, TRASH_SEGMENT, partition_of};
use crate::manifest::{Manifest, Page};
use crate::object::{Keys, ParsedKey};
use crate::options::TierOptions;
use crate::read::ManifestReader;
use crate::store::classify::classify;
use crate::store::get_all;
use crate::store::owner::Ownership;

/// Upper bound of a trash list or page, stored.
const LIST_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// What a pass deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Deleted {
    /// Objects.
    pub objects: u64,
    /// Their bytes, as far as known.
    pub bytes: u64,
    /// When an orphan that was left alone can go, in milliseconds; `None` if none was.
    pub left_until_ms: Option<i64>,
}

/// Deletes objects.
pub(crate) struct Trash {
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) keys: Keys,
    pub(crate) reader: Arc<ManifestReader>,
    pub(crate) ownership: Ownership,
    pub(crate) options: TierOptions,
    pub(crate) clock: Arc<dyn Clock>,
    /// When the next list of a partition is due; unknown until its lists were listed once.
    pub(crate) next_due: Mutex<HashMap<TopicPartition, i64>>,
}

impl Trash {
    /// A list was written.
    pub(crate) fn note(&self, tp: TopicPartition, due_ms: i64) {
        if let Some(next) = self.next_due.lock().get_mut(&tp) {
            *next = due_ms.min(*next);
        }
    }

    /// Deletes what is due. Lists are listed only when one can be due.
    pub(crate) async fn empty(&self, tp: TopicPartition) -> Result<Deleted, TierError> {
        let now = self.clock.unix_millis();
        if self.next_due.lock().get(&tp).is_some_and(|due| now < *due) {
            return Ok(Deleted::default());
        }
        let mut deleted = Deleted::default();
        let mut next_due = i64::MAX;
        let mut confirmed = false;
        for (key, parsed) in self.list(tp, &self.keys.trash_prefix(tp)).await? {
            let ParsedKey::Trash { due_ms, .. } = parsed.key else {
                continue;
            };
            if due_ms > now {
                next_due = next_due.min(due_ms);
                continue;
            }
            if !confirmed {
                self.ownership.confirm().await?;
                confirmed = true;
            }
            if !self.empty_list(tp, &key, &mut deleted).await? {
                next_due = next_due.min(now);
            }
        }
        self.next_due.lock().insert(tp, next_due);
        Ok(deleted)
    }

    /// Deletes the items of one list, then the list. False if our manifest is older than the list: too early to tell.
    async fn empty_list(
        &self,
        tp: TopicPartition,
        key: &Path,
        deleted: &mut Deleted,
    ) -> Result<bool, TierError> {
        let list = match self.read_list(key).await {
            Ok(list) => list,
            Err(error) if error.store_class() == Some(StoreFaultClass::NotFound) => {
                return Ok(true);
            }
            Err(error @ TierError::Corrupt { .. }) => {
                // Nobody knows what was in it. Its objects are unreferenced and go with the next sweep.
                tracing::warn!(%key, "a trash list is damaged and given up: {error}");
                self.delete(key).await?;
                return Ok(true);
            }
            Err(error) => return Err(error),
        };
        if partition_of(&list) != tp {
            return Err(TierError::corrupt(
                "trash list",
                key,
                "it belongs to another partition",
            ));
        }
        let manifest = self.reader.manifest(tp)?;
        if manifest.version < list.version {
            return Ok(false);
        }
        for item in &list.items {
            self.delete_item(&manifest, item, deleted).await?;
        }
        self.delete(key).await?;
        Ok(true)
    }

    async fn read_list(&self, key: &Path) -> Result<TrashList, TierError> {
        let read = || async {
            format::decode_trash(
                key,
                &get_all(self.store.as_ref(), key, LIST_BYTES_MAX).await?,
            )
        };
        match read().await {
            // Bytes can be damaged on their way; what is stored is read once more before it is called corrupt.
            Err(TierError::Corrupt { .. }) => read().await,
            other => other,
        }
    }

    async fn delete_item(
        &self,
        manifest: &Manifest,
        item: &TrashItem,
        deleted: &mut Deleted,
    ) -> Result<(), TierError> {
        match item.kind {
            TRASH_SEGMENT => {
                let key = self
                    .keys
                    .segment(manifest.tp, item.number, item.leader_epoch, item.id);
                self.delete_segment(manifest, &key, (item.number, item.id, item.bytes), deleted)
                    .await
            }
            TRASH_PAGE | TRASH_LEAF => {
                if self.is_page_referenced(manifest, item.id).await? {
                    return Ok(());
                }
                let key = self.keys.page(
                    manifest.tp,
                    item.number,
                    item.leader_epoch,
                    item.level,
                    item.id,
                );
                if item.kind == TRASH_LEAF {
                    for entry in self.entries_of(manifest.tp, &key).await? {
                        let segment = self.keys.segment(
                            manifest.tp,
                            entry.base_offset,
                            entry.leader_epoch,
                            entry.object_id,
                        );
                        let place = (entry.base_offset, entry.object_id, entry.object_bytes);
                        self.delete_segment(manifest, &segment, place, deleted)
                            .await?;
                    }
                }
                self.delete(&key).await?;
                deleted.objects += 1;
                Ok(())
            }
            other => Err(TierError::Invalid(format!(
                "trash item of kind {other} is not known"
            ))),
        }
    }

    async fn delete_segment(
        &self,
        manifest: &Manifest,
        key: &Path,
        (base_offset, id, bytes): (i64, Uuid, i64),
        deleted: &mut Deleted,
    ) -> Result<(), TierError> {
        if self
            .is_segment_referenced(manifest, base_offset, id)
            .await?
        {
            return Ok(());
        }
        self.delete(key).await?;
        deleted.objects += 1;
        deleted.bytes += u64::try_from(bytes).unwrap_or(0);
        Ok(())
    }

    /// Entries of a page that no manifest refers to any more; none if it is gone already.
    async fn entries_of(
        &self,
        tp: TopicPartition,
        key: &Path,
    ) -> Result<Vec<SegmentEntry>, TierError> {
        let stored = match get_all(self.store.as_ref(), key, LIST_BYTES_MAX).await {
            Err(error) if error.store_class() == Some(StoreFaultClass::NotFound) => {
                return Ok(Vec::new());
            }
            other => other?,
        };
        let page = format::decode_page(key, &stored)?;
        if page.topic_id != tp.topic_id || page.partition != tp.partition || page.level != 0 {
            return Err(TierError::corrupt(
                "page",
                key,
                "it is not a page of entries of this partition",
            ));
        }
        page.items
            .iter()
            .map(|item| format::decode(key, item.clone()))
            .collect()
    }

    /// Deletes orphans. `leader_epoch` is the epoch of this broker's leadership.
    pub(crate) async fn sweep(
        &self,
        tp: TopicPartition,
        leader_epoch: i32,
    ) -> Result<Deleted, TierError> {
        let now = self.clock.unix_millis();
        let grace = i64::try_from(self.options.orphan_grace.as_millis()).unwrap_or(i64::MAX);
        // Listed before the manifest is read: whatever was committed meanwhile is in the manifest that decides.
        let listed = self.list(tp, &self.keys.partition(tp)).await?;
        let manifest = self.reader.manifest(tp)?;
        let mut candidates = Vec::new();
        let mut deleted = Deleted::default();
        for (key, listed) in listed {
            if !can_never_commit(&manifest, leader_epoch, &listed.key) {
                continue;
            }
            let referenced = match listed.key {
                ParsedKey::Segment {
                    base_offset, id, ..
                } => {
                    self.is_segment_referenced(&manifest, base_offset, id)
                        .await?
                }
                ParsedKey::Page { id, .. } => self.is_page_referenced(&manifest, id).await?,
                ParsedKey::Trash { .. } => true,
            };
            if referenced {
                continue;
            }
            let due = listed.modified_ms.saturating_add(grace);
            if now >= due {
                candidates.push((key, listed));
            } else {
                let left = deleted.left_until_ms.map_or(due, |left| left.min(due));
                deleted.left_until_ms = Some(left);
            }
        }
        if candidates.is_empty() {
            return Ok(deleted);
        }
        self.ownership.confirm().await?;
        let in_trash = self.ids_in_trash(tp).await?;
        for (key, listed) in candidates {
            let (ParsedKey::Segment { id, .. }
            | ParsedKey::Page { id, .. }
            | ParsedKey::Trash { id, .. }) = listed.key;
            if !in_trash.contains(&id) {
                self.delete(&key).await?;
                deleted.objects += 1;
                deleted.bytes += listed.bytes;
            }
        }
        Ok(deleted)
    }

    /// Deletes everything of a deleted topic. Topic ids never come back, so nothing can be committed under this prefix
    /// again; what was never committed goes with it.
    pub(crate) async fn purge(&self, topic_id: Uuid) -> Result<Deleted, TierError> {
        self.ownership.confirm().await?;
        let mut deleted = Deleted::default();
        let prefix = self.keys.topic(topic_id);
        let mut listing = self.store.list(Some(&prefix));
        while let Some(meta) = listing.next().await {
            let meta = meta.map_err(|error| classify("list", &prefix, error))?;
            if self.keys.parse_in(topic_id, &meta.location).is_some() {
                self.delete(&meta.location).await?;
                deleted.objects += 1;
                deleted.bytes += meta.size;
            }
        }
        self.next_due.lock().retain(|tp, _| tp.topic_id != topic_id);
        Ok(deleted)
    }

    /// Everything that undue or unread trash lists refer to.
    async fn ids_in_trash(&self, tp: TopicPartition) -> Result<HashSet<Uuid>, TierError> {
        let mut ids = HashSet::new();
        for (key, _) in self.list(tp, &self.keys.trash_prefix(tp)).await? {
            let list = self.read_list(&key).await?;
            for item in &list.items {
                ids.insert(item.id);
                if item.kind == TRASH_LEAF {
                    let page =
                        self.keys
                            .page(tp, item.number, item.leader_epoch, item.level, item.id);
                    ids.extend(
                        self.entries_of(tp, &page)
                            .await?
                            .iter()
                            .map(|entry| entry.object_id),
                    );
                }
            }
        }
        Ok(ids)
    }

    /// Sends the lists and what is in them, once each, without what `manifest` refers to.
    pub(crate) async fn contents(
        &self,
        manifest: &Manifest,
        to: &mpsc::Sender<ReferencedObject>,
    ) -> Result<(), TierError> {
        let tp = manifest.tp;
        let mut seen = HashSet::new();
        for (key, listed) in self.list(tp, &self.keys.trash_prefix(tp)).await? {
            let list = match self.read_list(&key).await {
                // Emptied meanwhile.
                Err(error) if error.store_class() == Some(StoreFaultClass::NotFound) => continue,
                other => other?,
            };
            let bytes = i64::try_from(listed.bytes).unwrap_or(i64::MAX);
            let mut found = vec![referenced(ObjectUse::TrashList, &key, (0, 0), bytes)];
            for item in &list.items {
                self.contents_of(manifest, item, &mut seen, &mut found)
                    .await?;
            }
            for object in found {
                if to.send(object).await.is_err() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    async fn contents_of(
        &self,
        manifest: &Manifest,
        item: &TrashItem,
        seen: &mut HashSet<Uuid>,
        found: &mut Vec<ReferencedObject>,
    ) -> Result<(), TierError> {
        let (tp, id, epoch) = (manifest.tp, item.id, item.leader_epoch);
        let page = self.keys.page(tp, item.number, epoch, item.level, id);
        let (entries, kept) = match item.kind {
            TRASH_LEAF => (
                self.entries_of(tp, &page).await?,
                self.is_page_referenced(manifest, id).await?,
            ),
            TRASH_PAGE => (Vec::new(), self.is_page_referenced(manifest, id).await?),
            _ => {
                let key = self.keys.segment(tp, item.number, epoch, id);
                let range = (item.number, item.end_offset);
                let kept = self
                    .is_segment_referenced(manifest, item.number, id)
                    .await?;
                if !kept && seen.insert(id) {
                    found.push(referenced(ObjectUse::Trash, &key, range, item.bytes));
                }
                return Ok(());
            }
        };
        if !kept && seen.insert(id) {
            let start = entries.first().map_or(0, |entry| entry.base_offset);
            let range = (start, item.end_offset);
            found.push(referenced(ObjectUse::Trash, &page, range, 0));
        }
        for entry in entries {
            let (base, id) = (entry.base_offset, entry.object_id);
            if !self.is_segment_referenced(manifest, base, id).await? && seen.insert(id) {
                let key = self.keys.segment(tp, base, entry.leader_epoch, id);
                let range = (base, entry.end_offset);
                let bytes = entry.object_bytes;
                found.push(referenced(ObjectUse::Trash, &key, range, bytes));
            }
        }
        Ok(())
    }

    async fn is_segment_referenced(
        &self,
        manifest: &Manifest,
        base_offset: i64,
        id: Uuid,
    ) -> Result<bool, TierError> {
        let entry = self.reader.entry_at(manifest, base_offset).await?;
        Ok(entry.is_some_and(|entry| entry.object_id == id))
    }

    async fn is_page_referenced(&self, manifest: &Manifest, id: Uuid) -> Result<bool, TierError> {
        let Some(root) = &manifest.root else {
            return Ok(false);
        };
        if root.page_id == id {
            return Ok(true);
        }
        match self.reader.page(manifest.tp, root).await?.as_ref() {
            Page::Entries(_) => Ok(false),
            Page::Pages(pages) => Ok(pages.iter().any(|page: &PageRef| page.page_id == id)),
        }
    }

    /// Objects of ours below a prefix. Anything that we did not name is left alone.
    async fn list(
        &self,
        tp: TopicPartition,
        prefix: &Path,
    ) -> Result<Vec<(Path, Listed)>, TierError> {
        let mut found = Vec::new();
        let mut listing = self.store.list(Some(prefix));
        while let Some(meta) = listing.next().await {
            let meta = meta.map_err(|error| classify("list", prefix, error))?;
            if let Some(key) = self.keys.parse(tp, &meta.location) {
                let modified_ms = meta.last_modified.timestamp_millis();
                found.push((
                    meta.location,
                    Listed {
                        key,
                        modified_ms,
                        bytes: meta.size,
                    },
                ));
            }
        }
        Ok(found)
    }

    /// Deletes an object; one that is gone already is fine.
    async fn delete(&self, key: &Path) -> Result<(), TierError> {
        match self.store.delete(key).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(classify("delete", key, error)),
        }
    }
}

fn referenced(
    used_as: ObjectUse,
    key: &Path,
    (start_offset, end_offset): (i64, i64),
    bytes: i64,
) -> ReferencedObject {
    ReferencedObject {
        used_as,
        key: key.to_string(),
        start_offset,
        end_offset,
        bytes,
    }
}

struct Listed {
    key: ParsedKey,
    modified_ms: i64,
    bytes: u64,
}

/// True if no commit that names this object can succeed any more.
fn can_never_commit(manifest: &Manifest, leader_epoch: i32, key: &ParsedKey) -> bool {
    match *key {
        ParsedKey::Segment {
            base_offset,
            leader_epoch: epoch,
            ..
        } => {
            epoch < leader_epoch
                || (epoch == leader_epoch && base_offset < manifest.tiered_end_offset)
        }
        ParsedKey::Page {
            version,
            leader_epoch: epoch,
            ..
        } => epoch < leader_epoch || (epoch == leader_epoch && version <= manifest.version),
        ParsedKey::Trash { .. } => false,
    }
}
