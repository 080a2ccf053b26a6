//! Python and Node: environments with the pinned libraries, and the programs of `tests/clients`;
//! and what cargo installs.

use std::path::PathBuf;

use anyhow::Result;

use super::install::{download, folder};
use super::{debian, versions};
use crate::command::Cmd;
use crate::workspace;

/// A Python interpreter that has the client libraries.
///
/// # Errors
/// When they cannot be installed.
pub fn python() -> Result<PathBuf> {
    let pins = versions()?.section("python")?;
    let wanted: Vec<String> = pins
        .iter()
        .map(|(name, version)| format!("{name}=={version}"))
        .collect();
    let python = debian::program("python3", "python")?;
    let folder = folder("python", &wanted.join(" "), |folder| {
        let venv = || {
            Cmd::new(&python)
                .args(["-m", "venv", "--clear"])
                .arg(folder)
        };
        if !venv().finish()?.is_success() {
            // Debian keeps the part of Python that makes environments in a package of its own.
            debian::install("python")?;
            venv().output()?;
        }
        let pip = folder.join("bin/pip");
        download(|| Cmd::new(&pip).args(["install", "--quiet"]).args(&wanted))?;
        Ok(())
    })?;
    Ok(folder.join("bin/python"))
}

/// The program `tests/clients/python/<name>.py`.
///
/// # Errors
/// When its environment cannot be installed.
pub fn python_client(name: &str) -> Result<Cmd> {
    let script = workspace::root().join(format!("tests/clients/python/{name}.py"));
    Ok(Cmd::new(python()?).arg("-B").arg(script))
}

/// The program `tests/clients/node/client.js`.
///
/// # Errors
/// When its libraries cannot be installed.
pub fn node_client() -> Result<Cmd> {
    let pins = versions()?.section("node")?;
    let wanted: Vec<String> = pins
        .iter()
        .map(|(name, version)| format!("{name}@{version}"))
        .collect();
    let node = debian::program("node", "node")?;
    let npm = debian::program("npm", "npm")?;
    let folder = folder("node", &wanted.join(" "), |folder| {
        std::fs::write(folder.join("package.json"), "{\"private\":true}\n")?;
        download(|| {
            Cmd::new(&npm)
                .args(["install", "--no-audit", "--no-fund", "--save-exact"])
                .args(&wanted)
                .dir(folder)
        })?;
        Ok(())
    })?;
    let script = workspace::root().join("tests/clients/node/client.js");
    Ok(Cmd::new(node)
        .arg(script)
        .env("NODE_PATH", folder.join("node_modules")))
}

/// `cargo-fuzz`.
///
/// # Errors
/// When it cannot be built.
pub fn cargo_fuzz() -> Result<PathBuf> {
    let version = versions()?.of("cargo", "cargo-fuzz")?;
    let folder = folder("cargo-fuzz", version, |folder| {
        download(|| {
            Cmd::new("cargo")
                .args([
                    "install",
                    "--quiet",
                    "--locked",
                    "--version",
                    version,
                    "--root",
                ])
                .arg(folder)
                .arg("cargo-fuzz")
        })?;
        Ok(())
    })?;
    Ok(folder.join("bin/cargo-fuzz"))
}
