//! The named suites, in the order in which they run: cheap ones first.

mod bench;
mod cargo_test;
mod clients;
mod crash;
mod faults;
mod fixtures;
mod fuzz;
mod hostile;
mod kafka_tools;
mod lint;
mod minio;
mod minio_tier;
mod oracle;
mod quickstart;
mod server;
mod tidy;
mod unit;

pub(crate) use self::server::is_against_kafka;
use crate::suite::Suite;

/// Every suite.
pub(crate) const SUITES: &[Suite] = &[
    tidy::SUITE,
    lint::SUITE,
    unit::SUITE,
    oracle::SUITE,
    kafka_tools::SUITE,
    clients::SUITE,
    faults::SUITE,
    fixtures::SUITE,
    minio::SUITE,
    crash::SUITE,
    hostile::SUITE,
    quickstart::SUITE,
    fuzz::SUITE,
    bench::SUITE,
];
