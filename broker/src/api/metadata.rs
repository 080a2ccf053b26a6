//! Kafka API: Metadata. Brokers, topics, partitions and their leaders.

use std::collections::HashSet;
use std::sync::Arc;

use strandline_metadata::{BrokerRegistration, Topic, Topology};
use strandline_protocol::ErrorCode;
use strandline_protocol::codec::{StrBytes, Uuid};
use strandline_protocol::messages::metadata_request::MetadataRequestTopic;
use strandline_protocol::messages::metadata_response::{
    MetadataResponseBroker, MetadataResponsePartition, MetadataResponseTopic,
};
use strandline_protocol::messages::{MetadataRequest, MetadataResponse};

use super::create_topics;
use crate::config::broker_settings::AUTO_CREATE_TOPICS_ENABLE;
use crate::security::access::{self, OPERATIONS_NOT_ASKED};
use crate::security::{Operation, Resource, check_topic_name};
use crate::server::{AdvertisedAddress, Broker, RequestContext, Turn};

/// Answers Metadata.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: MetadataRequest,
) -> MetadataResponse {
    let mut answer = Answer::new(broker, context, &request);
    match &request.topics {
        // Version 0 has no null: an empty list asks for all.
        None => answer.all(),
        Some(topics) if topics.is_empty() && context.api_version == 0 => answer.all(),
        Some(topics) => answer.listed(topics).await,
    }
    let topology = broker.metadata.topology();
    let cluster_authorized_operations = if request.include_cluster_authorized_operations
        && (8..=10).contains(&context.api_version)
        && access::is_allowed(broker, context, Operation::Describe, Resource::CLUSTER)
    {
        access::authorized_operations(broker, context, Resource::CLUSTER)
    } else {
        OPERATIONS_NOT_ASKED
    };
    MetadataResponse {
        brokers: brokers(broker, context, &topology),
        cluster_id: Some(topology.cluster_id.to_string().into()),
        controller_id: topology.controller_id,
        topics: answer.topics,
        cluster_authorized_operations,
        ..MetadataResponse::default()
    }
}

/// The brokers as a client of the context's listener reaches them.
fn brokers(
    broker: &Broker,
    context: &RequestContext,
    topology: &Topology,
) -> Vec<MetadataResponseBroker> {
    let entry = |registration: &Arc<BrokerRegistration>| {
        let address = address(broker, context, registration)?;
        Some(MetadataResponseBroker {
            node_id: registration.broker_id,
            host: address.host.into(),
            port: address.port.into(),
            rack: registration.rack.clone(),
        })
    };
    topology.brokers.values().filter_map(entry).collect()
}

/// Where a client of the context's listener reaches a broker; `None` if that broker has no such
/// listener.
pub fn address(
    broker: &Broker,
    context: &RequestContext,
    registration: &BrokerRegistration,
) -> Option<AdvertisedAddress> {
    if registration.broker_id == broker.node_id {
        return Some(context.listener.advertised_to(context.local));
    }
    let same = |l: &&strandline_metadata::Listener| *l.name == *context.listener.name;
    let listener = registration.listeners.iter().find(same)?;
    Some(AdvertisedAddress {
        host: listener.host.to_string(),
        port: listener.port,
    })
}

struct Answer<'a> {
    broker: &'a Arc<Broker>,
    context: &'a RequestContext,
    include_operations: bool,
    may_create: bool,
    topics: Vec<MetadataResponseTopic>,
}

impl<'a> Answer<'a> {
    fn new(
        broker: &'a Arc<Broker>,
        context: &'a RequestContext,
        request: &MetadataRequest,
    ) -> Self {
        let asks = context.api_version < 4 || request.allow_auto_topic_creation;
        Self {
            broker,
            context,
            include_operations: request.include_topic_authorized_operations,
            may_create: asks && broker.settings.get(&AUTO_CREATE_TOPICS_ENABLE),
            topics: Vec::new(),
        }
    }

    fn all(&mut self) {
        let topology = self.broker.metadata.topology();
        for topic in topology.topics() {
            if *topic.tenant == *self.context.tenant.name() && self.allowed(&topic.name).is_ok() {
                let described = self.describe(&topology, topic);
                self.topics.push(described);
            }
        }
    }

    async fn listed(&mut self, topics: &[MetadataRequestTopic]) {
        let (mut seen, mut turn) = (HashSet::new(), Turn::begin());
        for asked in topics {
            // The id does not count where there is a name.
            let name = asked.name.as_deref();
            if !seen.insert((name, name.map_or(asked.topic_id, |_| Uuid::ZERO))) {
                continue;
            }
            let mut answered = match &asked.name {
                Some(name) => self.by_name(name).await,
                None => self.by_id(asked.topic_id),
            };
            if self.context.api_version < 12 {
                answered.name.get_or_insert_default();
            }
            self.topics.push(answered);
            turn.pass().await;
        }
    }

