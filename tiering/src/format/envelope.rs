//! The frame around a record that is stored in an object.
//!
//! ```text
//! offset | size | field                                              | covered by
//!      0 |    8 | magic, "STRAND" and two letters of the kind          | head checksum
//!      8 |    2 | version of the format, 1                             | head checksum
//!     10 |    1 | compression: 0 none, 1 zstd                          | head checksum
//!     11 |    1 | zero                                                 | head checksum
//!     12 |    4 | length of the body as stored                         | head checksum
//!     16 |    4 | length of the body decompressed                      | head checksum
//!     20 |    4 | CRC-32C of the body as stored                        | head checksum
//!     24 |    8 | place: 0, or in a segment object its total length    | head checksum
//!     32 |    4 | CRC-32C of the 32 bytes before                       |
//!     36 |      | body                                                 | body checksum
//! ```
//!
//! All numbers are big-endian. Pages, trash lists and the owner object start with the head. In a segment object the head
//! comes last, after the body, so that the end of the object finds the footer. Magic tells a file of ours from anything
//! else, the head checksum a torn head from a whole one, and every length is checked before anything is allocated.

use bytes::{BufMut, Bytes, BytesMut};

use crate::checksum::crc32c;
use crate::error::TierError;

/// Bytes of the head.
pub const HEAD_BYTES: usize = 36;
/// Version written, and highest version read.
pub const FORMAT_VERSION: u16 = 1;
/// zstd level of footers and pages: they are written once and small.
const ZSTD_LEVEL: i32 = 3;

/// What is in an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Footer of a segment object.
    Footer,
    /// Manifest page.
    Page,
    /// Trash list.
    Trash,
    /// Owner of a prefix.
    Owner,
}

impl Kind {
    fn magic(self) -> [u8; 8] {
        *match self {
            Self::Footer => b"STRANDSF",
            Self::Page => b"STRANDMP",
            Self::Trash => b"STRANDTL",
            Self::Owner => b"STRANDOW",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Footer => "footer",
            Self::Page => "page",
            Self::Trash => "trash list",
            Self::Owner => "owner",
        }
    }
}

/// A decoded head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    compressed: bool,
    /// Length of the body as stored.
    pub stored_bytes: usize,
    decoded_bytes: usize,
    body_checksum: u32,
    /// Total length of a segment object, else 0.
    pub place: u64,
}

/// Compresses a body and makes its head; returns both, because their order depends on the kind.
pub(crate) fn pack(
    kind: Kind,
    body: &Bytes,
    place: impl FnOnce(usize) -> u64,
) -> Result<(Bytes, Bytes), TierError> {
    let compressed = zstd::bulk::compress(body, ZSTD_LEVEL).map_err(|error| {
        TierError::Invalid(format!("failed to compress a {}: {error}", kind.name()))
    })?;
    let (flag, stored) = if compressed.len() < body.len() {
        (1, Bytes::from(compressed))
    } else {
        (0, body.clone())
    };
    let length = |bytes: &Bytes| {
        u32::try_from(bytes.len())
            .map_err(|_| TierError::Invalid(format!("a {} is too large", kind.name())))
    };
    let mut head = BytesMut::with_capacity(HEAD_BYTES);
    head.put_slice(&kind.magic());
    head.put_u16(FORMAT_VERSION);
    head.put_u8(flag);
    head.put_u8(0);
    head.put_u32(length(&stored)?);
    head.put_u32(length(body)?);
    head.put_u32(crc32c(&stored));
    head.put_u64(place(stored.len()));
    let checksum = crc32c(&head);
    head.put_u32(checksum);
    Ok((head.freeze(), stored))
}

/// Head and body of a record that is an object of its own.
pub(crate) fn seal(kind: Kind, body: &Bytes) -> Result<Bytes, TierError> {
    let (head, stored) = pack(kind, body, |_| 0)?;
    Ok([head, stored].concat().into())
}

/// The body of an object that [`seal`] made.
pub(crate) fn open(
    kind: Kind,
    key: &dyn std::fmt::Display,
    object: &Bytes,
    decoded_max: usize,
) -> Result<Bytes, TierError> {
    let head = read_head(kind, key, object)?;
    if object.len() != HEAD_BYTES + head.stored_bytes {
        let detail = format!(
            "{} bytes, the head says {}",
            object.len(),
            HEAD_BYTES + head.stored_bytes
        );
        return Err(TierError::corrupt(kind.name(), key, detail));
    }
    unpack(kind, key, &head, object.slice(HEAD_BYTES..), decoded_max)
}

