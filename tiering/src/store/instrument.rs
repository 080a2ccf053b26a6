//! Counts what is asked of the store: requests, bytes, errors by class and time, per operation.
//!
//! The numbers are the bill: PUT and GET are paid per request. They count what the driver asked for; retries inside
//! the S3 client are not visible here.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt};
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, UploadPart,
};
use strandline_protocol::clock::Clock;

use super::classify::class_of;
use crate::error::StoreFaultClass;

/// What can be asked of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Write a small object.
    Put,
    /// Write a part of a large object.
    PutPart,
    /// Start, complete or abort a large object.
    Multipart,
    /// Read an object or a range.
    Get,
    /// Ask for size and time.
    Head,
    /// Delete an object.
    Delete,
    /// List keys.
    List,
    /// Copy an object.
    Copy,
}

impl Operation {
    /// All operations, in the order of [`StoreStats`].
    pub const ALL: [Self; 8] = [
        Self::Put,
        Self::PutPart,
        Self::Multipart,
        Self::Get,
        Self::Head,
        Self::Delete,
        Self::List,
        Self::Copy,
    ];

    /// The operation as a metric label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Put => "put",
            Self::PutPart => "put_part",
            Self::Multipart => "multipart",
            Self::Get => "get",
            Self::Head => "head",
            Self::Delete => "delete",
            Self::List => "list",
            Self::Copy => "copy",
        }
    }
}

/// Counters of one operation.
#[derive(Debug, Default)]
struct OperationCounters {
    requests: AtomicU64,
    bytes: AtomicU64,
    micros: AtomicU64,
    errors: [AtomicU64; StoreFaultClass::ALL.len()],
}

/// Counters of a store; shared by all its users.
#[derive(Debug, Default)]
pub struct StoreStats {
    operations: [OperationCounters; Operation::ALL.len()],
}

/// The counters of one operation at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationSnapshot {
    /// Which operation.
    pub operation: Operation,
    /// Requests made.
    pub requests: u64,
    /// Bytes sent (put) or received (get).
    pub bytes: u64,
    /// Time until the answer, for a get until its headers, summed up.
    pub micros: u64,
    /// Failures by class; classes that never occurred are left out.
    pub errors: Vec<(StoreFaultClass, u64)>,
}

impl StoreStats {
    /// All counters now.
    pub fn snapshot(&self) -> Vec<OperationSnapshot> {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Operation::ALL
            .iter()
            .zip(&self.operations)
            .map(|(operation, counters)| OperationSnapshot {
                operation: *operation,
                requests: read(&counters.requests),
                bytes: read(&counters.bytes),
                micros: read(&counters.micros),
                errors: StoreFaultClass::ALL
                    .iter()
                    .zip(&counters.errors)
                    .map(|(class, count)| (*class, read(count)))
                    .filter(|(_, count)| *count > 0)
                    .collect(),
            })
            .collect()
    }

    /// Requests of one operation.
    pub fn requests(&self, operation: Operation) -> u64 {
        self.operations[operation as usize]
            .requests
            .load(Ordering::Relaxed)
    }

