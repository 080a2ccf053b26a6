//! What a person reads.

use std::io::{self, IsTerminal as _, Write as _};

use super::arguments::BOOTSTRAP;

/// Prints a line of the result.
///
/// # Errors
/// If standard output is closed.
pub(super) fn line(text: impl AsRef<str>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_ref().as_bytes())?;
    out.write_all(b"\n")
}

/// Prints text that ends itself.
///
/// # Errors
/// If standard output is closed.
pub(super) fn text(text: &str) -> io::Result<()> {
    io::stdout().lock().write_all(text.as_bytes())
}

/// Says something beside the result.
pub(super) fn note(text: impl AsRef<str>) {
    // Nobody is left to tell if standard error is closed.
    let _ = writeln!(io::stderr(), "{}", text.as_ref());
}

/// Says in one line why the command failed. A reader that went away is not worth a word.
pub(super) fn failure(error: &anyhow::Error) {
    let broken_pipe = error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
    });
    if !broken_pipe {
        note(format!("strandline: {error:#}"));
    }
}

/// Asks a yes-or-no question; anything but yes is no, and so is a closed or redirected input.
pub(super) fn confirm(question: &str) -> bool {
    if !io::stdin().is_terminal() {
        return false;
    }
    let _ = write!(io::stderr(), "{question} [y/N] ");
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).is_ok()
        && matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

/// Rows under a heading, columns aligned.
pub(super) fn table(heading: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
    let mut widths: Vec<usize> = heading.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let heading: Vec<String> = heading.iter().map(|cell| (*cell).to_owned()).collect();
    for row in std::iter::once(&heading).chain(rows) {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}", width = *width))
            .collect();
        line(cells.join("  ").trim_end())?;
    }
    Ok(())
}

/// The option that a suggested command needs to reach the same brokers, with a space before it.
pub(super) fn bootstrap_option(bootstrap: &str) -> String {
    if bootstrap == BOOTSTRAP {
        return String::new();
    }
    format!(" -b {bootstrap}")
}

/// Splits `NAME=VALUE`.
///
/// # Errors
/// If there is no `=`.
pub(super) fn assignment(text: &str) -> anyhow::Result<(&str, &str)> {
    text.split_once('=').ok_or_else(|| {
        anyhow::anyhow!("`{text}` is not NAME=VALUE, for example retention.ms=3600000")
    })
}
