//! Opens the store that a [`StoreLocation`] names.

use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, Checksum, S3ConditionalPut};
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::prefix::PrefixStore;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, RetryConfig};
use strandline_protocol::clock::Clock;

use super::StoreLocation;
use super::credentials::{ChainCredentials, load_config};
use crate::error::TierError;

/// When the client adds checksums that the protocol does not demand. S3-compatible stores often do not know them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChecksumMode {
    /// Only where the request needs one. Every object is read back and checked by our own checksums anyway.
    #[default]
    WhenRequired,
    /// SHA-256 with every upload, checked by the store.
    WhenSupported,
}

/// How a store is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreOptions {
    /// Create a directory that does not exist. Buckets: see [`MissingBucket`](super::MissingBucket).
    pub create_missing: bool,
    /// Profile in the AWS configuration files; `None` for the default chain.
    pub profile: Option<String>,
    /// Checksums of uploads.
    pub checksum: ChecksumMode,
    /// Bucket in the path rather than the host name; `None` decides by whether an endpoint is given.
    pub path_style: Option<bool>,
    /// Time to establish a connection.
    pub connect_timeout: Duration,
    /// Time for one request including its body.
    pub request_timeout: Duration,
    /// Retries of one request inside the client.
    pub retry_max: usize,
    /// Time after which one request is not retried again.
    pub retry_timeout: Duration,
    /// First pause between retries; it grows to ten times as much.
    pub retry_pause: Duration,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            create_missing: false,
            profile: None,
            checksum: ChecksumMode::WhenRequired,
            path_style: None,
            connect_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(30),
            retry_max: 3,
            retry_timeout: Duration::from_secs(20),
            retry_pause: Duration::from_millis(200),
        }
    }
}

/// Opens a store. For S3 nothing is requested yet: a broker must start while its object store is away.
///
/// # Errors
/// `Invalid` for options the client refuses, and when a directory cannot be used or created.
pub async fn open_store(
    location: &StoreLocation,
    options: &StoreOptions,
    clock: Arc<dyn Clock>,
) -> Result<Arc<dyn ObjectStore>, TierError> {
    match location {
        StoreLocation::Memory => Ok(Arc::new(InMemory::new())),
        StoreLocation::Directory(path) => open_directory(path.clone(), options).await,
        StoreLocation::S3 { .. } => open_s3(location, options, clock).await,
    }
}

async fn open_directory(
    path: std::path::PathBuf,
    options: &StoreOptions,
) -> Result<Arc<dyn ObjectStore>, TierError> {
    let create = options.create_missing;
    let shown = path.display().to_string();
    let opened = tokio::task::spawn_blocking(move || {
        if create {
            std::fs::create_dir_all(&path)?;
        }
        if !std::fs::metadata(&path)?.is_dir() {
            return Err(std::io::Error::other("it is not a directory"));
        }
        let store = LocalFileSystem::new_with_prefix(&path).map_err(std::io::Error::other)?;
        Ok(store.with_fsync(true).with_automatic_cleanup(true))
    })
    .await
    .map_err(|_| TierError::Closed)?;
    opened
        .map(|store| Arc::new(store) as Arc<dyn ObjectStore>)
        .map_err(|error| {
            TierError::Invalid(format!(
                "the tier directory `{shown}` cannot be used: {error}"
            ))
        })
}

async fn open_s3(
    location: &StoreLocation,
    options: &StoreOptions,
    clock: Arc<dyn Clock>,
) -> Result<Arc<dyn ObjectStore>, TierError> {
    let StoreLocation::S3 {
        bucket,
        prefix,
        endpoint,
        region,
    } = location
    else {
        return Err(TierError::Invalid(format!("`{location}` is not a bucket")));
    };
    let region = resolve_region(options, region.as_deref()).await;
    let credentials = ChainCredentials::new(options.profile.clone(), Some(region.clone()), clock);
    let encrypted = endpoint
        .as_deref()
        .is_none_or(|endpoint| endpoint.starts_with("https://"));
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_region(region)
        .with_credentials(Arc::new(credentials))
        .with_conditional_put(S3ConditionalPut::ETagMatch)
        .with_virtual_hosted_style_request(
            !options.path_style.unwrap_or_else(|| endpoint.is_some()),
        )
        .with_client_options(client_options(options, !encrypted))
        .with_retry(retry_config(options))
        // The signature hashes the payload a second time. TLS protects the bytes on their way, a loopback has none
        // to protect, and every object is read back before it counts.
        .with_unsigned_payload(encrypted || endpoint.as_deref().is_some_and(is_loopback));
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint).with_allow_http(!encrypted);
    }
    if options.checksum == ChecksumMode::WhenSupported {
        builder = builder.with_checksum_algorithm(Checksum::SHA256);
    }
    let store = builder
        .build()
        .map_err(|error| TierError::Invalid(format!("`{location}` cannot be used: {error}")))?;
    Ok(if prefix.is_empty() {
        Arc::new(store)
    } else {
        Arc::new(PrefixStore::new(store, prefix.as_str()))
    })
}

/// The region of the location, else of the AWS configuration, else the one every S3 compatible store accepts.
pub(crate) async fn resolve_region(options: &StoreOptions, region: Option<&str>) -> String {
    if let Some(region) = region {
        return region.to_owned();
    }
    let config = load_config(options.profile.as_deref(), None).await;
    config.region().map_or_else(
        || "us-east-1".to_owned(),
        |region| region.as_ref().to_owned(),
    )
}

fn client_options(options: &StoreOptions, allow_http: bool) -> ClientOptions {
    ClientOptions::new()
        .with_allow_http(allow_http)
        .with_connect_timeout(options.connect_timeout)
        .with_timeout(options.request_timeout)
        .with_pool_idle_timeout(Duration::from_secs(20))
        .with_pool_max_idle_per_host(16)
}

fn retry_config(options: &StoreOptions) -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            init_backoff: options.retry_pause,
            max_backoff: options.retry_pause * 10,
            base: 2.0,
        },
        max_retries: options.retry_max,
        retry_timeout: options.retry_timeout,
    }
}

/// True for an endpoint on this machine.
fn is_loopback(endpoint: &str) -> bool {
    let host = endpoint
        .split("://")
        .nth(1)
        .unwrap_or("")
        .split('/')
        .next()
        .unwrap_or("");
    host.starts_with("127.") || host.starts_with("localhost") || host.starts_with("[::1]")
}