    fn request(&self, operation: Operation, micros: u128) {
        let counters = &self.operations[operation as usize];
        counters.requests.fetch_add(1, Ordering::Relaxed);
        counters
            .micros
            .fetch_add(u64::try_from(micros).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn moved(&self, operation: Operation, bytes: usize) {
        self.operations[operation as usize]
            .bytes
            .fetch_add(bytes as u64, Ordering::Relaxed);
    }

    fn failed(&self, operation: Operation, error: &object_store::Error) {
        let class = class_of(error) as usize;
        self.operations[operation as usize].errors[class].fetch_add(1, Ordering::Relaxed);
    }
}

/// A store that counts.
pub struct InstrumentedStore {
    inner: Arc<dyn ObjectStore>,
    stats: Arc<StoreStats>,
    clock: Arc<dyn Clock>,
}

impl InstrumentedStore {
    /// Puts counters around a store.
    pub fn new(inner: Arc<dyn ObjectStore>, clock: Arc<dyn Clock>) -> Self {
        Self {
            inner,
            stats: Arc::new(StoreStats::default()),
            clock,
        }
    }

    /// The counters.
    pub fn stats(&self) -> Arc<StoreStats> {
        Arc::clone(&self.stats)
    }

    async fn count<T>(
        &self,
        operation: Operation,
        request: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let started = self.clock.monotonic();
        let result = request.await;
        self.stats.request(
            operation,
            self.clock.monotonic().saturating_sub(started).as_micros(),
        );
        if let Err(error) = &result {
            self.stats.failed(operation, error);
        }
        result
    }
}

impl fmt::Debug for InstrumentedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InstrumentedStore")
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for InstrumentedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

#[async_trait]
impl ObjectStore for InstrumentedStore {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        opts: PutOptions,
    ) -> Result<PutResult> {
        let bytes = payload.content_length();
        let result = self
            .count(Operation::Put, self.inner.put_opts(location, payload, opts))
            .await?;
        self.stats.moved(Operation::Put, bytes);
        Ok(result)
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        opts: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let inner = self
            .count(
                Operation::Multipart,
                self.inner.put_multipart_opts(location, opts),
            )
            .await?;
        Ok(Box::new(CountedUpload {
            inner,
            stats: Arc::clone(&self.stats),
            clock: Arc::clone(&self.clock),
        }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let operation = if options.head {
            Operation::Head
        } else {
            Operation::Get
        };
        let mut result = self
            .count(operation, self.inner.get_opts(location, options))
            .await?;
        if operation == Operation::Get {
            let stats = Arc::clone(&self.stats);
            result.payload = match result.payload {
                GetResultPayload::Stream(stream) => GetResultPayload::Stream(
                    stream
                        .inspect(move |piece| match piece {
                            Ok(piece) => stats.moved(Operation::Get, piece.len()),
                            Err(error) => stats.failed(Operation::Get, error),
                        })
                        .boxed(),
                ),
                file @ GetResultPayload::File(..) => {
                    let Range { start, end } = result.range;
                    stats.moved(
                        Operation::Get,
                        usize::try_from(end - start).unwrap_or(usize::MAX),
                    );
                    file
                }
            };
        }
        Ok(result)
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let result = self
            .count(Operation::Get, self.inner.get_ranges(location, ranges))
            .await?;
        self.stats
            .moved(Operation::Get, result.iter().map(Bytes::len).sum());
        Ok(result)
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        let stats = Arc::clone(&self.stats);
        self.inner
            .delete_stream(locations)
            .inspect(move |deleted| {
                stats.request(Operation::Delete, 0);
                if let Err(error) = deleted {
                    stats.failed(Operation::Delete, error);
                }
            })
            .boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.stats.request(Operation::List, 0);
        let stats = Arc::clone(&self.stats);
        self.inner
            .list(prefix)
            .inspect(move |entry| {
                if let Err(error) = entry {
                    stats.failed(Operation::List, error);
                }
            })
            .boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.count(Operation::List, self.inner.list_with_delimiter(prefix))
            .await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.count(Operation::Copy, self.inner.copy_opts(from, to, options))
            .await
    }
}

struct CountedUpload {
    inner: Box<dyn MultipartUpload>,
    stats: Arc<StoreStats>,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for CountedUpload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

#[async_trait]
impl MultipartUpload for CountedUpload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        let bytes = data.content_length();
        let part = self.inner.put_part(data);
        let (stats, clock) = (Arc::clone(&self.stats), Arc::clone(&self.clock));
        async move {
            let started = clock.monotonic();
            let result = part.await;
            stats.request(
                Operation::PutPart,
                clock.monotonic().saturating_sub(started).as_micros(),
            );
            match &result {
                Ok(()) => stats.moved(Operation::PutPart, bytes),
                Err(error) => stats.failed(Operation::PutPart, error),
            }
            result
        }
        .boxed()
    }

    async fn complete(&mut self) -> Result<PutResult> {
        self.stats.request(Operation::Multipart, 0);
        let result = self.inner.complete().await;
        if let Err(error) = &result {
            self.stats.failed(Operation::Multipart, error);
        }
        result
    }

    async fn abort(&mut self) -> Result<()> {
        self.stats.request(Operation::Multipart, 0);
        self.inner.abort().await
    }
}
