//! The admin port: health, readiness and Prometheus metrics over HTTP.
//!
//! The entry points are [`Metrics`], which every part of the broker counts into, and
//! [`AdminServer`], which serves them.

mod declared;
mod http;
mod metrics;
mod samples;
mod status;

pub use declared::{DECLARED, Declared, Kind, markdown};
pub use http::{AdminServer, Readiness, Shown};
pub use metrics::{ApiMetrics, Metrics, TopicMetrics};
pub use samples::{Sample, Source};
