//! Kafka API: ApiVersions. What this broker serves, and which features are finalized.

use std::sync::Arc;

use strandline_protocol::codec::{CodecError, Message, Reader, StrBytes};
use strandline_protocol::messages::api_versions_response::{
    ApiVersion, FinalizedFeatureKey, SupportedFeatureKey,
};
use strandline_protocol::messages::{ApiVersionsRequest, ApiVersionsResponse};
use strandline_protocol::{ApiKey, ErrorCode};

use crate::server::{Broker, RequestContext, Software};

/// Features that this broker knows, with the levels that it supports. `metadata.version` tells
/// tools which Kafka they may take us for.
const FEATURES: [(&str, i16, i16); 1] = [("metadata.version", 7, METADATA_VERSION)];

/// Level of `metadata.version` in Kafka 4.2 (4.2-IV1), the newest that is documented for all
/// clients we test.
const METADATA_VERSION: i16 = 29;

/// Longest software name or version that is kept.
const SOFTWARE_MAX: usize = 128;

/// Answers ApiVersions.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: ApiVersionsRequest,
) -> ApiVersionsResponse {
    let version = context.api_version;
    if version >= 3 && !is_valid(&request) {
        return failed(ErrorCode::InvalidRequest);
    }
    let topology = broker.metadata.topology();
    if !is_meant(&request, &topology.cluster_id.to_string(), broker.node_id) {
        return failed(ErrorCode::RebootstrapRequired);
    }
    let key = |api: ApiKey| ApiVersion {
        api_key: api.code(),
        min_version: *super::advertised(api).start(),
        max_version: *super::advertised(api).end(),
    };
    let mut finalized: Vec<_> = FEATURES
        .iter()
        .map(|(name, _, max)| finalized(StrBytes::from_static(name), *max))
        .collect();
    for (name, level) in &topology.features {
        if !FEATURES.iter().any(|(known, ..)| **known == **name) {
            finalized.push(self::finalized(name.clone(), *level));
        }
    }
    let supported = FEATURES.iter().map(|(name, min, max)| SupportedFeatureKey {
        name: StrBytes::from_static(name),
        min_version: *min,
        max_version: *max,
    });
    ApiVersionsResponse {
        api_keys: super::served().map(key).collect(),
        // KAFKA-17011: clients below version 4 cannot read a feature whose minimum is 0.
        supported_features: supported
            .filter(|f| version > 3 || f.min_version > 0)
            .collect(),
        finalized_features_epoch: i64::try_from(topology.index).unwrap_or(i64::MAX),
        finalized_features: finalized,
        ..ApiVersionsResponse::default()
    }
}

fn failed(error: ErrorCode) -> ApiVersionsResponse {
    ApiVersionsResponse {
        error_code: error.code(),
        ..ApiVersionsResponse::default()
    }
}

/// Whether this is the node that the client meant to reach, as far as it says: an address may have
/// gone to another cluster since (KIP-1242).
fn is_meant(request: &ApiVersionsRequest, cluster_id: &str, node_id: i32) -> bool {
    let cluster = request.cluster_id.as_ref();
    cluster.is_none_or(|wanted| **wanted == *cluster_id)
        && (request.node_id < 0 || request.node_id == node_id)
}

fn finalized(name: StrBytes, level: i16) -> FinalizedFeatureKey {
    FinalizedFeatureKey {
        name,
        max_version_level: level,
        min_version_level: level,
    }
}

/// The answer to a version that is not known, encoded as version 0: the one entry tells the client
/// which versions are. franz-go relies on there being exactly one.
pub fn fallback() -> ApiVersionsResponse {
    let versions = super::advertised(ApiKey::ApiVersions);
    ApiVersionsResponse {
        error_code: ErrorCode::UnsupportedVersion.code(),
        api_keys: vec![ApiVersion {
            api_key: ApiKey::ApiVersions.code(),
            min_version: *versions.start(),
            max_version: *versions.end(),
        }],
        ..ApiVersionsResponse::default()
    }
}

/// What the client says about its software; empty if it does not, or says it wrongly.
///
/// # Errors
/// If the body cannot be decoded.
pub fn software(mut body: Reader, version: i16) -> Result<Arc<Software>, CodecError> {
    let request = ApiVersionsRequest::decode(&mut body, version)?;
    if version < 3 || !is_valid(&request) {
        return Ok(Arc::default());
    }
    Ok(Arc::new(Software {
        name: request.client_software_name.detached(),
        version: request.client_software_version.detached(),
    }))
}

fn is_valid(request: &ApiVersionsRequest) -> bool {
    is_valid_software(&request.client_software_name)
        && is_valid_software(&request.client_software_version)
}

/// Kafka's `[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?`.
fn is_valid_software(text: &str) -> bool {
    let inside = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.';
    let edge = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    bytes.len() <= SOFTWARE_MAX
        && edge(bytes.first())
        && edge(bytes.last())
        && bytes.iter().copied().all(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn software_names_follow_kafka() {
        for good in ["librdkafka", "apache-kafka-java", "4.4.0", "a"] {
            assert!(is_valid_software(good), "{good}");
        }
        for bad in ["", "-a", "a-", "a b", "a\n", "ä"] {
            assert!(!is_valid_software(bad), "{bad}");
        }
    }

    #[test]
    fn a_client_that_means_another_node_is_told() {
        let request = |cluster: Option<&'static str>, node_id| ApiVersionsRequest {
            cluster_id: cluster.map(StrBytes::from_static),
            node_id,
            ..ApiVersionsRequest::default()
        };
        for (cluster, node_id, meant) in [
            (None, -1, true),
            (Some("here"), 1, true),
            (Some("here"), 2, false),
            (Some("there"), 1, false),
            (Some("there"), -1, false),
        ] {
            assert_eq!(is_meant(&request(cluster, node_id), "here", 1), meant);
        }
    }

    /// The table in `docs/compatibility.md` is what is advertised.
    #[test]
    fn the_documented_table_is_what_is_served() {
        let document = include_str!("../../../docs/compatibility.md");
        let rows: Vec<&str> = document
            .lines()
            .skip_while(|line| *line != "| key | API | versions |")
            .skip(2)
            .take_while(|line| line.starts_with('|'))
            .collect();
        let served: Vec<String> = super::super::served()
            .map(|api| {
                let versions = super::super::advertised(api);
                let (first, last) = (versions.start(), versions.end());
                format!("| {} | {} | {first}-{last} |", api.code(), api.name())
            })
            .collect();
        assert_eq!(rows, served);
    }

    #[test]
    fn fallback_has_one_entry() {
        let answer = fallback();
        assert_eq!(answer.error_code, 35);
        assert_eq!(answer.api_keys.len(), 1);
        assert_eq!(answer.api_keys[0].api_key, 18);
    }
}
