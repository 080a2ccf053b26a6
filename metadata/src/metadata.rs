//! The handle that everybody holds.

use std::fs::{self, File, OpenOptions};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use parking_lot::Mutex;
use strandline_protocol::clock::Clock;
use strandline_protocol::codec::{StrBytes, Uuid};
use tokio::sync::{Semaphore, mpsc, oneshot, watch};

use crate::command::Command;
use crate::command::batch::BATCH_BYTES_MAX;
use crate::error::{MetadataError, ProposeError};
use crate::image::{Tables, Topology};
use crate::level;
use crate::options::MetadataOptions;
use crate::outcome::Reply;
use crate::published::Published;
use crate::raft::log_store::LogGauge;
use crate::raft::node::{Node, NodeOptions, Storage};
use crate::raft::proposals::Proposal;
use crate::records::{BrokerListener, InitCluster, RegisterBroker};
use crate::snapshot::SnapshotStore;

/// The metadata of the cluster, as this node has it. A clone is a handle to the same.
///
/// Reads are immediate and never block: [`topology`](Self::topology) and [`tables`](Self::tables)
/// show what was applied last. Changes go through [`propose`](Self::propose).
#[derive(Debug, Clone)]
pub struct Metadata {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    options: MetadataOptions,
    published: Arc<Published>,
    queue: mpsc::Sender<Proposal>,
    memory: Arc<Semaphore>,
    stop: watch::Sender<bool>,
    thread: Mutex<Option<JoinHandle<()>>>,
    log: LogGauge,
    snapshots: Arc<SnapshotStore>,
}

/// Figures for the admin port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MetadataStats {
    /// Index of the last applied entry.
    pub applied_index: u64,
    /// Bytes of the Raft log on disk.
    pub log_bytes: u64,
    /// Durable flushes of the log since the start.
    pub log_flushes: u64,
    /// Bytes of the current snapshot, 0 without one.
    pub snapshot_bytes: u64,
    /// Index of the current snapshot, 0 without one.
    pub snapshot_index: u64,
    /// Partitions of all topics.
    pub partitions: usize,
}

impl Metadata {
    /// Opens the directory, verifies log and snapshot, and returns when this node leads its group
    /// and everything that was committed is applied.
    ///
    /// The broker registers next ([`register`](Self::register)), before it serves anything.
    ///
    /// # Errors
    /// When another process holds the directory, when anything that was acknowledged is missing or
    /// damaged, or when the metadata is of another cluster, node or level.
    pub async fn start(
        options: MetadataOptions,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, MetadataError> {
        let (dir, node_id) = (options.dir.clone(), options.node_id);
        let chunk_bytes = chunk_bytes(options.snapshot_log_bytes);
        let opened =
            tokio::task::spawn_blocking(move || Storage::open(&dir, lock(&dir)?, chunk_bytes));
        let joined = opened
            .await
            .map_err(|error| MetadataError::Raft(error.to_string()))?;
        let storage = joined?;
        let snapshot_log_bytes = options.snapshot_log_bytes;
        let node = Node::start(
            storage,
            NodeOptions {
                node_id,
                snapshot_log_bytes,
                clock,
            },
        )
        .await?;
        let metadata = Self {
            inner: Arc::new(Inner {
                published: node.published,
                queue: node.queue,
                memory: Arc::new(Semaphore::new(options.queue_bytes.max(BATCH_BYTES_MAX))),
                stop: node.stop,
                thread: Mutex::new(Some(node.thread)),
                log: node.log,
                snapshots: node.snapshots,
                options,
            }),
        };
        metadata.init_cluster().await?;
        Ok(metadata)
    }

    /// The cluster as it was after the last applied entry.
    pub fn topology(&self) -> Arc<Topology> {
        self.inner.published.topology()
    }

    /// Tells the index of the topology whenever it changes.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.inner.published.watch()
    }

    /// Groups, committed offsets and what is tiered.
    pub fn tables(&self) -> &Tables {
        self.inner.published.tables()
    }

    /// Index of the last applied entry.
    pub fn applied_index(&self) -> u64 {
        self.inner.published.applied_index()
    }

    /// Cluster time: the stamp of the last applied entry, in milliseconds since 1970. It never goes
    /// back, and stands still while nothing is proposed.
    pub fn cluster_time_ms(&self) -> i64 {
        self.inner.published.timestamp()
    }

    /// This process start.
    pub fn incarnation(&self) -> Uuid {
        self.inner.options.incarnation
    }

