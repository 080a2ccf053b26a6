//! DescribeConfigs (key 32): settings of topics, of this broker and of all brokers' defaults, of
//! groups, of client-metrics subscriptions, and the level of diagnostics as the one logger.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use strandline_protocol::ErrorCode;
use strandline_protocol::codec::StrBytes;
use strandline_protocol::messages::describe_configs_request::{
    DescribeConfigsRequest, DescribeConfigsResource,
};
use strandline_protocol::messages::describe_configs_response::{
    DescribeConfigsResourceResult, DescribeConfigsResponse, DescribeConfigsResult,
    DescribeConfigsSynonym,
};

use super::refusal::Refused;
use crate::config::describe::{self, Described};
use crate::config::own_settings::DIAGNOSTICS_LEVEL;
use crate::config::{ConfigSource, Kind};
use crate::security::{Namespace, Operation, Resource, access, check_topic_name};
use crate::server::{Broker, RequestContext, Turn};

/// The types of resources that have settings, with Kafka's numbers (`ConfigResource.Type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ResourceType {
    Topic,
    Broker,
    BrokerLogger,
    ClientMetrics,
    Group,
}

impl ResourceType {
    pub(super) fn from_code(code: i8) -> Option<Self> {
        match code {
            2 => Some(Self::Topic),
            4 => Some(Self::Broker),
            8 => Some(Self::BrokerLogger),
            16 => Some(Self::ClientMetrics),
            32 => Some(Self::Group),
            _ => None,
        }
    }

    pub(super) fn code(self) -> i8 {
        match self {
            Self::Topic => 2,
            Self::Broker => 4,
            Self::BrokerLogger => 8,
            Self::ClientMetrics => 16,
            Self::Group => 32,
        }
    }

    /// What access to such a resource is asked for.
    pub(super) fn resource(self, name: &str) -> Resource<'_> {
        match self {
            Self::Topic => Resource::topic(name),
            Self::Group => Resource::group(name),
            Self::Broker | Self::BrokerLogger | Self::ClientMetrics => Resource::CLUSTER,
        }
    }
}

/// A response takes no more than its pool divided by this.
const SHARE: usize = 4;

/// Handles the request.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: DescribeConfigsRequest,
) -> DescribeConfigsResponse {
    let include = Include {
        synonyms: request.include_synonyms,
        documentation: request.include_documentation,
    };
    let pool = usize::try_from(broker.memory.responses().limit()).unwrap_or(usize::MAX);
    let mut room = pool / SHARE;
    let (mut seen, mut turn) = (HashSet::new(), Turn::begin());
    let mut results = Vec::new();
    for resource in request.resources {
        if !seen.insert((resource.resource_type, resource.resource_name.clone())) {
            continue;
        }
        let described = match room {
            0 => Err(no_room()),
            _ => describe_resource(broker, context, &resource),
        };
        let described =
            described.and_then(|described| include.chosen(&resource, described, &mut room));
        let (configs, refused) = match described {
            Ok(configs) => (configs, None),
            Err(refused) => (Vec::new(), Some(refused)),
        };
        results.push(DescribeConfigsResult {
            error_code: refused.as_ref().map_or(0, |refused| refused.code.code()),
            error_message: refused.map(|refused| refused.message),
            resource_type: resource.resource_type,
            resource_name: resource.resource_name,
            configs,
        });
        turn.pass().await;
    }
    DescribeConfigsResponse {
        results,
        ..Default::default()
    }
}

/// What a client wants to know of each setting.
#[derive(Debug, Clone, Copy)]
struct Include {
    synonyms: bool,
    documentation: bool,
}

impl Include {
    /// Those settings that the client asked for, as long as there is `room` for them, in bytes: a few
    /// bytes of a request ask for all settings of a resource, which for groups need not even exist.
    fn chosen(
        self,
        resource: &DescribeConfigsResource,
        described: Vec<Described>,
        room: &mut usize,
    ) -> Result<Vec<DescribeConfigsResourceResult>, Refused> {
        // No names stand for all, as in Kafka.
        let names = resource.configuration_keys.iter().flatten();
        let names: HashSet<&str> = names.map(|name| name.as_str()).collect();
        let is_wanted = |entry: &Described| names.is_empty() || names.contains(entry.name);
        let mut chosen = Vec::new();
        for entry in described.into_iter().filter(is_wanted) {
            let entry = self.on_wire(entry);
            *room = room.saturating_sub(size(&entry));
            if *room == 0 {
                return Err(no_room());
            }
            chosen.push(entry);
        }
        Ok(chosen)
    }

