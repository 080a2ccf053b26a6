//! `strandline journal`: looks into the journal of a stopped broker, or into a copy of it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use strandline_log::inspect::{Inspector, describe};
use strandline_log::{Disk, OsDisk};

use super::arguments::{Journal, JournalCommand};
use super::output::{line, note, table};

/// Folder of the journal in a data directory.
const JOURNAL: &str = "journal";

pub(super) fn run(arguments: &Journal) -> Result<ExitCode> {
    match &arguments.command {
        JournalCommand::Ls { data } => ls(data).map(|()| ExitCode::SUCCESS),
        JournalCommand::Dump { data, file } => dump(data, *file).map(|()| ExitCode::SUCCESS),
        JournalCommand::Verify { data } => verify(data),
    }
}

/// Opens the journal of a data directory, or the journal's own folder.
fn open(data: &Path) -> Result<Inspector> {
    let inner = data.join(JOURNAL);
    let dir: PathBuf = if inner.is_dir() {
        inner
    } else {
        data.to_owned()
    };
    ensure!(
        dir.is_dir(),
        "{} is no directory; name the data directory",
        dir.display()
    );
    let disk: Arc<dyn Disk> = Arc::new(OsDisk);
    let inspector =
        Inspector::open(&disk, &dir).with_context(|| format!("cannot read {}", dir.display()))?;
    ensure!(
        !inspector.files().is_empty(),
        "{} holds no journal; name the data directory",
        dir.display()
    );
    Ok(inspector)
}

fn ls(data: &Path) -> Result<()> {
    let inspector = open(data)?;
    let rows: Vec<Vec<String>> = inspector
        .files()
        .into_iter()
        .map(|file| {
            vec![
                file.number.to_string(),
                file.name,
                format!("{:?}", file.state).to_lowercase(),
                file.stream
                    .map_or_else(|| "-".to_owned(), |of| format!("{of:?}").to_lowercase()),
                file.size_bytes.to_string(),
                file.used_bytes.to_string(),
                file.live_bytes.to_string(),
                file.live_logs.to_string(),
            ]
        })
        .collect();
    table(
        &[
            "FILE", "NAME", "STATE", "STREAM", "SIZE", "USED", "LIVE", "LOGS",
        ],
        &rows,
    )?;
    Ok(line(describe(inspector.recovery()).trim_end())?)
}

fn dump(data: &Path, file: u64) -> Result<()> {
    let inspector = open(data)?;
    let mut result = line("POSITION  SEQUENCE  KIND  LOG  EPOCH  OFFSETS  BYTES  BATCHES");
    let found = inspector.entries(file, |entry| {
        if result.is_ok() {
            result = line(format!(
                "{}  {}  {:?}  {}  {}  [{}, {})  {}  {}",
                entry.position,
                entry.sequence,
                entry.kind,
                entry.topic_partition,
                entry.leader_epoch,
                entry.base_offset,
                entry.end_offset,
                entry.payload_bytes,
                entry.batches,
            ));
        }
    });
    result?;
    ensure!(
        found,
        "there is no file {file}; see strandline journal ls {}",
        data.display()
    );
    Ok(())
}

/// Checks everything and says per log which offsets and how many bytes are there.
fn verify(data: &Path) -> Result<ExitCode> {
    let inspector = open(data)?;
    let mut shown = 0;
    let report = inspector.verify(|done, all| {
        let percent = done * 100 / all.max(1);
        if percent >= shown + 10 {
            shown = percent;
            note(format!("{percent}% of {all} bytes"));
        }
    });
    for log in inspector.logs() {
        line(format!(
            "{}  log [{}, {})  local from {}  {} bytes",
            log.topic_partition,
            log.log_start_offset,
            log.log_end_offset,
            log.local_log_start_offset,
            log.bytes,
        ))?;
    }
    for corruption in report.corruption.iter().chain(&report.recovery.corruption) {
        line(format!("corrupt: {corruption:?}"))?;
    }
    for damaged in &report.recovery.damaged {
        line(format!("lost: {damaged:?}"))?;
    }
    line(format!(
        "{} files, {} groups, {} batches, {} bytes: {}",
        report.files,
        report.groups,
        report.batches,
        report.bytes,
        if report.is_sound() {
            "sound"
        } else {
            "DAMAGED"
        },
    ))?;
    Ok(if report.is_sound() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directory_without_a_journal_is_not_sound() {
        let dir = tempfile::tempdir().unwrap();
        let error = verify(dir.path()).unwrap_err().to_string();
        assert!(error.contains("holds no journal"), "{error}");
    }
}
