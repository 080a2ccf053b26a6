//! One file per Kafka API.
//!
//! **Overview.** [`served`] is the list of what this broker answers; ApiVersions advertises from
//! it, the dispatcher goes by it, and nothing else is accepted. A handler takes a decoded request
//! and gives a response in which errors stand where Kafka puts them; it never fails as a whole.
//!
//! To add an API: write its file with a `handle`, and give it a line in [`serve!`]; what else it needs
//! is in the table of `docs/ARCHITECTURE.md`. Produce and Fetch, which wait, are called by the dispatcher.

use std::ops::RangeInclusive;
use std::sync::Arc;

use strandline_protocol::ApiKey;
use strandline_protocol::messages;

use crate::server::dispatch::{Reply, ResponseTo};
use crate::server::request::{Incoming, RequestError};
use crate::server::{Broker, RequestContext};

#[cfg(test)]
mod admin_test;
pub mod api_versions;
pub mod create_acls;
pub mod create_partitions;
pub mod create_topics;
pub mod delete_acls;
pub mod delete_groups;
pub mod delete_records;
pub mod delete_topics;
pub mod describe_acls;
pub mod describe_cluster;
pub mod describe_configs;
pub mod describe_groups;
pub mod describe_log_dirs;
pub mod describe_topic_partitions;
pub mod fetch;
pub mod find_coordinator;
#[cfg(test)]
pub(crate) mod fixture;
pub mod heartbeat;
pub mod incremental_alter_configs;
pub mod init_producer_id;
pub mod join_group;
pub mod leave_group;
pub mod list_groups;
pub mod list_offsets;
pub mod list_partition_reassignments;
pub mod metadata;
pub mod offset_commit;
pub mod offset_delete;
pub mod offset_fetch;
pub mod offset_for_leader_epoch;
pub mod produce;
mod refusal;
mod repetitions;
pub mod sync_group;

/// Lists the APIs that are served, each with its module and request.
macro_rules! serve {
    ($($api:ident => $module:ident, $request:ident;)*) => {
        const SERVED: &[ApiKey] = &[ApiKey::Produce, ApiKey::Fetch, $(ApiKey::$api,)*];

        /// Decodes a request, lets its handler answer, and encodes the response.
        ///
        /// # Errors
        /// If the bytes are not a request of that API and version.
        pub(crate) async fn answer(
            broker: &Arc<Broker>,
            context: &RequestContext,
            incoming: &mut Incoming,
            to: &ResponseTo,
        ) -> Result<Reply, RequestError> {
            match incoming.api {
                $(ApiKey::$api => {
                    let request = incoming.decode::<messages::$request>().await?;
                    let response = Box::pin($module::handle(broker, context, request)).await;
                    Ok(to.encode(&response))
                })*
                other => Err(RequestError::UnknownApi { key: other.code() }),
            }
        }
    };
}

// Produce and Fetch are begun by the dispatcher itself.
serve! {
    CreateAcls => create_acls, CreateAclsRequest;
    CreatePartitions => create_partitions, CreatePartitionsRequest;
    CreateTopics => create_topics, CreateTopicsRequest;
    DeleteAcls => delete_acls, DeleteAclsRequest;
    DeleteTopics => delete_topics, DeleteTopicsRequest;
    DescribeAcls => describe_acls, DescribeAclsRequest;
    DescribeCluster => describe_cluster, DescribeClusterRequest;
    DescribeConfigs => describe_configs, DescribeConfigsRequest;
    DescribeLogDirs => describe_log_dirs, DescribeLogDirsRequest;
    DescribeTopicPartitions => describe_topic_partitions, DescribeTopicPartitionsRequest;
    IncrementalAlterConfigs => incremental_alter_configs, IncrementalAlterConfigsRequest;
    ListPartitionReassignments => list_partition_reassignments, ListPartitionReassignmentsRequest;
    ListOffsets => list_offsets, ListOffsetsRequest;
    Metadata => metadata, MetadataRequest;
    OffsetCommit => offset_commit, OffsetCommitRequest;
    OffsetFetch => offset_fetch, OffsetFetchRequest;
    FindCoordinator => find_coordinator, FindCoordinatorRequest;
    JoinGroup => join_group, JoinGroupRequest;
    Heartbeat => heartbeat, HeartbeatRequest;
    LeaveGroup => leave_group, LeaveGroupRequest;
    SyncGroup => sync_group, SyncGroupRequest;
    DescribeGroups => describe_groups, DescribeGroupsRequest;
    ListGroups => list_groups, ListGroupsRequest;
    ApiVersions => api_versions, ApiVersionsRequest;
    DeleteRecords => delete_records, DeleteRecordsRequest;
    DeleteGroups => delete_groups, DeleteGroupsRequest;
    OffsetDelete => offset_delete, OffsetDeleteRequest;
    InitProducerId => init_producer_id, InitProducerIdRequest;
    OffsetForLeaderEpoch => offset_for_leader_epoch, OffsetForLeaderEpochRequest;
}

/// The APIs that this broker serves, in the order of their keys.
pub fn served() -> impl Iterator<Item = ApiKey> {
    let mut keys = SERVED.to_vec();
    keys.sort_unstable_by_key(|api| api.code());
    keys.into_iter()
}

/// Whether `api` is served.
pub fn is_served(api: ApiKey) -> bool {
    SERVED.contains(&api)
}

/// The versions of `api` that clients are told.
pub fn advertised(api: ApiKey) -> RangeInclusive<i16> {
    match api {
        // KAFKA-18659: clients that look for version 0 send uncompressed batches otherwise.
        ApiKey::Produce => 0..=*api.versions().end(),
        // Version 6 is not stable in Kafka (KIP-939).
        ApiKey::InitProducerId => 0..=5,
        _ => api.versions(),
    }
}

/// Whether `version` of `api` is accepted: what is advertised, and can be decoded.
pub fn accepts(api: ApiKey, version: i16) -> bool {
    advertised(api).contains(&version) && api.versions().contains(&version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_those_of_kafka() {
        assert_eq!(advertised(ApiKey::Produce), 0..=13);
        assert!(!accepts(ApiKey::Produce, 2) && accepts(ApiKey::Produce, 3));
        assert_eq!(advertised(ApiKey::Fetch), 4..=18);
        assert_eq!(advertised(ApiKey::ListOffsets), 1..=11);
        assert_eq!(advertised(ApiKey::ApiVersions), 0..=5);
        assert!(!accepts(ApiKey::InitProducerId, 6));
        assert!(served().is_sorted_by_key(ApiKey::code));
    }
}
