//! Which package may know which: `protocol <- log <- tiering`, `protocol <- metadata`, all of them
//! `<- broker <- tests, bench`. And which packages of others must not come in, or not twice.

use anyhow::Result;

use super::metadata;

/// Package, and the packages of the workspace it may depend on.
const ALLOWED: &[(&str, &[&str])] = &[
    ("strandline-protocol", &[]),
    ("strandline-codegen", &["strandline-protocol"]),
    ("strandline-client", &["strandline-protocol"]),
    ("strandline-log", &["strandline-protocol"]),
    (
        "strandline-tiering",
        &["strandline-protocol", "strandline-log"],
    ),
    ("strandline-metadata", &["strandline-protocol"]),
    (
        "strandline",
        &[
            "strandline-protocol",
            "strandline-client",
            "strandline-log",
            "strandline-tiering",
            "strandline-metadata",
        ],
    ),
    (
        "strandline-tests",
        &["strandline-protocol", "strandline-client"],
    ),
    // Takes the place of a dependency of raft-log, see its module docs.
    ("base2histogram", &[]),
    (
        "strandline-bench",
        &[
            "strandline-protocol",
            "strandline-client",
            "strandline-tests",
        ],
    ),
];

/// Crates that must not be built, and why.
const BANNED: &[(&str, &str)] = &[
    ("ring", "one provider of cryptography: aws-lc-rs"),
    ("openssl", "TLS is rustls"),
    ("openssl-sys", "TLS is rustls"),
    ("native-tls", "TLS is rustls"),
    ("async-std", "one runtime: tokio"),
];

/// Crates of which two versions would be two stacks.
const SINGLE: &[&str] = &[
    "rustls",
    "hyper",
    "zstd",
    "zstd-safe",
    "zstd-sys",
    "tokio",
    "bytes",
    "http",
    "aws-lc-rs",
];

pub(crate) fn direction() -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    for package in metadata::read()?.members() {
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == package.name) else {
            complaints.push(format!("`{}` has no line in tests/src/tidy", package.name));
            continue;
        };
        for sibling in package
            .siblings()
            .filter(|sibling| !allowed.contains(sibling))
        {
            complaints.push(format!("`{}` must not depend on `{sibling}`", package.name));
        }
    }
    Ok(complaints)
}

pub(crate) fn bans() -> Result<Vec<String>> {
    let versions = metadata::read()?.foreign_versions();
    let banned = BANNED
        .iter()
        .filter(|(name, _)| versions.contains_key(name));
    Ok(banned
        .map(|(name, why)| format!("`{name}` is built; {why}"))
        .collect())
}

pub(crate) fn duplicates() -> Result<Vec<String>> {
    let versions = metadata::read()?.foreign_versions();
    let mut complaints = Vec::new();
    for name in SINGLE {
        if let Some(found) = versions.get(name)
            && found.len() > 1
        {
            complaints.push(format!(
                "`{name}` is built in versions {}",
                found.join(", ")
            ));
        }
    }
    Ok(complaints)
}
