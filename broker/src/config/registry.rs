//! Finding a setting by its name, and the name that was meant.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::broker_settings::BROKER;
use super::group_settings::{CLIENT_METRICS, GROUP};
use super::own_settings::OWN;
use super::setting::Setting;
use super::topic_settings::TOPIC;

type Index = HashMap<&'static str, &'static Setting>;

static BROKER_INDEX: LazyLock<Index> = LazyLock::new(|| index(broker_settings()));
static TOPIC_INDEX: LazyLock<Index> = LazyLock::new(|| index(TOPIC.iter().copied()));
static GROUP_INDEX: LazyLock<Index> = LazyLock::new(|| index(GROUP.iter().copied()));
static METRICS_INDEX: LazyLock<Index> = LazyLock::new(|| index(CLIENT_METRICS.iter().copied()));

fn index(settings: impl Iterator<Item = &'static Setting>) -> Index {
    settings
        .flat_map(|setting| setting.names().map(move |name| (name, setting)))
        .collect()
}

/// Every broker setting, Kafka's first.
pub fn broker_settings() -> impl Iterator<Item = &'static Setting> {
    BROKER.iter().chain(OWN).copied()
}

/// The broker setting called `name`.
pub fn broker_setting(name: &str) -> Option<&'static Setting> {
    BROKER_INDEX.get(name).copied()
}

/// The topic setting called `name`.
pub fn topic_setting(name: &str) -> Option<&'static Setting> {
    TOPIC_INDEX.get(name).copied()
}

/// The group setting called `name`.
pub fn group_setting(name: &str) -> Option<&'static Setting> {
    GROUP_INDEX.get(name).copied()
}

/// The setting of client-metrics subscriptions called `name`.
pub fn client_metrics_setting(name: &str) -> Option<&'static Setting> {
    METRICS_INDEX.get(name).copied()
}

/// Whether the name of another broker setting begins with `name` and a dot. TOML cannot hold
/// `a.b = 1` beside `a.b.c = 2`, so such a name is quoted: `"a.b" = 1`.
pub fn is_table(name: &str) -> bool {
    let inside = |other: &str| {
        other
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with('.'))
    };
    broker_settings().flat_map(Setting::names).any(inside)
}

/// What to tell somebody who wrote `name`, which is no broker setting: the setting that they
/// probably meant, or the broker's default of the topic setting that they named.
pub fn suggestion(name: &str) -> Option<String> {
    if let Some(setting) = topic_setting(name) {
        return Some(match setting.synonyms.first() {
            Some(synonym) => {
                format!("`{name}` belongs to a topic; the broker's default for it is `{synonym}`")
            }
            None => format!("`{name}` belongs to a topic and has no default in the broker"),
        });
    }
    if group_setting(name).is_some() {
        return Some(format!("`{name}` belongs to a group"));
    }
    let names = broker_settings().flat_map(Setting::names);
    nearest(name, names).map(|near| format!("did you mean `{near}`?"))
}

/// The candidate nearest to `name` in edits, if it is near enough to be meant.
pub fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let normal = normalized(name);
    let (distance, best) = candidates
        .map(|near| (edits(&normal, &normalized(near)), near))
        .min_by_key(|(d, _)| *d)?;
    (distance <= (normal.len() / 3).clamp(1, 5)).then_some(best)
}

