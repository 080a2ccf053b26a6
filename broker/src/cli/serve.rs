//! Running a node until somebody ends it: what `dev` and `server` share.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use tokio::signal::unix::{SignalKind, signal};

use super::output::{bootstrap_option, line, note};
use super::{descriptors, heap};
use crate::config::Settings;
use crate::config::own_settings::THREADS;
use crate::diagnostics;
use crate::node::Node;

/// What happens around a node.
#[derive(Debug, Default)]
pub(super) struct Around {
    /// Also gets the ready line.
    pub(super) ready_file: Option<PathBuf>,
    /// Command to run; the node stops when it ends, and its status is ours.
    pub(super) exec: Vec<String>,
    /// Whether to suggest what to try.
    pub(super) suggest: bool,
}

/// Runs a node until Ctrl-C, SIGTERM, or the end of the command.
pub(super) fn serve(settings: Settings, around: &Around) -> Result<ExitCode> {
    let threads = usize::try_from(settings.get(&THREADS)).unwrap_or(1);
    heap::bound_what_is_kept(threads);
    let warnings = diagnostics::start(&settings);
    descriptors::make_room();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .thread_name("broker")
        .enable_all()
        .build()
        .context("start threads")?;
    let code = runtime.block_on(async {
        // Listening for signals comes first: one that arrives during the start must not be lost.
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let node = Node::start(settings, warnings).await?;
        let bootstrap = node.bootstrap();
        let ready = format!("ready bootstrap={bootstrap} admin={}", node.admin());
        line(&ready)?;
        if let Some(path) = &around.ready_file {
            write_whole(path, &format!("{ready}\n"))
                .with_context(|| format!("write {}", path.display()))?;
        }
        if around.suggest {
            suggest(&bootstrap);
        }
        let code = tokio::select! {
            code = command(&around.exec, &bootstrap), if !around.exec.is_empty() => code?,
            _ = interrupt.recv() => ExitCode::SUCCESS,
            _ = terminate.recv() => ExitCode::SUCCESS,
        };
        note("stopping");
        node.shutdown().await;
        anyhow::Ok(code)
    })?;
    Ok(code)
}

/// Writes the file under another name first, so that a reader never sees half of it.
fn write_whole(path: &std::path::Path, content: &str) -> std::io::Result<()> {
    let partial = path.with_extension("partial");
    fs::write(&partial, content)?;
    fs::rename(&partial, path)
}

/// Runs the command of `--exec`.
async fn command(words: &[String], bootstrap: &str) -> Result<ExitCode> {
    let [program, arguments @ ..] = words else {
        return Ok(ExitCode::SUCCESS);
    };
    let status = tokio::process::Command::new(program)
        .args(arguments)
        .env("BOOTSTRAP_SERVERS", bootstrap)
        .kill_on_drop(true)
        .status()
        .await
        .with_context(|| format!("cannot run `{program}`"))?;
    // Ended by a signal: what a shell would say.
    let code = status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .unwrap_or(128);
    Ok(ExitCode::from(code))
}

/// Three commands that work as they stand.
fn suggest(bootstrap: &str) {
    let program = std::env::current_exe()
        .ok()
        .and_then(|path| {
            let here = std::env::current_dir().ok()?;
            let shown = path.strip_prefix(&here).unwrap_or(&path).to_owned();
            shown.to_str().map(str::to_owned)
        })
        .unwrap_or_else(|| "strandline".to_owned());
    let at = bootstrap_option(bootstrap);
    note(format!(
        "\nTry, in another terminal:\n  {program} topic{at} create demo --partitions 3\n  \
         echo hello | {program} produce{at} demo\n  {program} consume{at} demo\n\
         Or point any Kafka client at {bootstrap}. Ctrl-C stops.\n"
    ));
}
