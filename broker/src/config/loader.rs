//! Putting the settings of a broker together: file, environment, command line.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::broker_settings::{
    ADVERTISED_LISTENERS, GROUP_MAX_SESSION_TIMEOUT_MS, GROUP_MIN_SESSION_TIMEOUT_MS,
    LISTENER_SECURITY_PROTOCOL_MAP,
};
use super::file;
use super::machine::Machine;
use super::own_settings::{TIER_DEFAULT_ENABLE, TIER_URL};
use super::registry::{broker_setting, broker_settings, suggestion};
use super::setting::{InvalidValue, Setting};
use super::settings::{Given, Profile, Settings};

/// Environment variables that begin with this are settings: `num.partitions` is
/// `STRANDLINE_NUM_PARTITIONS`.
pub(super) const ENVIRONMENT_PREFIX: &str = "STRANDLINE_";

/// Where a value was given. A later variant wins over an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A line of a file.
    File(PathBuf, usize),
    /// An environment variable.
    Environment(String),
    /// `--set`.
    Set,
    /// A flag of its own, such as `--listen`.
    Flag(&'static str),
}

impl Place {
    fn rank(&self) -> u8 {
        match self {
            Self::File(..) => 0,
            Self::Environment(_) => 1,
            Self::Set => 2,
            Self::Flag(_) => 3,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, line) => write!(f, "{}:{line}", path.display()),
            Self::Environment(name) => write!(f, "environment variable {name}"),
            Self::Set => f.write_str("--set"),
            Self::Flag(name) => f.write_str(name),
        }
    }
}

/// Why settings could not be put together. One line that says where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A file is no TOML.
    #[error("{}:{line}:{column}: {message}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// From 1, in bytes.
        column: usize,
        /// What the parser says.
        message: String,
    },
    /// No setting has this name.
    #[error("{place}: unknown setting `{name}`{}", hint.as_ref().map(|h| format!(" ({h})")).unwrap_or_default())]
    Unknown {
        /// Where it was given.
        place: Place,
        /// The name.
        name: String,
        /// What was probably meant.
        hint: Option<String>,
    },
    /// The setting does not accept the value.
    #[error("{place}: {invalid}")]
    Invalid {
        /// Where it was given.
        place: Place,
        /// What is wrong.
        invalid: InvalidValue,
    },
    /// One setting under two of its names.
    #[error("{place}: `{name}` was already set at {first}")]
    Twice {
        /// The second place.
        place: Place,
        /// The setting.
        name: &'static str,
        /// The first place.
        first: Place,
    },
    /// `--set` without `=`.
    #[error("--set {0}: expected NAME=VALUE")]
    NoAssignment(String),
    /// Values that are each valid and do not fit each other.
    #[error("{0}")]
    Conflict(String),
}

/// Collects values by precedence and builds [`Settings`].
#[derive(Debug)]
pub struct Loader {
    profile: Profile,
    machine: Machine,
    given: BTreeMap<&'static str, Given>,
    warnings: Vec<String>,
}

impl Loader {
    /// Starts from the defaults of `profile` on `machine`.
    pub fn new(profile: Profile, machine: Machine) -> Self {
        Self {
            profile,
            machine,
            given: BTreeMap::new(),
            warnings: Vec::new(),
        }
    }

    /// Takes the assignments of a TOML file. `path` is only for messages.
    ///
    /// # Errors
    /// The first thing that is wrong, with file and line.
    pub fn file(&mut self, path: &Path, text: &str) -> Result<(), ConfigError> {
        let table = file::parse(text).map_err(|e| ConfigError::Syntax {
            path: path.to_owned(),
            line: e.line,
            column: e.column,
            message: e.message,
        })?;
        for assignment in file::assignments(text, table.get_ref()) {
            let place = Place::File(path.to_owned(), assignment.line);
            let setting = find(&assignment.name, &place)?;
            let text = file::text_for(setting, assignment.value).map_err(|reason| {
                let shown = if setting.sensitive {
                    "[hidden]"
                } else {
                    assignment.value.type_str()
                };
                let invalid = InvalidValue {
                    name: setting.name,
                    value: shown.to_owned(),
                    reason,
                };
                ConfigError::Invalid {
                    place: place.clone(),
                    invalid,
                }
            })?;
            self.give(setting, &text, place)?;
        }
        Ok(())
    }

