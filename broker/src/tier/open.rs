//! Opening the object store as the settings say.

use std::sync::Arc;

use strandline_metadata::Metadata;
use strandline_protocol::clock::Clock;
use strandline_tiering::{
    ChunkCacheOptions, StoreLocation, StoreOptions, Tier, TierError, TierOptions, open_store,
};
use thiserror::Error;

use super::manifests::MetadataManifests;
use crate::config::Settings;
use crate::config::own::{TIER_CACHE_SIZE, TIER_CREATE_BUCKET, TIER_TRASH_RETENTION, TIER_URL};

/// Why the object store cannot be used.
#[derive(Debug, Error)]
pub enum TierOpenError {
    /// The setting names no store.
    #[error("tier.url `{url}`: {reason}")]
    Location {
        /// The setting.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The store refused what the broker needs at start.
    #[error("tier.url `{url}`: {}", error.explain())]
    Store {
        /// The setting.
        url: String,
        /// What the store said.
        error: TierError,
    },
}

/// Opens the tier, or `None` if no store is configured. `chunk_memory` and `read_ahead` are the
/// bytes that the memory budget gives.
///
/// # Errors
/// If the setting names no store, or a bucket that is to be created cannot be.
pub async fn open(
    settings: &Settings,
    metadata: &Metadata,
    clock: Arc<dyn Clock>,
    chunk_memory: usize,
    read_ahead: usize,
) -> Result<Option<Arc<Tier>>, TierOpenError> {
    let Some(url) = settings.get(&TIER_URL) else {
        return Ok(None);
    };
    let location: StoreLocation =
        url.parse()
            .map_err(|error: TierError| TierOpenError::Location {
                url: url.clone(),
                reason: error.explain(),
            })?;
    let options = StoreOptions {
        create_missing: settings.get(&TIER_CREATE_BUCKET)
            || matches!(location, StoreLocation::Directory(_)),
        ..StoreOptions::default()
    };
    let store = open_store(&location, &options, Arc::clone(&clock))
        .await
        .map_err(|error| TierOpenError::Store { url, error })?;
    let cluster_id = metadata.topology().cluster_id;
    let disk = usize::try_from(settings.get(&TIER_CACHE_SIZE)).unwrap_or(0);
    let options = TierOptions {
        chunk_cache: ChunkCacheOptions {
            memory_bytes: chunk_memory,
            dir: (disk > 0).then(|| settings.data_dir().join("chunk-cache")),
            disk_bytes: disk,
        },
        read_ahead_bytes: read_ahead,
        trash_retention: settings.get(&TIER_TRASH_RETENTION),
        ..TierOptions::new(cluster_id)
    };
    let manifests = Arc::new(MetadataManifests::new(metadata.clone()));
    Ok(Some(Tier::open(store, options, manifests, clock)))
}
