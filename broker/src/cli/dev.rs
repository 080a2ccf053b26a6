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

/// Folder of the object store in a data directory.
const TIER: &str = "tier";

/// Files that a data directory of ours has; `--reset` deletes nothing else.
const OURS: [&str; 2] = ["journal", "metadata"];

pub(super) fn run(arguments: Dev) -> Result<ExitCode> {
    let temporary = Temporary::new(arguments.ephemeral)?;
    let given = temporary.path().or(arguments.data.as_deref());
    // Flags, `--set` and the environment can name the data directory, and the tier lies in it if
    // nobody says otherwise: so everything is put together once to know where it is.
    let data = loader(&arguments, given, Path::new(TIER))?
        .finish()?
        .data_dir();
    let loader = loader(&arguments, given, &data.join(TIER))?;
    for warning in loader.warnings() {
        note(format!("strandline: {warning}"));
    }
    let settings = loader.finish()?;
    if arguments.reset && !reset(&data, arguments.yes)? {
        return Ok(ExitCode::FAILURE);
    }
    let suggest = arguments.exec.is_empty();
    let around = Around {
        ready_file: arguments.ready_file,
        exec: arguments.exec,
        suggest,
    };
    serve(settings, &around)
}

/// What a development broker goes by. `data` is the directory that a flag names, `tier` the object
/// store if nothing names one.
fn loader(arguments: &Dev, data: Option<&Path>, tier: &Path) -> Result<Loader> {
    let mut loader = Loader::new(Profile::Dev, Machine::detect());
    loader.environment(std::env::vars())?;
    for assignment in &arguments.set {
        loader.set(assignment)?;
    }
    if let Some(listen) = &arguments.listen {
        let address = format!("{LISTENER}://{listen}");
        loader.flag("--listen", LISTENERS.setting(), &address)?;
    }
    if let Some(data) = data {
        loader.flag("--data", DATA_DIR.setting(), &data.display().to_string())?;
    }
    if let Some(advertise) = &arguments.advertise {
        // Port 0 stands for the one that is listened on.
        let address = if advertise.contains(':') {
            advertise.clone()
        } else {
            format!("{advertise}:0")
        };
        let address = format!("{LISTENER}://{address}");
        loader.flag("--advertise", ADVERTISED_LISTENERS.setting(), &address)?;
    }
    match &arguments.tier {
        Some(tier) => loader.flag("--tier", TIER_URL.setting(), tier)?,
        None => loader.fallback("--data", TIER_URL.setting(), &tier.display().to_string())?,
    }
    Ok(loader)
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

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::super::arguments::{Arguments, Command};
    use super::*;

    fn settings(words: &[&str]) -> crate::config::Settings {
        let words = ["strandline", "dev"].iter().chain(words);
        let Command::Dev(arguments) = Arguments::try_parse_from(words).unwrap().command else {
            panic!("not dev");
        };
        let data = arguments.data.clone();
        let loader = loader(&arguments, data.as_deref(), Path::new("beside"));
        loader.unwrap().finish().unwrap()
    }

    #[test]
    fn set_counts_where_no_flag_is_given() {
        let of_set = [
            "--set",
            "listeners=PLAINTEXT://127.0.0.1:30001",
            "--set",
            "log.dirs=/set",
        ];
        let set = settings(&of_set);
        assert_eq!(set.get(&LISTENERS), ["PLAINTEXT://127.0.0.1:30001"]);
        assert_eq!(set.data_dir(), Path::new("/set"));
        let flags = settings(
            &[
                &of_set[..],
                &["--listen", "127.0.0.1:30002", "--data", "/flag"],
            ]
            .concat(),
        );
        assert_eq!(flags.get(&LISTENERS), ["PLAINTEXT://127.0.0.1:30002"]);
        assert_eq!(flags.data_dir(), Path::new("/flag"));
    }
}
