//! The broker under test: the built program, started, killed, started again on the same port.
//!
//! A broker is ready when it has printed `ready bootstrap=HOST:PORT admin=HOST:PORT`. Any line of
//! level WARN or ERROR that the test did not allow is reported by [`Broker::unexpected`].

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::Signal;

use crate::command::Cmd;
use crate::http;
use crate::process::Process;
use crate::workspace;

/// Variables of the tests: to the broker, all that begin so are settings.
const OWN_VARIABLES: [&str; 5] = [
    "STRANDLINE_BROKER",
    "STRANDLINE_TOOLS",
    "STRANDLINE_TEST_AGAINST",
    "STRANDLINE_TESTS_INSIDE_QUICKSTART",
    "STRANDLINE_WRITE_FIXTURE",
];

/// How long a start may take before a test gives up. What a start should take is measured elsewhere.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// How a broker is started.
#[derive(Debug, Clone)]
pub struct BrokerOptions {
    data: PathBuf,
    tier: Option<String>,
    settings: Vec<(String, String)>,
    variables: Vec<(String, String)>,
    allowed: Vec<String>,
    warnings_allowed: bool,
}

/// A broker process.
#[derive(Debug)]
pub struct Broker {
    options: BrokerOptions,
    process: Process,
    bootstrap: String,
    admin: String,
    started_in: Duration,
    /// Lines of earlier lives of this broker.
    earlier: Vec<String>,
}

impl BrokerOptions {
    /// `strandline dev` with its data under `data`.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        let data = data.into();
        Self {
            data,
            tier: None,
            settings: Vec::new(),
            variables: Vec::new(),
            allowed: Vec::new(),
            warnings_allowed: false,
        }
    }

    /// Where sealed segments go: a directory or `s3://...`.
    #[must_use]
    pub fn tier(mut self, location: impl Into<String>) -> Self {
        self.tier = Some(location.into());
        self
    }

    /// A setting by its name.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl ToString) -> Self {
        self.settings.push((name.to_owned(), value.to_string()));
        self
    }

    /// An environment variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Expects warnings and errors that contain `part`.
    #[must_use]
    pub fn allow(mut self, part: &str) -> Self {
        self.allowed.push(part.to_owned());
        self
    }

    /// Expects any warning; errors and panics still count.
    #[must_use]
    pub fn allow_warnings(mut self) -> Self {
        self.warnings_allowed = true;
        self
    }

    /// Starts a broker on a free port.
    ///
    /// # Errors
    /// When it does not become ready.
    pub fn start(self) -> Result<Broker> {
        Broker::start(self, "127.0.0.1:0")
    }

    fn command(&self, listen: &str) -> Result<Cmd> {
        let mut command = Broker::command_line()?
            .args(["dev", "--listen", listen, "--data"])
            .arg(&self.data)
            .args(["--set", "admin.listener=127.0.0.1:0"]);
        if let Some(tier) = &self.tier {
            command = command.args(["--tier", tier]);
        }
        for (name, value) in &self.settings {
            command = command.args(["--set".to_owned(), format!("{name}={value}")]);
        }
        for (name, value) in &self.variables {
            command = command.env(name, value);
        }
        Ok(command)
    }
}

impl Broker {
    fn start(options: BrokerOptions, listen: &str) -> Result<Self> {
        let started = Instant::now();
        let process = Process::start("the broker", options.command(listen)?)?;
        let (bootstrap, admin) = process.wait_for("it was ready", START_TIMEOUT, ready)?;
        let started_in = started.elapsed();
        Ok(Self {
            options,
            process,
            bootstrap,
            admin,
            started_in,
            earlier: Vec::new(),
        })
    }

    /// `HOST:PORT` for clients.
    #[must_use]
    pub fn bootstrap(&self) -> &str {
        &self.bootstrap
    }

    /// `HOST:PORT` of the admin port.
    #[must_use]
    pub fn admin(&self) -> &str {
        &self.admin
    }

