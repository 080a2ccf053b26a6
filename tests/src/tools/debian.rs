//! Programs from the machine's package manager.

use std::path::PathBuf;
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};

use super::install::{cache, download, lock};
use super::versions;
use crate::command::Cmd;
use crate::suite::say;

/// The program in the search path; installed as the package that versions.toml gives for `pin`
/// where it is missing.
pub(super) fn program(program: &str, pin: &str) -> Result<PathBuf> {
    if let Some(path) = find(program) {
        return Ok(path);
    }
    install(pin)?;
    find(program).with_context(|| format!("the package for `{pin}` brought no `{program}`"))
}

/// Installs the package that versions.toml gives for `pin`.
pub(super) fn install(pin: &str) -> Result<()> {
    let package = versions()?.of("debian", pin)?;
    let _lock = lock(&cache()?.join("debian.lock"))?;
    say(format_args!("  installing package {package}"));
    update()?;
    download(|| {
        Cmd::new("apt-get")
            .args(["install", "--yes", "--no-install-recommends", package])
            .env("DEBIAN_FRONTEND", "noninteractive")
    })?;
    Ok(())
}

/// Refreshes the list of packages, once per run.
fn update() -> Result<()> {
    static DONE: OnceLock<()> = OnceLock::new();
    if find("apt-get").is_none() {
        bail!("a program is missing and this machine has no apt-get to install it");
    }
    if DONE.get().is_none() {
        download(|| Cmd::new("apt-get").arg("update"))?;
        DONE.get_or_init(|| ());
    }
    Ok(())
}

fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let system = ["/usr/sbin", "/sbin", "/usr/local/go/bin"].map(PathBuf::from);
    let folders = std::env::split_paths(&path).chain(system);
    folders
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}
