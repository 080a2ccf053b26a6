//! No request without an end. A store that accepts a connection and never answers would otherwise hold an upload slot, or
//! a chunk that many readers wait for, for ever.
//!
//! The S3 client has timeouts of its own; this one is for every store and above the client's retries.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt};
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload,
    ObjectMeta, ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
    UploadPart,
};

/// A store whose requests end. For bodies and listings the time counts from one piece to the next.
#[derive(Debug)]
pub struct DeadlineStore {
    inner: Arc<dyn ObjectStore>,
    limit: Duration,
}

impl DeadlineStore {
    /// Puts a limit around a store.
    pub fn new(inner: Arc<dyn ObjectStore>, limit: Duration) -> Self {
        Self { inner, limit }
    }
}

impl fmt::Display for DeadlineStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

fn too_late(limit: Duration) -> Error {
    Error::Generic {
        store: "deadline",
        source: format!("operation timed out after {limit:?}").into(),
    }
}

async fn within<T>(limit: Duration, request: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(limit, request)
        .await
        .unwrap_or_else(|_| Err(too_late(limit)))
}

/// Ends a stream with an error when its next item does not come in time.
fn paced<T: Send + 'static>(
    limit: Duration,
    stream: BoxStream<'static, Result<T>>,
) -> BoxStream<'static, Result<T>> {
    futures::stream::unfold(Some(stream), move |stream| async move {
        let mut stream = stream?;
        match tokio::time::timeout(limit, stream.next()).await {
            Ok(Some(item)) => Some((item, Some(stream))),
            Ok(None) => None,
            Err(_) => Some((Err(too_late(limit)), None)),
        }
    })
    .boxed()
}

#[async_trait]
impl ObjectStore for DeadlineStore {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        opts: PutOptions,
    ) -> Result<PutResult> {
        within(self.limit, self.inner.put_opts(location, payload, opts)).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        opts: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let inner = within(self.limit, self.inner.put_multipart_opts(location, opts)).await?;
        Ok(Box::new(DeadlineUpload {
            inner,
            limit: self.limit,
        }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let mut result = within(self.limit, self.inner.get_opts(location, options)).await?;
        result.payload = match result.payload {
            GetResultPayload::Stream(stream) => GetResultPayload::Stream(paced(self.limit, stream)),
            file @ GetResultPayload::File(..) => file,
        };
        Ok(result)
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        within(self.limit, self.inner.get_ranges(location, ranges)).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        paced(self.limit, self.inner.delete_stream(locations))
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        paced(self.limit, self.inner.list(prefix))
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        within(self.limit, self.inner.list_with_delimiter(prefix)).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        within(self.limit, self.inner.copy_opts(from, to, options)).await
    }
}

#[derive(Debug)]
struct DeadlineUpload {
    inner: Box<dyn MultipartUpload>,
    limit: Duration,
}

#[async_trait]
impl MultipartUpload for DeadlineUpload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        within(self.limit, self.inner.put_part(data)).boxed()
    }

    async fn complete(&mut self) -> Result<PutResult> {
        within(self.limit, self.inner.complete()).await
    }

    async fn abort(&mut self) -> Result<()> {
        within(self.limit, self.inner.abort()).await
    }
}
