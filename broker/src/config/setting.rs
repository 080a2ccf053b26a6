//! What the registry knows about one setting.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::time::Duration;

use super::machine::Machine;
use super::validator::Validator;
use super::value::Value;

/// The data type of a setting, as DescribeConfigs reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`.
    Boolean,
    /// Free text, unless a validator narrows it.
    String,
    /// A signed 32-bit number.
    Int,
    /// A signed 16-bit number.
    Short,
    /// A signed 64-bit number.
    Long,
    /// A floating-point number.
    Double,
    /// Strings separated by commas.
    List,
    /// A secret: stored, never shown.
    Password,
}

impl Kind {
    /// The number of this type in DescribeConfigsResponse.
    pub fn code(self) -> i8 {
        match self {
            Self::Boolean => 1,
            Self::String => 2,
            Self::Int => 3,
            Self::Short => 4,
            Self::Long => 5,
            Self::Double => 6,
            Self::List => 7,
            Self::Password => 9,
        }
    }

    /// Kafka's name of the type, as its error messages spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Boolean => "BOOLEAN",
            Self::String => "STRING",
            Self::Int => "INT",
            Self::Short => "SHORT",
            Self::Long => "LONG",
            Self::Double => "DOUBLE",
            Self::List => "LIST",
            Self::Password => "PASSWORD",
        }
    }
}

/// What a number counts. Decides which humane spellings a file may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A plain number, or not a number.
    None,
    /// Bytes: `"64MiB"`, `"1GB"`.
    Bytes,
    /// Milliseconds: `"1h"`, `"30s"`.
    Milliseconds,
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
}

impl Unit {
    /// Milliseconds in one of this unit; `None` if it is no unit of time.
    pub fn milliseconds(self) -> Option<i64> {
        match self {
            Self::None | Self::Bytes => None,
            Self::Milliseconds => Some(1),
            Self::Seconds => Some(1_000),
            Self::Minutes => Some(60_000),
            Self::Hours => Some(3_600_000),
        }
    }

    /// How the generated documentation names the unit.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Bytes => "bytes",
            Self::Milliseconds => "ms",
            Self::Seconds => "s",
            Self::Minutes => "min",
            Self::Hours => "h",
        }
    }
}

/// Whose setting it is and how it can be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Of a broker, read at its start.
    BrokerStatic,
    /// Of a broker or of all brokers, also changed at run time through IncrementalAlterConfigs.
    BrokerDynamic,
    /// Of a topic.
    Topic,
    /// Of a group.
    Group,
    /// Of a client-metrics subscription.
    ClientMetrics,
}

impl Scope {
    /// How the generated documentation names the scope.
    pub fn name(self) -> &'static str {
        match self {
            Self::BrokerStatic => "broker, at start",
            Self::BrokerDynamic => "broker, at run time",
            Self::Topic => "topic",
            Self::Group => "group",
            Self::ClientMetrics => "client metrics",
        }
    }

    /// Whether the setting belongs to a broker.
    pub fn is_broker(self) -> bool {
        matches!(self, Self::BrokerStatic | Self::BrokerDynamic)
    }
}

/// Whether a setting changes what the broker does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acting {
    /// It acts.
    Acts,
    /// It is accepted, stored and described, and changes nothing (yet, or ever: the documentation
    /// of the setting says which).
    Stored,
}

/// The value of a setting that nobody set.
#[derive(Clone, Copy)]
pub enum Fallback {
    /// No value.
    Null,
    /// A fixed value in Kafka's spelling.
    Text(&'static str),
    /// Computed from the machine; the text says how.
    Derived(&'static str, fn(&Machine) -> Value),
}

impl fmt::Debug for Fallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("Null"),
            Self::Text(text) => f.debug_tuple("Text").field(text).finish(),
            Self::Derived(text, _) => f.debug_tuple("Derived").field(text).finish(),
        }
    }
}

/// One setting, declared once. Parsing, validation, DescribeConfigs, the documentation and the
/// translation of Kafka's files are all derived from this.
#[derive(Debug)]
pub struct Setting {
    /// Its name. Kafka's where Kafka has the same setting.
    pub name: &'static str,
    /// Further names that mean the same setting in the same unit, Kafka's first.
    pub aliases: &'static [&'static str],
    /// Its type.
    pub kind: Kind,
    /// What its number counts.
    pub unit: Unit,
    /// Its value when nobody sets it.
    pub default: Fallback,
    /// Its default under `strandline dev`, where that differs.
    pub dev: Option<&'static str>,
    /// What is accepted beyond the type.
    pub validator: Validator,
    /// Whose setting it is.
    pub scope: Scope,
    /// Whether the value is a secret.
    pub sensitive: bool,
    /// Whether it acts.
    pub acting: Acting,
    /// For a topic or group setting: the broker settings that give its default, the first that is
    /// set wins. They may count in another unit.
    pub synonyms: &'static [&'static str],
    /// What it does, in our own words.
    pub doc: &'static str,
    /// The Strandline version it appeared in.
    pub since: &'static str,
}

impl Setting {
    /// The base that declarations start from.
    pub const fn base(name: &'static str, scope: Scope, doc: &'static str) -> Self {
        Self {
            name,
            aliases: &[],
            kind: Kind::String,
            unit: Unit::None,
            default: Fallback::Null,
            dev: None,
            validator: Validator::Any,
            scope,
            sensitive: false,
            acting: Acting::Acts,
            synonyms: &[],
            doc,
            since: "0.1",
        }
    }

    /// Every name of this setting.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }

