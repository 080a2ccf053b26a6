//! The tests of `tiering/` that need a real object store, run against the MinIO of suite `minio`.

use anyhow::{Result, ensure};

use crate::minio::Minio;
use crate::workspace::cargo;

/// Runs the tests that are ignored elsewhere; a run of none is an error.
pub(super) fn tier_tests(minio: &Minio) -> Result<()> {
    // The whole workspace, so that the features, and what is compiled, are those of suite `unit`.
    // Quiet, so that an error shows what failed and not what was compiled.
    let mut test = cargo()
        .args(["test", "--quiet", "--profile", "ci", "--workspace"])
        .args(["--test", "tier", "--", "--ignored", "minio::"])
        .env("STRANDLINE_MINIO", minio.endpoint());
    for (name, value) in Minio::credentials() {
        test = test.env(name, value);
    }
    ensure!(passed(&test.output()?) > 0, "no test of the tier ran");
    Ok(())
}

/// Tests that passed, by the summaries of `cargo test`.
fn passed(stdout: &str) -> u64 {
    let summaries = stdout
        .lines()
        .filter_map(|line| line.strip_prefix("test result: ok. "));
    summaries
        .filter_map(|summary| summary.split_once(" passed")?.0.parse::<u64>().ok())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passed_counts_what_ran() {
        let stdout = "\nrunning 2 tests\n..\ntest result: ok. 2 passed; 0 failed; 0 ignored\n";
        assert_eq!(passed(stdout), 2);
        assert_eq!(passed("test result: ok. 0 passed; 0 failed; 60 ignored"), 0);
    }
}
