//! Looks entries up in manifests; pages are cached.

use std::sync::Arc;

use object_store::ObjectStore;
use object_store::path::Path;
use parking_lot::Mutex;
use strandline_protocol::{TopicPartition, Uuid};

use super::bounded_cache::BoundedCache;
use super::single_flight::SingleFlight;
use crate::error::TierError;
use crate::format::{PageRef, SegmentEntry};
use crate::manifest::{Manifest, Page};
use crate::manifest_log::ManifestLog;
use crate::object::Keys;
use crate::store::get_all;

/// Bytes of a page that is still read: far above what is written.
const PAGE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Decoded manifests kept; each is small.
const MANIFESTS_MAX: usize = 16 * 1024;

/// Manifests and their pages.
pub(crate) struct ManifestReader {
    store: Arc<dyn ObjectStore>,
    keys: Keys,
    log: Arc<dyn ManifestLog>,
    manifests: Mutex<BoundedCache<TopicPartition, Arc<Manifest>>>,
    pages: Arc<Mutex<BoundedCache<Uuid, Arc<Page>>>>,
    flights: SingleFlight<Uuid, Arc<Page>>,
}

impl ManifestReader {
    pub(crate) fn new(
        store: Arc<dyn ObjectStore>,
        keys: Keys,
        log: Arc<dyn ManifestLog>,
        page_cache_bytes: usize,
    ) -> Self {
        Self {
            store,
            keys,
            log,
            manifests: Mutex::new(BoundedCache::new(MANIFESTS_MAX)),
            pages: Arc::new(Mutex::new(BoundedCache::new(page_cache_bytes))),
            flights: SingleFlight::new(),
        }
    }

    /// The manifest as committed now. Whoever holds it has pinned its version: what it refers to stays for
    /// `tier.trash.retention` at least.
    pub(crate) fn manifest(&self, tp: TopicPartition) -> Result<Arc<Manifest>, TierError> {
        let state = self.log.state(tp);
        if let Some(known) = self.manifests.lock().get(&tp)
            && known.version == state.version
            && known.log_start_offset == state.log_start_offset
            && known.tiered_end_offset == state.tiered_end_offset
        {
            return Ok(known);
        }
        let manifest = Arc::new(Manifest::decode(tp, &state)?);
        self.manifests.lock().insert(tp, Arc::clone(&manifest), 1);
        Ok(manifest)
    }

    /// A page, from memory or from the store.
    pub(crate) async fn page(
        &self,
        tp: TopicPartition,
        reference: &PageRef,
    ) -> Result<Arc<Page>, TierError> {
        if let Some(page) = self.pages.lock().get(&reference.page_id) {
            return Ok(page);
        }
        let key = self.page_key(tp, reference);
        let flight = self.flights.join(reference.page_id, || {
            let (store, pages, reference) = (
                Arc::clone(&self.store),
                Arc::clone(&self.pages),
                reference.clone(),
            );
            async move {
                let page = match load_page(store.as_ref(), tp, &reference, &key).await {
                    // Bytes can be damaged on their way; what is stored is read once more before it is called corrupt.
                    Err(TierError::Corrupt { .. }) => {
                        load_page(store.as_ref(), tp, &reference, &key).await?
                    }
                    other => other?,
                };
                let page = Arc::new(page);
                pages
                    .lock()
                    .insert(reference.page_id, Arc::clone(&page), page.weight());
                Ok(page)
            }
        });
        flight.await
    }

    /// The entry that covers `offset`.
    pub(crate) async fn entry_at(
        &self,
        manifest: &Manifest,
        offset: i64,
    ) -> Result<Option<SegmentEntry>, TierError> {
        if let Some(entry) = manifest.tail_entry(offset) {
            return Ok(Some(entry.clone()));
        }
        let mut reference = match &manifest.root {
            Some(root) if (root.start_offset..root.end_offset).contains(&offset) => root.clone(),
            _ => return Ok(None),
        };
        loop {
            match self.page(manifest.tp, &reference).await?.as_ref() {
                Page::Entries(entries) => {
                    let after = entries.partition_point(|entry| entry.base_offset <= offset);
                    return Ok(entries[..after]
                        .last()
                        .filter(|entry| offset < entry.end_offset)
                        .cloned());
                }
                Page::Pages(pages) => {
                    let after = pages.partition_point(|page| page.start_offset <= offset);
                    let Some(next) = pages[..after].last() else {
                        return Ok(None);
                    };
                    self.descend(&mut reference, next)?;
                }
            }
        }
    }

