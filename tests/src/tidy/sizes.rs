//! Files small enough to be read: at most 800 lines without tests; generated files say so in their
//! head and have together at most 45,000 lines.

use std::path::Path;

use anyhow::Result;

use crate::workspace;

const LINES_MAX: usize = 800;
const GENERATED_LINES_MAX: usize = 45_000;

/// What `strandline-codegen` writes into the head of a file.
const GENERATED: &str = "Generated from facts by strandline-codegen";

pub(crate) fn check() -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    let mut generated = 0;
    for path in workspace::tracked_files()? {
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = std::fs::read_to_string(workspace::root().join(&path))?;
        if is_generated(&text) {
            generated += text.lines().count();
            continue;
        }
        let lines = lines_without_tests(&path, &text);
        if lines > LINES_MAX {
            complaints.push(format!(
                "`{}` has {lines} lines; {LINES_MAX} at most",
                path.display()
            ));
        }
    }
    if generated > GENERATED_LINES_MAX {
        complaints.push(format!(
            "{generated} generated lines; {GENERATED_LINES_MAX} at most"
        ));
    }
    Ok(complaints)
}

/// Whether the head of a file says that a program wrote it.
pub(super) fn is_generated(text: &str) -> bool {
    text.lines().take(5).any(|line| line.contains(GENERATED))
}

fn lines_without_tests(path: &Path, text: &str) -> usize {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let is_test = stem == "tests" || stem.ends_with("_test") || stem.ends_with("_tests");
    if is_test {
        return 0;
    }
    let code = text
        .lines()
        .take_while(|line| !line.starts_with("#[cfg(test)]"));
    code.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_without_tests_stop_at_the_test_module() {
        let text = "a\nb\n#[cfg(test)]\nmod tests {\n}\n";
        assert_eq!(lines_without_tests(Path::new("x.rs"), text), 2);
        assert_eq!(lines_without_tests(Path::new("x_test.rs"), text), 0);
    }
}