    /// Figures for the admin port.
    pub fn stats(&self) -> MetadataStats {
        let snapshot = self.inner.snapshots.current();
        let at = snapshot
            .as_ref()
            .and_then(|stored| stored.header.last_log_id);
        MetadataStats {
            applied_index: self.applied_index(),
            log_bytes: self.inner.log.size_bytes(),
            log_flushes: self.inner.log.flushes(),
            snapshot_bytes: snapshot.as_ref().map_or(0, |stored| stored.bytes),
            snapshot_index: at.map_or(0, |position| position.index),
            partitions: self.topology().partition_count(),
        }
    }

    /// Registers this process start, which takes over from the former one: see
    /// [`RegisterBroker`]. Called again it changes rack and listeners only.
    ///
    /// # Errors
    /// As [`propose`](Self::propose).
    pub async fn register(
        &self,
        rack: Option<StrBytes>,
        listeners: Vec<BrokerListener>,
    ) -> Result<Reply, ProposeError> {
        let options = &self.inner.options;
        let topology = self.topology();
        let former = topology.brokers.get(&options.broker_id);
        self.propose(RegisterBroker {
            broker_id: options.broker_id,
            incarnation: options.incarnation,
            former_incarnation: former.map_or(Uuid::ZERO, |broker| broker.incarnation),
            rack,
            listeners,
            level_min: level::MIN,
            level_max: level::MAX,
        })
        .await
    }

    /// Proposes a command and answers after this node's image has applied it.
    ///
    /// Commands that are proposed at the same time share an entry and its flush. A command is
    /// carried out even when the returned future is dropped, once it was polled to the queue.
    ///
    /// # Errors
    /// [`ProposeError::Refused`] when a check in `apply` failed; nothing was changed then.
    pub async fn propose(&self, command: impl Into<Command>) -> Result<Reply, ProposeError> {
        let command = command.into();
        let options = &self.inner.options;
        let proposer = command.proposer(options.broker_id, options.incarnation);
        let body = command.encode();
        if body.len() > BATCH_BYTES_MAX {
            return Err(ProposeError::TooLarge { bytes: body.len() });
        }
        let bytes = u32::try_from(body.len()).unwrap_or(u32::MAX);
        let memory = self.inner.memory.clone().acquire_many_owned(bytes).await;
        let _memory = memory.map_err(|_| ProposeError::Stopped)?;
        let (reply, answer) = oneshot::channel();
        let kind = command.number();
        let proposal = Proposal {
            proposer,
            kind,
            body,
            reply,
            _memory,
        };
        self.inner
            .queue
            .send(proposal)
            .await
            .map_err(|_| ProposeError::Stopped)?;
        answer.await.map_err(|_| ProposeError::Stopped)?
    }

    /// Stops the group cleanly. The entry in flight is answered; proposals that still wait for one,
    /// and later ones, fail.
    pub async fn shutdown(&self) {
        self.inner.stop.send_replace(true);
        let Some(thread) = self.inner.thread.lock().take() else {
            return;
        };
        let joined = tokio::task::spawn_blocking(move || thread.join()).await;
        if !matches!(joined, Ok(Ok(()))) {
            tracing::error!("the metadata thread did not end cleanly");
        }
    }

    async fn init_cluster(&self) -> Result<(), MetadataError> {
        let options = &self.inner.options;
        let found = self.topology().cluster_id;
        let expected = options.cluster_id.unwrap_or(options.incarnation);
        if found == Uuid::ZERO {
            let init = InitCluster {
                cluster_id: expected,
                level: level::MAX,
            };
            self.propose(init).await.map_err(MetadataError::Init)?;
        } else if options.cluster_id.is_some_and(|expected| expected != found) {
            self.shutdown().await;
            return Err(MetadataError::ForeignCluster { found, expected });
        }
        Ok(())
    }
}

/// A purge removes whole chunks, so they are a small part of what a snapshot makes superfluous.
fn chunk_bytes(snapshot_log_bytes: u64) -> usize {
    let bytes = (snapshot_log_bytes / 8).clamp(64 << 10, 8 << 20);
    usize::try_from(bytes).expect("at most 8 MiB")
}

fn lock(dir: &Path) -> Result<File, MetadataError> {
    let failed = |source| MetadataError::Io {
        dir: dir.to_path_buf(),
        source,
    };
    fs::create_dir_all(dir).map_err(failed)?;
    let path = dir.join("lock");
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path);
    let file = file.map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(MetadataError::InUse {
            dir: dir.to_path_buf(),
        }),
        Err(fs::TryLockError::Error(error)) => Err(failed(error)),
    }
}
