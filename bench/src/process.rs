//! What the kernel says about a running process.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

/// Figures of one process at one moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    /// How long the threads that live now have run, to the nanosecond: ticks are too coarse for an
    /// idle process.
    pub(crate) cpu: Duration,
    /// Resident memory in bytes.
    pub(crate) resident_bytes: u64,
    /// Resident memory that no file backs, in bytes.
    pub(crate) anonymous_bytes: u64,
    /// Voluntary and involuntary context switches of the threads that live now.
    pub(crate) context_switches: u64,
}

/// Reads the figures of `pid`.
///
/// # Errors
/// If the process is gone.
pub(crate) fn usage(pid: u32) -> Result<Usage> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))
        .with_context(|| format!("process {pid} is gone"))?;
    let (mut context_switches, mut nanoseconds) = (0, 0);
    for thread in fs::read_dir(format!("/proc/{pid}/task"))? {
        // A thread may end between the listing and the read; its switches are then not counted.
        let thread = thread?.path();
        if let Ok(status) = fs::read_to_string(thread.join("status")) {
            context_switches += field(&status, "voluntary_ctxt_switches:")
                + field(&status, "nonvoluntary_ctxt_switches:");
        }
        if let Ok(times) = fs::read_to_string(thread.join("schedstat")) {
            nanoseconds += field(&times, "");
        }
    }
    Ok(Usage {
        cpu: Duration::from_nanos(nanoseconds),
        resident_bytes: field(&status, "VmRSS:") * 1024,
        anonymous_bytes: field(&status, "RssAnon:") * 1024,
        context_switches,
    })
}

/// CPU time of all threads of `pid` since it started.
///
/// # Errors
/// If the process is gone.
pub(crate) fn cpu_time(pid: u32) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))
        .with_context(|| format!("process {pid} is gone"))?;
    // The command name may hold spaces; the fields after its closing parenthesis do not.
    let fields: Vec<&str> = stat
        .rsplit_once(')')
        .context("unexpected /proc/PID/stat")?
        .1
        .split_whitespace()
        .collect();
    let ticks: u64 = fields[11].parse::<u64>()? + fields[12].parse::<u64>()?;
    // USER_HZ is 100 on every Linux that Rust supports.
    Ok(Duration::from_millis(ticks * 10))
}

fn field(status: &str, name: &str) -> u64 {
    status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

/// Busy time of the whole machine, all processors added, interrupts included.
///
/// # Errors
/// If `/proc/stat` cannot be read.
pub(crate) fn machine_cpu_time() -> Result<Duration> {
    let stat = fs::read_to_string("/proc/stat")?;
    let numbers: Vec<u64> = stat
        .lines()
        .next()
        .context("empty /proc/stat")?
        .split_whitespace()
        .skip(1)
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    let idle = numbers[3] + numbers[4];
    let all: u64 = numbers.iter().take(8).sum();
    Ok(Duration::from_millis((all - idle) * 10))
}
