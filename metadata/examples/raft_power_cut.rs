//! Writes the metadata's Raft log until the power is cut, and verifies it afterwards.
//!
//! ```text
//! raft_power_cut DIR                      prints `appended INDEX`, `voted TERM` and `purged INDEX`,
//!                                         each after it was acknowledged, until it is killed
//! raft_power_cut --verify DIR [LINES]     LINES is a file with what was printed (default: stdin);
//!                                         prints `ok ...`, or says what is missing and exits with 1
//! ```
//!
//! DIR may be the one of an earlier run: writing goes on where it ended.

#![expect(
    clippy::unwrap_used,
    reason = "a program for the command line of a developer"
)]

use std::io::{BufRead, Write};
use std::path::Path;
use std::process::ExitCode;

use bytes::Bytes;
use strandline_metadata::probe::LogProbe;

/// Content is a function of the index, so that verification needs no other copy.
fn body(index: u64) -> Bytes {
    let seed = index.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let length = if index.is_multiple_of(50) {
        40_000
    } else {
        20 + seed as usize % 3000
    };
    Bytes::from_iter((0..length).map(|at| (seed.rotate_left(at as u32 % 64) >> 56) as u8))
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

async fn write(dir: &Path) {
    let (mut log, state) = LogProbe::open(dir).await.unwrap();
    let mut term = state.term + 1;
    let mut first = state.first;
    let mut index = first + state.entries.len() as u64;
    log.vote(term).await.unwrap();
    say(&format!("voted {term}"));
    loop {
        log.append(term, index, body(index)).await.unwrap();
        say(&format!("appended {index}"));
        index += 1;
        if index.is_multiple_of(7) {
            term += 1;
            log.vote(term).await.unwrap();
            say(&format!("voted {term}"));
        }
        // Some entries stay, so that a purge is followed by what it must not touch.
        if index > first + 400 {
            first = index - 100;
            log.purge(first - 1).await.unwrap();
            say(&format!("purged {}", first - 1));
        }
    }
}

async fn verify(dir: &Path, lines: impl BufRead) -> Result<String, String> {
    let (mut appended, mut voted, mut purged) = (None, 0, None);
    for line in lines.lines() {
        let line = line.map_err(|error| error.to_string())?;
        let number = |text: &str| text.trim().parse::<u64>().ok();
        if let Some(index) = line.strip_prefix("appended ").and_then(number) {
            appended = Some(index);
        } else if let Some(term) = line.strip_prefix("voted ").and_then(number) {
            voted = term;
        } else if let Some(index) = line.strip_prefix("purged ").and_then(number) {
            purged = Some(index);
        }
    }
    let (_, state) = LogProbe::open(dir)
        .await
        .map_err(|error| format!("refused: {error}"))?;
    let end = state.first + state.entries.len() as u64;
    if appended.is_some_and(|index| end <= index) {
        return Err(format!(
            "entry {appended:?} was acknowledged, the log ends at {end}"
        ));
    }
    if state.term < voted {
        return Err(format!(
            "vote {voted} was acknowledged, the log has {}",
            state.term
        ));
    }
    if purged.is_some_and(|index| state.first <= index) {
        return Err(format!(
            "purge of {purged:?} was acknowledged, first is {}",
            state.first
        ));
    }
    for (index, entry) in (state.first..).zip(&state.entries) {
        if *entry != body(index) {
            return Err(format!("entry {index} has another content"));
        }
    }
    Ok(format!(
        "ok first={} end={end} term={} acknowledged={} torn_bytes={}",
        state.first,
        state.term,
        appended.map_or(-1, |index| i64::try_from(index).unwrap_or(i64::MAX)),
        state.torn_bytes
    ))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["--verify", dir] => verify(Path::new(dir), std::io::stdin().lock()).await,
        ["--verify", dir, lines] => {
            let file = std::fs::File::open(lines).unwrap();
            verify(Path::new(dir), std::io::BufReader::new(file)).await
        }
        [dir] => {
            write(Path::new(dir)).await;
            return ExitCode::SUCCESS;
        }
        _ => Err("usage: raft_power_cut DIR | --verify DIR [LINES]".to_owned()),
    };
    match result {
        Ok(line) => {
            say(&line);
            ExitCode::SUCCESS
        }
        Err(line) => {
            say(&line);
            ExitCode::FAILURE
        }
    }
}
