//! What a broker holds of the machine: memory while an attack runs, files, threads and tasks after it.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::MEMORY_BYTES;
use crate::broker::Broker;
use crate::http::metric_sum;

/// What the process may hold beyond the budget: code, stacks, allocator.
const MEMORY_SLACK_BYTES: u64 = 64 << 20;

/// Makes the kernel forget the peak of resident memory, so that each attack has its own.
pub(super) fn reset_peak(broker: &mut Broker) -> Result<()> {
    let path = format!("/proc/{}/clear_refs", broker.process().pid());
    std::fs::write(path, "5").context("failed to reset the peak of resident memory")
}

/// The peak of resident memory in bytes.
pub(super) fn peak(broker: &mut Broker) -> Result<u64> {
    let peak = broker.process().status_bytes("VmHWM");
    peak.context("the broker is gone")
}

/// Whether a peak is within what is allowed.
pub(super) fn check_peak(peak: u64) -> Result<()> {
    let most = MEMORY_BYTES + MEMORY_SLACK_BYTES;
    ensure!(
        peak <= most,
        "peak of {} MiB, {} at most",
        peak >> 20,
        most >> 20
    );
    Ok(())
}

/// What a broker holds of the machine.
#[derive(Debug, Clone, Copy)]
pub(super) struct Resources {
    files: u64,
    threads: u64,
    tasks: u64,
}

impl Resources {
    pub(super) fn of(broker: &mut Broker) -> Result<Self> {
        let tasks = metric_sum(&broker.metrics()?, "strandline_process_tasks", &[]);
        ensure!(tasks > 0.0, "no count of tasks");
        let process = broker.process();
        Ok(Self {
            files: process.open_files()? as u64,
            threads: threads(process.pid())?,
            tasks: tasks as u64,
        })
    }

    /// Waits until files and threads are where they were; connections close within seconds.
    pub(super) fn wait_until_back(&self, broker: &mut Broker) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let now = Self::of(broker)?;
            // The journal opens files of its own while it grows; a lost connection in every
            // attack would be far more than that.
            let is_back = now.files <= self.files + 16
                && now.threads <= self.threads + 8
                && now.tasks <= self.tasks + 8;
            if is_back {
                return Ok(());
            }
            ensure!(Instant::now() < deadline, "{now:?}, before {self:?}");
            // Asking is cheap, and nothing announces the moment.
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn threads(pid: u32) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("Threads:"));
    Ok(line.context("no thread count")?.trim().parse()?)
}
