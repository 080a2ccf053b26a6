//! `strandline config --from server.properties`: Kafka's file in, ours out.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::registry::{broker_setting, is_table, suggestion, topic_setting};
use super::setting::{Acting, Kind, Setting, Unit};
use super::value::{Value, humane_bytes, humane_milliseconds};

/// A translated file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    /// `strandline.toml`.
    pub toml: String,
    /// What was left out, and why, in the order of the file.
    pub left_out: Vec<LeftOut>,
    /// What was taken over and changes nothing here.
    pub without_effect: Vec<&'static str>,
}

/// A line of Kafka's file that has no counterpart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its line, from 1.
    pub line: usize,
    /// The name.
    pub name: String,
    /// Why it was left out, and what to do instead.
    pub reason: String,
}

/// Kafka settings without a counterpart, by prefix, and what takes their place.
const WITHOUT_COUNTERPART: &[(&str, &str)] = &[
    ("authorizer.", "authorization is not built yet"),
    (
        "controller.quorum.",
        "nodes find each other through the cluster's own metadata quorum",
    ),
    (
        "controller.",
        "every node can be a controller; there are no listeners of its own",
    ),
    ("delegation.token", "delegation tokens are not supported"),
    ("group.share.", "share groups are not built yet"),
    ("group.streams.", "streams groups are not built yet"),
    ("log.cleaner.", "compaction is not built yet"),
    ("log.dir.failure", "a failed disk ends the process"),
    (
        "log.flush",
        "every acknowledged record is on stable storage",
    ),
    (
        "metadata.log",
        "the metadata log takes care of itself; see metadata.reserve",
    ),
    ("metric", "metrics are served by admin.listener"),
    ("num.recovery.threads", "recovery uses every CPU"),
    ("offsets.", "offsets live in the metadata, not in a topic"),
    (
        "process.roles",
        "every node is a broker, and can be a controller",
    ),
    ("quota.", "quotas are not built yet"),
    ("remote.log.", "tiering is built in: see tier.url"),
    ("remote.fetch", "tiering is built in: see tier.url"),
    ("replica.", "replication uses a transport of its own"),
    ("sasl.", "SASL is not built yet"),
    ("security.", "TLS and SASL are not built yet"),
    ("share.", "share groups are not built yet"),
    ("ssl.", "TLS is not built yet"),
    ("super.users", "authorization is not built yet"),
    (
        "transaction.state.log",
        "transactions live in the metadata, not in a topic",
    ),
    (
        "zookeeper.",
        "there is no ZooKeeper: metadata lives in the brokers' Raft group",
    ),
];

/// Translates the text of a `server.properties`.
///
/// # Errors
/// A value that the setting does not accept, with its line.
pub fn translate(properties: &str) -> Result<Translation, String> {
    let mut taken: BTreeMap<&'static str, (&'static Setting, Value)> = BTreeMap::new();
    let mut left_out = Vec::new();
    let assignments = parse_properties(properties);
    let controllers = controller_names(&assignments);
    for (line, name, text) in assignments {
        let Some(setting) = broker_setting(&name) else {
            left_out.push(LeftOut {
                line,
                reason: reason(&name),
                name,
            });
            continue;
        };
        let text = without_controllers(setting, text, &controllers);
        if text.is_empty() && is_about_listeners(setting) {
            left_out.push(LeftOut {
                line,
                name,
                reason: "names listeners of controllers only".to_owned(),
            });
            continue;
        }
        let text = match first_directory(setting, &text) {
            Some((first, further)) => {
                if !further.is_empty() {
                    let reason = format!(
                        "one data directory per broker; not taken: {further}. Join the devices \
                         below the file system, or run a broker on each"
                    );
                    left_out.push(LeftOut { line, name, reason });
                }
                first
            }
            None => text,
        };
        let value = setting
            .parse_kafka(&text)
            .map_err(|e| format!("line {line}: {e}"))?;
        taken.insert(setting.name, (setting, value));
    }
    let without_effect = taken
        .values()
        .filter(|(setting, _)| setting.acting == Acting::Stored)
        .map(|(setting, _)| setting.name)
        .collect();
    let mut toml = String::new();
    for (setting, value) in taken.values() {
        let name = toml_name(setting.name);
        let _ = writeln!(toml, "{name} = {}", toml_value(setting, value));
    }
    Ok(Translation {
        toml,
        left_out,
        without_effect,
    })
}

