//! Where the tree is, which commit it is at, and the programs built from it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::command::Cmd;

/// The root of the workspace this runner was built from.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests/ lies in the workspace")
}

/// `cargo`, run in the root.
#[must_use]
pub fn cargo() -> Cmd {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    Cmd::new(cargo)
        .dir(root())
        .timeout(Duration::from_secs(45 * 60))
}

/// The commit at HEAD, and whether tracked files differ from it.
///
/// # Errors
/// When git is missing or the tree is no clone.
pub fn commit() -> Result<(String, bool)> {
    let head = Cmd::new("git")
        .args(["rev-parse", "HEAD"])
        .dir(root())
        .output()?;
    let status = Cmd::new("git")
        .args(["status", "--porcelain", "--untracked-files=no", "--", "."])
        .arg(":!tests/results.jsonl")
        .dir(root())
        .output()?;
    Ok((head.trim().to_owned(), !status.trim().is_empty()))
}

/// Paths of all tracked files, relative to the root.
///
/// # Errors
/// When git is missing or the tree is no clone.
pub fn tracked_files() -> Result<Vec<PathBuf>> {
    let list = Cmd::new("git")
        .args(["ls-files", "-z"])
        .dir(root())
        .output()?;
    let paths = list
        .split('\0')
        .filter(|path| !path.is_empty())
        .map(PathBuf::from);
    Ok(paths.filter(|path| root().join(path).is_file()).collect())
}

/// The broker's program, built in profile `ci` once per run and copied aside, so that a build
/// beside this run cannot change what is tested. `STRANDLINE_BROKER` names a program to use
/// instead (a package to be tested, or a deliberately broken build).
///
/// # Errors
/// When the build fails.
pub fn broker_program() -> Result<PathBuf> {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    if let Some(path) = std::env::var_os("STRANDLINE_BROKER") {
        return Ok(PathBuf::from(path));
    }
    if let Some(path) = BUILT.get() {
        return Ok(path.clone());
    }
    let built = build_program("strandline", "bin", "strandline")?;
    let aside = std::env::temp_dir().join(format!("strandline-tests-{}", std::process::id()));
    std::fs::create_dir_all(&aside)?;
    let copy = aside.join("strandline");
    std::fs::copy(&built, &copy)
        .with_context(|| format!("failed to copy `{}`", built.display()))?;
    Ok(BUILT.get_or_init(|| copy).clone())
}

/// Removes the copy that [`broker_program`] made.
pub(crate) fn remove_broker_copy() {
    let aside = std::env::temp_dir().join(format!("strandline-tests-{}", std::process::id()));
    if aside.exists() {
        let _ = std::fs::remove_dir_all(aside);
    }
}

/// Example `name` of `package`, built in profile `ci`.
pub(crate) fn example_program(package: &str, name: &str) -> Result<PathBuf> {
    build_program(package, "example", name)
}

/// Builds a program of `package`, a `bin` or an `example`, in profile `ci` and returns its path.
fn build_program(package: &str, kind: &str, name: &str) -> Result<PathBuf> {
    let messages = cargo()
        .args([
            "build",
            "--quiet",
            "--profile",
            "ci",
            "-p",
            package,
            &format!("--{kind}"),
            name,
        ])
        .args(["--message-format", "json-render-diagnostics"])
        .output()?;
    let executable = messages.lines().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let target = &message["target"];
        let is_it = target["name"] == name && target["kind"][0] == kind;
        is_it
            .then(|| message["executable"].as_str().map(PathBuf::from))
            .flatten()
    });
    executable.with_context(|| format!("cargo named no executable for `{name}`"))
}
