//! Reading `strandline.toml`: nested tables become dotted names, and every value keeps its line.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::setting::{Kind, Setting};

/// One assignment of a file.
#[derive(Debug)]
pub(super) struct Assignment<'a> {
    /// The dotted name.
    pub(super) name: String,
    /// Its line, from 1.
    pub(super) line: usize,
    /// What is assigned.
    pub(super) value: &'a DeValue<'a>,
}

/// What is wrong with the syntax of a file, and where.
#[derive(Debug)]
pub(super) struct SyntaxError {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) message: String,
}

/// Parses a file.
pub(super) fn parse(text: &str) -> Result<Spanned<DeTable<'_>>, SyntaxError> {
    DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start).min(text.len());
        let before = text.get(..at).unwrap_or_default();
        SyntaxError {
            line: line_of(text, at),
            column: before.len() - before.rfind('\n').map_or(0, |i| i + 1) + 1,
            message: error.message().trim().replace('\n', ", "),
        }
    })
}

/// The assignments of a parsed file, by their place in it.
pub(super) fn assignments<'a>(text: &str, table: &'a DeTable<'a>) -> Vec<Assignment<'a>> {
    let mut all = Vec::new();
    collect(text, "", table, &mut all);
    all.sort_by_key(|assignment| assignment.line);
    all
}

fn collect<'a>(text: &str, prefix: &str, table: &'a DeTable<'a>, all: &mut Vec<Assignment<'a>>) {
    for (key, value) in table {
        let name = format!("{prefix}{}", key.get_ref());
        match value.get_ref() {
            DeValue::Table(inner) => collect(text, &format!("{name}."), inner, all),
            leaf => {
                let line = line_of(text, key.span().start);
                all.push(Assignment {
                    name,
                    line,
                    value: leaf,
                });
            }
        }
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()
        .iter()
        .take(at)
        .filter(|b| **b == b'\n')
        .count()
        + 1
}

/// The text that `setting` parses, if the value's TOML type can stand for its type.
pub(super) fn text_for(setting: &Setting, value: &DeValue<'_>) -> Result<String, String> {
    let wanted = match setting.kind {
        Kind::Boolean => "true or false",
        Kind::String | Kind::Password => "a string",
        Kind::Int | Kind::Short | Kind::Long => "a whole number",
        Kind::Double => "a number",
        Kind::List => "a list of strings",
    };
    match (setting.kind, value) {
        (Kind::Boolean, DeValue::Boolean(b)) => Ok(b.to_string()),
        (Kind::Int | Kind::Short | Kind::Long | Kind::Double, DeValue::Integer(n)) => {
            i64::from_str_radix(&n.as_str().replace('_', ""), n.radix())
                .map(|n| n.to_string())
                .map_err(|_| "Not a number of type LONG".to_owned())
        }
        (Kind::Double, DeValue::Float(d)) => Ok(d.as_str().replace('_', "")),
        (Kind::List, DeValue::Array(items)) => {
            let text = |item: &Spanned<DeValue<'_>>| item.get_ref().as_str().map(str::to_owned);
            let items: Option<Vec<_>> = items.iter().map(text).collect();
            let items = items.ok_or_else(|| format!("expected {wanted}"))?;
            if items.iter().any(|item| item.contains(',')) {
                return Err("an item of a list cannot contain a comma".to_owned());
            }
            Ok(items.join(","))
        }
        (_, DeValue::String(text)) => Ok(text.to_string()),
        (_, other) => Err(format!("expected {wanted}, found {}", other.type_str())),
    }
}
