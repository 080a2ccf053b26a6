//! Rust code of one message.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context as _, Result, ensure};

use crate::emit_fields::{FieldCode, snake};
use crate::model::{Field, Kind, Message, Role};

/// Where generated code runs: inside the codec's own crate, or in one that depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Home {
    Protocol,
    Other,
}

impl Home {
    /// Path of the crate that holds the codec.
    pub(crate) fn codec_crate(self) -> &'static str {
        match self {
            Self::Protocol => "crate",
            Self::Other => "strandline_protocol",
        }
    }
}

/// What every generated file begins with.
pub(crate) fn preamble(title: &str, home: Home, attributes: &str) -> String {
    format!(
        "//! {title}\n//!\n//! Generated from facts by strandline-codegen. Do not edit.\n\n\
         {attributes}\n\nuse bytes::Bytes;\n\n\
         use {}::codec::{{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer}};\n",
        home.codec_crate()
    )
}

/// Structs of a message in the order of their declaration, the message itself first.
pub(crate) fn structs(message: &Message) -> Result<Vec<(String, Vec<Field>)>> {
    let mut found = vec![(message.name.clone(), message.fields.clone())];
    let mut common: BTreeMap<&str, &[Field]> = BTreeMap::new();
    for shared in &message.common {
        common.insert(&shared.name, &shared.fields);
        found.push((shared.name.clone(), shared.fields.clone()));
    }
    collect(&message.fields, &mut found);
    for shared in &message.common {
        collect(&shared.fields, &mut found);
    }
    for (name, fields) in &found {
        ensure!(
            !fields.is_empty() || *name == message.name,
            "struct {name} has no fields"
        );
    }
    Ok(found)
}

fn collect(fields: &[Field], found: &mut Vec<(String, Vec<Field>)>) {
    for field in fields {
        if let Some(name) = struct_name(&field.kind)
            && !field.fields.is_empty()
            && !found.iter().any(|(known, _)| known == name)
        {
            found.push((name.to_owned(), field.fields.clone()));
        }
        collect(&field.fields, found);
    }
}

fn struct_name(kind: &Kind) -> Option<&str> {
    match kind {
        Kind::Struct(name) => Some(name),
        Kind::Array(element) => struct_name(element),
        _ => None,
    }
}

/// The code of a message: its structs with their codecs, and the traits of the message itself.
pub(crate) fn message(message: &Message, home: Home) -> Result<String> {
    let mut code = String::new();
    for (name, fields) in structs(message)? {
        let fields = fields
            .iter()
            .filter(|field| field.versions.within(message.valid).is_some())
            .map(|field| FieldCode::new(field, message))
            .collect::<Result<Vec<_>>>()
            .with_context(|| format!("{}.{name}", message.name))?;
        structure(&mut code, &name, &fields);
        codec(&mut code, &name, &fields, message);
        sample(&mut code, &name, &fields, home);
    }
    traits(&mut code, message, home);
    Ok(code)
}

fn structure(code: &mut String, name: &str, fields: &[FieldCode]) {
    let plain = fields.iter().all(|field| field.has_natural_default());
    let derive = if plain { ", Default" } else { "" };
    let _ = write!(
        code,
        "\n#[derive(Debug, Clone, PartialEq{derive})]\npub struct {name} {{\n"
    );
    for field in fields {
        let _ = writeln!(code, "    pub {}: {},", field.name, field.rust_type());
    }
    code.push_str("}\n");
    if !plain {
        let _ = write!(
            code,
            "\nimpl Default for {name} {{\n    fn default() -> Self {{\n        Self {{\n"
        );
        for field in fields {
            let _ = writeln!(code, "            {}: {},", field.name, field.default());
        }
        code.push_str("        }\n    }\n}\n");
    }
}

