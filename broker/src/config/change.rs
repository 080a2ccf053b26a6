//! Applying IncrementalAlterConfigs to what a resource stores.

use std::collections::BTreeMap;

use super::registry::{
    broker_setting, client_metrics_setting, group_setting, nearest, topic_setting,
};
use super::setting::{Kind, Scope, Setting};
use super::settings::Settings;
use super::topic_config::inherited;
use super::value::{Value, split_list};

/// What happens to one setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Takes the value.
    Set,
    /// Goes back to the default.
    Delete,
    /// Adds items to a list.
    Append,
    /// Takes items out of a list.
    Subtract,
}

impl Operation {
    /// The operation of this number in IncrementalAlterConfigsRequest.
    pub fn from_code(code: i8) -> Option<Self> {
        match code {
            0 => Some(Self::Set),
            1 => Some(Self::Delete),
            2 => Some(Self::Append),
            3 => Some(Self::Subtract),
            _ => None,
        }
    }
}

/// One change that a client asks for.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    /// The setting.
    pub name: &'a str,
    /// What happens to it.
    pub operation: Operation,
    /// The value; only `Delete` does without.
    pub value: Option<&'a str>,
}

/// Whose settings are changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// A topic's.
    Topic,
    /// One broker's, or the default of all.
    Broker,
    /// A group's.
    Group,
    /// A client-metrics subscription's.
    ClientMetrics,
}

/// Why a change is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// INVALID_CONFIG.
    #[error("{0}")]
    InvalidConfig(String),
    /// INVALID_REQUEST.
    #[error("{0}")]
    InvalidRequest(String),
}

impl Resource {
    fn find(self, name: &str) -> Option<&'static Setting> {
        match self {
            Self::Topic => topic_setting(name),
            Self::Broker => broker_setting(name),
            Self::Group => group_setting(name),
            Self::ClientMetrics => client_metrics_setting(name),
        }
    }

    fn setting(self, name: &str) -> Result<&'static Setting, ChangeError> {
        let invalid = |text| Err(ChangeError::InvalidConfig(text));
        let Some(setting) = self.find(name) else {
            return match self {
                Self::Topic => invalid(super::rules::unknown_topic_setting(name).0),
                Self::Broker => {
                    let names = super::registry::broker_settings().map(|s| s.name);
                    let hint = nearest(name, names).map(|near| format!(" (did you mean {near}?)"));
                    invalid(format!(
                        "Unknown broker config name: {name}{}",
                        hint.unwrap_or_default()
                    ))
                }
                Self::Group => invalid(format!("Unknown group config name: {name}")),
                Self::ClientMetrics => Err(ChangeError::InvalidRequest(format!(
                    "Unknown client metrics configuration: {name}"
                ))),
            };
        };
        if self == Self::Broker && setting.scope != Scope::BrokerDynamic {
            return invalid(format!(
                "Cannot update these configs dynamically: {}: it is read at the broker's start",
                setting.name
            ));
        }
        Ok(setting)
    }
}

