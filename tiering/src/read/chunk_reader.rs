//! Chunks of objects: from flights under way, from the cache, or with one GET for a group of neighbours.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::FutureExt;
use object_store::ObjectStore;
use object_store::path::Path;
use parking_lot::Mutex;
use strandline_protocol::Uuid;
use tokio::sync::OnceCell;

use super::single_flight::Flight;
use crate::budget::{Budget, Reservation};
use crate::cache::{Chunk, ChunkCache, ChunkCacheStats, ChunkKey, FoyerChunkCache};
use crate::error::TierError;
use crate::format::SegmentEntry;
use crate::object::Footer;
use crate::options::{CHUNK_BYTES, ChunkCacheOptions};
use crate::store::get_exact;

/// An object that can be read.
#[derive(Debug)]
pub(crate) struct ObjectHandle {
    pub(crate) key: Path,
    pub(crate) entry: SegmentEntry,
    pub(crate) footer: Footer,
}

/// Neighbouring chunks that came, or will come, with one GET.
#[derive(Debug)]
pub(crate) struct Fetched {
    chunks: Vec<Chunk>,
    /// Held by what was read ahead until it is read or dropped. On demand only the GET is counted: its reader has a
    /// reservation for the response, and two readers must not wait for each other.
    _reservation: Option<Reservation>,
}

/// A group of chunks that is on its way or here.
#[derive(Clone)]
pub(crate) struct Group {
    pub(crate) object_id: Uuid,
    pub(crate) range: Range<u32>,
    /// `None` if the chunks are in the cache: nothing to wait for, and nothing held.
    flight: Option<Flight<Arc<Fetched>>>,
}

impl Group {
    /// Waits for one of its chunks.
    pub(crate) async fn chunk(&self, chunk: u32) -> Result<Chunk, TierError> {
        let Some(flight) = self.flight.clone() else {
            return Err(TierError::Closed);
        };
        let fetched = flight.await?;
        let at = (chunk - self.range.start) as usize;
        fetched.chunks.get(at).cloned().ok_or(TierError::Closed)
    }
}

/// What a sequential reader has at hand already.
#[derive(Clone, Default)]
pub(crate) struct Nearby {
    pub(crate) groups: Vec<Group>,
    pub(crate) current: Vec<(ChunkKey, Chunk)>,
}

/// What the reader did.
#[derive(Debug, Default)]
pub(crate) struct ChunkReaderStats {
    pub(crate) cache_hits: AtomicU64,
    pub(crate) cache_misses: AtomicU64,
    pub(crate) cache_damaged: AtomicU64,
    pub(crate) fetched_bytes: AtomicU64,
}

/// Opens the cache at the first read.
type CacheCell = OnceCell<Option<Arc<dyn ChunkCache>>>;

/// Reads chunks. Cheap to clone.
#[derive(Clone)]
pub(crate) struct ChunkReader {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn ObjectStore>,
    options: ChunkCacheOptions,
    cache: CacheCell,
    flights: Mutex<HashMap<ChunkKey, Group>>,
    /// Demand and read-ahead are apart, so that abandoned read-ahead never holds up a reader.
    demand: Budget,
    ahead: Budget,
    stats: ChunkReaderStats,
}

