//! Carries out changes of manifests: writes pages, reads them back, commits.
//!
//! Order of a change, and what a crash leaves:
//!
//! 1. trash list of what the change will make unreachable — a list whose items are still referred to; harmless
//! 2. new pages, each read back and compared — orphans, found by the sweep
//! 3. commit — all or nothing

use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use strandline_protocol::TopicPartition;
use strandline_protocol::clock::Clock;

use super::page::PageIdentity;
use super::{LastLeaf, Manifest, Page, cut, plan_fold, plan_trim};
use crate::error::TierError;
use crate::format::{self, PageRef, SegmentEntry, TrashItem, TrashList};
use crate::ids::Ids;
use crate::manifest_log::{
    CommitOutcome, ManifestChange, ManifestChangeKind, ManifestLog, RootEntry, TailEntry,
};
use crate::object::Keys;
use crate::options::TierOptions;
use crate::read::{ManifestReader, load_page};
use crate::store::classify::classify;
use crate::store::get_all;

/// Kinds of [`TrashItem`].
pub(crate) const TRASH_SEGMENT: i8 = 0;
/// A page alone.
pub(crate) const TRASH_PAGE: i8 = 1;
/// A page of level 0 with every object in it.
pub(crate) const TRASH_LEAF: i8 = 2;

/// Changes manifests.
pub(crate) struct ManifestWriter {
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) keys: Keys,
    pub(crate) log: Arc<dyn ManifestLog>,
    pub(crate) reader: Arc<ManifestReader>,
    pub(crate) options: TierOptions,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<Ids>,
}

/// A trash list that was written before the commit that makes it true.
#[derive(Debug, Clone)]
pub(crate) struct WrittenTrash {
    pub(crate) key: Path,
    pub(crate) due_ms: i64,
}

impl ManifestWriter {
    /// Commits a new entry.
    ///
    /// # Errors
    /// `Conflict`, `Fenced`, or `CommitUnknown` if nobody can tell.
    pub(crate) async fn append(
        &self,
        manifest: &Manifest,
        leader_epoch: i32,
        entry: &SegmentEntry,
    ) -> Result<i64, TierError> {
        let kind = ManifestChangeKind::Append(TailEntry {
            base_offset: entry.base_offset,
            end_offset: entry.end_offset,
            entry: format::encode_versioned(entry)?,
        });
        self.commit(manifest, leader_epoch, kind).await
    }

    /// Moves the whole tail into pages. Returns the trash list of the pages it replaced.
    pub(crate) async fn fold(
        &self,
        manifest: &Manifest,
        leader_epoch: i32,
    ) -> Result<Option<WrittenTrash>, TierError> {
        if manifest.tail.is_empty() {
            return Ok(None);
        }
        let mut siblings = self.reader.leaves(manifest).await?;
        let last = match siblings.pop() {
            Some(reference) => {
                let entries = self.reader.entries(manifest.tp, &reference).await?;
                Some(LastLeaf { reference, entries })
            }
            None => None,
        };
        let plan = plan_fold(
            siblings,
            last,
            &manifest.tail,
            self.options.page_entries_max,
        );
        let mut replaced: Vec<TrashItem> = plan
            .replaced_leaf
            .iter()
            .map(|page| trash_page(TRASH_PAGE, page))
            .collect();
        replaced.extend(replaced_root(manifest));
        let trash = self.write_trash(manifest, leader_epoch, replaced).await?;

        let folded = manifest.tail.len();
        let change = async {
            let mut leaves = plan.kept;
            for entries in plan.leaves {
                leaves.push(
                    self.write_page(manifest, leader_epoch, &Page::Entries(entries))
                        .await?,
                );
            }
            let root = self.write_root(manifest, leader_epoch, leaves).await?;
            let root =
                root.ok_or_else(|| TierError::Invalid("a fold without entries".to_owned()))?;
            self.commit(
                manifest,
                leader_epoch,
                ManifestChangeKind::Fold { root, folded },
            )
            .await
        };
        self.keep_or_drop(change.await, trash).await
    }

