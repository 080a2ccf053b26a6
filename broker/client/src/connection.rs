//! One connection: requests go out in order, answers come back in the same order.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use strandline_protocol::codec::{Message, Reader, Request, Writer};
use strandline_protocol::messages::{
    ApiVersionsRequest, ApiVersionsResponse, RequestHeader, ResponseHeader,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::timeout;

use crate::ClientError;
use crate::versions::Versions;

/// Requests in flight on one connection.
const IN_FLIGHT_MAX: usize = 64;

/// Largest answer that is accepted: Kafka's `socket.request.max.bytes`.
const ANSWER_BYTES_MAX: usize = 104_857_600;

/// Version of the first ApiVersions request; every broker since 2.4 answers it.
const API_VERSIONS_VERSION: i16 = 3;

/// `UNSUPPORTED_VERSION`.
const UNSUPPORTED_VERSION: i16 = 35;

type Waiting = Arc<Mutex<Option<VecDeque<(i32, oneshot::Sender<Bytes>)>>>>;

/// A connection to one broker with its negotiated versions.
#[derive(Debug)]
pub struct Connection {
    writer: tokio::sync::Mutex<Outgoing>,
    waiting: Waiting,
    in_flight: Semaphore,
    client_id: String,
    versions: Versions,
    timeout: Duration,
}

#[derive(Debug)]
struct Outgoing {
    stream: OwnedWriteHalf,
    next_correlation_id: i32,
}

impl Connection {
    /// Connects to `HOST:PORT` and asks for the versions that the broker serves. `timeout` bounds
    /// this and every later request.
    ///
    /// # Errors
    /// If the broker cannot be reached or does not answer ApiVersions.
    pub async fn open(
        address: &str,
        client_id: &str,
        limit: Duration,
    ) -> Result<Self, ClientError> {
        let failed = |source| ClientError::Connect {
            address: address.to_owned(),
            source,
        };
        let stream = timeout(limit, TcpStream::connect(address))
            .await
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
            .map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        let (reader, stream) = stream.into_split();
        let waiting: Waiting = Arc::new(Mutex::new(Some(VecDeque::new())));
        tokio::spawn(receive(reader, Arc::clone(&waiting)));
        let mut connection = Self {
            writer: tokio::sync::Mutex::new(Outgoing {
                stream,
                next_correlation_id: 0,
            }),
            waiting,
            in_flight: Semaphore::new(IN_FLIGHT_MAX),
            client_id: client_id.to_owned(),
            versions: Versions::default(),
            timeout: limit,
        };
        connection.versions = Versions::new(&connection.api_versions().await?);
        Ok(connection)
    }

    async fn api_versions(&self) -> Result<ApiVersionsResponse, ClientError> {
        let request = ApiVersionsRequest {
            client_software_name: "strandline".into(),
            client_software_version: env!("CARGO_PKG_VERSION").into(),
            ..Default::default()
        };
        let answer = self.request_at(&request, API_VERSIONS_VERSION).await?;
        if answer.error_code == UNSUPPORTED_VERSION {
            return self.request_at(&request, 0).await;
        }
        Ok(answer)
    }

    /// Whether the broker still holds its end.
    #[must_use]
    pub fn is_open(&self) -> bool {
        lock(&self.waiting).is_some()
    }

    /// The newest version of `R` that both sides have.
    ///
    /// # Errors
    /// If there is none.
    pub fn version<R: Request>(&self) -> Result<i16, ClientError> {
        self.versions.newest::<R>()
    }

    /// Sends a request at the newest version that both sides have.
    ///
    /// # Errors
    /// If there is no such version, no answer in time, or an answer that is malformed.
    pub async fn request<R: Request>(&self, request: &R) -> Result<R::Response, ClientError> {
        self.request_at(request, self.versions.newest::<R>()?).await
    }

    /// Sends a request at a given version.
    ///
    /// # Errors
    /// If the request does not fit the version, there is no answer in time, or it is malformed.
    pub async fn request_at<R: Request>(
        &self,
        request: &R,
        version: i16,
    ) -> Result<R::Response, ClientError> {
        let _permit = self
            .in_flight
            .acquire()
            .await
            .map_err(|_| ClientError::Closed)?;
        let answer = timeout(self.timeout, async {
            let answer = self.send(request, version).await?;
            answer.await.map_err(|_| ClientError::Closed)
        });
        let body = answer.await.map_err(|_| ClientError::Timeout {
            api: R::API_KEY.name(),
            seconds: self.timeout.as_secs(),
        })??;
        let mut reader = Reader::new(body);
        ResponseHeader::decode(&mut reader, R::API_KEY.response_header_version(version))?;
        Ok(R::Response::decode(&mut reader, version)?)
    }

    /// Writes a request; the receiver gets the bytes of its answer.
    async fn send<R: Request>(
        &self,
        request: &R,
        version: i16,
    ) -> Result<oneshot::Receiver<Bytes>, ClientError> {
        let mut outgoing = self.writer.lock().await;
        let correlation_id = outgoing.next_correlation_id;
        outgoing.next_correlation_id = correlation_id.wrapping_add(1);
        let header = RequestHeader {
            request_api_key: R::API_KEY.code(),
            request_api_version: version,
            correlation_id,
            client_id: Some(self.client_id.as_str().into()),
        };
        let mut writer = Writer::new();
        header.encode(&mut writer, R::API_KEY.request_header_version(version))?;
        request.encode(&mut writer, version)?;
        let length = u32::try_from(writer.len())
            .map_err(|_| strandline_protocol::codec::CodecError::TooLong(writer.len()))?;
        let (answer, answered) = oneshot::channel();
        lock(&self.waiting)
            .as_mut()
            .ok_or(ClientError::Closed)?
            .push_back((correlation_id, answer));
        let sent = async {
            outgoing.stream.write_all(&length.to_be_bytes()).await?;
            for segment in writer.into_segments() {
                outgoing.stream.write_all(&segment).await?;
            }
            io::Result::Ok(())
        };
        sent.await.map_err(|_| ClientError::Closed)?;
        Ok(answered)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Hands answers to whoever waits for them until the connection ends.
async fn receive(mut reader: OwnedReadHalf, waiting: Waiting) {
    while let Ok(body) = frame(&mut reader).await {
        let next = lock(&waiting).as_mut().and_then(VecDeque::pop_front);
        let id = body
            .get(..4)
            .and_then(|id| id.try_into().ok())
            .map(i32::from_be_bytes);
        match next {
            // The one who asked may have given up; its answer is dropped.
            Some((expected, answer)) if id == Some(expected) => drop(answer.send(body)),
            _ => break,
        }
    }
    // Dropping the senders tells everybody who still waits.
    lock(&waiting).take();
}

async fn frame(reader: &mut OwnedReadHalf) -> io::Result<Bytes> {
    let length = usize::try_from(reader.read_i32().await?).unwrap_or(usize::MAX);
    if length > ANSWER_BYTES_MAX {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut body = BytesMut::zeroed(length);
    reader.read_exact(&mut body).await?;
    Ok(body.freeze())
}
