//! CreateTopics (key 19): names, partitions, replicas and settings of new topics are checked as
//! Kafka checks them; each topic is then one command of the metadata. A topic that was created is
//! usable when the response is sent: this broker serves its partitions.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::join_all;
use strandline_metadata::controller::assign_replicas;
use strandline_metadata::records::{ConfigValue, CreateTopic, PartitionAssignment};
use strandline_metadata::{Command, Topology};
use strandline_protocol::codec::StrBytes;
use strandline_protocol::messages::create_topics_request::{
    CreatableReplicaAssignment, CreatableTopic, CreateTopicsRequest,
};
use strandline_protocol::messages::create_topics_response::{
    CreatableTopicConfigs, CreatableTopicResult, CreateTopicsResponse,
};
use strandline_protocol::{ErrorCode, Uuid};

use super::refusal::{Refused, carried_out, proposed, within};
use super::repetitions::times;
use crate::config::broker_settings::{DEFAULT_REPLICATION_FACTOR, NUM_PARTITIONS};
use crate::config::{Settings, describe, rules};
use crate::security::access::{self, is_allowed};
use crate::security::{Namespace, Operation, Resource, Tenant, check_topic_name};
use crate::server::{Broker, RequestContext, random_id};

/// The most partitions that one request creates, as in Kafka.
pub(super) const PARTITIONS_PER_REQUEST_MAX: usize = 10_000;

/// How long a request for Metadata waits for a topic that it creates.
const AUTO_CREATE_TIMEOUT_MS: i32 = 30_000;

/// Handles the request.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: CreateTopicsRequest,
) -> CreateTopicsResponse {
    let mut times = times(
        request
            .topics
            .iter()
            .map(|topic| topic.name.clone())
            .collect(),
    )
    .await;
    let topology = broker.metadata.topology();
    let mut budget = PARTITIONS_PER_REQUEST_MAX;
    let mut jobs = Vec::new();
    for topic in request.topics {
        let name = topic.name.clone();
        let Some(times) = times.remove(&name) else {
            continue;
        };
        let planned = allow(broker, context, &name).and_then(|()| {
            if times > 1 {
                return Err(Refused::new(
                    ErrorCode::InvalidRequest,
                    "Duplicate topic name.",
                ));
            }
            plan(
                &topology,
                &broker.settings,
                &context.tenant,
                &topic,
                &mut budget,
            )
        });
        jobs.push((name, planned));
    }
    let timeout = request.timeout_ms;
    let validate_only = request.validate_only;
    let topics = join_all(jobs.into_iter().map(|(name, planned)| async move {
        let created = match planned {
            Ok(command) if validate_only => Ok(command),
            Ok(command) => create(broker, command, timeout).await,
            Err(refused) => Err(refused),
        };
        result(broker, context, name, created, validate_only)
    }));
    CreateTopicsResponse {
        topics: topics.await,
        ..Default::default()
    }
}

fn allow(broker: &Broker, context: &RequestContext, name: &str) -> Result<(), Refused> {
    if is_allowed(broker, context, Operation::Create, Resource::CLUSTER) {
        return Ok(());
    }
    access::require(broker, context, Operation::Create, Resource::topic(name))
        .map_err(|code| Refused::new(code, "Authorization failed."))
}

/// Creates the topic that a client named in Metadata, with the broker's defaults, and waits until
/// this broker serves it. Whether it is allowed is the caller's to check. Gives
/// [`ErrorCode::None`], TOPIC_ALREADY_EXISTS when another request was faster,
/// INVALID_TOPIC_EXCEPTION for a bad name, and so on.
pub(crate) async fn auto_create(
    broker: &Arc<Broker>,
    context: &RequestContext,
    name: &str,
) -> ErrorCode {
    let topic = CreatableTopic {
        name: StrBytes::from(name),
        num_partitions: -1,
        replication_factor: -1,
        ..Default::default()
    };
    let topology = broker.metadata.topology();
    let mut budget = PARTITIONS_PER_REQUEST_MAX;
    let planned = plan(
        &topology,
        &broker.settings,
        &context.tenant,
        &topic,
        &mut budget,
    );
    let outcome = match planned {
        Ok(command) => create(broker, command, AUTO_CREATE_TIMEOUT_MS).await,
        Err(refused) => Err(refused),
    };
    match outcome {
        Ok(_) => ErrorCode::None,
        Err(refused) if refused.code == ErrorCode::TopicAlreadyExists => {
            carried_out(broker).await;
            ErrorCode::TopicAlreadyExists
        }
        Err(refused) => refused.code,
    }
}

