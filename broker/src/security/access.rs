//! Which API needs which operation on which resource, and how a refusal looks: the one table.
//!
//! A handler calls [`require`] with the operation and the resource and puts the error that it gets
//! where the row says. Rows follow Kafka. Two APIs need nothing: ApiVersions, and the brokers'
//! addresses in Metadata and DescribeCluster.

use strandline_protocol::{ApiKey, ErrorCode};

use super::authorizer::{Operation, Resource, ResourceType};
use crate::server::{Broker, RequestContext};

/// How a refusal shows in the response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The response as a whole carries the error.
    Whole,
    /// The entry for the resource (or each entry, where one resource covers all) carries it.
    Entry,
    /// What the client did not name is left out; what it named carries the error.
    Hidden,
    /// A grant is enough alone; without it the other rows of the API decide.
    Sufficient,
    /// A part of the response is left empty.
    Partial,
}

/// One row: an access that an API makes.
#[derive(Debug, Clone, Copy)]
pub struct Access {
    /// The API.
    pub api: ApiKey,
    /// What it does.
    pub operation: Operation,
    /// To what.
    pub kind: ResourceType,
    /// The error that a refusal gives.
    pub error: ErrorCode,
    /// Where the error shows.
    pub refusal: Refusal,
}

const fn row(api: ApiKey, operation: Operation, kind: ResourceType, refusal: Refusal) -> Access {
    let error = match kind {
        ResourceType::Topic => ErrorCode::TopicAuthorizationFailed,
        ResourceType::Group => ErrorCode::GroupAuthorizationFailed,
        ResourceType::Cluster => ErrorCode::ClusterAuthorizationFailed,
        ResourceType::TransactionalId => ErrorCode::TransactionalIdAuthorizationFailed,
    };
    Access {
        api,
        operation,
        kind,
        error,
        refusal,
    }
}

/// Every access of every advertised API.
pub static TABLE: &[Access] = {
    use ApiKey as A;
    use Operation as O;
    use Refusal::{Entry, Hidden, Partial, Sufficient, Whole};
    use ResourceType as R;
    &[
        row(A::Produce, O::Write, R::Topic, Entry),
        row(A::Produce, O::Write, R::TransactionalId, Entry),
        row(A::Fetch, O::Read, R::Topic, Entry),
        row(A::Fetch, O::ClusterAction, R::Cluster, Entry),
        row(A::ListOffsets, O::Describe, R::Topic, Entry),
        row(A::Metadata, O::Describe, R::Topic, Hidden),
        row(A::Metadata, O::Create, R::Cluster, Sufficient),
        row(A::Metadata, O::Create, R::Topic, Entry),
        row(A::Metadata, O::Describe, R::Cluster, Partial),
        row(A::OffsetCommit, O::Read, R::Group, Entry),
        row(A::OffsetCommit, O::Read, R::Topic, Entry),
        row(A::OffsetFetch, O::Describe, R::Group, Entry),
        row(A::OffsetFetch, O::Describe, R::Topic, Hidden),
        row(A::FindCoordinator, O::Describe, R::Group, Entry),
        row(A::FindCoordinator, O::Describe, R::TransactionalId, Entry),
        row(A::JoinGroup, O::Read, R::Group, Whole),
        row(A::Heartbeat, O::Read, R::Group, Whole),
        row(A::LeaveGroup, O::Read, R::Group, Whole),
        row(A::SyncGroup, O::Read, R::Group, Whole),
        row(A::DescribeGroups, O::Describe, R::Group, Entry),
        row(A::ListGroups, O::Describe, R::Cluster, Sufficient),
        row(A::ListGroups, O::Describe, R::Group, Hidden),
        row(A::CreateTopics, O::Create, R::Cluster, Sufficient),
        row(A::CreateTopics, O::Create, R::Topic, Entry),
        row(A::CreateTopics, O::DescribeConfigs, R::Topic, Partial),
        row(A::DeleteTopics, O::Delete, R::Topic, Entry),
        row(A::DeleteTopics, O::Describe, R::Topic, Entry),
        row(A::DeleteRecords, O::Delete, R::Topic, Entry),
        row(A::InitProducerId, O::IdempotentWrite, R::Cluster, Whole),
        row(A::InitProducerId, O::Write, R::TransactionalId, Whole),
        row(A::OffsetForLeaderEpoch, O::Describe, R::Topic, Entry),
        row(A::DescribeAcls, O::Describe, R::Cluster, Whole),
        row(A::CreateAcls, O::Alter, R::Cluster, Entry),
        row(A::DeleteAcls, O::Alter, R::Cluster, Entry),
        row(A::DescribeConfigs, O::DescribeConfigs, R::Topic, Entry),
        row(A::DescribeConfigs, O::DescribeConfigs, R::Group, Entry),
        row(A::DescribeConfigs, O::DescribeConfigs, R::Cluster, Entry),
        row(A::DescribeLogDirs, O::Describe, R::Cluster, Whole),
        row(A::CreatePartitions, O::Alter, R::Topic, Entry),
        row(A::DeleteGroups, O::Delete, R::Group, Entry),
        row(A::IncrementalAlterConfigs, O::AlterConfigs, R::Topic, Entry),
        row(A::IncrementalAlterConfigs, O::AlterConfigs, R::Group, Entry),
        row(
            A::IncrementalAlterConfigs,
            O::AlterConfigs,
            R::Cluster,
            Entry,
        ),
        row(
            A::ListPartitionReassignments,
            O::Describe,
            R::Cluster,
            Whole,
        ),
        row(A::OffsetDelete, O::Delete, R::Group, Whole),
        row(A::OffsetDelete, O::Read, R::Topic, Entry),
        row(A::DescribeCluster, O::Describe, R::Cluster, Partial),
        row(A::DescribeTopicPartitions, O::Describe, R::Topic, Hidden),
    ]
};

