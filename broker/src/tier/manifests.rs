//! Manifests live in the metadata group: a change is one `CommitTier` command.

use async_trait::async_trait;
use strandline_metadata::records::{CommitTier, TierEntry};
use strandline_metadata::{ManifestEntry, Metadata, PartitionState, ProposeError, Refusal};
use strandline_protocol::TopicPartition;
use strandline_tiering::{
    CommitOutcome, ManifestChange, ManifestChangeKind, ManifestLog, ManifestState, RootEntry,
    TailEntry, TierError,
};

/// [`ManifestLog`] over the metadata group. `apply` checks epoch, tiered end and version again, so
/// that of two leaders one wins (I19).
#[derive(Debug, Clone)]
pub struct MetadataManifests {
    metadata: Metadata,
}

impl MetadataManifests {
    /// Manifests of the cluster that `metadata` describes.
    #[must_use]
    pub fn new(metadata: Metadata) -> Self {
        Self { metadata }
    }
}

#[async_trait]
impl ManifestLog for MetadataManifests {
    async fn commit(
        &self,
        tp: TopicPartition,
        change: ManifestChange,
    ) -> Result<CommitOutcome, TierError> {
        match self.metadata.propose(command(tp, &change)).await {
            Ok(_) => Ok(CommitOutcome::Committed {
                version: change.expected_version + 1,
            }),
            Err(ProposeError::Refused(
                Refusal::FencedLeaderEpoch | Refusal::UnknownTopic | Refusal::StaleIncarnation,
            )) => Ok(CommitOutcome::Fenced),
            Err(ProposeError::Refused(_)) => Ok(CommitOutcome::Conflict),
            Err(error) => Err(TierError::CommitUnknown {
                tp,
                reason: error.to_string(),
            }),
        }
    }

    fn state(&self, tp: TopicPartition) -> ManifestState {
        manifest(&self.metadata.tables().partition_state(&tp))
    }
}

/// What the tier reads of a partition's state.
fn manifest(state: &PartitionState) -> ManifestState {
    ManifestState {
        log_start_offset: state.log_start_offset,
        tiered_end_offset: state.tiered_end_offset,
        version: state.manifest_version,
        root: state.manifest_root.as_ref().map(|root| RootEntry {
            start_offset: root.start_offset,
            end_offset: root.end_offset,
            root: root.root.clone(),
        }),
        tail: state.tail.iter().map(tail_entry).collect(),
    }
}

fn tail_entry(entry: &ManifestEntry) -> TailEntry {
    TailEntry {
        base_offset: entry.base_offset,
        end_offset: entry.end_offset,
        entry: entry.entry.clone(),
    }
}

fn command(tp: TopicPartition, change: &ManifestChange) -> CommitTier {
    let mut command = CommitTier {
        topic_id: tp.topic_id,
        partition: tp.partition,
        leader_epoch: change.leader_epoch,
        expected_tiered_end_offset: change.expected_tiered_end_offset,
        expected_version: change.expected_version,
        ..CommitTier::default()
    };
    let count = |entries: usize| i32::try_from(entries).unwrap_or(i32::MAX);
    match &change.kind {
        ManifestChangeKind::Append(entry) => command.entries.push(TierEntry {
            base_offset: entry.base_offset,
            end_offset: entry.end_offset,
            entry: entry.entry.clone(),
        }),
        ManifestChangeKind::Fold { root, folded } => {
            set_root(&mut command, Some(root));
            command.drop_tail_entries = count(*folded);
        }
        ManifestChangeKind::Trim { root, removed } => {
            set_root(&mut command, root.as_ref());
            command.drop_tail_entries = count(*removed);
        }
    }
    command
}

fn set_root(command: &mut CommitTier, root: Option<&RootEntry>) {
    command.set_root = true;
    if let Some(root) = root {
        command.root_start_offset = root.start_offset;
        command.root_end_offset = root.end_offset;
        command.root = Some(root.root.clone());
    }
}
