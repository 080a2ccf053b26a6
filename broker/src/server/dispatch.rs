//! From a request to its reply: decode, handle, encode.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use strandline_protocol::ApiKey;
use strandline_protocol::codec::{CodecError, Message, Writer};
use strandline_protocol::messages::{FetchRequest, ProduceRequest, ResponseHeader};

use super::broker::Broker;
use super::context::RequestContext;
use super::memory::{MEMORY_PATIENCE, Reservation};
use super::request::{Incoming, RequestError};
use crate::api::{self, fetch, produce};

/// What goes back to the client.
#[derive(Debug)]
pub enum Reply {
    /// A response.
    Response {
        /// Header and body, without the length in front.
        segments: Vec<Bytes>,
        /// How long nothing is read from the connection after it.
        mute: Duration,
        /// Its memory, to be kept until it is written.
        memory: Option<Reservation>,
    },
    /// Nothing: a produce request with acks=0 that succeeded.
    Nothing,
    /// The connection is closed, with this reason for the diagnostics.
    Close(String),
}

/// A reply that somebody waits for.
pub type PendingReply = Pin<Box<dyn Future<Output = Reply> + Send>>;

/// A request whose turn has come.
pub enum Begun {
    /// It is answered.
    Done(Reply),
    /// Everything whose order matters is done; the rest may overlap with later requests.
    Pending(PendingReply),
}

impl std::fmt::Debug for Begun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Done(reply) => f.debug_tuple("Done").field(reply).finish(),
            Self::Pending(_) => f.write_str("Pending"),
        }
    }
}

/// A body above this size takes long to decode and answer: 100 microseconds and more.
const LONG_BODY_BYTES: usize = 16 * 1024;

/// The same for a produce request, most of which is records: those are not decoded, but walked. Kafka's
/// clients send no more at once unless they are told to.
const LONG_PRODUCE_BYTES: usize = 1 << 20;

/// Memory of a response that is not reserved: a connection writes what it has before it gathers much more.
const RESPONSE_BYTES_FREE: usize = 4 << 10;

/// Whether a request may begin before those in front of it are answered.
pub fn overlaps(incoming: &Incoming) -> bool {
    incoming.api == ApiKey::Produce
}

/// Begins a request. `context` already describes it; ApiVersions changes its software.
///
/// # Errors
/// If the bytes are not a request of that API and version: the connection is closed.
pub async fn begin(
    broker: &Arc<Broker>,
    context: &mut RequestContext,
    mut incoming: Incoming,
) -> Result<Begun, RequestError> {
    let response = ResponseTo::new(broker, context, &incoming);
    if incoming.fallback {
        return Ok(Begun::Done(
            response.encode_at(&api::api_versions::fallback(), 0),
        ));
    }
    let long = match incoming.api {
        ApiKey::Produce => LONG_PRODUCE_BYTES,
        _ => LONG_BODY_BYTES,
    };
    if incoming.body.remaining() > long {
        pass_on_input();
    }
    if incoming.api == ApiKey::Produce {
        let request = incoming.decode::<ProduceRequest>().await?;
        return Ok(begin_produce(broker, context, request, response, incoming).await);
    }
    if incoming.api == ApiKey::Fetch {
        let request = incoming.decode::<FetchRequest>().await?;
        let fetched = Box::pin(fetch::handle(broker, context, request)).await;
        response.observe();
        let mut reply = response.encode(&fetched.response);
        if let Reply::Response { memory, .. } = &mut reply {
            *memory = fetched.memory;
        }
        return Ok(Begun::Done(hold(broker, reply).await));
    }
    if incoming.api == ApiKey::ApiVersions {
        context.software = api::api_versions::software(incoming.body.clone(), incoming.version)?;
    }
    let reply = api::answer(broker, context, &mut incoming, &response).await?;
    response.observe();
    Ok(Begun::Done(hold(broker, reply).await))
}

/// Takes memory for a response until it is written, which its reader may let take its time.
async fn hold(broker: &Broker, mut reply: Reply) -> Reply {
    let Reply::Response {
        segments, memory, ..
    } = &mut reply
    else {
        return reply;
    };
    let bytes: usize = segments.iter().map(Bytes::len).sum();
    if bytes <= RESPONSE_BYTES_FREE || memory.is_some() {
        return reply;
    }
    if i32::try_from(bytes).is_err() {
        return Reply::Close(format!("a response of {bytes} bytes cannot be sent"));
    }
    let pool = broker.memory.response_pool(bytes);
    // It is there already: one that is larger than the pool takes all of it.
    let bytes = bytes.min(usize::try_from(pool.limit()).unwrap_or(usize::MAX));
    match pool.reserve(bytes, MEMORY_PATIENCE).await {
        Ok(held) => {
            *memory = Some(held);
            reply
        }
        Err(error) => Reply::Close(error.to_string()),
    }
}

/// Lets another worker of the runtime wait for input while this one computes. The one that took an
/// event runs the task; nobody looks for further events until it is done, or another is woken by a task
/// that it could run.
fn pass_on_input() {
    // The latest task is kept for this worker. The one before it moves to where others look.
    for _ in 0..2 {
        drop(tokio::spawn(std::future::ready(())));
    }
}

async fn begin_produce(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: ProduceRequest,
    response: ResponseTo,
    incoming: Incoming,
) -> Begun {
    let silent = request.acks == 0;
    let produced = produce::append(broker, context, request).await;
    if silent {
        response.observe();
        // There is no response to put an error into: closing tells the client to look again.
        return Begun::Done(match produced.first_error() {
            None => Reply::Nothing,
            Some(error) => Reply::Close(format!("produce with acks=0 failed: {error}")),
        });
    }
    Begun::Pending(Box::pin(async move {
        let reply = response.encode(&produced.answer().await);
        response.observe();
        drop(incoming);
        hold(&response.broker, reply).await
    }))
}

/// Where a response goes, and how it is encoded.
#[derive(Debug)]
pub struct ResponseTo {
    broker: Arc<Broker>,
    api: ApiKey,
    version: i16,
    correlation_id: i32,
    received: Duration,
}

impl ResponseTo {
    fn new(broker: &Arc<Broker>, context: &RequestContext, incoming: &Incoming) -> Self {
        Self {
            broker: Arc::clone(broker),
            api: incoming.api,
            version: incoming.version,
            correlation_id: incoming.correlation_id,
            received: context.received,
        }
    }

    /// The reply that carries `response`.
    pub fn encode<M: Message>(&self, response: &M) -> Reply {
        self.encode_at(response, self.version)
    }

    fn encode_at<M: Message>(&self, response: &M, version: i16) -> Reply {
        match self.try_encode(response, version) {
            Ok(segments) => Reply::Response {
                segments,
                mute: Duration::ZERO,
                memory: None,
            },
            Err(error) => {
                // Our fault: the handler put something into the response that the version lacks.
                tracing::error!(api = self.api.name(), version, %error, "cannot encode a response");
                Reply::Close(format!("the response cannot be encoded: {error}"))
            }
        }
    }

    fn try_encode<M: Message>(&self, response: &M, version: i16) -> Result<Vec<Bytes>, CodecError> {
        let mut writer = Writer::new();
        let header = ResponseHeader {
            correlation_id: self.correlation_id,
        };
        header.encode(&mut writer, self.api.response_header_version(version))?;
        response.encode(&mut writer, version)?;
        Ok(writer.into_segments())
    }

    fn observe(&self) {
        let metrics = self.broker.metrics.api(self.api.code(), self.api.name());
        metrics.observe(self.broker.clock.monotonic().saturating_sub(self.received));
    }
}
