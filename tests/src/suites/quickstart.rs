//! `quickstart`: what README.md tells a newcomer to do, done in a clone of HEAD.
//!
//! In full, both commands run as they stand, in a target directory of their own. In CI the first
//! one is compiled in profile `ci` instead of `release`, the only profile that CI compiles, and the
//! second one is the run that this suite is a part of.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::command::Cmd;
use crate::process::Process;
use crate::suite::{Run, Suite};
use crate::tidy::fenced_lines;
use crate::workspace;

pub(crate) const SUITE: Suite = Suite {
    name: "quickstart",
    about: "HEAD cloned, the commands of README.md run there",
    in_ci: true,
    run,
};

/// Set in the environment of the `tests/run` that this suite runs.
const INSIDE: &str = "STRANDLINE_TESTS_INSIDE_QUICKSTART";

fn run(run: &mut Run) -> Result<()> {
    let clone = run.dir().join("clone");
    Cmd::new("git")
        .args(["clone", "--quiet"])
        .arg(workspace::root())
        .arg(&clone)
        .output()?;
    let readme = std::fs::read_to_string(clone.join("README.md"))?;
    let commands = fenced_lines(&readme);
    let first = commands
        .iter()
        .find(|line| line.starts_with("cargo run"))
        .context("no command")?;
    let tests = commands.iter().any(|line| line == "tests/run");
    let started = Instant::now();
    let suggestions = run.attempt(format!("`{first}`"), dev(run, &clone, first));
    let minutes = started.elapsed().as_secs_f64() / 60.0;
    run.note(format_args!(
        "`{first}` and its suggestions: {minutes:.1} min"
    ));
    run.check(
        "three suggestions",
        check_suggestions(suggestions.unwrap_or_default()),
    );
    ensure!(tests, "README.md does not name tests/run");
    if run.is_full() && std::env::var_os(INSIDE).is_none() {
        let started = Instant::now();
        let whole = Cmd::new("tests/run")
            .dir(&clone)
            .env(INSIDE, "1")
            .timeout(Duration::from_secs(60 * 60))
            .output();
        let minutes = started.elapsed().as_secs_f64() / 60.0;
        run.note(format_args!("`tests/run` in the clone: {minutes:.1} min"));
        run.check("`tests/run`", whole.map(drop));
    }
    Ok(())
}

/// Runs the first command until it is ready, then each of its suggestions; gives how many.
fn dev(run: &Run, clone: &Path, command: &str) -> Result<usize> {
    let command = if run.is_full() {
        command.to_owned()
    } else {
        command.replace("--release", "--profile ci")
    };
    let mut words = command.split_whitespace();
    let program = words.next().context("an empty command")?;
    let mut cargo = Cmd::new(program).args(words).dir(clone);
    if !run.is_full() {
        // Dependencies that were compiled already; the packages of the clone are others.
        let target = std::env::var_os("CARGO_TARGET_DIR");
        let target = target.unwrap_or_else(|| workspace::root().join("target").into_os_string());
        cargo = cargo.env("CARGO_TARGET_DIR", target);
    }
    let mut process = Process::start("the first command", cargo)?;
    let built = Duration::from_secs(30 * 60);
    process.wait_for("ready", built, |line| {
        line.starts_with("ready bootstrap=").then_some(())
    })?;
    process.wait_for("its suggestions", Duration::from_secs(10), |line| {
        line.contains("Ctrl-C").then_some(())
    })?;
    let suggestions = suggestions_of(&process.lines());
    for suggestion in &suggestions {
        try_out(clone, suggestion).with_context(|| format!("suggestion `{suggestion}`"))?;
    }
    process.signal(rustix::process::Signal::INT)?;
    process.wait_end(Duration::from_secs(30))?;
    Ok(suggestions.len())
}

/// Runs a suggestion: one that reads goes on for ever and must show the record of the one before it.
fn try_out(clone: &Path, suggestion: &str) -> Result<()> {
    let shell = Cmd::new("bash").args(["-c", suggestion]).dir(clone);
    if !suggestion.contains(" consume") {
        return shell.timeout(Duration::from_secs(60)).output().map(drop);
    }
    let mut process = Process::start("the suggestion", shell)?;
    process.wait_for("the record", Duration::from_secs(60), |line| {
        line.contains("hello").then_some(())
    })?;
    process.kill()
}

/// The command lines that it printed: the indented lines behind the one that announces them. Cargo's
/// own lines are indented, too.
fn suggestions_of(lines: &[String]) -> Vec<String> {
    let announced = lines.iter().skip_while(|line| !line.starts_with("Try,"));
    let commands = announced.filter(|line| line.starts_with("  "));
    commands.map(|line| line.trim().to_owned()).collect()
}

fn check_suggestions(count: usize) -> Result<()> {
    ensure!(count == 3, "{count} suggestions worked");
    Ok(())
}
