//! Error codes and APIs, against Kafka's enums.

use std::fmt::Write as _;

use strandline_protocol::messages::registry::all;
use strandline_protocol::sample::Role;
use strandline_protocol::{ApiKey, ErrorCode};

use super::jvm::Question;
use super::oracle;

const TABLES: u8 = 6;

#[test]
fn error_codes_and_api_versions_are_kafkas() {
    let Some(mut jvm) = oracle("tables") else {
        return;
    };
    let theirs = jvm.ask(&Question::new(TABLES)).expect("tables").text();
    let mut ours = String::new();
    for code in -1..200 {
        let error = ErrorCode::from_code(code);
        if error.code() == code {
            writeln!(
                ours,
                "error {code} {} {}",
                error.name(),
                error.is_retriable()
            )
            .unwrap();
        }
    }
    for key in 0..200 {
        let Some(api) = ApiKey::from_code(key) else {
            continue;
        };
        let versions = api.versions();
        let (low, high) = (*versions.start(), *versions.end());
        write!(ours, "api {key} {} {low} {high}", api.name()).unwrap();
        for version in low..=high {
            let request = api.request_header_version(version);
            write!(ours, " {request}/{}", api.response_header_version(version)).unwrap();
        }
        ours.push('\n');
    }
    for (ours, theirs) in ours.lines().zip(theirs.lines()) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(ours.lines().count(), theirs.lines().count());
}

#[test]
fn every_api_has_a_request_and_a_response_in_the_same_versions() {
    for key in 0..200 {
        let Some(api) = ApiKey::from_code(key) else {
            continue;
        };
        for role in [Role::Request, Role::Response] {
            let entry = all()
                .into_iter()
                .find(|e| e.api_key == key && e.role == role);
            let versions = entry.expect("a message").versions;
            assert_eq!(versions, api.versions(), "{role:?} of {}", api.name());
        }
    }
}
