//! `tests/results.jsonl`: one line per suite of `tests/run full`, so that a run can be resumed and
//! what was shown can be looked up.

use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::workspace;

/// What one suite gave.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) passed: u64,
    pub(crate) failures: Vec<String>,
    pub(crate) elapsed: Duration,
}

/// One line of the file.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    suite: String,
    result: String,
    commit: String,
    dirty: bool,
    seed: u64,
    passed: u64,
    failed: u64,
    minutes: f64,
    unix_seconds: u64,
}

fn path() -> PathBuf {
    workspace::root().join("tests/results.jsonl")
}

/// Whether `suite` passed in full at `commit`, its tree clean.
pub(crate) fn passed_before(commit: &str, suite: &str) -> Result<bool> {
    let text = match std::fs::read_to_string(path()) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error).context("failed to read `tests/results.jsonl`"),
    };
    let mut found = false;
    for line in text.lines() {
        let line: Line = serde_json::from_str(line).context("in `tests/results.jsonl`")?;
        if line.commit == commit && line.suite == suite && !line.dirty {
            found = line.result == "passed";
        }
    }
    Ok(found)
}

/// Appends the outcome of a suite.
pub(crate) fn append(
    commit: &str,
    dirty: bool,
    seed: u64,
    suite: &str,
    outcome: &Outcome,
) -> Result<()> {
    let failed = outcome.failures.len() as u64;
    let minutes = (outcome.elapsed.as_secs_f64() / 6.0).round() / 10.0;
    let line = Line {
        suite: suite.to_owned(),
        result: if failed == 0 { "passed" } else { "failed" }.to_owned(),
        commit: commit.to_owned(),
        dirty,
        seed,
        passed: outcome.passed,
        failed,
        minutes,
        unix_seconds: unix_seconds()?,
    };
    let mut text = serde_json::to_string(&line)?;
    text.push('\n');
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(path())?;
    file.write_all(text.as_bytes())
        .context("failed to append to `tests/results.jsonl`")
}

#[expect(
    clippy::disallowed_methods,
    reason = "the date of a report; nothing depends on it"
)]
fn unix_seconds() -> Result<u64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())
}
