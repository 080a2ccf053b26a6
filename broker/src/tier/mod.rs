//! How this broker's partitions use the object store: the seams of `strandline-tiering` over the
//! metadata group and the partitions, and retention of topics without a tier.
//!
//! The entry points are [`open`] and [`UntieredRetention`].

mod deleted;
mod figures;
mod host;
mod inventory;
mod manifests;
mod open;
mod untiered_retention;

pub use deleted::DeletedTopics;
pub use figures::TierSource;
pub use host::BrokerTier;
pub use inventory::TierInventory;
pub use manifests::MetadataManifests;
pub use open::{TierOpenError, open};
pub use untiered_retention::UntieredRetention;