/// The listeners on which controllers of Kafka talk to each other.
fn controller_names(assignments: &[(usize, String, String)]) -> Vec<String> {
    assignments
        .iter()
        .filter(|(_, name, _)| name == "controller.listener.names")
        .flat_map(|(_, _, names)| names.split(',').map(|name| name.trim().to_owned()))
        .collect()
}

fn is_about_listeners(setting: &Setting) -> bool {
    matches!(setting.name, "listeners" | "advertised.listeners")
}

/// Listeners without those of controllers: taken over, they would be open to clients.
fn without_controllers(setting: &Setting, text: String, controllers: &[String]) -> String {
    if !is_about_listeners(setting) || controllers.is_empty() {
        return text;
    }
    let is_for_clients = |listener: &&str| {
        let name = listener.split("://").next().unwrap_or_default();
        !controllers.iter().any(|of| of.eq_ignore_ascii_case(name))
    };
    let listeners = text.split(',').map(str::trim).filter(is_for_clients);
    listeners.collect::<Vec<_>>().join(",")
}

/// Kafka takes several data directories, we take the first: it and the others, if `setting` is
/// that one.
fn first_directory(setting: &Setting, text: &str) -> Option<(String, String)> {
    if !setting.names().any(|name| name == "log.dirs") {
        return None;
    }
    let (first, further) = text.split_once(',').unwrap_or((text, ""));
    Some((first.trim().to_owned(), further.trim().to_owned()))
}

fn reason(name: &str) -> String {
    if topic_setting(name).is_some() {
        return suggestion(name).unwrap_or_default();
    }
    let known = WITHOUT_COUNTERPART
        .iter()
        .find(|(prefix, _)| name.starts_with(prefix));
    known.map_or_else(
        || "has no counterpart".to_owned(),
        |(_, why)| (*why).to_owned(),
    )
}

/// Spells a name as a TOML key.
pub fn toml_name(name: &str) -> String {
    if is_table(name) {
        quoted(name)
    } else {
        name.to_owned()
    }
}

