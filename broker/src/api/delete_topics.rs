//! DeleteTopics (key 20): by name, or from version 6 on by name or id. The topic is gone from the
//! metadata when the response is sent; its data follows.

use std::collections::HashSet;
use std::sync::Arc;

use futures::stream::{self, StreamExt as _};
use strandline_metadata::records::DeleteTopic;
use strandline_metadata::{Command, Topic};
use strandline_protocol::codec::StrBytes;
use strandline_protocol::messages::delete_topics_request::{DeleteTopicState, DeleteTopicsRequest};
use strandline_protocol::messages::delete_topics_response::{
    DeletableTopicResult, DeleteTopicsResponse,
};
use strandline_protocol::{ErrorCode, Uuid};

use super::refusal::{Refused, carried_out, proposed, within};
use super::repetitions::times;
use crate::config::broker_settings::DELETE_TOPIC_ENABLE;
use crate::security::access::{self, is_allowed};
use crate::security::{Namespace, Operation, Resource};
use crate::server::{Broker, RequestContext, Turn};

/// The version from which topics can be named by id.
const FIRST_WITH_IDS: i16 = 6;

/// The version from which clients know TOPIC_DELETION_DISABLED.
const FIRST_WITH_DELETION_DISABLED: i16 = 3;

/// Topics that are being deleted at the same time: they share entries of the metadata log.
const AT_ONCE: usize = 256;

/// Handles the request.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: DeleteTopicsRequest,
) -> DeleteTopicsResponse {
    let topics = if context.api_version >= FIRST_WITH_IDS {
        request.topics
    } else {
        let by_name = |name| DeleteTopicState {
            name: Some(name),
            ..Default::default()
        };
        request.topic_names.into_iter().map(by_name).collect()
    };
    let key = |topic: &DeleteTopicState| (topic.name.clone(), topic.topic_id);
    let mut times = times(topics.iter().map(key).collect()).await;
    let (mut found, mut turn) = (HashSet::new(), Turn::begin());
    let mut resolved = Vec::with_capacity(times.len());
    for topic in topics {
        let Some(times) = times.remove(&key(&topic)) else {
            continue;
        };
        let outcome = resolve(broker, context, &topic, times > 1).and_then(|found_topic| {
            if found.insert(found_topic.id) {
                return Ok(found_topic);
            }
            let text = "The provided topic name maps to an ID that was already supplied.";
            Err(Refused::new(ErrorCode::InvalidRequest, text))
        });
        resolved.push((topic, outcome));
        turn.pass().await;
    }
    let timeout = request.timeout_ms;
    let jobs = resolved.into_iter().map(|(asked, outcome)| async move {
        let outcome = match outcome {
            Ok(topic) => delete(broker, &topic, timeout).await.map(|()| topic),
            Err(refused) => Err(refused),
        };
        result(broker, context, asked, outcome)
    });
    let mut deleting = stream::iter(jobs).buffered(AT_ONCE);
    let mut responses = Vec::new();
    while let Some(response) = deleting.next().await {
        responses.push(response);
        turn.pass().await;
    }
    DeleteTopicsResponse {
        responses,
        ..Default::default()
    }
}

/// Finds the topic that `asked` means and checks that it may be deleted.
fn resolve(
    broker: &Broker,
    context: &RequestContext,
    asked: &DeleteTopicState,
    repeated: bool,
) -> Result<Arc<Topic>, Refused> {
    let refuse = |text: &str| Err(Refused::new(ErrorCode::InvalidRequest, text));
    let topology = broker.metadata.topology();
    let by_id = !asked.topic_id.is_zero();
    let topic = match &asked.name {
        Some(_) if by_id => {
            return refuse("You may not specify both topic name and topic id.");
        }
        None if !by_id => return refuse("Neither topic name nor id were specified."),
        Some(_) if repeated => return refuse("Duplicate topic name."),
        None if repeated => return refuse("Duplicate topic id."),
        Some(name) => {
            check_enabled(broker, context)?;
            let resource = Resource::topic(name);
            access::require(broker, context, Operation::Delete, resource)
                .map_err(Refused::plain)?;
            Namespace.topic(&topology, &context.tenant, name)
        }
        None => {
            check_enabled(broker, context)?;
            Namespace.topic_by_id(&topology, &context.tenant, &asked.topic_id)
        }
    };
    let unknown = if by_id {
        ErrorCode::UnknownTopicId
    } else {
        ErrorCode::UnknownTopicOrPartition
    };
    let topic = topic.cloned().ok_or_else(|| Refused::plain(unknown))?;
    if by_id {
        // Who may not even see the topic learns nothing about the id.
        if !is_allowed(
            broker,
            context,
            Operation::Describe,
            Resource::topic(&topic.name),
        ) {
            return Err(Refused::plain(unknown));
        }
        access::require(
            broker,
            context,
            Operation::Delete,
            Resource::topic(&topic.name),
        )
        .map_err(Refused::plain)?;
    }
    Ok(topic)
}

fn check_enabled(broker: &Broker, context: &RequestContext) -> Result<(), Refused> {
    if broker.settings.get(&DELETE_TOPIC_ENABLE) {
        return Ok(());
    }
    let code = if context.api_version >= FIRST_WITH_DELETION_DISABLED {
        ErrorCode::TopicDeletionDisabled
    } else {
        ErrorCode::InvalidRequest
    };
    Err(Refused::new(code, "Topic deletion is disabled."))
}

async fn delete(broker: &Arc<Broker>, topic: &Topic, timeout_ms: i32) -> Result<(), Refused> {
    let command = Command::DeleteTopic(DeleteTopic { topic_id: topic.id });
    within(timeout_ms, async {
        proposed(broker.metadata.propose(command).await)?;
        carried_out(broker).await;
        Ok(())
    })
    .await
}

fn result(
    broker: &Broker,
    context: &RequestContext,
    asked: DeleteTopicState,
    outcome: Result<Arc<Topic>, Refused>,
) -> DeletableTopicResult {
    match outcome {
        Ok(topic) => DeletableTopicResult {
            name: Some(topic.name.clone()),
            topic_id: topic.id,
            ..Default::default()
        },
        Err(refused) => {
            let topic_id = asked.topic_id;
            let name = asked
                .name
                .or_else(|| visible_name(broker, context, topic_id));
            DeletableTopicResult {
                name,
                topic_id,
                error_code: refused.code.code(),
                error_message: Some(refused.message),
            }
        }
    }
}

/// The name of a topic that was named by id, for those who may see it.
fn visible_name(broker: &Broker, context: &RequestContext, topic_id: Uuid) -> Option<StrBytes> {
    let topology = broker.metadata.topology();
    let name = Namespace
        .topic_by_id(&topology, &context.tenant, &topic_id)?
        .name
        .clone();
    is_allowed(broker, context, Operation::Describe, Resource::topic(&name)).then_some(name)
}
