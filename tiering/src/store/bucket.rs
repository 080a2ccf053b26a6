//! A bucket that may be created.

use super::{StoreLocation, StoreOptions, preflight};
use crate::error::TierError;

/// A bucket that is created when it is first needed and turns out to be missing. Not at start: a broker starts while
/// its store is away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingBucket {
    location: StoreLocation,
    options: StoreOptions,
}

impl MissingBucket {
    /// The bucket of `location`, reached as `options` say.
    #[must_use]
    pub fn new(location: StoreLocation, options: StoreOptions) -> Self {
        Self { location, options }
    }

    /// Creates it; fine if it is there.
    ///
    /// # Errors
    /// `Store` with the class of what the store answered, or `Timeout`.
    pub async fn create(&self) -> Result<(), TierError> {
        let creating = preflight::create_bucket_if_missing(&self.location, &self.options);
        let limit = self.options.request_timeout;
        match tokio::time::timeout(limit, creating).await {
            Ok(created) => created,
            Err(_) => Err(preflight::too_late(&self.location, limit)),
        }
    }
}
