//! A store with bad days, for tests: errors before and after the effect, broken bodies, wrong bytes.
//!
//! A [`FaultPlan`] sees every request with its number and decides. Requests are numbered from 0 in the order in which
//! they are made, so "every fault at every step" is two nested loops.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures::stream::{self, BoxStream};
use futures::{FutureExt, StreamExt};
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload,
    ObjectMeta, ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
    UploadPart,
};

use super::instrument::Operation;

/// One bad event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The request fails and has no effect: 503.
    Error,
    /// The request fails for want of permission and has no effect.
    Forbidden,
    /// The request takes effect and its answer is lost.
    ErrorAfterSuccess,
    /// The object is said not to exist.
    NotFound,
    /// A conditional write is answered with a conflict although nothing is there (409).
    Conflict,
    /// A read breaks off in the middle with an error.
    BrokenBody,
    /// A read ends early as if it were complete.
    ShortBody,
    /// A read has one flipped bit at the given place (modulo its length).
    WrongBytes(u64),
    /// A write stores one flipped bit at the given place (modulo its length).
    CorruptWrite(u64),
    /// A write stores only the first half and reports success.
    TornWrite,
    /// The answer never comes.
    Hang,
}

/// Decides about each request: its number, operation and key.
pub type FaultPlan = dyn Fn(u64, Operation, &Path) -> Option<Fault> + Send + Sync;

/// A store that fails by plan.
pub struct FaultStore {
    inner: Arc<dyn ObjectStore>,
    plan: Arc<FaultPlan>,
    requests: Arc<AtomicU64>,
}

impl FaultStore {
    /// Puts a plan around a store.
    pub fn new(inner: Arc<dyn ObjectStore>, plan: Arc<FaultPlan>) -> Self {
        Self {
            inner,
            plan,
            requests: Arc::new(AtomicU64::new(0)),
        }
    }

    /// Requests seen so far.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::SeqCst)
    }

    fn next(&self, operation: Operation, key: &Path) -> Option<Fault> {
        (self.plan)(self.requests.fetch_add(1, Ordering::SeqCst), operation, key)
    }
}

impl fmt::Debug for FaultStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultStore")
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for FaultStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FaultStore({})", self.inner)
    }
}

fn unavailable() -> Error {
    Error::Generic {
        store: "fault",
        source: "503 Service Unavailable: <Code>SlowDown</Code>".into(),
    }
}

fn lost_answer() -> Error {
    Error::Generic {
        store: "fault",
        source: "operation timed out".into(),
    }
}

/// The error of faults that act before the request does.
async fn before(fault: Option<Fault>, key: &Path) -> Result<()> {
    let path = key.to_string();
    match fault {
        Some(Fault::Error) => Err(unavailable()),
        Some(Fault::Forbidden) => Err(Error::PermissionDenied {
            path,
            source: "<Code>InvalidAccessKeyId</Code>".into(),
        }),
        Some(Fault::NotFound) => Err(Error::NotFound {
            path,
            source: "<Code>NoSuchKey</Code>".into(),
        }),
        Some(Fault::Conflict) => Err(Error::AlreadyExists {
            path,
            source: "<Code>ConditionalRequestConflict</Code>".into(),
        }),
        Some(Fault::Hang) => std::future::pending().await,
        _ => Ok(()),
    }
}

