//! Where the tier is: a directory, a bucket, or memory.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::error::TierError;

/// A place for objects.
///
/// Text forms: a path (`./tier`, `/var/lib/tier`), `s3://bucket/prefix?endpoint=URL&region=R`, `memory`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreLocation {
    /// A local or mounted directory. Every object is a file that is fsynced before it counts.
    Directory(PathBuf),
    /// An S3-compatible bucket.
    S3 {
        /// Bucket name.
        bucket: String,
        /// Prefix inside the bucket, without leading and trailing slash; empty for none.
        prefix: String,
        /// Endpoint of an S3-compatible store; `None` for AWS.
        endpoint: Option<String>,
        /// Region that signs the requests; `None` asks the AWS configuration, then `us-east-1`.
        region: Option<String>,
    },
    /// Memory of this process, for tests.
    Memory,
}

impl StoreLocation {
    /// The prefix inside the bucket; directories and memory have none.
    pub fn prefix(&self) -> &str {
        match self {
            Self::S3 { prefix, .. } => prefix,
            Self::Directory(_) | Self::Memory => "",
        }
    }
}

impl fmt::Display for StoreLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(path) => write!(f, "{}", path.display()),
            Self::Memory => f.write_str("memory"),
            Self::S3 {
                bucket,
                prefix,
                endpoint,
                region,
            } => {
                write!(f, "s3://{bucket}")?;
                if !prefix.is_empty() {
                    write!(f, "/{prefix}")?;
                }
                let mut separator = '?';
                for (name, value) in [("endpoint", endpoint), ("region", region)] {
                    if let Some(value) = value {
                        write!(f, "{separator}{name}={value}")?;
                        separator = '&';
                    }
                }
                Ok(())
            }
        }
    }
}

impl FromStr for StoreLocation {
    type Err = TierError;

    fn from_str(text: &str) -> Result<Self, TierError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TierError::Invalid("an empty tier location".into()));
        }
        if matches!(text, "memory" | "memory:") {
            return Ok(Self::Memory);
        }
        if let Some(rest) = text.strip_prefix("s3://") {
            return parse_s3(text, rest);
        }
        if let Some((scheme, rest)) = text.split_once("://") {
            if scheme == "file" {
                return Ok(Self::Directory(PathBuf::from(rest)));
            }
            return Err(TierError::Invalid(format!(
                "`{text}` is not a tier location: use a directory or s3://bucket/prefix?endpoint=URL&region=R"
            )));
        }
        Ok(Self::Directory(PathBuf::from(text)))
    }
}

fn parse_s3(text: &str, rest: &str) -> Result<StoreLocation, TierError> {
    let (place, query) = match rest.split_once('?') {
        Some((place, query)) => (place, query),
        None => (rest, ""),
    };
    let (bucket, prefix) = match place.split_once('/') {
        Some((bucket, prefix)) => (bucket, prefix.trim_matches('/')),
        None => (place, ""),
    };
    let name_is_good = (3..=63).contains(&bucket.len())
        && bucket
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.');
    if !name_is_good {
        return Err(TierError::Invalid(format!(
            "`{bucket}` in `{text}` is not a bucket name: 3 to 63 lower-case letters, digits, dots and hyphens"
        )));
    }
    if prefix.split('/').any(|part| part == ".." || part == ".") {
        return Err(TierError::Invalid(format!(
            "the prefix of `{text}` may not contain `.` or `..`"
        )));
    }
    let (mut endpoint, mut region) = (None, None);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("endpoint", value))
                if value.starts_with("http://") || value.starts_with("https://") =>
            {
                endpoint = Some(value.trim_end_matches('/').to_owned());
            }
            Some(("endpoint", value)) => {
                return Err(TierError::Invalid(format!(
                    "endpoint `{value}` in `{text}` must start with http:// or https://"
                )));
            }
            Some(("region", value)) if !value.is_empty() => region = Some(value.to_owned()),
            _ => {
                return Err(TierError::Invalid(format!(
                    "`{pair}` in `{text}` is not known: use endpoint=URL and region=NAME"
                )));
            }
        }
    }
    Ok(StoreLocation::S3 {
        bucket: bucket.to_owned(),
        prefix: prefix.to_owned(),
        endpoint,
        region,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_survive_their_text_form() {
        for text in [
            "s3://bucket",
            "s3://bucket/a/b",
            "s3://bucket/a?endpoint=http://127.0.0.1:9000",
            "s3://bucket?endpoint=https://minio.example&region=eu-central-1",
            "s3://bucket?region=eu-west-1",
            "memory",
            "./tier",
            "/var/lib/tier",
        ] {
            let location: StoreLocation = text.parse().unwrap();
            assert_eq!(location.to_string(), text);
        }
    }

    #[test]
    fn wrong_locations_say_what_is_wrong() {
        for (text, part) in [
            ("", "empty"),
            ("s3://", "bucket name"),
            ("s3://Bad_Name", "bucket name"),
            ("s3://bucket/../x", ".."),
            ("s3://bucket?endpoint=minio:9000", "http://"),
            ("s3://bucket?acl=public", "not known"),
            ("gs://bucket", "s3://bucket/prefix"),
        ] {
            let error = text.parse::<StoreLocation>().unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
