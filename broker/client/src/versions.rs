//! Which version of an API both sides speak.

use std::collections::HashMap;

use strandline_protocol::api_key::ApiKey;
use strandline_protocol::codec::Request;
use strandline_protocol::messages::ApiVersionsResponse;

use crate::ClientError;

/// Newest stable version of APIs whose newest schema version may still change.
const UNSTABLE: [(ApiKey, i16); 1] = [(ApiKey::InitProducerId, 5)];

/// Ranges that a broker serves.
#[derive(Debug, Clone, Default)]
pub(crate) struct Versions {
    served: HashMap<i16, (i16, i16)>,
}

impl Versions {
    pub(crate) fn new(answer: &ApiVersionsResponse) -> Self {
        let served = answer
            .api_keys
            .iter()
            .map(|api| (api.api_key, (api.min_version, api.max_version)))
            .collect();
        Self { served }
    }

    /// The newest version of `R` that both sides have.
    pub(crate) fn newest<R: Request>(&self) -> Result<i16, ClientError> {
        let unsupported = ClientError::UnsupportedApi(R::API_KEY.name());
        let Some((low, high)) = self.served.get(&R::API_KEY.code()) else {
            return Err(unsupported);
        };
        let ours = UNSTABLE
            .iter()
            .find(|(key, _)| *key == R::API_KEY)
            .map_or(*R::VERSIONS.end(), |(_, stable)| *stable);
        let version = ours.min(*high);
        if version < *low || version < *R::VERSIONS.start() {
            return Err(unsupported);
        }
        Ok(version)
    }
}
