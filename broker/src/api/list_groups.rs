//! Kafka API: ListGroups. The groups that this broker coordinates; clients ask every broker.

use std::sync::Arc;

use strandline_protocol::codec::StrBytes;
use strandline_protocol::messages::list_groups_response::ListedGroup;
use strandline_protocol::messages::{ListGroupsRequest, ListGroupsResponse};

use crate::coordinator::group::GroupState;
use crate::security::{Operation, Resource, access};
use crate::server::{Broker, RequestContext};

/// The only type of groups so far.
const CLASSIC: &str = "Classic";

/// Lists groups that the client may describe and that pass the filters.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: ListGroupsRequest,
) -> ListGroupsResponse {
    if !passes(&request.types_filter, CLASSIC) {
        return ListGroupsResponse::default();
    }
    let all = access::is_allowed(broker, context, Operation::Describe, Resource::CLUSTER);
    let visible = |group_id: &str| {
        let resource = Resource::group(group_id);
        all || access::is_allowed(broker, context, Operation::Describe, resource)
    };
    let groups = broker.groups.list().into_iter().filter_map(|group| {
        let group_id = client_name(context.tenant.name(), group.group_id)?;
        let shown = state_passes(&request.states_filter, group.state) && visible(&group_id);
        shown.then(|| ListedGroup {
            group_id,
            protocol_type: group.protocol_type,
            group_state: group.state.name().into(),
            group_type: CLASSIC.into(),
        })
    });
    ListGroupsResponse {
        groups: groups.collect(),
        ..ListGroupsResponse::default()
    }
}

fn state_passes(filter: &[StrBytes], state: GroupState) -> bool {
    passes(filter, state.name())
}

/// Filters are compared without case; an empty one lets everything pass, an unknown word nothing.
fn passes(filter: &[StrBytes], value: &str) -> bool {
    let mut words = filter.iter();
    filter.is_empty() || words.any(|word| word.trim().eq_ignore_ascii_case(value))
}

/// What a tenant calls the group with this key; `None` if it is another's.
fn client_name(tenant: &str, key: StrBytes) -> Option<StrBytes> {
    if tenant.is_empty() {
        return Some(key);
    }
    let name = key.strip_prefix(tenant)?.strip_prefix('/')?;
    Some(name.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_ignore_case_and_unknown_words() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).into()).collect::<Vec<_>>();
        let cases: &[(&[&str], bool)] = &[
            (&[], true),
            (&["stable"], true),
            (&["STABLE", "empty"], true),
            (&[" Stable "], true),
            (&["Empty"], false),
            (&["nonsense"], false),
        ];
        for (filter, expected) in cases {
            assert_eq!(
                state_passes(&words(filter), GroupState::Stable),
                *expected,
                "{filter:?}"
            );
        }
        assert!(passes(&words(&["classic", "consumer"]), CLASSIC));
        assert!(!passes(&words(&["share"]), CLASSIC));
    }

    #[test]
    fn groups_of_other_tenants_have_no_name() {
        assert_eq!(client_name("", "g".into()).as_deref(), Some("g"));
        assert_eq!(client_name("a", "a/g".into()).as_deref(), Some("g"));
        assert_eq!(client_name("a", "ab/g".into()), None);
    }
}
