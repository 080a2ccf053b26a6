//! An error code with its message, as the administrative APIs answer it.

use std::future::Future;
use std::time::Duration;

use strandline_metadata::{ProposeError, Reply};
use strandline_protocol::ErrorCode;
use strandline_protocol::codec::StrBytes;

use crate::server::Broker;

/// Why an entry of a request is not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    /// Kafka's error.
    pub(crate) code: ErrorCode,
    /// What a person reads.
    pub(crate) message: StrBytes,
}

impl Refused {
    /// An error with a message of its own.
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: StrBytes::from(message.into()),
        }
    }

    /// An error with Kafka's usual message.
    pub(crate) fn plain(code: ErrorCode) -> Self {
        Self::new(code, code.message())
    }
}

/// What a proposal came to, as Kafka's error.
pub(crate) fn proposed(outcome: Result<Reply, ProposeError>) -> Result<Reply, Refused> {
    outcome.map_err(|error| Refused::new(error.error_code(), error.to_string()))
}

/// Waits until this broker serves what the metadata said when a proposal was answered.
pub(crate) async fn carried_out(broker: &Broker) {
    broker
        .partitions
        .applied(broker.metadata.topology().index)
        .await;
}

/// The least time that an administrative request is given: clients that send 0 mean "do not wait
/// for other brokers", not "fail".
const TIMEOUT_MIN: Duration = Duration::from_secs(1);

/// The most time that an administrative request is given, whatever it asks for.
const TIMEOUT_MAX: Duration = Duration::from_secs(300);

/// How long a request that asks for `timeout_ms` is given.
pub(crate) fn timeout(timeout_ms: i32) -> Duration {
    let asked = Duration::from_millis(u64::try_from(timeout_ms).unwrap_or(0));
    asked.clamp(TIMEOUT_MIN, TIMEOUT_MAX)
}

/// Runs `work` for at most the request's timeout.
///
/// # Errors
/// What `work` gives, or REQUEST_TIMED_OUT. The work may still come to be after that.
pub(crate) async fn within<T>(
    timeout_ms: i32,
    work: impl Future<Output = Result<T, Refused>>,
) -> Result<T, Refused> {
    match tokio::time::timeout(timeout(timeout_ms), work).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Refused::plain(ErrorCode::RequestTimedOut)),
    }
}
