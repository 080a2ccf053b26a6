//! Writes an object to the store and reads it back.

use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt;
use object_store::path::Path;
use object_store::{
    GetOptions, MultipartUpload, ObjectStore, ObjectStoreExt, PutMultipartOptions, PutPayload,
};
use tokio::sync::mpsc;

use super::builder::{BuiltObject, ObjectBuilder, ObjectIdentity, SegmentFacts};
use crate::checksum::{BlockChecksums, Crc32c};
use crate::error::TierError;
use crate::options::{BLOCK_BYTES, TierOptions, Verify};
use crate::segment_source::SegmentSource;
use crate::store::classify::classify;

/// Bytes of one range when an object is read back.
const VERIFY_RANGE_BYTES: u64 = 16 * 1024 * 1024;

/// Uploads the batches of a segment and everything that comes after them.
///
/// The caller has reserved the memory: `put_bytes_max`, or a few parts.
///
/// # Errors
/// `Source` if the local segment cannot be read, `Store` if the store fails. A part of an object may be left behind; no
/// manifest refers to it.
pub(crate) async fn put_object(
    store: &dyn ObjectStore,
    source: Arc<dyn SegmentSource>,
    identity: ObjectIdentity,
    options: &TierOptions,
) -> Result<BuiltObject, TierError> {
    let key = identity.key.clone();
    let single = source.size_bytes() <= options.put_bytes_max as u64;
    let part_bytes = if single {
        usize::MAX
    } else {
        options.part_bytes
    };
    let (sender, mut parts) = mpsc::channel::<Part>(1);
    let reading = tokio::task::spawn_blocking(move || {
        read_source(source.as_ref(), identity, part_bytes, &sender)
    });
    let written = if single {
        put_single(store, &key, &mut parts).await
    } else {
        put_parts(store, &key, &mut parts, options.part_concurrency).await
    };
    drop(parts);
    let built = reading.await.map_err(|_| TierError::Closed)?;
    // A failure of the store ends the reader with `Closed`; the store's error says more.
    match (written, built) {
        (Ok(()), Ok(built)) => Ok(built),
        (Err(error), Err(TierError::Closed) | Ok(_)) => Err(error),
        (_, Err(error)) => Err(error),
    }
}

/// A part of an object: consecutive pieces. The last one is marked, so that a reader that died is not taken for the end.
struct Part {
    pieces: Vec<Bytes>,
    last: bool,
}

fn read_source(
    source: &dyn SegmentSource,
    identity: ObjectIdentity,
    part_bytes: usize,
    parts: &mpsc::Sender<Part>,
) -> Result<BuiltObject, TierError> {
    let base_offset = source.base_offset();
    let unreadable = |reason| TierError::Source {
        base_offset,
        reason,
    };
    let facts = SegmentFacts {
        size_bytes: source.size_bytes(),
        leader_epochs: source.leader_epochs(),
        producers: source.producers().map_err(unreadable)?,
        aborted: source.aborted_transactions().map_err(unreadable)?,
    };
    let mut builder = ObjectBuilder::new(identity, facts);
    let (mut pieces, mut gathered) = (Vec::new(), 0);
    for batches in source.batches() {
        let batches = batches.map_err(unreadable)?;
        let mut batches = builder.push(batches)?;
        while gathered + batches.len() >= part_bytes {
            pieces.push(batches.split_to(part_bytes - gathered));
            let full = Part {
                pieces: std::mem::take(&mut pieces),
                last: false,
            };
            parts.blocking_send(full).map_err(|_| TierError::Closed)?;
            gathered = 0;
        }
        gathered += batches.len();
        if !batches.is_empty() {
            pieces.push(batches);
        }
    }
    let built = builder.finish()?;
    pieces.extend(built.end.iter().filter(|part| !part.is_empty()).cloned());
    parts
        .blocking_send(Part { pieces, last: true })
        .map_err(|_| TierError::Closed)?;
    Ok(built)
}

async fn put_single(
    store: &dyn ObjectStore,
    key: &Path,
    parts: &mut mpsc::Receiver<Part>,
) -> Result<(), TierError> {
    let Some(part) = parts.recv().await else {
        return Err(TierError::Closed);
    };
    let payload: PutPayload = part.pieces.into_iter().collect();
    store
        .put(key, payload)
        .await
        .map(|_| ())
        .map_err(|error| classify("put", key, error))
}

