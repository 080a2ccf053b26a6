//! What commands that ask a broker for something have in common.

use anyhow::{Result, bail, ensure};
use strandline_protocol::ErrorCode;

/// How long the broker may take for a change, in milliseconds.
pub(super) const TIMEOUT_MS: i32 = 30_000;

/// An error with Kafka's name, and the broker's words if it has any.
pub(super) fn check(code: i16, message: Option<&str>, what: &str) -> Result<()> {
    if code == 0 {
        return Ok(());
    }
    let code = ErrorCode::from_code(code);
    match message {
        Some(message) if !message.is_empty() => bail!("{what}: {message} ({})", code.name()),
        _ => bail!("{what}: {} ({})", code.message(), code.name()),
    }
}

/// An error if `topic`, which has `partitions`, does not have `partition`.
pub(super) fn check_partition(topic: &str, partitions: &[i32], partition: i32) -> Result<()> {
    ensure!(
        partitions.contains(&partition),
        "{topic} has no partition {partition}"
    );
    Ok(())
}
