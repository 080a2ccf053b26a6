//! The named suites, in the order in which they run: cheap ones first.

mod cargo_test;
mod lint;
mod tidy;
mod unit;

use crate::suite::Suite;

/// Every suite.
pub(crate) const SUITES: &[Suite] = &[tidy::SUITE, lint::SUITE, unit::SUITE];
