//! The one test command, `tests/run`, and the fixtures behind it.
//!
//! The entry point is [`main`]. It reads which [`suite`]s to run, runs them one after the other,
//! prints minutes beside the budget of `tests/budget.toml`, and ends with `N passed, N failed`.
//!
//! Data flow: a suite gets a [`suite::Run`], asks [`tools`] for foreign programs (installed into a
//! cache outside the tree at the versions of `tests/clients/versions.toml`), starts the built
//! broker through [`broker`], drives it with [`clients`], and records one check per thing shown.
//! Suites start the broker's binary and never link it.
//!
//! | module | what |
//! |---|---|
//! | `runner` | command line, order, budget, `tests/results.jsonl` |
//! | `suites` | one file per named suite |
//! | `tidy` | rules about the tree itself |
//! | [`broker`], [`minio`], [`apache_kafka`] | processes under test and beside it |
//! | [`tools`] | downloads, retried, pinned, cached |
//! | [`clients`] | the client programs of `tests/clients` behind one interface |

pub mod apache_kafka;
pub mod batch;
pub mod broker;
pub mod clients;
pub mod command;
pub mod http;
pub mod minio;
mod parallel;
pub mod process;
mod results;
mod runner;
pub mod suite;
mod suites;
mod tidy;
pub mod tools;
pub mod wire;
pub mod workspace;

pub use runner::main;
