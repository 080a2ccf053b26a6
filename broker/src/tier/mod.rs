//! How this broker's partitions use the object store: the seams of `strandline-tiering` over the
//! metadata group and the partitions, and retention of topics without a tier.
//!
//! The entry points are [`open`] and [`Retention`].

mod deleted;
mod host;
mod inventory;
mod manifests;
mod open;
mod retention;
mod source;

pub use deleted::DeletedTopics;
pub use host::BrokerTier;
pub use inventory::TierInventory;
pub use manifests::MetadataManifests;
pub use open::{TierOpenError, open};
pub use retention::Retention;
pub use source::TierSource;
