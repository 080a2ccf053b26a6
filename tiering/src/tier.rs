//! The tier of one broker: the one thing the broker holds.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use object_store::ObjectStore;
use parking_lot::Mutex;
use strandline_protocol::clock::Clock;
use strandline_protocol::codec::Records;
use strandline_protocol::record_batch::RecordBatch;
use strandline_protocol::{TopicPartition, Uuid};
use tokio::sync::{OnceCell, mpsc};

use crate::budget::Budget;
use crate::cache::ChunkCache;
use crate::error::{ErrorKind, TierError};
use crate::format::SegmentEntry;
use crate::ids::Ids;
use crate::inventory::{Inventory, ReferencedObject};
use crate::manifest::writer::ManifestWriter;
use crate::manifest_log::ManifestLog;
use crate::object::Keys;
use crate::options::TierOptions;
use crate::outage::Outage;
use crate::read::{ChunkReader, FooterReader, ManifestReader, RemoteReader, Wanted};
use crate::retention::{RetainedSegment, RetentionScan};
use crate::segment_source::{AbortedRange, EpochStart, SegmentSource};
use crate::stats::TierStats;
use crate::store::deadline::DeadlineStore;
use crate::store::instrument::{InstrumentedStore, StoreStats};
use crate::store::owner::Ownership;
use crate::trash::{Deleted, Trash};
use crate::uploader::{Uploaded, Uploader};

/// What is tiered of a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TieredRange {
    /// First offset that can be read from the tier.
    pub start_offset: i64,
    /// End, exclusive.
    pub end_offset: i64,
    /// Segments.
    pub segments: u64,
    /// Bytes of their batches.
    pub bytes: u64,
    /// Manifest version.
    pub version: i64,
}

/// Uploads, reads and retains segments in one store.
pub struct Tier {
    options: TierOptions,
    clock: Arc<dyn Clock>,
    store_stats: Arc<StoreStats>,
    ownership: Ownership,
    claimed: OnceCell<()>,
    reader: RemoteReader,
    writer: Arc<ManifestWriter>,
    uploader: Uploader,
    trash: Trash,
    counters: Counters,
    debt: Mutex<HashMap<TopicPartition, u64>>,
    outage: Outage,
}

#[derive(Debug, Default)]
struct Counters {
    uploads: AtomicU64,
    upload_bytes: AtomicU64,
    upload_failures: AtomicU64,
    reads: AtomicU64,
    read_bytes: AtomicU64,
    read_failures: AtomicU64,
    deleted_objects: AtomicU64,
    deleted_bytes: AtomicU64,
}

