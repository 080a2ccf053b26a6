//! What DescribeConfigs says about settings, before it is put on the wire.

use std::collections::BTreeMap;

use super::broker_settings::REMOTE_LOG_STORAGE_SYSTEM_ENABLE;
use super::group_settings::{CLIENT_METRICS, GROUP};
use super::registry::{broker_setting, broker_settings};
use super::setting::{Kind, Scope, Setting};
use super::settings::{ConfigSource, Settings};
use super::topic_config::inherited;
use super::topic_settings::{REMOTE_STORAGE_ENABLE, TOPIC};
use super::value::Value;

/// One setting of one resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Described {
    /// The name it was asked by.
    pub name: &'static str,
    /// Kafka's spelling of the value; `None` for none, and for a secret.
    pub value: Option<String>,
    /// Whether IncrementalAlterConfigs cannot change it on this resource.
    pub read_only: bool,
    /// Where the value comes from.
    pub source: ConfigSource,
    /// Whether it is a secret.
    pub sensitive: bool,
    /// Everything that was set, the value that counts first.
    pub synonyms: Vec<Synonym>,
    /// The data type.
    pub kind: Kind,
    /// What it does.
    pub doc: &'static str,
}

/// A value of a setting, under the name and from the source that gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synonym {
    /// The name of the setting that has the value.
    pub name: &'static str,
    /// The value; `None` for a secret.
    pub value: Option<String>,
    /// Where it comes from.
    pub source: ConfigSource,
}

fn shown(setting: &Setting, value: &Value) -> Option<String> {
    if setting.sensitive {
        None
    } else {
        value.text()
    }
}

/// Every setting of a topic that stores `overrides`.
pub fn topic(settings: &Settings, overrides: &BTreeMap<String, String>) -> Vec<Described> {
    let effective = settings.topic(overrides);
    let describe = |setting: &&'static Setting| {
        let mut entry = resource(settings, setting, overrides, ConfigSource::DynamicTopic);
        if setting.name == REMOTE_STORAGE_ENABLE.name {
            // What is true: a compacted topic, or one without a store, is not tiered.
            entry.value = Some(effective.tiered.to_string());
        }
        entry
    };
    TOPIC.iter().map(describe).collect()
}

/// Every setting of a group that stores `overrides`.
pub fn group(settings: &Settings, overrides: &BTreeMap<String, String>) -> Vec<Described> {
    let describe =
        |setting: &&'static Setting| resource(settings, setting, overrides, ConfigSource::Group);
    GROUP.iter().map(describe).collect()
}

/// The settings that a client-metrics subscription stores.
pub fn client_metrics(settings: &Settings, stored: &BTreeMap<String, String>) -> Vec<Described> {
    let describe = |setting: &&'static Setting| {
        resource(settings, setting, stored, ConfigSource::ClientMetrics)
    };
    let is_stored = |setting: &&&'static Setting| stored.contains_key(setting.name);
    CLIENT_METRICS
        .iter()
        .filter(is_stored)
        .map(describe)
        .collect()
}

fn resource(
    settings: &Settings,
    setting: &'static Setting,
    overrides: &BTreeMap<String, String>,
    own_source: ConfigSource,
) -> Described {
    let own = overrides
        .get(setting.name)
        .and_then(|text| setting.parse_kafka(text).ok());
    let mut synonyms = Vec::new();
    if let Some(value) = &own {
        let value = shown(setting, value);
        synonyms.push(Synonym {
            name: setting.name,
            value,
            source: own_source,
        });
    }
    for name in setting.synonyms {
        let broker = broker_setting(name).expect("a test looks every synonym up");
        synonyms.extend(broker_synonyms(settings, broker));
    }
    // What somebody set comes before every default, whichever synonym it stands under.
    synonyms.sort_by_key(|synonym| synonym.source == ConfigSource::Default);
    let (value, source) = match own {
        Some(value) => (value, own_source),
        None => inherited(settings, setting),
    };
    Described {
        name: setting.name,
        value: shown(setting, &value),
        read_only: false,
        source,
        sensitive: setting.sensitive,
        synonyms,
        kind: setting.kind,
        doc: setting.doc,
    }
}

fn broker_synonyms(settings: &Settings, setting: &'static Setting) -> Vec<Synonym> {
    let not_null = |(value, _): &(Value, ConfigSource)| *value != Value::Null;
    let synonym = |(value, source): (Value, ConfigSource)| Synonym {
        name: setting.name,
        value: shown(setting, &value),
        source,
    };
    settings
        .candidates(setting)
        .into_iter()
        .filter(not_null)
        .map(synonym)
        .collect()
}

/// Every setting of this broker, also under the other names that Kafka has for it.
pub fn broker(settings: &Settings) -> Vec<Described> {
    let named = |setting: &'static Setting| {
        setting
            .names()
            .map(move |name| broker_entry(settings, setting, name))
    };
    broker_settings().flat_map(named).collect()
}

fn broker_entry(settings: &Settings, setting: &'static Setting, name: &'static str) -> Described {
    let (mut value, source) = settings.effective(setting);
    if setting.name == REMOTE_LOG_STORAGE_SYSTEM_ENABLE.name {
        value = Value::Bool(settings.tiering());
    }
    Described {
        name,
        value: shown(setting, &value),
        read_only: setting.scope != Scope::BrokerDynamic || name != setting.name,
        source,
        sensitive: setting.sensitive,
        synonyms: broker_synonyms(settings, setting),
        kind: setting.kind,
        doc: setting.doc,
    }
}

