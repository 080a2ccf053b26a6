//! Who a request is from.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// A principal: its type and its name, printed as Kafka does: `User:alice`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Principal {
    kind: Cow<'static, str>,
    name: Arc<str>,
}

impl Principal {
    /// Kafka's type of principals that clients have.
    pub const USER: &'static str = "User";

    /// The user called `name`.
    pub fn user(name: &str) -> Self {
        Self {
            kind: Cow::Borrowed(Self::USER),
            name: name.into(),
        }
    }

    /// `User:ANONYMOUS`, the principal of every client that was not authenticated.
    pub fn anonymous() -> Self {
        Self::user("ANONYMOUS")
    }

    /// The type.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Default for Principal {
    fn default() -> Self {
        Self::anonymous()
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.name)
    }
}

/// Whose names a client sees. There is one tenant today, and its name is empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Tenant(Arc<str>);

impl Tenant {
    /// The tenant called `name`.
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn principals_print_as_kafka_does() {
        assert_eq!(Principal::default().to_string(), "User:ANONYMOUS");
        assert_eq!(Principal::user("a").kind(), "User");
        assert_eq!(Tenant::default().name(), "");
    }
}
