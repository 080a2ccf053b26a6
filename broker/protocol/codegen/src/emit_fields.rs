//! Rust code of one field.

use std::fmt::Write as _;

use anyhow::{Context as _, Result, ensure};

use crate::model::{Field, Kind, Message};

/// A field with everything resolved that its code depends on.
#[derive(Debug)]
pub(crate) struct FieldCode {
    pub(crate) name: String,
    kind: Kind,
    /// Versions that have the field, inside those of the message.
    versions: (i16, i16),
    /// Versions in which null can be said, inside `versions`.
    nullable: Option<(i16, i16)>,
    /// Tag and versions in which the field is tagged.
    pub(crate) tag: Option<(u32, i16, i16)>,
    default: Option<String>,
    ignorable: bool,
    fixed: bool,
    valid: (i16, i16),
}

/// `SnakeCase` of a schema name as a Rust name.
pub(crate) fn snake(name: &str) -> String {
    let mut text = String::new();
    let characters: Vec<char> = name.chars().collect();
    for (index, character) in characters.iter().enumerate() {
        if character.is_uppercase() {
            let after_lower = index > 0 && !characters[index - 1].is_uppercase();
            let before_lower = index > 0
                && characters
                    .get(index + 1)
                    .is_some_and(|next| next.is_lowercase());
            if after_lower || before_lower {
                text.push('_');
            }
        }
        text.extend(character.to_lowercase());
    }
    if text == "type" || text == "match" || text == "where" {
        text.insert_str(0, "r#");
    }
    text
}

impl FieldCode {
    pub(crate) fn new(field: &Field, message: &Message) -> Result<Self> {
        let versions = field
            .versions
            .within(message.valid)
            .context("checked by the caller")?;
        let tag = match field.tag {
            None => None,
            Some((tag, tagged)) => tagged
                .within(message.valid)
                .map(|(start, end)| (tag, start, end)),
        };
        let nullable = field
            .nullable
            .and_then(|nullable| nullable.within(versions));
        if field.default.as_deref() == Some("null") {
            ensure!(
                nullable.is_some(),
                "{} defaults to null and cannot be null",
                field.name
            );
        }
        Ok(Self {
            name: snake(&field.name),
            kind: field.kind.clone(),
            versions,
            nullable,
            tag,
            default: field.default.clone(),
            ignorable: field.ignorable,
            fixed: field.fixed,
            valid: message.valid,
        })
    }

    fn is_option(&self) -> bool {
        self.nullable.is_some()
    }

    pub(crate) fn rust_type(&self) -> String {
        let inner = rust_type(&self.kind);
        if self.is_option() {
            format!("Option<{inner}>")
        } else {
            inner
        }
    }

    /// Whether `Default::default()` of the Rust type is the field's default.
    pub(crate) fn has_natural_default(&self) -> bool {
        if self.is_option() {
            return self.default() == "None";
        }
        match self.default.as_deref() {
            None | Some("" | "0" | "false" | "0.0") => true,
            Some(_) => false,
        }
    }

    pub(crate) fn default(&self) -> String {
        if self.is_option() {
            return match self.default.as_deref() {
                Some("null") => "None".to_owned(),
                // A nullable field without a default starts empty, as in Kafka's classes.
                None if self.kind == Kind::Records => "None".to_owned(),
                None if matches!(self.kind, Kind::Struct(_)) => {
                    "Some(Default::default())".to_owned()
                }
                other => format!("Some({})", self.literal(other)),
            };
        }
        self.literal(self.default.as_deref())
    }

    fn literal(&self, default: Option<&str>) -> String {
        match (&self.kind, default) {
            (_, None) => "Default::default()".to_owned(),
            (Kind::String, Some(text)) => format!("StrBytes::from_static({text:?})"),
            (Kind::Float64, Some(text)) => format!("{:?}", text.parse::<f64>().unwrap_or(0.0)),
            (_, Some(text)) => match text.strip_prefix("0x") {
                Some(_) => text.to_owned(),
                None if text.is_empty() => "Default::default()".to_owned(),
                None => text.to_owned(),
            },
        }
    }

