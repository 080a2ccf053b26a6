//! The Raft group's own thread: runtime, group, and the loop that proposes.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use openraft::{BasicNode, Config, SnapshotPolicy};
use strandline_protocol::clock::Clock;
use tokio::sync::{mpsc, oneshot, watch};

use super::log_store::{LogGauge, LogStore};
use super::network::NoPeers;
use super::proposals::{Batcher, Proposal, QUEUE_LEN, Stamps};
use super::state_machine::StateMachine;
use super::types::Raft;
use crate::error::MetadataError;
use crate::fatal::fatal;
use crate::level;
use crate::published::Published;
use crate::snapshot::SnapshotStore;

/// With one voter nobody waits for heartbeats: ten seconds cost nothing when idle.
const HEARTBEAT_MS: u64 = 10_000;

/// The log must have grown by this much since the last attempt before another snapshot is tried.
const SNAPSHOT_RETRY_BYTES: u64 = 8 << 20;

/// What the thread is started with.
#[derive(Debug)]
pub(crate) struct NodeOptions {
    pub(crate) node_id: u64,
    pub(crate) snapshot_log_bytes: u64,
    pub(crate) clock: Arc<dyn Clock>,
}

/// The opened files and the image that they hold so far.
#[derive(Debug)]
pub(crate) struct Storage {
    pub(crate) log: LogStore,
    pub(crate) snapshots: Arc<SnapshotStore>,
    machine: StateMachine,
    /// The directory is this process's until the last of this is gone.
    lock: File,
}

/// A running group of one.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) queue: mpsc::Sender<Proposal>,
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) log: LogGauge,
    pub(crate) snapshots: Arc<SnapshotStore>,
    pub(crate) published: Arc<Published>,
    pub(crate) thread: JoinHandle<()>,
}

impl Storage {
    /// Opens and verifies log and snapshot in `dir`, on which `lock` is held. Blocks.
    pub(crate) fn open(dir: &Path, lock: File, chunk_bytes: usize) -> Result<Self, MetadataError> {
        let failed = |source: io::Error| {
            let unsupported = source
                .get_ref()
                .and_then(|e| e.downcast_ref::<level::UnsupportedLevel>());
            match unsupported {
                Some(unsupported) => MetadataError::Level(*unsupported),
                None => MetadataError::Io {
                    dir: dir.to_path_buf(),
                    source,
                },
            }
        };
        let (snapshots, image) = SnapshotStore::open(&dir.join("snapshots")).map_err(failed)?;
        let (log, report) = LogStore::open(&dir.join("log"), chunk_bytes).map_err(failed)?;
        if report.torn_bytes > 0 {
            let bytes = report.torn_bytes;
            tracing::warn!(
                bytes,
                end = report.end,
                "cut a torn end off the metadata log"
            );
        }
        let held = snapshots
            .current()
            .and_then(|s| s.header.last_log_id)
            .map(|at| at.index);
        if let Some(purged) = log
            .purged()
            .filter(|purged| held.is_none_or(|held| held < *purged))
        {
            return Err(MetadataError::SnapshotMissing {
                dir: dir.to_path_buf(),
                first: purged + 1,
            });
        }
        let snapshots = Arc::new(snapshots);
        let machine = StateMachine::new(snapshots.clone(), image);
        Ok(Self {
            log,
            snapshots,
            machine,
            lock,
        })
    }
}

impl Node {
    /// Starts the thread and waits until the group is led and its image complete.
    pub(crate) async fn start(
        storage: Storage,
        options: NodeOptions,
    ) -> Result<Self, MetadataError> {
        let (queue, proposals) = mpsc::channel(QUEUE_LEN);
        let (stop, stopping) = watch::channel(false);
        let (ready, started) = oneshot::channel();
        let (log, snapshots) = (storage.log.gauge(), storage.snapshots.clone());
        let published = storage.machine.published();
        let raft_error = |error: &dyn std::fmt::Display| MetadataError::Raft(error.to_string());
        let thread = thread::Builder::new()
            .name("metadata".to_owned())
            .spawn(move || run(storage, options, proposals, stopping, ready))
            .map_err(|error| raft_error(&error))?;
        started
            .await
            .map_err(|_| raft_error(&"its thread ended"))??;
        Ok(Self {
            queue,
            stop,
            log,
            snapshots,
            published,
            thread,
        })
    }
}

