//! `strandline server`.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};

use super::arguments::Server;
use super::output::note;
use super::serve::{Around, serve};
use crate::config::broker_settings::DATA_DIR;
use crate::config::{Loader, Machine, Profile};

pub(super) fn run(arguments: &Server) -> Result<ExitCode> {
    let mut loader = loader(arguments.config.as_deref())?;
    for assignment in &arguments.set {
        loader.set(assignment)?;
    }
    if let Some(data) = &arguments.data {
        loader.flag("--data", DATA_DIR.setting(), &data.display().to_string())?;
    }
    for warning in loader.warnings() {
        note(format!("strandline: {warning}"));
    }
    let around = Around {
        ready_file: arguments.ready_file.clone(),
        ..Around::default()
    };
    serve(loader.finish()?, &around)
}

/// What a server goes by before its flags: the configuration file, if one is given, and the
/// environment.
pub(super) fn loader(config: Option<&Path>) -> Result<Loader> {
    let mut loader = Loader::new(Profile::Server, Machine::detect());
    if let Some(path) = config {
        let content =
            fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        loader.file(path, &content)?;
    }
    loader.environment(std::env::vars())?;
    Ok(loader)
}
