//! From an error of the store's client to a [`StoreFaultClass`].
//!
//! object_store keeps the HTTP status and the XML body of S3 only as text in the error chain, so the S3 error code is
//! looked for there. The table below is the whole knowledge about it.

use std::sync::Arc;

use object_store::Error as StoreError;

use crate::error::{StoreFault, StoreFaultClass, TierError};

/// S3 error codes and client phrases, most specific first. The first that occurs in the chain decides.
const PHRASES: &[(&str, StoreFaultClass)] = &[
    (
        "no credentials were found",
        StoreFaultClass::CredentialsMissing,
    ),
    ("NoSuchBucket", StoreFaultClass::BucketMissing),
    ("InvalidAccessKeyId", StoreFaultClass::CredentialsWrong),
    ("SignatureDoesNotMatch", StoreFaultClass::CredentialsWrong),
    ("ExpiredToken", StoreFaultClass::CredentialsWrong),
    ("InvalidToken", StoreFaultClass::CredentialsWrong),
    ("TokenRefreshRequired", StoreFaultClass::CredentialsWrong),
    ("RequestTimeTooSkewed", StoreFaultClass::ClockSkew),
    ("RequestExpired", StoreFaultClass::ClockSkew),
    ("PermanentRedirect", StoreFaultClass::WrongRegion),
    ("AuthorizationHeaderMalformed", StoreFaultClass::WrongRegion),
    (
        "incorrectly configured region",
        StoreFaultClass::WrongRegion,
    ),
    (
        "IllegalLocationConstraintException",
        StoreFaultClass::WrongRegion,
    ),
    ("AccessDenied", StoreFaultClass::AccessDenied),
    ("AllAccessDisabled", StoreFaultClass::AccessDenied),
    ("SlowDown", StoreFaultClass::SlowDown),
    ("SlowDownRead", StoreFaultClass::SlowDown),
    ("429 Too Many Requests", StoreFaultClass::SlowDown),
    ("503 Service Unavailable", StoreFaultClass::SlowDown),
    ("XMinioStorageFull", StoreFaultClass::StoreFull),
    ("507 Insufficient Storage", StoreFaultClass::StoreFull),
    ("RequestTimeout", StoreFaultClass::Timeout),
    ("operation timed out", StoreFaultClass::Timeout),
    ("timed out", StoreFaultClass::Timeout),
    (
        "HTTP error: request or response body error",
        StoreFaultClass::Truncated,
    ),
    ("error decoding response body", StoreFaultClass::Truncated),
    (
        "end of file before message length reached",
        StoreFaultClass::Truncated,
    ),
    ("dns error", StoreFaultClass::Unreachable),
    ("Connection refused", StoreFaultClass::Unreachable),
    ("connection closed", StoreFaultClass::Unreachable),
    ("Connection reset", StoreFaultClass::Unreachable),
    ("error sending request", StoreFaultClass::Unreachable),
    ("HTTP connect error", StoreFaultClass::Unreachable),
    ("InternalError", StoreFaultClass::ServerError),
    ("500 Internal Server Error", StoreFaultClass::ServerError),
    ("502 Bad Gateway", StoreFaultClass::ServerError),
    ("504 Gateway Timeout", StoreFaultClass::ServerError),
    ("403 Forbidden", StoreFaultClass::AccessDenied),
    ("401 Unauthorized", StoreFaultClass::CredentialsWrong),
    ("No space left on device", StoreFaultClass::StoreFull),
    ("Disk quota exceeded", StoreFaultClass::StoreFull),
    ("Permission denied", StoreFaultClass::PermissionDenied),
    ("Read-only file system", StoreFaultClass::PermissionDenied),
];

/// Wraps an error of the store with its class, the operation and the key.
pub fn classify(
    operation: &'static str,
    key: impl std::fmt::Display,
    error: StoreError,
) -> TierError {
    TierError::Store(StoreFault {
        class: class_of(&error),
        operation,
        key: key.to_string(),
        source: Arc::new(error),
    })
}

/// The class of an error of the store.
pub fn class_of(error: &StoreError) -> StoreFaultClass {
    let by_text = class_of_text(&chain_text(error));
    match error {
        // "NoSuchBucket" also comes as NotFound.
        StoreError::NotFound { .. } if by_text == Some(StoreFaultClass::BucketMissing) => {
            StoreFaultClass::BucketMissing
        }
        StoreError::NotFound { .. } => StoreFaultClass::NotFound,
        StoreError::AlreadyExists { .. } | StoreError::Precondition { .. } => {
            StoreFaultClass::Exists
        }
        StoreError::PermissionDenied { .. } => by_text.unwrap_or(StoreFaultClass::AccessDenied),
        StoreError::Unauthenticated { .. } => by_text.unwrap_or(StoreFaultClass::CredentialsWrong),
        _ => by_text.unwrap_or(StoreFaultClass::Other),
    }
}

/// The class that a text names, if it names one.
pub(crate) fn class_of_text(text: &str) -> Option<StoreFaultClass> {
    PHRASES
        .iter()
        .find(|(phrase, _)| text.contains(phrase))
        .map(|(_, class)| *class)
}

/// All messages of an error chain in one text.
pub(crate) fn chain_text(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text.push_str(" | ");
        text.push_str(&source.to_string());
        next = source.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generic(text: &str) -> StoreError {
        StoreError::Generic {
            store: "S3",
            source: text.to_owned().into(),
        }
    }

    #[test]
    fn every_phrase_decides_its_class() {
        for (phrase, class) in PHRASES {
            let found = class_of(&generic(&format!("Server returned: <Code>{phrase}</Code>")));
            // A more specific phrase may contain a shorter one of the same class.
            assert_eq!(found, *class, "{phrase}");
        }
    }

    #[test]
    fn a_missing_bucket_is_not_a_missing_object() {
        let source = || "x".to_owned().into();
        let missing = StoreError::NotFound {
            path: "k".into(),
            source: "<Code>NoSuchBucket</Code>".to_owned().into(),
        };
        assert_eq!(class_of(&missing), StoreFaultClass::BucketMissing);
        assert_eq!(
            class_of(&StoreError::NotFound {
                path: "k".into(),
                source: source()
            }),
            StoreFaultClass::NotFound
        );
        assert_eq!(
            class_of(&StoreError::AlreadyExists {
                path: "k".into(),
                source: source()
            }),
            StoreFaultClass::Exists
        );
    }

    #[test]
    fn explanations_name_the_next_step() {
        let error = classify(
            "put",
            "a/b",
            generic("403 Forbidden: <Code>InvalidAccessKeyId</Code>"),
        );
        let text = error.explain();
        assert!(text.contains("check the access key"), "{text}");
        assert!(text.contains("put a/b"), "{text}");
        assert_eq!(error.kind(), crate::ErrorKind::Misconfigured);
    }
}