    fn allowed(&self, name: &str) -> Result<(), ErrorCode> {
        let resource = Resource::topic(name);
        access::require(self.broker, self.context, Operation::Describe, resource)
    }

    fn by_id(&self, id: Uuid) -> MetadataResponseTopic {
        // Versions 10 and 11 have the field and no way to ask by it (KIP-516).
        if self.context.api_version < 12 {
            return failed(None, id, ErrorCode::InvalidRequest);
        }
        let topology = self.broker.metadata.topology();
        let topic = topology.topic(&id);
        let topic = topic.filter(|topic| *topic.tenant == *self.context.tenant.name());
        match topic {
            Some(topic) if self.allowed(&topic.name).is_ok() => self.describe(&topology, topic),
            // An id says nothing about whether the topic exists.
            _ => failed(None, id, ErrorCode::UnknownTopicId),
        }
    }

    async fn by_name(&self, name: &StrBytes) -> MetadataResponseTopic {
        if let Err(error) = self.allowed(name) {
            return failed(Some(name), Uuid::ZERO, error);
        }
        let topology = self.broker.metadata.topology();
        if let Some(topic) = topology.topic_by_name(self.context.tenant.name(), name) {
            return self.describe(&topology, topic);
        }
        match self.create(name).await {
            Ok(()) => {
                let topology = self.broker.metadata.topology();
                match topology.topic_by_name(self.context.tenant.name(), name) {
                    Some(topic) => self.describe(&topology, topic),
                    None => failed(Some(name), Uuid::ZERO, ErrorCode::LeaderNotAvailable),
                }
            }
            Err(error) => failed(Some(name), Uuid::ZERO, error),
        }
    }

    /// Creates a topic that a client asked for, with the broker's defaults.
    async fn create(&self, name: &StrBytes) -> Result<(), ErrorCode> {
        let (broker, context) = (self.broker, self.context);
        if check_topic_name(name).is_err() {
            return Err(ErrorCode::InvalidTopicException);
        }
        if !self.may_create {
            return Err(ErrorCode::UnknownTopicOrPartition);
        }
        let cluster = Resource::CLUSTER;
        if !access::is_allowed(broker, context, Operation::Create, cluster) {
            access::require(broker, context, Operation::Create, Resource::topic(name))?;
        }
        match create_topics::auto_create(broker, context, name).await {
            ErrorCode::None | ErrorCode::TopicAlreadyExists => Ok(()),
            ErrorCode::InvalidTopicException => Err(ErrorCode::InvalidTopicException),
            error => {
                tracing::warn!(topic = &**name, %error, "cannot create a topic");
                Err(ErrorCode::LeaderNotAvailable)
            }
        }
    }

    fn describe(&self, topology: &Topology, topic: &Topic) -> MetadataResponseTopic {
        let operations = if self.include_operations {
            let resource = Resource::topic(&topic.name);
            access::authorized_operations(self.broker, self.context, resource)
        } else {
            OPERATIONS_NOT_ASKED
        };
        let partitions = (0..).zip(&topic.partitions);
        let partitions = partitions.map(|(index, partition)| {
            let leader = topology.brokers.get(&partition.leader);
            let error = match leader {
                None => ErrorCode::LeaderNotAvailable,
                Some(leader) if address(self.broker, self.context, leader).is_none() => {
                    ErrorCode::ListenerNotFound
                }
                Some(_) => ErrorCode::None,
            };
            let offline = partition.replicas.iter().copied();
            MetadataResponsePartition {
                error_code: error.code(),
                partition_index: index,
                leader_id: if leader.is_some() {
                    partition.leader
                } else {
                    -1
                },
                leader_epoch: partition.leader_epoch,
                replica_nodes: partition.replicas.to_vec(),
                isr_nodes: partition.isr.to_vec(),
                offline_replicas: offline
                    .filter(|id| !topology.brokers.contains_key(id))
                    .collect(),
            }
        });
        MetadataResponseTopic {
            error_code: 0,
            name: Some(topic.name.clone()),
            topic_id: topic.id,
            is_internal: false,
            partitions: partitions.collect(),
            topic_authorized_operations: operations,
        }
    }
}

fn failed(name: Option<&StrBytes>, id: Uuid, error: ErrorCode) -> MetadataResponseTopic {
    MetadataResponseTopic {
        error_code: error.code(),
        name: name.cloned(),
        topic_id: id,
        topic_authorized_operations: OPERATIONS_NOT_ASKED,
        ..MetadataResponseTopic::default()
    }
}