    fn on_wire(self, entry: Described) -> DescribeConfigsResourceResult {
        let synonym = |synonym: describe::Synonym| DescribeConfigsSynonym {
            name: StrBytes::from(synonym.name),
            value: synonym.value.map(StrBytes::from),
            source: synonym.source.code(),
        };
        let synonyms = entry.synonyms.into_iter().filter(|_| self.synonyms);
        DescribeConfigsResourceResult {
            name: StrBytes::from(entry.name),
            value: entry.value.map(StrBytes::from),
            read_only: entry.read_only,
            config_source: entry.source.code(),
            is_sensitive: entry.sensitive,
            synonyms: synonyms.map(synonym).collect(),
            config_type: entry.kind.code(),
            documentation: self.documentation.then(|| StrBytes::from(entry.doc)),
        }
    }
}

fn no_room() -> Refused {
    let text = "The response would take too much memory; ask for fewer resources at once.";
    Refused::new(ErrorCode::InvalidRequest, text)
}

/// What an entry takes, decoded and encoded together, in bytes.
fn size(entry: &DescribeConfigsResourceResult) -> usize {
    let text = |text: &Option<StrBytes>| text.as_ref().map_or(0, |text| text.len());
    let synonyms = entry.synonyms.iter();
    let synonyms = synonyms.map(|s| size_of_val(s) + 2 * (s.name.len() + text(&s.value)));
    size_of_val(entry)
        + 2 * (entry.name.len() + text(&entry.value) + text(&entry.documentation))
        + synonyms.sum::<usize>()
}

fn describe_resource(
    broker: &Broker,
    context: &RequestContext,
    asked: &DescribeConfigsResource,
) -> Result<Vec<Described>, Refused> {
    let invalid = |text: String| Refused::new(ErrorCode::InvalidRequest, text);
    let name: &str = &asked.resource_name;
    let kind = ResourceType::from_code(asked.resource_type).ok_or_else(|| {
        invalid(format!(
            "Unsupported resource type: {}",
            asked.resource_type
        ))
    })?;
    access::require(
        broker,
        context,
        Operation::DescribeConfigs,
        kind.resource(name),
    )
    .map_err(Refused::plain)?;
    let settings = &broker.settings;
    let topology = broker.metadata.topology();
    let tenant = context.tenant.name();
    let stored = |name: &str| -> BTreeMap<String, String> {
        topology
            .configs(kind.code(), tenant, name)
            .map(|map| (**map).clone())
            .unwrap_or_default()
    };
    match kind {
        ResourceType::Topic => {
            check_topic_name(name)
                .map_err(|text| Refused::new(ErrorCode::InvalidTopicException, text))?;
            let topic = Namespace
                .topic(&topology, &context.tenant, name)
                .ok_or_else(|| Refused::plain(ErrorCode::UnknownTopicOrPartition))?;
            Ok(describe::topic(settings, &topic.configs))
        }
        ResourceType::Broker if name.is_empty() => Ok(describe::broker_defaults(&stored(""))),
        ResourceType::Broker => {
            check_broker_id(broker, name)?;
            Ok(describe::broker(settings))
        }
        ResourceType::BrokerLogger if name.is_empty() => {
            Err(invalid("Broker id must not be empty".to_owned()))
        }
        ResourceType::BrokerLogger => {
            check_broker_id(broker, name)?;
            Ok(vec![root_logger(broker)])
        }
        ResourceType::ClientMetrics if name.is_empty() => Err(invalid(
            "Client metrics subscription name must not be empty".to_owned(),
        )),
        ResourceType::ClientMetrics => Ok(describe::client_metrics(settings, &stored(name))),
        ResourceType::Group if name.is_empty() => {
            Err(invalid("Group name must not be empty".to_owned()))
        }
        ResourceType::Group => Ok(describe::group(settings, &stored(name))),
    }
}

/// A broker describes only itself: clients route such a request by the broker's id.
fn check_broker_id(broker: &Broker, name: &str) -> Result<(), Refused> {
    let own = broker.node_id;
    let text = match name.parse::<i32>() {
        Ok(id) if id == own => return Ok(()),
        Ok(id) => {
            format!("Unexpected broker id, expected {own} or empty string, but received {id}")
        }
        Err(_) => format!("Broker id must be an integer, but it is: {name}"),
    };
    Err(Refused::new(ErrorCode::InvalidRequest, text))
}

/// The level of diagnostics, under Kafka's name of the logger above all others.
fn root_logger(broker: &Broker) -> Described {
    Described {
        name: "root",
        value: Some(broker.settings.get(&DIAGNOSTICS_LEVEL).to_ascii_uppercase()),
        read_only: true,
        source: ConfigSource::BrokerLogger,
        sensitive: false,
        synonyms: Vec::new(),
        kind: Kind::String,
        doc: DIAGNOSTICS_LEVEL.setting().doc,
    }
}