    /// Removes what ends at or below the log start. Returns the trash list of it, or `None` if there was nothing.
    pub(crate) async fn trim(
        &self,
        manifest: &Manifest,
        leader_epoch: i32,
        log_start_offset: i64,
    ) -> Result<Option<WrittenTrash>, TierError> {
        let log_start_offset = log_start_offset.min(manifest.log_start_offset);
        if manifest
            .start_offset()
            .is_none_or(|start| start >= log_start_offset)
        {
            return Ok(None);
        }
        let leaves = self.reader.leaves(manifest).await?;
        let plan = plan_trim(&leaves, &manifest.tail, log_start_offset);
        let (gone, left) = match &plan.border {
            Some(border) => cut(
                &self.reader.entries(manifest.tp, border).await?,
                log_start_offset,
            ),
            None => (Vec::new(), Vec::new()),
        };
        if gone.is_empty() && plan.dropped_leaves.is_empty() && plan.removed_tail == 0 {
            return Ok(None);
        }
        let mut items: Vec<TrashItem> = plan
            .dropped_leaves
            .iter()
            .map(|page| trash_page(TRASH_LEAF, page))
            .collect();
        items.extend(gone.iter().map(trash_segment));
        items.extend(manifest.tail[..plan.removed_tail].iter().map(trash_segment));
        if !gone.is_empty() {
            items.extend(plan.border.iter().map(|page| trash_page(TRASH_PAGE, page)));
        }
        items.extend(replaced_root(manifest));
        let trash = self.write_trash(manifest, leader_epoch, items).await?;

        let change = async {
            let mut kept = Vec::new();
            match plan.border {
                Some(border) if gone.is_empty() => kept.push(border),
                Some(_) => kept.push(
                    self.write_page(manifest, leader_epoch, &Page::Entries(left))
                        .await?,
                ),
                None => {}
            }
            kept.extend(plan.kept);
            let root = self.write_root(manifest, leader_epoch, kept).await?;
            let kind = ManifestChangeKind::Trim {
                root,
                removed: plan.removed_tail,
            };
            self.commit(manifest, leader_epoch, kind).await
        };
        self.keep_or_drop(change.await, trash).await
    }

    /// A root over pages of level 0: the only one itself, or a page of level 1.
    async fn write_root(
        &self,
        manifest: &Manifest,
        leader_epoch: i32,
        mut leaves: Vec<PageRef>,
    ) -> Result<Option<RootEntry>, TierError> {
        let root = match leaves.len() {
            0 => return Ok(None),
            1 => leaves.remove(0),
            _ => {
                self.write_page(manifest, leader_epoch, &Page::Pages(leaves))
                    .await?
            }
        };
        Ok(Some(RootEntry {
            start_offset: root.start_offset,
            end_offset: root.end_offset,
            root: format::encode_versioned(&root)?,
        }))
    }

    /// Writes a page and reads it back by checksum, past every cache.
    async fn write_page(
        &self,
        manifest: &Manifest,
        leader_epoch: i32,
        page: &Page,
    ) -> Result<PageRef, TierError> {
        let identity = PageIdentity {
            tp: manifest.tp,
            leader_epoch,
            version: manifest.version + 1,
            id: self.ids.next(),
        };
        let (reference, stored) = page.encode(identity)?;
        let key = self.reader.page_key(manifest.tp, &reference);
        self.put(&key, stored).await?;
        let read_back = load_page(self.store.as_ref(), manifest.tp, &reference, &key).await?;
        if read_back != *page {
            return Err(TierError::corrupt(
                "page",
                &key,
                "it differs from what was written",
            ));
        }
        Ok(reference)
    }

    async fn write_trash(
        &self,
        manifest: &Manifest,
        leader_epoch: i32,
        items: Vec<TrashItem>,
    ) -> Result<Option<WrittenTrash>, TierError> {
        if items.is_empty() {
            return Ok(None);
        }
        let now = self.clock.unix_millis();
        let retention = i64::try_from(self.options.trash_retention.as_millis()).unwrap_or(i64::MAX);
        let due_ms = now.saturating_add(retention);
        let list = TrashList {
            topic_id: manifest.tp.topic_id,
            partition: manifest.tp.partition,
            removed_at_ms: now,
            due_ms,
            version: manifest.version + 1,
            items,
        };
        let key = self
            .keys
            .trash(manifest.tp, due_ms, leader_epoch, self.ids.next());
        let stored = format::encode_trash(&list)?;
        self.put(&key, stored.clone()).await?;
        if get_all(self.store.as_ref(), &key, stored.len() as u64).await? != stored {
            return Err(TierError::corrupt(
                "trash list",
                &key,
                "it differs from what was written",
            ));
        }
        Ok(Some(WrittenTrash { key, due_ms }))
    }

