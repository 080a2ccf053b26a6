//! A suite: a name, what it shows, and the checks it makes while it runs.

use std::fmt::Display;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use rand::SeedableRng;
use rand::rngs::SmallRng;
use tempfile::TempDir;

/// One named suite.
#[derive(Debug, Clone, Copy)]
pub struct Suite {
    /// The word on the command line.
    pub name: &'static str,
    /// What it shows, in one line.
    pub about: &'static str,
    /// Whether plain `tests/run` runs it; all others run by name and in `full`.
    pub in_ci: bool,
    /// Runs it.
    pub run: fn(&mut Run) -> Result<()>,
}

/// How much work a suite does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// Reduced, for every change.
    Ci,
    /// What the issues ask to be shown.
    Full,
}

/// One run of one suite: counts checks, holds its directory and its seed.
#[derive(Debug)]
pub struct Run {
    suite: &'static str,
    amount: Amount,
    seed: u64,
    started: Instant,
    dir: TempDir,
    passed: u64,
    failures: Vec<String>,
}

impl Run {
    /// A run with an own temporary directory.
    ///
    /// # Errors
    /// When no directory can be made.
    pub fn new(suite: &'static str, amount: Amount, seed: u64) -> Result<Self> {
        let dir = tempfile::Builder::new()
            .prefix(&format!("strandline-{suite}-"))
            .tempdir()?;
        let started = Instant::now();
        Ok(Self {
            suite,
            amount,
            seed,
            started,
            dir,
            passed: 0,
            failures: Vec::new(),
        })
    }

    /// The suite's directory; gone after the run, unless something failed.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Whether everything the issues ask for is to be done.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.amount == Amount::Full
    }

    /// `full` in a full run, else `ci`.
    #[must_use]
    pub fn amount<T>(&self, ci: T, full: T) -> T {
        if self.is_full() { full } else { ci }
    }

    /// The seed; printed with the result.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// A generator that depends on the seed and `stream` only.
    #[must_use]
    pub fn rng(&self, stream: u64) -> SmallRng {
        SmallRng::seed_from_u64(self.seed ^ stream.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// Time since the suite began.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Records one check; prints it when it failed.
    pub fn check(&mut self, name: impl Display, outcome: Result<()>) -> bool {
        match outcome {
            Ok(()) => {
                self.passed += 1;
                true
            }
            Err(error) => {
                self.fail(format!("{name}: {error:#}"));
                false
            }
        }
    }

    /// Records one check that yields something to go on with.
    pub fn attempt<T>(&mut self, name: impl Display, outcome: Result<T>) -> Option<T> {
        match outcome {
            Ok(value) => {
                self.passed += 1;
                Some(value)
            }
            Err(error) => {
                self.fail(format!("{name}: {error:#}"));
                None
            }
        }
    }

    /// Records one failed check.
    pub fn fail(&mut self, what: impl Display) {
        let what = what.to_string();
        say(format_args!("  FAILED {}: {what}", self.suite));
        self.failures.push(what);
    }

    /// Adds checks that another program counted.
    pub fn add_passed(&mut self, count: u64) {
        self.passed += count;
    }

    /// Prints a line of the suite's report.
    pub fn note(&self, text: impl Display) {
        say(format_args!("  {text}"));
    }

    /// Checks made so far.
    #[must_use]
    pub fn checks(&self) -> u64 {
        self.passed + self.failures.len() as u64
    }

    pub(crate) fn passed(&self) -> u64 {
        self.passed
    }

    pub(crate) fn failures(&self) -> &[String] {
        &self.failures
    }

    /// Keeps the directory of a failed run and says where it is.
    pub(crate) fn finish(mut self) -> (u64, Vec<String>) {
        if !self.failures.is_empty() {
            self.dir.disable_cleanup(true);
            say(format_args!("  kept {}", self.dir.path().display()));
        }
        (self.passed, std::mem::take(&mut self.failures))
    }
}

/// Prints a line at once; a closed standard output is no error of the tests.
pub fn say(text: impl Display) {
    let mut stdout = std::io::stdout().lock();
    let _ = writeln!(stdout, "{text}").and_then(|()| stdout.flush());
}
