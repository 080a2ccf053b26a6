//! Goal: whatever is acknowledged survives a crash at any step, and nothing else appears
//! (I2, I3, I4, I17, I18, I21, I23, I24). Method: random operations over the simulated disk
//! against a model; the power goes at a random operation of the disk, also during recovery;
//! what the next start finds is compared with the model.
//!
//! `STRANDLINE_SEEDS` is the number of seeds, `STRANDLINE_SEED` replays one.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

#[path = "../journal/support.rs"]
#[allow(dead_code)]
mod support;

mod coverage;
mod model;
mod operation;
#[cfg(feature = "sabotage")]
mod sabotage;
mod world;

use std::sync::atomic::{AtomicU64, Ordering};

use crate::coverage::Coverage;

/// Seeds unless told otherwise; so many reach everything.
const SEEDS: u64 = 500;

/// Runs seeds on all cores; the first failure, if any.
fn run_seeds(count: u64, run: impl Fn(u64) -> Result<(), String> + Sync) -> Option<(u64, String)> {
    let next = AtomicU64::new(0);
    let failure = std::sync::Mutex::new(None::<(u64, String)>);
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let _ = scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= count || failure.lock().unwrap().is_some() {
                        return;
                    }
                    let result =
                        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(seed)));
                    let error = match result {
                        Ok(Ok(())) => continue,
                        Ok(Err(error)) => error,
                        Err(panic) => panic
                            .downcast_ref::<String>()
                            .cloned()
                            .or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
                            .unwrap_or_else(|| "panic".to_owned()),
                    };
                    *failure.lock().unwrap() = Some((seed, error));
                    return;
                }
            });
        }
    });
    failure.into_inner().unwrap()
}

fn seeds() -> u64 {
    std::env::var("STRANDLINE_SEEDS")
        .ok()
        .and_then(|s| s.parse().ok())
        .unwrap_or(SEEDS)
}

#[test]
fn every_crash_keeps_what_was_acknowledged() {
    if let Some(seed) = std::env::var("STRANDLINE_SEED")
        .ok()
        .and_then(|s| s.parse().ok())
    {
        world::run(seed, world::Plan::default(), &Coverage::default()).unwrap();
        return;
    }
    let coverage = Coverage::default();
    let failure = run_seeds(seeds(), |seed| {
        world::run(seed, world::Plan::default(), &coverage)
    });
    if let Some((seed, error)) = failure {
        panic!("STRANDLINE_SEED={seed} (of {}): {error}", seeds());
    }
    println!("{} seeds: {coverage}", seeds());
    let missing = coverage.missing();
    assert!(
        seeds() < SEEDS || missing.is_empty(),
        "not reached, or not cut: {missing:?}"
    );
}
