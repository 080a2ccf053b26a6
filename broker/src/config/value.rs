//! Values of settings, and how they are spelled.

use std::fmt;

use super::setting::{Kind, Unit};

/// A parsed value. Its `Display` is Kafka's canonical spelling.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number of any width.
    Int(i64),
    /// A floating-point number.
    Double(f64),
    /// Text, or a password.
    Text(String),
    /// A list.
    List(Vec<String>),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Bool(b) => write!(f, "{b}"),
            Self::Int(n) => write!(f, "{n}"),
            Self::Double(d) => write!(f, "{d:?}"),
            Self::Text(text) => f.write_str(text),
            Self::List(items) => f.write_str(&items.join(",")),
        }
    }
}

impl Value {
    /// Kafka's spelling; `None` for null.
    pub fn text(&self) -> Option<String> {
        (*self != Self::Null).then(|| self.to_string())
    }

    /// The number, if it is one.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(n) => Some(*n),
            _ => None,
        }
    }

    /// Parses Kafka's spelling of a `kind`.
    ///
    /// # Errors
    /// The reason, in Kafka's wording.
    pub fn parse_kafka(kind: Kind, text: &str) -> Result<Self, String> {
        let trimmed = text.trim();
        match kind {
            Kind::Boolean => match trimmed.to_ascii_lowercase().as_str() {
                "true" => Ok(Self::Bool(true)),
                "false" => Ok(Self::Bool(false)),
                _ => Err("Expected value to be either true or false".to_owned()),
            },
            Kind::Int => integer(kind, trimmed, i64::from(i32::MIN), i64::from(i32::MAX)),
            Kind::Short => integer(kind, trimmed, i64::from(i16::MIN), i64::from(i16::MAX)),
            Kind::Long => integer(kind, trimmed, i64::MIN, i64::MAX),
            Kind::Double => match trimmed.parse::<f64>() {
                Ok(d) if d.is_finite() => Ok(Self::Double(d)),
                _ => Err("Not a number of type DOUBLE".to_owned()),
            },
            Kind::String => Ok(Self::Text(trimmed.to_owned())),
            Kind::Password => Ok(Self::Text(text.to_owned())),
            Kind::List => Ok(Self::List(split_list(trimmed))),
        }
    }

    /// Parses what a person writes: Kafka's spelling, or a number with a unit.
    ///
    /// # Errors
    /// The reason.
    pub fn parse_humane(kind: Kind, unit: Unit, text: &str) -> Result<Self, String> {
        let trimmed = text.trim();
        let plain = Self::parse_kafka(kind, trimmed);
        if plain.is_ok() || !matches!(kind, Kind::Int | Kind::Short | Kind::Long) {
            return plain;
        }
        let number = match unit {
            Unit::None => return plain,
            Unit::Bytes => parse_bytes(trimmed)?,
            unit => {
                let per_unit = unit.milliseconds().expect("the remaining units count time");
                let ms = parse_milliseconds(trimmed)?;
                if ms % per_unit != 0 {
                    return Err(format!("must be a whole number of {}", unit.name()));
                }
                ms / per_unit
            }
        };
        Self::parse_kafka(kind, &number.to_string())
    }
}

fn integer(kind: Kind, text: &str, min: i64, max: i64) -> Result<Value, String> {
    match text.parse::<i64>() {
        Ok(n) if (min..=max).contains(&n) => Ok(Value::Int(n)),
        _ => Err(format!("Not a number of type {}", kind.name())),
    }
}

/// Splits at commas, trims, and drops nothing but the one empty item of an empty text.
pub(super) fn split_list(text: &str) -> Vec<String> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    text.split(',').map(|item| item.trim().to_owned()).collect()
}

const KIB: i64 = 1 << 10;
const MIB: i64 = 1 << 20;
const GIB: i64 = 1 << 30;
const TIB: i64 = 1 << 40;

const SIZES: &[(&str, i64)] = &[
    ("b", 1),
    ("k", KIB),
    ("kib", KIB),
    ("kb", 1_000),
    ("m", MIB),
    ("mib", MIB),
    ("mb", 1_000_000),
    ("g", GIB),
    ("gib", GIB),
    ("gb", 1_000_000_000),
    ("t", TIB),
    ("tib", TIB),
    ("tb", 1_000_000_000_000),
];

