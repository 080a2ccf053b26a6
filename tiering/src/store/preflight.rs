//! Asks a bucket, before it is needed, whether it can do what we need. The only module that uses aws-sdk-s3.
//!
//! Each step is tried for real under the prefix: see the bucket, write, read, conditional write, list, delete. The
//! first that fails ends the list, with a sentence for the person who has to fix it.

use std::fmt;
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{Builder, RequestChecksumCalculation, ResponseChecksumValidation};
use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use super::classify::class_of_text;
use super::credentials::load_config;
use super::open::resolve_region;
use super::{ChecksumMode, StoreLocation, StoreOptions};
use crate::error::{StoreFault, StoreFaultClass, TierError};

/// One thing that was tried.
#[derive(Debug, Clone)]
pub struct PreflightStep {
    /// What was tried, for people.
    pub name: &'static str,
    /// What went wrong, if something did.
    pub error: Option<TierError>,
}

/// What a store can do.
#[derive(Debug, Clone, Default)]
pub struct PreflightReport {
    /// In the order in which they were tried; the last one may have failed.
    pub steps: Vec<PreflightStep>,
}

impl PreflightReport {
    /// True if everything worked.
    pub fn is_good(&self) -> bool {
        self.steps.iter().all(|step| step.error.is_none())
    }

    /// The failure that ended the list.
    pub fn error(&self) -> Option<&TierError> {
        self.steps.iter().find_map(|step| step.error.as_ref())
    }
}

impl fmt::Display for PreflightReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            match &step.error {
                None => writeln!(f, "ok      {}", step.name)?,
                Some(error) => writeln!(f, "failed  {}: {}", step.name, error.explain())?,
            }
        }
        Ok(())
    }
}

/// Tries a bucket. Directories and memory have nothing to ask.
pub async fn preflight(location: &StoreLocation, options: &StoreOptions) -> PreflightReport {
    let mut report = PreflightReport::default();
    let StoreLocation::S3 { bucket, .. } = location else {
        return report;
    };
    let client = client(location, options).await;
    let key = probe_key(location);

    let step = client.head_bucket().bucket(bucket).send().await;
    if !note(
        &mut report,
        "the bucket exists and may be seen",
        "head_bucket",
        bucket,
        step,
    ) {
        return report;
    }
    let step = client
        .put_object()
        .bucket(bucket)
        .key(&key)
        .body(probe_body())
        .send()
        .await;
    if !note(&mut report, "objects may be written", "put", &key, step) {
        return report;
    }
    let step = client.get_object().bucket(bucket).key(&key).send().await;
    if !note(&mut report, "objects may be read", "get", &key, step) {
        return report;
    }
    let refused = conditional_write(&client, bucket, &key).await;
    let conditional = refused.is_ok();
    report.steps.push(PreflightStep {
        name: "conditional writes are honoured",
        error: refused.err(),
    });
    if !conditional {
        return report;
    }
    let step = client
        .list_objects_v2()
        .bucket(bucket)
        .prefix(&key)
        .max_keys(1)
        .send()
        .await;
    if !note(&mut report, "objects may be listed", "list", bucket, step) {
        return report;
    }
    let step = client.delete_object().bucket(bucket).key(&key).send().await;
    note(&mut report, "objects may be deleted", "delete", &key, step);
    report
}

/// Writes an object that exists already on the condition that it does not: the store must refuse.
async fn conditional_write(client: &Client, bucket: &str, key: &str) -> Result<(), TierError> {
    let again = client
        .put_object()
        .bucket(bucket)
        .key(key)
        .if_none_match("*")
        .body(probe_body())
        .send()
        .await;
    match again {
        Err(error) if is_conflict(&error) => Ok(()),
        Err(error) => Err(classify_sdk("conditional put", key, &error)),
        Ok(_) => Err(fault(
            StoreFaultClass::Other,
            "conditional put",
            key,
            "the store ignores If-None-Match",
        )),
    }
}

fn probe_body() -> ByteStream {
    ByteStream::from_static(b"strandline preflight")
}

/// Creates the bucket of a location unless it exists.
///
/// # Errors
/// `Store` with the class of what the store answered.
pub async fn create_bucket_if_missing(
    location: &StoreLocation,
    options: &StoreOptions,
) -> Result<(), TierError> {
    let StoreLocation::S3 {
        bucket,
        endpoint,
        region,
        ..
    } = location
    else {
        return Ok(());
    };
    let client = client(location, options).await;
    match client.head_bucket().bucket(bucket).send().await {
        Ok(_) => return Ok(()),
        Err(error) => {
            let error = classify_sdk("head_bucket", bucket, &error);
            if error.store_class() != Some(StoreFaultClass::BucketMissing) {
                return Err(error);
            }
        }
    }
    let region = resolve_region(options, region.as_deref()).await;
    let mut create = client.create_bucket().bucket(bucket);
    if endpoint.is_none() && region != "us-east-1" {
        let constraint = BucketLocationConstraint::from(region.as_str());
        create = create.create_bucket_configuration(
            CreateBucketConfiguration::builder()
                .location_constraint(constraint)
                .build(),
        );
    }
    match create.send().await {
        Ok(_) => Ok(()),
        Err(error) if error.code() == Some("BucketAlreadyOwnedByYou") => Ok(()),
        Err(error) => Err(classify_sdk("create_bucket", bucket, &error)),
    }
}

