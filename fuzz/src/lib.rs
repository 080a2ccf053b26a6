//! What the targets share.

mod journal;
mod records;

use std::sync::OnceLock;

use bytes::Bytes;
use strandline_protocol::codec::Reader;
use strandline_protocol::messages::registry;
use strandline_protocol::sample::{Entry, Role};

pub use self::journal::{JOURNAL_DIR, journal_options, seal_journal};
pub use self::records::{Envelope, decode_record, encode_record, seal};

/// The most that the arrays of one message may take.
pub const ALLOCATION_LIMIT: usize = 16 << 20;

/// The most that one batch may decompress to.
pub const DECOMPRESSED_LIMIT: usize = 4 << 20;

/// Every message.
pub fn messages() -> &'static [Entry] {
    static MESSAGES: OnceLock<Vec<Entry>> = OnceLock::new();
    MESSAGES.get_or_init(registry::all)
}

/// The request or response of an API.
pub fn message(role: Role, api_key: i16) -> Option<&'static Entry> {
    messages()
        .iter()
        .find(|entry| entry.role == role && entry.api_key == api_key)
}

/// Decodes a message; what decodes must survive encoding and decoding again.
pub fn decode(entry: &Entry, reader: &mut Reader, version: i16) {
    let bytes = reader.rest();
    if (entry.decode)(reader, version).is_err() {
        return;
    }
    let used = bytes.slice(..bytes.len() - reader.remaining());
    let once = entry
        .round_trip(used.clone(), version)
        .expect("decoded a moment ago");
    let twice = entry
        .round_trip(once.clone(), version)
        .expect("we encoded it");
    assert_eq!(once, twice, "{} v{version}", entry.name);
    let shown = |bytes: Bytes| (entry.debug)(bytes, version).expect("decoded before");
    assert_eq!(shown(used), shown(once), "{} v{version}", entry.name);
}
