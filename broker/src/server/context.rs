//! Under which circumstances a request runs.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use strandline_protocol::ApiKey;
use strandline_protocol::codec::StrBytes;

use super::listener::Listener;
use crate::security::{Caller, Principal, Tenant};

/// What a client said about its software (KIP-511).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Software {
    /// Name, e.g. `apache-kafka-java`; empty if the client did not say.
    pub name: StrBytes,
    /// Version.
    pub version: StrBytes,
}

/// Everything about a request that is not its content. A connection makes one at its start and
/// changes the last fields for every request; cloning costs reference counts.
#[derive(Debug, Clone)]
pub struct RequestContext {
    /// Number of the connection, unique while the process lives.
    pub connection_id: u64,
    /// Where the client came in.
    pub listener: Arc<Listener>,
    /// The client's address.
    pub peer: SocketAddr,
    /// Our address on this connection.
    pub local: SocketAddr,
    /// Who the client is.
    pub principal: Principal,
    /// Whose names the client sees.
    pub tenant: Tenant,
    /// What the client said about its software.
    pub software: Arc<Software>,
    /// Client id of the request header.
    pub client_id: Option<StrBytes>,
    /// The API that is called.
    pub api_key: ApiKey,
    /// Its version.
    pub api_version: i16,
    /// When the last byte of the request had arrived, on the broker's monotonic clock.
    pub received: Duration,
}

impl RequestContext {
    /// That of a new connection, whose client has said nothing yet.
    pub(super) fn new(
        connection_id: u64,
        listener: Arc<Listener>,
        peer: SocketAddr,
        local: SocketAddr,
    ) -> Self {
        Self {
            connection_id,
            listener,
            peer,
            local,
            principal: Principal::anonymous(),
            tenant: Tenant::default(),
            software: Arc::default(),
            client_id: None,
            api_key: ApiKey::ApiVersions,
            api_version: 0,
            received: Duration::ZERO,
        }
    }

    /// Who asks, for the authorizer.
    pub fn caller(&self) -> Caller<'_> {
        Caller {
            principal: &self.principal,
            tenant: &self.tenant,
            host: self.peer.ip(),
        }
    }

    /// The client id, empty if there is none.
    pub fn client_id_str(&self) -> &str {
        self.client_id.as_deref().unwrap_or_default()
    }
}
