//! The composition of a node: the only place that knows every crate.
//!
//! Start, in this order: bind sockets, so that a port in use is said before anything is touched;
//! recover the journal and start the metadata, side by side; check that the metadata are as new as
//! what the journal acted on; register this incarnation, which raises leader epochs (I2, I10);
//! create and lead partitions; open the store; start the group coordinator; accept clients. Stop
//! goes the other way round.

mod figures;
mod start_error;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use strandline_log::{GroupHook, Journal, JournalOptions, LogError, OsDisk};
use strandline_metadata::records::BrokerListener;
use strandline_metadata::{Metadata, MetadataOptions};
use strandline_protocol::clock::{Clock, SystemClock};
use strandline_protocol::codec::StrBytes;
use strandline_tiering::{Tier, TierDriver};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::figures::{JournalFigures, MetadataFigures, ProcessFigures};
pub use self::start_error::StartError;
use crate::admin::{AdminServer, Metrics, Readiness, Shown};
use crate::api::fetch::FetchSessions;
use crate::api::init_producer_id::ProducerIds;
use crate::config::Settings;
use crate::config::broker_settings::{
    BROKER_RACK, MAX_INCREMENTAL_FETCH_SESSION_CACHE_SLOTS, NODE_ID,
};
use crate::config::own_settings::{
    ADMIN_LISTENER, CLUSTER_ID, JOURNAL_DIRECT_IO, JOURNAL_FILE_SIZE, JOURNAL_PREALLOC,
    METADATA_RESERVE, METRICS_SERIES_MAX, THREADS,
};
use crate::coordinator::{GroupCoordinator, GroupCoordinatorOptions};
use crate::diagnostics::Warnings;
use crate::replica::{Applier, Partitions};
use crate::security::{AllowAll, Authorizer, Namespace};
use crate::server::{
    Blocking, Bound, Broker, Connections, Decompression, MemoryBudget, PoolName, humane, random_id,
};
use crate::tier::{BrokerTier, DeletedTopics, TierInventory, TierSource, UntieredRetention};

/// The largest batch that a topic may allow, whatever its `max.message.bytes`.
const BATCH_BYTES_MAX: usize = 64 << 20;

/// How long requests that run at a shutdown may go on, and clients may take to read their answers.
const GRACE: Duration = Duration::from_secs(5);

/// How long the node waits for what was told to end.
const STOP_PATIENCE: Duration = Duration::from_secs(10);

/// How long the applier waits before it tries again what the journal had no space for.
const APPLY_PAUSE: Duration = Duration::from_secs(1);

/// A node that serves clients.
#[derive(Debug)]
pub struct Node {
    broker: Arc<Broker>,
    listeners: Vec<(String, SocketAddr)>,
    admin: Option<SocketAddr>,
    connections: TaskTracker,
    background: TaskTracker,
    stop_background: CancellationToken,
    stop_tier: watch::Sender<bool>,
    readiness: Readiness,
}

/// What a node is made of before there is a [`Broker`].
struct Parts {
    settings: Arc<Settings>,
    clock: Arc<dyn Clock>,
    metrics: Arc<Metrics>,
    memory: MemoryBudget,
    node_id: i32,
    warnings: Warnings,
    inventory: Arc<OnceLock<TierInventory>>,
}

impl Node {
    /// Starts a node, which serves clients when this returns.
    ///
    /// # Errors
    /// [`StartError`], one line that says what to do.
    pub async fn start(settings: Settings, warnings: Warnings) -> Result<Self, StartError> {
        Self::start_with(settings, warnings, Arc::new(AllowAll)).await
    }

