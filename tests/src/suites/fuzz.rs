//! `fuzz`: the six fuzz targets, ten minutes each. Needs the nightly compiler and cargo-fuzz, so it
//! runs in `full` only.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::command::Cmd;
use crate::parallel;
use crate::suite::{Run, Suite};
use crate::tools;
use crate::workspace;

pub(crate) const SUITE: Suite = Suite {
    name: "fuzz",
    about: "frame, response, record batch, codecs, footer and manifest, journal recovery",
    in_ci: false,
    run,
};

/// Targets that the issue asks for.
const TARGETS: usize = 6;

/// Targets that run side by side.
const AT_ONCE: usize = 2;

/// What the sanitizer keeps of freed memory, in MiB. Its own 256 and a corpus that has grown come close to
/// the limit of resident memory, which is meant for what a target holds.
const QUARANTINE_MIB: usize = 64;

/// How long the targets take to build, with their sanitizer, at most.
const BUILD_TIMEOUT: Duration = Duration::from_secs(3_600);

fn run(run: &mut Run) -> Result<()> {
    let seconds = run.amount(20, 600);
    let dir = workspace::root().join("fuzz");
    let mut targets = Vec::new();
    for entry in std::fs::read_dir(dir.join("targets")).context("no fuzz targets")? {
        let path = entry?.path();
        targets.extend(
            path.file_stem()
                .map(|stem| stem.to_string_lossy().into_owned()),
        );
    }
    targets.sort();
    ensure!(
        targets.len() >= TARGETS,
        "{} fuzz targets, {TARGETS} wanted",
        targets.len()
    );
    let cargo_fuzz = tools::cargo_fuzz()?;
    let corpus = nightly()
        .args(["run", "--quiet", "--example", "corpus"])
        .dir(&dir);
    corpus
        .timeout(Duration::from_secs(1_800))
        .output()
        .context("first inputs")?;
    let path = search_path(&cargo_fuzz)?;
    let fuzz = |command: &str| {
        let fuzz = nightly().args(["fuzz", command, "--fuzz-dir", "."]);
        let sanitizer = format!("quarantine_size_mb={QUARANTINE_MIB}");
        fuzz.env("PATH", &path)
            .env("ASAN_OPTIONS", sanitizer)
            .dir(&dir)
    };
    let build = fuzz("build").timeout(BUILD_TIMEOUT);
    build.output().context("failed to build the fuzz targets")?;
    let seed = u32::try_from(run.seed() & 0x7fff_ffff)?.max(1);
    let outcomes = parallel::map(&targets, AT_ONCE, |target| {
        fuzz("run")
            .args([target, "--"])
            .args([
                format!("-max_total_time={seconds}"),
                format!("-seed={seed}"),
            ])
            .args(["-rss_limit_mb=512", "-malloc_limit_mb=64", "-timeout=10"])
            .timeout(Duration::from_secs(seconds) + BUILD_TIMEOUT)
            .finish()
    });
    for (target, finished) in targets.iter().zip(outcomes) {
        let finished = finished?;
        let all = finished.all();
        let done = all.lines().rfind(|line| line.starts_with("Done "));
        run.note(format_args!("{target:<20} {}", done.unwrap_or("no end")));
        run.check(target, finished.succeeded().map(drop));
    }
    Ok(())
}

/// Cargo of the nightly compiler. The runner itself was started by the pinned one, whose choice
/// would win otherwise.
fn nightly() -> Cmd {
    Cmd::new("rustup").args(["run", "nightly", "cargo"])
}

/// The search path with the folder of `program` in front.
fn search_path(program: &Path) -> Result<OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folder = program.parent().context("a program lies in a folder")?;
    Ok(std::env::join_paths(
        std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path)),
    )?)
}
