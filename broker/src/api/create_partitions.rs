//! CreatePartitions (key 37): the count is the new total, and assignments are those of the new
//! partitions only.

use std::sync::Arc;

use futures::future::join_all;
use strandline_metadata::records::{CreatePartitions, PartitionAssignment};
use strandline_metadata::{Command, Topology};
use strandline_protocol::ErrorCode;
use strandline_protocol::messages::create_partitions_request::{
    CreatePartitionsRequest, CreatePartitionsTopic,
};
use strandline_protocol::messages::create_partitions_response::{
    CreatePartitionsResponse, CreatePartitionsTopicResult,
};

use super::create_topics::{PARTITIONS_PER_REQUEST_MAX, check_assignment, place};
use super::refusal::{Refused, carried_out, proposed, within};
use super::repetitions::times;
use crate::security::access;
use crate::security::{Namespace, Operation, Resource, Tenant};
use crate::server::{Broker, RequestContext};

/// Handles the request.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: CreatePartitionsRequest,
) -> CreatePartitionsResponse {
    let mut times = times(request.topics.iter().map(|topic| &topic.name).collect()).await;
    let topology = broker.metadata.topology();
    let mut budget = PARTITIONS_PER_REQUEST_MAX;
    let mut jobs = Vec::new();
    for topic in &request.topics {
        let Some(times) = times.remove(&topic.name) else {
            continue;
        };
        let resource = Resource::topic(&topic.name);
        let planned = access::require(broker, context, Operation::Alter, resource)
            .map_err(Refused::plain)
            .and_then(|()| {
                if times > 1 {
                    return Err(Refused::new(
                        ErrorCode::InvalidRequest,
                        "Duplicate topic name.",
                    ));
                }
                plan(&topology, &context.tenant, topic, &mut budget)
            });
        jobs.push((topic.name.clone(), planned));
    }
    let (timeout, validate_only) = (request.timeout_ms, request.validate_only);
    let results = jobs.into_iter().map(|(name, planned)| async move {
        let outcome = match planned {
            Ok(_) if validate_only => Ok(()),
            Ok(command) => create(broker, command, timeout).await,
            Err(refused) => Err(refused),
        };
        let refused = outcome.err();
        CreatePartitionsTopicResult {
            name,
            error_code: refused.as_ref().map_or(0, |refused| refused.code.code()),
            error_message: refused.map(|refused| refused.message),
        }
    });
    CreatePartitionsResponse {
        results: join_all(results).await,
        ..Default::default()
    }
}

fn plan(
    topology: &Topology,
    tenant: &Tenant,
    asked: &CreatePartitionsTopic,
    budget: &mut usize,
) -> Result<CreatePartitions, Refused> {
    let topic = Namespace
        .topic(topology, tenant, &asked.name)
        .ok_or_else(|| Refused::plain(ErrorCode::UnknownTopicOrPartition))?;
    let current = topic.partitions.len();
    let invalid = |text: String| Err(Refused::new(ErrorCode::InvalidPartitions, text));
    let wanted = usize::try_from(asked.count).unwrap_or(0);
    if wanted == current {
        return invalid(format!("Topic already has {current} partition(s)."));
    }
    if wanted < current {
        return invalid(format!(
            "The topic {} currently has {current} partition(s); {} would not be an increase.",
            asked.name, asked.count
        ));
    }
    let added = wanted - current;
    *budget = budget.checked_sub(added).ok_or_else(|| {
        let text = "Excessively large number of partitions per request.";
        Refused::new(ErrorCode::PolicyViolation, text)
    })?;
    let factor = topic
        .partitions
        .first()
        .map_or(1, |partition| partition.replicas.len());
    let partitions: Vec<PartitionAssignment> = match &asked.assignments {
        None => place(topology, current, added, factor, topic.name.as_bytes())?,
        Some(lists) => {
            if lists.len() != added {
                let text = format!(
                    "Attempted to add {added} additional partition(s), but only {} assignment(s) \
                     were specified.",
                    lists.len()
                );
                return Err(Refused::new(ErrorCode::InvalidReplicaAssignment, text));
            }
            let lists = lists.iter().map(|list| list.broker_ids.as_slice());
            check_assignment(topology, lists, Some(factor))?
        }
    };
    Ok(CreatePartitions {
        topic_id: topic.id,
        current_total: i32::try_from(current).unwrap_or(i32::MAX),
        partitions,
    })
}

