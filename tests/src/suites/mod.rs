//! The named suites, in the order in which they run: cheap ones first.

mod cargo_test;
mod clients;
mod kafka_tools;
mod lint;
mod server;
mod tidy;
mod unit;

use crate::suite::Suite;

/// Every suite.
pub(crate) const SUITES: &[Suite] = &[
    tidy::SUITE,
    lint::SUITE,
    unit::SUITE,
    clients::SUITE,
    kafka_tools::SUITE,
];
