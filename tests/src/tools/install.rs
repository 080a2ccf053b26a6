//! Folders of the cache: made once, by one process at a time, downloads retried.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::fs::FlockOperation;

use crate::command::Cmd;
use crate::suite::say;

/// Attempts per download.
const ATTEMPTS: u32 = 4;

/// The folder for `name` installed from `pins`; `fill` makes its content where it is not complete.
pub(super) fn folder(
    name: &str,
    pins: &str,
    fill: impl FnOnce(&Path) -> Result<()>,
) -> Result<PathBuf> {
    let cache = cache()?;
    let folder = cache.join(format!("{name}-{:08x}", hash(pins)));
    let complete = folder.join(".complete");
    if complete.exists() {
        return Ok(folder);
    }
    let _lock = lock(&cache.join(format!("{name}.lock")))?;
    if complete.exists() {
        return Ok(folder);
    }
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    say(format_args!("  installing {name}"));
    fill(&folder).with_context(|| format!("failed to install {name}"))?;
    std::fs::write(complete, pins)?;
    Ok(folder)
}

/// Runs a command that downloads something, again when it fails.
pub(super) fn download(make: impl Fn() -> Cmd) -> Result<String> {
    for attempt in 1..ATTEMPTS {
        match make().timeout(Duration::from_secs(900)).output() {
            Ok(output) => return Ok(output),
            Err(error) => say(format_args!("  attempt {attempt} failed: {error:#}")),
        }
        std::thread::sleep(Duration::from_secs(5 * u64::from(attempt)));
    }
    make().timeout(Duration::from_secs(900)).output()
}

/// Takes the lock file; it is released when the file is dropped.
pub(super) fn lock(path: &Path) -> Result<File> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)?;
    rustix::fs::flock(&file, FlockOperation::LockExclusive)?;
    Ok(file)
}

/// The cache, made where it is missing.
pub(super) fn cache() -> Result<PathBuf> {
    let cache = match std::env::var_os("STRANDLINE_TOOLS") {
        Some(path) => PathBuf::from(path),
        None => match std::env::var_os("XDG_CACHE_HOME") {
            Some(path) => PathBuf::from(path).join("strandline-tools"),
            None => {
                let home = std::env::var_os("HOME").context("neither STRANDLINE_TOOLS nor HOME")?;
                PathBuf::from(home).join(".cache/strandline-tools")
            }
        },
    };
    std::fs::create_dir_all(&cache)
        .with_context(|| format!("failed to create `{}`", cache.display()))?;
    Ok(cache)
}

/// FNV-1a: a name for a set of pins, nothing more.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(16_777_619)
    })
}
