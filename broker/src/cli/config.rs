//! `strandline config`.

use std::fs;

use anyhow::{Context as _, Result};

use super::arguments::Config;
use super::output::{line, note, text};
use crate::config::translate::{toml_name, toml_value, translate};
use crate::config::{ConfigSource, docs, registry};

pub(super) fn run(arguments: &Config) -> Result<()> {
    if arguments.docs {
        return Ok(text(&docs::markdown())?);
    }
    if arguments.metrics_docs {
        return Ok(text(&crate::admin::markdown())?);
    }
    match &arguments.from {
        Some(path) => {
            let properties = fs::read_to_string(path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            let translation = translate(&properties)
                .map_err(|reason| anyhow::anyhow!("{}: {reason}", path.display()))?;
            text(&translation.toml)?;
            for left_out in &translation.left_out {
                note(format!(
                    "{}:{}: {} was left out: {}",
                    path.display(),
                    left_out.line,
                    left_out.name,
                    left_out.reason
                ));
            }
            for name in &translation.without_effect {
                note(format!("{name} was taken over and changes nothing here"));
            }
            Ok(())
        }
        None => show(arguments),
    }
}

/// Prints every setting in force, with where it was given.
fn show(arguments: &Config) -> Result<()> {
    let settings = super::server::loader(arguments.config.as_deref())?.finish()?;
    for setting in registry::broker_settings() {
        let (value, source) = settings.effective(setting);
        if setting.sensitive {
            line(format!("{} = \"[hidden]\"", toml_name(setting.name)))?;
            continue;
        }
        let Some(_) = value.text() else { continue };
        let assignment = format!(
            "{} = {}",
            toml_name(setting.name),
            toml_value(setting, &value)
        );
        match settings.place(setting) {
            Some(place) if source != ConfigSource::Default => {
                line(format!("{assignment}  # {place}"))?
            }
            _ => line(format!("{assignment}  # default"))?,
        }
    }
    Ok(())
}
