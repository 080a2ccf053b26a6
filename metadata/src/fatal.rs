//! The end of the process, for errors after which nothing may be acknowledged (I23).

use std::fmt::Display;

/// Exit status after a failed write or flush of the metadata log, or damage found in it.
pub const EXIT_STATUS: i32 = 74;

/// Reports `error` and ends the process at once: no destructor runs, nothing is flushed, nothing
/// more is acknowledged.
pub(crate) fn fatal(what: &str, error: &dyn Display) -> ! {
    tracing::error!(%error, "{what}: the process ends");
    #[cfg(test)]
    eprintln!("{what}: {error}");
    std::process::exit(EXIT_STATUS)
}