/// Case and separators are what people mistake first, and they say nothing about what is meant.
fn normalized(name: &str) -> Vec<u8> {
    let separator = |b: u8| {
        if matches!(b, b'-' | b'_' | b' ') {
            b'.'
        } else {
            b
        }
    };
    name.bytes()
        .take(100)
        .map(|b| separator(b.to_ascii_lowercase()))
        .collect()
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
fn edits(a: &[u8], b: &[u8]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replace = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replace.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before_last[j - 2] + 1);
            }
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::config::setting::{Fallback, Kind};
    use crate::config::{Machine, Scope, Value};

    fn every_setting() -> impl Iterator<Item = &'static Setting> {
        let rest = TOPIC.iter().chain(GROUP).chain(CLIENT_METRICS);
        broker_settings().chain(rest.copied())
    }

    #[test]
    fn every_default_passes_its_own_check() {
        for setting in every_setting() {
            let value = setting.default_value(&Machine::default());
            setting
                .validator
                .check(&value)
                .unwrap_or_else(|e| panic!("{}: {e}", setting.name));
            if let Some(text) = setting.dev {
                setting.parse_kafka(text).unwrap();
            }
            if let Fallback::Text(text) = setting.default {
                assert_eq!(value.to_string(), text, "{} is not canonical", setting.name);
            }
        }
    }

    #[test]
    fn names_are_unique_within_a_scope_and_documented() {
        for list in [
            broker_settings().collect::<Vec<_>>(),
            TOPIC.to_vec(),
            GROUP.to_vec(),
        ] {
            let mut names = HashSet::new();
            for setting in list {
                for name in setting.names() {
                    assert!(names.insert(name), "{name} is declared twice");
                }
                assert!(
                    setting.doc.len() > 20 && setting.doc.ends_with('.'),
                    "{}",
                    setting.name
                );
                assert!(
                    !setting.doc.contains("  "),
                    "{} has a torn line",
                    setting.name
                );
                assert!(!setting.sensitive || setting.kind == Kind::Password);
            }
        }
    }

    #[test]
    fn one_setting_is_a_table_of_another() {
        let tables: Vec<_> = broker_settings()
            .filter(|setting| is_table(setting.name))
            .collect();
        assert_eq!(tables.len(), 1);
        assert_eq!(tables[0].name, "max.connections");
    }

    #[test]
    fn synonyms_name_broker_settings_of_a_convertible_type() {
        for setting in every_setting() {
            for synonym in setting.synonyms {
                let found = broker_setting(synonym).unwrap_or_else(|| panic!("{synonym}"));
                assert!(found.scope.is_broker());
                let is_time = |s: &Setting| s.unit.milliseconds().is_some();
                assert_eq!(is_time(setting), is_time(found), "{synonym}");
            }
        }
    }

    #[test]
    fn mistyped_names_get_the_setting_that_was_meant() {
        let meant = |name| suggestion(name).unwrap_or_default();
        assert!(meant("num.partition").contains("`num.partitions`"));
        assert!(meant("log.retention.mss").contains("`log.retention.ms`"));
        assert!(meant("jounral-prealloc").contains("`journal.prealloc`"));
        assert!(meant("NUM_PARTITIONS").contains("`num.partitions`"));
        assert!(meant("retention.ms").contains("`log.retention.ms`"));
        assert!(meant("share.session.timeout.ms").contains("belongs to a group"));
        assert_eq!(suggestion("completely.different.thing.altogether"), None);
        assert_eq!(suggestion(""), None);
    }

    #[test]
    fn edits_count_swaps_as_one() {
        assert_eq!(edits(b"jounral", b"journal"), 1);
        assert_eq!(edits(b"", b"abc"), 3);
        assert_eq!(edits(b"kitten", b"sitting"), 3);
    }

    /// The 33 topic settings of Kafka 4.x with Kafka's defaults, `flush.messages` excepted.
    #[test]
    fn all_topic_settings_of_kafka_have_its_defaults() {
        let forever = "9223372036854775807";
        let kafka = [
            ("cleanup.policy", "delete"),
            ("compression.gzip.level", "-1"),
            ("compression.lz4.level", "9"),
            ("compression.type", "producer"),
            ("compression.zstd.level", "3"),
            ("delete.retention.ms", "86400000"),
            ("file.delete.delay.ms", "60000"),
            ("flush.messages", "1"),
            ("flush.ms", forever),
            ("follower.replication.throttled.replicas", ""),
            ("index.interval.bytes", "4096"),
            ("leader.replication.throttled.replicas", ""),
            ("local.retention.bytes", "-2"),
            ("local.retention.ms", "-2"),
            ("max.compaction.lag.ms", forever),
            ("max.message.bytes", "1048588"),
            ("message.timestamp.after.max.ms", "3600000"),
            ("message.timestamp.before.max.ms", forever),
            ("message.timestamp.type", "CreateTime"),
            ("min.cleanable.dirty.ratio", "0.5"),
            ("min.compaction.lag.ms", "0"),
            ("min.insync.replicas", "1"),
            ("preallocate", "false"),
            ("remote.log.copy.disable", "false"),
            ("remote.log.delete.on.disable", "false"),
            ("remote.storage.enable", "false"),
            ("retention.bytes", "-1"),
            ("retention.ms", "604800000"),
            ("segment.bytes", "1073741824"),
            ("segment.index.bytes", "10485760"),
            ("segment.jitter.ms", "0"),
            ("segment.ms", "604800000"),
            ("unclean.leader.election.enable", "false"),
        ];
        assert_eq!(kafka.len(), 33);
        for (name, default) in kafka {
            let setting = topic_setting(name).unwrap_or_else(|| panic!("{name} is missing"));
            assert_eq!(setting.scope, Scope::Topic);
            assert_eq!(
                setting.default_value(&Machine::default()).to_string(),
                default,
                "{name}"
            );
        }
        let own: Vec<_> = TOPIC
            .iter()
            .filter(|s| !kafka.iter().any(|(n, _)| *n == s.name))
            .collect();
        assert_eq!(own.len(), 1);
        assert_ne!(own[0].default_value(&Machine::default()), Value::Null);
    }
}
