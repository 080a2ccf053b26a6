//! Kafka API: DeleteGroups. Removes empty groups with their offsets.

use std::sync::Arc;

use strandline_protocol::ErrorCode;
use strandline_protocol::codec::StrBytes;
use strandline_protocol::messages::delete_groups_response::DeletableGroupResult;
use strandline_protocol::messages::{DeleteGroupsRequest, DeleteGroupsResponse};

use crate::security::{Operation, Resource, access};
use crate::server::{Broker, RequestContext};

/// Answers when the groups are gone. They go side by side, sharing entries of the metadata log.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: DeleteGroupsRequest,
) -> DeleteGroupsResponse {
    let groups = request.groups_names.into_iter();
    let deletions = groups.map(|group_id| delete(broker, context, group_id));
    DeleteGroupsResponse {
        results: futures::future::join_all(deletions).await,
        ..DeleteGroupsResponse::default()
    }
}

async fn delete(
    broker: &Arc<Broker>,
    context: &RequestContext,
    group_id: StrBytes,
) -> DeletableGroupResult {
    let resource = Resource::group(&group_id);
    let result = match access::require(broker, context, Operation::Delete, resource) {
        Ok(()) => {
            let key = broker.namespace.group_key(&context.tenant, &group_id);
            broker.groups.delete_group(&key).await
        }
        Err(error) => Err(error),
    };
    let error = result.err().unwrap_or(ErrorCode::None);
    DeletableGroupResult {
        group_id,
        error_code: error.code(),
        error_message: (!error.is_none()).then(|| error.message().into()),
    }
}
