//! The command line of `tests/run`: which suites, in which order, with what result.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use clap::Parser;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use crate::results::{self, Outcome};
use crate::suite::{Amount, Run, Suite, say};
use crate::suites::{SUITES, is_against_kafka};
use crate::workspace;

/// Runs the tests of Strandline: everything, or the suites named.
#[derive(Debug, Parser)]
#[command(name = "tests/run")]
struct Options {
    /// Suites to run; `full` runs every line the issues ask to be shown. None: what CI runs.
    suites: Vec<String>,
    /// Lists the suites and ends.
    #[arg(long)]
    list: bool,
    /// Seed of everything random; printed, and new in each run unless given.
    #[arg(long)]
    seed: Option<u64>,
    /// With `full`: also runs suites that passed at this commit already.
    #[arg(long)]
    again: bool,
}

/// The runner's whole program.
#[must_use]
pub fn main() -> ExitCode {
    let options = Options::parse();
    if options.list {
        for suite in SUITES {
            let mark = if suite.in_ci { "ci  " } else { "full" };
            say(format_args!("{:<14}{mark}  {}", suite.name, suite.about));
        }
        return ExitCode::SUCCESS;
    }
    let outcome = run(&options);
    workspace::remove_broker_copy();
    match outcome {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            say(format_args!("tests/run: {error:#}\n0 passed, 1 failed"));
            ExitCode::FAILURE
        }
    }
}

/// Runs the chosen suites and returns the number of failed checks.
fn run(options: &Options) -> Result<u64> {
    let (suites, amount) = chosen(&options.suites)?;
    let budget = read_budget()?;
    let seed = options
        .seed
        .unwrap_or_else(|| SmallRng::from_os_rng().random());
    let (commit, dirty) = workspace::commit()?;
    let state = if dirty { " with changes" } else { "" };
    say(format_args!("commit {commit}{state}, seed {seed}"));
    // What Apache Kafka passes says nothing of the broker.
    let recorded = amount == Amount::Full && !is_against_kafka();
    let (mut passed, mut failed, mut table) = (0, 0, Vec::new());
    for suite in suites {
        let resumable = recorded && !dirty && !options.again;
        if resumable && results::passed_before(&commit, suite.name)? {
            say(format_args!(
                "{}: passed at this commit already",
                suite.name
            ));
            continue;
        }
        let outcome = run_suite(suite, amount, seed)?;
        if recorded {
            results::append(&commit, dirty, seed, suite.name, &outcome)?;
        }
        passed += outcome.passed;
        failed += outcome.failures.len() as u64;
        table.push((suite.name, outcome));
    }
    print_table(&table, &budget, amount);
    say(format_args!("{passed} passed, {failed} failed"));
    Ok(failed)
}

/// The suites the command line names.
fn chosen(names: &[String]) -> Result<(Vec<&'static Suite>, Amount)> {
    if names.is_empty() {
        return Ok((
            SUITES.iter().filter(|suite| suite.in_ci).collect(),
            Amount::Ci,
        ));
    }
    let full = names.iter().any(|name| name == "full");
    let amount = if full { Amount::Full } else { Amount::Ci };
    let named: Vec<&String> = names.iter().filter(|name| *name != "full").collect();
    if named.is_empty() {
        return Ok((SUITES.iter().collect(), amount));
    }
    let find = |name: &&String| {
        let known = || {
            SUITES
                .iter()
                .map(|suite| suite.name)
                .collect::<Vec<_>>()
                .join(", ")
        };
        let found = SUITES.iter().find(|suite| suite.name == name.as_str());
        found.ok_or_else(|| anyhow!("no suite `{name}`; there are {}, and full", known()))
    };
    Ok((named.iter().map(find).collect::<Result<_>>()?, amount))
}

fn run_suite(suite: &'static Suite, amount: Amount, seed: u64) -> Result<Outcome> {
    say(format_args!("== {}: {}", suite.name, suite.about));
    let mut run = Run::new(suite.name, amount, seed)?;
    let caught = std::panic::catch_unwind(AssertUnwindSafe(|| (suite.run)(&mut run)));
    match caught {
        Ok(Ok(())) if run.passed() == 0 && run.failures().is_empty() => {
            run.fail("the suite checked nothing");
        }
        Ok(Ok(())) => {}
        Ok(Err(error)) => run.fail(format!("{error:#}")),
        Err(_) => run.fail("the suite panicked"),
    }
    let elapsed = run.elapsed();
    let (passed, failures) = run.finish();
    let minutes = elapsed.as_secs_f64() / 60.0;
    say(format_args!(
        "-- {}: {passed} passed, {} failed, {minutes:.1} min",
        suite.name,
        failures.len()
    ));
    Ok(Outcome {
        passed,
        failures,
        elapsed,
    })
}

/// Minutes per suite from `tests/budget.toml`; every CI suite has one and the sum is below 30.
fn read_budget() -> Result<BTreeMap<String, f64>> {
    let path = workspace::root().join("tests/budget.toml");
    let text = std::fs::read_to_string(&path).context("failed to read `tests/budget.toml`")?;
    let budget: BTreeMap<String, f64> = toml::from_str(&text).context("in `tests/budget.toml`")?;
    for suite in SUITES.iter().filter(|suite| suite.in_ci) {
        if !budget.contains_key(suite.name) {
            bail!(
                "`tests/budget.toml` gives no minutes for suite `{}`",
                suite.name
            );
        }
    }
    let sum: f64 = budget.values().sum();
    if sum >= 30.0 {
        bail!("`tests/budget.toml` gives {sum:.1} minutes in sum; 30 is the limit");
    }
    Ok(budget)
}

fn print_table(table: &[(&str, Outcome)], budget: &BTreeMap<String, f64>, amount: Amount) {
    say("\nsuite          passed  failed  minutes  budget");
    let mut total = Duration::ZERO;
    for (name, outcome) in table {
        let minutes = outcome.elapsed.as_secs_f64() / 60.0;
        let allowed = budget.get(*name).filter(|_| amount == Amount::Ci);
        let shown = allowed.map_or_else(|| "-".to_owned(), |minutes| format!("{minutes:.1}"));
        let over = allowed.is_some_and(|allowed| minutes > *allowed);
        let mark = if over { "  over budget" } else { "" };
        let (passed, failed) = (outcome.passed, outcome.failures.len());
        say(format_args!(
            "{name:<14}{passed:>7}{failed:>8}{minutes:>9.1}{shown:>8}{mark}"
        ));
        total += outcome.elapsed;
    }
    say(format_args!(
        "{:<29}{:>9.1}",
        "sum",
        total.as_secs_f64() / 60.0
    ));
    for (name, outcome) in table {
        for failure in &outcome.failures {
            say(format_args!(
                "FAILED {name}: {}",
                failure.lines().next().unwrap_or_default()
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budget_covers_every_suite_of_ci_and_stays_below_thirty_minutes() {
        read_budget().unwrap();
    }

    #[test]
    fn chosen_with_an_unknown_name_lists_the_known_ones() {
        let error = chosen(&["nosuch".to_owned()]).unwrap_err().to_string();
        assert!(error.contains("tidy"), "{error}");
    }

    #[test]
    fn chosen_full_with_a_name_runs_that_suite_in_full() {
        let (suites, amount) = chosen(&["full".to_owned(), "tidy".to_owned()]).unwrap();
        assert_eq!((suites.len(), amount), (1, Amount::Full));
    }
}
