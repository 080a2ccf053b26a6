//! Rules between several settings of one topic, checked whenever a topic's overrides change.

use std::collections::BTreeMap;

use super::registry::{nearest, topic_setting};
use super::setting::{Key, Setting, Typed};
use super::settings::Settings;
use super::topic_config::inherited;
use super::topic_settings as topic;

/// Why a topic's overrides are refused; the text is Kafka's error message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

/// Checks the overrides of a topic that is created (`before` is none) or changed: every name,
/// every value, and the rules between them.
///
/// # Errors
/// The first that does not hold.
pub fn check_topic(
    settings: &Settings,
    before: Option<&BTreeMap<String, String>>,
    after: &BTreeMap<String, String>,
) -> Result<(), Refused> {
    for (name, text) in after {
        let setting = topic_setting(name).ok_or_else(|| unknown_topic_setting(name))?;
        setting
            .parse_kafka(text)
            .map_err(|invalid| Refused(invalid.to_string()))?;
    }
    let values = Values {
        settings,
        overrides: after,
    };
    compaction(&values)?;
    tiering(&values)?;
    if let Some(before) = before {
        disabling(
            &Values {
                settings,
                overrides: before,
            },
            &values,
        )?;
    }
    Ok(())
}

/// The overrides in canonical spelling, as they are stored. They have passed [`check_topic`].
pub fn canonical_topic(overrides: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let canonical = |(name, text): (&String, &String)| {
        let value = topic_setting(name)?.parse_kafka(text).ok()?;
        Some((name.clone(), value.to_string()))
    };
    overrides.iter().filter_map(canonical).collect()
}

/// Kafka's message for a name that no topic has, with the name that was probably meant.
pub fn unknown_topic_setting(name: &str) -> Refused {
    let names = topic::TOPIC.iter().map(|setting| setting.name);
    let hint = nearest(name, names).map(|near| format!(" (did you mean {near}?)"));
    Refused(format!(
        "Unknown topic config name: {name}{}",
        hint.unwrap_or_default()
    ))
}

struct Values<'a> {
    settings: &'a Settings,
    overrides: &'a BTreeMap<String, String>,
}

impl Values<'_> {
    fn get<T: Typed>(&self, key: &Key<T>) -> T {
        let setting: &Setting = key;
        let own = self
            .overrides
            .get(key.name)
            .and_then(|text| key.parse_kafka(text).ok());
        let value = own.unwrap_or_else(|| inherited(self.settings, setting).0);
        T::from_value(&value).expect("every default and every checked value is of its type")
    }

    fn sets(&self, key: &Setting) -> bool {
        self.overrides.contains_key(key.name)
    }
}

fn refuse<T>(text: impl Into<String>) -> Result<T, Refused> {
    Err(Refused(text.into()))
}

fn compaction(values: &Values<'_>) -> Result<(), Refused> {
    let min = values.get(&topic::MIN_COMPACTION_LAG_MS);
    let max = values.get(&topic::MAX_COMPACTION_LAG_MS);
    if min > max {
        return refuse(format!(
            "conflict topic config setting {} ({min}) > {} ({max})",
            topic::MIN_COMPACTION_LAG_MS.name,
            topic::MAX_COMPACTION_LAG_MS.name
        ));
    }
    Ok(())
}

/// Kafka's rules for tiered topics. A topic that is tiered only by the cluster's default is held
/// to none of them: it simply is not tiered where they fail.
fn tiering(values: &Values<'_>) -> Result<(), Refused> {
    if !values.sets(&topic::REMOTE_STORAGE_ENABLE) || !values.get(&topic::REMOTE_STORAGE_ENABLE) {
        return Ok(());
    }
    if !values.settings.tiering() {
        return refuse(
            "Tiered Storage functionality is disabled in the broker. Topic cannot be configured \
             with remote log storage.",
        );
    }
    if values
        .get(&topic::CLEANUP_POLICY)
        .iter()
        .any(|policy| policy == "compact")
    {
        return refuse("Remote log storage is unsupported for the compacted topics");
    }
    let copy_disabled = values.get(&topic::REMOTE_LOG_COPY_DISABLE);
    for (local, whole) in [
        (&topic::LOCAL_RETENTION_MS, &topic::RETENTION_MS),
        (&topic::LOCAL_RETENTION_BYTES, &topic::RETENTION_BYTES),
    ] {
        local_retention(values, local, whole, copy_disabled)?;
    }
    Ok(())
}

