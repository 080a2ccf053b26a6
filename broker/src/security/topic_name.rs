//! What a topic may be called.

/// The longest name (`Topic.MAX_NAME_LENGTH` of Kafka).
pub const TOPIC_NAME_LENGTH_MAX: usize = 249;

/// The name of KRaft's metadata log, which clients expect not to be a topic of anybody.
const CLUSTER_METADATA: &str = "__cluster_metadata";

/// Checks that a topic may have this name.
///
/// # Errors
/// Kafka's message for INVALID_TOPIC_EXCEPTION.
pub fn check_topic_name(name: &str) -> Result<(), String> {
    let reason = match name {
        "" => "the empty string is not allowed".to_owned(),
        "." | ".." => format!("'{name}' is not allowed"),
        CLUSTER_METADATA => format!("'{name}' is reserved"),
        _ if name.len() > TOPIC_NAME_LENGTH_MAX => format!(
            "the length of '{}...' is longer than the max allowed length {TOPIC_NAME_LENGTH_MAX}",
            name.chars().take(40).collect::<String>()
        ),
        _ if !name.chars().all(is_legal) => format!(
            "'{name}' contains one or more characters other than ASCII alphanumerics, '.', '_' \
             and '-'"
        ),
        _ => return Ok(()),
    };
    Err(format!("Topic name is invalid: {reason}"))
}

fn is_legal(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rules_of_kafka() {
        let longest = "x".repeat(249);
        for name in [
            "a",
            "a.b",
            "A-b_0",
            "...",
            "-",
            "__consumer_offsets",
            longest.as_str(),
        ] {
            check_topic_name(name).unwrap();
        }
        let too_long = "x".repeat(250);
        let cases = [
            ("", "empty string"),
            (".", "'.' is not allowed"),
            ("..", "'..' is not allowed"),
            ("a b", "characters other than"),
            ("a/b", "characters other than"),
            ("ä", "characters other than"),
            ("__cluster_metadata", "reserved"),
            (too_long.as_str(), "max allowed length 249"),
        ];
        for (name, expected) in cases {
            let error = check_topic_name(name).unwrap_err();
            assert!(error.starts_with("Topic name is invalid: ") && error.contains(expected));
        }
    }
}
