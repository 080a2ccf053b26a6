//! Opening the object store as the settings say.

use std::sync::Arc;
use std::time::Duration;

use strandline_metadata::Metadata;
use strandline_protocol::clock::Clock;
use strandline_tiering::{
    ChunkCacheOptions, MissingBucket, StoreLocation, StoreOptions, Tier, TierError, TierOptions,
    open_store,
};
use thiserror::Error;

use super::manifests::MetadataManifests;
use super::untiered_retention::retention_interval;
use crate::config::Settings;
use crate::config::own_settings::{
    TIER_CACHE_SIZE, TIER_CREATE_BUCKET, TIER_ORPHAN_RETENTION, TIER_TRASH_RETENTION, TIER_URL,
};

/// How long a start waits to hear whose the prefix is. A store that is away or slow keeps no broker
/// from starting: the prefix is then taken before the first upload.
const CLAIM_PATIENCE: Duration = Duration::from_secs(1);

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
    /// The directory cannot be used, or another cluster owns the prefix.
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
/// If the setting names no store, a directory cannot be used or created, or the store says at once
/// that the prefix is another cluster's (I20). A store that is away or refuses the credentials is no
/// error: the tier's driver names the cause and goes on trying.
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
    let failed = |error| TierOpenError::Store {
        url: url.clone(),
        error,
    };
    let options = StoreOptions {
        create_missing: true,
        ..StoreOptions::default()
    };
    let store = open_store(&location, &options, Arc::clone(&clock))
        .await
        .map_err(failed)?;
    let create_bucket = settings
        .get(&TIER_CREATE_BUCKET)
        .then(|| MissingBucket::new(location, options));
    let cluster_id = metadata.topology().cluster_id;
    let disk = usize::try_from(settings.get(&TIER_CACHE_SIZE)).unwrap_or(0);
    let options = TierOptions {
        chunk_cache: ChunkCacheOptions {
            memory_bytes: chunk_memory,
            dir: (disk > 0).then(|| settings.data_dir().join("chunk-cache")),
            disk_bytes: disk,
        },
        create_bucket,
        read_ahead_bytes: read_ahead,
        trash_retention: settings.get(&TIER_TRASH_RETENTION),
        retention_interval: retention_interval(settings),
        orphan_grace: settings.get(&TIER_ORPHAN_RETENTION),
        ..TierOptions::new(cluster_id)
    };
    let manifests = Arc::new(MetadataManifests::new(metadata.clone()));
    let tier = Tier::open(store, options, manifests, clock);
    match tokio::time::timeout(CLAIM_PATIENCE, tier.claim()).await {
        Ok(Err(error @ TierError::PrefixOwned { .. })) => Err(failed(error)),
        _ => Ok(Some(tier)),
    }
}