    /// Condition under which `v` lies in `range`, or `None` if it always does.
    fn condition(&self, range: (i16, i16)) -> Option<String> {
        let low = (range.0 > self.valid.0).then(|| format!("v >= {}", range.0));
        let high = (range.1 < self.valid.1).then(|| format!("v <= {}", range.1));
        match (low, high) {
            (None, None) => None,
            (Some(one), None) | (None, Some(one)) => Some(one),
            (Some(_), Some(_)) if range.0 == range.1 => Some(format!("v == {}", range.0)),
            (Some(_), Some(_)) => Some(format!("({}..={}).contains(&v)", range.0, range.1)),
        }
    }

    /// Versions in which the field stands among the others, without a tag.
    fn untagged(&self) -> Option<(i16, i16)> {
        match self.tag {
            None => Some(self.versions),
            Some((_, start, _)) if start > self.versions.0 => Some((self.versions.0, start - 1)),
            Some(_) => None,
        }
    }

    fn flexible(&self) -> &'static str {
        if self.fixed { "false" } else { "f" }
    }

    pub(crate) fn decode(&self) -> String {
        let Some(range) = self.untagged() else {
            return String::new();
        };
        let line = format!("s.{} = {};", self.name, self.read(range));
        match self.condition(range) {
            None => format!("        {line}\n"),
            Some(condition) => format!("        if {condition} {{ {line} }}\n"),
        }
    }

    pub(crate) fn decode_tagged(&self) -> String {
        let Some((tag, start, end)) = self.tag else {
            return String::new();
        };
        let guard = self
            .condition((start, end))
            .map_or_else(String::new, |c| format!(" if {c}"));
        format!(
            "                    {tag}{guard} => s.{} = {},\n",
            self.name,
            self.read((start, end))
        )
    }

    /// Expression that reads the field in versions of `range`.
    fn read(&self, range: (i16, i16)) -> String {
        let (plain, null) = (self.read_plain(), self.read_nullable());
        let Some(nullable) = self
            .nullable
            .and_then(|nullable| intersect(nullable, range))
        else {
            return if self.is_option() {
                format!("Some({plain})")
            } else {
                plain
            };
        };
        if nullable == range {
            return null;
        }
        let inside = self
            .condition(nullable)
            .unwrap_or_else(|| "true".to_owned());
        format!("if {inside} {{ {null} }} else {{ Some({plain}) }}")
    }

    fn read_plain(&self) -> String {
        read(&self.kind, self.flexible(), &self.name)
    }

    fn read_nullable(&self) -> String {
        let f = self.flexible();
        match &self.kind {
            Kind::String => format!("r.nullable_string({f})?"),
            Kind::Bytes => format!("r.nullable_bytes({f})?"),
            Kind::Records => format!("r.nullable_records({f})?"),
            Kind::Array(element) => {
                format!(
                    "r.nullable_array({f}, |r| Ok({}))?",
                    read(element, f, &self.name)
                )
            }
            Kind::Struct(name) => {
                format!("if r.i8()? < 0 {{ None }} else {{ Some({name}::read(r, v)?) }}")
            }
            _ => self.read_plain(),
        }
    }

    pub(crate) fn encode(&self, owner: &str) -> String {
        let mut code = String::new();
        if let Some(range) = self.untagged() {
            let line = self.write(range, owner);
            match self.condition(range) {
                None => {
                    let _ = writeln!(code, "        {line}");
                }
                Some(condition) => {
                    let _ = writeln!(code, "        if {condition} {{ {line} }}");
                }
            }
        }
        if !self.ignorable
            && let Some(inside) = self.condition(self.versions)
        {
            let _ = writeln!(
                code,
                "        if !({inside}) && {} {{ return Err(CodecError::NotInVersion {{ message: \
                 \"{owner}\", field: \"{}\", version: v }}); }}",
                self.differs_from_default(),
                self.name
            );
        }
        code
    }

    /// Condition that the field's value is not its default.
    fn differs_from_default(&self) -> String {
        let name = &self.name;
        match (self.is_option(), self.default().as_str(), &self.kind) {
            (true, "None", _) => format!("s.{name}.is_some()"),
            (true, _, Kind::String | Kind::Bytes | Kind::Array(_)) if self.default.is_none() => {
                format!("s.{name}.as_ref().is_none_or(|value| !value.is_empty())")
            }
            (true, default, _) => format!("s.{name} != {default}"),
            (false, _, Kind::Bool) if self.default.as_deref() == Some("true") => {
                format!("!s.{name}")
            }
            (false, _, Kind::Bool) => format!("s.{name}"),
            (false, _, Kind::Array(_) | Kind::Bytes | Kind::Records) => {
                format!("!s.{name}.is_empty()")
            }
            (false, _, Kind::String) if self.has_natural_default() => {
                format!("!s.{name}.is_empty()")
            }
            (false, _, Kind::Struct(of)) => format!("s.{name} != {of}::default()"),
            (false, _, Kind::Uuid) => format!("!s.{name}.is_zero()"),
            (false, "Default::default()", _) => {
                let zero = if self.kind == Kind::Float64 {
                    "0.0"
                } else {
                    "0"
                };
                format!("s.{name} != {zero}")
            }
            (false, default, _) => format!("s.{name} != {default}"),
        }
    }

    /// Condition that a tagged field is written.
    pub(crate) fn tagged_is_set(&self) -> String {
        let Some((_, start, end)) = self.tag else {
            return "false".to_owned();
        };
        match self.condition((start, end)) {
            None => self.differs_from_default(),
            Some(inside) => format!("{inside} && {}", self.differs_from_default()),
        }
    }

    pub(crate) fn encode_tagged(&self) -> String {
        let Some((tag, start, end)) = self.tag else {
            return String::new();
        };
        format!(
            "            if {} {{ w.tagged_field({tag}, |w| {{ {} Ok(()) }})?; }}\n",
            self.tagged_is_set(),
            self.write((start, end), "")
        )
    }

    /// Statement that writes the field in versions of `range`.
    fn write(&self, range: (i16, i16), owner: &str) -> String {
        let name = &self.name;
        let f = self.flexible();
        if !self.is_option() {
            return write(&self.kind, f, &format!("s.{name}"), false);
        }
        let null = match &self.kind {
            Kind::String => format!("w.nullable_string({f}, s.{name}.as_deref())?;"),
            Kind::Bytes => format!("w.nullable_bytes({f}, s.{name}.as_ref())?;"),
            Kind::Records => format!("w.nullable_records({f}, s.{name}.as_ref())?;"),
            Kind::Array(element) => format!(
                "w.nullable_array({f}, s.{name}.as_deref(), |w, x| {{ {} Ok(()) }})?;",
                write(element, f, "x", true)
            ),
            _ => format!(
                "match &s.{name} {{ None => w.i8(-1), Some(x) => {{ w.i8(1); x.write(w, v)?; }} }}"
            ),
        };
        let outside = match self
            .nullable
            .and_then(|nullable| intersect(nullable, range))
        {
            Some(nullable) if nullable == range => return null,
            Some(nullable) => self
                .condition(nullable)
                .map(|inside| format!("!({inside})")),
            None => None,
        };
        let outside = outside.map_or_else(String::new, |outside| format!("{outside} && "));
        let refuse = format!(
            "if {outside}s.{name}.is_none() {{ return Err(CodecError::NotInVersion {{ message: \
             \"{owner}\", field: \"{name}\", version: v }}); }}"
        );
        match &self.kind {
            // Only a struct is written in another way where it cannot be null.
            Kind::Struct(_) => format!(
                "{refuse} if let Some(x) = &s.{name} {{ if {} {{ w.i8(1); }} x.write(w, v)?; }} else {{ w.i8(-1); }}",
                self.nullable
                    .and_then(|nullable| self.condition(nullable))
                    .unwrap_or_else(|| "true".to_owned())
            ),
            _ => format!("{refuse} {null}"),
        }
    }

    pub(crate) fn sample(&self) -> String {
        let name = &self.name;
        let value = sample(&self.kind);
        let value = if !self.is_option() {
            value
        } else {
            let nullable = self.nullable.unwrap_or(self.versions);
            match self.condition(nullable) {
                None => format!("if g.null() {{ None }} else {{ Some({value}) }}"),
                Some(inside) => {
                    format!("if {inside} && g.null() {{ None }} else {{ Some({value}) }}")
                }
            }
        };
        match self.condition(self.versions) {
            None => format!("        s.{name} = {value};\n"),
            Some(inside) => format!("        if {inside} {{ s.{name} = {value}; }}\n"),
        }
    }
}

