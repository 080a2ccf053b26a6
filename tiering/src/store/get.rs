//! Reads of exactly the bytes that were asked for.

use std::ops::Range;

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use object_store::path::Path;
use object_store::{GetOptions, ObjectStore};

use super::classify::classify;
use crate::error::{StoreFault, StoreFaultClass, TierError};

/// Reads a range into buffers of `buffer_bytes` each (the last one shorter), so that each can be kept on its own
/// without pinning the others.
///
/// A store that answers fewer, more or other bytes than asked for is an error here and never data.
///
/// # Errors
/// `Store` with the class of the failure; `Truncated` when the body was shorter or longer than the range.
pub async fn get_exact(
    store: &dyn ObjectStore,
    key: &Path,
    range: Range<u64>,
    buffer_bytes: usize,
) -> Result<Vec<Bytes>, TierError> {
    let wanted = usize::try_from(range.end - range.start)
        .map_err(|_| TierError::Invalid("range too long".into()))?;
    let options = GetOptions::new().with_range(Some(range.clone()));
    let result = store
        .get_opts(key, options)
        .await
        .map_err(|error| classify("get", key, error))?;
    if result.range != range {
        return Err(wrong_length(
            key,
            &format!("asked for {range:?}, got {:?}", result.range),
        ));
    }
    let mut stream = result.into_stream();
    let mut buffers = Vec::with_capacity(wanted.div_ceil(buffer_bytes.max(1)));
    let mut current = BytesMut::with_capacity(wanted.min(buffer_bytes));
    let mut received = 0;
    while let Some(piece) = stream.next().await {
        let mut piece = piece.map_err(|error| classify("get", key, error))?;
        received += piece.len();
        if received > wanted {
            return Err(wrong_length(
                key,
                &format!("asked for {wanted} bytes, got more"),
            ));
        }
        while !piece.is_empty() {
            let take = piece.len().min(buffer_bytes - current.len());
            current.extend_from_slice(&piece.split_to(take));
            if current.len() == buffer_bytes {
                let rest =
                    (wanted - buffers.len() * buffer_bytes - current.len()).min(buffer_bytes);
                buffers
                    .push(std::mem::replace(&mut current, BytesMut::with_capacity(rest)).freeze());
            }
        }
    }
    if received != wanted {
        return Err(wrong_length(
            key,
            &format!("asked for {wanted} bytes, got {received}"),
        ));
    }
    if !current.is_empty() {
        buffers.push(current.freeze());
    }
    Ok(buffers)
}

/// Reads a whole small object, at most `bytes_max`.
///
/// # Errors
/// As [`get_exact`]; `Corrupt` when the object is larger than allowed.
pub async fn get_all(
    store: &dyn ObjectStore,
    key: &Path,
    bytes_max: u64,
) -> Result<Bytes, TierError> {
    let result = store
        .get_opts(key, GetOptions::new())
        .await
        .map_err(|error| classify("get", key, error))?;
    let size = result.meta.size;
    if size > bytes_max {
        return Err(TierError::corrupt(
            "size",
            key,
            format!("{size} bytes, at most {bytes_max} expected"),
        ));
    }
    let body = result
        .bytes()
        .await
        .map_err(|error| classify("get", key, error))?;
    if body.len() as u64 != size {
        return Err(wrong_length(
            key,
            &format!("{size} bytes announced, got {}", body.len()),
        ));
    }
    Ok(body)
}

fn wrong_length(key: &Path, detail: &str) -> TierError {
    TierError::Store(StoreFault {
        class: StoreFaultClass::Truncated,
        operation: "get",
        key: key.to_string(),
        source: std::sync::Arc::new(std::io::Error::new(
            std::io::ErrorKind::UnexpectedEof,
            detail.to_owned(),
        )),
    })
}
