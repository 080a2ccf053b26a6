//! DeleteAcls (key 31): SECURITY_DISABLED for each filter, until there is a store of ACLs.

use std::sync::Arc;

use strandline_protocol::messages::delete_acls_request::DeleteAclsRequest;
use strandline_protocol::messages::delete_acls_response::{
    DeleteAclsFilterResult, DeleteAclsResponse,
};

use super::describe_acls::refusal;
use crate::security::Operation;
use crate::server::{Broker, RequestContext};

/// Handles the request.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: DeleteAclsRequest,
) -> DeleteAclsResponse {
    let refused = refusal(broker, context, Operation::Alter);
    let result = DeleteAclsFilterResult {
        error_code: refused.code.code(),
        error_message: Some(refused.message),
        ..Default::default()
    };
    let filter_results = vec![result; request.filters.len()];
    DeleteAclsResponse {
        filter_results,
        ..Default::default()
    }
}