fn intersect(one: (i16, i16), other: (i16, i16)) -> Option<(i16, i16)> {
    let both = (one.0.max(other.0), one.1.min(other.1));
    (both.0 <= both.1).then_some(both)
}

fn rust_type(kind: &Kind) -> String {
    match kind {
        Kind::Bool => "bool".to_owned(),
        Kind::Int8 => "i8".to_owned(),
        Kind::Int16 => "i16".to_owned(),
        Kind::Uint16 => "u16".to_owned(),
        Kind::Int32 => "i32".to_owned(),
        Kind::Uint32 => "u32".to_owned(),
        Kind::Int64 => "i64".to_owned(),
        Kind::Float64 => "f64".to_owned(),
        Kind::Uuid => "Uuid".to_owned(),
        Kind::String => "StrBytes".to_owned(),
        Kind::Bytes => "Bytes".to_owned(),
        Kind::Records => "Records".to_owned(),
        Kind::Struct(name) => name.clone(),
        Kind::Array(element) => format!("Vec<{}>", rust_type(element)),
    }
}

/// Name of the reader's and writer's method for a type of fixed size.
fn method(kind: &Kind) -> Option<String> {
    match kind {
        Kind::Uuid => Some("uuid".to_owned()),
        Kind::String | Kind::Bytes | Kind::Records | Kind::Struct(_) | Kind::Array(_) => None,
        fixed => Some(rust_type(fixed)),
    }
}

