//! `fuzz`: the six fuzz targets, ten minutes each. Needs the nightly compiler and cargo-fuzz, so it
//! runs in `full` only.

use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::command::Cmd;
use crate::suite::{Run, Suite};
use crate::workspace;

pub(crate) const SUITE: Suite = Suite {
    name: "fuzz",
    about: "frame, response, record batch, codecs, footer and manifest, journal recovery",
    in_ci: false,
    run,
};

/// Targets that the issue asks for.
const TARGETS: usize = 6;

fn run(run: &mut Run) -> Result<()> {
    let seconds = run.amount(20, 600);
    let listed = cargo_fuzz()
        .arg("list")
        .output()
        .context("cargo-fuzz and nightly are needed")?;
    let targets: Vec<&str> = listed
        .lines()
        .map(str::trim)
        .filter(|t| !t.is_empty())
        .collect();
    ensure!(
        targets.len() >= TARGETS,
        "{} fuzz targets, {TARGETS} wanted",
        targets.len()
    );
    for target in targets {
        let seed = u32::try_from(run.seed() & 0x7fff_ffff)?.max(1);
        let outcome = cargo_fuzz()
            .args(["run", target, "--"])
            .args([
                format!("-max_total_time={seconds}"),
                format!("-seed={seed}"),
            ])
            .args(["-rss_limit_mb=1024", "-timeout=10"])
            .timeout(Duration::from_secs(seconds + 1_800))
            .output();
        run.check(target, outcome.map(drop));
    }
    Ok(())
}

fn cargo_fuzz() -> Cmd {
    // The runner itself was started by the pinned compiler, whose choice would win otherwise.
    Cmd::new("rustup")
        .args(["run", "nightly", "cargo", "fuzz"])
        .dir(workspace::root())
}
