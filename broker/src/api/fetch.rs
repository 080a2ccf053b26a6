//! Kafka API: Fetch. Records from an offset on, waiting for them if there are none.

mod read;
mod session;

use std::sync::Arc;
use std::time::Duration;

use strandline_protocol::codec::{StrBytes, Uuid};
use strandline_protocol::messages::fetch_response::{
    FetchableTopicResponse, LeaderIdAndEpoch, NodeEndpoint, PartitionData,
};
use strandline_protocol::messages::{FetchRequest, FetchResponse};
use strandline_protocol::{ErrorCode, TopicPartition};
use tokio::time::Instant;

use self::read::{Entry, Limits, Round, count_records};
pub use self::session::FetchSessions;
use self::session::{Kind, TopicRef, Wanted};
use crate::config::broker_settings::FETCH_MAX_BYTES;
use crate::replica::{FetchWait, Isolation, Partition};
use crate::security::access;
use crate::security::{Operation, Resource};
use crate::server::{Broker, RequestContext, Reservation, Turn};

/// Version from which errors name the current leader (KIP-951).
const CURRENT_LEADER_FROM: i16 = 12;

/// Version from which the current leader's address comes along.
const ENDPOINTS_FROM: i16 = 16;

/// The longest that a fetch waits, whatever the client asks for.
const WAIT_MAX: Duration = Duration::from_secs(3600);

/// A response, and the memory that its records take until it is written.
#[derive(Debug)]
pub struct Fetched {
    /// The response.
    pub response: FetchResponse,
    /// Memory of its records.
    pub memory: Option<Reservation>,
}

impl Fetched {
    fn failed(error: ErrorCode) -> Self {
        Self {
            response: FetchResponse {
                error_code: error.code(),
                ..FetchResponse::default()
            },
            memory: None,
        }
    }
}

/// Answers Fetch.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: FetchRequest,
) -> Fetched {
    let now = broker.clock.monotonic();
    let begun = broker
        .fetch_sessions
        .begin(&request, context.api_version, now);
    let (kind, wanted) = match begun {
        Ok(begun) => begun,
        Err(error) => return Fetched::failed(error),
    };
    let entries = resolve(broker, context, &request, wanted).await;
    let max_wait = Duration::from_millis(u64::try_from(request.max_wait_ms).unwrap_or(0));
    let deadline = Instant::now() + max_wait.min(WAIT_MAX);
    let limits = limits(broker, &request);
    let round = wait(broker, &entries, limits, deadline).await;
    let (data, memory) = round.complete(broker, deadline).await;
    let response = respond(broker, context, kind, entries, data).await;
    Fetched { response, memory }
}

fn limits(broker: &Broker, request: &FetchRequest) -> Limits {
    let cap = broker.settings.get(&FETCH_MAX_BYTES).min(request.max_bytes);
    let max_bytes = usize::try_from(cap).unwrap_or(0);
    let min_bytes = usize::try_from(request.min_bytes).unwrap_or(0);
    Limits {
        isolation: Isolation::from_code(request.isolation_level),
        max_bytes,
        min_bytes: min_bytes.min(max_bytes),
    }
}

/// Waits until the partitions have what the client waits for, something else is to be told, or the client's
/// patience ends.
async fn wait(broker: &Arc<Broker>, entries: &[Entry], limits: Limits, deadline: Instant) -> Round {
    let partitions = || entries.iter().filter_map(|e| e.partition.as_ref().ok());
    let mut waiting: Option<Arc<FetchWait>> = None;
    loop {
        let round = Round::look(broker, entries, limits);
        let over = entries.is_empty() || Instant::now() >= deadline;
        if over || round.satisfies(limits) || broker.stopping.is_cancelled() {
            return round;
        }
        let Some(wait) = &waiting else {
            // Registered first and looked at again, so that nothing in between is missed.
            let wait = Arc::new(FetchWait::default());
            partitions().for_each(|p| p.notify(&wait));
            waiting = Some(wait);
            continue;
        };
        tokio::select! {
            () = wait.fired() => {
                // A new one, so that what is still registered elsewhere goes with the old one.
                let wait = Arc::new(FetchWait::default());
                partitions().for_each(|p| p.notify(&wait));
                waiting = Some(wait);
            }
            () = tokio::time::sleep_until(deadline) => {}
            () = broker.stopping.cancelled() => {}
        }
    }
}

