//! Principals, authorization, names.
//!
//! **Overview.** Every request runs under a [`Principal`] of a [`Tenant`]. A name that a client
//! sends becomes a topic only through [`Namespace`], and every access asks the [`Authorizer`].
//! Which API needs which operation on which resource, and which error a refusal gives, is data in
//! [`access`].
//!
//! **Invariants.** A refusal gives Kafka's authorization error, has no effect, and reads the same
//! whether or not the thing exists.

pub mod access;
mod authorizer;
#[cfg(test)]
mod deny_all_test;
mod namespace;
mod principal;
mod topic_name;

pub use authorizer::{AllowAll, Authorizer, Caller, DenyAll, Operation, Resource, ResourceType};
pub use namespace::Namespace;
pub use principal::{Principal, Tenant};
pub use topic_name::{TOPIC_NAME_LENGTH_MAX, check_topic_name};