fn codec(code: &mut String, name: &str, fields: &[FieldCode], message: &Message) {
    let flexible = match message.flexible {
        None => "false".to_owned(),
        Some(from) if from <= message.valid.0 => "true".to_owned(),
        Some(from) => format!("v >= {from}"),
    };
    let tagged: Vec<&FieldCode> = fields.iter().filter(|field| field.tag.is_some()).collect();
    let _ = write!(
        code,
        "\nimpl {name} {{\n    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {{\n        \
         let f = {flexible};\n        let mut s = Self::default();\n"
    );
    for field in fields {
        code.push_str(&field.decode());
    }
    if flexible != "false" && tagged.is_empty() {
        code.push_str("        if f { r.skip_tagged_fields()?; }\n");
    } else if flexible != "false" {
        code.push_str(
            "        if f {\n            r.tagged_fields(|tag, r| {\n                match tag {\n",
        );
        for field in &tagged {
            code.push_str(&field.decode_tagged());
        }
        code.push_str(
            "                    _ => return Ok(false),\n                }\n                \
             Ok(true)\n            })?;\n        }\n",
        );
    }
    code.push_str("        Ok(s)\n    }\n");
    let _ = write!(
        code,
        "\n    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {{\n        \
         let f = {flexible};\n        let s = self;\n"
    );
    for field in fields {
        code.push_str(&field.encode(name));
    }
    if flexible != "false" && tagged.is_empty() {
        code.push_str("        if f { w.unsigned_varint(0); }\n");
    } else if flexible != "false" {
        let mut tagged = tagged;
        tagged.sort_by_key(|field| field.tag);
        let counts: Vec<String> = tagged
            .iter()
            .map(|field| format!("u32::from({})", field.tagged_is_set()))
            .collect();
        let count = counts.join(" + ");
        let _ = writeln!(
            code,
            "        if f {{\n            w.unsigned_varint({count});"
        );
        for field in tagged {
            code.push_str(&field.encode_tagged());
        }
        code.push_str("        }\n");
    }
    code.push_str("        Ok(())\n    }\n}\n");
}

/// A random value that the version can carry, for round trips and for the Java oracle.
fn sample(code: &mut String, name: &str, fields: &[FieldCode], home: Home) {
    let _ = write!(
        code,
        "\n#[cfg(feature = \"arbitrary\")]\nimpl {name} {{\n    \
         pub(crate) fn sample(g: &mut dyn {}::sample::Source, v: i16) -> Self {{\n        \
         let mut s = Self::default();\n",
        home.codec_crate()
    );
    for field in fields {
        code.push_str(&field.sample());
    }
    code.push_str("        let _ = (g, v);\n        s\n    }\n}\n");
}

fn traits(code: &mut String, message: &Message, home: Home) {
    let name = &message.name;
    let flexible = message.flexible.filter(|from| *from <= message.valid.1);
    let _ = write!(
        code,
        "\nimpl Message for {name} {{\n    const NAME: &'static str = \"{name}\";\n    \
         const VERSIONS: std::ops::RangeInclusive<i16> = {}..={};\n    \
         const FLEXIBLE_FROM: Option<i16> = {flexible:?};\n\n    \
         fn decode(reader: &mut Reader, version: i16) -> Result<Self, CodecError> {{\n        \
         if !Self::VERSIONS.contains(&version) {{\n            \
         return Err(CodecError::UnsupportedVersion {{ message: Self::NAME, version }});\n        }}\n        \
         Self::read(reader, version)\n    }}\n\n    \
         fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), CodecError> {{\n        \
         if !Self::VERSIONS.contains(&version) {{\n            \
         return Err(CodecError::UnsupportedVersion {{ message: Self::NAME, version }});\n        }}\n        \
         self.write(writer, version)\n    }}\n}}\n",
        message.valid.0, message.valid.1
    );
    match message.role {
        Role::Request(_) => {
            let api = name.trim_end_matches("Request");
            let _ = write!(
                code,
                "\nimpl Request for {name} {{\n    \
                 const API_KEY: {0}::api_key::ApiKey = {0}::api_key::ApiKey::{api};\n    \
                 type Response = super::{1}::{api}Response;\n}}\n",
                home.codec_crate(),
                snake(&format!("{api}Response"))
            );
        }
        Role::Record(kind) => {
            let _ = write!(
                code,
                "\nimpl {name} {{\n    /// Number that tells this record from others in the same place.\n    \
                 pub const KIND: u16 = {kind};\n}}\n"
            );
        }
        _ => {}
    }
}
