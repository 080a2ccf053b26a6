//! Footers of objects, cached.

use std::sync::Arc;

use object_store::ObjectStore;
use parking_lot::Mutex;
use strandline_protocol::{TopicPartition, Uuid};

use super::bounded_cache::BoundedCache;
use super::chunk_reader::ObjectHandle;
use super::single_flight::SingleFlight;
use crate::error::TierError;
use crate::format::SegmentEntry;
use crate::object::{Footer, Keys};
use crate::store::get_exact;

/// Stored bytes of a footer that is still read: far above what is written.
const FOOTER_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Opens objects.
pub(crate) struct FooterReader {
    store: Arc<dyn ObjectStore>,
    keys: Keys,
    handles: Arc<Mutex<BoundedCache<Uuid, Arc<ObjectHandle>>>>,
    flights: SingleFlight<Uuid, Arc<ObjectHandle>>,
}

impl FooterReader {
    pub(crate) fn new(store: Arc<dyn ObjectStore>, keys: Keys, footer_cache_bytes: usize) -> Self {
        Self {
            store,
            keys,
            handles: Arc::new(Mutex::new(BoundedCache::new(footer_cache_bytes))),
            flights: SingleFlight::new(),
        }
    }

    /// The object of an entry with its footer, from memory or with one GET.
    pub(crate) async fn open(
        &self,
        tp: TopicPartition,
        entry: &SegmentEntry,
    ) -> Result<Arc<ObjectHandle>, TierError> {
        if let Some(handle) = self.handles.lock().get(&entry.object_id) {
            return same_entry(handle, entry);
        }
        let key = self
            .keys
            .segment(tp, entry.base_offset, entry.leader_epoch, entry.object_id);
        let flight = self.flights.join(entry.object_id, || {
            let (store, handles, entry) = (
                Arc::clone(&self.store),
                Arc::clone(&self.handles),
                entry.clone(),
            );
            async move {
                let footer = match load_footer(store.as_ref(), &key, &entry).await {
                    // Bytes can be damaged on their way; what is stored is read once more before it is called corrupt.
                    Err(TierError::Corrupt { .. }) => {
                        load_footer(store.as_ref(), &key, &entry).await?
                    }
                    other => other?,
                };
                let weight = footer.weight();
                let handle = Arc::new(ObjectHandle { key, entry, footer });
                handles
                    .lock()
                    .insert(handle.entry.object_id, Arc::clone(&handle), weight);
                Ok(handle)
            }
        });
        same_entry(flight.await?, entry)
    }

    /// Bytes of footers in memory.
    pub(crate) fn cached_bytes(&self) -> usize {
        self.handles.lock().used()
    }
}

/// Ids are never used twice; everything that is cached by id rests on that.
fn same_entry(
    handle: Arc<ObjectHandle>,
    entry: &SegmentEntry,
) -> Result<Arc<ObjectHandle>, TierError> {
    if handle.entry == *entry {
        return Ok(handle);
    }
    Err(TierError::corrupt(
        "manifest",
        &handle.key,
        "two entries refer to one object id",
    ))
}

async fn load_footer(
    store: &dyn ObjectStore,
    key: &object_store::path::Path,
    entry: &SegmentEntry,
) -> Result<Footer, TierError> {
    let range = match (
        u64::try_from(entry.footer_position),
        u64::try_from(entry.object_bytes),
    ) {
        (Ok(start), Ok(end)) if start < end && end - start <= FOOTER_BYTES_MAX => start..end,
        _ => {
            return Err(TierError::corrupt(
                "manifest entry",
                key,
                "the place of the footer makes no sense",
            ));
        }
    };
    let stored = get_exact(store, key, range, usize::MAX).await?;
    let stored = stored.into_iter().next().unwrap_or_default();
    Footer::open(key, entry, &stored)
}
