//! Objects without a manifest: for tools, tests and fuzzing. Needs nothing but the store.

use bytes::Bytes;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};

use crate::error::TierError;
use crate::format::{
    self, ManifestPage, OwnerRecord, PageRef, SegmentEntry, SegmentFooter, TrashList,
};
use crate::object::{Footer, TAIL_BYTES};
use crate::store::classify::classify;
use crate::store::get_exact;

/// Reads the footer of a segment object: the last 64 KiB in one GET, and the rest of the footer in a second one if it is
/// longer.
///
/// # Errors
/// `Corrupt` if it is not a whole segment object, `Store` if the store fails.
pub async fn read_footer(store: &dyn ObjectStore, key: &Path) -> Result<SegmentFooter, TierError> {
    let object_bytes = store
        .head(key)
        .await
        .map_err(|error| classify("head", key, error))?
        .size;
    let mut tail_bytes = object_bytes.min(TAIL_BYTES);
    loop {
        let range = object_bytes - tail_bytes..object_bytes;
        let tail = get_exact(store, key, range, usize::MAX)
            .await?
            .pop()
            .unwrap_or_default();
        let needed = Footer::tail_bytes(key, object_bytes, &tail)?;
        if needed <= tail_bytes {
            return Ok(Footer::from_tail(key, object_bytes, &tail)?.into_record());
        }
        tail_bytes = needed;
    }
}

/// Decodes a footer from the end of an object of `object_bytes`.
///
/// # Errors
/// `Corrupt` or `FormatFromTheFuture`.
pub fn decode_footer(object_bytes: u64, tail: &Bytes) -> Result<SegmentFooter, TierError> {
    Footer::from_tail(&Path::from("tail"), object_bytes, tail).map(Footer::into_record)
}

/// Decodes a manifest page.
///
/// # Errors
/// `Corrupt` or `FormatFromTheFuture`.
pub fn decode_page(stored: &Bytes) -> Result<ManifestPage, TierError> {
    format::decode_page(&Path::from("page"), stored)
}

/// Decodes a trash list.
///
/// # Errors
/// `Corrupt` or `FormatFromTheFuture`.
pub fn decode_trash(stored: &Bytes) -> Result<TrashList, TierError> {
    format::decode_trash(&Path::from("trash"), stored)
}

/// Decodes the owner object.
///
/// # Errors
/// `Corrupt` or `FormatFromTheFuture`.
pub fn decode_owner(stored: Bytes) -> Result<OwnerRecord, TierError> {
    format::decode_owner(&Path::from("owner"), stored)
}

/// Decodes an entry as the metadata holds it.
///
/// # Errors
/// `Corrupt` or `FormatFromTheFuture`.
pub fn decode_entry(bytes: &Bytes) -> Result<SegmentEntry, TierError> {
    format::decode_versioned(bytes)
}

/// Decodes a reference to a page as the metadata holds it.
///
/// # Errors
/// `Corrupt` or `FormatFromTheFuture`.
pub fn decode_page_ref(bytes: &Bytes) -> Result<PageRef, TierError> {
    format::decode_versioned(bytes)
}