    /// Its data directory.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.options.data
    }

    /// Its process.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// How long the last start took, until ready.
    #[must_use]
    pub const fn started_in(&self) -> Duration {
        self.started_in
    }

    /// Ends it with SIGKILL.
    ///
    /// # Errors
    /// When waiting for its end fails.
    pub fn kill(&mut self) -> Result<()> {
        self.process.kill()
    }

    /// Stops it in an orderly way, as Ctrl-C does.
    ///
    /// # Errors
    /// When it does not end within 30 seconds, or not with status 0.
    pub fn stop(&mut self) -> Result<()> {
        self.process.signal(Signal::INT)?;
        let status = self.process.wait_end(Duration::from_secs(30))?;
        if !status.success() {
            bail!("the broker stopped with {status}");
        }
        Ok(())
    }

    /// Starts it again on the same data and port, after [`Self::kill`] or [`Self::stop`].
    ///
    /// # Errors
    /// When it does not become ready.
    pub fn start_again(&mut self) -> Result<()> {
        let again = Self::start(self.options.clone(), &self.bootstrap)?;
        self.earlier.extend(self.process.lines());
        self.process = again.process;
        self.admin = again.admin;
        self.started_in = again.started_in;
        Ok(())
    }

    /// Starts it again with other options.
    ///
    /// # Errors
    /// When it does not become ready.
    pub fn start_again_with(
        &mut self,
        change: impl FnOnce(BrokerOptions) -> BrokerOptions,
    ) -> Result<()> {
        self.options = change(self.options.clone());
        self.start_again()
    }

    /// Runs a subcommand of the program that does not need the broker to run, or finds it by
    /// `--bootstrap`.
    ///
    /// # Errors
    /// When the program cannot be built.
    pub fn command_line() -> Result<Cmd> {
        let program = Cmd::new(workspace::broker_program()?);
        Ok(OWN_VARIABLES.into_iter().fold(program, Cmd::env_remove))
    }

    /// The text of `/metrics`.
    ///
    /// # Errors
    /// When the admin port does not answer.
    pub fn metrics(&self) -> Result<String> {
        http::get_ok(&self.admin, "/metrics")
    }

    /// Warnings and errors of all its lives that the test did not allow.
    #[must_use]
    pub fn unexpected(&self) -> Vec<String> {
        let lines = self.earlier.iter().cloned().chain(self.process.lines());
        lines
            .filter(|line| match level(line) {
                Some(Level::Error) => true,
                Some(Level::Warning) => !self.options.warnings_allowed,
                None => false,
            })
            .filter(|line| {
                !self
                    .options
                    .allowed
                    .iter()
                    .any(|part| line.contains(part.as_str()))
            })
            .collect()
    }

    /// An error when there were unexpected warnings or errors.
    ///
    /// # Errors
    /// See [`Self::unexpected`].
    pub fn check_diagnostics(&self) -> Result<()> {
        let unexpected = self.unexpected();
        if unexpected.is_empty() {
            return Ok(());
        }
        let shown = unexpected
            .iter()
            .take(10)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n    ");
        bail!(
            "{} unexpected warnings or errors:\n    {shown}",
            unexpected.len()
        )
    }
}

/// Both addresses of the line that says it serves.
fn ready(line: &str) -> Option<(String, String)> {
    let rest = line.trim().strip_prefix("ready ")?;
    let mut words = rest.split_whitespace();
    let bootstrap = words.next()?.strip_prefix("bootstrap=")?.to_owned();
    let admin = words.next()?.strip_prefix("admin=")?.to_owned();
    Some((bootstrap, admin))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Warning,
    Error,
}

/// The level of a line of diagnostics, JSON or for people, if it is one to look at. A panic is an
/// error.
fn level(line: &str) -> Option<Level> {
    if line.contains("panicked at") {
        return Some(Level::Error);
    }
    if let Ok(json) = serde_json::from_str::<serde_json::Value>(line) {
        return match json["level"].as_str() {
            Some("ERROR") => Some(Level::Error),
            Some("WARN") => Some(Level::Warning),
            _ => None,
        };
    }
    let plain = strip_colours(line);
    plain
        .split_whitespace()
        .take(4)
        .find_map(|word| match word {
            "ERROR" => Some(Level::Error),
            "WARN" => Some(Level::Warning),
            _ => None,
        })
}

fn strip_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            chars.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(c);
        }
    }
    plain
}

/// Checks that the program refuses to start: one clear line that contains `part`, and a status that
/// is not 0.
///
/// # Errors
/// When it starts, or ends in another way.
pub fn refuses(command: Cmd, part: &str) -> Result<()> {
    let finished = command.timeout(Duration::from_secs(20)).finish()?;
    let status = finished.status.context("it kept running")?;
    let all = finished.all();
    if status.success() || status.code().is_none() {
        bail!("it ended with {status}: {all}");
    }
    if !all.to_lowercase().contains(&part.to_lowercase()) {
        bail!("it did not say `{part}`: {all}");
    }
    if all.contains("panicked at") {
        bail!("it panicked: {all}");
    }
    if all.trim().lines().count() != 1 {
        bail!("it takes more than one line to say it: {all}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ready_reads_both_addresses() {
        let line = "ready bootstrap=127.0.0.1:9 admin=127.0.0.1:8";
        assert_eq!(
            ready(line),
            Some(("127.0.0.1:9".to_owned(), "127.0.0.1:8".to_owned()))
        );
        assert_eq!(ready("not ready"), None);
    }

    #[test]
    fn level_sees_through_colours_and_json() {
        let coloured = "2026-01-01T00:00:00Z \u{1b}[33m WARN\u{1b}[0m strandline: slow";
        assert_eq!(level(coloured), Some(Level::Warning));
        assert_eq!(
            level(r#"{"level":"ERROR","fields":{}}"#),
            Some(Level::Error)
        );
        assert_eq!(
            level("2026-01-01T00:00:00Z  INFO strandline: after an ERROR"),
            None
        );
        assert_eq!(
            level("thread 'x' panicked at y.rs:1:1:"),
            Some(Level::Error)
        );
    }
}
