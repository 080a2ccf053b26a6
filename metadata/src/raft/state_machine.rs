//! openraft's state machine: applies entries to the image and publishes it.

use std::sync::Arc;

use openraft::storage::RaftStateMachine;
use openraft::{EntryPayload, OptionalSend, RaftSnapshotBuilder, StorageIOError};

use super::convert;
use super::types::{
    Applied, Entry, EntryBytes, LogId, Snapshot, SnapshotMeta, StorageError, StoredMembership,
    TypeConfig,
};
use super::wal::types::WalLogId;
use crate::apply::Image;
use crate::fatal::fatal;
use crate::level;
use crate::published::Published;
use crate::snapshot::{Capture, Header, RaftPosition, SnapshotFile, SnapshotStore, StoredSnapshot};

/// The image, and where in the log it is.
#[derive(Debug)]
pub(crate) struct StateMachine {
    image: Image,
    last_applied: Option<LogId>,
    membership: StoredMembership,
    published: Arc<Published>,
    snapshots: Arc<SnapshotStore>,
}

/// Builds one snapshot from pointers that were cloned between two entries.
#[derive(Debug)]
pub(crate) struct SnapshotBuilder {
    capture: Option<Capture>,
    snapshots: Arc<SnapshotStore>,
}

impl StateMachine {
    /// Starts from the current snapshot, whose image is `image`, or from nothing.
    pub(crate) fn new(snapshots: Arc<SnapshotStore>, image: Option<Image>) -> Self {
        let mut image = image.unwrap_or_default();
        let meta = snapshots.current().map(|stored| meta(&stored.header));
        let (last_applied, membership) = meta.map_or_else(Default::default, |meta| {
            (meta.last_log_id, meta.last_membership)
        });
        let index = last_applied.map_or(0, |log_id| log_id.index);
        let published = Arc::new(Published::new(&mut image, index));
        Self {
            image,
            last_applied,
            membership,
            published,
            snapshots,
        }
    }

    pub(crate) fn published(&self) -> Arc<Published> {
        self.published.clone()
    }

    fn capture(&self) -> Capture {
        Capture::take(
            &self.image,
            self.last_applied.map(position),
            (*self.membership.log_id()).map(position),
            convert::membership_record(self.membership.membership()),
        )
    }

    fn apply_entry(&mut self, entry: Entry) -> Applied {
        let index = entry.log_id.index;
        self.last_applied = Some(entry.log_id);
        let outcomes = match entry.payload {
            EntryPayload::Blank => Vec::new(),
            EntryPayload::Membership(membership) => {
                self.membership = StoredMembership::new(Some(entry.log_id), membership);
                Vec::new()
            }
            EntryPayload::Normal(EntryBytes(bytes)) => match self.image.apply(index, &bytes) {
                Ok(outcomes) => outcomes,
                // Skipping it would make this image differ from all others (I12).
                Err(error) => fatal(&format!("metadata entry {index} cannot be applied"), &error),
            },
        };
        if let Err(error) = level::check(self.image.topology.level) {
            fatal("cannot go on", &error);
        }
        Applied { index, outcomes }
    }
}

fn position(log_id: LogId) -> RaftPosition {
    let WalLogId {
        term,
        node_id,
        index,
    } = convert::wal_log_id(log_id);
    RaftPosition {
        term,
        node_id,
        index,
    }
}

fn log_id(position: RaftPosition) -> LogId {
    let RaftPosition {
        term,
        node_id,
        index,
    } = position;
    convert::log_id(WalLogId {
        term,
        node_id,
        index,
    })
}

fn meta(header: &Header) -> SnapshotMeta {
    let last = header.last_log_id;
    let at = header.membership_log_id.map(log_id);
    SnapshotMeta {
        last_log_id: last.map(log_id),
        last_membership: convert::stored_membership(at, &header.record.membership),
        snapshot_id: last.map_or_else(String::new, |position| {
            format!("{}-{}-{}", position.term, position.node_id, position.index)
        }),
    }
}

fn snapshot(stored: StoredSnapshot) -> Snapshot {
    Snapshot {
        meta: meta(&stored.header),
        snapshot: Box::new(SnapshotFile { path: stored.path }),
    }
}

impl RaftSnapshotBuilder<TypeConfig> for SnapshotBuilder {
    async fn build_snapshot(&mut self) -> Result<Snapshot, StorageError> {
        let capture = self.capture.take();
        let snapshots = self.snapshots.clone();
        // Encoding takes as long as the image is large: not on the thread that applies.
        let saved = tokio::task::spawn_blocking(move || match capture {
            Some(capture) => snapshots.save(&capture),
            None => snapshots
                .current()
                .ok_or_else(|| std::io::Error::other("built twice")),
        })
        .await;
        match saved {
            Ok(Ok(stored)) => Ok(snapshot(stored)),
            Ok(Err(error)) => fatal("failed to write a metadata snapshot", &error),
            Err(error) => fatal("failed to write a metadata snapshot", &error),
        }
    }
}

impl RaftStateMachine<TypeConfig> for StateMachine {
    type SnapshotBuilder = SnapshotBuilder;

    async fn applied_state(&mut self) -> Result<(Option<LogId>, StoredMembership), StorageError> {
        Ok((self.last_applied, self.membership.clone()))
    }

    async fn apply<I>(&mut self, entries: I) -> Result<Vec<Applied>, StorageError>
    where
        I: IntoIterator<Item = Entry> + OptionalSend,
        I::IntoIter: OptionalSend,
    {
        let applied: Vec<_> = entries
            .into_iter()
            .map(|entry| self.apply_entry(entry))
            .collect();
        if let Some(last) = applied.last() {
            self.published.publish(&mut self.image, last.index);
        }
        Ok(applied)
    }

    async fn get_snapshot_builder(&mut self) -> SnapshotBuilder {
        SnapshotBuilder {
            capture: Some(self.capture()),
            snapshots: self.snapshots.clone(),
        }
    }

    async fn begin_receiving_snapshot(&mut self) -> Result<Box<SnapshotFile>, StorageError> {
        Ok(Box::new(SnapshotFile {
            path: self.snapshots.receiving(),
        }))
    }

    async fn install_snapshot(
        &mut self,
        meta: &SnapshotMeta,
        snapshot: Box<SnapshotFile>,
    ) -> Result<(), StorageError> {
        let snapshots = self.snapshots.clone();
        let installed = tokio::task::spawn_blocking(move || snapshots.install(&snapshot)).await;
        let (_, image) = match installed {
            Ok(Ok(installed)) => installed,
            Ok(Err(error)) => {
                let error = StorageIOError::read_snapshot(Some(meta.signature()), &error);
                return Err(error.into());
            }
            Err(error) => fatal("failed to install a metadata snapshot", &error),
        };
        // Readers hold the tables: what they point to is replaced, not the tables themselves.
        let tables = self.image.tables.clone();
        tables.restore_from(&image.tables);
        self.image = Image {
            tables,
            topology_changed: true,
            ..image
        };
        self.last_applied = meta.last_log_id;
        self.membership = meta.last_membership.clone();
        let index = self.last_applied.map_or(0, |log_id| log_id.index);
        self.published.publish(&mut self.image, index);
        Ok(())
    }

    async fn get_current_snapshot(&mut self) -> Result<Option<Snapshot>, StorageError> {
        Ok(self.snapshots.current().map(snapshot))
    }
}
