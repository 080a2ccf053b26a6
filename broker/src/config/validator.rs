//! What a setting accepts beyond its type.

use std::fmt;

use super::value::Value;

/// A check of a parsed value. Null passes every check: whether a setting may have no value is
/// decided by its default.
#[derive(Clone, Copy)]
pub enum Validator {
    /// Everything of the type.
    Any,
    /// A number not below this.
    AtLeast(i64),
    /// A number within both, inclusive.
    Between(i64, i64),
    /// A floating-point number within both, inclusive.
    BetweenDouble(f64, f64),
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A list of these texts, each at most once; may be empty if the flag says so.
    ListOf(&'static [&'static str], bool),
    /// A text that is not empty.
    NonEmpty,
    /// A rule of its own: how the documentation states it, and the check.
    Rule(&'static str, fn(&Value) -> Result<(), String>),
}

impl Validator {
    /// Checks `value`.
    ///
    /// # Errors
    /// The reason, in Kafka's wording where Kafka has the same check.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        match (self, value) {
            (Self::Any, _) | (_, Value::Null) => Ok(()),
            (Self::AtLeast(min), Value::Int(n)) => at_least(*n, *min),
            (Self::Between(min, max), Value::Int(n)) => {
                at_least(*n, *min)?;
                if n > max {
                    return Err(format!("Value must be no more than {max}"));
                }
                Ok(())
            }
            (Self::BetweenDouble(min, max), Value::Double(d)) => {
                if d < min {
                    return Err(format!("Value must be at least {min:?}"));
                }
                if d > max {
                    return Err(format!("Value must be no more than {max:?}"));
                }
                Ok(())
            }
            (Self::OneOf(allowed), Value::Text(text)) => {
                if allowed.contains(&text.as_str()) {
                    return Ok(());
                }
                Err(format!("String must be one of: {}", allowed.join(", ")))
            }
            (Self::ListOf(allowed, may_be_empty), Value::List(items)) => {
                list_of(items, allowed, *may_be_empty)
            }
            (Self::NonEmpty, Value::Text(text)) => {
                if text.is_empty() {
                    return Err("String must be non-empty".to_owned());
                }
                Ok(())
            }
            (Self::Rule(_, check), value) => check(value),
            (_, _) => Err("Value is of another type".to_owned()),
        }
    }
}

fn at_least(n: i64, min: i64) -> Result<(), String> {
    if n < min {
        return Err(format!("Value must be at least {min}"));
    }
    Ok(())
}

fn list_of(items: &[String], allowed: &[&str], may_be_empty: bool) -> Result<(), String> {
    if items.is_empty() && !may_be_empty {
        return Err("List must not be empty".to_owned());
    }
    for (index, item) in items.iter().enumerate() {
        if !allowed.contains(&item.as_str()) {
            return Err(format!("String must be one of: {}", allowed.join(", ")));
        }
        if items[..index].contains(item) {
            return Err(format!("List has the value {item} twice"));
        }
    }
    Ok(())
}

impl fmt::Display for Validator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => Ok(()),
            Self::AtLeast(min) => write!(f, "at least {min}"),
            Self::Between(min, max) => write!(f, "{min} to {max}"),
            Self::BetweenDouble(min, max) => write!(f, "{min} to {max}"),
            Self::OneOf(allowed) => f.write_str(&allowed.join(", ")),
            Self::ListOf(allowed, _) => write!(f, "any of {}", allowed.join(", ")),
            Self::NonEmpty => f.write_str("not empty"),
            Self::Rule(text, _) => f.write_str(text),
        }
    }
}

impl fmt::Debug for Validator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Validator({self})")
    }
}
