//! `lint`: formatting, clippy without a warning, and generated code equal to what its schemas give.

use anyhow::Result;

use crate::suite::{Run, Suite};
use crate::workspace::cargo;

pub(crate) const SUITE: Suite = Suite {
    name: "lint",
    about: "cargo fmt --check, clippy -D warnings, codegen --check",
    in_ci: true,
    run,
};

fn run(run: &mut Run) -> Result<()> {
    run.check(
        "cargo fmt",
        cargo().args(["fmt", "--all", "--check"]).output().map(drop),
    );
    let clippy = cargo()
        .args([
            "clippy",
            "--quiet",
            "--profile",
            "ci",
            "--workspace",
            "--all-targets",
        ])
        .args(["--", "-D", "warnings"])
        .output();
    run.check("cargo clippy", clippy.map(drop));
    let codegen = cargo()
        .args([
            "run",
            "--quiet",
            "--profile",
            "ci",
            "-p",
            "strandline-codegen",
        ])
        .args(["--", "generate", "--check"])
        .output();
    run.check("codegen generate --check", codegen.map(drop));
    Ok(())
}
