//! Dead modules: source files that no crate root reaches.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::metadata;
use crate::workspace;

pub(crate) fn check() -> Result<Vec<String>> {
    let mut reached = BTreeSet::new();
    for package in metadata::read()?.members() {
        for target in &package.targets {
            reach(&target.src_path, true, &mut reached)?;
        }
    }
    let mut complaints = Vec::new();
    for path in workspace::tracked_files()? {
        let is_rust = path.extension().is_some_and(|extension| extension == "rs");
        // The fuzz targets are a workspace of their own, for the nightly compiler.
        let is_ours = is_rust && !path.components().any(|part| part.as_os_str() == "fuzz");
        if is_ours && !reached.contains(&workspace::root().join(&path)) {
            complaints.push(format!("`{}` belongs to no crate", path.display()));
        }
    }
    Ok(complaints)
}

/// Adds `file` and every file its `mod` lines name.
fn reach(file: &Path, is_root: bool, reached: &mut BTreeSet<PathBuf>) -> Result<()> {
    if !file.is_file() || !reached.insert(file.to_owned()) {
        return Ok(());
    }
    let text = std::fs::read_to_string(file)?;
    let folder = file.parent().unwrap_or_else(|| Path::new(""));
    let stem = file.file_stem().unwrap_or_default();
    let owns_folder = is_root || stem == "mod";
    let children = if owns_folder {
        folder.to_owned()
    } else {
        folder.join(stem)
    };
    let mut path_attribute = None;
    for line in text.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("#[path = \"") {
            path_attribute = rest.split('"').next().map(|path| folder.join(path));
        } else if let Some(rest) = line.strip_prefix("include!(\"") {
            let included = rest.split('"').next().unwrap_or_default();
            reach(&folder.join(included), false, reached)?;
        } else if let Some(name) = declared(line) {
            match path_attribute.take() {
                Some(path) => reach(&path, true, reached)?,
                None => {
                    reach(&children.join(format!("{name}.rs")), false, reached)?;
                    reach(&children.join(name).join("mod.rs"), false, reached)?;
                }
            }
        }
    }
    Ok(())
}

/// The name in `mod name;`, with or without a visibility.
fn declared(line: &str) -> Option<&str> {
    let line = match line.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(')')?.1.trim_start(),
        Some(rest) => rest.trim_start(),
        None => line,
    };
    line.strip_prefix("mod ")?.strip_suffix(';')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_reads_every_visibility() {
        assert_eq!(declared("mod a;"), Some("a"));
        assert_eq!(declared("pub mod a;"), Some("a"));
        assert_eq!(declared("pub(in crate::x) mod a;"), Some("a"));
        assert_eq!(declared("mod a {"), None);
        assert_eq!(declared("use a;"), None);
    }
}
