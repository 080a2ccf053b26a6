//! `unit`: every test of every package in the workspace, documentation tests included.

use anyhow::Result;

use super::cargo_test;
use crate::suite::{Run, Suite};
use crate::workspace::cargo;

pub(crate) const SUITE: Suite = Suite {
    name: "unit",
    about: "cargo test for every package of the workspace",
    in_ci: true,
    run,
};

fn run(run: &mut Run) -> Result<()> {
    let test = cargo().args(["test", "--profile", "ci", "--workspace", "--no-fail-fast"]);
    cargo_test::record(
        run,
        test.env("STRANDLINE_TEST_SEED", run.seed().to_string())
            .finish()?,
    );
    Ok(())
}
