//! The two systems under measurement behind one trait, so that every metric treats them alike.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

/// Longest start that is waited for; Kafka needs about two seconds.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// How often a starting process is looked at.
const POLL: Duration = Duration::from_millis(1);

/// A broker product that can be started on an empty or a used directory.
pub(crate) trait System {
    /// Name in tables.
    fn name(&self) -> &'static str;

    /// Prepares `dir` for a first start (formatting and the like), outside of any measurement.
    fn prepare(&self, dir: &Path) -> Result<()>;

    /// Starts a broker on `dir` with default settings and the given extra ones by their Kafka
    /// names, and returns when the process runs; it may not serve yet.
    fn spawn(&self, dir: &Path, settings: &[(&str, &str)]) -> Result<Broker>;
}

/// A running broker process. It is killed when dropped.
#[derive(Debug)]
pub(crate) struct Broker {
    child: Child,
    /// `HOST:PORT` for clients.
    pub(crate) bootstrap: String,
    /// When the process was spawned.
    pub(crate) spawned: Instant,
}

impl Broker {
    pub(crate) fn new(child: Child, bootstrap: String, spawned: Instant) -> Self {
        Self {
            child,
            bootstrap,
            spawned,
        }
    }

    /// Process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the broker accepts connections.
    pub(crate) fn wait_until_listening(&mut self) -> Result<()> {
        while std::net::TcpStream::connect(&self.bootstrap).is_err() {
            if let Some(status) = self.child.try_wait()? {
                bail!("the broker ended with {status}");
            }
            ensure!(
                self.spawned.elapsed() < START_TIMEOUT,
                "the broker does not listen"
            );
            std::thread::sleep(POLL);
        }
        Ok(())
    }

    /// SIGKILL, and waits for the end.
    pub(crate) fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        // Already ended is fine: the process only must not outlive the run.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Our broker, built in the profile of packages.
#[derive(Debug)]
pub(crate) struct Strandline {
    binary: PathBuf,
}

impl Strandline {
    /// Builds the binary with the cargo that runs us.
    pub(crate) fn build() -> Result<Self> {
        let status = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()))
            .args([
                "build",
                "--profile",
                "dist",
                "-p",
                "strandline",
                "--bin",
                "strandline",
            ])
            .status()
            .context("run cargo")?;
        ensure!(status.success(), "cargo build failed");
        let ours = std::env::current_exe()?;
        let binary = ours
            .parent()
            .context("executable without a folder")?
            .join("strandline");
        ensure!(
            binary.exists(),
            "{} is missing: run the bench with --profile dist",
            binary.display()
        );
        Ok(Self { binary })
    }
}

impl System for Strandline {
    fn name(&self) -> &'static str {
        "Strandline"
    }

    fn prepare(&self, dir: &Path) -> Result<()> {
        Ok(std::fs::create_dir_all(dir)?)
    }

    fn spawn(&self, dir: &Path, settings: &[(&str, &str)]) -> Result<Broker> {
        let bootstrap = format!("127.0.0.1:{}", free_port()?);
        let mut command = Command::new(&self.binary);
        command.arg("server").arg("--data").arg(dir);
        for (name, value) in [
            ("listeners", format!("PLAINTEXT://{bootstrap}").as_str()),
            ("admin.listener", "127.0.0.1:0"),
        ]
        .iter()
        .chain(settings)
        {
            command.arg("--set").arg(format!("{name}={value}"));
        }
        let diagnostics = std::fs::File::create(dir.join("diagnostics.txt"))?;
        let spawned = Instant::now();
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(diagnostics)
            .spawn()
            .context("start strandline")?;
        Ok(Broker::new(child, bootstrap, spawned))
    }
}

/// A port of the loopback interface that nobody listens on at this moment.
pub(crate) fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?
        .local_addr()?
        .port())
}
