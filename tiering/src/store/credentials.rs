//! One chain of credentials for both S3 clients: environment, profiles, web identity, container and instance roles.
//!
//! object_store reads only environment variables and instance metadata; people have profiles. So the chain of
//! aws-config is put behind object_store's `CredentialProvider`. What it answers is kept until shortly before it
//! expires, and without an expiry for a minute, so that a corrected `~/.aws/credentials` is found without a restart.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::ProvideCredentials;
use object_store::CredentialProvider;
use object_store::aws::AwsCredential;
use strandline_protocol::clock::Clock;
use tokio::sync::Mutex;

/// How long an answer without an expiry is kept.
const KEEP_STATIC: Duration = Duration::from_secs(60);
/// How long before its expiry a temporary answer is asked for again.
const REFRESH_BEFORE: Duration = Duration::from_secs(300);

/// Loads the shared AWS configuration: region and credentials chain.
pub(crate) async fn load_config(profile: Option<&str>, region: Option<&str>) -> SdkConfig {
    let mut loader = aws_config::defaults(BehaviorVersion::latest());
    if let Some(profile) = profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = region {
        loader = loader.region(Region::new(region.to_owned()));
    }
    loader.load().await
}

/// The credentials chain of aws-config for object_store.
pub(crate) struct ChainCredentials {
    profile: Option<String>,
    region: Option<String>,
    clock: Arc<dyn Clock>,
    kept: Mutex<Option<Kept>>,
}

struct Kept {
    credential: Arc<AwsCredential>,
    until: Duration,
}

impl std::fmt::Debug for ChainCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChainCredentials")
            .field("profile", &self.profile)
            .finish_non_exhaustive()
    }
}

impl ChainCredentials {
    pub(crate) fn new(
        profile: Option<String>,
        region: Option<String>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            profile,
            region,
            clock,
            kept: Mutex::new(None),
        }
    }

    async fn resolve(&self) -> object_store::Result<Kept> {
        let config = load_config(self.profile.as_deref(), self.region.as_deref()).await;
        let missing = |source: Box<dyn std::error::Error + Send + Sync>| {
            object_store::Error::Unauthenticated {
                path: "credentials".to_owned(),
                source,
            }
        };
        let provider = config
            .credentials_provider()
            .ok_or_else(|| missing("no credentials were found".into()))?;
        let found = provider.provide_credentials().await.map_err(|error| {
            missing(
                format!(
                    "no credentials were found: {}",
                    super::classify::chain_text(&error)
                )
                .into(),
            )
        })?;
        let keep = match found.expiry() {
            Some(expiry) => {
                time_left(expiry, self.clock.unix_millis()).saturating_sub(REFRESH_BEFORE)
            }
            None => KEEP_STATIC,
        };
        Ok(Kept {
            credential: Arc::new(AwsCredential {
                key_id: found.access_key_id().to_owned(),
                secret_key: found.secret_access_key().to_owned(),
                token: found.session_token().map(str::to_owned),
            }),
            until: self.clock.monotonic() + keep,
        })
    }
}

fn time_left(expiry: SystemTime, now_millis: i64) -> Duration {
    let now = Duration::from_millis(u64::try_from(now_millis).unwrap_or(0));
    expiry
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .saturating_sub(now)
}

#[async_trait]
impl CredentialProvider for ChainCredentials {
    type Credential = AwsCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<AwsCredential>> {
        let mut kept = self.kept.lock().await;
        if let Some(kept) = kept
            .as_ref()
            .filter(|kept| self.clock.monotonic() < kept.until)
        {
            return Ok(Arc::clone(&kept.credential));
        }
        let fresh = self.resolve().await?;
        let credential = Arc::clone(&fresh.credential);
        *kept = Some(fresh);
        Ok(credential)
    }
}