/// Reads a head from the first [`HEAD_BYTES`] of `bytes`.
pub(crate) fn read_head(
    kind: Kind,
    key: &dyn std::fmt::Display,
    bytes: &[u8],
) -> Result<Head, TierError> {
    let corrupt = |detail: String| TierError::corrupt(kind.name(), key, detail);
    let Some(head) = bytes.first_chunk::<HEAD_BYTES>() else {
        return Err(corrupt(format!(
            "{} bytes are too few for a head",
            bytes.len()
        )));
    };
    if head[..8] != kind.magic() {
        return Err(corrupt("the magic number is wrong".to_owned()));
    }
    let word = |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    if crc32c(&head[..32]) != word(32) {
        return Err(corrupt("the head does not match its checksum".to_owned()));
    }
    let version = u16::from_be_bytes([head[8], head[9]]);
    if version != FORMAT_VERSION {
        return Err(TierError::FormatFromTheFuture {
            key: key.to_string(),
            found: i32::from(version),
            supported: i32::from(FORMAT_VERSION),
        });
    }
    let compressed = match head[10] {
        0 => false,
        1 => true,
        other => return Err(corrupt(format!("compression {other} is not known"))),
    };
    Ok(Head {
        compressed,
        stored_bytes: word(12) as usize,
        decoded_bytes: word(16) as usize,
        body_checksum: word(20),
        place: u64::from(word(24)) << 32 | u64::from(word(28)),
    })
}

/// Checks and decompresses a body.
pub(crate) fn unpack(
    kind: Kind,
    key: &dyn std::fmt::Display,
    head: &Head,
    stored: Bytes,
    decoded_max: usize,
) -> Result<Bytes, TierError> {
    let corrupt = |detail: String| TierError::corrupt(kind.name(), key, detail);
    if stored.len() != head.stored_bytes {
        return Err(corrupt(format!(
            "{} bytes, the head says {}",
            stored.len(),
            head.stored_bytes
        )));
    }
    if crc32c(&stored) != head.body_checksum {
        return Err(corrupt("the body does not match its checksum".to_owned()));
    }
    if head.decoded_bytes > decoded_max {
        return Err(corrupt(format!(
            "{} bytes decompressed, at most {decoded_max} expected",
            head.decoded_bytes
        )));
    }
    if !head.compressed {
        return Ok(stored);
    }
    let body = zstd::bulk::decompress(&stored, head.decoded_bytes)
        .map_err(|error| corrupt(format!("the body cannot be decompressed: {error}")))?;
    if body.len() != head.decoded_bytes {
        return Err(corrupt(format!(
            "{} bytes decompressed, the head says {}",
            body.len(),
            head.decoded_bytes
        )));
    }
    Ok(body.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_and_every_cut_is_found() {
        for body in [
            Bytes::from_static(b"incompressible?"),
            Bytes::from(vec![7; 500]),
        ] {
            let sealed = seal(Kind::Page, &body).unwrap();
            assert_eq!(open(Kind::Page, &"k", &sealed, 4096).unwrap(), body);
            for bit in 0..sealed.len() * 8 {
                let mut damaged = sealed.to_vec();
                damaged[bit / 8] ^= 1 << (bit % 8);
                assert!(
                    open(Kind::Page, &"k", &damaged.into(), 4096).is_err(),
                    "bit {bit}"
                );
            }
            for length in 0..sealed.len() {
                assert!(
                    open(Kind::Page, &"k", &sealed.slice(..length), 4096).is_err(),
                    "cut at {length}"
                );
            }
            assert!(
                open(Kind::Trash, &"k", &sealed, 4096).is_err(),
                "another kind"
            );
            assert!(
                open(Kind::Page, &"k", &sealed, body.len() - 1).is_err(),
                "larger than allowed"
            );
        }
    }

    #[test]
    fn a_newer_version_is_named() {
        let (head, stored) = pack(Kind::Owner, &Bytes::from_static(b"x"), |_| 0).unwrap();
        let mut newer = head.to_vec();
        newer[9] = 2;
        let checksum = crc32c(&newer[..32]);
        newer[32..36].copy_from_slice(&checksum.to_be_bytes());
        newer.extend_from_slice(&stored);
        let error = open(Kind::Owner, &"owner", &newer.into(), 4096).unwrap_err();
        assert!(
            matches!(
                error,
                TierError::FormatFromTheFuture {
                    found: 2,
                    supported: 1,
                    ..
                }
            ),
            "{error}"
        );
    }
}
