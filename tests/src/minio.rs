//! MinIO: a real object store on loopback, its requests counted by itself.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::process::Signal;

use crate::command::Cmd;
use crate::http::{free_port, get_ok, metric_sum};
use crate::process::Process;
use crate::tools;

/// User and password of every MinIO here.
pub const ACCESS_KEY: &str = "strandline";
/// See [`ACCESS_KEY`].
pub const SECRET_KEY: &str = "strandline-secret";

/// A MinIO server over one directory.
#[derive(Debug)]
pub struct Minio {
    process: Process,
    program: PathBuf,
    dir: PathBuf,
    port: u16,
}

/// What it has counted so far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counted {
    /// GetObject requests.
    pub gets: u64,
    /// PutObject requests and uploaded parts.
    pub puts: u64,
    /// Bytes sent to clients.
    pub sent_bytes: u64,
    /// Bytes received from clients.
    pub received_bytes: u64,
}

impl Minio {
    /// Starts a server with its objects under `dir`, on a free port of loopback.
    ///
    /// # Errors
    /// When it cannot be built or does not start.
    pub fn start(dir: &Path) -> Result<Self> {
        let program = tools::minio()?;
        let port = free_port()?;
        std::fs::create_dir_all(dir)?;
        let process = launch(&program, dir, port)?;
        Ok(Self {
            process,
            program,
            dir: dir.to_owned(),
            port,
        })
    }

    /// `http://HOST:PORT`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A tier location in this store, as `--tier` takes it.
    #[must_use]
    pub fn tier(&self, bucket: &str, prefix: &str) -> String {
        format!(
            "s3://{bucket}/{prefix}?endpoint={}&region=us-east-1",
            self.endpoint()
        )
    }

    /// The variables a process needs to be let in.
    #[must_use]
    pub fn credentials() -> [(&'static str, &'static str); 3] {
        [
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY),
            ("AWS_SECRET_ACCESS_KEY", SECRET_KEY),
            ("AWS_REGION", "us-east-1"),
        ]
    }

    /// Ends it; clients see refused connections.
    ///
    /// # Errors
    /// When waiting for its end fails.
    pub fn kill(&mut self) -> Result<()> {
        self.process.kill()
    }

    /// Starts it again on the same port and directory.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_again(&mut self) -> Result<()> {
        self.process = launch(&self.program, &self.dir, self.port)?;
        Ok(())
    }

    /// Stops it for a while without an end: requests are taken and not answered.
    ///
    /// # Errors
    /// When it does not run.
    pub fn pause(&mut self) -> Result<()> {
        self.process.signal(Signal::STOP)
    }

    /// Lets it go on.
    ///
    /// # Errors
    /// When it does not run.
    pub fn resume(&mut self) -> Result<()> {
        self.process.signal(Signal::CONT)
    }

    /// Its own counts of requests and bytes.
    ///
    /// # Errors
    /// When it does not answer.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts"
    )]
    pub fn counted(&self) -> Result<Counted> {
        let address = format!("127.0.0.1:{}", self.port);
        let text = get_ok(&address, "/minio/v2/metrics/cluster")?;
        let requests = |api: &str| {
            let label = format!("api=\"{api}\"");
            metric_sum(&text, "minio_s3_requests_total", &[&label]) as u64
        };
        Ok(Counted {
            gets: requests("getobject"),
            puts: requests("putobject") + requests("putobjectpart"),
            sent_bytes: metric_sum(&text, "minio_s3_traffic_sent_bytes", &[]) as u64,
            received_bytes: metric_sum(&text, "minio_s3_traffic_received_bytes", &[]) as u64,
        })
    }

    /// Keys of all objects in `bucket`, read from the disk: a key is a folder with an `xl.meta`.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn objects(&self, bucket: &str) -> Result<Vec<String>> {
        let root = self.dir.join(bucket);
        let mut keys = Vec::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder)
                .with_context(|| format!("failed to list `{}`", folder.display()))?
            {
                let path = entry?.path();
                if path.join("xl.meta").is_file() {
                    keys.push(path.strip_prefix(&root)?.to_string_lossy().into_owned());
                } else if path.is_dir() {
                    folders.push(path);
                }
            }
        }
        keys.sort();
        Ok(keys)
    }
}

fn launch(program: &Path, dir: &Path, port: u16) -> Result<Process> {
    let command = Cmd::new(program)
        .arg("server")
        .arg(dir)
        .args(["--address", &format!("127.0.0.1:{port}")])
        .args(["--console-address", "127.0.0.1:0"])
        .env("MINIO_ROOT_USER", ACCESS_KEY)
        .env("MINIO_ROOT_PASSWORD", SECRET_KEY)
        .env("MINIO_PROMETHEUS_AUTH_TYPE", "public")
        .env("MINIO_BROWSER", "off")
        .env("MINIO_UPDATE", "off");
    let process = Process::start("MinIO", command)?;
    process.wait_for("its start", Duration::from_secs(60), |line| {
        line.contains("API:").then_some(())
    })?;
    Ok(process)
}
