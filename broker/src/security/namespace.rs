//! From names to things.

use super::principal::Tenant;

/// The only way from a name that a client sends to what the image knows under (tenant, name).
/// There is one tenant today: the methods take the tenant so that no caller has to change when
/// there are more.
#[derive(Debug, Clone, Copy, Default)]
pub struct Namespace;

impl Namespace {
    /// The key under which a group of `tenant` is stored.
    pub fn group_key<'a>(&self, tenant: &Tenant, group_id: &'a str) -> std::borrow::Cow<'a, str> {
        if tenant.name().is_empty() {
            return group_id.into();
        }
        format!("{}/{group_id}", tenant.name()).into()
    }
}
