//! The one registry of settings.
//!
//! **Overview.** Every setting is declared once, in [`broker_settings`], [`own_settings`], [`topic_settings`] or [`group_settings`].
//! Everything else is derived from the declarations: reading `strandline.toml`, the environment
//! and `--set` ([`Loader`]), typed access ([`Settings`], [`TopicConfig`]), the answers of
//! DescribeConfigs ([`describe`]), the checks of CreateTopics and IncrementalAlterConfigs
//! ([`change`], [`rules`]), the translation of a Kafka file ([`translate`]) and `docs/config.md`
//! ([`docs`]).
//!
//! **Precedence**, weakest first: default, default of `strandline dev`, file, environment,
//! `--set` and flags; above them, for settings of scope [`Scope::BrokerDynamic`], what
//! IncrementalAlterConfigs stored for all brokers and then for this broker.
//!
//! The entry points are [`Loader`] and [`Settings`].

pub mod broker_settings;
pub mod change;
pub mod describe;
pub mod docs;
mod file;
pub mod group_settings;
pub mod listeners;
mod loader;
mod machine;
pub mod own_settings;
pub mod registry;
pub mod rules;
pub mod setting;
mod settings;
mod topic_config;
pub mod topic_settings;
pub mod translate;
mod validator;
mod value;

pub use listeners::ListenerAddress;
pub use loader::{ConfigError, Loader, Place};
pub use machine::Machine;
pub use setting::{Acting, InvalidValue, Key, Kind, Scope, Setting, Unit};
pub use settings::{ConfigSource, Profile, Settings};
pub use topic_config::{CompressionType, TimestampType, TopicConfig};
pub use validator::Validator;
pub use value::{Value, humane_bytes, humane_milliseconds, parse_bytes, parse_milliseconds};
