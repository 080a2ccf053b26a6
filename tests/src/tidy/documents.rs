//! Documents: links that lead somewhere, and a README that states the commands CI runs.

use std::path::Path;

use anyhow::{Context, Result};

use crate::workspace;

/// Relative links in Markdown files whose target does not exist.
pub(crate) fn links() -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    for path in workspace::tracked_files()? {
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let full = workspace::root().join(&path);
        let text = std::fs::read_to_string(&full)?;
        for target in link_targets(&text) {
            if !leads_somewhere(&full, target) {
                complaints.push(format!("{}: `{target}` leads nowhere", path.display()));
            }
        }
    }
    Ok(complaints)
}

/// The commands of README.md that a newcomer runs, and that the suite `quickstart` runs.
pub(crate) fn commands() -> Result<Vec<String>> {
    let readme = std::fs::read_to_string(workspace::root().join("README.md"))
        .context("failed to read `README.md`")?;
    let fenced = fenced_lines(&readme);
    let mut complaints = Vec::new();
    for command in ["cargo run --release -- dev", "tests/run"] {
        if !fenced.iter().any(|line| line == command) {
            complaints.push(format!("README.md has no fenced line `{command}`"));
        }
    }
    Ok(complaints)
}

/// Lines within fenced blocks, without prompts and comments.
pub(crate) fn fenced_lines(markdown: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut is_fenced = false;
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            is_fenced = !is_fenced;
        } else if is_fenced {
            let line = line.trim().trim_start_matches("$ ");
            let command = line.split(" #").next().unwrap_or_default().trim();
            if !command.is_empty() && !command.starts_with('#') {
                lines.push(command.to_owned());
            }
        }
    }
    lines
}

fn link_targets(markdown: &str) -> impl Iterator<Item = &str> {
    markdown.split("](").skip(1).filter_map(|rest| {
        let target = rest.split(')').next()?;
        let is_elsewhere = target.contains("://") || target.starts_with("mailto:");
        (!is_elsewhere && !target.starts_with('#') && !target.is_empty()).then_some(target)
    })
}

fn leads_somewhere(file: &Path, target: &str) -> bool {
    let path = target.split('#').next().unwrap_or(target);
    file.parent()
        .is_some_and(|folder| folder.join(path).exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fenced_lines_drop_prompts_and_comments() {
        let text = "a\n```sh\n$ tests/run   # everything\n# no\n```\nb\n";
        assert_eq!(fenced_lines(text), ["tests/run"]);
    }

    #[test]
    fn link_targets_skip_other_sites() {
        let text = "[a](x.md) [b](https://e.org) [c](y.md#z) [d](#e)";
        assert_eq!(link_targets(text).collect::<Vec<_>>(), ["x.md", "y.md#z"]);
    }
}