    /// Starts a node whose accesses `authorizer` decides about.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub async fn start_with(
        settings: Settings,
        warnings: Warnings,
        authorizer: Arc<dyn Authorizer>,
    ) -> Result<Self, StartError> {
        let parts = Parts {
            memory: MemoryBudget::new(settings.memory()),
            node_id: settings.get(&NODE_ID),
            metrics: Arc::new(Metrics::new(
                usize::try_from(settings.get(&METRICS_SERIES_MAX)).unwrap_or(0),
            )),
            settings: Arc::new(settings),
            clock: Arc::new(SystemClock::default()),
            warnings,
            inventory: Arc::default(),
        };
        prepare_directory(&parts.settings.data_dir())?;
        let bound = bind(&parts.settings).await?;
        let readiness = Readiness::default();
        let stop_background = CancellationToken::new();
        let admin = parts.start_admin(&readiness, &stop_background).await?;
        let (metadata, journal) = parts.open().await?;
        parts.register(&metadata, &bound).await?;
        let partitions = Arc::new(Partitions::default());
        let applier = parts.apply(&metadata, &journal, &partitions).await?;
        let tier = parts.open_tier(&metadata).await?;
        let broker = parts.broker(metadata, journal, partitions, tier, authorizer);
        let listeners = bound
            .iter()
            .map(|b| (b.listener().name.clone(), b.listener().bound));
        let listeners = listeners.collect();
        let node = Self {
            listeners,
            admin,
            connections: TaskTracker::new(),
            background: TaskTracker::new(),
            stop_background,
            stop_tier: watch::Sender::new(false),
            readiness,
            broker,
        };
        node.run(applier, bound);
        Ok(node)
    }

    fn run(&self, applier: Applier, bound: Vec<Bound>) {
        let broker = &self.broker;
        self.background.spawn(follow(
            applier,
            broker.metadata.clone(),
            self.stop_background.clone(),
        ));
        let host = BrokerTier::new(
            Arc::clone(&broker.partitions),
            broker.metadata.clone(),
            Arc::clone(&broker.journal),
            Arc::clone(&broker.clock),
        );
        if let Some(tier) = &broker.tier {
            let figures = TierSource::new(Arc::clone(tier), host.clone());
            broker.metrics.add_source(Box::new(figures));
        }
        let retention = UntieredRetention::new(host.clone(), &broker.settings);
        self.background
            .spawn(retention.run(self.stop_background.clone()));
        let (metadata, tier) = (broker.metadata.clone(), broker.tier.clone());
        let deleted = DeletedTopics::new(host.clone(), metadata, tier, broker.node_id);
        self.background
            .spawn(deleted.run(self.stop_background.clone()));
        if let Some(tier) = &broker.tier {
            let task = TierDriver::new(Arc::clone(tier), Arc::new(host), Arc::clone(&broker.clock))
                .woken_by(broker.partitions.tier_waker().clone());
            self.background.spawn(task.run(self.stop_tier.subscribe()));
        }
        let connections = Arc::new(Connections::default());
        broker
            .metrics
            .add_source(Box::new(Arc::clone(&connections)));
        for bound in bound {
            self.connections.spawn(bound.serve(
                Arc::clone(broker),
                Arc::clone(&connections),
                self.connections.clone(),
                broker.stopping.clone(),
            ));
        }
        self.readiness.set(true);
    }

    /// What handlers see; for tests and tools inside the process.
    pub fn broker(&self) -> &Arc<Broker> {
        &self.broker
    }

    /// Names and addresses of the listeners that were bound.
    pub fn listeners(&self) -> &[(String, SocketAddr)] {
        &self.listeners
    }

    /// An address for a client on this machine.
    pub fn bootstrap(&self) -> String {
        reachable(self.listeners[0].1).to_string()
    }

    /// The address of the admin port, `-` if there is none.
    pub fn admin(&self) -> String {
        self.admin
            .map_or_else(|| "-".to_owned(), |a| reachable(a).to_string())
    }

    /// Whether clients are served.
    pub fn ready(&self) -> bool {
        self.readiness.is_ready()
    }

    /// Stops: no new clients, requests that run are answered, everything acknowledged is on disk
    /// anyway, and the journal ends with a footer so that the next start is quick.
    pub async fn shutdown(self) {
        self.readiness.set(false);
        self.broker.stopping.cancel();
        self.connections.close();
        let answered = tokio::time::timeout(GRACE, self.connections.wait()).await;
        if answered.is_err() {
            self.broker.patience.cancel();
        }
        if tokio::time::timeout(STOP_PATIENCE, self.connections.wait())
            .await
            .is_err()
        {
            tracing::warn!("some connections did not end in time");
        }
        self.stop_tier.send_replace(true);
        self.stop_background.cancel();
        self.background.close();
        if tokio::time::timeout(STOP_PATIENCE, self.background.wait())
            .await
            .is_err()
        {
            tracing::warn!("some background work did not end in time");
        }
        let journal = Arc::clone(&self.broker.journal);
        let closed = tokio::task::spawn_blocking(move || journal.close()).await;
        match closed {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "cannot close the journal"),
            Err(error) => tracing::error!(%error, "cannot close the journal"),
        }
        self.broker.metadata.shutdown().await;
    }
}

/// `0.0.0.0` and `::` are addresses to listen on and not to connect to.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip([127, 0, 0, 1].into());
    }
    address
}

