//! `cargo metadata`, read once: the packages that are really built on Linux.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::OnceLock;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::workspace::cargo;

/// What we ship for, and so what the rules look at.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";

#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    packages: Vec<Package>,
    workspace_members: BTreeSet<String>,
    /// Name and version of what is compiled. `cargo metadata` also lists optional packages that no
    /// feature turns on, `cargo tree` does not.
    #[serde(skip)]
    built: BTreeSet<(String, String)>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) license: Option<String>,
    pub(crate) targets: Vec<Target>,
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    pub(crate) src_path: PathBuf,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    name: String,
    path: Option<PathBuf>,
}

impl Metadata {
    /// The packages of this workspace.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages
            .iter()
            .filter(|package| self.workspace_members.contains(&package.id))
    }

    /// The packages of others that the workspace is built from.
    pub(crate) fn foreign(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| {
            let version = (package.name.clone(), package.version.clone());
            self.built.contains(&version) && !self.workspace_members.contains(&package.id)
        })
    }

    /// Versions by name of the packages of others.
    pub(crate) fn foreign_versions(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for package in self.foreign() {
            versions
                .entry(&package.name)
                .or_default()
                .push(&package.version);
        }
        versions
    }
}

impl Package {
    /// Names of the workspace's packages it depends on, for building or for tests.
    pub(crate) fn siblings(&self) -> impl Iterator<Item = &str> {
        let local = self
            .dependencies
            .iter()
            .filter(|dependency| dependency.path.is_some());
        local
            .map(|dependency| dependency.name.as_str())
            .filter(|name| *name != self.name)
    }
}

/// The metadata of this workspace.
pub(crate) fn read() -> Result<&'static Metadata> {
    static READ: OnceLock<Metadata> = OnceLock::new();
    if let Some(metadata) = READ.get() {
        return Ok(metadata);
    }
    let text = cargo()
        .args(["metadata", "--format-version", "1", "--locked"])
        .args(["--filter-platform", PLATFORM])
        .output()?;
    let mut metadata: Metadata =
        serde_json::from_str(&text).context("failed to read `cargo metadata`")?;
    metadata.built = read_built()?;
    Ok(READ.get_or_init(|| metadata))
}

fn read_built() -> Result<BTreeSet<(String, String)>> {
    let tree = cargo()
        .args([
            "tree",
            "--quiet",
            "--workspace",
            "--locked",
            "--prefix",
            "none",
        ])
        .args([
            "--target",
            PLATFORM,
            "--edges",
            "normal,build,dev",
            "--format",
            "{p}",
        ])
        .output()?;
    let mut built = BTreeSet::new();
    for line in tree.lines() {
        let mut words = line.split(' ');
        if let (Some(name), Some(version)) = (words.next(), words.next()) {
            built.insert((name.to_owned(), version.trim_start_matches('v').to_owned()));
        }
    }
    Ok(built)
}
