//! The one small Kafka client that the command line, the benchmark, the tests and import share.
//!
//! The entry point is [`Client`]: it finds brokers, negotiates versions and sends any request of
//! `strandline-protocol` to the broker that must have it. [`GroupConsumer`] adds the classic group
//! protocol. Every wait has a deadline, every retry a limit.

mod client;
mod connection;
mod error;
mod group_consumer;
mod subscription;
mod versions;

pub use client::{Client, ClientOptions, EARLIEST, Fetched, LATEST};
pub use connection::Connection;
pub use error::ClientError;
pub use group_consumer::{GroupConsumer, Polled};
