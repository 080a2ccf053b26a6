//! Clients that run beside a test until they are told to end: members of groups, and producers
//! whose acknowledgements are kept.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal};

use super::{Client, Reading, kcat};
use crate::command::Cmd;

/// How long a client may take to end once it was told to.
const END_TIMEOUT: Duration = Duration::from_secs(60);

/// A client whose lines are collected while it runs.
#[derive(Debug)]
struct Running {
    client: Client,
    child: Child,
    input: Option<ChildStdin>,
    lines: Arc<Lines>,
    errors: Arc<LastLines>,
    readers: Vec<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Lines {
    collected: Mutex<(Vec<String>, bool)>,
    changed: Condvar,
}

impl Running {
    fn start(client: Client, command: Cmd) -> Result<Self> {
        let mut command = command.into_std();
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .with_context(|| format!("failed to start {}", client.name()))?;
        let lines = Arc::new(Lines::default());
        let stdout = child.stdout.take().context("standard output is a pipe")?;
        let stderr = child.stderr.take().context("standard error is a pipe")?;
        let errors = Arc::new(LastLines::default());
        let (collected, kept) = (Arc::clone(&lines), Arc::clone(&errors));
        let readers = vec![
            std::thread::spawn(move || collected.collect(BufReader::new(stdout))),
            std::thread::spawn(move || kept.collect(BufReader::new(stderr))),
        ];
        let input = child.stdin.take();
        Ok(Self {
            client,
            child,
            input,
            lines,
            errors,
            readers,
        })
    }

    /// Tells it to end: kcat by a signal, the others by the end of their input.
    fn tell_to_end(&mut self) -> Result<()> {
        drop(self.input.take());
        if self.client == Client::Kcat {
            rustix::process::kill_process(Pid::from_child(&self.child), Signal::TERM)?;
        }
        Ok(())
    }

    /// Waits for its end and gives its lines.
    fn end(mut self) -> Result<Vec<String>> {
        self.tell_to_end()?;
        let deadline = Instant::now() + END_TIMEOUT;
        let ended = self.lines.wait(deadline, |_, closed| closed);
        if !ended {
            self.child.kill()?;
        }
        let status = self.child.wait()?;
        for reader in std::mem::take(&mut self.readers) {
            let _ = reader.join();
        }
        let (name, errors) = (self.client.name(), self.errors.text());
        if !ended {
            bail!("{name} did not end within {END_TIMEOUT:?}\n{errors}");
        }
        // kcat handles the signal and ends well, unless it came before the handler was there.
        let by_signal =
            self.client == Client::Kcat && status.signal() == Some(Signal::TERM.as_raw());
        if !status.success() && !by_signal {
            bail!("{name}: {status}\n{errors}");
        }
        Ok(std::mem::take(&mut *self.lines.lock()).0)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Lines {
    fn lock(&self) -> std::sync::MutexGuard<'_, (Vec<String>, bool)> {
        self.collected
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn collect(&self, from: impl BufRead) {
        for line in from.lines().map_while(Result::ok) {
            self.lock().0.push(line);
            self.changed.notify_all();
        }
        self.lock().1 = true;
        self.changed.notify_all();
    }

    /// Waits until `done` holds for the number of lines and whether the output has ended.
    fn wait(&self, deadline: Instant, done: impl Fn(usize, bool) -> bool) -> bool {
        let mut lines = self.lock();
        while !done(lines.0.len(), lines.1) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let waited = self.changed.wait_timeout(lines, left);
            lines = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}

/// The end of what a client says of itself.
#[derive(Debug, Default)]
struct LastLines(Mutex<VecDeque<String>>);

impl LastLines {
    fn collect(&self, from: impl BufRead) {
        for line in from.lines().map_while(Result::ok) {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() == 40 {
                kept.pop_front();
            }
            kept.push_back(format!("    {line}\n"));
        }
    }

    fn text(&self) -> String {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().map(String::as_str).collect()
    }
}

/// A member of a consumer group.
#[derive(Debug)]
pub struct Member(Running);

impl Member {
    pub(super) fn start(client: Client, command: Cmd) -> Result<Self> {
        Running::start(client, command).map(Self)
    }

    /// Waits until it has read at least `count` records.
    ///
    /// # Errors
    /// When it ends or the time is over before that.
    pub fn wait_for(&self, count: usize, timeout: Duration) -> Result<()> {
        let deadline = Instant::now() + timeout;
        let done = self
            .0
            .lines
            .wait(deadline, |lines, closed| closed || lines >= count);
        let read = self.read_so_far();
        if done && read >= count {
            return Ok(());
        }
        let (name, errors) = (self.0.client.name(), self.0.errors.text());
        bail!("{name} read {read} of {count} records\n{errors}")
    }

    /// The number of records read so far.
    #[must_use]
    pub fn read_so_far(&self) -> usize {
        self.0.lines.lock().0.len()
    }

    /// Lets it commit, leave and end; gives all it has read.
    ///
    /// # Errors
    /// When it fails, or does not end in time.
    pub fn leave(self) -> Result<Vec<Reading>> {
        let parse = if self.0.client == Client::Kcat {
            kcat::parse
        } else {
            Reading::parse
        };
        self.0.end()?.iter().map(|line| parse(line)).collect()
    }
}

/// A producer that runs until it is told to end, and its acknowledgements.
#[derive(Debug)]
pub struct Acks {
    running: Running,
    producer: String,
}

impl Acks {
    pub(super) fn start(client: Client, producer: &str, command: Cmd) -> Result<Self> {
        let running = Running::start(client, command)?;
        Ok(Self {
            running,
            producer: producer.to_owned(),
        })
    }

    /// Its name.
    #[must_use]
    pub fn producer(&self) -> &str {
        &self.producer
    }

    /// Acknowledgements so far.
    #[must_use]
    pub fn count(&self) -> usize {
        self.running.lines.lock().0.len()
    }

    /// Waits until there are at least `count` acknowledgements.
    ///
    /// # Errors
    /// When the producer ends or the time is over before that.
    pub fn wait_for(&self, count: usize, timeout: Duration) -> Result<()> {
        let deadline = Instant::now() + timeout;
        self.running
            .lines
            .wait(deadline, |lines, closed| closed || lines >= count);
        if self.count() >= count {
            return Ok(());
        }
        bail!(
            "{} has {} of {count} acknowledgements\n{}",
            self.producer,
            self.count(),
            self.running.errors.text()
        )
    }

    /// Lets it end; gives sequence, partition and offset of everything acknowledged.
    ///
    /// # Errors
    /// When it fails, or does not end in time.
    pub fn end(self) -> Result<Vec<(u64, i32, i64)>> {
        let lines = self.running.end()?;
        lines.iter().map(|line| parse_ack(line)).collect()
    }
}

fn parse_ack(line: &str) -> Result<(u64, i32, i64)> {
    let words: Vec<&str> = line.split(' ').collect();
    let ["ack", sequence, partition, offset] = words[..] else {
        bail!("not an acknowledgement: `{line}`");
    };
    Ok((sequence.parse()?, partition.parse()?, offset.parse()?))
}