/// Asks the authorizer for an access that the request's API makes.
///
/// # Errors
/// The error that the table has for a refusal.
///
/// # Panics
/// In builds with debug assertions, if the table has no such row for the API.
pub fn require(
    broker: &Broker,
    context: &RequestContext,
    operation: Operation,
    resource: Resource<'_>,
) -> Result<(), ErrorCode> {
    let row = TABLE.iter().find(|row| {
        row.api == context.api_key && row.operation == operation && row.kind == resource.kind
    });
    debug_assert!(
        row.is_some(),
        "{:?}: no row for {operation:?} {resource:?}",
        context.api_key
    );
    if broker
        .authorizer
        .check(context.caller(), operation, resource)
    {
        return Ok(());
    }
    Err(row.map_or(ErrorCode::ClusterAuthorizationFailed, |row| row.error))
}

/// Like [`require`], for accesses whose refusal only changes what else is looked at.
pub fn is_allowed(
    broker: &Broker,
    context: &RequestContext,
    operation: Operation,
    resource: Resource<'_>,
) -> bool {
    require(broker, context, operation, resource).is_ok()
}

/// The bit field of the operations that the request's principal may do to `resource`, as
/// Metadata, DescribeCluster, DescribeGroups and DescribeTopicPartitions report it.
pub fn authorized_operations(
    broker: &Broker,
    context: &RequestContext,
    resource: Resource<'_>,
) -> i32 {
    let allowed = |operation: &&Operation| {
        broker
            .authorizer
            .check(context.caller(), **operation, resource)
    };
    let operations = resource.kind.operations().iter().filter(allowed);
    operations.fold(0, |bits, operation| bits | 1 << operation.code())
}

/// What the field of authorized operations holds when nobody asked for it.
pub const OPERATIONS_NOT_ASKED: i32 = i32::MIN;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_access_is_declared_twice() {
        let mut seen = HashSet::new();
        for row in TABLE {
            assert!(
                seen.insert((row.api.code(), row.operation, row.kind)),
                "{row:?}"
            );
            assert!(row.kind.operations().contains(&row.operation), "{row:?}");
        }
    }
}