/// Applies `changes` to what a resource stores. All or nothing: on an error nothing is changed.
/// Values are stored in canonical spelling.
///
/// # Errors
/// The first change that is refused.
pub fn apply(
    settings: &Settings,
    resource: Resource,
    stored: &BTreeMap<String, String>,
    changes: &[Change<'_>],
) -> Result<BTreeMap<String, String>, ChangeError> {
    let mut after = stored.clone();
    for (i, change) in changes.iter().enumerate() {
        if changes[..i].iter().any(|other| other.name == change.name) {
            let text = format!("Error due to duplicate config keys: {}", change.name);
            return Err(ChangeError::InvalidRequest(text));
        }
        let setting = match (change.operation, resource.setting(change.name)) {
            // What a newer version stored can be taken away by name.
            (Operation::Delete, Err(_)) if after.contains_key(change.name) => {
                after.remove(change.name);
                continue;
            }
            (_, setting) => setting?,
        };
        apply_one(settings, setting, change, &mut after)?;
    }
    Ok(after)
}

fn apply_one(
    settings: &Settings,
    setting: &'static Setting,
    change: &Change<'_>,
    after: &mut BTreeMap<String, String>,
) -> Result<(), ChangeError> {
    if change.operation == Operation::Delete {
        after.remove(setting.name);
        return Ok(());
    }
    let text = change.value.ok_or_else(|| {
        ChangeError::InvalidRequest(format!("Null value not supported for : {}", change.name))
    })?;
    let text = if change.operation == Operation::Set {
        text.to_owned()
    } else {
        edited_list(settings, setting, change.operation, text, after)?
    };
    let value = setting
        .parse_kafka(&text)
        .map_err(|e| ChangeError::InvalidConfig(e.to_string()))?;
    after.insert(setting.name.to_owned(), value.to_string());
    Ok(())
}

fn edited_list(
    settings: &Settings,
    setting: &'static Setting,
    operation: Operation,
    text: &str,
    stored: &BTreeMap<String, String>,
) -> Result<String, ChangeError> {
    if setting.kind != Kind::List {
        let verb = if operation == Operation::Append {
            "append"
        } else {
            "subtract"
        };
        return Err(ChangeError::InvalidConfig(format!(
            "Can't {verb} to key {} because its type is not LIST.",
            setting.name
        )));
    }
    let current = match stored.get(setting.name) {
        Some(text) => Value::List(split_list(text)),
        None if setting.scope.is_broker() => settings.effective(setting).0,
        None => inherited(settings, setting).0,
    };
    let Value::List(mut items) = current else {
        return Ok(text.to_owned());
    };
    let edit = split_list(text);
    if operation == Operation::Append {
        for item in edit {
            if !items.contains(&item) {
                items.push(item);
            }
        }
    } else {
        items.retain(|item| !edit.contains(item));
    }
    Ok(items.join(","))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::Profile;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect()
    }

    type Row<'a> = (&'a str, Operation, Option<&'a str>);

    fn changed(
        resource: Resource,
        stored: &[(&str, &str)],
        rows: &[Row<'_>],
    ) -> Result<BTreeMap<String, String>, ChangeError> {
        let changes: Vec<_> = rows
            .iter()
            .map(|(name, operation, value)| Change {
                name,
                operation: *operation,
                value: *value,
            })
            .collect();
        apply(
            &Settings::defaults(Profile::Server),
            resource,
            &map(stored),
            &changes,
        )
    }

    #[test]
    fn operations_do_what_they_say() {
        use Operation::{Append, Delete, Set, Subtract};
        let cases: &[(&[(&str, &str)], Row<'_>, &[(&str, &str)])] = &[
            (
                &[],
                ("retention.ms", Set, Some(" 5 ")),
                &[("retention.ms", "5")],
            ),
            (
                &[("retention.ms", "5")],
                ("retention.ms", Delete, None),
                &[],
            ),
            (&[], ("retention.ms", Delete, None), &[]),
            (
                &[],
                ("cleanup.policy", Append, Some("compact")),
                &[("cleanup.policy", "delete,compact")],
            ),
            (
                &[],
                ("cleanup.policy", Append, Some("delete")),
                &[("cleanup.policy", "delete")],
            ),
            (
                &[("cleanup.policy", "compact,delete")],
                ("cleanup.policy", Subtract, Some("delete")),
                &[("cleanup.policy", "compact")],
            ),
            (
                &[],
                ("cleanup.policy", Subtract, Some("compact")),
                &[("cleanup.policy", "delete")],
            ),
            (
                &[],
                ("preallocate", Set, Some("TRUE")),
                &[("preallocate", "true")],
            ),
            (
                &[("from.the.future", "1")],
                ("from.the.future", Delete, None),
                &[],
            ),
        ];
        for (stored, row, expected) in cases {
            let after = changed(Resource::Topic, stored, &[*row]).unwrap();
            assert_eq!(after, map(expected), "{stored:?} {row:?}");
        }
    }

    #[test]
    fn refused_changes_say_why() {
        use ChangeError::{InvalidConfig, InvalidRequest};
        use Operation::{Append, Delete, Set, Subtract};
        let config = |text: &str| InvalidConfig(text.to_owned());
        let request = |text: &str| InvalidRequest(text.to_owned());
        let cases: &[(Resource, &[Row<'_>], ChangeError)] = &[
            (
                Resource::Topic,
                &[("no.such", Set, Some("1"))],
                config("Unknown topic config name: no.such"),
            ),
            (
                Resource::Topic,
                &[("no.such", Delete, None)],
                config("Unknown topic config name: no.such"),
            ),
            (
                Resource::Topic,
                &[("retention.ms", Set, None)],
                request("Null value not supported for : retention.ms"),
            ),
            (
                Resource::Topic,
                &[("retention.ms", Append, Some("1"))],
                config("Can't append to key retention.ms because its type is not LIST."),
            ),
            (
                Resource::Topic,
                &[("retention.ms", Subtract, Some("1"))],
                config("Can't subtract to key retention.ms because its type is not LIST."),
            ),
            (
                Resource::Topic,
                &[
                    ("retention.ms", Set, Some("1")),
                    ("retention.ms", Delete, None),
                ],
                request("Error due to duplicate config keys: retention.ms"),
            ),
            (
                Resource::Topic,
                &[
                    ("segment.ms", Set, Some("1")),
                    ("retention.ms", Set, Some("x")),
                ],
                config("Invalid value x for configuration retention.ms: Not a number of type LONG"),
            ),
            (
                Resource::Broker,
                &[("node.id", Set, Some("7"))],
                config(
                    "Cannot update these configs dynamically: node.id: it is read at the broker's start",
                ),
            ),
            (
                Resource::Broker,
                &[("log.retention.mss", Set, Some("7"))],
                config(
                    "Unknown broker config name: log.retention.mss (did you mean log.retention.ms?)",
                ),
            ),
            (
                Resource::Group,
                &[("x", Set, Some("7"))],
                config("Unknown group config name: x"),
            ),
            (
                Resource::ClientMetrics,
                &[("x", Set, Some("7"))],
                request("Unknown client metrics configuration: x"),
            ),
        ];
        for (resource, rows, expected) in cases {
            assert_eq!(
                changed(*resource, &[], rows).as_ref(),
                Err(expected),
                "{rows:?}"
            );
        }
    }

    proptest! {
        /// Appending and then subtracting the same items leaves a list without them, and nothing
        /// ever panics.
        #[test]
        fn list_edits_are_set_operations(
            stored in proptest::collection::vec("[a-c]{1,2}", 0..4),
            edit in proptest::collection::vec("[a-c]{1,2}", 0..4),
        ) {
            let name = "match";
            let stored = stored.join(",");
            let edit_text = edit.join(",");
            let stored = if stored.is_empty() { vec![] } else { vec![(name, stored.as_str())] };
            let row = |operation| (name, operation, Some(edit_text.as_str()));
            let added = changed(Resource::ClientMetrics, &stored, &[row(Operation::Append)]).unwrap();
            let items = split_list(&added[name]);
            prop_assert!(edit.iter().all(|item| items.contains(item)));
            let text = added[name].clone();
            let removed =
                changed(Resource::ClientMetrics, &[(name, &text)], &[row(Operation::Subtract)]).unwrap();
            let items = split_list(&removed[name]);
            prop_assert!(!edit.iter().any(|item| items.contains(item)));
        }
    }
}
