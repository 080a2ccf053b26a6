//! The simulated disk in all its seeds, and the builds that are broken on purpose.

use anyhow::Result;

use crate::suite::Run;
use crate::suites::cargo_test;
use crate::workspace::cargo;

/// Seeds that the issue asks for.
const SEEDS: &str = "20000";

pub(super) fn run(run: &mut Run) -> Result<()> {
    for package in ["strandline-log", "strandline-metadata"] {
        let test = cargo()
            .args([
                "test",
                "--profile",
                "ci",
                "-p",
                package,
                "--features",
                "sabotage",
            ])
            .env("STRANDLINE_SIMULATION_SEEDS", SEEDS)
            .env("STRANDLINE_TEST_SEED", run.seed().to_string());
        cargo_test::record(run, test.finish()?);
    }
    Ok(())
}
