//! `bench`: the figures of the issue beside Apache Kafka's in the same run; one check per target.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::suite::{Run, Suite};
use crate::workspace::cargo;

pub(crate) const SUITE: Suite = Suite {
    name: "bench",
    about: "produce, consume, start, idle, recovery and 10,000 partitions beside Apache Kafka",
    in_ci: false,
    run,
};

fn run(run: &mut Run) -> Result<()> {
    let json = run.dir().join("bench.json");
    let mut compare = cargo()
        .args([
            "run",
            "--quiet",
            "--profile",
            "dist",
            "-p",
            "strandline-bench",
            "--",
            "compare",
        ])
        .arg("--json")
        .arg(&json)
        .timeout(Duration::from_secs(3 * 60 * 60));
    if !run.is_full() {
        compare = compare.arg("--quick");
    }
    let table = compare.output()?;
    for line in table.lines() {
        run.note(line);
    }
    let rows: Vec<Value> = rows(&std::fs::read_to_string(&json)?)?;
    ensure!(!rows.is_empty(), "no row in the JSON file");
    for row in rows {
        let metric = row["metric"]
            .as_str()
            .context("a row without a metric")?
            .to_owned();
        let met = row["met"].as_bool().unwrap_or(true);
        run.check(
            metric,
            if met {
                Ok(())
            } else {
                Err(anyhow::anyhow!("{row}"))
            },
        );
    }
    Ok(())
}

/// The rows of the file, one per line or in one array.
fn rows(text: &str) -> Result<Vec<Value>> {
    if text.trim_start().starts_with('[') {
        return Ok(serde_json::from_str(text)?);
    }
    text.lines()
        .map(|line| Ok(serde_json::from_str(line)?))
        .collect()
}