fn read(kind: &Kind, f: &str, field: &str) -> String {
    match kind {
        Kind::String => format!("r.string({f}, \"{field}\")?"),
        Kind::Bytes => format!("r.bytes({f}, \"{field}\")?"),
        Kind::Records => format!("r.records({f}, \"{field}\")?"),
        Kind::Struct(name) => format!("{name}::read(r, v)?"),
        Kind::Array(element) => {
            format!(
                "r.array({f}, \"{field}\", |r| Ok({}))?",
                read(element, f, field)
            )
        }
        fixed => format!("r.{}()?", method(fixed).unwrap_or_default()),
    }
}

/// Statement that writes `value`; `reference` says whether it is one already.
fn write(kind: &Kind, f: &str, value: &str, reference: bool) -> String {
    let borrow = if reference { "" } else { "&" };
    let copy = if reference { "*" } else { "" };
    match kind {
        Kind::String => format!("w.string({f}, {borrow}{value})?;"),
        Kind::Bytes => format!("w.bytes({f}, {borrow}{value})?;"),
        Kind::Records => format!("w.records({f}, {borrow}{value})?;"),
        Kind::Struct(_) => format!("{value}.write(w, v)?;"),
        Kind::Array(element) => format!(
            "w.array({f}, {borrow}{value}, |w, x| {{ {} Ok(()) }})?;",
            write(element, f, "x", true)
        ),
        fixed => format!("w.{}({copy}{value});", method(fixed).unwrap_or_default()),
    }
}

fn sample(kind: &Kind) -> String {
    match kind {
        Kind::String => "g.string()".to_owned(),
        Kind::Bytes => "g.bytes()".to_owned(),
        Kind::Records => "g.records()".to_owned(),
        Kind::Struct(name) => format!("{name}::sample(g, v)"),
        Kind::Array(element) => format!("(0..g.count()).map(|_| {}).collect()", sample(element)),
        fixed => format!("g.{}()", method(fixed).unwrap_or_default()),
    }
}