/// Checks everything about a topic and makes the command that creates it. `budget` is what is
/// left of the partitions that one request may create.
fn plan(
    topology: &Topology,
    settings: &Settings,
    tenant: &Tenant,
    topic: &CreatableTopic,
    budget: &mut usize,
) -> Result<CreateTopic, Refused> {
    let name = &topic.name;
    check_topic_name(name).map_err(|text| Refused::new(ErrorCode::InvalidTopicException, text))?;
    if let Some(other) = Namespace.colliding_topic(topology, tenant, name) {
        if other.name == *name {
            let text = format!("Topic '{name}' already exists.");
            return Err(Refused::new(ErrorCode::TopicAlreadyExists, text));
        }
        let text = format!(
            "Topic '{name}' collides with existing topic: {}",
            other.name
        );
        return Err(Refused::new(ErrorCode::InvalidTopicException, text));
    }
    let configs = overrides(settings, topic)?;
    let partitions = if topic.assignments.is_empty() {
        automatic_assignment(topology, settings, topic, *budget)?
    } else {
        manual_assignment(topology, topic)?
    };
    *budget = budget.checked_sub(partitions.len()).ok_or_else(too_many)?;
    let config = |(name, value): (String, String)| ConfigValue {
        name: StrBytes::from(name),
        value: StrBytes::from(value),
    };
    Ok(CreateTopic {
        tenant: StrBytes::from(tenant.name()),
        name: name.clone(),
        topic_id: random_id(),
        partitions,
        configs: configs.into_iter().map(config).collect(),
    })
}

fn too_many() -> Refused {
    let text = "Excessively large number of partitions per request.";
    Refused::new(ErrorCode::PolicyViolation, text)
}

fn overrides(
    settings: &Settings,
    topic: &CreatableTopic,
) -> Result<BTreeMap<String, String>, Refused> {
    let invalid = |text: String| Refused::new(ErrorCode::InvalidConfig, text);
    let mut overrides = BTreeMap::new();
    for config in &topic.configs {
        let value = config.value.as_ref().ok_or_else(|| {
            invalid(format!(
                "Null value not supported for topic configs: {}",
                config.name
            ))
        })?;
        overrides.insert(config.name.to_string(), value.to_string());
    }
    rules::check_topic(settings, None, &overrides).map_err(|refused| invalid(refused.0))?;
    Ok(rules::canonical_topic(&overrides))
}

fn automatic_assignment(
    topology: &Topology,
    settings: &Settings,
    topic: &CreatableTopic,
    budget: usize,
) -> Result<Vec<PartitionAssignment>, Refused> {
    let factor = match topic.replication_factor {
        -1 => settings.get(&DEFAULT_REPLICATION_FACTOR),
        factor => i32::from(factor),
    };
    if factor <= 0 {
        let text =
            "Replication factor must be larger than 0, or -1 to use the default value.".to_owned();
        return Err(Refused::new(ErrorCode::InvalidReplicationFactor, text));
    }
    let count = match topic.num_partitions {
        -1 => settings.get(&NUM_PARTITIONS),
        count => count,
    };
    if count <= 0 {
        let text = "Number of partitions was set to an invalid non-positive value.".to_owned();
        return Err(Refused::new(ErrorCode::InvalidPartitions, text));
    }
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    if count > budget {
        return Err(too_many());
    }
    place(
        topology,
        0,
        count,
        usize::try_from(factor).unwrap_or(usize::MAX),
        topic.name.as_bytes(),
    )
}

/// Replicas for partitions `first` to `first + count - 1`.
pub(super) fn place(
    topology: &Topology,
    first: usize,
    count: usize,
    factor: usize,
    seed: &[u8],
) -> Result<Vec<PartitionAssignment>, Refused> {
    // Where the round begins differs between topics.
    let salt = seed.iter().fold(0_u64, |hash, byte| {
        hash.wrapping_mul(0x0100_0000_01b3)
            .wrapping_add(u64::from(*byte))
    });
    let placed = assign_replicas(topology, first, count, factor, salt);
    let placed = placed.map_err(|_| {
        let text = format!(
            "Unable to replicate the partition {factor} time(s): The target replication factor of \
             {factor} cannot be reached because only {} broker(s) are registered.",
            topology.brokers.len()
        );
        Refused::new(ErrorCode::InvalidReplicationFactor, text)
    })?;
    Ok(placed
        .into_iter()
        .map(|replicas| PartitionAssignment { replicas })
        .collect())
}

