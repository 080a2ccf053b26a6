//! Which facts become which files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use crate::emit::{self, Home};
use crate::emit_fields::snake;
use crate::facts::parse;
use crate::model::Message;
use crate::registry;

/// Schemas of lasting records, and the file that their code goes to.
const RECORDS: [(&str, &str); 3] = [
    ("broker/log/schema", "broker/log/src/format/generated.rs"),
    ("metadata/schema", "metadata/src/records/generated.rs"),
    ("tiering/schema", "tiering/src/format/generated.rs"),
];

/// Keeps rustfmt away: one line a field is easier to read than what it makes of them.
const MESSAGE_ATTRIBUTES: &str = "#![cfg_attr(rustfmt, rustfmt_skip)]";

/// For records there is no parent module of ours to carry the allowances.
const RECORDS_ATTRIBUTES: &str = "#![cfg_attr(rustfmt, rustfmt_skip)]\n\
    #![allow(missing_docs, unused_imports, unused_variables, unused_mut, dead_code, unreachable_pub)]\n\
    #![allow(clippy::all, clippy::pedantic)]";

/// Writes all files, or with `check` only returns those that differ.
pub(crate) fn generate(root: &Path, check: bool) -> Result<Vec<PathBuf>> {
    let mut files: BTreeMap<PathBuf, String> = BTreeMap::new();
    let protocol = root.join("broker/protocol/src");
    let messages = read(&root.join("broker/protocol/codegen/facts"))?;
    for message in &messages {
        let title = format!("Kafka's {}.", message.name);
        let code = emit::preamble(&title, Home::Protocol, MESSAGE_ATTRIBUTES)
            + &emit::message(message, Home::Protocol)?;
        files.insert(
            protocol.join(format!("messages/{}.rs", snake(&message.name))),
            code,
        );
    }
    files.insert(
        protocol.join("messages/mod.rs"),
        registry::modules(&messages),
    );
    files.insert(
        protocol.join("messages/registry.rs"),
        registry::registry(&messages),
    );
    files.insert(protocol.join("api_key.rs"), registry::api_keys(&messages));
    for (schema, output) in RECORDS {
        let folder = root.join(schema);
        if !folder.is_dir() {
            continue;
        }
        let mut code = emit::preamble("Lasting records.", Home::Other, RECORDS_ATTRIBUTES);
        for message in read(&folder)? {
            code.push_str(&emit::message(&message, Home::Other)?);
        }
        files.insert(root.join(output), code);
    }
    let mut stale = Vec::new();
    for (path, code) in files {
        if fs::read_to_string(&path).is_ok_and(|there| there == code) {
            continue;
        }
        if check {
            stale.push(path);
        } else {
            fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
            fs::write(&path, code).with_context(|| path.display().to_string())?;
        }
    }
    Ok(stale)
}

fn read(folder: &Path) -> Result<Vec<Message>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "facts")
    });
    paths.sort();
    let mut messages = Vec::new();
    for path in &paths {
        let text = fs::read_to_string(path)?;
        messages.extend(parse(&text).with_context(|| path.display().to_string())?);
    }
    ensure!(!messages.is_empty(), "no facts in {}", folder.display());
    Ok(messages)
}
