//! Goal: whatever happens to the log's files, a start either refuses with a clear message or has
//! every entry and vote that was acknowledged (I4, I23).
//! Method: one small log with several chunks, closed as a killed process leaves it; then every
//! byte flipped, every file cut at every length, files removed.

use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use super::probe::{LogProbe, LogProbeState};
use super::wal::{check, witness};

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
}

fn body(index: u64) -> Bytes {
    Bytes::from(format!("entry {index} {}", "x".repeat(index as usize % 37)))
}

/// Writes a log and copies its files while it is open: what a SIGKILL would leave.
fn killed_log(dir: &Path, entries: u64) -> (PathBuf, LogProbeState) {
    let (live, killed) = (dir.join("live"), dir.join("killed"));
    fs::create_dir_all(&killed).unwrap();
    let state = runtime().block_on(async {
        let (mut log, state) = LogProbe::open(&live).await.unwrap();
        assert_eq!(state.entries.len(), 0);
        log.vote(1).await.unwrap();
        for index in 0..entries {
            log.append(1, index, body(index)).await.unwrap();
            if index == entries / 2 {
                log.vote(2).await.unwrap();
            }
        }
        for entry in fs::read_dir(&live).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), killed.join(entry.file_name())).unwrap();
        }
        LogProbeState {
            term: 2,
            first: 0,
            entries: (0..entries).map(body).collect(),
            torn_bytes: 0,
        }
    });
    (killed, state)
}

fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// Opens a damaged copy. Gives the message of a refusal.
fn open(dir: &Path, expected: &LogProbeState, what: &str) -> Option<String> {
    match runtime().block_on(LogProbe::open(dir)) {
        Ok((_, state)) => {
            let state = LogProbeState {
                torn_bytes: 0,
                ..state
            };
            assert_eq!(&state, expected, "{what}: silently lost or changed");
            None
        }
        Err(error) => {
            let message = error.to_string();
            assert!(
                !message.contains('\n'),
                "{what}: more than one line: {message}"
            );
            Some(message)
        }
    }
}

#[test]
fn a_killed_log_opens_completely() {
    let dir = tempfile::tempdir().unwrap();
    let (killed, state) = killed_log(dir.path(), 20);
    assert_eq!(open(&killed, &state, "killed"), None);
    assert_eq!(open(&killed, &state, "opened twice"), None);
}

#[test]
fn flipped_bytes_are_refused_or_harmless() {
    let dir = tempfile::tempdir().unwrap();
    let (killed, state) = killed_log(dir.path(), 20);
    let damaged = dir.path().join("damaged");
    let mut refused = 0;
    for name in fs::read_dir(&killed)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
    {
        let bytes = fs::read(killed.join(&name)).unwrap();
        for at in 0..bytes.len() {
            for mask in [1 << (at % 8), 0xff] {
                copy(&killed, &damaged);
                let mut bytes = bytes.clone();
                bytes[at] ^= mask;
                fs::write(damaged.join(&name), &bytes).unwrap();
                let what = format!("{} byte {at} ^ {mask:#x}", name.display());
                refused += u32::from(open(&damaged, &state, &what).is_some());
            }
        }
    }
    assert!(
        refused > 1000,
        "only {refused} refusals: was anything damaged?"
    );
}

#[test]
fn cut_files_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (killed, state) = killed_log(dir.path(), 20);
    let damaged = dir.path().join("damaged");
    let chunks = check::chunk_files(&killed).unwrap();
    for (_, path) in chunks {
        let bytes = fs::read(&path).unwrap();
        for length in 0..bytes.len() {
            copy(&killed, &damaged);
            fs::write(damaged.join(path.file_name().unwrap()), &bytes[..length]).unwrap();
            let what = format!("cut to {length}");
            let message = open(&damaged, &state, &what).expect("acknowledged bytes are missing");
            assert!(message.contains("acknowledged"), "{what}: {message}");
        }
    }
    copy(&killed, &damaged);
    fs::remove_file(damaged.join(witness::FILE_NAME)).unwrap();
    let message = open(&damaged, &state, "no witness").unwrap();
    assert!(message.contains("missing"), "{message}");
}

#[test]
fn a_missing_chunk_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (live, damaged) = (dir.path().join("live"), dir.path().join("damaged"));
    let bodies: Vec<_> = (0..12)
        .map(|n: u8| Bytes::from(vec![n; 100 << 10]))
        .collect();
    runtime().block_on(async {
        let (mut log, _) = LogProbe::open(&live).await.unwrap();
        log.vote(1).await.unwrap();
        for (index, body) in (0..).zip(&bodies) {
            log.append(1, index, body.clone()).await.unwrap();
        }
    });
    let state = LogProbeState {
        term: 1,
        first: 0,
        entries: bodies,
        torn_bytes: 0,
    };
    assert_eq!(open(&live, &state, "whole"), None);
    let chunks = check::chunk_files(&live).unwrap();
    assert!(chunks.len() > 3, "{} chunks", chunks.len());
    for (_, path) in chunks {
        copy(&live, &damaged);
        fs::remove_file(damaged.join(path.file_name().unwrap())).unwrap();
        assert!(open(&damaged, &state, "a chunk is missing").is_some());
    }
}

#[test]
fn a_torn_end_that_was_never_acknowledged_is_cut_off() {
    let dir = tempfile::tempdir().unwrap();
    let (killed, state) = killed_log(dir.path(), 5);
    let damaged = dir.path().join("damaged");
    let (_, last) = check::chunk_files(&killed).unwrap().pop().unwrap();
    let whole = fs::read(&last).unwrap();
    // The record of one more entry, whole and in every torn form, zeros and garbage.
    let next = dir.path().join("next");
    copy(&killed, &next);
    runtime().block_on(async {
        let (mut log, _) = LogProbe::open(&next).await.unwrap();
        log.append(2, 5, body(5)).await.unwrap();
    });
    let (_, path) = check::chunk_files(&next).unwrap().pop().unwrap();
    let record = fs::read(path).unwrap()[whole.len()..].to_vec();
    let mut ends: Vec<Vec<u8>> = (1..record.len()).map(|n| record[..n].to_vec()).collect();
    ends.push(vec![0; 700]);
    ends.push(vec![0xa5; 33]);
    for end in ends {
        copy(&killed, &damaged);
        let mut bytes = whole.clone();
        bytes.extend(&end);
        fs::write(damaged.join(last.file_name().unwrap()), bytes).unwrap();
        let what = format!("torn after {} bytes", end.len());
        assert_eq!(open(&damaged, &state, &what), None, "{what}");
        assert_eq!(open(&damaged, &state, &what), None, "{what}, again");
    }
}

#[test]
fn a_vote_is_durable_when_it_is_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let (mut log, _) = LogProbe::open(&dir.path().join("log")).await.unwrap();
        for term in 1..4 {
            let before = log.flushes();
            log.vote(term).await.unwrap();
            assert_eq!(log.flushes(), before + 1, "vote {term} was not flushed");
        }
    });
}

#[test]
#[cfg(feature = "sabotage")]
fn sabotage_of_the_vote_is_caught() {
    let test = "raft::damage_test::a_vote_is_durable_when_it_is_acknowledged";
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact"])
        .env("STRANDLINE_SABOTAGE", "vote-before-durable")
        .output()
        .unwrap();
    assert!(!child.status.success(), "the broken build was not caught");
}
