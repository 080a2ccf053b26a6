//! Brings the machine into the same state before every run (`performance.md`, section 0).

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result};

const CONGESTION_CONTROL: &str = "/proc/sys/net/ipv4/tcp_congestion_control";

/// Holds the machine's settings changed for as long as it lives, and puts them back.
#[derive(Debug)]
pub(crate) struct Prepared {
    congestion_control: String,
}

impl Prepared {
    /// Sets TCP congestion control to cubic for both systems: the default here paces loopback.
    ///
    /// # Errors
    /// If it cannot be set; measuring one system under pacing would be worth nothing.
    pub(crate) fn new() -> Result<Self> {
        let congestion_control = fs::read_to_string(CONGESTION_CONTROL)?.trim().to_owned();
        fs::write(CONGESTION_CONTROL, "cubic").context("set TCP congestion control to cubic")?;
        Ok(Self { congestion_control })
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        // The machine's setting is put back on a best effort; nothing depends on it.
        let _ = fs::write(CONGESTION_CONTROL, &self.congestion_control);
    }
}

/// Touches guest memory that the host has not backed yet: first writes to the page cache are ten
/// times slower than later ones, so whoever ran first would lose.
///
/// # Errors
/// If the scratch file cannot be written.
pub(crate) fn prefault(dir: &Path, bytes: u64) -> Result<()> {
    let path = dir.join("prefault");
    let mut file = File::create(&path)?;
    let block = vec![0x5a_u8; 8 << 20];
    for _ in 0..bytes / block.len() as u64 {
        file.write_all(&block)?;
    }
    drop(file);
    fs::remove_file(&path)?;
    Ok(())
}

/// Writes dirty pages back and drops the page cache, so that reads come from the device.
///
/// # Errors
/// If the kernel refuses.
pub(crate) fn drop_page_cache() -> Result<()> {
    rustix::fs::sync();
    OpenOptions::new()
        .write(true)
        .open("/proc/sys/vm/drop_caches")
        .and_then(|mut file| file.write_all(b"3"))
        .context("drop the page cache")
}
