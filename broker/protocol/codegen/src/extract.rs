//! Reads Kafka's schemas out of a jar and keeps the facts.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::facts::print;
use crate::model::{Field, Message, Role, Struct, Versions};

/// Where the jar keeps its schemas.
const SCHEMAS: &str = "common/message/";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JsonMessage {
    api_key: Option<i16>,
    #[serde(rename = "type")]
    role: String,
    name: String,
    valid_versions: String,
    flexible_versions: Option<String>,
    #[serde(default)]
    latest_version_unstable: bool,
    #[serde(default)]
    listeners: Vec<String>,
    #[serde(default)]
    fields: Vec<JsonField>,
    #[serde(default)]
    common_structs: Vec<JsonStruct>,
}

#[derive(Deserialize)]
struct JsonStruct {
    name: String,
    fields: Vec<JsonField>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JsonField {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    versions: Option<String>,
    nullable_versions: Option<String>,
    tagged_versions: Option<String>,
    flexible_versions: Option<String>,
    tag: Option<u32>,
    default: Option<serde_json::Value>,
    #[serde(default)]
    ignorable: bool,
    entity_type: Option<String>,
    #[serde(default)]
    fields: Vec<Self>,
}

/// Writes one facts file a message. Messages without versions are gone and left out.
pub(crate) fn run(jar: &Path, root: &Path) -> Result<()> {
    let folder = root.join("broker/protocol/codegen/facts");
    fs::create_dir_all(&folder)?;
    let mut archive = zip::ZipArchive::new(fs::File::open(jar)?)?;
    for index in 0..archive.len() {
        let mut file = archive.by_index(index)?;
        let Some(name) = file.name().strip_prefix(SCHEMAS).map(str::to_owned) else {
            continue;
        };
        if !name.ends_with(".json") {
            continue;
        }
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        if let Some(message) = message(&text).with_context(|| name.clone())? {
            fs::write(
                folder.join(format!("{}.facts", message.name)),
                print(&message),
            )?;
        }
    }
    Ok(())
}

fn message(text: &str) -> Result<Option<Message>> {
    let json: JsonMessage = serde_json::from_str(&without_comments(text))?;
    if json.valid_versions == "none" {
        return Ok(None);
    }
    let key = || json.api_key.context("an API has a key");
    let role = match json.role.as_str() {
        "request" => Role::Request(key()?),
        "response" => Role::Response(key()?),
        "header" => Role::Header,
        _ => Role::Data,
    };
    let valid: Versions = json.valid_versions.parse()?;
    let flexible = match json.flexible_versions.as_deref() {
        None | Some("none") => None,
        Some(versions) => Some(versions.parse::<Versions>()?.start),
    };
    let common = json.common_structs.iter().map(|common| {
        Ok(Struct {
            name: common.name.clone(),
            fields: fields(&common.fields)?,
        })
    });
    Ok(Some(Message {
        role,
        valid: (
            valid.start,
            valid.end.context("a message has a newest version")?,
        ),
        flexible,
        unstable: json.latest_version_unstable,
        listeners: json.listeners.clone(),
        fields: fields(&json.fields)?,
        common: common.collect::<Result<_>>()?,
        name: json.name,
    }))
}

fn fields(json: &[JsonField]) -> Result<Vec<Field>> {
    json.iter()
        .map(|json| field(json).with_context(|| json.name.clone()))
        .collect()
}

fn field(json: &JsonField) -> Result<Field> {
    let versions = |text: &Option<String>| -> Result<Option<Versions>> {
        match text.as_deref() {
            None | Some("none") => Ok(None),
            Some(text) => Ok(Some(text.parse()?)),
        }
    };
    let tagged = versions(&json.tagged_versions)?;
    let tag = match (json.tag, tagged) {
        (Some(tag), Some(versions)) => Some((tag, versions)),
        _ => None,
    };
    Ok(Field {
        name: json.name.clone(),
        kind: json.kind.parse()?,
        // A tagged field may name only the versions in which it is tagged.
        versions: versions(&json.versions)?
            .or(tagged)
            .context("a field has versions")?,
        nullable: versions(&json.nullable_versions)?,
        tag,
        default: json.default.as_ref().map(|value| match value {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        }),
        ignorable: json.ignorable,
        fixed: json.flexible_versions.as_deref() == Some("none"),
        entity: json.entity_type.clone(),
        fields: fields(&json.fields)?,
    })
}

/// JSON does not know comments, Kafka's schemas do: whole lines, and ends of lines outside of text.
fn without_comments(text: &str) -> String {
    let mut json = String::with_capacity(text.len());
    for line in text.lines() {
        let mut quoted = false;
        let mut end = line.len();
        for (index, character) in line.char_indices() {
            match character {
                '"' => quoted = !quoted,
                '/' if !quoted && line[index..].starts_with("//") => {
                    end = index;
                    break;
                }
                _ => {}
            }
        }
        json.push_str(&line[..end]);
        json.push('\n');
    }
    json
}
