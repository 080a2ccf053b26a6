//! Listener addresses as Kafka writes them: `NAME://HOST:PORT`.

use std::fmt;
use std::str::FromStr;

use super::validator::Validator;
use super::value::Value;

/// One entry of `listeners` or `advertised.listeners`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenerAddress {
    /// The listener's name, upper case.
    pub name: String,
    /// Host or address; empty means every interface. IPv6 without its brackets.
    pub host: String,
    /// The port; 0 picks a free one when binding.
    pub port: u16,
}

/// An address that is not `NAME://HOST:PORT` or `HOST:PORT`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no address: {reason}")]
pub struct InvalidAddress {
    text: String,
    reason: &'static str,
}

impl FromStr for ListenerAddress {
    type Err = InvalidAddress;

    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        let invalid = |reason| InvalidAddress {
            text: text.to_owned(),
            reason,
        };
        let (name, address) = text
            .split_once("://")
            .ok_or_else(|| invalid("expected NAME://HOST:PORT"))?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if name.is_empty() || !name.chars().all(is_name) {
            return Err(invalid("the listener has no valid name"));
        }
        let (host, port) = split_host_port(address).map_err(invalid)?;
        Ok(Self {
            name: name.to_ascii_uppercase(),
            host,
            port,
        })
    }
}

impl fmt::Display for ListenerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "{}://[{}]:{}", self.name, self.host, self.port)
        } else {
            write!(f, "{}://{}:{}", self.name, self.host, self.port)
        }
    }
}

/// Splits `HOST:PORT`, `[V6]:PORT` or `:PORT`.
///
/// # Errors
/// What is wrong with it.
pub fn split_host_port(address: &str) -> Result<(String, u16), &'static str> {
    let (host, port) = address.rsplit_once(':').ok_or("the port is missing")?;
    let port = port
        .parse()
        .map_err(|_| "the port is not a number up to 65535")?;
    let host = match host.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']').ok_or("`[` without `]`")?,
        None if host.contains(':') => return Err("an IPv6 address needs brackets"),
        None => host,
    };
    if host.contains(['/', ' ', '[', ']']) {
        return Err("the host has a character that no host has");
    }
    Ok((host.to_owned(), port))
}

/// Parses a list of listeners.
///
/// # Errors
/// The first entry that is wrong, or a name or port that is used twice.
pub fn parse_listeners(items: &[String]) -> Result<Vec<ListenerAddress>, String> {
    let mut listeners: Vec<ListenerAddress> = Vec::with_capacity(items.len());
    for item in items {
        let listener: ListenerAddress = item.parse().map_err(|e: InvalidAddress| e.to_string())?;
        if listeners.iter().any(|other| other.name == listener.name) {
            return Err(format!(
                "Each listener must have a different name: {}",
                listener.name
            ));
        }
        listeners.push(listener);
    }
    Ok(listeners)
}

/// `HOST:PORT`.
pub(super) const ADDRESS: Validator = Validator::Rule("HOST:PORT", |value| match value {
    Value::Text(text) => split_host_port(text).map(drop).map_err(str::to_owned),
    _ => Ok(()),
});

/// One or more `NAME://HOST:PORT` with distinct names.
pub(super) const LISTENERS: Validator =
    Validator::Rule("NAME://HOST:PORT,...", |value| match value {
        Value::List(items) if items.is_empty() => Err("must name a listener".to_owned()),
        Value::List(items) => parse_listeners(items).map(drop),
        _ => Ok(()),
    });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_parse_and_print() {
        for text in [
            "PLAINTEXT://:9092",
            "PLAINTEXT://localhost:0",
            "EXTERNAL://[::1]:9092",
        ] {
            let listener: ListenerAddress = text.parse().unwrap();
            assert_eq!(listener.to_string(), text);
        }
        for bad in [
            "localhost:9092",
            "P://localhost",
            "P://h:99999",
            "://h:1",
            "P://::1:1",
            "P://[::1:9",
        ] {
            assert!(bad.parse::<ListenerAddress>().is_err(), "{bad}");
        }
        let twice = ["A://:1".to_owned(), "a://:2".to_owned()];
        assert!(
            parse_listeners(&twice)
                .unwrap_err()
                .contains("different name")
        );
    }
}