/// Finds the partitions, and asks whether they may be read.
async fn resolve(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: &FetchRequest,
    wanted: Vec<Wanted>,
) -> Vec<Entry> {
    let replica = request.replica_id >= 0 || request.replica_state.replica_id >= 0;
    let cluster = Resource::CLUSTER;
    let refused = replica
        .then(|| access::require(broker, context, Operation::ClusterAction, cluster).err())
        .flatten();
    let mut last: Option<(TopicRef, Result<Uuid, ErrorCode>)> = None;
    let mut entries = Vec::with_capacity(wanted.len());
    let mut turn = Turn::begin();
    for wanted in wanted {
        let known = last.as_ref().filter(|(topic, _)| *topic == wanted.topic);
        let topic_id = match known {
            Some((_, resolved)) => *resolved,
            None => {
                let resolved =
                    refused.map_or_else(|| topic_id(broker, context, &wanted.topic), Err);
                last = Some((wanted.topic.clone(), resolved));
                resolved
            }
        };
        let partition = topic_id.and_then(|topic_id| {
            broker.leading(&TopicPartition {
                topic_id,
                partition: wanted.partition,
            })
        });
        entries.push(Entry { wanted, partition });
        turn.pass().await;
    }
    entries
}

fn topic_id(
    broker: &Broker,
    context: &RequestContext,
    topic: &TopicRef,
) -> Result<Uuid, ErrorCode> {
    let read = Operation::Read;
    match topic {
        TopicRef::Name(name) => {
            access::require(broker, context, read, Resource::topic(name))?;
            let known = broker.topic(context, name);
            known
                .map(|t| t.id)
                .ok_or(ErrorCode::UnknownTopicOrPartition)
        }
        TopicRef::Id(id) => {
            let known = broker.topic_by_id(context, id);
            let known = known.ok_or(ErrorCode::UnknownTopicId)?;
            access::require(broker, context, read, Resource::topic(&known.name))?;
            Ok(known.id)
        }
    }
}

async fn respond(
    broker: &Arc<Broker>,
    context: &RequestContext,
    kind: Kind,
    entries: Vec<Entry>,
    data: Vec<PartitionData>,
) -> FetchResponse {
    let version = context.api_version;
    let mut endpoints = Vec::new();
    let mut results = Vec::with_capacity(entries.len());
    let mut turn = Turn::begin();
    for (entry, mut data) in entries.into_iter().zip(data) {
        count(entry.partition.as_ref().ok(), &data);
        if version >= CURRENT_LEADER_FROM && is_about_leaders(data.error_code) {
            data.current_leader = current_leader(broker, context, &entry.wanted, &mut endpoints);
        }
        if version <= 5 && data.error_code == ErrorCode::KafkaStorageError.code() {
            data.error_code = ErrorCode::NotLeaderOrFollower.code();
        }
        results.push((entry.wanted, data));
        turn.pass().await;
    }
    let now = broker.clock.monotonic();
    let session_id = broker
        .fetch_sessions
        .finish(kind, version >= 13, &mut results, now);
    if version < ENDPOINTS_FROM {
        endpoints.clear();
    }
    FetchResponse {
        session_id,
        responses: grouped(results),
        node_endpoints: endpoints,
        ..FetchResponse::default()
    }
}

fn count(partition: Option<&Arc<Partition>>, data: &PartitionData) {
    if let (Some(partition), Some(records)) = (partition, &data.records)
        && !records.is_empty()
    {
        let metrics = &partition.topic().metrics;
        metrics.sent(records.len() as u64, count_records(records));
    }
}

fn is_about_leaders(code: i16) -> bool {
    code == ErrorCode::NotLeaderOrFollower.code() || code == ErrorCode::FencedLeaderEpoch.code()
}

fn current_leader(
    broker: &Broker,
    context: &RequestContext,
    wanted: &Wanted,
    endpoints: &mut Vec<NodeEndpoint>,
) -> LeaderIdAndEpoch {
    let topic_id = match &wanted.topic {
        TopicRef::Id(id) => Some(*id),
        TopicRef::Name(name) => broker.topic(context, name).map(|t| t.id),
    };
    let hint = topic_id.and_then(|topic_id| {
        let tp = TopicPartition {
            topic_id,
            partition: wanted.partition,
        };
        broker.leader_hint(context, &tp)
    });
    let Some(hint) = hint else {
        return LeaderIdAndEpoch::default();
    };
    if let Some(address) = hint.address
        && !endpoints.iter().any(|e| e.node_id == hint.leader_id)
    {
        endpoints.push(NodeEndpoint {
            node_id: hint.leader_id,
            host: address.host.into(),
            port: address.port.into(),
            rack: hint.rack,
        });
    }
    LeaderIdAndEpoch {
        leader_id: hint.leader_id,
        leader_epoch: hint.leader_epoch,
    }
}

/// Partitions of one topic that follow each other share an entry.
fn grouped(results: Vec<(Wanted, PartitionData)>) -> Vec<FetchableTopicResponse> {
    let mut topics: Vec<FetchableTopicResponse> = Vec::new();
    for (wanted, data) in results {
        let (name, id) = match wanted.topic {
            TopicRef::Name(name) => (name, Uuid::ZERO),
            TopicRef::Id(id) => (StrBytes::default(), id),
        };
        match topics.last_mut() {
            Some(last) if last.topic == name && last.topic_id == id => last.partitions.push(data),
            _ => topics.push(FetchableTopicResponse {
                topic: name,
                topic_id: id,
                partitions: vec![data],
            }),
        }
    }
    topics
}
