//! The records of `SPEC.md`, as the judge of what was read.

use anyhow::{Context, Result, bail, ensure};

/// Producers whose library cannot write a null header value; they write an empty one.
const WITHOUT_NULL_HEADERS: [&str; 2] = ["kafka-python", "kafkajs"];

/// Producers that choose neither headers nor timestamps per record, and whose values name them.
const SAME_HEADERS: [&str; 2] = ["kcat", "console"];

/// One header: key, and value where it is not null.
pub(super) type Header = (Vec<u8>, Option<Vec<u8>>);

/// A record as a client printed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Its partition.
    pub partition: i32,
    /// Its offset.
    pub offset: i64,
    /// Its timestamp in milliseconds.
    pub timestamp: i64,
    pub(super) key: Option<Vec<u8>>,
    pub(super) value: Option<Vec<u8>>,
    pub(super) headers: Vec<Header>,
}

/// Which record something is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Written {
    /// The producer's name.
    pub producer: String,
    /// Its sequence.
    pub sequence: u64,
}

/// What a producer writes at a sequence, apart from where.
#[derive(Debug, PartialEq, Eq)]
pub struct Expected {
    pub(super) key: Option<Vec<u8>>,
    pub(super) value: Option<Vec<u8>>,
    headers: Vec<Header>,
    /// `None` where the client cannot choose it.
    timestamp: Option<i64>,
}

/// The record of `written`.
#[must_use]
pub fn expected(written: &Written) -> Expected {
    let Written { producer, sequence } = written;
    let identity = format!("{producer}/{sequence}");
    let hash = identity.bytes().fold(2_166_136_261_u32, |h, byte| {
        (h ^ u32::from(byte)).wrapping_mul(16_777_619)
    });
    let key = (!hash.is_multiple_of(8)).then(|| format!("k{}", sequence % 97).into_bytes());
    let letter = char::from(b'a' + u8::try_from(sequence % 26).expect("below 26"));
    let padding = letter.to_string().repeat(((hash >> 8) % 200) as usize);
    let value = format!("{identity}|{padding}").into_bytes();
    let duplicate = [
        (b"dup".to_vec(), Some(b"a".to_vec())),
        (b"dup".to_vec(), Some(b"b".to_vec())),
    ];
    if SAME_HEADERS.iter().any(|name| producer.starts_with(name)) {
        return Expected {
            key,
            value: Some(value),
            headers: duplicate.to_vec(),
            timestamp: None,
        };
    }
    let mut headers: Vec<Header> = vec![(b"id".to_vec(), Some(identity.into_bytes()))];
    match (hash >> 4) % 4 {
        0 => {}
        1 => headers.extend(duplicate),
        2 => headers.push((Vec::new(), Some(b"x".to_vec()))),
        _ => {
            let has_null = !WITHOUT_NULL_HEADERS
                .iter()
                .any(|name| producer.starts_with(name));
            headers.push((b"null".to_vec(), (!has_null).then(Vec::new)));
            headers.push((b"empty".to_vec(), Some(Vec::new())));
        }
    }
    let millis = 1_700_000_000_000 + sequence * 1000 + u64::from(hash % 1000);
    let timestamp = i64::try_from(millis).ok();
    Expected {
        key,
        value: (hash % 16 != 1).then_some(value),
        headers,
        timestamp,
    }
}

impl Reading {
    /// Reads the printed form of `SPEC.md`.
    pub(crate) fn parse(line: &str) -> Result<Self> {
        let fields: Vec<&str> = line.split('\t').collect();
        let [partition, offset, timestamp, key, value, headers] = fields[..] else {
            bail!("not the six fields of a record: `{line}`");
        };
        let pairs = headers.split(',').filter(|pair| !pair.is_empty());
        let headers = pairs.map(|pair| {
            let (key, value) = pair.split_once(':').context("a header without `:`")?;
            Ok((digits(key)?, nullable(value)?))
        });
        Ok(Self {
            partition: partition.parse()?,
            offset: offset.parse()?,
            timestamp: timestamp.parse()?,
            key: nullable(key)?,
            value: nullable(value)?,
            headers: headers.collect::<Result<_>>()?,
        })
    }

    /// Which record it is, after it was compared with what that record must be, field by field.
    ///
    /// # Errors
    /// When a field differs.
    pub fn identify(&self) -> Result<Written> {
        let named = self.headers.iter().find(|(key, _)| key == b"id");
        let identity = match (named, &self.value) {
            (Some((_, Some(identity))), _) => identity.as_slice(),
            (_, Some(value)) => value.split(|byte| *byte == b'|').next().unwrap_or_default(),
            _ => bail!("a record that nothing identifies: {self:?}"),
        };
        let identity = std::str::from_utf8(identity)?;
        let (producer, sequence) = identity
            .split_once('/')
            .context("an identity without `/`")?;
        let sequence = sequence.parse()?;
        let written = Written {
            producer: producer.to_owned(),
            sequence,
        };
        let wanted = expected(&written);
        ensure!(self.key == wanted.key, "key of {identity}: {:?}", self.key);
        ensure!(
            self.value == wanted.value,
            "value of {identity}: {:?}",
            self.value
        );
        ensure!(
            self.headers == wanted.headers,
            "headers of {identity}: {:?} instead of {:?}",
            self.headers,
            wanted.headers
        );
        let same_time = wanted
            .timestamp
            .is_none_or(|wanted| wanted == self.timestamp);
        ensure!(same_time, "timestamp of {identity}: {}", self.timestamp);
        Ok(written)
    }
}

fn nullable(text: &str) -> Result<Option<Vec<u8>>> {
    if text == "-" {
        return Ok(None);
    }
    digits(text.strip_prefix('=').context("neither `-` nor `=`")?).map(Some)
}

fn digits(text: &str) -> Result<Vec<u8>> {
    ensure!(text.len().is_multiple_of(2), "an odd number of hex digits");
    let pairs = text.as_bytes().chunks_exact(2);
    pairs
        .map(|pair| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_keeps_null_and_empty_apart() {
        let reading = Reading::parse("1\t2\t3\t-\t=\t6b:-,6b:=61,:=").unwrap();
        assert_eq!((reading.key, reading.value), (None, Some(Vec::new())));
        let expected: Vec<Header> = vec![
            (b"k".to_vec(), None),
            (b"k".to_vec(), Some(b"a".to_vec())),
            (Vec::new(), Some(Vec::new())),
        ];
        assert_eq!(reading.headers, expected);
    }

    #[test]
    fn identify_names_the_field_that_differs() {
        let written = Written {
            producer: "java".to_owned(),
            sequence: 5,
        };
        let Expected {
            key,
            value,
            headers,
            timestamp,
        } = expected(&written);
        let timestamp = timestamp.unwrap();
        let mut reading = Reading {
            partition: 0,
            offset: 0,
            timestamp,
            key,
            value,
            headers,
        };
        assert_eq!(reading.identify().unwrap(), written);
        reading.timestamp += 1;
        assert!(
            reading
                .identify()
                .unwrap_err()
                .to_string()
                .contains("timestamp")
        );
    }

    #[test]
    fn expected_covers_every_kind_of_record() {
        let records: Vec<Expected> = (0..1000)
            .map(|sequence| {
                expected(&Written {
                    producer: "p".to_owned(),
                    sequence,
                })
            })
            .collect();
        assert!(records.iter().any(|record| record.key.is_none()));
        assert!(records.iter().any(|record| record.value.is_none()));
        for length in [1, 2, 3] {
            assert!(records.iter().any(|record| record.headers.len() == length));
        }
    }
}