fn local_retention(
    values: &Values<'_>,
    local: &Key<i64>,
    whole: &Key<i64>,
    copy_disabled: bool,
) -> Result<(), Refused> {
    // A default of the cluster does not bind a topic that says nothing itself.
    if !values.sets(local) {
        return Ok(());
    }
    let (local_value, whole_value) = (values.get(local), values.get(whole));
    let invalid = |why: &str| {
        refuse(format!(
            "Invalid value {local_value} for configuration {}: {why}",
            local.name
        ))
    };
    if copy_disabled && local_value != -2 && local_value != whole_value {
        return invalid(&format!(
            "{} must be equal to the {} or -2 if remote.log.copy.disable is true",
            local.name, whole.name
        ));
    }
    if whole_value != -1 && local_value != -2 {
        if local_value == -1 {
            return invalid(&format!(
                "Value must not be -1 as {} value is set as {whole_value}.",
                whole.name
            ));
        }
        if local_value > whole_value {
            return invalid(&format!(
                "Value must not be more than property: {} value.",
                whole.name
            ));
        }
    }
    Ok(())
}

fn disabling(before: &Values<'_>, after: &Values<'_>) -> Result<(), Refused> {
    let tiered = |values: &Values<'_>| values.settings.topic(values.overrides).tiered;
    let turned_off = tiered(before) && !after.get(&topic::REMOTE_STORAGE_ENABLE);
    if turned_off && !after.get(&topic::REMOTE_LOG_DELETE_ON_DISABLE) {
        return refuse(
            "It is invalid to disable remote storage without deleting remote data. If you want to \
             keep the remote data and turn to read only, please set \
             `remote.storage.enable=true,remote.log.copy.disable=true`. If you want to disable \
             remote storage and delete all remote data, please set \
             `remote.storage.enable=false,remote.log.delete.on.disable=true`.",
        );
    }
    Ok(())
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

    /// Every check of a single value, and of values together, with the words of the refusal.
    #[test]
    fn refusals_speak_as_kafka_does() {
        let plain = settings(&[]);
        let cases: &[(&[(&str, &str)], &str)] = &[
            (
                &[("retention.mss", "1")],
                "Unknown topic config name: retention.mss (did you mean retention.ms?)",
            ),
            (
                &[("confluent.tier.enable", "1")],
                "Unknown topic config name: confluent.tier.enable",
            ),
            (
                &[("retention.ms", "-2")],
                "Invalid value -2 for configuration retention.ms: Value must be at least -1",
            ),
            (
                &[("retention.ms", "1h")],
                "Invalid value 1h for configuration retention.ms: Not a number of type LONG",
            ),
            (&[("retention.ms", "")], "Not a number of type LONG"),
            (
                &[("segment.bytes", "1000")],
                "Value must be at least 1048576",
            ),
            (
                &[("segment.bytes", "4294967296")],
                "Not a number of type INT",
            ),
            (&[("segment.ms", "0")], "Value must be at least 1"),
            (
                &[("cleanup.policy", "erase")],
                "String must be one of: compact, delete",
            ),
            (
                &[("cleanup.policy", "delete,delete")],
                "List has the value delete twice",
            ),
            (
                &[("compression.type", "lzma")],
                "String must be one of: uncompressed, zstd",
            ),
            (
                &[("compression.gzip.level", "0")],
                "Value must be -1 or between 1 and 9",
            ),
            (
                &[("compression.lz4.level", "18")],
                "Value must be no more than 17",
            ),
            (
                &[("compression.zstd.level", "23")],
                "Value must be no more than 22",
            ),
            (&[("min.insync.replicas", "0")], "Value must be at least 1"),
            (
                &[("min.cleanable.dirty.ratio", "1.1")],
                "Value must be no more than 1.0",
            ),
            (
                &[("min.cleanable.dirty.ratio", "NaN")],
                "Not a number of type DOUBLE",
            ),
            (
                &[("message.timestamp.type", "createtime")],
                "must be one of: CreateTime, LogAppendTime",
            ),
            (
                &[("preallocate", "yes")],
                "Expected value to be either true or false",
            ),
            (
                &[("leader.replication.throttled.replicas", "1-2")],
                "[partitionId]:[brokerId]",
            ),
            (&[("local.retention.ms", "-3")], "Value must be at least -2"),
            (&[("max.message.bytes", "-1")], "Value must be at least 0"),
            (
                &[
                    ("min.compaction.lag.ms", "9"),
                    ("max.compaction.lag.ms", "8"),
                ],
                "min.compaction.lag.ms (9) > max.compaction.lag.ms (8)",
            ),
            (
                &[("remote.storage.enable", "true")],
                "Tiered Storage functionality is disabled",
            ),
        ];
        for (overrides, expected) in cases {
            let refused = check_topic(&plain, None, &map(overrides))
                .unwrap_err()
                .to_string();
            assert!(refused.contains(expected), "{overrides:?}: {refused}");
        }
        let accepted: &[(&str, &str)] = &[
            ("cleanup.policy", "compact,delete"),
            ("leader.replication.throttled.replicas", "*"),
            ("follower.replication.throttled.replicas", "0:1,1:2"),
            ("local.retention.ms", "99999999999"),
            ("flush.messages", "10000"),
        ];
        check_topic(&plain, None, &map(accepted)).unwrap();
    }

    #[test]
    fn tiered_topics_follow_the_rules_of_kafka() {
        let store = settings(&["tier.url=/t"]);
        let tiered = |more: &[(&str, &str)]| {
            let mut overrides = map(more);
            overrides.insert("remote.storage.enable".to_owned(), "true".to_owned());
            check_topic(&store, None, &overrides).map_err(|refused| refused.to_string())
        };
        tiered(&[]).unwrap();
        tiered(&[("local.retention.ms", "1"), ("retention.ms", "2")]).unwrap();
        tiered(&[("local.retention.ms", "-1"), ("retention.ms", "-1")]).unwrap();
        let cases: &[(&[(&str, &str)], &str)] = &[
            (
                &[("cleanup.policy", "compact")],
                "unsupported for the compacted topics",
            ),
            (
                &[("local.retention.ms", "3"), ("retention.ms", "2")],
                "must not be more than property: retention.ms",
            ),
            (
                &[("local.retention.ms", "-1")],
                "must not be -1 as retention.ms value is set",
            ),
            (
                &[("local.retention.bytes", "5"), ("retention.bytes", "4")],
                "must not be more than property: retention.bytes",
            ),
            (
                &[
                    ("remote.log.copy.disable", "true"),
                    ("local.retention.ms", "1"),
                ],
                "must be equal to the retention.ms or -2",
            ),
        ];
        for (overrides, expected) in cases {
            let refused = tiered(overrides).unwrap_err();
            assert!(refused.contains(expected), "{overrides:?}: {refused}");
        }
    }

    #[test]
    fn turning_tiering_off_must_say_that_data_goes() {
        let store = settings(&["tier.url=/t", "tier.default.enable=true"]);
        let off = map(&[("remote.storage.enable", "false")]);
        let refused = check_topic(&store, Some(&map(&[])), &off).unwrap_err();
        assert!(
            refused
                .0
                .starts_with("It is invalid to disable remote storage")
        );
        let mut meant = off.clone();
        meant.insert("remote.log.delete.on.disable".to_owned(), "true".to_owned());
        check_topic(&store, Some(&map(&[])), &meant).unwrap();
        check_topic(&store, None, &off).unwrap();
        check_topic(&store, Some(&off), &off).unwrap();
        let compact = map(&[("cleanup.policy", "compact")]);
        check_topic(&store, None, &compact).unwrap();
    }
}
