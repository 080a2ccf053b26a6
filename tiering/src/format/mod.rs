//! Everything the tier writes that outlives a process: records from `schema/tiering.facts`, in envelopes.
//!
//! Records are encoded by the generated codec (tagged fields: a newer writer may add some). What is stored as an object
//! of its own, or as the end of one, sits in an [`envelope`] with magic, version, lengths and CRC-32C. What is stored in
//! the metadata ([`SegmentEntry`], [`PageRef`]) has a leading version instead: the metadata log has its own checksums.

pub mod envelope;
mod generated;

use bytes::{BufMut, Bytes, BytesMut};
use object_store::path::Path;
use strandline_protocol::codec::{Message, Reader, Writer};

pub use generated::{
    AbortedTransaction, EntryEpoch, FooterEpoch, IndexEntry, ManifestPage, OwnerRecord, PageRef,
    ProducerEntry, ProducerSnapshot, SegmentEntry, SegmentFooter, SnapshotBatch, TrashItem,
    TrashList,
};

use self::envelope::Kind;
use crate::error::TierError;

/// Version in which records are written.
pub const RECORD_VERSION: i16 = 0;

/// Upper bound of a decoded page or trash list.
const PAGE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Upper bound of a decoded footer.
pub(crate) const FOOTER_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Upper bound of a decoded owner record.
const OWNER_BYTES_MAX: usize = 64 * 1024;

/// Encodes a record without an envelope.
///
/// # Errors
/// `Invalid` if a field does not fit; a bug of the caller.
pub(crate) fn encode<M: Message>(record: &M) -> Result<Bytes, TierError> {
    let mut writer = Writer::new();
    record
        .encode(&mut writer, RECORD_VERSION)
        .map_err(|error| TierError::Invalid(format!("{} cannot be encoded: {error}", M::NAME)))?;
    Ok(writer.into_bytes())
}

/// Decodes a record; bytes left over are an error.
pub(crate) fn decode<M: Message>(
    key: &dyn std::fmt::Display,
    bytes: Bytes,
) -> Result<M, TierError> {
    let mut reader = Reader::new(bytes);
    let record = M::decode(&mut reader, RECORD_VERSION)
        .map_err(|error| TierError::corrupt(M::NAME, key, error.to_string()))?;
    if reader.remaining() > 0 {
        return Err(TierError::corrupt(
            M::NAME,
            key,
            format!("{} bytes left over", reader.remaining()),
        ));
    }
    Ok(record)
}

/// A record for the metadata: version, then fields.
pub(crate) fn encode_versioned<M: Message>(record: &M) -> Result<Bytes, TierError> {
    let body = encode(record)?;
    let mut bytes = BytesMut::with_capacity(2 + body.len());
    bytes.put_i16(RECORD_VERSION);
    bytes.put_slice(&body);
    Ok(bytes.freeze())
}

/// A record from the metadata.
pub(crate) fn decode_versioned<M: Message>(bytes: &Bytes) -> Result<M, TierError> {
    let key = "metadata";
    let Some(version) = bytes.first_chunk::<2>() else {
        return Err(TierError::corrupt(M::NAME, key, "no version"));
    };
    let version = i16::from_be_bytes(*version);
    if version != RECORD_VERSION {
        return Err(TierError::FormatFromTheFuture {
            key: M::NAME.to_owned(),
            found: i32::from(version),
            supported: i32::from(RECORD_VERSION),
        });
    }
    decode(&key, bytes.slice(2..))
}

/// Encodes a manifest page.
pub(crate) fn encode_page(page: &ManifestPage) -> Result<Bytes, TierError> {
    envelope::seal(Kind::Page, &encode(page)?)
}

/// Decodes a manifest page.
pub(crate) fn decode_page(key: &Path, stored: &Bytes) -> Result<ManifestPage, TierError> {
    decode(
        key,
        envelope::open(Kind::Page, key, stored, PAGE_BYTES_MAX)?,
    )
}

/// Encodes a trash list.
pub(crate) fn encode_trash(list: &TrashList) -> Result<Bytes, TierError> {
    envelope::seal(Kind::Trash, &encode(list)?)
}

/// Decodes a trash list.
pub(crate) fn decode_trash(key: &Path, stored: &Bytes) -> Result<TrashList, TierError> {
    decode(
        key,
        envelope::open(Kind::Trash, key, stored, PAGE_BYTES_MAX)?,
    )
}

/// Encodes the owner object.
pub(crate) fn encode_owner(record: &OwnerRecord) -> Result<Bytes, TierError> {
    envelope::seal(Kind::Owner, &encode(record)?)
}

/// Decodes the owner object.
pub(crate) fn decode_owner(key: &Path, stored: Bytes) -> Result<OwnerRecord, TierError> {
    decode(
        key,
        envelope::open(Kind::Owner, key, &stored, OWNER_BYTES_MAX)?,
    )
}
