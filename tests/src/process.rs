//! A server process beside the tests: its lines are kept, states are waited for and never slept for.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal};

use crate::command::Cmd;

/// A running process; killed when dropped.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    output: Arc<Output>,
    exited: Option<ExitStatus>,
}

/// What it has printed so far, standard output and standard error mixed.
#[derive(Debug, Default)]
struct Output {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    lines: Vec<String>,
    open: usize,
}

impl Process {
    /// Starts `command`; `name` is what errors call it.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(name: &str, command: Cmd) -> Result<Self> {
        let mut command = command.into_std();
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .with_context(|| format!("failed to start {name}"))?;
        let output = Arc::new(Output::default());
        output
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .open = 2;
        let stdout = child.stdout.take().context("standard output is a pipe")?;
        let stderr = child.stderr.take().context("standard error is a pipe")?;
        Output::collect(&output, stdout);
        Output::collect(&output, stderr);
        Ok(Self {
            name: name.to_owned(),
            child,
            output,
            exited: None,
        })
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it prints a line for which `pick` gives something.
    ///
    /// # Errors
    /// When it ends first or the time is over; the error shows its last lines.
    pub fn wait_for<T>(
        &self,
        what: &str,
        timeout: Duration,
        pick: impl Fn(&str) -> Option<T>,
    ) -> Result<T> {
        let deadline = Instant::now() + timeout;
        let mut state = self
            .output
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut seen = 0;
        loop {
            while seen < state.lines.len() {
                if let Some(found) = pick(&state.lines[seen]) {
                    return Ok(found);
                }
                seen += 1;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if state.open == 0 || left.is_zero() {
                let how = if state.open == 0 {
                    "ended"
                } else {
                    "ran out of time"
                };
                let tail = tail(&state.lines, 30);
                drop(state);
                bail!("{} {how} before {what}\n{tail}", self.name);
            }
            let waited = self.output.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Sends a signal.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        rustix::process::kill_process(Pid::from_child(&self.child), signal)
            .with_context(|| format!("failed to signal {}", self.name))
    }

    /// Ends it with SIGKILL and waits for its end.
    ///
    /// # Errors
    /// When waiting fails.
    pub fn kill(&mut self) -> Result<()> {
        if self.exited.is_none() {
            self.child.kill()?;
            self.exited = Some(self.child.wait()?);
        }
        Ok(())
    }

    /// Sends SIGTERM and waits for its end.
    ///
    /// # Errors
    /// When it does not end in time; it is killed then.
    pub fn stop(&mut self, timeout: Duration) -> Result<ExitStatus> {
        if self.exited.is_none() {
            self.signal(Signal::TERM)?;
        }
        self.wait_end(timeout)
    }

    /// Waits until it has closed its output and ended.
    ///
    /// # Errors
    /// When it does not end in time; it is killed then.
    pub fn wait_end(&mut self, timeout: Duration) -> Result<ExitStatus> {
        if let Some(status) = self.exited {
            return Ok(status);
        }
        let deadline = Instant::now() + timeout;
        let mut state = self
            .output
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        while state.open > 0 {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let tail = tail(&state.lines, 30);
                drop(state);
                self.kill()?;
                bail!("{} did not end within {timeout:?}\n{tail}", self.name);
            }
            let waited = self.output.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(state);
        let status = self.child.wait()?;
        self.exited = Some(status);
        Ok(status)
    }

    /// Whether it has ended by itself.
    ///
    /// # Errors
    /// When its state cannot be read.
    pub fn has_ended(&mut self) -> Result<bool> {
        if self.exited.is_none() {
            self.exited = self.child.try_wait()?;
        }
        Ok(self.exited.is_some())
    }

    /// All lines so far.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.output
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .lines
            .clone()
    }

    /// A number of `/proc/<pid>/status` in bytes, such as `VmHWM` or `RssAnon`.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn status_bytes(&self, field: &str) -> Result<u64> {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.pid()))?;
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
        let kib = line.and_then(|line| line.split_whitespace().next());
        let kib: u64 = kib.with_context(|| format!("no `{field}`"))?.parse()?;
        Ok(kib * 1024)
    }

    /// The number of its open files.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn open_files(&self) -> Result<usize> {
        Ok(std::fs::read_dir(format!("/proc/{}/fd", self.pid()))?.count())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

impl Output {
    fn collect(output: &Arc<Self>, from: impl Read + Send + 'static) {
        let output = Arc::clone(output);
        std::thread::spawn(move || {
            let mut reader = BufReader::new(from);
            let mut line = Vec::new();
            while reader
                .read_until(b'\n', &mut line)
                .is_ok_and(|length| length > 0)
            {
                let text = String::from_utf8_lossy(&line).trim_end().to_owned();
                let mut state = output.state.lock().unwrap_or_else(PoisonError::into_inner);
                state.lines.push(text);
                drop(state);
                output.changed.notify_all();
                line.clear();
            }
            output
                .state
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .open -= 1;
            output.changed.notify_all();
        });
    }
}

fn tail(lines: &[String], count: usize) -> String {
    let tail = &lines[lines.len().saturating_sub(count)..];
    tail.iter()
        .map(|line| format!("    {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wait_for_gives_the_picked_line() {
        let command = Cmd::new("sh").args(["-c", "echo one; echo ready 7; exec sleep 60"]);
        let process = Process::start("sh", command).unwrap();
        let port = process
            .wait_for("ready", Duration::from_secs(10), |line| {
                line.strip_prefix("ready ").map(str::to_owned)
            })
            .unwrap();
        assert_eq!(port, "7");
    }

    #[test]
    fn wait_for_a_process_that_ends_shows_its_lines() {
        let process = Process::start("sh", Cmd::new("sh").args(["-c", "echo broken"])).unwrap();
        let error = process
            .wait_for("ready", Duration::from_secs(10), |_| None::<()>)
            .unwrap_err();
        assert!(error.to_string().contains("broken"), "{error}");
    }
}
