//! DescribeAcls (key 29): there is no store of ACLs yet, and clients know what SECURITY_DISABLED
//! means: MirrorMaker stops copying ACLs, tools say that no authorizer is configured.

use std::sync::Arc;

use strandline_protocol::messages::describe_acls_request::DescribeAclsRequest;
use strandline_protocol::messages::describe_acls_response::DescribeAclsResponse;

use super::refusal::Refused;
use crate::security::{Operation, Resource, access};
use crate::server::{Broker, RequestContext};

/// Handles the request.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    _request: DescribeAclsRequest,
) -> DescribeAclsResponse {
    let refused = refusal(broker, context, Operation::Describe);
    DescribeAclsResponse {
        error_code: refused.code.code(),
        error_message: Some(refused.message),
        ..Default::default()
    }
}

/// Why an ACL cannot be looked at or changed.
pub(super) fn refusal(broker: &Broker, context: &RequestContext, operation: Operation) -> Refused {
    match access::require(broker, context, operation, Resource::CLUSTER) {
        Ok(()) => Refused::new(
            strandline_protocol::ErrorCode::SecurityDisabled,
            "No Authorizer is configured.",
        ),
        Err(code) => Refused::plain(code),
    }
}