/// Spells a value as TOML, with units for people.
pub fn toml_value(setting: &Setting, value: &Value) -> String {
    match (value, setting.unit) {
        (Value::Int(n), Unit::Bytes) if *n >= 1024 && n % 1024 == 0 => quoted(&humane_bytes(*n)),
        (Value::Int(n), Unit::Milliseconds) if *n >= 1000 && n % 1000 == 0 => {
            quoted(&humane_milliseconds(*n))
        }
        (Value::List(items), _) => {
            let items: Vec<_> = items.iter().map(|item| quoted(item)).collect();
            format!("[{}]", items.join(", "))
        }
        (Value::Text(text), _) => quoted(text),
        (value, _) if setting.kind == Kind::String => quoted(&value.to_string()),
        (value, _) => value.to_string(),
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// The assignments of a Java properties file: line, name, value. Comments, continued lines and
/// escapes as Java reads them.
pub fn parse_properties(text: &str) -> Vec<(usize, String, String)> {
    let mut all = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((index, first)) = lines.next() {
        let start = first.trim_start();
        if start.is_empty() || start.starts_with(['#', '!']) {
            continue;
        }
        let mut logical = start.to_owned();
        while logical.len() % 2 != logical.trim_end_matches('\\').len() % 2 {
            logical.pop();
            let Some((_, next)) = lines.next() else { break };
            logical.push_str(next.trim_start());
        }
        let (name, value) = split_assignment(&logical);
        all.push((index + 1, name, value));
    }
    all
}

fn split_assignment(line: &str) -> (String, String) {
    let mut escaped = false;
    let end = line.find(|c: char| {
        let ends = !escaped && (c == '=' || c == ':' || c.is_whitespace());
        escaped = c == '\\' && !escaped;
        ends
    });
    let (name, rest) = line.split_at(end.unwrap_or(line.len()));
    let rest = rest.trim_start();
    let rest = rest.strip_prefix(['=', ':']).unwrap_or(rest);
    (unescaped(name), unescaped(rest.trim()))
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('t') => out.push('\t'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('f') => out.push('\u{c}'),
            Some('u') => {
                let digits: String = chars.by_ref().take(4).collect();
                let code = u32::from_str_radix(&digits, 16)
                    .ok()
                    .and_then(char::from_u32);
                out.push(code.unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::broker_settings::{DATA_DIR, LISTENERS, LOG_SEGMENT_BYTES, NODE_ID};
    use crate::config::{Loader, Machine, Profile};

    /// The settings of the file that Kafka ships for a combined broker and controller.
    const SHIPPED: &str = r"
# comment
! another
process.roles=broker,controller
node.id = 1
controller.quorum.bootstrap.servers:localhost:9093
listeners=PLAINTEXT://:9092,\
    INTERNAL://:9094
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,INTERNAL:PLAINTEXT
num.network.threads=3
log.dirs=/data/a,/data/b
log.segment.bytes=1073741824
log.retention.hours=168
retention.ms=5
zookeeper.connect localhost\:2181
made.up=\u00e4
";

    #[test]
    fn a_kafka_file_becomes_ours() {
        let translation = translate(SHIPPED).unwrap();
        let mut loader = Loader::new(Profile::Server, Machine::default());
        loader
            .file(Path::new("strandline.toml"), &translation.toml)
            .unwrap();
        let settings = loader.finish().unwrap();
        assert_eq!(settings.get(&NODE_ID), 1);
        assert_eq!(settings.get(&DATA_DIR), "/data/a");
        assert_eq!(settings.get(&LISTENERS).len(), 2);
        assert_eq!(settings.get(&LOG_SEGMENT_BYTES), 1 << 30);
        assert!(translation.toml.contains("log.segment.bytes = \"1GiB\""));
        let names: Vec<_> = translation
            .left_out
            .iter()
            .map(|l| l.name.as_str())
            .collect();
        let expected = [
            "process.roles",
            "controller.quorum.bootstrap.servers",
            "log.dirs",
            "retention.ms",
            "zookeeper.connect",
            "made.up",
        ];
        assert_eq!(names, expected);
        assert_eq!(translation.left_out[0].line, 4);
        assert!(translation.left_out[2].reason.contains("/data/b"));
        assert!(
            translation.left_out[3]
                .reason
                .contains("`log.retention.ms`")
        );
        assert_eq!(translation.without_effect, ["num.network.threads"]);
    }

    #[test]
    fn listeners_of_controllers_are_not_opened_to_clients() {
        let combined = translate(
            "listeners=PLAINTEXT://:9092, CONTROLLER://:9093\n\
             advertised.listeners=PLAINTEXT://host:9092,CONTROLLER://host:9093\n\
             controller.listener.names=CONTROLLER\n",
        )
        .unwrap();
        assert!(
            combined.toml.contains("PLAINTEXT://:9092"),
            "{}",
            combined.toml
        );
        assert!(!combined.toml.contains("CONTROLLER"), "{}", combined.toml);
        let alone = translate("controller.listener.names=A,B\nlisteners=A://:1,B://:2\n").unwrap();
        assert_eq!(alone.toml, "");
        assert_eq!(alone.left_out[1].name, "listeners");
    }

    #[test]
    fn a_bad_value_names_its_line() {
        let error = translate("\n\nnode.id=one\n").unwrap_err();
        assert_eq!(
            error,
            "line 3: Invalid value one for configuration node.id: Not a number of type INT"
        );
    }

    #[test]
    fn properties_are_read_as_java_reads_them() {
        let parsed = parse_properties("a\\ b = c\\\n  d \\\\\ne\n=x\nf\\=g:\\t1\\\n");
        let pairs: Vec<_> = parsed
            .iter()
            .map(|(l, n, v)| (*l, n.as_str(), v.as_str()))
            .collect();
        let expected = [
            (1, "a b", "cd \\"),
            (3, "e", ""),
            (4, "", "x"),
            (5, "f=g", "\t1"),
        ];
        assert_eq!(pairs, expected);
    }
}
