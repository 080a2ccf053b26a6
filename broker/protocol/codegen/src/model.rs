//! A message as its facts describe it.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context as _, bail};

/// Inclusive range of versions; `end` of `None` means up to the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Versions {
    pub(crate) start: i16,
    pub(crate) end: Option<i16>,
}

impl Versions {
    /// The part of this range that lies in `valid`, or `None`.
    pub(crate) fn within(self, valid: (i16, i16)) -> Option<(i16, i16)> {
        let start = self.start.max(valid.0);
        let end = self.end.unwrap_or(i16::MAX).min(valid.1);
        (start <= end).then_some((start, end))
    }
}

impl FromStr for Versions {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let number = |text: &str| text.parse().with_context(|| format!("version `{text}`"));
        if let Some(start) = text.strip_suffix('+') {
            return Ok(Self {
                start: number(start)?,
                end: None,
            });
        }
        match text.split_once('-') {
            Some((start, end)) => Ok(Self {
                start: number(start)?,
                end: Some(number(end)?),
            }),
            None => Ok(Self {
                start: number(text)?,
                end: Some(number(text)?),
            }),
        }
    }
}

impl fmt::Display for Versions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.end {
            None => write!(f, "{}+", self.start),
            Some(end) if end == self.start => write!(f, "{end}"),
            Some(end) => write!(f, "{}-{end}", self.start),
        }
    }
}

/// What a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Request of the API with this key.
    Request(i16),
    /// Response of the API with this key.
    Response(i16),
    /// Request or response header.
    Header,
    /// Bytes inside a message.
    Data,
    /// A lasting record of ours, with its kind.
    Record(u16),
}

/// One message or lasting record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Message {
    pub(crate) role: Role,
    pub(crate) name: String,
    /// Oldest and newest version.
    pub(crate) valid: (i16, i16),
    /// First flexible version.
    pub(crate) flexible: Option<i16>,
    /// Whether the newest version may still change.
    pub(crate) unstable: bool,
    /// Who takes a request: `broker`, `controller`.
    pub(crate) listeners: Vec<String>,
    pub(crate) fields: Vec<Field>,
    /// Structs that several fields share.
    pub(crate) common: Vec<Struct>,
}

/// A struct that fields refer to by name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Struct {
    pub(crate) name: String,
    pub(crate) fields: Vec<Field>,
}

/// One field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) versions: Versions,
    pub(crate) nullable: Option<Versions>,
    /// Tag, and the versions in which the field is tagged.
    pub(crate) tag: Option<(u32, Versions)>,
    pub(crate) default: Option<String>,
    /// Whether a value is dropped silently where the version lacks the field.
    pub(crate) ignorable: bool,
    /// Whether the field keeps its fixed encoding in flexible versions.
    pub(crate) fixed: bool,
    pub(crate) entity: Option<String>,
    /// Fields of a struct that is declared in place.
    pub(crate) fields: Vec<Self>,
}

/// Type of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Bool,
    Int8,
    Int16,
    Uint16,
    Int32,
    Uint32,
    Int64,
    Float64,
    Uuid,
    String,
    Bytes,
    Records,
    Struct(String),
    Array(Box<Self>),
}

impl FromStr for Kind {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        if let Some(element) = text.strip_prefix("[]") {
            return Ok(Self::Array(Box::new(element.parse()?)));
        }
        Ok(match text {
            "bool" => Self::Bool,
            "int8" => Self::Int8,
            "int16" => Self::Int16,
            "uint16" => Self::Uint16,
            "int32" => Self::Int32,
            "uint32" => Self::Uint32,
            "int64" => Self::Int64,
            "float64" => Self::Float64,
            "uuid" => Self::Uuid,
            "string" => Self::String,
            "bytes" => Self::Bytes,
            "records" => Self::Records,
            name if name.starts_with(char::is_uppercase) => Self::Struct(name.to_owned()),
            other => bail!("unknown type `{other}`"),
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Int8 => f.write_str("int8"),
            Self::Int16 => f.write_str("int16"),
            Self::Uint16 => f.write_str("uint16"),
            Self::Int32 => f.write_str("int32"),
            Self::Uint32 => f.write_str("uint32"),
            Self::Int64 => f.write_str("int64"),
            Self::Float64 => f.write_str("float64"),
            Self::Uuid => f.write_str("uuid"),
            Self::String => f.write_str("string"),
            Self::Bytes => f.write_str("bytes"),
            Self::Records => f.write_str("records"),
            Self::Struct(name) => f.write_str(name),
            Self::Array(element) => write!(f, "[]{element}"),
        }
    }
}