    async fn put(&self, key: &Path, stored: Bytes) -> Result<(), TierError> {
        self.store
            .put(key, stored.into())
            .await
            .map(|_| ())
            .map_err(|error| classify("put", key, error))
    }

    /// After a change that certainly did not happen its trash list goes; otherwise it stays: its items are looked up in
    /// the manifest again before anything is deleted.
    async fn keep_or_drop(
        &self,
        change: Result<i64, TierError>,
        trash: Option<WrittenTrash>,
    ) -> Result<Option<WrittenTrash>, TierError> {
        match change {
            Ok(_) => Ok(trash),
            Err(error @ TierError::CommitUnknown { .. }) => Err(error),
            Err(error) => {
                if let Some(trash) = trash
                    && let Err(leftover) = self.store.delete(&trash.key).await
                {
                    tracing::debug!(key = %trash.key, error = %leftover, "a needless trash list stays behind");
                }
                Err(error)
            }
        }
    }

    async fn commit(
        &self,
        manifest: &Manifest,
        leader_epoch: i32,
        kind: ManifestChangeKind,
    ) -> Result<i64, TierError> {
        let change = ManifestChange {
            leader_epoch,
            expected_tiered_end_offset: manifest.tiered_end_offset,
            expected_version: manifest.version,
            kind,
        };
        check_change(manifest, &change)?;
        match self.log.commit(manifest.tp, change).await? {
            CommitOutcome::Committed { version } => Ok(version),
            CommitOutcome::Conflict => Err(TierError::Conflict {
                tp: manifest.tp,
                expected_version: manifest.version,
            }),
            CommitOutcome::Fenced => Err(TierError::Fenced {
                tp: manifest.tp,
                leader_epoch,
            }),
        }
    }
}

/// Invariants 1 and 4 of the module, once more before every commit.
fn check_change(manifest: &Manifest, change: &ManifestChange) -> Result<(), TierError> {
    let tail_end = |n: usize| {
        manifest
            .tail
            .get(n.wrapping_sub(1))
            .map(|entry| entry.end_offset)
    };
    let old_root_end = manifest.root.as_ref().map(|root| root.end_offset);
    let good = match &change.kind {
        ManifestChangeKind::Append(entry) => {
            let continues = entry.base_offset == manifest.tiered_end_offset
                || (manifest.is_empty()
                    && entry.base_offset > manifest.tiered_end_offset
                    && entry.base_offset <= manifest.log_start_offset);
            continues && entry.end_offset > entry.base_offset
        }
        ManifestChangeKind::Fold { root, folded } => {
            Some(root.start_offset) == manifest.start_offset()
                && Some(root.end_offset) == tail_end(*folded)
        }
        ManifestChangeKind::Trim { root, removed } => {
            let pages_end = match root {
                Some(root) => Some(root.end_offset) == old_root_end && *removed == 0,
                None => old_root_end.is_none_or(|end| end <= manifest.log_start_offset),
            };
            pages_end && tail_end(*removed).is_none_or(|end| end <= manifest.log_start_offset)
        }
    };
    if good {
        Ok(())
    } else {
        Err(TierError::Hole {
            tp: manifest.tp,
            offset: manifest.tiered_end_offset,
        })
    }
}

/// The root page that a change replaces, if it is not a page of level 0: those are accounted for on their own.
fn replaced_root(manifest: &Manifest) -> Option<TrashItem> {
    manifest
        .root
        .as_ref()
        .filter(|root| root.level > 0)
        .map(|root| trash_page(TRASH_PAGE, root))
}

fn trash_page(kind: i8, page: &PageRef) -> TrashItem {
    TrashItem {
        kind,
        id: page.page_id,
        leader_epoch: page.leader_epoch,
        number: page.version,
        level: page.level,
        end_offset: page.end_offset,
        bytes: if kind == TRASH_LEAF {
            page.object_bytes
        } else {
            i64::from(page.page_bytes)
        },
    }
}

fn trash_segment(entry: &SegmentEntry) -> TrashItem {
    TrashItem {
        kind: TRASH_SEGMENT,
        id: entry.object_id,
        leader_epoch: entry.leader_epoch,
        number: entry.base_offset,
        level: 0,
        end_offset: entry.end_offset,
        bytes: entry.object_bytes,
    }
}

/// The partition of a list, for checks.
pub(crate) fn partition_of(list: &TrashList) -> TopicPartition {
    TopicPartition {
        topic_id: list.topic_id,
        partition: list.partition,
    }
}
