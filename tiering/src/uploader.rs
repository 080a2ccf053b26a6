//! One segment into the tier: put, read back and verify, commit.
//!
//! Crash consistency, step by step:
//!
//! | crash after | left behind | what happens next |
//! |---|---|---|
//! | put began | part of an object | orphan; the sweep finds it, the segment is uploaded again under another id |
//! | put and verify | a whole object | the same |
//! | commit was proposed | an object, perhaps committed | the manifest tells; a second upload of the range fails the compare-and-set |
//! | commit | the entry | nothing to do; the next upload continues at its end |

use std::sync::Arc;

use object_store::{ObjectStore, ObjectStoreExt};
use strandline_protocol::TopicPartition;
use strandline_protocol::clock::Clock;

use crate::budget::Budget;
use crate::error::TierError;
use crate::format::SegmentEntry;
use crate::ids::Ids;
use crate::manifest::Manifest;
use crate::manifest::writer::{ManifestWriter, WrittenTrash};
use crate::object::{Keys, ObjectIdentity, put_object, verify_object};
use crate::options::TierOptions;
use crate::read::ManifestReader;
use crate::segment_source::SegmentSource;

/// What an upload made.
#[derive(Debug, Clone, PartialEq)]
pub struct Uploaded {
    /// The committed entry.
    pub entry: SegmentEntry,
    /// Manifest version after the commit.
    pub version: i64,
}

/// Uploads segments.
pub(crate) struct Uploader {
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) keys: Keys,
    pub(crate) reader: Arc<ManifestReader>,
    pub(crate) writer: Arc<ManifestWriter>,
    pub(crate) options: TierOptions,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<Ids>,
    pub(crate) budget: Budget,
}

impl Uploader {
    /// See [`crate::Tier::upload`]. Trash lists that folding made are handed to `on_trash`.
    pub(crate) async fn upload(
        &self,
        tp: TopicPartition,
        leader_epoch: i32,
        source: Arc<dyn SegmentSource>,
        on_trash: impl Fn(WrittenTrash),
    ) -> Result<Uploaded, TierError> {
        let manifest = self
            .prepare(tp, leader_epoch, source.as_ref(), &on_trash)
            .await?;
        let base_offset = continue_at(&manifest, source.as_ref())?;
        let _memory = self
            .budget
            .reserve(self.memory_of(source.size_bytes()))
            .await;
        let id = self.ids.next();
        let identity = ObjectIdentity {
            tp,
            leader_epoch,
            id,
            key: self.keys.segment(tp, base_offset, leader_epoch, id),
            base_offset,
            end_offset: source.end_offset(),
            created_at_ms: self.clock.unix_millis(),
        };
        let key = identity.key.clone();
        let entry = match self.put_and_verify(source, identity).await {
            Ok(entry) => entry,
            Err(error) => {
                self.disown(&key).await;
                return Err(error);
            }
        };
        match self.writer.append(&manifest, leader_epoch, &entry).await {
            Ok(version) => Ok(Uploaded { entry, version }),
            Err(error @ TierError::CommitUnknown { .. }) => self.find_commit(tp, entry, error),
            Err(error) => {
                self.disown(&key).await;
                Err(error)
            }
        }
    }

    /// Makes room in the tail, and lets go of a manifest that lies wholly below the log start when the segment does not
    /// continue it.
    async fn prepare(
        &self,
        tp: TopicPartition,
        leader_epoch: i32,
        source: &dyn SegmentSource,
        on_trash: &impl Fn(WrittenTrash),
    ) -> Result<Arc<Manifest>, TierError> {
        let mut manifest = self.reader.manifest(tp)?;
        let gap = source.base_offset() > manifest.tiered_end_offset;
        if gap && !manifest.is_empty() && manifest.tiered_end_offset <= manifest.log_start_offset {
            let trash = self
                .writer
                .trim(&manifest, leader_epoch, manifest.log_start_offset)
                .await?;
            trash.into_iter().for_each(on_trash);
            manifest = self.reader.manifest(tp)?;
        }
        if manifest.tail.len() >= self.options.tail_entries_max.max(1) {
            let trash = self.writer.fold(&manifest, leader_epoch).await?;
            trash.into_iter().for_each(on_trash);
            manifest = self.reader.manifest(tp)?;
        }
        Ok(manifest)
    }

    async fn put_and_verify(
        &self,
        source: Arc<dyn SegmentSource>,
        identity: ObjectIdentity,
    ) -> Result<SegmentEntry, TierError> {
        let key = identity.key.clone();
        let built = put_object(self.store.as_ref(), source, identity, &self.options).await?;
        verify_object(self.store.as_ref(), &key, &built, self.options.verify).await?;
        Ok(built.entry)
    }

    /// A commit without an answer: if the manifest has the entry, it happened.
    fn find_commit(
        &self,
        tp: TopicPartition,
        entry: SegmentEntry,
        error: TierError,
    ) -> Result<Uploaded, TierError> {
        let manifest = self.reader.manifest(tp)?;
        if manifest.tail.contains(&entry) {
            return Ok(Uploaded {
                entry,
                version: manifest.version,
            });
        }
        // It may still be applied, so the object stays; if it is not, the sweep finds it.
        Err(error)
    }

    /// Deletes an object that certainly is not and will not be referred to. What cannot be deleted now is swept later.
    async fn disown(&self, key: &object_store::path::Path) {
        if let Err(error) = self.store.delete(key).await {
            tracing::debug!(%key, %error, "an object that was not committed stays behind until the sweep");
        }
    }

    fn memory_of(&self, size_bytes: u64) -> usize {
        let size = usize::try_from(size_bytes).unwrap_or(usize::MAX);
        if size <= self.options.put_bytes_max {
            size
        } else {
            self.options
                .part_bytes
                .saturating_mul(self.options.part_concurrency + 2)
        }
    }
}

/// Where an object made of `source` begins. A former leader's segments may have had other borders, so the tiered end can
/// lie inside the segment; a gap is allowed only below the log start (I18).
fn continue_at(manifest: &Manifest, source: &dyn SegmentSource) -> Result<i64, TierError> {
    let (base_offset, end_offset) = (source.base_offset(), source.end_offset());
    let tiered_end = manifest.tiered_end_offset;
    let below_log_start = manifest.is_empty() && base_offset <= manifest.log_start_offset;
    if end_offset <= tiered_end || (base_offset > tiered_end && !below_log_start) {
        return Err(TierError::NotContiguous {
            tp: manifest.tp,
            base_offset,
            end_offset,
            expected_offset: tiered_end,
        });
    }
    Ok(base_offset.max(tiered_end))
}