async fn put_parts(
    store: &dyn ObjectStore,
    key: &Path,
    parts: &mut mpsc::Receiver<Part>,
    concurrency: usize,
) -> Result<(), TierError> {
    let mut upload = store
        .put_multipart_opts(key, PutMultipartOptions::default())
        .await
        .map_err(|error| classify("put", key, error))?;
    let result = send_parts(upload.as_mut(), key, parts, concurrency).await;
    if result.is_err() {
        // Parts of an aborted upload are paid for until a lifecycle rule removes them; this is only the polite way.
        if let Err(error) = upload.abort().await {
            tracing::debug!(%key, %error, "failed to abort a multipart upload");
        }
    }
    result
}

async fn send_parts(
    upload: &mut dyn MultipartUpload,
    key: &Path,
    parts: &mut mpsc::Receiver<Part>,
    concurrency: usize,
) -> Result<(), TierError> {
    let mut in_flight = tokio::task::JoinSet::new();
    let mut complete = false;
    while let Some(part) = parts.recv().await {
        complete = part.last;
        while in_flight.len() >= concurrency.max(1) {
            landed(in_flight.join_next().await, key)?;
        }
        in_flight.spawn(upload.put_part(part.pieces.into_iter().collect()));
    }
    while !in_flight.is_empty() {
        landed(in_flight.join_next().await, key)?;
    }
    if !complete {
        return Err(TierError::Closed);
    }
    upload
        .complete()
        .await
        .map(|_| ())
        .map_err(|error| classify("put", key, error))
}

type PartResult = Option<Result<object_store::Result<()>, tokio::task::JoinError>>;

fn landed(part: PartResult, key: &Path) -> Result<(), TierError> {
    match part {
        Some(Ok(Ok(()))) | None => Ok(()),
        Some(Ok(Err(error))) => Err(classify("put", key, error)),
        Some(Err(_)) => Err(TierError::Closed),
    }
}

/// Reads an object back and compares it with what was built.
///
/// # Errors
/// `Corrupt` with the place of the first difference, `Store` if the store fails.
pub(crate) async fn verify_object(
    store: &dyn ObjectStore,
    key: &Path,
    built: &BuiltObject,
    verify: Verify,
) -> Result<(), TierError> {
    let data_bytes = built.entry.data_bytes as u64;
    let object_bytes = data_bytes + built.end_bytes() as u64;
    let start = match verify {
        Verify::Full => 0,
        Verify::Footer => data_bytes,
    };
    let mut blocks = BlockChecksums::new(BLOCK_BYTES);
    let mut end = Crc32c::new();
    let mut position = start;
    while position < object_bytes {
        let stop = (position + VERIFY_RANGE_BYTES).min(object_bytes);
        read_range(store, key, position, stop, object_bytes, |at, piece| {
            let data = usize::try_from(data_bytes.saturating_sub(at))
                .unwrap_or(usize::MAX)
                .min(piece.len());
            blocks.update(&piece[..data]);
            end.update(&piece[data..]);
        })
        .await?;
        position = stop;
    }
    if verify == Verify::Full {
        let found = blocks.finish();
        if let Some(block) = (0..built.block_checksums.len())
            .find(|i| found.get(*i) != built.block_checksums.get(*i))
        {
            return Err(TierError::corrupt(
                format!("block {block}"),
                key,
                "it differs from what was uploaded",
            ));
        }
    }
    if end.finish() != built.end_checksum {
        return Err(TierError::corrupt(
            "footer",
            key,
            "it differs from what was uploaded",
        ));
    }
    Ok(())
}

/// Streams `[start, stop)` of an object of a known size through `see`.
async fn read_range(
    store: &dyn ObjectStore,
    key: &Path,
    start: u64,
    stop: u64,
    object_bytes: u64,
    mut see: impl FnMut(u64, &[u8]),
) -> Result<(), TierError> {
    let options = GetOptions::new().with_range(Some(start..stop));
    let result = store
        .get_opts(key, options)
        .await
        .map_err(|error| classify("get", key, error))?;
    if result.meta.size != object_bytes || result.range != (start..stop) {
        let detail = format!("{} bytes instead of {object_bytes}", result.meta.size);
        return Err(TierError::corrupt("length", key, detail));
    }
    let mut stream = result.into_stream();
    let mut at = start;
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|error| classify("get", key, error))?;
        if at + piece.len() as u64 > stop {
            return Err(TierError::corrupt(
                "length",
                key,
                "more bytes than asked for",
            ));
        }
        see(at, &piece);
        at += piece.len() as u64;
    }
    if at != stop {
        return Err(TierError::corrupt(
            "length",
            key,
            format!("the body ended at {at}, not at {stop}"),
        ));
    }
    Ok(())
}
