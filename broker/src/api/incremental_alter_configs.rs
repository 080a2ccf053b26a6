//! IncrementalAlterConfigs (key 44): all changes of a resource are checked together and stored
//! with one command, or none is.

use std::collections::BTreeMap;
use std::sync::Arc;

use strandline_metadata::records::{ConfigChange, SetConfigs};
use strandline_metadata::{Command, Topology};
use strandline_protocol::ErrorCode;
use strandline_protocol::codec::StrBytes;
use strandline_protocol::messages::incremental_alter_configs_request::{
    AlterConfigsResource, IncrementalAlterConfigsRequest,
};
use strandline_protocol::messages::incremental_alter_configs_response::{
    AlterConfigsResourceResponse, IncrementalAlterConfigsResponse,
};
use tokio::sync::Mutex;

use super::describe_configs::ResourceType;
use super::refusal::{Refused, carried_out, proposed};
use super::repetitions::times;
use crate::config::change::{self, Change, ChangeError};
use crate::config::{Settings, rules};
use crate::security::{Namespace, Operation, Tenant, access, check_topic_name};
use crate::server::{Broker, RequestContext};

/// APPEND and SUBTRACT read what they change: one change at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// Handles the request.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: IncrementalAlterConfigsRequest,
) -> IncrementalAlterConfigsResponse {
    let mut responses = Vec::with_capacity(request.resources.len());
    let mut times = times(request.resources.iter().map(key).collect()).await;
    for resource in &request.resources {
        let Some(times) = times.remove(&key(resource)) else {
            continue;
        };
        let outcome = if times > 1 {
            let text = "Each resource must appear at most once.";
            Err(Refused::new(ErrorCode::InvalidRequest, text))
        } else {
            alter(broker, context, resource, request.validate_only).await
        };
        let refused = outcome.err();
        responses.push(AlterConfigsResourceResponse {
            error_code: refused.as_ref().map_or(0, |refused| refused.code.code()),
            error_message: refused.map(|refused| refused.message),
            resource_type: resource.resource_type,
            resource_name: resource.resource_name.clone(),
        });
    }
    IncrementalAlterConfigsResponse {
        responses,
        ..Default::default()
    }
}

fn key(resource: &AlterConfigsResource) -> (i8, &str) {
    (resource.resource_type, &resource.resource_name)
}

async fn alter(
    broker: &Arc<Broker>,
    context: &RequestContext,
    asked: &AlterConfigsResource,
    validate_only: bool,
) -> Result<(), Refused> {
    let name: &str = &asked.resource_name;
    let kind = ResourceType::from_code(asked.resource_type).ok_or_else(|| {
        let text = format!("Unsupported resource type: {}", asked.resource_type);
        Refused::new(ErrorCode::InvalidRequest, text)
    })?;
    access::require(
        broker,
        context,
        Operation::AlterConfigs,
        kind.resource(name),
    )
    .map_err(Refused::plain)?;
    let changes = changes(asked)?;
    let _one = ONE_AT_A_TIME.lock().await;
    let topology = broker.metadata.topology();
    let target = Target {
        settings: &broker.settings,
        topology: &topology,
        tenant: &context.tenant,
    };
    let (before, after) = target.changed(kind, name, &changes)?;
    if validate_only || before == after {
        return Ok(());
    }
    let command = SetConfigs {
        resource_type: kind.code(),
        tenant: StrBytes::from(context.tenant.name()),
        resource_name: asked.resource_name.clone(),
        changes: difference(&before, &after),
    };
    proposed(broker.metadata.propose(Command::SetConfigs(command)).await)?;
    carried_out(broker).await;
    Ok(())
}

