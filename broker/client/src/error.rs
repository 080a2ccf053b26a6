//! What can go wrong between a client and a broker.

use std::io;

use strandline_protocol::codec::CodecError;
use thiserror::Error;

/// Failure of a request.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ClientError {
    /// No broker of the list could be reached.
    #[error("cannot connect to {address}")]
    Connect {
        /// Address that was tried last.
        address: String,
        /// Why it failed.
        source: io::Error,
    },
    /// The connection ended with requests in flight.
    #[error("the broker closed the connection")]
    Closed,
    /// No answer in time.
    #[error("no answer to {api} within {seconds} s")]
    Timeout {
        /// API that was called.
        api: &'static str,
        /// The limit.
        seconds: u64,
    },
    /// Bytes that are not what the API answers.
    #[error("malformed answer")]
    Malformed(#[from] CodecError),
    /// The broker and this client share no version of an API.
    #[error("the broker does not serve {0} in a version of ours")]
    UnsupportedApi(&'static str),
    /// An error code in the answer.
    #[error("{what}: {name} ({code})")]
    Kafka {
        /// What was asked for.
        what: String,
        /// Kafka's error code.
        code: i16,
        /// Kafka's name of it.
        name: &'static str,
    },
    /// The records at an offset are damaged, and no intact copy is known.
    #[error("{topic}-{partition} is damaged at offset {offset}")]
    Damaged {
        /// Topic of the partition.
        topic: String,
        /// The partition.
        partition: i32,
        /// Offset that was asked for.
        offset: i64,
    },
    /// The broker answered without what was asked for.
    #[error("{0} is missing in the answer")]
    Missing(String),
    /// The list of brokers is not HOST:PORT[,HOST:PORT]...
    #[error("`{0}` is not HOST:PORT")]
    InvalidAddress(String),
}
