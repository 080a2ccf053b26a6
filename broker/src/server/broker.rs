//! What every request handler can reach.

use std::sync::Arc;

use strandline_log::Journal;
use strandline_metadata::{Metadata, Topic};
use strandline_protocol::clock::Clock;
use strandline_protocol::codec::{StrBytes, Uuid};
use strandline_protocol::{ErrorCode, TopicPartition};
use strandline_tiering::Tier;
use tokio_util::sync::CancellationToken;

use super::blocking::Blocking;
use super::context::RequestContext;
use super::decompression::Decompression;
use super::listener::AdvertisedAddress;
use super::memory::MemoryBudget;
use crate::admin::Metrics;
use crate::api::fetch::FetchSessions;
use crate::api::init_producer_id::ProducerIds;
use crate::config::Settings;
use crate::coordinator::GroupCoordinator;
use crate::replica::{Partition, Partitions};
use crate::security::{Authorizer, Namespace};

/// A running broker. Shared as `Arc<Broker>` by all connections.
#[derive(Debug)]
pub struct Broker {
    /// Number of this broker.
    pub node_id: i32,
    /// Its settings.
    pub settings: Arc<Settings>,
    /// Who owns what.
    pub metadata: Metadata,
    /// Where records are.
    pub journal: Arc<Journal>,
    /// Partitions that it holds.
    pub partitions: Arc<Partitions>,
    /// Consumer groups that this broker coordinates.
    pub groups: GroupCoordinator,
    /// The object store, if there is one.
    pub tier: Option<Arc<Tier>>,
    /// Incremental fetch sessions.
    pub fetch_sessions: FetchSessions,
    /// Ids for idempotent producers.
    pub producer_ids: ProducerIds,
    /// From names to topics.
    pub namespace: Namespace,
    /// Who may do what.
    pub authorizer: Arc<dyn Authorizer>,
    /// Memory that clients and stores size.
    pub memory: MemoryBudget,
    /// Threads for work that blocks.
    pub blocking: Blocking,
    /// Memory and threads to look into compressed batches.
    pub decompression: Decompression,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Cancelled when the broker begins to stop: long polls end.
    pub stopping: CancellationToken,
    /// Cancelled when connections have had their time since then: they end wherever they are.
    pub patience: CancellationToken,
}

/// Who leads a partition, for clients that asked the wrong broker (KIP-951).
#[derive(Debug, Clone)]
pub struct LeaderHint {
    /// The leader.
    pub leader_id: i32,
    /// Its epoch.
    pub leader_epoch: i32,
    /// Where the client reaches it.
    pub address: Option<AdvertisedAddress>,
    /// Its rack.
    pub rack: Option<StrBytes>,
}

impl Broker {
    /// The topic that a client calls `name`.
    pub fn topic(&self, context: &RequestContext, name: &str) -> Option<Arc<Topic>> {
        let topology = self.metadata.topology();
        self.namespace
            .topic(&topology, &context.tenant, name)
            .cloned()
    }

    /// The topic with an id, if it belongs to the client's tenant.
    pub fn topic_by_id(&self, context: &RequestContext, id: &Uuid) -> Option<Arc<Topic>> {
        let topology = self.metadata.topology();
        let topic = self.namespace.topic_by_id(&topology, &context.tenant, id);
        topic.cloned()
    }

    /// The partition `tp`, which this broker leads.
    ///
    /// # Errors
    /// UNKNOWN_TOPIC_OR_PARTITION if there is no such partition; NOT_LEADER_OR_FOLLOWER if another
    /// broker leads it, or nobody yet.
    pub fn leading(&self, tp: &TopicPartition) -> Result<Arc<Partition>, ErrorCode> {
        if let Some(partition) = self.partitions.get(tp) {
            if partition.leader_epoch().is_some() {
                return Ok(partition);
            }
            return Err(ErrorCode::NotLeaderOrFollower);
        }
        let topology = self.metadata.topology();
        match topology.partition(&tp.topic_id, tp.partition) {
            Some(_) => Err(ErrorCode::NotLeaderOrFollower),
            None => Err(ErrorCode::UnknownTopicOrPartition),
        }
    }

    /// Who leads `tp` as far as the image knows.
    pub fn leader_hint(&self, context: &RequestContext, tp: &TopicPartition) -> Option<LeaderHint> {
        let topology = self.metadata.topology();
        let partition = topology.partition(&tp.topic_id, tp.partition)?;
        let registration = topology.brokers.get(&partition.leader)?;
        Some(LeaderHint {
            leader_id: partition.leader,
            leader_epoch: partition.leader_epoch,
            address: crate::api::metadata::address(self, context, registration),
            rack: registration.rack.clone(),
        })
    }
}
