//! The broker's settings as it runs.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use arc_swap::ArcSwap;

use super::broker_settings::{ADVERTISED_LISTENERS, DATA_DIR, LISTENERS};
use super::listeners::{ListenerAddress, parse_listeners};
use super::loader::{Loader, Place};
use super::machine::Machine;
use super::own_settings::{MEMORY, TIER_URL};
use super::registry::broker_setting;
use super::setting::{Key, Scope, Setting, Typed};
use super::topic_config::TopicConfig;
use super::value::Value;

/// Which defaults apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// `strandline dev`: everything on one laptop.
    Dev,
    /// `strandline server`.
    Server,
}

/// Where a described value comes from, with DescribeConfigs' numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigSource {
    /// Set on the topic.
    DynamicTopic,
    /// Set at run time on this broker.
    DynamicBroker,
    /// Set at run time on all brokers.
    DynamicDefaultBroker,
    /// Set in a file, the environment or on the command line.
    StaticBroker,
    /// Nobody set it.
    Default,
    /// Set on a logger.
    BrokerLogger,
    /// Set on a client-metrics subscription.
    ClientMetrics,
    /// Set on the group.
    Group,
}

impl ConfigSource {
    /// The number in DescribeConfigsResponse.
    pub fn code(self) -> i8 {
        match self {
            Self::DynamicTopic => 1,
            Self::DynamicBroker => 2,
            Self::DynamicDefaultBroker => 3,
            Self::StaticBroker => 4,
            Self::Default => 5,
            Self::BrokerLogger => 6,
            Self::ClientMetrics => 7,
            Self::Group => 8,
        }
    }
}

/// A value that somebody set before the start, and where.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub(super) value: Value,
    pub(super) place: Place,
}

/// What IncrementalAlterConfigs stored for brokers. Shared by name with the static part.
#[derive(Debug, Default)]
struct Dynamic {
    broker: HashMap<&'static str, Value>,
    cluster: HashMap<&'static str, Value>,
}

/// The settings of a broker: fixed at its start, except for what IncrementalAlterConfigs may
/// change, which [`Settings::apply_dynamic`] replaces atomically. Shared as `Arc<Settings>`.
#[derive(Debug)]
pub struct Settings {
    profile: Profile,
    machine: Machine,
    given: BTreeMap<&'static str, Given>,
    dynamic: ArcSwap<Dynamic>,
}

impl Settings {
    pub(super) fn new(
        profile: Profile,
        machine: Machine,
        given: BTreeMap<&'static str, Given>,
    ) -> Self {
        Self {
            profile,
            machine,
            given,
            dynamic: ArcSwap::default(),
        }
    }

    /// Settings of which nobody set any, on a machine of fixed size. For tests.
    pub fn defaults(profile: Profile) -> Self {
        Loader::new(profile, Machine::default())
            .finish()
            .expect("a test shows that the defaults fit each other")
    }

    /// Which defaults apply.
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// The machine that derived defaults are computed from.
    pub fn machine(&self) -> Machine {
        self.machine
    }

    /// The value of `key`.
    pub fn get<T: Typed>(&self, key: &Key<T>) -> T {
        let (value, _) = self.effective(key);
        T::from_value(&value).expect("a test reads every declared default as its declared type")
    }

    /// The value of `setting` and its source.
    pub fn effective(&self, setting: &Setting) -> (Value, ConfigSource) {
        self.candidates(setting).swap_remove(0)
    }

    /// Every value of `setting` that somebody or nobody set, the one that counts first; the
    /// default, which may be null, is last.
    pub(super) fn candidates(&self, setting: &Setting) -> Vec<(Value, ConfigSource)> {
        let mut all = Vec::with_capacity(2);
        if setting.scope == Scope::BrokerDynamic {
            let dynamic = self.dynamic.load();
            let broker = dynamic.broker.get(setting.name).cloned();
            all.extend(broker.map(|value| (value, ConfigSource::DynamicBroker)));
            let cluster = dynamic.cluster.get(setting.name).cloned();
            all.extend(cluster.map(|value| (value, ConfigSource::DynamicDefaultBroker)));
        }
        let given = self.given.get(setting.name);
        all.extend(given.map(|given| (given.value.clone(), ConfigSource::StaticBroker)));
        all.push((self.default_of(setting), ConfigSource::Default));
        all
    }