    /// The first entry at or above `offset` that holds a record with at least this timestamp.
    pub(crate) async fn entry_by_timestamp(
        &self,
        manifest: &Manifest,
        timestamp: i64,
        offset: i64,
    ) -> Result<Option<SegmentEntry>, TierError> {
        let fits = |end: i64, max_timestamp: i64| end > offset && max_timestamp >= timestamp;
        let mut next = manifest
            .root
            .clone()
            .filter(|root| fits(root.end_offset, root.max_timestamp));
        let mut waiting: Vec<PageRef> = Vec::new();
        while let Some(reference) = next {
            match self.page(manifest.tp, &reference).await?.as_ref() {
                Page::Entries(entries) => {
                    if let Some(entry) = entries
                        .iter()
                        .find(|entry| fits(entry.end_offset, entry.max_timestamp))
                    {
                        return Ok(Some(entry.clone()));
                    }
                }
                Page::Pages(pages) => {
                    let fitting = pages
                        .iter()
                        .rev()
                        .filter(|page| fits(page.end_offset, page.max_timestamp));
                    waiting.extend(fitting.cloned());
                    if waiting.iter().any(|page| page.level >= reference.level) {
                        return Err(TierError::corrupt(
                            "page",
                            self.page_key(manifest.tp, &reference),
                            "levels do not fall",
                        ));
                    }
                }
            }
            next = waiting.pop();
        }
        Ok(manifest
            .tail
            .iter()
            .find(|entry| fits(entry.end_offset, entry.max_timestamp))
            .cloned())
    }

    /// The pages of level 0, in order.
    pub(crate) async fn leaves(&self, manifest: &Manifest) -> Result<Vec<PageRef>, TierError> {
        let Some(root) = &manifest.root else {
            return Ok(Vec::new());
        };
        match self.page(manifest.tp, root).await?.as_ref() {
            Page::Entries(_) => Ok(vec![root.clone()]),
            Page::Pages(pages) => Ok(pages.clone()),
        }
    }

    /// The entries of a page of level 0.
    pub(crate) async fn entries(
        &self,
        tp: TopicPartition,
        leaf: &PageRef,
    ) -> Result<Vec<SegmentEntry>, TierError> {
        match self.page(tp, leaf).await?.as_ref() {
            Page::Entries(entries) => Ok(entries.clone()),
            Page::Pages(_) => Err(TierError::corrupt(
                "page",
                self.page_key(tp, leaf),
                "the tree has more than two levels",
            )),
        }
    }

    /// Key of a page.
    pub(crate) fn page_key(&self, tp: TopicPartition, page: &PageRef) -> Path {
        self.keys.page(
            tp,
            page.version,
            page.leader_epoch,
            page.level,
            page.page_id,
        )
    }

    /// Bytes of pages in memory.
    pub(crate) fn cached_bytes(&self) -> usize {
        self.pages.lock().used()
    }

    fn descend(&self, reference: &mut PageRef, next: &PageRef) -> Result<(), TierError> {
        if next.level >= reference.level {
            return Err(TierError::corrupt(
                "page",
                next.page_id,
                "levels do not fall",
            ));
        }
        *reference = next.clone();
        Ok(())
    }
}

/// Reads and checks a page, past any cache.
pub(crate) async fn load_page(
    store: &dyn ObjectStore,
    tp: TopicPartition,
    reference: &PageRef,
    key: &Path,
) -> Result<Page, TierError> {
    let stored = get_all(store, key, PAGE_BYTES_MAX).await?;
    Page::decode(tp, reference, key, &stored)
}
