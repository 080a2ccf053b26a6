//! The simulated disk in all its seeds, and the builds that are broken on purpose.

use anyhow::Result;

use crate::suite::Run;
use crate::suites::cargo_test;
use crate::workspace::cargo;

/// Seeds that the issue asks for.
const SEEDS: &str = "20000";

/// Packages with builds that are broken on purpose, and how many: of the journal, acknowledging before
/// a direct and before a buffered flush, stale blocks, a rewritten block, a source recycled before
/// its copy, a footer ahead of its file, names that are not durable; of the metadata, a vote that is
/// not durable, and a start without new leader epochs.
const BROKEN: [(&str, u64); 2] = [("strandline-log", 7), ("strandline-metadata", 2)];

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
    for (package, builds) in BROKEN {
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
        let tried = run.checks() - before;
        if tried < builds {
            run.fail(format_args!(
                "{package}: {tried} broken builds were tried, {builds} are known"
            ));
        }
    }
    Ok(())
}
