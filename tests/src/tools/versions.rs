//! The pins.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use anyhow::{Context, Result};

use crate::workspace;

/// `tests/clients/versions.toml`: section, name, version.
#[derive(Debug)]
pub struct Versions(BTreeMap<String, BTreeMap<String, String>>);

impl Versions {
    /// All pins of a section.
    ///
    /// # Errors
    /// When there is no such section.
    pub fn section(&self, section: &str) -> Result<&BTreeMap<String, String>> {
        self.0
            .get(section)
            .with_context(|| format!("versions.toml has no section `{section}`"))
    }

    /// One pin.
    ///
    /// # Errors
    /// When there is none.
    pub fn of(&self, section: &str, name: &str) -> Result<&str> {
        let found = self.section(section)?.get(name).map(String::as_str);
        found.with_context(|| format!("versions.toml has no `{name}` in `{section}`"))
    }
}

/// The pins, read once.
///
/// # Errors
/// When the file is missing or malformed.
pub fn versions() -> Result<&'static Versions> {
    static READ: OnceLock<Versions> = OnceLock::new();
    if let Some(versions) = READ.get() {
        return Ok(versions);
    }
    let path = workspace::root().join("tests/clients/versions.toml");
    let text = std::fs::read_to_string(path).context("failed to read `versions.toml`")?;
    let read = Versions(toml::from_str(&text).context("in `tests/clients/versions.toml`")?);
    Ok(READ.get_or_init(|| read))
}
