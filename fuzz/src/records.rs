//! Lasting records, and the frame that objects in the store have.

use bytes::{BufMut, Bytes, BytesMut};
use strandline_log::format::crc32c;
use strandline_protocol::codec::{Message, Reader, Writer};

/// Version in which lasting records are written.
const RECORD_VERSION: i16 = 0;

/// The kinds of framed objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Envelope {
    /// At the end of a segment object.
    Footer,
    /// Of a manifest.
    Page,
    /// What is to be deleted.
    Trash,
    /// Who a prefix belongs to.
    Owner,
}

/// A body in the frame that makes readers look at it. Its first byte says whether it is to pass for
/// compressed, the next three how long it is then.
#[must_use]
pub fn seal(kind: Envelope, body: &Bytes) -> Bytes {
    let (flags, body) = body.split_at(body.len().min(4));
    let compressed = flags.first().is_some_and(|flag| flag % 2 == 1);
    let claimed = flags
        .iter()
        .skip(1)
        .fold(0, |n, byte| n << 8 | u32::from(*byte));
    let length = u32::try_from(body.len()).expect("inputs are short");
    let mut head = BytesMut::new();
    head.put_slice(match kind {
        Envelope::Footer => b"STRANDSF",
        Envelope::Page => b"STRANDMP",
        Envelope::Trash => b"STRANDTL",
        Envelope::Owner => b"STRANDOW",
    });
    head.put_u16(1);
    head.put_u8(compressed.into());
    head.put_u8(0);
    head.put_u32(length);
    head.put_u32(if compressed { claimed } else { length });
    head.put_u32(crc32c(body));
    head.put_u64(if kind == Envelope::Footer {
        u64::from(length) + 36
    } else {
        0
    });
    let checksum = crc32c(&head);
    head.put_u32(checksum);
    match kind {
        Envelope::Footer => [body, &head].concat().into(),
        _ => [&head, body].concat().into(),
    }
}

/// A record out of bytes.
#[must_use]
pub fn decode_record<M: Message>(bytes: &Bytes) -> Option<M> {
    M::decode(&mut Reader::new(bytes.clone()), RECORD_VERSION).ok()
}

/// A record as bytes.
pub fn encode_record<M: Message>(record: &M) -> Bytes {
    let mut writer = Writer::new();
    record
        .encode(&mut writer, RECORD_VERSION)
        .expect("what was decoded can be encoded");
    writer.into_bytes()
}