impl ChunkReader {
    /// `budget_bytes` bound GETs in flight and chunks read ahead.
    pub(crate) fn new(
        store: Arc<dyn ObjectStore>,
        options: ChunkCacheOptions,
        budget_bytes: usize,
    ) -> Self {
        let inner = Inner {
            store,
            options,
            cache: OnceCell::new(),
            flights: Mutex::default(),
            demand: Budget::new(budget_bytes / 2),
            ahead: Budget::new(budget_bytes / 2),
            stats: ChunkReaderStats::default(),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Uses a given cache instead of opening one; for tests and for embedders with their own.
    pub(crate) fn with_cache(self, cache: Arc<dyn ChunkCache>) -> Self {
        // A second cache is refused by the cell; the first one stays.
        let _ = self.inner.cache.set(Some(cache));
        self
    }

    /// Chunks of one object, in order. Missing neighbours are fetched together.
    pub(crate) async fn chunks(
        &self,
        object: &Arc<ObjectHandle>,
        range: Range<u32>,
        nearby: impl Fn() -> Nearby,
    ) -> Result<Vec<Chunk>, TierError> {
        let cache = self.cache().await;
        let mut found: Vec<Found> = Vec::with_capacity(range.len());
        let at_hand = nearby();
        for chunk in range.clone() {
            found.push(self.look(object, chunk, &at_hand, cache.as_deref()).await);
        }
        // While the cache was asked, reading ahead may have begun to fetch the same chunks.
        let at_hand = nearby();
        for (chunk, slot) in range.clone().zip(&mut found) {
            if matches!(slot, Found::Missing)
                && let Some(near) = self.at_hand(object, chunk, &at_hand)
            {
                *slot = near;
            }
        }
        self.fetch_missing(object, range.start, &mut found);
        let mut chunks = Vec::with_capacity(found.len());
        for (chunk, found) in range.zip(found) {
            chunks.push(match found {
                Found::Here(chunk) => chunk,
                Found::Coming(group) => group.chunk(chunk).await?,
                Found::Missing => return Err(TierError::Closed),
            });
        }
        Ok(chunks)
    }

    /// Starts to fetch what is missing of `range` ahead of its reader, as far as the budget allows. Returns what has to be
    /// kept until it is read, and false if the budget was empty.
    pub(crate) fn prefetch(
        &self,
        object: &Arc<ObjectHandle>,
        range: Range<u32>,
    ) -> (Vec<Group>, bool) {
        let cache = self.inner.cache.get().cloned().flatten();
        let mut groups = Vec::new();
        let mut at = range.start;
        while at < range.end {
            let key = ChunkKey {
                object_id: object.entry.object_id,
                chunk: at,
            };
            if let Some(group) = self.inner.flights.lock().get(&key).cloned() {
                at = group.range.end;
                groups.push(group);
                continue;
            }
            if cache.as_ref().is_some_and(|cache| cache.contains(&key)) {
                let range = at..at + 1;
                groups.push(Group {
                    object_id: key.object_id,
                    range,
                    flight: None,
                });
                at += 1;
                continue;
            }
            let mut end = at + 1;
            while end < range.end && !self.is_near(object, end, cache.as_deref()) {
                end += 1;
            }
            let Some(reservation) = self
                .inner
                .ahead
                .try_reserve((end - at) as usize * CHUNK_BYTES)
            else {
                return (groups, false);
            };
            groups.push(self.start(object, at..end, Some(reservation)));
            at = end;
        }
        (groups, true)
    }

    /// Takes memory for what a reader keeps for its next read, if it is free now.
    pub(crate) fn reserve_ahead(&self, bytes: usize) -> Option<Reservation> {
        self.inner.ahead.try_reserve(bytes)
    }

    /// Counters of the cache, if it was opened.
    pub(crate) fn cache_stats(&self) -> ChunkCacheStats {
        self.inner
            .cache
            .get()
            .and_then(Option::as_ref)
            .map(|cache| cache.stats())
            .unwrap_or_default()
    }

    /// Own counters.
    pub(crate) fn stats(&self) -> &ChunkReaderStats {
        &self.inner.stats
    }

    /// Bytes of the budget in use.
    pub(crate) fn reserved_bytes(&self) -> usize {
        self.inner.demand.used() + self.inner.ahead.used()
    }

    /// Closes the cache.
    pub(crate) async fn close(&self) {
        if let Some(Some(cache)) = self.inner.cache.get() {
            cache.close().await;
        }
    }

    async fn cache(&self) -> Option<Arc<dyn ChunkCache>> {
        let open = || async {
            match FoyerChunkCache::open(&self.inner.options).await {
                Ok(cache) => Some(Arc::new(cache) as Arc<dyn ChunkCache>),
                Err(error) => {
                    tracing::warn!("{}; remote reads go on without it", error.explain());
                    None
                }
            }
        };
        self.inner.cache.get_or_init(open).await.clone()
    }

    async fn look(
        &self,
        object: &ObjectHandle,
        chunk: u32,
        nearby: &Nearby,
        cache: Option<&dyn ChunkCache>,
    ) -> Found {
        let key = ChunkKey {
            object_id: object.entry.object_id,
            chunk,
        };
        if let Some(near) = self.at_hand(object, chunk, nearby) {
            return near;
        }
        let stats = &self.inner.stats;
        if let Some(cache) = cache
            && let Some(found) = cache.get(&key).await
        {
            let expected = object.footer.chunk_range(chunk);
            let whole = found.data().len() as u64 == expected.end - expected.start;
            if whole && found.checksum() == object.footer.chunk_checksum(chunk) {
                stats.cache_hits.fetch_add(1, Ordering::Relaxed);
                return Found::Here(found);
            }
            stats.cache_damaged.fetch_add(1, Ordering::Relaxed);
        }
        stats.cache_misses.fetch_add(1, Ordering::Relaxed);
        Found::Missing
    }

    /// A chunk that needs no look into the cache: the reader has it, or it is on its way.
    fn at_hand(&self, object: &ObjectHandle, chunk: u32, nearby: &Nearby) -> Option<Found> {
        let key = ChunkKey {
            object_id: object.entry.object_id,
            chunk,
        };
        if let Some((_, data)) = nearby.current.iter().find(|(current, _)| *current == key) {
            return Some(Found::Here(data.clone()));
        }
        let covers = |group: &&Group| {
            group.flight.is_some()
                && group.object_id == key.object_id
                && group.range.contains(&chunk)
        };
        let kept = nearby.groups.iter().find(covers).cloned();
        let group = kept.or_else(|| self.inner.flights.lock().get(&key).cloned())?;
        Some(Found::Coming(group))
    }

    /// Starts one GET for each run of missing chunks.
    fn fetch_missing(&self, object: &Arc<ObjectHandle>, first: u32, found: &mut [Found]) {
        let mut at = 0;
        while at < found.len() {
            if !matches!(found[at], Found::Missing) {
                at += 1;
                continue;
            }
            let run = found[at..]
                .iter()
                .take_while(|found| matches!(found, Found::Missing))
                .count();
            let start = first + u32::try_from(at).unwrap_or(u32::MAX);
            let group = self.start(object, start..start + u32::try_from(run).unwrap_or(0), None);
            for (i, slot) in found[at..at + run].iter_mut().enumerate() {
                // Somebody may have started a flight for a part of the run meanwhile; theirs is joined there.
                let chunk = start + u32::try_from(i).unwrap_or(u32::MAX);
                let key = ChunkKey {
                    object_id: object.entry.object_id,
                    chunk,
                };
                let joined = self.inner.flights.lock().get(&key).cloned();
                *slot = Found::Coming(joined.unwrap_or_else(|| group.clone()));
            }
            at += run;
        }
    }

    fn is_near(&self, object: &ObjectHandle, chunk: u32, cache: Option<&dyn ChunkCache>) -> bool {
        let key = ChunkKey {
            object_id: object.entry.object_id,
            chunk,
        };
        self.inner.flights.lock().contains_key(&key)
            || cache.is_some_and(|cache| cache.contains(&key))
    }

    fn start(
        &self,
        object: &Arc<ObjectHandle>,
        range: Range<u32>,
        reservation: Option<Reservation>,
    ) -> Group {
        let mut flights = self.inner.flights.lock();
        let key = |chunk| ChunkKey {
            object_id: object.entry.object_id,
            chunk,
        };
        if let Some(group) = flights.get(&key(range.start))
            && group.range == range
        {
            return group.clone();
        }
        let landing = Landing {
            inner: Arc::clone(&self.inner),
            object_id: object.entry.object_id,
            range: range.clone(),
        };
        let (object_of_task, range_of_task) = (Arc::clone(object), range.clone());
        let task = tokio::spawn(async move {
            let landing = landing;
            fetch(&landing.inner, &object_of_task, range_of_task, reservation).await
        });
        let flight: Flight<Arc<Fetched>> =
            async move { task.await.unwrap_or(Err(TierError::Closed)) }
                .boxed()
                .shared();
        let group = Group {
            object_id: object.entry.object_id,
            range: range.clone(),
            flight: Some(flight),
        };
        for chunk in range {
            flights.entry(key(chunk)).or_insert_with(|| group.clone());
        }
        group
    }
}

enum Found {
    Here(Chunk),
    Coming(Group),
    Missing,
}

/// Takes a group out of the flights when its task ends, however it ends.
struct Landing {
    inner: Arc<Inner>,
    object_id: Uuid,
    range: Range<u32>,
}

impl Drop for Landing {
    fn drop(&mut self) {
        let mut flights = self.inner.flights.lock();
        for chunk in self.range.clone() {
            let key = ChunkKey {
                object_id: self.object_id,
                chunk,
            };
            if flights
                .get(&key)
                .is_some_and(|group| group.range == self.range)
            {
                flights.remove(&key);
            }
        }
    }
}

async fn fetch(
    inner: &Inner,
    object: &ObjectHandle,
    range: Range<u32>,
    reservation: Option<Reservation>,
) -> Result<Arc<Fetched>, TierError> {
    let _in_flight = match reservation {
        Some(_) => None,
        None => Some(inner.demand.reserve(range.len() * CHUNK_BYTES).await),
    };
    let chunks = match fetch_once(inner, object, &range).await {
        // Bytes can be damaged on their way; what is stored is read once more before it is called corrupt.
        Err(TierError::Corrupt { .. }) => fetch_once(inner, object, &range).await?,
        other => other?,
    };
    if let Some(Some(cache)) = inner.cache.get() {
        for (chunk, value) in range.zip(&chunks) {
            cache.insert(
                ChunkKey {
                    object_id: object.entry.object_id,
                    chunk,
                },
                value.clone(),
            );
        }
    }
    Ok(Arc::new(Fetched {
        chunks,
        _reservation: reservation,
    }))
}

async fn fetch_once(
    inner: &Inner,
    object: &ObjectHandle,
    range: &Range<u32>,
) -> Result<Vec<Chunk>, TierError> {
    let footer = &object.footer;
    let bytes = footer.chunk_range(range.start).start..footer.chunk_range(range.end - 1).end;
    let buffers = get_exact(
        inner.store.as_ref(),
        &object.key,
        bytes.clone(),
        CHUNK_BYTES,
    )
    .await?;
    inner
        .stats
        .fetched_bytes
        .fetch_add(bytes.end - bytes.start, Ordering::Relaxed);
    range
        .clone()
        .zip(buffers)
        .map(|(chunk, data)| {
            Chunk::verified(data.clone(), footer.chunk_checksum(chunk)).ok_or_else(|| {
                let block = footer.damaged_block(chunk, &data);
                let what = block.map_or_else(
                    || format!("chunk {chunk}"),
                    |block| format!("block {block}"),
                );
                TierError::corrupt(what, &object.key, "it does not match the footer's checksum")
            })
        })
        .collect()
}
