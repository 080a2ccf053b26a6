//! CreateAcls (key 30): SECURITY_DISABLED for each, until there is a store of ACLs.

use std::sync::Arc;

use strandline_protocol::messages::create_acls_request::CreateAclsRequest;
use strandline_protocol::messages::create_acls_response::{AclCreationResult, CreateAclsResponse};

use super::describe_acls::refusal;
use crate::security::Operation;
use crate::server::{Broker, RequestContext};

/// Handles the request.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: CreateAclsRequest,
) -> CreateAclsResponse {
    let refused = refusal(broker, context, Operation::Alter);
    let result = AclCreationResult {
        error_code: refused.code.code(),
        error_message: Some(refused.message),
    };
    let results = vec![result; request.creations.len()];
    CreateAclsResponse {
        results,
        ..Default::default()
    }
}