fn prepare_directory(dir: &Path) -> Result<(), StartError> {
    let failed = |source| StartError::Directory {
        dir: dir.to_owned(),
        source,
    };
    std::fs::create_dir_all(dir).map_err(failed)?;
    let probe = dir.join(".writable");
    std::fs::write(&probe, b"").map_err(failed)?;
    std::fs::remove_file(&probe).map_err(failed)
}

async fn bind(settings: &Settings) -> Result<Vec<Bound>, StartError> {
    let mut bound = Vec::new();
    for address in settings.listeners() {
        let listener = Bound::bind(settings, &address).await;
        bound.push(listener.map_err(StartError::Listen)?);
    }
    Ok(bound)
}

impl Parts {
    async fn start_admin(
        &self,
        readiness: &Readiness,
        stop: &CancellationToken,
    ) -> Result<Option<SocketAddr>, StartError> {
        let Some(address) = self.settings.get(&ADMIN_LISTENER) else {
            return Ok(None);
        };
        let failed = |e: std::io::Error| {
            StartError::Listen(format!(
                "cannot listen on {address} (admin.listener): {}",
                humane(&e)
            ))
        };
        let listener = TcpListener::bind(&address).await.map_err(failed)?;
        let bound = listener.local_addr().map_err(failed)?;
        let metrics = Arc::clone(&self.metrics);
        let shown = Shown {
            metrics,
            readiness: readiness.clone(),
            inventory: Arc::clone(&self.inventory),
            warnings: self.warnings.clone(),
            clock: Arc::clone(&self.clock),
        };
        AdminServer::start(listener, shown, stop.clone()).map_err(failed)?;
        Ok(Some(bound))
    }

    /// Opens metadata and journal side by side.
    async fn open(&self) -> Result<(Metadata, Arc<Journal>), StartError> {
        let settings = &self.settings;
        let dir = settings.data_dir();
        let incarnation = random_id();
        let cluster_id = settings.get(&CLUSTER_ID);
        let cluster_id = cluster_id.map(|id| id.parse()).transpose();
        let cluster_id = cluster_id.map_err(|_| StartError::ClusterId)?;
        let metadata_options = MetadataOptions {
            cluster_id,
            ..MetadataOptions::new(dir.join("metadata"), self.node_id, incarnation)
        };
        let journal_options = self.journal_options();
        let clock = Arc::clone(&self.clock);
        let opening = tokio::task::spawn_blocking(move || {
            Journal::open(Arc::new(OsDisk), clock, journal_options)
        });
        let metadata = Metadata::start(metadata_options, Arc::clone(&self.clock));
        let (metadata, opened) = tokio::join!(metadata, opening);
        let opened = opened.map_err(|e| StartError::Panicked(e.to_string()))?;
        let (journal, _report) = opened?;
        let metadata = metadata?;
        // (I21) What the journal deleted because of an entry must not come back to life.
        let (needed, has) = (journal.applied_metadata_index(), metadata.applied_index());
        if has < needed {
            return Err(StartError::MetadataBehind { needed, has });
        }
        self.metrics.add_source(Box::new(JournalFigures::new(
            Arc::clone(&journal),
            &self.memory,
            dir,
        )));
        self.metrics
            .add_source(Box::new(MetadataFigures(metadata.clone())));
        self.metrics
            .add_source(Box::new(ProcessFigures::new(&*self.clock)));
        self.metrics.add_source(Box::new(self.memory.clone()));
        Ok((metadata, journal))
    }

    fn journal_options(&self) -> JournalOptions {
        let bytes = |pool| usize::try_from(self.memory.pool(pool).limit()).unwrap_or(usize::MAX);
        let setting = |value: i64| u64::try_from(value).unwrap_or(0);
        let settings = &self.settings;
        let groups = self.metrics.journal_groups.clone();
        JournalOptions {
            group_written: GroupHook::new(move |bytes, took| groups.written(bytes, took)),
            direct_io: settings.get(&JOURNAL_DIRECT_IO),
            file_size_bytes: settings.get(&JOURNAL_FILE_SIZE).map_or(0, setting),
            prealloc_bytes: setting(settings.get(&JOURNAL_PREALLOC)),
            tail_cache_bytes: bytes(PoolName::TailCache),
            batch_bytes_max: BATCH_BYTES_MAX,
            pending_bytes_max: bytes(PoolName::Requests) + bytes(PoolName::SmallRequests),
            metadata_reserve_bytes: setting(settings.get(&METADATA_RESERVE)),
            ..JournalOptions::new(settings.data_dir().join("journal"))
        }
    }

