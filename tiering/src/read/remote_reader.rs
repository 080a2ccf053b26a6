//! Reads batches and looks timestamps up in tiered history.

use std::ops::Range;
use std::sync::Arc;

use strandline_protocol::TopicPartition;
use strandline_protocol::clock::Clock;
use strandline_protocol::codec::Records;

use super::chunk_reader::{ChunkReader, Nearby, ObjectHandle};
use super::footer_reader::FooterReader;
use super::manifest_reader::ManifestReader;
use super::scan::{Scan, ScanStep, Wanted, Window, records};
use super::streams::{Frontier, Reached, SharedStream, Streams};
use crate::error::{StoreFaultClass, TierError};
use crate::format::SegmentEntry;
use crate::manifest::Manifest;
use crate::options::{CHUNK_BYTES, TierOptions};

/// One read asks for at most this many bytes, whatever the client wants.
const READ_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Reads from the tier. Cheap to clone.
#[derive(Clone)]
pub(crate) struct RemoteReader {
    inner: Arc<Inner>,
}

struct Inner {
    options: TierOptions,
    clock: Arc<dyn Clock>,
    manifests: Arc<ManifestReader>,
    footers: FooterReader,
    chunks: ChunkReader,
    streams: Streams,
}

impl RemoteReader {
    pub(crate) fn new(
        options: TierOptions,
        clock: Arc<dyn Clock>,
        manifests: Arc<ManifestReader>,
        footers: FooterReader,
        chunks: ChunkReader,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                options,
                clock,
                manifests,
                footers,
                chunks,
                streams: Streams::new(),
            }),
        }
    }

    pub(crate) fn manifests(&self) -> &ManifestReader {
        &self.inner.manifests
    }

    pub(crate) fn footers(&self) -> &FooterReader {
        &self.inner.footers
    }

    pub(crate) fn chunks(&self) -> &ChunkReader {
        &self.inner.chunks
    }

    /// Sequential readers remembered.
    pub(crate) fn streams(&self) -> usize {
        self.inner.streams.len()
    }

    /// See [`crate::Tier::read`].
    pub(crate) async fn read(
        &self,
        tp: TopicPartition,
        wanted: Wanted,
    ) -> Result<Records, TierError> {
        let manifest = self.inner.manifests.manifest(tp)?;
        match self.read_at(&manifest, wanted).await {
            // The manifest may have been replaced, and what it referred to deleted, since it was looked at.
            Err(error) if error.store_class() == Some(StoreFaultClass::NotFound) => {
                let newer = self.inner.manifests.manifest(tp)?;
                if newer.version == manifest.version {
                    Err(error)
                } else {
                    self.read_at(&newer, wanted).await
                }
            }
            other => other,
        }
    }

    /// The object that holds `offset`, which must be tiered and retained.
    pub(crate) async fn object_at(
        &self,
        tp: TopicPartition,
        offset: i64,
    ) -> Result<Arc<ObjectHandle>, TierError> {
        let manifest = self.inner.manifests.manifest(tp)?;
        check_tiered(&manifest, offset)?;
        let entry = self.entry(&manifest, offset).await?;
        self.inner.footers.open(tp, &entry).await
    }

    async fn read_at(&self, manifest: &Manifest, wanted: Wanted) -> Result<Records, TierError> {
        check_tiered(manifest, wanted.offset)?;
        let wanted = Wanted {
            max_bytes: wanted.max_bytes.clamp(1, READ_BYTES_MAX),
            ..wanted
        };
        let stream = self.inner.streams.take(manifest.tp, wanted.offset);
        let mut offset = wanted.offset;
        // A range may end without a batch (the log has gaps where records were removed): go on with the next object.
        while offset < manifest.tiered_end_offset.min(wanted.limit_offset) {
            let entry = self.entry(manifest, offset).await?;
            let object = self.inner.footers.open(manifest.tp, &entry).await?;
            let found = self
                .scan(&object, Wanted { offset, ..wanted }, stream.as_ref())
                .await?;
            if !found.slices.is_empty() {
                let reached = Reached {
                    object: &object,
                    chunk: chunk_of(found.end),
                    position: found.end,
                    offset: found.next_offset,
                    data: found.current,
                };
                let now = self.inner.clock.monotonic();
                let next = found.next_offset;
                let reserve = |bytes| self.inner.chunks.reserve_ahead(bytes);
                let streams = &self.inner.streams;
                let stream = streams.put(manifest.tp, next, stream, reached, reserve, now);
                self.fill(manifest.tp, stream);
                return Ok(records(found.slices));
            }
            if !found.at_end {
                break;
            }
            offset = entry.end_offset;
        }
        Ok(Records::default())
    }

    async fn entry(&self, manifest: &Manifest, offset: i64) -> Result<SegmentEntry, TierError> {
        let entry = self.inner.manifests.entry_at(manifest, offset).await?;
        entry.ok_or(TierError::Hole {
            tp: manifest.tp,
            offset,
        })
    }

    async fn scan(
        &self,
        object: &Arc<ObjectHandle>,
        wanted: Wanted,
        stream: Option<&SharedStream>,
    ) -> Result<FoundBatches, TierError> {
        let known = stream.and_then(|stream| stream.lock().position_in(object, wanted.offset));
        let mut scan = Scan::new(object, wanted, known);
        let first = chunk_of(scan.position());
        let mut window = Window::new(first);
        let mut need = scan.position() + wanted.max_bytes as u64;
        loop {
            let nearby = || stream.map_or_else(Nearby::default, |stream| stream.lock().nearby());
            self.load(object, &mut window, need, nearby).await?;
            match scan.step(object, &window)? {
                ScanStep::Need(position) => need = position,
                ScanStep::Done {
                    start,
                    end,
                    next_offset,
                } => {
                    return Ok(FoundBatches {
                        slices: window.slices(start, end),
                        end,
                        current: window.chunks_from(chunk_of(end)),
                        next_offset,
                        at_end: end >= object.footer.data_bytes(),
                    });
                }
            }
        }
    }

    /// Makes the window reach `position`.
    pub(super) async fn load(
        &self,
        object: &Arc<ObjectHandle>,
        window: &mut Window,
        position: u64,
        nearby: impl Fn() -> Nearby,
    ) -> Result<(), TierError> {
        let last = position.min(object.footer.data_bytes()).saturating_sub(1);
        let range: Range<u32> =
            window.end_chunk()..(chunk_of(last) + 1).min(object.footer.chunks());
        if !range.is_empty() {
            window.extend(self.inner.chunks.chunks(object, range, nearby).await?);
        }
        Ok(())
    }

    /// Fetches ahead of a stream: within the object at once, beyond it in a task, because the next footer may have to be
    /// read first.
    fn fill(&self, tp: TopicPartition, stream: SharedStream) {
        if !self.fill_object(&stream) || std::mem::replace(&mut stream.lock().filling, true) {
            return;
        }
        let reader = self.clone();
        tokio::spawn(async move {
            let result = reader.fill_beyond(tp, &stream).await;
            stream.lock().filling = false;
            if let Err(error) = result {
                // The read that needs the data meets the error itself.
                tracing::debug!(%tp, %error, "failed to read ahead");
            }
        });
    }

    /// Starts GETs up to the stream's target or the end of the object. True if the next object has to be found.
    fn fill_object(&self, stream: &SharedStream) -> bool {
        let options = &self.inner.options;
        loop {
            let mut inner = stream.lock();
            if inner.ahead_chunks() >= inner.target_chunks(options) {
                return false;
            }
            let Some(frontier) = inner.frontier.clone() else {
                return false;
            };
            let chunks = frontier.object.footer.chunks();
            if frontier.chunk >= chunks {
                return true;
            }
            let get_chunks = u32::try_from(inner.get_chunks(options)).unwrap_or(u32::MAX);
            let end = frontier.chunk.saturating_add(get_chunks).min(chunks);
            let (groups, complete) = self
                .inner
                .chunks
                .prefetch(&frontier.object, frontier.chunk..end);
            let reached = groups
                .last()
                .map_or(frontier.chunk, |group| group.range.end);
            inner.push(groups);
            inner.frontier = Some(Frontier {
                chunk: if complete { end } else { reached },
                ..frontier
            });
            drop(inner);
            if !complete && !self.inner.streams.drop_idle(self.inner.clock.monotonic()) {
                return false;
            }
        }
    }

    async fn fill_beyond(
        &self,
        tp: TopicPartition,
        stream: &SharedStream,
    ) -> Result<(), TierError> {
        loop {
            let Some(frontier) = stream.lock().frontier.clone() else {
                return Ok(());
            };
            let Some(next) = self.next_object(tp, &frontier.object).await? else {
                return Ok(());
            };
            {
                let mut inner = stream.lock();
                let unmoved = inner.frontier.as_ref().is_some_and(|now| {
                    now.chunk == frontier.chunk && Arc::ptr_eq(&now.object, &frontier.object)
                });
                if !unmoved {
                    return Ok(());
                }
                inner.frontier = Some(Frontier {
                    object: next,
                    chunk: 0,
                });
            }
            if !self.fill_object(stream) {
                return Ok(());
            }
        }
    }

    async fn next_object(
        &self,
        tp: TopicPartition,
        object: &ObjectHandle,
    ) -> Result<Option<Arc<ObjectHandle>>, TierError> {
        let manifest = self.inner.manifests.manifest(tp)?;
        match self
            .inner
            .manifests
            .entry_at(&manifest, object.entry.end_offset)
            .await?
        {
            Some(entry) => Ok(Some(self.inner.footers.open(tp, &entry).await?)),
            None => Ok(None),
        }
    }
}

struct FoundBatches {
    slices: Vec<bytes::Bytes>,
    end: u64,
    /// The chunk with that position and those after it, as far as they were needed already.
    current: Vec<crate::cache::Chunk>,
    next_offset: i64,
    at_end: bool,
}

pub(super) fn chunk_of(position: u64) -> u32 {
    u32::try_from(position / CHUNK_BYTES as u64).unwrap_or(u32::MAX)
}

/// The offset must be retained and tiered.
pub(super) fn check_tiered(manifest: &Manifest, offset: i64) -> Result<(), TierError> {
    let start = manifest
        .start_offset()
        .unwrap_or(manifest.tiered_end_offset)
        .max(manifest.log_start_offset);
    if manifest.is_empty() || !(start..manifest.tiered_end_offset).contains(&offset) {
        return Err(TierError::NotTiered {
            tp: manifest.tp,
            offset,
            log_start_offset: start,
            tiered_end_offset: manifest.tiered_end_offset,
        });
    }
    Ok(())
}
