//! Code about all messages: the API keys, and the list that tests go through.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::emit_fields::snake;
use crate::model::{Message, Role};

/// `api_key.rs`: Kafka's keys with what the headers depend on.
pub(crate) fn api_keys(messages: &[Message]) -> String {
    let apis: BTreeMap<i16, &Message> = messages
        .iter()
        .filter_map(|message| match message.role {
            Role::Request(key) => Some((key, message)),
            _ => None,
        })
        .collect();
    let name = |message: &Message| message.name.trim_end_matches("Request").to_owned();
    let mut code = String::from(
        "//! Kafka's API keys.\n//!\n//! Generated from facts by strandline-codegen. Do not edit.\n\n\
         #![allow(clippy::too_many_lines)]\n\n\
         use std::ops::RangeInclusive;\n\n\
         /// An API of Kafka, by the key in the request header.\n\
         #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]\n#[repr(i16)]\npub enum ApiKey {\n",
    );
    for (key, message) in &apis {
        let _ = writeln!(code, "    /// API {key}.\n    {} = {key},", name(message));
    }
    code.push_str("}\n\nimpl ApiKey {\n    /// All keys, in order.\n    pub const ALL: &'static [Self] = &[\n");
    for message in apis.values() {
        let _ = writeln!(code, "        Self::{},", name(message));
    }
    code.push_str(
        "    ];\n\n    /// The key with this number.\n    #[must_use]\n    pub const fn from_code(code: i16) -> Option<Self> {\n        match code {\n",
    );
    for (key, message) in &apis {
        let _ = writeln!(code, "            {key} => Some(Self::{}),", name(message));
    }
    code.push_str(
        "            _ => None,\n        }\n    }\n\n    /// The number in the request header.\n    #[must_use]\n    \
         pub const fn code(self) -> i16 {\n        self as i16\n    }\n\n    /// Kafka's name.\n    #[must_use]\n    \
         pub const fn name(self) -> &'static str {\n        match self {\n",
    );
    for message in apis.values() {
        let _ = writeln!(code, "            Self::{0} => \"{0}\",", name(message));
    }
    code.push_str(
        "        }\n    }\n\n    /// Versions that Kafka's schemas define, the unstable newest one included.\n    #[must_use]\n    \
         pub const fn versions(self) -> RangeInclusive<i16> {\n        match self {\n",
    );
    for message in apis.values() {
        let _ = writeln!(
            code,
            "            Self::{} => {}..={},",
            name(message),
            message.valid.0,
            message.valid.1
        );
    }
    code.push_str(
        "        }\n    }\n\n    /// First version with flexible encoding (KIP-482).\n    #[must_use]\n    \
         pub const fn flexible_from(self) -> Option<i16> {\n        match self {\n",
    );
    for message in apis.values() {
        let flexible = message.flexible.filter(|from| *from <= message.valid.1);
        let _ = writeln!(code, "            Self::{} => {flexible:?},", name(message));
    }
    code.push_str(
        "        }\n    }\n\n    /// Version of the request header.\n    #[must_use]\n    \
         pub const fn request_header_version(self, version: i16) -> i16 {\n        \
         match self.flexible_from() {\n            Some(from) if version >= from => 2,\n            _ => 1,\n        }\n    }\n\n    \
         /// Version of the response header. That of ApiVersions stays 0: its reader does not know yet\n    \
         /// what the broker can do.\n    #[must_use]\n    \
         pub const fn response_header_version(self, version: i16) -> i16 {\n        \
         match (self, self.flexible_from()) {\n            (Self::ApiVersions, _) => 0,\n            \
         (_, Some(from)) if version >= from => 1,\n            _ => 0,\n        }\n    }\n}\n",
    );
    code
}

/// `messages/mod.rs`.
pub(crate) fn modules(messages: &[Message]) -> String {
    let mut names: Vec<&str> = messages
        .iter()
        .map(|message| message.name.as_str())
        .collect();
    names.sort_unstable();
    let mut code = String::from(
        "//! Every message of Kafka, one module each.\n//!\n//! Generated from facts by strandline-codegen. Do not edit.\n\n\
         #![allow(\n    missing_docs,\n    unused_imports,\n    unused_variables,\n    unused_mut,\n    clippy::all,\n    clippy::pedantic\n)]\n\n",
    );
    // In rustfmt's order, the registry among them.
    let mut modules: Vec<String> = names.iter().map(|name| snake(name)).collect();
    modules.push("registry".to_owned());
    modules.sort_unstable();
    for module in &modules {
        if module == "registry" {
            code.push_str("#[cfg(feature = \"arbitrary\")]\n");
        }
        let _ = writeln!(code, "pub mod {module};");
    }
    code.push('\n');
    for name in &names {
        let _ = writeln!(code, "pub use {}::{name};", snake(name));
    }
    code
}

/// `messages/registry.rs`: every message as functions over bytes, for tests and fuzzing.
pub(crate) fn registry(messages: &[Message]) -> String {
    let mut code = String::from(
        "//! Every message as functions over bytes, for tests and fuzzing.\n//!\n\
         //! Generated from facts by strandline-codegen. Do not edit.\n\n\
         use crate::sample::{Entry, Role, entry};\n\n\
         /// All messages.\npub fn all() -> Vec<Entry> {\n    vec![\n",
    );
    for message in messages {
        let (role, key) = match message.role {
            Role::Request(key) => ("Request", key),
            Role::Response(key) => ("Response", key),
            Role::Header => ("Header", -1),
            _ => ("Data", -1),
        };
        let _ = writeln!(
            code,
            "        entry(Role::{role}, {key}, super::{}::{}::sample),",
            snake(&message.name),
            message.name
        );
    }
    code.push_str("    ]\n}\n");
    code
}
