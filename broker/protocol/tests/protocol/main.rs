//! Tests of the protocol crate as its users see it: one binary.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::too_many_lines,
    reason = "a test panics, prints its seed, and tells one story"
)]

mod hostile;
mod messages;
mod oracle;
mod sources;

use std::env;

/// Seed of everything random here; `STRANDLINE_TEST_SEED` replaces it.
fn seed() -> u64 {
    let given = env::var("STRANDLINE_TEST_SEED").ok();
    let seed = given.and_then(|text| text.parse().ok()).unwrap_or(0x5eed);
    println!("STRANDLINE_TEST_SEED={seed}");
    seed
}