/// The store did not answer `location`'s bucket in time.
pub(super) fn too_late(location: &StoreLocation, limit: Duration) -> TierError {
    let text = format!("no answer within {limit:?}");
    fault(
        StoreFaultClass::Timeout,
        "create the bucket of",
        &location.to_string(),
        &text,
    )
}

async fn client(location: &StoreLocation, options: &StoreOptions) -> Client {
    let (endpoint, region) = match location {
        StoreLocation::S3 {
            endpoint, region, ..
        } => (endpoint.clone(), region.clone()),
        StoreLocation::Directory(_) | StoreLocation::Memory => (None, None),
    };
    let region = resolve_region(options, region.as_deref()).await;
    let shared = load_config(options.profile.as_deref(), Some(&region)).await;
    let mut config = Builder::from(&shared)
        .force_path_style(options.path_style.unwrap_or_else(|| endpoint.is_some()));
    if let Some(endpoint) = endpoint {
        config = config.endpoint_url(endpoint);
    }
    if options.checksum == ChecksumMode::WhenRequired {
        config = config
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
    }
    Client::from_conf(config.build())
}

/// A key of its own under the prefix, so that preflights of two clusters do not meet.
fn probe_key(location: &StoreLocation) -> String {
    let name = format!("preflight-{:016x}", SmallRng::from_os_rng().random::<u64>());
    if location.prefix().is_empty() {
        name
    } else {
        format!("{}/{name}", location.prefix())
    }
}

fn note<T, E, R>(
    report: &mut PreflightReport,
    name: &'static str,
    operation: &'static str,
    key: &str,
    result: Result<T, SdkError<E, R>>,
) -> bool
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: fmt::Debug + StatusCode,
{
    let error = result
        .err()
        .map(|error| classify_sdk(operation, key, &error));
    let good = error.is_none();
    report.steps.push(PreflightStep { name, error });
    good
}

/// The HTTP status of a raw response; `head_bucket` has no body and so no code.
trait StatusCode {
    fn status_code(&self) -> u16;
}

impl StatusCode for aws_sdk_s3::config::http::HttpResponse {
    fn status_code(&self) -> u16 {
        self.status().as_u16()
    }
}

fn is_conflict<E, R: StatusCode>(error: &SdkError<E, R>) -> bool {
    error
        .raw_response()
        .is_some_and(|response| matches!(response.status_code(), 409 | 412))
}

fn classify_sdk<E, R>(operation: &'static str, key: &str, error: &SdkError<E, R>) -> TierError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: fmt::Debug + StatusCode,
{
    let text = format!("{}", DisplayErrorContext(error));
    let status = error.raw_response().map(StatusCode::status_code);
    let class = match (error, status) {
        (SdkError::TimeoutError(_), _) => StoreFaultClass::Timeout,
        (SdkError::DispatchFailure(_), _) if text.contains("credentials") => {
            StoreFaultClass::CredentialsMissing
        }
        (SdkError::DispatchFailure(_), _) => {
            class_of_text(&text).unwrap_or(StoreFaultClass::Unreachable)
        }
        (_, Some(301 | 307)) => StoreFaultClass::WrongRegion,
        (_, Some(404)) => StoreFaultClass::BucketMissing,
        (_, Some(403)) => class_of_text(&text).unwrap_or(StoreFaultClass::AccessDenied),
        (_, Some(401)) => StoreFaultClass::CredentialsWrong,
        (_, Some(400)) => class_of_text(&text).unwrap_or(StoreFaultClass::WrongRegion),
        (_, Some(429 | 503)) => StoreFaultClass::SlowDown,
        (_, Some(status)) if status >= 500 => StoreFaultClass::ServerError,
        _ => class_of_text(&text).unwrap_or(StoreFaultClass::Other),
    };
    fault(class, operation, key, &text)
}

fn fault(class: StoreFaultClass, operation: &'static str, key: &str, text: &str) -> TierError {
    TierError::Store(StoreFault {
        class,
        operation,
        key: key.to_owned(),
        source: std::sync::Arc::new(std::io::Error::other(text.to_owned())),
    })
}