    /// Takes the environment variables that begin with [`ENVIRONMENT_PREFIX`]. One that names no
    /// setting is a warning and not an error: orchestrators put variables of their own there.
    ///
    /// # Errors
    /// The first value that its setting does not accept.
    pub fn environment(
        &mut self,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(), ConfigError> {
        for (variable, text) in variables {
            let Some(name) = variable.strip_prefix(ENVIRONMENT_PREFIX) else {
                continue;
            };
            let place = Place::Environment(variable.clone());
            let named = |setting: &&Setting| setting.names().any(|n| environment_name(n) == name);
            match broker_settings().find(named) {
                Some(setting) => self.give(setting, &text, place)?,
                None => self
                    .warnings
                    .push(format!("{place} is no setting and was ignored")),
            }
        }
        Ok(())
    }

    /// Takes `NAME=VALUE` of `--set`. The last one of a name counts.
    ///
    /// # Errors
    /// An unknown name, or a value that its setting does not accept.
    pub fn set(&mut self, assignment: &str) -> Result<(), ConfigError> {
        let (name, text) = assignment
            .split_once('=')
            .ok_or_else(|| ConfigError::NoAssignment(assignment.to_owned()))?;
        let setting = find(name.trim(), &Place::Set)?;
        self.give(setting, text, Place::Set)
    }

    /// Takes the value of a command-line flag that stands for `setting`.
    ///
    /// # Errors
    /// A value that the setting does not accept.
    pub fn flag(
        &mut self,
        flag: &'static str,
        setting: &'static Setting,
        text: &str,
    ) -> Result<(), ConfigError> {
        self.give(setting, text, Place::Flag(flag))
    }

    /// Gives `setting` a value only if nobody has given it one yet.
    ///
    /// # Errors
    /// A value that the setting does not accept.
    pub fn fallback(
        &mut self,
        flag: &'static str,
        setting: &'static Setting,
        text: &str,
    ) -> Result<(), ConfigError> {
        if self.given.contains_key(setting.name) {
            return Ok(());
        }
        self.give(setting, text, Place::Flag(flag))
    }

    /// What was odd and not worth stopping for.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Checks that the values fit each other and builds the settings.
    ///
    /// # Errors
    /// The first two that do not.
    pub fn finish(self) -> Result<Settings, ConfigError> {
        let settings = Settings::new(self.profile, self.machine, self.given);
        check_together(&settings).map_err(ConfigError::Conflict)?;
        Ok(settings)
    }

    fn give(
        &mut self,
        setting: &'static Setting,
        text: &str,
        place: Place,
    ) -> Result<(), ConfigError> {
        let value = setting
            .parse_humane(text)
            .map_err(|invalid| ConfigError::Invalid {
                place: place.clone(),
                invalid,
            })?;
        if let Some(before) = self.given.get(setting.name) {
            let repeated = matches!(place, Place::File(..) | Place::Environment(_));
            if before.place.rank() == place.rank() && repeated {
                let first = before.place.clone();
                return Err(ConfigError::Twice {
                    place,
                    name: setting.name,
                    first,
                });
            }
            if before.place.rank() > place.rank() {
                return Ok(());
            }
        }
        self.given.insert(setting.name, Given { value, place });
        Ok(())
    }
}

/// How a setting is called in the environment, without the prefix.
pub(super) fn environment_name(name: &str) -> String {
    name.to_ascii_uppercase().replace(['.', '-'], "_")
}

fn find(name: &str, place: &Place) -> Result<&'static Setting, ConfigError> {
    broker_setting(name).ok_or_else(|| ConfigError::Unknown {
        place: place.clone(),
        name: name.to_owned(),
        hint: suggestion(name),
    })
}

fn check_together(settings: &Settings) -> Result<(), String> {
    let listeners = settings.listeners();
    for (i, listener) in listeners.iter().enumerate() {
        let taken = |other: &super::ListenerAddress| {
            other.port == listener.port && other.host == listener.host && other.port != 0
        };
        if listeners[..i].iter().any(taken) {
            return Err(format!(
                "listeners: `{listener}` has the address of another listener"
            ));
        }
    }
    for advertised in settings.advertised_listeners() {
        if !listeners
            .iter()
            .any(|listener| listener.name == advertised.name)
        {
            let name = &advertised.name;
            return Err(format!(
                "{}: no listener is called {name}",
                ADVERTISED_LISTENERS.name
            ));
        }
        if matches!(advertised.host.as_str(), "" | "0.0.0.0" | "::") {
            return Err(format!(
                "{}: `{advertised}` is an address that no client can connect to",
                ADVERTISED_LISTENERS.name
            ));
        }
    }
    let protocols = settings.get(&LISTENER_SECURITY_PROTOCOL_MAP);
    for listener in &listeners {
        let mapped = protocols.iter().filter_map(|item| item.split_once(':'));
        match mapped
            .into_iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(&listener.name))
        {
            Some((_, "PLAINTEXT")) => {}
            Some((_, protocol)) => {
                return Err(format!(
                    "listeners: `{listener}` needs {protocol}, and this version serves PLAINTEXT only"
                ));
            }
            None => {
                return Err(format!(
                    "{}: says nothing about listener {}",
                    LISTENER_SECURITY_PROTOCOL_MAP.name, listener.name
                ));
            }
        }
    }
    let min = settings.get(&GROUP_MIN_SESSION_TIMEOUT_MS);
    let max = settings.get(&GROUP_MAX_SESSION_TIMEOUT_MS);
    if min > max {
        return Err(format!(
            "{} ({min}) is more than {} ({max})",
            GROUP_MIN_SESSION_TIMEOUT_MS.name, GROUP_MAX_SESSION_TIMEOUT_MS.name
        ));
    }
    let asked = settings.place(&TIER_DEFAULT_ENABLE).is_some();
    if asked && settings.get(&TIER_DEFAULT_ENABLE) && !settings.tiering() {
        return Err(format!(
            "{} needs {}",
            TIER_DEFAULT_ENABLE.name, TIER_URL.name
        ));
    }
    Ok(())
}

#[cfg(test)]
#[path = "loader_test.rs"]
mod tests;
