//! Foreign programs: started with a deadline, their output kept, their failure explained.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// Lines of output shown when a program fails.
const SHOWN_LINES: usize = 40;

/// A program to run. Standard input is empty, output goes to unnamed files (never a pipe that can
/// fill up), and the program is killed at its deadline.
#[derive(Debug)]
pub struct Cmd {
    command: Command,
    shown: String,
    timeout: Duration,
    input: Option<Vec<u8>>,
}

/// What a finished program left.
#[derive(Debug)]
pub struct Finished {
    /// Its exit status; `None` when the deadline ended it.
    pub status: Option<ExitStatus>,
    /// All of standard output.
    pub stdout: String,
    /// All of standard error.
    pub stderr: String,
    shown: String,
}

impl Cmd {
    /// A command with a deadline of five minutes.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let shown = program.as_ref().to_string_lossy().into_owned();
        let command = Command::new(program);
        Self {
            command,
            shown,
            timeout: Duration::from_secs(300),
            input: None,
        }
    }

    /// Appends one argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        let arg: OsString = arg.as_ref().to_owned();
        self.shown.push(' ');
        self.shown.push_str(&arg.to_string_lossy());
        self.command.arg(arg);
        self
    }

    /// Appends arguments.
    #[must_use]
    pub fn args<S: AsRef<OsStr>>(self, args: impl IntoIterator<Item = S>) -> Self {
        args.into_iter().fold(self, Self::arg)
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Removes an environment variable.
    #[must_use]
    pub fn env_remove(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Sets the working directory.
    #[must_use]
    pub fn dir(mut self, dir: &Path) -> Self {
        self.command.current_dir(dir);
        self
    }

    /// Sets the deadline.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Gives bytes on standard input.
    #[must_use]
    pub fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = Some(bytes.into());
        self
    }

    /// Runs to the end or the deadline.
    ///
    /// # Errors
    /// Only when the program cannot be started.
    pub fn finish(mut self) -> Result<Finished> {
        let (mut stdout, mut stderr) = (tempfile::tempfile()?, tempfile::tempfile()?);
        self.command
            .stdout(stdout.try_clone()?)
            .stderr(stderr.try_clone()?);
        self.command.stdin(match &self.input {
            Some(bytes) => {
                let mut file = tempfile::tempfile()?;
                file.write_all(bytes)?;
                file.seek(SeekFrom::Start(0))?;
                Stdio::from(file)
            }
            None => Stdio::null(),
        });
        let child = self
            .command
            .spawn()
            .with_context(|| format!("failed to start `{}`", self.shown))?;
        let status = wait_until(child, self.timeout)?;
        let (stdout, stderr) = (read_all(&mut stdout)?, read_all(&mut stderr)?);
        Ok(Finished {
            status,
            stdout,
            stderr,
            shown: self.shown,
        })
    }

    /// Runs and returns standard output.
    ///
    /// # Errors
    /// When the program cannot be started, fails, or overruns its deadline.
    pub fn output(self) -> Result<String> {
        Ok(self.finish()?.succeeded()?.stdout)
    }

    /// Starts the program and leaves it running; `log` receives all of its output.
    ///
    /// # Errors
    /// When the program cannot be started.
    pub fn spawn(mut self, log: &File) -> Result<Child> {
        self.command
            .stdout(log.try_clone()?)
            .stderr(log.try_clone()?)
            .stdin(Stdio::null());
        self.command
            .spawn()
            .with_context(|| format!("failed to start `{}`", self.shown))
    }

    /// The command for callers that need their own pipes.
    #[must_use]
    pub fn into_std(self) -> Command {
        self.command
    }
}

impl Finished {
    /// Whether it ended by itself with status 0.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }

    /// Standard output followed by standard error.
    #[must_use]
    pub fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// Itself, or an error that shows the end of the output.
    ///
    /// # Errors
    /// When the program failed or overran its deadline.
    pub fn succeeded(self) -> Result<Self> {
        if self.is_success() {
            return Ok(self);
        }
        let how = match self.status {
            Some(status) => status.to_string(),
            None => "killed at its deadline".to_owned(),
        };
        let all = self.all();
        let lines: Vec<&str> = all.lines().collect();
        let tail = lines[lines.len().saturating_sub(SHOWN_LINES)..].join("\n    ");
        bail!("`{}`: {how}\n    {tail}", shorten(&self.shown))
    }
}

/// Waits for `child`, and kills it at the deadline.
fn wait_until(mut child: Child, timeout: Duration) -> Result<Option<ExitStatus>> {
    let pid = rustix::process::Pid::from_child(&child);
    let (done, finished) = mpsc::sync_channel(1);
    std::thread::spawn(move || {
        let _ = done.send(child.wait());
    });
    match finished.recv_timeout(timeout) {
        Ok(status) => Ok(Some(status?)),
        Err(_) => {
            rustix::process::kill_process(pid, rustix::process::Signal::KILL)?;
            let _ = finished.recv();
            Ok(None)
        }
    }
}

fn read_all(file: &mut File) -> Result<String> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A command line short enough to read: long class paths are cut.
fn shorten(shown: &str) -> String {
    let words = shown
        .split(' ')
        .map(|word| if word.len() > 120 { "..." } else { word });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finish_past_the_deadline_kills_and_says_so() {
        let cmd = Cmd::new("sleep")
            .arg("60")
            .timeout(Duration::from_millis(50));
        let error = cmd.output().unwrap_err().to_string();
        assert!(error.contains("killed at its deadline"), "{error}");
    }

    #[test]
    fn output_of_a_failing_program_shows_its_last_lines() {
        let error = Cmd::new("sh")
            .args(["-c", "echo why; exit 3"])
            .output()
            .unwrap_err();
        assert!(error.to_string().contains("why"), "{error}");
    }

    #[test]
    fn input_reaches_the_program() {
        assert_eq!(Cmd::new("cat").input("abc").output().unwrap(), "abc");
    }
}