fn changes(asked: &AlterConfigsResource) -> Result<Vec<Change<'_>>, Refused> {
    let mut changes = Vec::with_capacity(asked.configs.len());
    for config in &asked.configs {
        let operation = change::Operation::from_code(config.config_operation).ok_or_else(|| {
            let text = format!(
                "Unknown operation {} for configuration {}",
                config.config_operation, config.name
            );
            Refused::new(ErrorCode::InvalidRequest, text)
        })?;
        changes.push(Change {
            name: &config.name,
            operation,
            value: config.value.as_deref(),
        });
    }
    Ok(changes)
}

/// What changes are applied to.
struct Target<'a> {
    settings: &'a Settings,
    topology: &'a Topology,
    tenant: &'a Tenant,
}

type Stored = BTreeMap<String, String>;

impl Target<'_> {
    /// What the resource stores before and after the changes.
    fn changed(
        &self,
        kind: ResourceType,
        name: &str,
        changes: &[Change<'_>],
    ) -> Result<(Stored, Stored), Refused> {
        let invalid = |text: String| Refused::new(ErrorCode::InvalidRequest, text);
        let resource = match kind {
            ResourceType::Topic => change::Resource::Topic,
            ResourceType::Broker => change::Resource::Broker,
            ResourceType::Group => change::Resource::Group,
            ResourceType::ClientMetrics => change::Resource::ClientMetrics,
            ResourceType::BrokerLogger => {
                let text = "The level of diagnostics is set by diagnostics.level at the start.";
                return Err(invalid(text.to_owned()));
            }
        };
        let before = self.stored(kind, name)?;
        let after = change::apply(self.settings, resource, &before, changes).map_err(|error| {
            let code = match error {
                ChangeError::InvalidConfig(_) => ErrorCode::InvalidConfig,
                ChangeError::InvalidRequest(_) => ErrorCode::InvalidRequest,
            };
            Refused::new(code, error.to_string())
        })?;
        if kind == ResourceType::Topic {
            rules::check_topic(self.settings, Some(&before), &after)
                .map_err(|refused| Refused::new(ErrorCode::InvalidConfig, refused.0))?;
        }
        Ok((before, after))
    }

    fn stored(&self, kind: ResourceType, name: &str) -> Result<Stored, Refused> {
        let invalid = |text: String| Refused::new(ErrorCode::InvalidRequest, text);
        match kind {
            ResourceType::Topic => {
                check_topic_name(name)
                    .map_err(|text| Refused::new(ErrorCode::InvalidTopicException, text))?;
                let topic = Namespace.topic(self.topology, self.tenant, name);
                let topic =
                    topic.ok_or_else(|| Refused::plain(ErrorCode::UnknownTopicOrPartition))?;
                return Ok((*topic.configs).clone());
            }
            ResourceType::Broker if !name.is_empty() => {
                let id = name.parse::<i32>().map_err(|_| {
                    invalid(format!("Broker id must be an integer, but it is: {name}"))
                })?;
                if !self.topology.brokers.contains_key(&id) {
                    return Err(invalid(format!("No broker with id {id} is registered.")));
                }
            }
            ResourceType::Group if name.is_empty() => {
                return Err(invalid(
                    "Default group resources are not allowed.".to_owned(),
                ));
            }
            ResourceType::ClientMetrics if name.is_empty() => {
                return Err(invalid("Subscription name can't be empty".to_owned()));
            }
            _ => {}
        }
        let stored = self.topology.configs(kind.code(), self.tenant.name(), name);
        Ok(stored.map(|map| (**map).clone()).unwrap_or_default())
    }
}

fn difference(before: &Stored, after: &Stored) -> Vec<ConfigChange> {
    let removed = before
        .keys()
        .filter(|name| !after.contains_key(*name))
        .map(|name| ConfigChange {
            name: StrBytes::from(name.as_str()),
            value: None,
        });
    let set = after
        .iter()
        .filter(|(name, value)| before.get(*name) != Some(*value))
        .map(|(name, value)| ConfigChange {
            name: StrBytes::from(name.as_str()),
            value: Some(StrBytes::from(value.as_str())),
        });
    removed.chain(set).collect()
}
