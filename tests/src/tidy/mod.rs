//! Rules about the tree itself, after TigerBeetle's `tidy`: what a reviewer would otherwise have to
//! look for in every change. Each rule yields complaints; none means it holds.

mod dependencies;
mod documents;
mod licences;
mod metadata;
mod modules;
mod sizes;
mod text;

pub(crate) use documents::fenced_lines;

use anyhow::Result;

/// One rule.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    pub(crate) check: fn() -> Result<Vec<String>>,
}

/// Every rule.
pub(crate) const RULES: &[Rule] = &[
    Rule {
        name: "dependency direction",
        check: dependencies::direction,
    },
    Rule {
        name: "banned crates",
        check: dependencies::bans,
    },
    Rule {
        name: "duplicate crates",
        check: dependencies::duplicates,
    },
    Rule {
        name: "licences",
        check: licences::check,
    },
    Rule {
        name: "file sizes",
        check: sizes::check,
    },
    Rule {
        name: "dead modules",
        check: modules::check,
    },
    Rule {
        name: "unfinished work",
        check: text::unfinished,
    },
    Rule {
        name: "machine paths",
        check: text::machine_paths,
    },
    Rule {
        name: "links",
        check: documents::links,
    },
    Rule {
        name: "README commands",
        check: documents::commands,
    },
];