fn run(
    storage: Storage,
    options: NodeOptions,
    proposals: mpsc::Receiver<Proposal>,
    stopping: watch::Receiver<bool>,
    ready: oneshot::Sender<Result<(), MetadataError>>,
) {
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            drop(ready.send(Err(MetadataError::Raft(error.to_string()))));
            return;
        }
    };
    let Storage {
        log,
        snapshots,
        machine,
        lock,
    } = storage;
    runtime.block_on(async move {
        let published = machine.published();
        match start_group(log.clone(), machine, options.node_id).await {
            Ok(raft) => {
                let trigger = SnapshotTrigger {
                    log_bytes_min: options.snapshot_log_bytes,
                    next_attempt_bytes: 0,
                    log,
                    snapshots,
                };
                let stamps = Stamps::new(options.clock, published.timestamp());
                let batcher = Batcher::new(raft.clone(), proposals, stamps);
                drop(ready.send(Ok(())));
                serve(raft, batcher, stopping, trigger).await;
            }
            Err(error) => drop(ready.send(Err(error))),
        }
    });
    // Tasks of the group end here, and with them the last that could write.
    drop(runtime);
    drop(lock);
}

async fn serve(
    raft: Raft,
    mut batcher: Batcher,
    mut stopping: watch::Receiver<bool>,
    mut trigger: SnapshotTrigger,
) {
    loop {
        // A batch that was taken is always answered: only the wait for one is given up.
        let batch = tokio::select! {
            biased;
            _ = stopping.wait_for(|stop| *stop) => break,
            batch = batcher.gather() => batch,
        };
        let Some(batch) = batch else {
            break;
        };
        batcher.write(batch).await;
        if trigger.is_due()
            && let Err(error) = raft.trigger().snapshot().await
        {
            fatal("the metadata group stopped", &error);
        }
    }
    if let Err(error) = raft.shutdown().await {
        tracing::error!(%error, "the metadata group did not stop cleanly");
    }
}

/// Makes this node the leader of its group of one, with everything applied that was committed.
async fn start_group(
    log: LogStore,
    machine: StateMachine,
    node_id: u64,
) -> Result<Raft, MetadataError> {
    let failed = |error: &dyn std::fmt::Display| MetadataError::Raft(error.to_string());
    let config = Config {
        cluster_name: "strandline-metadata".to_owned(),
        heartbeat_interval: HEARTBEAT_MS,
        election_timeout_min: 2 * HEARTBEAT_MS,
        election_timeout_max: 3 * HEARTBEAT_MS,
        snapshot_policy: SnapshotPolicy::Never,
        max_in_snapshot_log_to_keep: 0,
        purge_batch_size: 1,
        ..Config::default()
    };
    let config = Arc::new(config.validate().map_err(|error| failed(&error))?);
    let raft = Raft::new(node_id, config, NoPeers, log, machine)
        .await
        .map_err(|error| failed(&error))?;
    if raft
        .is_initialized()
        .await
        .map_err(|error| failed(&error))?
    {
        if let Some(found) = foreign_member(&raft, node_id) {
            raft.shutdown().await.map_err(|error| failed(&error))?;
            return Err(MetadataError::ForeignNode {
                found,
                expected: node_id,
            });
        }
        // A crash between vote and election leaves a voter that would wait for a timeout.
        if raft.current_leader().await != Some(node_id) {
            raft.trigger()
                .elect()
                .await
                .map_err(|error| failed(&error))?;
        }
    } else {
        let members = BTreeMap::from([(node_id, BasicNode::default())]);
        raft.initialize(members)
            .await
            .map_err(|error| failed(&error))?;
    }
    raft.wait(Some(Duration::from_secs(30)))
        .metrics(
            |metrics| metrics.current_leader == Some(node_id),
            "this node leads",
        )
        .await
        .map_err(|error| failed(&error))?;
    raft.ensure_linearizable()
        .await
        .map_err(|error| failed(&error))?;
    Ok(raft)
}

/// A member of the group, if `node_id` is none.
fn foreign_member(raft: &Raft, node_id: u64) -> Option<u64> {
    let metrics = raft.metrics();
    let metrics = metrics.borrow();
    let mut members = metrics.membership_config.nodes().map(|(id, _)| *id);
    let first = members.next()?;
    (first != node_id && !members.any(|id| id == node_id)).then_some(first)
}

/// Decides by size when a snapshot is worth it.
struct SnapshotTrigger {
    log_bytes_min: u64,
    next_attempt_bytes: u64,
    log: LogStore,
    snapshots: Arc<SnapshotStore>,
}

impl SnapshotTrigger {
    /// Whether the log is longer than twice the last snapshot, and long enough at all.
    fn is_due(&mut self) -> bool {
        let bytes = self.log.size_bytes();
        let snapshot = self.snapshots.current().map_or(0, |stored| stored.bytes);
        if bytes < self.log_bytes_min.max(2 * snapshot) {
            self.next_attempt_bytes = 0;
            return false;
        }
        if bytes < self.next_attempt_bytes {
            return false;
        }
        self.next_attempt_bytes = bytes + SNAPSHOT_RETRY_BYTES.min(self.log_bytes_min);
        true
    }
}