async fn create(
    broker: &Arc<Broker>,
    command: CreatePartitions,
    timeout_ms: i32,
) -> Result<(), Refused> {
    within(timeout_ms, async {
        proposed(
            broker
                .metadata
                .propose(Command::CreatePartitions(command))
                .await,
        )?;
        carried_out(broker).await;
        Ok(())
    })
    .await
}

#[cfg(test)]
mod tests {
    use strandline_protocol::messages::create_partitions_request::CreatePartitionsAssignment;

    use super::*;
    use crate::api::fixture::Cluster;

    fn asked(name: &str, count: i32, assignments: Option<Vec<Vec<i32>>>) -> CreatePartitionsTopic {
        let lists = assignments.map(|lists| {
            let list = |broker_ids| CreatePartitionsAssignment { broker_ids };
            lists.into_iter().map(list).collect()
        });
        CreatePartitionsTopic {
            name: name.into(),
            count,
            assignments: lists,
        }
    }

    #[tokio::test]
    async fn only_growth_that_fits_is_planned() {
        let cluster = Cluster::with_brokers(2).await;
        cluster.create_topic("t", 2, 2).await;
        let topology = cluster.metadata.topology();
        let planned = |topic: CreatePartitionsTopic| {
            plan(&topology, &Tenant::default(), &topic, &mut 10_000.clone())
        };
        let cases: [(CreatePartitionsTopic, ErrorCode, &str); 9] = [
            (asked("no", 3, None), ErrorCode::UnknownTopicOrPartition, ""),
            (
                asked("t", 2, None),
                ErrorCode::InvalidPartitions,
                "already has 2 partition(s).",
            ),
            (
                asked("t", 1, None),
                ErrorCode::InvalidPartitions,
                "1 would not be an increase.",
            ),
            (
                asked("t", -5, None),
                ErrorCode::InvalidPartitions,
                "-5 would not be an increase.",
            ),
            (
                asked("t", 10_003, None),
                ErrorCode::PolicyViolation,
                "Excessively large",
            ),
            (
                asked("t", 4, Some(vec![vec![1, 2]])),
                ErrorCode::InvalidReplicaAssignment,
                "add 2 additional partition(s), but only 1",
            ),
            (
                asked("t", 3, Some(vec![vec![1]])),
                ErrorCode::InvalidReplicaAssignment,
                "with 1 replica(s), but this is not consistent",
            ),
            (
                asked("t", 3, Some(vec![vec![1, 9]])),
                ErrorCode::InvalidReplicaAssignment,
                "broker 9, but no such broker",
            ),
            (
                asked("t", 3, Some(vec![vec![]])),
                ErrorCode::InvalidReplicaAssignment,
                "empty replica list",
            ),
        ];
        for (topic, code, expected) in cases {
            let refused = planned(topic.clone()).unwrap_err();
            assert_eq!(refused.code, code, "{topic:?}");
            assert!(
                refused.message.contains(expected),
                "{topic:?}: {}",
                refused.message
            );
        }
        let chosen = planned(asked("t", 3, Some(vec![vec![2, 1]]))).unwrap();
        assert_eq!(
            (
                chosen.current_total,
                chosen.partitions[0].replicas.as_slice()
            ),
            (2, &[2, 1][..])
        );
        let automatic = planned(asked("t", 5, None)).unwrap();
        assert_eq!(automatic.partitions.len(), 3);
        assert!(
            automatic
                .partitions
                .iter()
                .all(|partition| partition.replicas.len() == 2)
        );
    }
}
