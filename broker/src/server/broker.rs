//! What every request handler can reach.

use std::sync::Arc;

use strandline_protocol::clock::Clock;

use super::memory::MemoryBudget;
use crate::admin::Metrics;
use crate::config::Settings;
use crate::security::{Authorizer, Namespace};

/// A running broker. Shared as `Arc<Broker>` by all connections.
#[derive(Debug)]
pub struct Broker {
    /// Number of this broker.
    pub node_id: i32,
    /// Its settings.
    pub settings: Arc<Settings>,
    /// From names to topics.
    pub namespace: Namespace,
    /// Who may do what.
    pub authorizer: Arc<dyn Authorizer>,
    /// Memory that clients and stores size.
    pub memory: MemoryBudget,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Time.
    pub clock: Arc<dyn Clock>,
}
