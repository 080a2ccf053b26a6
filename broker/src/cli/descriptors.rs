//! Room for many open files: each client takes a descriptor.

use rustix::io::fcntl_dupfd_cloexec;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Descriptors that the kernel's table has room for from the start, at 8 bytes each.
const PREPARED: u64 = 16 * 1024;

/// Raises the soft limit of open files, which is often lower than what is allowed, and makes the table
/// of descriptors large. Linux doubles it as they are opened; with several threads each time takes 10
/// milliseconds and more, in which the thread that accepts a connection does nothing else. Called before
/// there are other threads.
pub(super) fn make_room() {
    let limits = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limits.maximum,
        maximum: limits.maximum,
    };
    if limits.current != limits.maximum && setrlimit(Resource::Nofile, raised).is_err() {
        tracing::debug!(?limits, "cannot raise the limit of open files");
    }
    let limit = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let last = limit.min(PREPARED).saturating_sub(1);
    let last = i32::try_from(last).unwrap_or(i32::MAX);
    // A copy with a high number, closed at once. Without it everything works, only later.
    if let Err(error) = fcntl_dupfd_cloexec(std::io::stdin(), last) {
        tracing::debug!(%error, "cannot make the table of open files larger");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_room_for_many() {
        make_room();
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let size = status.lines().find_map(|l| l.strip_prefix("FDSize:"));
        let size: u64 = size.unwrap().trim().parse().unwrap();
        let limits = getrlimit(Resource::Nofile);
        assert_eq!(limits.current, limits.maximum);
        assert!(
            size >= limits.current.unwrap_or(PREPARED).min(PREPARED),
            "{size}"
        );
    }
}
