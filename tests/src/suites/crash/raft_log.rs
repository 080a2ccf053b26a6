//! The metadata's Raft log by itself on the image of a power cut: a broker alone hardly ever writes
//! votes and purges, this does nothing else.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::process::Signal;

use super::image::Image;
use crate::command::Cmd;
use crate::process::Process;
use crate::workspace;

const VERIFY_TIMEOUT: Duration = Duration::from_secs(60);

/// A writer of a Raft log that runs until it is dropped.
pub(super) struct RaftLog {
    program: PathBuf,
    writer: Process,
}

impl RaftLog {
    /// Starts writing in the image.
    pub(super) fn start(image: &Image) -> Result<Self> {
        let program = workspace::example_program("strandline-metadata", "raft_power_cut")?;
        let writer = Cmd::new(&program).arg(dir(image));
        Ok(Self {
            writer: Process::start("the Raft log's writer", writer)?,
            program,
        })
    }

    pub(super) fn signal(&self, signal: Signal) -> Result<()> {
        self.writer.signal(signal)
    }

    /// The last entry, vote and purge that it was told are durable.
    pub(super) fn acknowledged(&self) -> Vec<String> {
        let lines = self.writer.lines();
        let last = |kind| lines.iter().rfind(|line| line.starts_with(kind)).cloned();
        ["appended ", "voted ", "purged "]
            .into_iter()
            .filter_map(last)
            .collect()
    }

    /// Checks what a cut left.
    pub(super) fn check(&self, cut: &Image, acknowledged: &[String]) -> Result<()> {
        Cmd::new(&self.program)
            .arg("--verify")
            .arg(dir(cut))
            .input(acknowledged.join("\n"))
            .timeout(VERIFY_TIMEOUT)
            .output()
            .context("the Raft log after the cut")
            .map(drop)
    }
}

fn dir(image: &Image) -> PathBuf {
    image.path().join("raft")
}