const TIMES: &[(&str, i64)] = &[
    ("ms", 1),
    ("s", 1_000),
    ("sec", 1_000),
    ("m", 60_000),
    ("min", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
    ("w", 7 * 86_400_000),
];

/// Parses `64MiB`, `1.5 GB`, `4k`: binary prefixes with an `i` or alone, decimal with a `B` only.
///
/// # Errors
/// What is accepted.
pub fn parse_bytes(text: &str) -> Result<i64, String> {
    with_suffix(text, SIZES)
        .ok_or_else(|| "Not a size (a number of bytes, or for example 64MiB, 1GiB, 1GB)".to_owned())
}

/// Parses `30s`, `1.5h`, `7d` to milliseconds.
///
/// # Errors
/// What is accepted.
pub fn parse_milliseconds(text: &str) -> Result<i64, String> {
    with_suffix(text, TIMES).ok_or_else(|| {
        "Not a duration (a number, or for example 500ms, 30s, 10m, 1h, 7d)".to_owned()
    })
}

/// A decimal number followed by a suffix of the table, exactly representable.
fn with_suffix(text: &str, table: &[(&str, i64)]) -> Option<i64> {
    let split = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, suffix) = text.split_at(split);
    let suffix = suffix.trim().to_ascii_lowercase();
    let (_, factor) = table.iter().find(|(name, _)| *name == suffix)?;
    let number = number.trim();
    let (negative, number) = match number.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, number),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() || !(whole.bytes().chain(fraction.bytes())).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let scale = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let scaled = digits.checked_mul(i128::from(*factor))?;
    if scaled % scale != 0 {
        return None;
    }
    let value = i64::try_from(scaled / scale).ok()?;
    Some(if negative { -value } else { value })
}

/// Spells a size for people: the largest unit that divides it.
pub fn humane_bytes(bytes: i64) -> String {
    for (name, factor) in [("TiB", TIB), ("GiB", GIB), ("MiB", MIB), ("KiB", KIB)] {
        if bytes != 0 && bytes % factor == 0 {
            return format!("{}{name}", bytes / factor);
        }
    }
    bytes.to_string()
}

/// Spells milliseconds for people: the largest unit that divides them.
pub fn humane_milliseconds(ms: i64) -> String {
    for (name, factor) in [
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1_000),
    ] {
        if ms != 0 && ms % factor == 0 {
            return format!("{}{name}", ms / factor);
        }
    }
    format!("{ms}ms")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn humane_spellings_are_exact() {
        let bytes = |text| Value::parse_humane(Kind::Long, Unit::Bytes, text);
        assert_eq!(bytes("64MiB"), Ok(Value::Int(64 << 20)));
        assert_eq!(bytes("1.5 GiB"), Ok(Value::Int(3 << 29)));
        assert_eq!(bytes("1GB"), Ok(Value::Int(1_000_000_000)));
        assert_eq!(bytes("4k"), Ok(Value::Int(4096)));
        assert_eq!(bytes("17"), Ok(Value::Int(17)));
        assert_eq!(bytes("-1"), Ok(Value::Int(-1)));
        for bad in [
            "",
            "MiB",
            "1.0001B",
            "1XB",
            "1..5k",
            "9999999TiB",
            "1h",
            "--1k",
            "1e3k",
        ] {
            assert!(bytes(bad).is_err(), "{bad}");
        }
        let hours = |text| Value::parse_humane(Kind::Int, Unit::Hours, text);
        assert_eq!(hours("7d"), Ok(Value::Int(168)));
        assert_eq!(hours("168"), Ok(Value::Int(168)));
        assert!(hours("90m").unwrap_err().contains("whole number of h"));
        assert!(Value::parse_humane(Kind::Int, Unit::Bytes, "4GiB").is_err());
    }

    proptest! {
        #[test]
        fn humane_bytes_round_trip(n in 0_i64..i64::MAX / 2) {
            let text = humane_bytes(n);
            prop_assert_eq!(Value::parse_humane(Kind::Long, Unit::Bytes, &text), Ok(Value::Int(n)));
        }

        #[test]
        fn humane_milliseconds_round_trip(n in 0_i64..i64::MAX / 2, k in 0_usize..4) {
            let n = n - n % [1, 1_000, 60_000, 86_400_000][k];
            let text = humane_milliseconds(n);
            let parsed = Value::parse_humane(Kind::Long, Unit::Milliseconds, &text);
            prop_assert_eq!(parsed, Ok(Value::Int(n)));
        }

        #[test]
        fn arbitrary_text_never_panics(text in ".{0,40}") {
            for kind in [Kind::Boolean, Kind::Int, Kind::Long, Kind::Double, Kind::List] {
                for unit in [Unit::None, Unit::Bytes, Unit::Milliseconds, Unit::Hours] {
                    let _ = Value::parse_humane(kind, unit, &text);
                }
            }
        }
    }
}
