//! A listener: where clients come in, and what they are told to come back to.

use std::net::SocketAddr;

use crate::config::broker_settings::LISTENER_SECURITY_PROTOCOL_MAP;
use crate::config::{ListenerAddress, Settings};

/// What protects the bytes and who authenticates the client, with Kafka's names and numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(i16)]
pub enum SecurityProtocol {
    /// Neither.
    Plaintext = 0,
    /// TLS.
    Ssl = 1,
    /// SASL without TLS.
    SaslPlaintext = 2,
    /// SASL in TLS.
    SaslSsl = 3,
}

impl SecurityProtocol {
    /// The protocol with Kafka's name `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "PLAINTEXT" => Some(Self::Plaintext),
            "SSL" => Some(Self::Ssl),
            "SASL_PLAINTEXT" => Some(Self::SaslPlaintext),
            "SASL_SSL" => Some(Self::SaslSsl),
            _ => None,
        }
    }

    /// Kafka's number.
    pub fn code(self) -> i16 {
        self as i16
    }
}

/// A host and port that a client is told.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AdvertisedAddress {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
}

/// A bound listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// Its name, upper case.
    pub name: String,
    /// What protects it.
    pub security_protocol: SecurityProtocol,
    /// The address that was bound, with the real port.
    pub bound: SocketAddr,
    /// The address given to clients; if none is configured, they get the local address of the
    /// socket by which they came in.
    pub advertised: Option<AdvertisedAddress>,
}

impl Listener {
    /// The listener that `address` configures, bound to `bound`.
    ///
    /// # Errors
    /// If its name has no security protocol, or one that is not built yet.
    pub fn new(
        settings: &Settings,
        address: &ListenerAddress,
        bound: SocketAddr,
    ) -> Result<Self, String> {
        let advertised = settings
            .advertised_listeners()
            .into_iter()
            .find(|a| a.name == address.name)
            .map(|a| AdvertisedAddress {
                host: a.host,
                port: if a.port == 0 { bound.port() } else { a.port },
            });
        Ok(Self {
            name: address.name.clone(),
            security_protocol: security_protocol(settings, &address.name)?,
            bound,
            advertised,
        })
    }

    /// Where a client that came in by the local address `local` is told to come back.
    pub fn advertised_to(&self, local: SocketAddr) -> AdvertisedAddress {
        self.advertised
            .clone()
            .unwrap_or_else(|| AdvertisedAddress {
                host: local.ip().to_canonical().to_string(),
                port: local.port(),
            })
    }
}

fn security_protocol(settings: &Settings, name: &str) -> Result<SecurityProtocol, String> {
    let map = settings.get(&LISTENER_SECURITY_PROTOCOL_MAP);
    let protocol = map
        .iter()
        .filter_map(|item| item.split_once(':'))
        .find(|(listener, _)| listener.eq_ignore_ascii_case(name))
        .and_then(|(_, protocol)| SecurityProtocol::from_name(protocol));
    match protocol {
        Some(SecurityProtocol::Plaintext) => Ok(SecurityProtocol::Plaintext),
        Some(_) => Err(format!(
            "listener `{name}` asks for TLS or SASL, which this version does not have; use \
             PLAINTEXT"
        )),
        None => Err(format!(
            "listener `{name}` has no protocol in listener.security.protocol.map"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Loader, Machine, Profile};

    fn listener(sets: &[&str], bound: &str) -> Result<Listener, String> {
        let mut loader = Loader::new(Profile::Server, Machine::default());
        for set in sets {
            loader.set(set).unwrap();
        }
        let settings = loader.finish().unwrap();
        let address = settings.listeners().remove(0);
        Listener::new(&settings, &address, bound.parse().unwrap())
    }

    #[test]
    fn without_an_advertised_address_clients_come_back_the_way_they_came() {
        let plain = listener(&[], "0.0.0.0:9092").unwrap();
        let told = plain.advertised_to("10.0.0.7:9092".parse().unwrap());
        assert_eq!((told.host.as_str(), told.port), ("10.0.0.7", 9092));
        let mapped = plain.advertised_to("[::ffff:10.0.0.7]:9092".parse().unwrap());
        assert_eq!(mapped.host, "10.0.0.7");
        let set = listener(
            &["advertised.listeners=PLAINTEXT://kafka.example:0"],
            "0.0.0.0:7",
        );
        let told = set.unwrap().advertised_to("10.0.0.7:7".parse().unwrap());
        assert_eq!((told.host.as_str(), told.port), ("kafka.example", 7));
    }
}
