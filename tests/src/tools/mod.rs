//! Foreign programs: found or installed, at the versions of `tests/clients/versions.toml`.
//!
//! Everything goes into a cache outside the tree (`STRANDLINE_TOOLS`, by default
//! `strandline-tools` in the user's cache directory), one folder per set of pins: a changed pin
//! installs anew and an old one stays usable. A folder is complete once it holds `.complete`; two
//! runs at once wait for each other. Downloads are tried four times. What cannot be had is an
//! error, never a reason to skip something.

mod debian;
mod go;
mod install;
mod maven;
mod scripts;
mod versions;

pub use go::{go_client, minio};
pub use maven::{java, java_client_classes, java_client_jars, kafka_jars};
pub use scripts::{cargo_fuzz, node_client, python, python_client};
pub use versions::{Versions, versions};

use std::path::PathBuf;

use anyhow::Result;

/// `kcat`, installed from Debian where it is missing.
///
/// # Errors
/// When it can be neither found nor installed.
pub fn kcat() -> Result<PathBuf> {
    debian::program("kcat", "kcat")
}

/// `mkfs.ext4`, for images that lose power.
///
/// # Errors
/// When it can be neither found nor installed.
pub fn mkfs_ext4() -> Result<PathBuf> {
    debian::program("mkfs.ext4", "e2fsprogs")
}