fn flip(bytes: &mut [u8], place: u64) {
    if !bytes.is_empty() {
        let bit = usize::try_from(place % (bytes.len() as u64 * 8)).unwrap_or(0);
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
}

fn joined(payload: &PutPayload) -> BytesMut {
    let mut all = BytesMut::with_capacity(payload.content_length());
    for piece in payload {
        all.extend_from_slice(piece);
    }
    all
}

fn damaged(payload: PutPayload, fault: Option<Fault>) -> PutPayload {
    match fault {
        Some(Fault::CorruptWrite(place)) => {
            let mut all = joined(&payload);
            flip(&mut all, place);
            all.freeze().into()
        }
        Some(Fault::TornWrite) => {
            let mut all = joined(&payload);
            all.truncate(all.len() / 2);
            all.freeze().into()
        }
        _ => payload,
    }
}

#[async_trait]
impl ObjectStore for FaultStore {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        opts: PutOptions,
    ) -> Result<PutResult> {
        let fault = self.next(Operation::Put, location);
        before(fault, location).await?;
        let result = self
            .inner
            .put_opts(location, damaged(payload, fault), opts)
            .await?;
        if fault == Some(Fault::ErrorAfterSuccess) {
            Err(lost_answer())
        } else {
            Ok(result)
        }
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        opts: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        before(self.next(Operation::Multipart, location), location).await?;
        let inner = self.inner.put_multipart_opts(location, opts).await?;
        Ok(Box::new(FaultUpload {
            inner,
            location: location.clone(),
            plan: Arc::clone(&self.plan),
            requests: Arc::clone(&self.requests),
        }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let operation = if options.head {
            Operation::Head
        } else {
            Operation::Get
        };
        let fault = self.next(operation, location);
        before(fault, location).await?;
        let result = self.inner.get_opts(location, options).await?;
        if operation == Operation::Head {
            return if fault == Some(Fault::ErrorAfterSuccess) {
                Err(lost_answer())
            } else {
                Ok(result)
            };
        }
        damaged_read(result, fault).await
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        before(self.next(Operation::Get, location), location).await?;
        self.inner.get_ranges(location, ranges).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        let (plan, requests) = (Arc::clone(&self.plan), Arc::clone(&self.requests));
        let inner = Arc::clone(&self.inner);
        locations
            .then(move |location| {
                let (plan, requests, inner) =
                    (Arc::clone(&plan), Arc::clone(&requests), Arc::clone(&inner));
                async move {
                    let location = location?;
                    let fault = plan(
                        requests.fetch_add(1, Ordering::SeqCst),
                        Operation::Delete,
                        &location,
                    );
                    before(fault, &location).await?;
                    let one = stream::once(futures::future::ready(Ok(location))).boxed();
                    let deleted = inner
                        .delete_stream(one)
                        .next()
                        .await
                        .unwrap_or_else(|| Err(unavailable()))?;
                    if fault == Some(Fault::ErrorAfterSuccess) {
                        Err(lost_answer())
                    } else {
                        Ok(deleted)
                    }
                }
            })
            .boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let key = prefix.cloned().unwrap_or_default();
        match self.next(Operation::List, &key) {
            None => self.inner.list(prefix),
            Some(_) => stream::once(futures::future::ready(Err(unavailable()))).boxed(),
        }
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        let key = prefix.cloned().unwrap_or_default();
        before(self.next(Operation::List, &key), &key).await?;
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        before(self.next(Operation::Copy, from), from).await?;
        self.inner.copy_opts(from, to, options).await
    }
}

async fn damaged_read(result: GetResult, fault: Option<Fault>) -> Result<GetResult> {
    let Some(fault) = fault else {
        return Ok(result);
    };
    let (meta, range) = (result.meta.clone(), result.range.clone());
    let (attributes, extensions) = (result.attributes.clone(), result.extensions.clone());
    let mut body = BytesMut::from(result.bytes().await?);
    let mut pieces = Vec::new();
    match fault {
        Fault::BrokenBody => {
            body.truncate(body.len() / 2);
            pieces.push(Ok(body.freeze()));
            pieces.push(Err(Error::Generic {
                store: "fault",
                source: "error decoding response body".into(),
            }));
        }
        Fault::ShortBody => {
            body.truncate(body.len() / 2);
            pieces.push(Ok(body.freeze()));
        }
        Fault::WrongBytes(place) => {
            flip(&mut body, place);
            pieces.push(Ok(body.freeze()));
        }
        Fault::ErrorAfterSuccess => return Err(lost_answer()),
        _ => pieces.push(Ok(body.freeze())),
    }
    Ok(GetResult {
        payload: GetResultPayload::Stream(stream::iter(pieces).boxed()),
        meta,
        range,
        attributes,
        extensions,
    })
}

struct FaultUpload {
    inner: Box<dyn MultipartUpload>,
    location: Path,
    plan: Arc<FaultPlan>,
    requests: Arc<AtomicU64>,
}

impl FaultUpload {
    fn next(&self, operation: Operation) -> Option<Fault> {
        (self.plan)(
            self.requests.fetch_add(1, Ordering::SeqCst),
            operation,
            &self.location,
        )
    }
}

impl fmt::Debug for FaultUpload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

#[async_trait]
impl MultipartUpload for FaultUpload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        let fault = self.next(Operation::PutPart);
        let location = self.location.clone();
        let part = self.inner.put_part(damaged(data, fault));
        async move {
            before(fault, &location).await?;
            part.await?;
            if fault == Some(Fault::ErrorAfterSuccess) {
                Err(lost_answer())
            } else {
                Ok(())
            }
        }
        .boxed()
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let fault = self.next(Operation::Multipart);
        before(fault, &self.location).await?;
        let result = self.inner.complete().await?;
        if fault == Some(Fault::ErrorAfterSuccess) {
            Err(lost_answer())
        } else {
            Ok(result)
        }
    }

    async fn abort(&mut self) -> Result<()> {
        self.inner.abort().await
    }
}