    /// The default, parsed.
    pub fn default_value(&self, machine: &Machine) -> Value {
        match self.default {
            Fallback::Null => Value::Null,
            Fallback::Text(text) => self
                .parse_kafka(text)
                .expect("a test parses every declared default"),
            Fallback::Derived(_, derive) => derive(machine),
        }
    }

    /// Parses and checks a value in Kafka's spelling: numbers without units.
    ///
    /// # Errors
    /// A sentence in Kafka's wording that names the setting and the value.
    pub fn parse_kafka(&self, text: &str) -> Result<Value, InvalidValue> {
        Value::parse_kafka(self.kind, text)
            .and_then(|value| self.validator.check(&value).map(|()| value))
            .map_err(|reason| self.invalid(text, reason))
    }

    /// Parses and checks a value as a person writes it: Kafka's spelling, or a number with a
    /// unit (`"1h"`, `"64MiB"`) where the setting counts time or bytes.
    ///
    /// # Errors
    /// As [`Setting::parse_kafka`].
    pub fn parse_humane(&self, text: &str) -> Result<Value, InvalidValue> {
        Value::parse_humane(self.kind, self.unit, text)
            .and_then(|value| self.validator.check(&value).map(|()| value))
            .map_err(|reason| self.invalid(text, reason))
    }

    fn invalid(&self, text: &str, reason: String) -> InvalidValue {
        let shown = if self.sensitive { "[hidden]" } else { text };
        InvalidValue {
            name: self.name,
            value: shown.to_owned(),
            reason,
        }
    }
}

/// A value that a setting does not accept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Invalid value {value} for configuration {name}: {reason}")]
pub struct InvalidValue {
    /// The setting.
    pub name: &'static str,
    /// What was given.
    pub value: String,
    /// Why it is refused.
    pub reason: String,
}

/// A setting together with the Rust type its value is read as.
pub struct Key<T> {
    setting: &'static Setting,
    kind: PhantomData<fn() -> T>,
}

impl<T> Key<T> {
    /// Names `setting` as one of type `T`.
    pub const fn new(setting: &'static Setting) -> Self {
        Self {
            setting,
            kind: PhantomData,
        }
    }

    /// The declaration.
    pub const fn setting(&self) -> &'static Setting {
        self.setting
    }
}

impl<T> Deref for Key<T> {
    type Target = Setting;

    fn deref(&self) -> &Setting {
        self.setting
    }
}

impl<T> fmt::Debug for Key<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Key").field(&self.setting.name).finish()
    }
}

/// A Rust type that a setting can be read as.
pub trait Typed: Sized {
    /// The type in the registry.
    const KIND: Kind;

    /// Converts; `None` if the value is of another type, or null where the type has no null.
    fn from_value(value: &Value) -> Option<Self>;
}

impl Typed for bool {
    const KIND: Kind = Kind::Boolean;

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }
}

impl Typed for i64 {
    const KIND: Kind = Kind::Long;

    fn from_value(value: &Value) -> Option<Self> {
        value.as_int()
    }
}

impl Typed for u64 {
    const KIND: Kind = Kind::Long;

    fn from_value(value: &Value) -> Option<Self> {
        value.as_int().and_then(|n| n.try_into().ok())
    }
}

impl Typed for i32 {
    const KIND: Kind = Kind::Int;

    fn from_value(value: &Value) -> Option<Self> {
        value.as_int().and_then(|n| n.try_into().ok())
    }
}

impl Typed for i16 {
    const KIND: Kind = Kind::Short;

    fn from_value(value: &Value) -> Option<Self> {
        value.as_int().and_then(|n| n.try_into().ok())
    }
}

impl Typed for usize {
    const KIND: Kind = Kind::Int;

    fn from_value(value: &Value) -> Option<Self> {
        value.as_int().and_then(|n| n.try_into().ok())
    }
}

impl Typed for f64 {
    const KIND: Kind = Kind::Double;

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Double(d) => Some(*d),
            _ => None,
        }
    }
}

impl Typed for String {
    const KIND: Kind = Kind::String;

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    }
}

impl Typed for Vec<String> {
    const KIND: Kind = Kind::List;

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::List(items) => Some(items.clone()),
            _ => None,
        }
    }
}

/// Milliseconds.
impl Typed for Duration {
    const KIND: Kind = Kind::Long;

    fn from_value(value: &Value) -> Option<Self> {
        value
            .as_int()
            .and_then(|n| n.try_into().ok())
            .map(Self::from_millis)
    }
}

impl<T: Typed> Typed for Option<T> {
    const KIND: Kind = T::KIND;

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

/// Declares settings: a [`Key`] each, and the list of them all.
macro_rules! settings {
    (
        $(#[$list_doc:meta])* $list:ident;
        $( $key:ident: $type:ty = $scope:ident $name:literal, $doc:literal
           $({ $($field:ident: $value:expr),* $(,)? })?; )*
    ) => {
        $(
            #[doc = $doc]
            pub static $key: $crate::config::setting::Key<$type> =
                $crate::config::setting::Key::new(&$crate::config::setting::Setting {
                    kind: <$type as $crate::config::setting::Typed>::KIND,
                    $($($field: $value,)*)?
                    ..$crate::config::setting::Setting::base(
                        $name,
                        $crate::config::setting::Scope::$scope,
                        $doc,
                    )
                });
        )*
        $(#[$list_doc])*
        pub static $list: &[&$crate::config::setting::Setting] = &[$($key.setting()),*];
    };
}
pub(super) use settings;