/// What is stored at run time for all brokers.
pub fn broker_defaults(stored: &BTreeMap<String, String>) -> Vec<Described> {
    let describe = |(name, text): (&String, &String)| {
        let setting = broker_setting(name)?;
        let value = shown(setting, &setting.parse_kafka(text).ok()?);
        let source = ConfigSource::DynamicDefaultBroker;
        Some(Described {
            name: setting.name,
            value: value.clone(),
            read_only: false,
            source,
            sensitive: setting.sensitive,
            synonyms: vec![Synonym {
                name: setting.name,
                value,
                source,
            }],
            kind: setting.kind,
            doc: setting.doc,
        })
    };
    stored.iter().filter_map(describe).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Loader, Machine, Profile};

    fn settings(assignments: &[&str]) -> Settings {
        let mut loader = Loader::new(Profile::Server, Machine::default());
        for assignment in assignments {
            loader.set(assignment).unwrap();
        }
        loader.finish().unwrap()
    }

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect()
    }

    fn entry(all: Vec<Described>, name: &str) -> Described {
        all.into_iter().find(|entry| entry.name == name).unwrap()
    }

    fn sources(entry: &Described) -> Vec<(&str, &str, i8)> {
        let row = |s: &'_ Synonym| (s.name, s.value.clone(), s.source.code());
        let rows = entry.synonyms.iter().map(row).collect::<Vec<_>>();
        rows.into_iter()
            .map(|(n, v, c)| (n, &*v.unwrap().leak(), c))
            .collect()
    }

    #[test]
    fn a_topic_describes_33_settings_of_kafka_and_ours() {
        let all = topic(&settings(&[]), &map(&[]));
        assert_eq!(all.len(), 34);
        assert!(
            all.iter()
                .all(|entry| entry.source == ConfigSource::Default && !entry.read_only)
        );
        let flush = entry(all, "flush.messages");
        assert_eq!(flush.value.as_deref(), Some("1"));
    }

    #[test]
    fn synonyms_come_strongest_first() {
        let settings = settings(&["log.retention.hours=2"]);
        let cluster = map(&[("log.retention.ms", "3000")]);
        settings.apply_dynamic(&cluster, &map(&[("log.retention.ms", "4000")]));
        let own = entry(
            topic(&settings, &map(&[("retention.ms", "5000")])),
            "retention.ms",
        );
        assert_eq!(
            (own.value.as_deref(), own.source),
            (Some("5000"), ConfigSource::DynamicTopic)
        );
        let expected = [
            ("retention.ms", "5000", 1),
            ("log.retention.ms", "4000", 2),
            ("log.retention.ms", "3000", 3),
            ("log.retention.hours", "2", 4),
            ("log.retention.hours", "168", 5),
        ];
        assert_eq!(sources(&own), expected);
        settings.apply_dynamic(&map(&[]), &map(&[]));
        let inherited = entry(topic(&settings, &map(&[])), "retention.ms");
        assert_eq!(inherited.value.as_deref(), Some("7200000"));
        assert_eq!(inherited.source, ConfigSource::StaticBroker);
    }

    #[test]
    fn tiering_is_described_as_it_is() {
        let settings = settings(&["tier.url=/t", "tier.default.enable=true"]);
        let tiered = |overrides: &[(&str, &str)]| {
            entry(topic(&settings, &map(overrides)), "remote.storage.enable")
                .value
                .unwrap()
        };
        assert_eq!(tiered(&[]), "true");
        assert_eq!(tiered(&[("cleanup.policy", "compact")]), "false");
        let system = entry(broker(&settings), "remote.log.storage.system.enable");
        assert_eq!(system.value.as_deref(), Some("true"));
    }

    #[test]
    fn a_broker_describes_every_name_and_what_can_change() {
        let all = broker(&settings(&["log.dirs=/d"]));
        let names: std::collections::HashSet<_> = all.iter().map(|entry| entry.name).collect();
        assert_eq!(names.len(), all.len(), "a name is described twice");
        for name in [
            "data.dir",
            "log.dirs",
            "node.id",
            "broker.id",
            "memory",
            "listeners",
        ] {
            assert!(entry(all.clone(), name).read_only, "{name}");
        }
        let dirs = entry(all.clone(), "log.dirs");
        assert_eq!((dirs.value.as_deref(), dirs.source.code()), (Some("/d"), 4));
        assert!(!entry(all.clone(), "message.max.bytes").read_only);
        assert_eq!(entry(all, "log.retention.ms").value, None);
    }

    #[test]
    fn stored_settings_of_other_resources_are_described() {
        let settings = settings(&[]);
        let of_group = group(&settings, &map(&[("share.session.timeout.ms", "7")]));
        assert_eq!(of_group.len(), 11);
        let timeout = entry(of_group, "share.session.timeout.ms");
        assert_eq!(
            (timeout.value.as_deref(), timeout.source.code()),
            (Some("7"), 8)
        );
        let metrics = client_metrics(&settings, &map(&[("interval.ms", "1000")]));
        assert_eq!((metrics.len(), metrics[0].source.code()), (1, 7));
        let defaults = broker_defaults(&map(&[("message.max.bytes", "9"), ("unknown", "1")]));
        assert_eq!((defaults.len(), defaults[0].source.code()), (1, 3));
    }
}
