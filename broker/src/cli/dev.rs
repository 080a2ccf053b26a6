//! `strandline dev`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

use super::arguments::Dev;
use super::output::{confirm, note};
use super::serve::{Around, serve};
use crate::config::broker_settings::{ADVERTISED_LISTENERS, DATA_DIR, LISTENERS};
use crate::config::own_settings::TIER_URL;
use crate::config::{Loader, Machine, Profile};

/// Listener of a development broker.
const LISTENER: &str = "PLAINTEXT";

/// Files that a data directory of ours has; `--reset` deletes nothing else.
const OURS: [&str; 2] = ["journal", "metadata"];

pub(super) fn run(arguments: Dev) -> Result<ExitCode> {
    let temporary = Temporary::new(arguments.ephemeral)?;
    let data = temporary.path().unwrap_or(&arguments.data).to_owned();
    if arguments.reset && !reset(&data, arguments.yes)? {
        return Ok(ExitCode::FAILURE);
    }
    let mut loader = Loader::new(Profile::Dev, Machine::detect());
    loader.environment(std::env::vars())?;
    for assignment in &arguments.set {
        loader.set(assignment)?;
    }
    loader.flag(
        "--listen",
        LISTENERS.setting(),
        &format!("{LISTENER}://{}", arguments.listen),
    )?;
    loader.flag("--data", DATA_DIR.setting(), &data.display().to_string())?;
    if let Some(advertise) = &arguments.advertise {
        let port = arguments
            .listen
            .rsplit_once(':')
            .map_or("9092", |(_, port)| port);
        let address = if advertise.contains(':') {
            advertise.clone()
        } else {
            format!("{advertise}:{port}")
        };
        let address = format!("{LISTENER}://{address}");
        loader.flag("--advertise", ADVERTISED_LISTENERS.setting(), &address)?;
    }
    match &arguments.tier {
        Some(tier) => loader.flag("--tier", TIER_URL.setting(), tier)?,
        None => {
            let tier = data.join("tier").display().to_string();
            loader.fallback("--data", TIER_URL.setting(), &tier)?;
        }
    }
    for warning in loader.warnings() {
        note(format!("strandline: {warning}"));
    }
    let suggest = arguments.exec.is_empty();
    let around = Around {
        ready_file: arguments.ready_file,
        exec: arguments.exec,
        suggest,
    };
    serve(loader.finish()?, &around)
}

/// Deletes a data directory after asking. Returns whether to go on.
fn reset(data: &Path, yes: bool) -> Result<bool> {
    if !data.exists() {
        return Ok(true);
    }
    let ours = OURS.iter().any(|name| data.join(name).exists());
    let empty = fs::read_dir(data)
        .with_context(|| format!("cannot read {}", data.display()))?
        .next()
        .is_none();
    if !ours && !empty {
        bail!(
            "{} holds no Strandline data; nothing was deleted",
            data.display()
        );
    }
    if !yes && !confirm(&format!("Delete all data in {}?", data.display())) {
        note("nothing was deleted; add --yes to delete without a question");
        return Ok(false);
    }
    fs::remove_dir_all(data).with_context(|| format!("cannot delete {}", data.display()))?;
    Ok(true)
}

/// A directory that goes when the process ends in an orderly way.
struct Temporary(Option<PathBuf>);

impl Temporary {
    fn new(wanted: bool) -> Result<Self> {
        if !wanted {
            return Ok(Self(None));
        }
        let path = std::env::temp_dir().join(format!("strandline-{}", std::process::id()));
        fs::create_dir_all(&path).with_context(|| format!("cannot create {}", path.display()))?;
        Ok(Self(Some(path)))
    }

    fn path(&self) -> Option<&Path> {
        self.0.as_deref()
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            // What cannot be deleted lies in the system's temporary directory.
            let _ = fs::remove_dir_all(path);
        }
    }
}
