//! The compact text: one line a message, struct or field, nested by two spaces.

use std::fmt::Write as _;

use anyhow::{Context as _, Result, bail, ensure};

use crate::model::{Field, Kind, Message, Role, Struct, Versions};

/// Reads all messages of one file.
pub(crate) fn parse(text: &str) -> Result<Vec<Message>> {
    let mut messages: Vec<Message> = Vec::new();
    let lines: Vec<(usize, &str)> = text
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line.trim_end()))
        .filter(|(_, line)| !line.is_empty() && !line.trim_start().starts_with('#'))
        .collect();
    let mut at = 0;
    while let Some((number, line)) = lines.get(at) {
        let context = || format!("line {number}: `{line}`");
        ensure!(depth(line) == 0, "{}: a message is not indented", context());
        at += 1;
        let mut message = header(line).with_context(context)?;
        (message.fields, message.common) = body(&lines, &mut at, 1)?;
        messages.push(message);
    }
    Ok(messages)
}

fn depth(line: &str) -> usize {
    (line.len() - line.trim_start().len()) / 2
}

fn header(line: &str) -> Result<Message> {
    let mut words = line.split_whitespace();
    let mut word = || words.next().context("line too short");
    let role = match word()? {
        "request" => Role::Request(word()?.parse()?),
        "response" => Role::Response(word()?.parse()?),
        "header" => Role::Header,
        "data" => Role::Data,
        "record" => Role::Record(word()?.parse()?),
        other => bail!("unknown role `{other}`"),
    };
    let name = word()?.to_owned();
    let valid: Versions = word()?.parse()?;
    let end = valid.end.context("a message has a newest version")?;
    let mut message = Message {
        role,
        name,
        valid: (valid.start, end),
        flexible: None,
        unstable: false,
        listeners: Vec::new(),
        fields: Vec::new(),
        common: Vec::new(),
    };
    while let Some(attribute) = words.next() {
        match attribute {
            "unstable" => message.unstable = true,
            "flexible" => {
                let versions: Versions = words.next().context("flexible from?")?.parse()?;
                message.flexible = Some(versions.start);
            }
            "listeners" => {
                let listeners = words.next().context("which listeners?")?;
                message.listeners = listeners.split(',').map(str::to_owned).collect();
            }
            other => bail!("unknown attribute `{other}`"),
        }
    }
    Ok(message)
}

/// Fields and common structs at one depth.
fn body(
    lines: &[(usize, &str)],
    at: &mut usize,
    level: usize,
) -> Result<(Vec<Field>, Vec<Struct>)> {
    let (mut fields, mut common) = (Vec::new(), Vec::new());
    while let Some((number, line)) = lines.get(*at) {
        let context = || format!("line {number}: `{line}`");
        if depth(line) < level {
            break;
        }
        ensure!(depth(line) == level, "{}: indented too far", context());
        *at += 1;
        if let Some(name) = line.trim_start().strip_prefix("struct ") {
            let (fields, inner) = body(lines, at, level + 1)?;
            ensure!(
                inner.is_empty(),
                "{}: a struct holds fields only",
                context()
            );
            common.push(Struct {
                name: name.trim().to_owned(),
                fields,
            });
        } else {
            let mut field = field(line).with_context(context)?;
            let inner;
            (field.fields, inner) = body(lines, at, level + 1)?;
            ensure!(inner.is_empty(), "{}: a field holds fields only", context());
            fields.push(field);
        }
    }
    Ok((fields, common))
}

fn field(line: &str) -> Result<Field> {
    let mut words = line.split_whitespace();
    let mut word = || words.next().context("a field has name, type and versions");
    let name = word()?.to_owned();
    let kind: Kind = word()?.parse()?;
    let versions = word()?.parse()?;
    let mut field = Field {
        name,
        kind,
        versions,
        nullable: None,
        tag: None,
        default: None,
        ignorable: false,
        fixed: false,
        entity: None,
        fields: Vec::new(),
    };
    while let Some(attribute) = words.next() {
        let mut value = || {
            words
                .next()
                .with_context(|| format!("value of `{attribute}`"))
        };
        match attribute {
            "null" => field.nullable = Some(value()?.parse()?),
            "tag" => field.tag = Some((value()?.parse()?, value()?.parse()?)),
            "default" => field.default = Some(value()?.trim_matches('"').to_owned()),
            "ignorable" => field.ignorable = true,
            "fixed" => field.fixed = true,
            "entity" => field.entity = Some(value()?.to_owned()),
            other => bail!("unknown attribute `{other}`"),
        }
    }
    Ok(field)
}

/// The text of one message.
pub(crate) fn print(message: &Message) -> String {
    let mut text = String::new();
    let role = match message.role {
        Role::Request(key) => format!("request {key}"),
        Role::Response(key) => format!("response {key}"),
        Role::Header => "header".to_owned(),
        Role::Data => "data".to_owned(),
        Role::Record(kind) => format!("record {kind}"),
    };
    let valid = Versions {
        start: message.valid.0,
        end: Some(message.valid.1),
    };
    let _ = write!(text, "{role} {} {valid}", message.name);
    if let Some(flexible) = message.flexible {
        let _ = write!(text, " flexible {flexible}+");
    }
    if message.unstable {
        text.push_str(" unstable");
    }
    if !message.listeners.is_empty() {
        let _ = write!(text, " listeners {}", message.listeners.join(","));
    }
    text.push('\n');
    print_fields(&mut text, &message.fields, 1);
    for common in &message.common {
        let _ = writeln!(text, "  struct {}", common.name);
        print_fields(&mut text, &common.fields, 2);
    }
    text
}

fn print_fields(text: &mut String, fields: &[Field], level: usize) {
    for field in fields {
        let indent = "  ".repeat(level);
        let _ = write!(
            text,
            "{indent}{} {} {}",
            field.name, field.kind, field.versions
        );
        if let Some(nullable) = field.nullable {
            let _ = write!(text, " null {nullable}");
        }
        if let Some((tag, versions)) = field.tag {
            let _ = write!(text, " tag {tag} {versions}");
        }
        if let Some(default) = &field.default {
            let quoted = if default.is_empty() { "\"\"" } else { default };
            let _ = write!(text, " default {quoted}");
        }
        if field.ignorable {
            text.push_str(" ignorable");
        }
        if field.fixed {
            text.push_str(" fixed");
        }
        if let Some(entity) = &field.entity {
            let _ = write!(text, " entity {entity}");
        }
        text.push('\n');
        print_fields(text, &field.fields, level + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "request 9 ThingRequest 1-3 flexible 2+ unstable listeners broker\n  \
        Name string 1+ null 2+ default null ignorable entity topicName\n  \
        Parts []Part 1+\n    Index int32 1+ default -1\n  \
        Extra Shared 2+ tag 0 2+\n  struct Shared\n    Id uuid 2+\n";

    #[test]
    fn text_round_trips() {
        let messages = parse(TEXT).unwrap();
        assert_eq!(messages.len(), 1);
        assert_eq!(print(&messages[0]), TEXT);
    }

    #[test]
    fn unknown_words_are_refused_with_their_line() {
        let error = parse("data X 0\n  Name string 0+ shiny\n").unwrap_err();
        assert!(format!("{error:#}").contains("line 2"), "{error:#}");
    }
}