fn manual_assignment(
    topology: &Topology,
    topic: &CreatableTopic,
) -> Result<Vec<PartitionAssignment>, Refused> {
    let not_both = |what: &str| {
        let text =
            format!("A manual partition assignment was specified, but {what} was not set to -1.");
        Err(Refused::new(ErrorCode::InvalidRequest, text))
    };
    if topic.replication_factor != -1 {
        return not_both("replication factor");
    }
    if topic.num_partitions != -1 {
        return not_both("numPartitions");
    }
    let invalid = |text: String| Err(Refused::new(ErrorCode::InvalidReplicaAssignment, text));
    let mut by_index: BTreeMap<i32, &CreatableReplicaAssignment> = BTreeMap::new();
    for assignment in &topic.assignments {
        let index = assignment.partition_index;
        if by_index.insert(index, assignment).is_some() {
            return invalid(format!(
                "Found multiple manual partition assignments for partition {index}"
            ));
        }
    }
    if !by_index
        .keys()
        .copied()
        .eq(0..i32::try_from(by_index.len()).unwrap_or(i32::MAX))
    {
        return invalid("partitions should be a consecutive 0-based integer sequence".to_owned());
    }
    let lists = by_index
        .values()
        .map(|assignment| assignment.broker_ids.as_slice());
    check_assignment(topology, lists, None)
}

/// Checks replica lists that a client chose: registered brokers, each once, and as many for every
/// partition (`factor`, or as many as for the first).
pub(super) fn check_assignment<'a>(
    topology: &Topology,
    lists: impl Iterator<Item = &'a [i32]>,
    mut factor: Option<usize>,
) -> Result<Vec<PartitionAssignment>, Refused> {
    let invalid = |text: String| Err(Refused::new(ErrorCode::InvalidReplicaAssignment, text));
    let mut partitions = Vec::new();
    for replicas in lists {
        if replicas.is_empty() {
            return invalid(
                "The manual partition assignment includes an empty replica list.".to_owned(),
            );
        }
        for (i, broker) in replicas.iter().enumerate() {
            if !topology.brokers.contains_key(broker) {
                return invalid(format!(
                    "The manual partition assignment includes broker {broker}, but no such broker \
                     is registered."
                ));
            }
            if replicas[..i].contains(broker) {
                return invalid(format!(
                    "The manual partition assignment includes the broker {broker} more than once."
                ));
            }
        }
        let expected = *factor.get_or_insert(replicas.len());
        if replicas.len() != expected {
            return invalid(format!(
                "The manual partition assignment includes a partition with {} replica(s), but this \
                 is not consistent with previous partitions, which have {expected} replica(s).",
                replicas.len()
            ));
        }
        partitions.push(PartitionAssignment {
            replicas: replicas.to_vec(),
        });
    }
    Ok(partitions)
}

/// Proposes the topic and waits until this broker serves its partitions.
async fn create(
    broker: &Arc<Broker>,
    command: CreateTopic,
    timeout_ms: i32,
) -> Result<CreateTopic, Refused> {
    let proposal = broker
        .metadata
        .propose(Command::CreateTopic(command.clone()));
    within(timeout_ms, async {
        proposed(proposal.await)?;
        carried_out(broker).await;
        Ok(())
    })
    .await?;
    Ok(command)
}

fn result(
    broker: &Broker,
    context: &RequestContext,
    name: StrBytes,
    created: Result<CreateTopic, Refused>,
    validate_only: bool,
) -> CreatableTopicResult {
    let command = match created {
        Ok(command) => command,
        Err(refused) => {
            return CreatableTopicResult {
                name,
                error_code: refused.code.code(),
                error_message: Some(refused.message),
                ..Default::default()
            };
        }
    };
    let topic_id = if validate_only {
        Uuid::ZERO
    } else {
        command.topic_id
    };
    let resource = Resource::topic(&name);
    let readable = access::require(broker, context, Operation::DescribeConfigs, resource);
    let mut result = CreatableTopicResult {
        name: name.clone(),
        topic_id,
        ..Default::default()
    };
    match readable {
        Ok(()) => {
            let factor = command.partitions.first().map_or(0, |p| p.replicas.len());
            result.num_partitions = i32::try_from(command.partitions.len()).unwrap_or(i32::MAX);
            result.replication_factor = i16::try_from(factor).unwrap_or(i16::MAX);
            result.configs = Some(described(&broker.settings, &command.configs));
        }
        Err(code) => result.topic_config_error_code = code.code(),
    }
    result
}

fn described(settings: &Settings, configs: &[ConfigValue]) -> Vec<CreatableTopicConfigs> {
    let pair = |config: &ConfigValue| (config.name.to_string(), config.value.to_string());
    let overrides = configs.iter().map(pair).collect();
    let config = |entry: describe::Described| CreatableTopicConfigs {
        name: StrBytes::from(entry.name),
        value: entry.value.map(StrBytes::from),
        read_only: entry.read_only,
        config_source: entry.source.code(),
        is_sensitive: entry.sensitive,
    };
    describe::topic(settings, &overrides)
        .into_iter()
        .map(config)
        .collect()
}

#[cfg(test)]
#[path = "create_topics_test.rs"]
mod tests;