    /// Where the value of `setting` was given before the start, if it was.
    pub fn place(&self, setting: &Setting) -> Option<&Place> {
        self.given.get(setting.name).map(|given| &given.place)
    }

    fn default_of(&self, setting: &Setting) -> Value {
        match setting.dev {
            Some(text) if self.profile == Profile::Dev => setting
                .parse_kafka(text)
                .expect("a test parses every declared default"),
            _ => setting.default_value(&self.machine),
        }
    }

    /// Replaces what was stored at run time for all brokers and for this one. Unknown names and
    /// values that do not parse (written by a newer version) are left out.
    pub fn apply_dynamic(
        &self,
        cluster: &BTreeMap<String, String>,
        broker: &BTreeMap<String, String>,
    ) {
        let parse = |stored: &BTreeMap<String, String>| {
            let dynamic = |name: &String, text: &String| {
                let setting = broker_setting(name).filter(|s| s.scope == Scope::BrokerDynamic)?;
                Some((setting.name, setting.parse_kafka(text).ok()?))
            };
            stored
                .iter()
                .filter_map(|(name, text)| dynamic(name, text))
                .collect()
        };
        let dynamic = Dynamic {
            broker: parse(broker),
            cluster: parse(cluster),
        };
        self.dynamic.store(Arc::new(dynamic));
    }

    /// The effective configuration of a topic that stores `overrides`. Keep it per topic; compute
    /// it again when the overrides change or after [`Settings::apply_dynamic`].
    pub fn topic(&self, overrides: &BTreeMap<String, String>) -> TopicConfig {
        TopicConfig::new(self, overrides)
    }

    /// The listeners to bind.
    pub fn listeners(&self) -> Vec<ListenerAddress> {
        parse_listeners(&self.get(&LISTENERS)).expect("checked when the setting was read")
    }

    /// The addresses to give to clients, for the listeners that have one of their own.
    pub fn advertised_listeners(&self) -> Vec<ListenerAddress> {
        let items = self.get(&ADVERTISED_LISTENERS).unwrap_or_default();
        parse_listeners(&items).expect("checked when the setting was read")
    }

    /// The data directory.
    pub fn data_dir(&self) -> PathBuf {
        PathBuf::from(self.get(&DATA_DIR))
    }

    /// Bytes that all memory pools may use together.
    pub fn memory(&self) -> u64 {
        u64::try_from(self.get(&MEMORY)).unwrap_or(0)
    }

    /// Whether an object store is configured.
    pub fn tiering(&self) -> bool {
        self.get(&TIER_URL).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::broker_settings::{LOG_RETENTION_MS, MESSAGE_MAX_BYTES, NUM_PARTITIONS};
    use crate::config::own_settings::JOURNAL_PREALLOC;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect()
    }

    #[test]
    fn profiles_have_their_own_defaults() {
        assert_eq!(
            Settings::defaults(Profile::Server).get(&JOURNAL_PREALLOC),
            4 << 30
        );
        assert_eq!(
            Settings::defaults(Profile::Dev).get(&JOURNAL_PREALLOC),
            256 << 20
        );
        assert_eq!(Settings::defaults(Profile::Server).memory(), 2 << 30);
    }

    #[test]
    fn dynamic_values_win_broker_before_cluster_and_can_go_again() {
        let settings = Settings::defaults(Profile::Server);
        let cluster = map(&[
            ("message.max.bytes", "2000"),
            ("num.partitions", "9"),
            ("what", "1"),
        ]);
        settings.apply_dynamic(&cluster, &map(&[]));
        assert_eq!(settings.get(&MESSAGE_MAX_BYTES), 2000);
        assert_eq!(settings.get(&NUM_PARTITIONS), 1, "is not dynamic");
        settings.apply_dynamic(&cluster, &map(&[("message.max.bytes", "3000")]));
        let (value, source) = settings.effective(&MESSAGE_MAX_BYTES);
        assert_eq!(
            (value, source),
            (Value::Int(3000), ConfigSource::DynamicBroker)
        );
        settings.apply_dynamic(&map(&[]), &map(&[("message.max.bytes", "many")]));
        assert_eq!(settings.get(&MESSAGE_MAX_BYTES), 1_048_588);
        assert_eq!(settings.get(&LOG_RETENTION_MS), None);
    }
}
