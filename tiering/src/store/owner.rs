//! One prefix, one cluster.
//!
//! The object `owner` at the root of the location names the cluster that writes and deletes below it. It is created by
//! a conditional PUT, so of two clusters that start at once exactly one gets the prefix and the other refuses (I20).
//!
//! A conditional PUT has three outcomes that look alike through object_store: it exists (412), ask again (409), and an
//! answer that was lost. All three are decided the same way: read the object and look whose name is in it.

use std::sync::Arc;

use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions};
use strandline_protocol::Uuid;
use strandline_protocol::clock::Clock;

use super::bucket::MissingBucket;
use super::classify::classify;
use super::get::get_all;
use crate::error::{StoreFaultClass, TierError};
use crate::format::{self, OwnerRecord};

/// Upper bound of the owner object.
const OWNER_BYTES_MAX: u64 = 64 * 1024;
/// Attempts to create the object before giving up with a retriable error.
const ATTEMPTS: usize = 4;

/// Claims and confirms the ownership of a store for a cluster.
#[derive(Debug, Clone)]
pub struct Ownership {
    store: Arc<dyn ObjectStore>,
    cluster_id: Uuid,
    bucket: Option<MissingBucket>,
}

impl Ownership {
    /// For one store and one cluster. `bucket` is created if it is missing when the prefix is claimed.
    pub fn new(
        store: Arc<dyn ObjectStore>,
        cluster_id: Uuid,
        bucket: Option<MissingBucket>,
    ) -> Self {
        Self {
            store,
            cluster_id,
            bucket,
        }
    }

    /// Key of the owner object.
    pub fn key() -> Path {
        Path::from("owner")
    }

    /// Takes the prefix if nobody has it, confirms it if we do.
    ///
    /// # Errors
    /// `PrefixOwned` if another cluster has it; `Store` if the store does not answer.
    pub async fn claim(&self, clock: &dyn Clock) -> Result<(), TierError> {
        let record = OwnerRecord {
            cluster_id: self.cluster_id,
            claimed_at_ms: clock.unix_millis(),
        };
        let body = format::encode_owner(&record)?;
        let mut last = None;
        for _ in 0..ATTEMPTS {
            // Look first: most starts find their own name and need no write.
            match self.read().await {
                Ok(Some(owner)) => return self.decide(owner),
                Ok(None) => {}
                Err(error) if error.store_class() == Some(StoreFaultClass::BucketMissing) => {
                    let Some(bucket) = &self.bucket else {
                        return Err(error);
                    };
                    // Boxed: once in the life of a bucket, and large.
                    Box::pin(bucket.create()).await?;
                    last = Some(error);
                    continue;
                }
                Err(error) => return Err(error),
            }
            let options = PutOptions {
                mode: PutMode::Create,
                ..PutOptions::default()
            };
            match self
                .store
                .put_opts(&Self::key(), body.clone().into(), options)
                .await
            {
                // Created by us, so it is ours to correct if it was damaged on its way.
                Ok(_) => match self.read().await {
                    Err(TierError::Corrupt { .. }) => {
                        let again = self.store.put(&Self::key(), body.clone().into()).await;
                        again.map_err(|error| classify("put", Self::key(), error))?;
                    }
                    Ok(Some(owner)) => return self.decide(owner),
                    Ok(None) => {}
                    Err(error) => return Err(error),
                },
                Err(error) => {
                    let error = classify("put", Self::key(), error);
                    let undecided = matches!(
                        error.store_class(),
                        Some(
                            StoreFaultClass::Exists
                                | StoreFaultClass::Timeout
                                | StoreFaultClass::ServerError
                                | StoreFaultClass::Truncated
                        )
                    );
                    if !undecided {
                        return Err(error);
                    }
                    last = Some(error);
                }
            }
        }
        Err(last.unwrap_or(TierError::Closed))
    }

    /// Reads the owner object again; deletions ask before every pass.
    ///
    /// # Errors
    /// `PrefixOwned` if another cluster has taken the prefix meanwhile, or nobody has it any more.
    pub async fn confirm(&self) -> Result<(), TierError> {
        match self.read().await? {
            Some(owner) => self.decide(owner),
            None => Err(TierError::PrefixOwned {
                location: self.store.to_string(),
                owner: "nobody (the owner object is missing)".to_owned(),
                cluster: self.cluster_id.to_string(),
            }),
        }
    }

    async fn read(&self) -> Result<Option<OwnerRecord>, TierError> {
        match get_all(self.store.as_ref(), &Self::key(), OWNER_BYTES_MAX).await {
            Ok(body) => format::decode_owner(&Self::key(), body).map(Some),
            Err(TierError::Store(fault)) if fault.class == StoreFaultClass::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn decide(&self, owner: OwnerRecord) -> Result<(), TierError> {
        if owner.cluster_id == self.cluster_id {
            return Ok(());
        }
        Err(TierError::PrefixOwned {
            location: self.store.to_string(),
            owner: owner.cluster_id.to_string(),
            cluster: self.cluster_id.to_string(),
        })
    }
}
