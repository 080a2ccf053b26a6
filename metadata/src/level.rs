//! `strandline.level`: which records a cluster may write.

/// The lowest level that this build reads.
pub const MIN: i32 = 1;

/// The highest level that this build reads, and writes once it is finalized.
pub const MAX: i32 = 1;

/// The level of a cluster that this build cannot serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the metadata is at level {found}, this build supports levels {MIN} to {MAX}")]
pub struct UnsupportedLevel {
    /// The level found.
    pub found: i32,
}

/// # Errors
/// When `level` lies outside of what this build supports. 0 is a cluster without entries.
pub fn check(level: i32) -> Result<(), UnsupportedLevel> {
    let supported = level == 0 || (MIN..=MAX).contains(&level);
    supported
        .then_some(())
        .ok_or(UnsupportedLevel { found: level })
}
