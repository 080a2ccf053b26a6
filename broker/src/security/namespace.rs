//! From names to things.

use std::borrow::Cow;
use std::sync::Arc;

use strandline_metadata::{Topic, Topology};
use strandline_protocol::Uuid;

use super::principal::Tenant;

/// The only way from a name or id that a client sends to what the image knows under (tenant,
/// name). There is one tenant today: every method takes the tenant, so that no caller has to
/// change when there are more.
#[derive(Debug, Clone, Copy, Default)]
pub struct Namespace;

impl Namespace {
    /// The topic that `tenant` calls `name`.
    pub fn topic<'a>(
        &self,
        topology: &'a Topology,
        tenant: &Tenant,
        name: &str,
    ) -> Option<&'a Arc<Topic>> {
        topology.topic_by_name(tenant.name(), name)
    }

    /// The topic of `tenant` with this id.
    pub fn topic_by_id<'a>(
        &self,
        topology: &'a Topology,
        tenant: &Tenant,
        id: &Uuid,
    ) -> Option<&'a Arc<Topic>> {
        topology
            .topic(id)
            .filter(|topic| *topic.tenant == *tenant.name())
    }

    /// The topic of `tenant` whose name equals `name` when `.` and `_` are taken as equal.
    pub fn colliding_topic<'a>(
        &self,
        topology: &'a Topology,
        tenant: &Tenant,
        name: &str,
    ) -> Option<&'a Arc<Topic>> {
        topology.colliding_topic(tenant.name(), name)
    }

    /// Every topic of `tenant`, in no order of names.
    pub fn topics<'a>(
        &self,
        topology: &'a Topology,
        tenant: &'a Tenant,
    ) -> impl Iterator<Item = &'a Arc<Topic>> {
        topology
            .topics()
            .filter(|topic| *topic.tenant == *tenant.name())
    }

    /// The key under which a group of `tenant` is stored.
    pub fn group_key<'a>(&self, tenant: &Tenant, group_id: &'a str) -> Cow<'a, str> {
        if tenant.name().is_empty() {
            return group_id.into();
        }
        format!("{}/{group_id}", tenant.name()).into()
    }
}