    async fn register(&self, metadata: &Metadata, bound: &[Bound]) -> Result<(), StartError> {
        let listener = |bound: &Bound| {
            let listener = bound.listener();
            let address = listener.advertised_to(reachable(listener.bound));
            BrokerListener {
                name: listener.name.as_str().into(),
                host: address.host.into(),
                port: address.port.into(),
                security_protocol: listener.security_protocol.code(),
            }
        };
        let rack = self.settings.get(&BROKER_RACK).map(StrBytes::from);
        let listeners = bound.iter().map(listener).collect();
        let registered = metadata.register(rack, listeners).await;
        registered.map(drop).map_err(StartError::Register)
    }

    async fn apply(
        &self,
        metadata: &Metadata,
        journal: &Arc<Journal>,
        partitions: &Arc<Partitions>,
    ) -> Result<Applier, StartError> {
        let mut applier = Applier::new(
            Arc::clone(&self.settings),
            self.node_id,
            metadata.clone(),
            Arc::clone(journal),
            Arc::clone(partitions),
            Arc::clone(&self.metrics),
        );
        self.metrics.add_source(Box::new(Arc::clone(partitions)));
        let started = tokio::task::spawn_blocking(move || applier.start().map(|()| applier)).await;
        Ok(started.map_err(|e| StartError::Panicked(e.to_string()))??)
    }

    async fn open_tier(&self, metadata: &Metadata) -> Result<Option<Arc<Tier>>, StartError> {
        let bytes = |pool| usize::try_from(self.memory.pool(pool).limit()).unwrap_or(usize::MAX);
        let tier = crate::tier::open(
            &self.settings,
            metadata,
            Arc::clone(&self.clock),
            bytes(PoolName::ChunkCache),
            bytes(PoolName::ReadAhead),
        )
        .await?;
        if let Some(tier) = &tier {
            let inventory = TierInventory::new(metadata.clone(), Arc::clone(tier));
            // Opened once, so there is none yet.
            let _ = self.inventory.set(inventory);
        }
        Ok(tier)
    }

    fn broker(
        self,
        metadata: Metadata,
        journal: Arc<Journal>,
        partitions: Arc<Partitions>,
        tier: Option<Arc<Tier>>,
        authorizer: Arc<dyn Authorizer>,
    ) -> Arc<Broker> {
        let slots = self
            .settings
            .get(&MAX_INCREMENTAL_FETCH_SESSION_CACHE_SLOTS);
        let threads = usize::try_from(self.settings.get(&THREADS)).unwrap_or(1);
        let stopping = CancellationToken::new();
        let groups = GroupCoordinator::start(
            self.node_id,
            GroupCoordinatorOptions::from_settings(&self.settings),
            metadata.clone(),
            Arc::clone(&self.clock),
            Arc::clone(self.memory.pool(PoolName::Coordinators)),
            self.metrics.group_rebalances.clone(),
            stopping.clone(),
        );
        self.metrics.add_source(Box::new(groups.clone()));
        Arc::new(Broker {
            node_id: self.node_id,
            settings: self.settings,
            metadata,
            journal,
            partitions,
            groups,
            tier,
            fetch_sessions: FetchSessions::new(usize::try_from(slots).unwrap_or(0)),
            producer_ids: ProducerIds::default(),
            namespace: Namespace,
            authorizer,
            blocking: Blocking::new((threads * 2).clamp(4, 16)),
            decompression: Decompression::new(threads, &self.memory),
            memory: self.memory,
            metrics: self.metrics,
            clock: self.clock,
            stopping,
            patience: CancellationToken::new(),
        })
    }
}

/// Keeps partitions in step with the metadata until `stop`.
async fn follow(mut applier: Applier, metadata: Metadata, stop: CancellationToken) {
    let mut changes = metadata.watch();
    loop {
        let applied = tokio::task::spawn_blocking(move || {
            let result = applier.apply();
            (applier, result)
        });
        let Ok((same, result)) = applied.await else {
            tracing::error!("carrying out the metadata panicked; the process ends");
            std::process::abort();
        };
        applier = same;
        let pause = match result {
            Ok(()) => None,
            Err(LogError::Stopped) => return,
            Err(error) => {
                tracing::error!(%error, "cannot carry out a change of the metadata");
                Some(APPLY_PAUSE)
            }
        };
        let again = async {
            match pause {
                Some(pause) => tokio::time::sleep(pause).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            changed = changes.changed() => if changed.is_err() { return },
            () = again => {}
            () = stop.cancelled() => return,
        }
    }
}
