//! Whether a principal may do what it asks for.

use std::fmt;
use std::net::IpAddr;

use super::principal::{Principal, Tenant};

/// What is done to a resource, with Kafka's numbers (`AclOperation`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(i8)]
pub enum Operation {
    /// Reading records or committed offsets.
    Read = 3,
    /// Writing records.
    Write = 4,
    /// Creating topics.
    Create = 5,
    /// Deleting.
    Delete = 6,
    /// Changing what is not a setting, such as the number of partitions.
    Alter = 7,
    /// Learning that it exists, and what it looks like.
    Describe = 8,
    /// Acting as a broker.
    ClusterAction = 9,
    /// Reading settings.
    DescribeConfigs = 10,
    /// Changing settings.
    AlterConfigs = 11,
    /// Producing idempotently without writing to any topic yet.
    IdempotentWrite = 12,
}

impl Operation {
    /// Every operation.
    pub const ALL: [Self; 10] = [
        Self::Read,
        Self::Write,
        Self::Create,
        Self::Delete,
        Self::Alter,
        Self::Describe,
        Self::ClusterAction,
        Self::DescribeConfigs,
        Self::AlterConfigs,
        Self::IdempotentWrite,
    ];

    /// Kafka's number.
    pub fn code(self) -> i8 {
        self as i8
    }
}

/// A kind of resource, with Kafka's numbers (`ResourceType` of ACLs).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(i8)]
pub enum ResourceType {
    /// A topic, by name.
    Topic = 2,
    /// A group, by id.
    Group = 3,
    /// The cluster.
    Cluster = 4,
    /// A transactional id.
    TransactionalId = 5,
}

impl ResourceType {
    /// The operations that mean something on such a resource, as Kafka reports them.
    pub fn operations(self) -> &'static [Operation] {
        use Operation as O;
        match self {
            Self::Topic => &[
                O::Read,
                O::Write,
                O::Create,
                O::Delete,
                O::Alter,
                O::Describe,
                O::DescribeConfigs,
                O::AlterConfigs,
            ],
            Self::Group => &[
                O::Read,
                O::Delete,
                O::Describe,
                O::DescribeConfigs,
                O::AlterConfigs,
            ],
            Self::Cluster => &[
                O::Create,
                O::Alter,
                O::Describe,
                O::ClusterAction,
                O::DescribeConfigs,
                O::AlterConfigs,
                O::IdempotentWrite,
            ],
            Self::TransactionalId => &[O::Write, O::Describe],
        }
    }
}

/// A thing that access is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Resource<'a> {
    /// Its kind.
    pub kind: ResourceType,
    /// Its name.
    pub name: &'a str,
}

impl<'a> Resource<'a> {
    /// The one resource of kind cluster.
    pub const CLUSTER: Resource<'static> = Resource {
        kind: ResourceType::Cluster,
        name: "kafka-cluster",
    };

    /// A topic.
    pub fn topic(name: &'a str) -> Self {
        Self {
            kind: ResourceType::Topic,
            name,
        }
    }

    /// A group.
    pub fn group(name: &'a str) -> Self {
        Self {
            kind: ResourceType::Group,
            name,
        }
    }

    /// A transactional id.
    pub fn transactional_id(name: &'a str) -> Self {
        Self {
            kind: ResourceType::TransactionalId,
            name,
        }
    }
}

/// Who asks, and from where.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'a> {
    /// The principal.
    pub principal: &'a Principal,
    /// The tenant.
    pub tenant: &'a Tenant,
    /// The address it comes from.
    pub host: IpAddr,
}

/// Decides about every access. Asked on the request path: an implementation answers from memory.
pub trait Authorizer: Send + Sync + fmt::Debug {
    /// Whether `caller` may do `operation` to `resource`. Whether the resource exists plays no
    /// part.
    fn check(&self, caller: Caller<'_>, operation: Operation, resource: Resource<'_>) -> bool;
}

/// Allows everything: the authorizer until security is turned on.
#[derive(Debug, Clone, Copy, Default)]
pub struct AllowAll;

impl Authorizer for AllowAll {
    fn check(&self, _: Caller<'_>, _: Operation, _: Resource<'_>) -> bool {
        true
    }
}

/// Denies everything: tests show with it that every API asks.
#[derive(Debug, Clone, Copy, Default)]
pub struct DenyAll;

impl Authorizer for DenyAll {
    fn check(&self, _: Caller<'_>, _: Operation, _: Resource<'_>) -> bool {
        false
    }
}