impl std::fmt::Debug for Tier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tier")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Tier {
    /// Opens the tier. Nothing is requested from the store yet: a broker starts while its store is away.
    pub fn open(
        store: Arc<dyn ObjectStore>,
        options: TierOptions,
        log: Arc<dyn ManifestLog>,
        clock: Arc<dyn Clock>,
    ) -> Arc<Self> {
        Self::open_with_cache(store, options, log, clock, None)
    }

    /// As [`Self::open`], with a chunk cache of the caller's.
    pub fn open_with_cache(
        store: Arc<dyn ObjectStore>,
        options: TierOptions,
        log: Arc<dyn ManifestLog>,
        clock: Arc<dyn Clock>,
        cache: Option<Arc<dyn ChunkCache>>,
    ) -> Arc<Self> {
        let store = Arc::new(DeadlineStore::new(store, options.request_timeout));
        let counted = InstrumentedStore::new(store, Arc::clone(&clock));
        let store_stats = counted.stats();
        let store: Arc<dyn ObjectStore> = Arc::new(counted);
        let keys = Keys::new(options.cluster_id);
        let ids = Arc::new(Ids::new(options.seed));
        let manifests = Arc::new(ManifestReader::new(
            Arc::clone(&store),
            keys,
            Arc::clone(&log),
            options.page_cache_bytes,
        ));
        let footers = FooterReader::new(Arc::clone(&store), keys, options.footer_cache_bytes);
        let mut chunks = ChunkReader::new(
            Arc::clone(&store),
            options.chunk_cache.clone(),
            options.read_ahead_bytes,
        );
        if let Some(cache) = cache {
            chunks = chunks.with_cache(cache);
        }
        let writer = Arc::new(ManifestWriter {
            store: Arc::clone(&store),
            keys,
            log,
            reader: Arc::clone(&manifests),
            options: options.clone(),
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
        });
        let bucket = options.create_bucket.clone();
        let ownership = Ownership::new(Arc::clone(&store), options.cluster_id, bucket);
        Arc::new(Self {
            uploader: Uploader {
                store: Arc::clone(&store),
                keys,
                reader: Arc::clone(&manifests),
                writer: Arc::clone(&writer),
                options: options.clone(),
                clock: Arc::clone(&clock),
                ids,
                budget: Budget::new(options.upload_bytes),
            },
            trash: Trash {
                store,
                keys,
                reader: Arc::clone(&manifests),
                ownership: ownership.clone(),
                options: options.clone(),
                clock: Arc::clone(&clock),
                next_due: Mutex::default(),
            },
            reader: RemoteReader::new(
                options.clone(),
                Arc::clone(&clock),
                manifests,
                footers,
                chunks,
            ),
            options,
            clock,
            store_stats,
            ownership,
            claimed: OnceCell::new(),
            writer,
            counters: Counters::default(),
            debt: Mutex::default(),
            outage: Outage::default(),
        })
    }

    /// The options it was opened with.
    pub fn options(&self) -> &TierOptions {
        &self.options
    }

    /// Takes the prefix for this cluster, or confirms that it has it. Everything that writes does this first; a broker
    /// calls it at start to learn early that another cluster owns the prefix.
    ///
    /// # Errors
    /// `PrefixOwned` if another cluster has it: never start on it. `Store` if the store does not answer: go on.
    pub async fn claim(&self) -> Result<(), TierError> {
        self.claimed
            .get_or_try_init(|| self.ownership.claim(self.clock.as_ref()))
            .await
            .map(|_| ())
    }

    /// True once [`Self::claim`] succeeded.
    pub fn is_claimed(&self) -> bool {
        self.claimed.initialized()
    }

    /// Tells the log what is wrong and what to do: when a cause begins, and rarely while it lasts.
    pub fn report(&self, tp: Option<TopicPartition>, error: &TierError) {
        let tp = tp.map(tracing::field::display);
        tracing::debug!(tp, %error, "the tier failed");
        if !self.outage.begins(error, self.clock.monotonic()) {
            return;
        }
        let what = error.explain();
        if error.kind() == ErrorKind::Misconfigured {
            tracing::error!(tp, "the tier waits for somebody to act: {what}");
        } else {
            tracing::warn!(tp, "the tier cannot go on for now: {what}");
        }
    }

    /// The store did what it was asked for.
    pub(crate) fn report_success(&self) {
        if self.outage.ends() {
            tracing::info!("the object store works again");
        }
    }

    /// Uploads a sealed segment that lies below the last stable offset and continues the tiered range: put, read back and
    /// verify, commit. Only the leader calls it, for one segment of a partition at a time.
    ///
    /// Not cancel-safe in the sense that a cancelled call may have committed; the manifest tells.
    ///
    /// # Errors
    /// `Fenced` if the epoch is not current, `Conflict` if another change of the manifest was first, `NotContiguous` if
    /// the segment does not continue the range, `CommitUnknown`, `Store`, `Source` and `Corrupt` (what was read back is
    /// not what was written) to be tried again.
    pub async fn upload(
        &self,
        tp: TopicPartition,
        leader_epoch: i32,
        segment: Arc<dyn SegmentSource>,
    ) -> Result<Uploaded, TierError> {
        let result = async {
            self.claim().await?;
            let on_trash =
                |trash: crate::manifest::writer::WrittenTrash| self.trash.note(tp, trash.due_ms);
            self.uploader
                .upload(tp, leader_epoch, segment, on_trash)
                .await
        }
        .await;
        match &result {
            Ok(uploaded) => {
                count(&self.counters.uploads, 1);
                count(&self.counters.upload_bytes, uploaded.entry.object_bytes);
            }
            Err(_) => count(&self.counters.upload_failures, 1),
        }
        result
    }

    /// Batches from the one that holds `offset` (or follows it, where the log has a gap) up to `max_bytes`, at least one
    /// batch, and none that reaches `limit_offset`. Empty if there is no batch between `offset` and the tiered end or
    /// the limit: go on in the local log at the tiered end.
    ///
    /// May answer less than `max_bytes`: at the end of an object, and never more than 8 MiB. Cancel-safe: what was
    /// requested from the store arrives all the same, and the next call finds it.
    ///
    /// # Errors
    /// `NotTiered` outside the tiered range, `Corrupt` if the stored bytes are damaged, `Store` if the store fails.
    pub async fn read(
        &self,
        tp: TopicPartition,
        offset: i64,
        max_bytes: usize,
        limit_offset: i64,
    ) -> Result<Records, TierError> {
        let result = self
            .reader
            .read(
                tp,
                Wanted {
                    offset,
                    max_bytes,
                    limit_offset,
                },
            )
            .await;
        count(&self.counters.reads, 1);
        match &result {
            Ok(records) => count(&self.counters.read_bytes, records.len() as u64),
            Err(_) => count(&self.counters.read_failures, 1),
        }
        result
    }

    /// The first batch in the tier with retained records at or above `from` that says of itself that one of its timestamps
    /// is at least `timestamp`. Whether that record is above `from`, it is for the caller to see. `None` if there is none:
    /// look in the local log.
    ///
    /// # Errors
    /// `Store` or `Corrupt` if what has to be read cannot be.
    pub async fn batch_for_timestamp(
        &self,
        tp: TopicPartition,
        timestamp: i64,
        from: i64,
    ) -> Result<Option<RecordBatch>, TierError> {
        self.reader.batch_for_timestamp(tp, timestamp, from).await
    }

    /// What is tiered, or `None` if nothing is.
    ///
    /// # Errors
    /// `Corrupt` or `Hole` if the manifest in the metadata makes no sense.
    pub fn range(&self, tp: TopicPartition) -> Result<Option<TieredRange>, TierError> {
        let manifest = self.reader.manifests().manifest(tp)?;
        let Some(start_offset) = manifest.start_offset() else {
            return Ok(None);
        };
        let (segments, bytes) = manifest.totals();
        Ok(Some(TieredRange {
            start_offset: start_offset.max(manifest.log_start_offset),
            end_offset: manifest.tiered_end_offset,
            segments,
            bytes,
            version: manifest.version,
        }))
    }

    /// End of the tiered range as committed, 0 if nothing was ever tiered.
    pub fn tiered_end_offset(&self, tp: TopicPartition) -> i64 {
        self.writer.log.state(tp).tiered_end_offset
    }

    /// The entries from the one that covers `offset` on, at most `limit`; for `tier ls` and for tools.
    ///
    /// # Errors
    /// `Store` or `Corrupt` if a manifest page cannot be read.
    pub async fn segments(
        &self,
        tp: TopicPartition,
        offset: i64,
        limit: usize,
    ) -> Result<Vec<SegmentEntry>, TierError> {
        let manifest = self.reader.manifests().manifest(tp)?;
        let Some(start) = manifest.start_offset() else {
            return Ok(Vec::new());
        };
        let mut next = offset.max(start);
        let mut found = Vec::new();
        while found.len() < limit
            && let Some(entry) = self.reader.manifests().entry_at(&manifest, next).await?
        {
            next = entry.end_offset;
            found.push(entry);
        }
        Ok(found)
    }

    /// Sends every object of the partition with what refers to it: those of the manifest, and those in the trash.
    ///
    /// # Errors
    /// `Store` or `Corrupt` if a page or a trash list cannot be read; what was sent is not all then.
    pub async fn objects(
        &self,
        tp: TopicPartition,
        to: mpsc::Sender<ReferencedObject>,
    ) -> Result<(), TierError> {
        let inventory = Inventory {
            manifests: self.reader.manifests(),
            keys: Keys::new(self.options.cluster_id),
            trash: &self.trash,
        };
        inventory.list(tp, to).await
    }

    /// True if the committed manifest covers `[start, end)` without a hole, read again through checked pages. Local data
    /// is dropped only after this said yes (I18, I21).
    ///
    /// # Errors
    /// `Store` or `Corrupt` if a manifest page cannot be read.
    pub async fn covers(
        &self,
        tp: TopicPartition,
        start: i64,
        end: i64,
    ) -> Result<bool, TierError> {
        let manifest = self.reader.manifests().manifest(tp)?;
        let mut next = start;
        while next < end {
            match self.reader.manifests().entry_at(&manifest, next).await? {
                Some(entry) => next = entry.end_offset,
                None => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Leader epochs with their start offsets in the segment that holds `offset`.
    ///
    /// # Errors
    /// `NotTiered` outside the tiered range; `Store` or `Corrupt` if a manifest page cannot be read.
    pub async fn leader_epochs_at(
        &self,
        tp: TopicPartition,
        offset: i64,
    ) -> Result<Vec<EpochStart>, TierError> {
        let object = self.reader.object_at(tp, offset).await?;
        Ok(object.footer.leader_epochs())
    }

    /// Aborted transactions that touch `[start, end)`, for read_committed fetches of it.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn aborted_transactions(
        &self,
        tp: TopicPartition,
        start: i64,
        end: i64,
    ) -> Result<Vec<AbortedRange>, TierError> {
        let mut found = Vec::new();
        let mut next = start;
        let tiered_end = self.tiered_end_offset(tp);
        // A transaction is listed where its marker is, which may be in a later segment than its records.
        while next < tiered_end {
            let object = self.reader.object_at(tp, next).await?;
            let touching = object
                .footer
                .aborted()
                .iter()
                .filter(|aborted| aborted.first_offset < end);
            found.extend(
                touching
                    .filter(|aborted| aborted.last_offset >= start)
                    .map(|aborted| AbortedRange {
                        producer_id: aborted.producer_id,
                        first_offset: aborted.first_offset,
                        last_offset: aborted.last_offset,
                    }),
            );
            next = object.entry.end_offset;
            if next >= end && object.footer.is_settled_below(end) {
                break;
            }
        }
        Ok(found)
    }

    /// Where the log start should move to by `retention.*`, looking at the tiered segments, oldest first, and then at
    /// `local` (segments at or above the tiered end). `None` if everything stays.
    ///
    /// # Errors
    /// `Store` or `Corrupt` if a manifest page cannot be read.
    pub async fn start_after_retention(
        &self,
        tp: TopicPartition,
        mut scan: RetentionScan,
        local: &[RetainedSegment],
    ) -> Result<Option<i64>, TierError> {
        if scan.keeps_everything() {
            return Ok(None);
        }
        let manifest = self.reader.manifests().manifest(tp)?;
        let mut start = None;
        let mut next = manifest
            .start_offset()
            .unwrap_or(manifest.tiered_end_offset)
            .max(manifest.log_start_offset);
        while let Some(entry) = self.reader.manifests().entry_at(&manifest, next).await? {
            if !scan.expires(&retained(&entry)) {
                return Ok(start);
            }
            next = entry.end_offset;
            start = Some(next);
        }
        for segment in local.iter().filter(|segment| segment.end_offset > next) {
            if !scan.expires(segment) {
                break;
            }
            start = Some(segment.end_offset);
        }
        Ok(start)
    }

    /// Removes what lies below the log start from the manifest (by compare-and-set), and deletes what was removed longer
    /// than `tier.trash.retention` ago. Only the leader calls it.
    ///
    /// # Errors
    /// `Fenced`, `Conflict`, `CommitUnknown`, `PrefixOwned`, `Store`, `Corrupt`; all of it is tried again next time.
    pub async fn retain(
        &self,
        tp: TopicPartition,
        leader_epoch: i32,
        log_start_offset: i64,
    ) -> Result<Deleted, TierError> {
        self.claim().await?;
        let manifest = self.reader.manifests().manifest(tp)?;
        if manifest.version == 0 {
            // Nothing was ever tiered, so nothing was ever removed: it need not be asked for.
            return Ok(Deleted::default());
        }
        if let Some(trash) = self
            .writer
            .trim(&manifest, leader_epoch, log_start_offset)
            .await?
        {
            self.trash.note(tp, trash.due_ms);
        }
        self.counted(self.trash.empty(tp).await)
    }

    /// Deletes objects of a partition that no manifest and no undue trash list refers to and that can not be committed
    /// any more. Only the leader calls it.
    ///
    /// # Errors
    /// As [`Self::retain`].
    pub async fn sweep(&self, tp: TopicPartition, leader_epoch: i32) -> Result<Deleted, TierError> {
        self.claim().await?;
        self.counted(self.trash.sweep(tp, leader_epoch).await)
    }

    /// Deletes everything of a deleted topic. The caller has applied the committed deletion and waited
    /// for `tier.trash.retention` since.
    ///
    /// # Errors
    /// `PrefixOwned` and `Store`; tried again next time.
    pub async fn purge(&self, topic_id: Uuid) -> Result<Deleted, TierError> {
        self.claim().await?;
        self.counted(self.trash.purge(topic_id).await)
    }

    /// Sets how much of a partition waits for upload; 0 forgets it.
    pub fn set_debt(&self, tp: TopicPartition, bytes: u64) {
        let mut debt = self.debt.lock();
        if bytes == 0 {
            debt.remove(&tp);
        } else {
            debt.insert(tp, bytes);
        }
    }

    /// Forgets the debt of partitions that are not led any more.
    pub(crate) fn keep_debt(&self, led: impl Fn(&TopicPartition) -> bool) {
        self.debt.lock().retain(|tp, _| led(tp));
    }

    /// Counters and gauges now.
    pub fn stats(&self) -> TierStats {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let chunks = self.reader.chunks();
        TierStats {
            uploads: read(&self.counters.uploads),
            upload_bytes: read(&self.counters.upload_bytes),
            upload_failures: read(&self.counters.upload_failures),
            upload_debt_bytes: self.debt.lock().values().sum(),
            upload_reserved_bytes: self.uploader.budget.used() as u64,
            reads: read(&self.counters.reads),
            read_bytes: read(&self.counters.read_bytes),
            read_failures: read(&self.counters.read_failures),
            read_reserved_bytes: chunks.reserved_bytes() as u64,
            fetched_bytes: read(&chunks.stats().fetched_bytes),
            cache_hits: read(&chunks.stats().cache_hits),
            cache_misses: read(&chunks.stats().cache_misses),
            cache_damaged: read(&chunks.stats().cache_damaged),
            cache: chunks.cache_stats(),
            footer_cache_bytes: self.reader.footers().cached_bytes() as u64,
            page_cache_bytes: self.reader.manifests().cached_bytes() as u64,
            sequential_readers: self.reader.streams() as u64,
            deleted_objects: read(&self.counters.deleted_objects),
            deleted_bytes: read(&self.counters.deleted_bytes),
            store: self.store_stats.snapshot(),
        }
    }

    /// Writes what the chunk cache has pending.
    pub async fn close(&self) {
        self.reader.chunks().close().await;
    }

    fn counted(&self, result: Result<Deleted, TierError>) -> Result<Deleted, TierError> {
        if let Ok(deleted) = &result {
            count(&self.counters.deleted_objects, deleted.objects);
            count(&self.counters.deleted_bytes, deleted.bytes);
        }
        result
    }
}

fn count(counter: &AtomicU64, by: impl TryInto<u64>) {
    counter.fetch_add(by.try_into().unwrap_or(0), Ordering::Relaxed);
}

/// A tiered segment as retention sees it.
fn retained(entry: &SegmentEntry) -> RetainedSegment {
    RetainedSegment {
        base_offset: entry.base_offset,
        end_offset: entry.end_offset,
        size_bytes: u64::try_from(entry.data_bytes).unwrap_or(0),
        max_timestamp: if entry.max_timestamp >= 0 {
            entry.max_timestamp
        } else {
            entry.created_at_ms
        },
    }
}
