//! The simulated disk in all its seeds, and the builds that are broken on purpose.

use anyhow::Result;

use crate::suite::Run;
use crate::suites::cargo_test;
use crate::workspace::cargo;

/// Seeds that the issue asks for.
const SEEDS: &str = "20000";

pub(super) fn run(run: &mut Run) -> Result<()> {
    let seeds = cargo()
        .args([
            "test",
            "--profile",
            "ci",
            "-p",
            "strandline-log",
            "--test",
            "crash_seeds",
        ])
        .env("STRANDLINE_SEEDS", SEEDS);
    cargo_test::record(run, seeds.finish()?);
    for package in ["strandline-log", "strandline-metadata"] {
        let before = run.checks();
        let broken = cargo()
            .args([
                "test",
                "--profile",
                "ci",
                "-p",
                package,
                "--features",
                "sabotage",
            ])
            .args(["--", "sabotage"]);
        cargo_test::record(run, broken.finish()?);
        if run.checks() == before {
            run.fail(format_args!("{package}: no broken build was tried"));
        }
    }
    Ok(())
}
