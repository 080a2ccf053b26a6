//! Words that do not belong into a tracked file.

use anyhow::Result;

use crate::workspace;

/// Marks of unfinished work; spelled in halves because this file is tracked as well.
const UNFINISHED: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X:"),
];

/// Beginnings of paths that exist on one machine only.
const MACHINE_PATHS: &[&str] = &[
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
    concat!("/ho", "me/"),
];

pub(crate) fn unfinished() -> Result<Vec<String>> {
    let is_bad = |line: &str| {
        UNFINISHED.iter().any(|mark| line.contains(mark)) && !line.contains(concat!("AD", "R-"))
    };
    lines_that(is_bad, "leaves work open without naming an ADR")
}

pub(crate) fn machine_paths() -> Result<Vec<String>> {
    let is_bad = |line: &str| {
        MACHINE_PATHS.iter().any(|path| {
            line.match_indices(path).any(|(at, _)| {
                let before = line[..at].chars().next_back();
                before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '.' | '_' | '-' | '}'))
            })
        })
    };
    lines_that(is_bad, "names a path of one machine")
}

fn lines_that(is_bad: impl Fn(&str) -> bool, why: &str) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    for path in workspace::tracked_files()? {
        let bytes = std::fs::read(workspace::root().join(&path))?;
        // Binary files, such as golden bytes, hold no words.
        let Ok(text) = String::from_utf8(bytes) else {
            continue;
        };
        for (at, line) in text.lines().enumerate() {
            if is_bad(line) {
                complaints.push(format!("{}:{} {why}", path.display(), at + 1));
            }
        }
    }
    Ok(complaints)
}
