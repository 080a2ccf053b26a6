//! Decisions of the controller, as pure functions over the image: who gets what, and what changes
//! with a new incarnation. `apply` carries them out, the broker asks them before it proposes.

mod leadership;
mod placement;

pub(crate) use leadership::{leads_or_may_lead, take_over_shards, take_over_topic};
pub use placement::{PlacementError, assign_replicas};
