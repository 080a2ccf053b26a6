//! One connection: frames in, responses out, strictly in order.
//!
//! **Order.** Produce requests are appended in the order in which they arrive, and up to
//! [`IN_FLIGHT_MAX`] of them wait for durability at the same time. Any other request, and one that may have to
//! wait for memory, begins when all before it are answered, and nothing is read until it has begun.
//! Responses therefore need no reordering: they leave from the front of one queue.
//!
//! **Writing.** Responses are written before the connection waits for the next request, or meanwhile if it is
//! one of those that wait; a client that sends many small requests at once gets the responses together.
//! What was asked before a malformed request is answered before the connection is closed.
//!
//! **Cancellation.** All state lives in [`Connection`]; the futures in its `select!` may be dropped
//! at any point. Handlers are dropped only when the broker's patience ends.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::broker::Broker;
use super::context::RequestContext;
use super::dispatch::{self, Begun, PendingReply, Reply};
use super::frame::{Frame, FrameError, FrameReader};
use super::output::Output;
use super::request::{Incoming, RequestError};
use super::turn::{TURN, give_way};
use crate::config::broker_settings::{CONNECTIONS_MAX_IDLE_MS, SOCKET_REQUEST_MAX_BYTES};

/// Produce requests of one connection that wait for durability.
const IN_FLIGHT_MAX: usize = 64;

/// Responses are written together up to this size.
const COALESCE_BYTES: usize = 1 << 20;

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
pub(super) enum Ended {
    #[error("closed by the peer")]
    Peer,
    #[error("the broker is stopping")]
    Shutdown,
    #[error("idle")]
    Idle,
    #[error("the peer does not read its responses")]
    SlowReader,
    #[error("{0}")]
    Frame(FrameError),
    #[error("{0}")]
    Request(#[from] RequestError),
    #[error("{0}")]
    Refused(String),
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

impl Ended {
    /// The label of the metric, for what the peer is to blame for.
    pub(super) fn blame(&self) -> Option<&'static str> {
        match self {
            Self::Peer | Self::Shutdown | Self::Idle | Self::Io(_) => None,
            Self::Frame(FrameError::Closed | FrameError::Io(_)) => None,
            Self::Frame(FrameError::Truncated) => Some("truncated"),
            Self::Frame(FrameError::BadLength { .. }) => Some("frame_length"),
            Self::Frame(FrameError::Memory(_)) => Some("memory"),
            Self::Frame(FrameError::Stalled) => Some("stalled"),
            Self::SlowReader => Some("slow_reader"),
            Self::Request(RequestError::Malformed(_)) => Some("malformed"),
            Self::Request(RequestError::Memory(_)) => Some("memory"),
            Self::Request(_) => Some("unsupported"),
            Self::Refused(_) => Some("refused"),
        }
    }
}

enum Event {
    Reply(Reply),
    Frame(Result<Frame, FrameError>),
    Shutdown,
    Timer,
}

/// A connection over any byte stream.
pub(super) struct Connection<S> {
    broker: Arc<Broker>,
    stream: S,
    reader: FrameReader,
    output: Output,
    context: RequestContext,
    pending: VecDeque<PendingReply>,
    held: Option<Incoming>,
    last_activity: Instant,
    /// How long it has computed since others had their turn.
    computed: Duration,
    mute: Duration,
    idle_limit: Duration,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Connection<S> {
    pub(super) fn new(broker: Arc<Broker>, stream: S, context: RequestContext) -> Self {
        let limit = usize::try_from(broker.settings.get(&SOCKET_REQUEST_MAX_BYTES)).unwrap_or(0);
        let idle = broker.settings.get(&CONNECTIONS_MAX_IDLE_MS);
        let idle_limit = u64::try_from(idle).map_or(Duration::MAX, Duration::from_millis);
        Self {
            reader: FrameReader::new(limit, broker.memory.clone()),
            broker,
            stream,
            output: Output::default(),
            context,
            pending: VecDeque::new(),
            held: None,
            last_activity: Instant::now(),
            computed: Duration::ZERO,
            mute: Duration::ZERO,
            idle_limit,
        }
    }

    /// The context with what the client said last.
    pub(super) fn context(&self) -> &RequestContext {
        &self.context
    }

    /// Serves until the connection ends: after `shutdown` as soon as its requests are answered, and
    /// wherever it is when the broker's patience ends.
    pub(super) async fn run(&mut self, shutdown: &CancellationToken) -> Ended {
        let patience = self.broker.patience.clone();
        tokio::select! {
            biased;
            ended = self.serve(shutdown) => ended,
            () = patience.cancelled() => Ended::Shutdown,
        }
    }

    async fn serve(&mut self, shutdown: &CancellationToken) -> Ended {
        let Err(ended) = self.serve_requests(shutdown).await;
        let malformed = matches!(
            ended,
            Ended::Request(_) | Ended::Frame(FrameError::BadLength { .. })
        );
        while malformed && !self.pending.is_empty() {
            let reply = front(&mut self.pending).await;
            if self.queue(reply).is_err() {
                break;
            }
        }
        if malformed || matches!(ended, Ended::Refused(_)) {
            let _ = self.write().await;
        }
        ended
    }

    async fn serve_requests(&mut self, shutdown: &CancellationToken) -> Result<Infallible, Ended> {
        let mut stopping = pin!(shutdown.cancelled());
        let mut stopped = false;
        let mut timer = pin!(tokio::time::sleep_until(self.next_check()));
        loop {
            if self.pending.is_empty()
                && let Some(incoming) = self.held.take()
            {
                self.write().await?;
                self.start(incoming).await?;
                continue;
            }
            let may_read = self.held.is_none() && self.pending.len() < IN_FLIGHT_MAX && !stopped;
            if !(may_read && self.goes_on_at_once()) {
                self.write().await?;
            }
            if self.computed >= TURN {
                self.computed = Duration::ZERO;
                give_way().await;
            }
            if self.pending.is_empty() && stopped {
                return Err(Ended::Shutdown);
            }
            let event = tokio::select! {
                biased;
                reply = front(&mut self.pending), if !self.pending.is_empty() => {
                    Event::Reply(reply)
                }
                frame = self.reader.next(&mut self.stream), if may_read => Event::Frame(frame),
                () = &mut stopping, if !stopped => Event::Shutdown,
                () = &mut timer => Event::Timer,
            };
            match event {
                Event::Reply(reply) => self.answer(reply)?,
                Event::Frame(frame) => self.receive(frame.map_err(frame_ended)?).await?,
                Event::Shutdown => stopped = true,
                Event::Timer => {
                    self.check_time()?;
                    timer.as_mut().reset(self.next_check());
                }
            }
        }
    }

    /// Takes one frame: starts its request, or holds it until all before it are answered.
    async fn receive(&mut self, frame: Frame) -> Result<(), Ended> {
        self.last_activity = Instant::now();
        let incoming = Incoming::parse(frame, self.broker.memory.requests())?;
        // What waits for memory waits alone: the replies in front of it hold some.
        let alone = incoming.may_wait() || !dispatch::overlaps(&incoming);
        if alone && !self.pending.is_empty() {
            self.held = Some(incoming);
            return Ok(());
        }
        self.start(incoming).await
    }

    fn enter(&mut self, incoming: &Incoming) {
        self.context.api_key = incoming.api;
        self.context.api_version = incoming.version;
        if self.context.client_id != incoming.client_id {
            // A copy, so that it does not keep the whole frame alive.
            let client_id = incoming.client_id.as_ref();
            self.context.client_id = client_id.map(|id| id.detached());
        }
        self.context.received = self.broker.clock.monotonic();
    }

    /// Starts a request; if that takes time, the responses before it are written meanwhile.
    async fn start(&mut self, incoming: Incoming) -> Result<(), Ended> {
        self.enter(&incoming);
        let received = self.context.received;
        let begun = {
            let mut beginning = pin!(dispatch::begin(&self.broker, &mut self.context, incoming));
            match beginning.as_mut().now_or_never() {
                Some(begun) => {
                    let now = self.broker.clock.monotonic();
                    self.computed += now.saturating_sub(received);
                    begun?
                }
                None => {
                    // The others have their turn while it waits.
                    self.computed = Duration::ZERO;
                    let writing = write(&mut self.output, &mut self.stream);
                    let (written, begun) = tokio::join!(writing, beginning);
                    written?;
                    begun?
                }
            }
        };
        match begun {
            Begun::Pending(pending) => self.pending.push_back(pending),
            Begun::Done(reply) if self.pending.is_empty() => self.answer(reply)?,
            Begun::Done(reply) => self.pending.push_back(Box::pin(async move { reply })),
        }
        Ok(())
    }

    /// Takes a reply to be written, and with it those behind it that are ready too.
    fn answer(&mut self, reply: Reply) -> Result<(), Ended> {
        self.queue(reply)?;
        while self.output.bytes() < COALESCE_BYTES
            && let Some(next) = self.pending.front_mut()
            && let Some(reply) = next.as_mut().now_or_never()
        {
            self.pending.pop_front();
            self.queue(reply)?;
        }
        Ok(())
    }

    /// Whether the next request is here and nothing is to be done before it.
    fn goes_on_at_once(&self) -> bool {
        self.pending.is_empty()
            && self.reader.holds_frame()
            && self.output.bytes() < COALESCE_BYTES
            && self.computed < TURN
            && self.mute.is_zero()
    }

    /// Writes all responses.
    async fn write(&mut self) -> Result<(), Ended> {
        if self.output.bytes() > 0 {
            write(&mut self.output, &mut self.stream).await?;
            self.last_activity = Instant::now();
        }
        if !self.mute.is_zero() {
            // The response is out; what the client owes it pays by not being read (KIP-219).
            tokio::time::sleep(std::mem::take(&mut self.mute)).await;
        }
        Ok(())
    }

    fn queue(&mut self, reply: Reply) -> Result<(), Ended> {
        self.last_activity = Instant::now();
        match reply {
            Reply::Response {
                segments,
                mute,
                memory,
            } => {
                self.mute = self.mute.max(mute);
                self.output.push_response(segments, memory);
                Ok(())
            }
            Reply::Nothing => Ok(()),
            Reply::Close(reason) => Err(Ended::Refused(reason)),
        }
    }

    fn next_check(&self) -> Instant {
        let limit = self.idle_limit.min(Duration::from_secs(86_400 * 365));
        self.last_activity + limit
    }

    fn check_time(&mut self) -> Result<(), Ended> {
        if !self.pending.is_empty() || self.held.is_some() {
            self.last_activity = Instant::now();
            return Ok(());
        }
        if Instant::now() >= self.next_check() {
            return Err(Ended::Idle);
        }
        Ok(())
    }
}

async fn write<S: AsyncWrite + Unpin>(output: &mut Output, stream: &mut S) -> Result<(), Ended> {
    let written = output.write_to(stream).await;
    written.map_err(|error| {
        // A request that goes on is not to keep its memory.
        *output = Output::default();
        match error.kind() {
            std::io::ErrorKind::TimedOut => Ended::SlowReader,
            _ => error.into(),
        }
    })
}

fn frame_ended(error: FrameError) -> Ended {
    match error {
        FrameError::Closed => Ended::Peer,
        other => Ended::Frame(other),
    }
}

/// The reply of the oldest request in flight. Cancel safe.
async fn front(pending: &mut VecDeque<PendingReply>) -> Reply {
    let oldest: Pin<&mut _> = pending
        .front_mut()
        .expect("called if there is one")
        .as_mut();
    let reply = oldest.await;
    pending.pop_front();
    reply
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    use super::*;
    use crate::api::fixture::Node;
    use crate::security::AllowAll;
    use crate::server::listener::Listener;

    const TOPIC: &[u8] = b"topic";
    /// So that a response that is held back fails the test, and does not hang it.
    const PATIENCE: Duration = Duration::from_secs(60);

    fn request(key: i16, version: i16, correlation_id: i32, body: &[u8]) -> Vec<u8> {
        let mut bytes = [key, version].map(i16::to_be_bytes).concat();
        bytes.extend(correlation_id.to_be_bytes());
        bytes.extend((-1_i16).to_be_bytes());
        bytes.extend(body);
        let length = u32::try_from(bytes.len()).unwrap();
        [&length.to_be_bytes()[..], &bytes].concat()
    }

    fn api_versions(correlation_id: i32) -> Vec<u8> {
        request(18, 0, correlation_id, &[])
    }

    /// A fetch that waits for a record for weeks.
    fn fetch(correlation_id: i32) -> Vec<u8> {
        let mut body = [-1, i32::MAX, 1, i32::MAX].map(i32::to_be_bytes).concat();
        body.push(0);
        body.extend(1_i32.to_be_bytes());
        body.extend(5_i16.to_be_bytes());
        body.extend(TOPIC);
        body.extend([1, 0].map(i32::to_be_bytes).concat());
        body.extend(0_i64.to_be_bytes());
        body.extend(i32::MAX.to_be_bytes());
        request(1, 4, correlation_id, &body)
    }

    /// The correlation id of the next response; `None` when the connection is closed.
    async fn next_response(stream: &mut (impl AsyncRead + Unpin)) -> Option<i32> {
        let reading = async {
            let length = stream.read_u32().await.ok()?;
            let mut response = vec![0; usize::try_from(length).unwrap()];
            stream.read_exact(&mut response).await.unwrap();
            Some(i32::from_be_bytes(response[..4].try_into().unwrap()))
        };
        tokio::time::timeout(PATIENCE, reading).await.unwrap()
    }

    async fn node() -> Node {
        let node = Node::start(Arc::new(AllowAll), &[]).await;
        node.create_topic("topic", 1).await;
        node
    }

    /// Sends `requests` at once; the correlation ids of `responses` responses.
    async fn answered(requests: &[Vec<u8>], responses: usize) -> Vec<Option<i32>> {
        let node = node().await;
        let mut stream = TcpStream::connect(node.bootstrap()).await.unwrap();
        stream.write_all(&requests.concat()).await.unwrap();
        let mut ids = Vec::new();
        for _ in 0..responses {
            ids.push(next_response(&mut stream).await);
        }
        node.stop().await;
        ids
    }

    /// The same with a request in front that waits for durability until `requests` have been received
    /// and, if that is wanted, the broker stops. All responses until the connection is closed.
    async fn answered_behind_pending(requests: &[Vec<u8>], stop: bool) -> Vec<i32> {
        let node = node().await;
        let broker = Arc::clone(node.broker());
        let bound = node.bootstrap().parse().unwrap();
        let address = broker.settings.listeners().remove(0);
        let listener = Listener::new(&broker.settings, &address, bound).unwrap();
        let context = RequestContext::new(0, Arc::new(listener), bound, bound);
        let (near, mut far) = tokio::io::duplex(1 << 20);
        let mut connection = Connection::new(broker, near, context);
        let (durable, waiting) = tokio::sync::oneshot::channel::<()>();
        connection.pending.push_back(Box::pin(async move {
            waiting.await.unwrap();
            Reply::Response {
                segments: vec![0_i32.to_be_bytes().to_vec().into()],
                mute: Duration::ZERO,
                memory: None,
            }
        }));
        far.write_all(&requests.concat()).await.unwrap();
        let shutdown = CancellationToken::new();
        {
            let mut serving = Box::pin(connection.run(&shutdown));
            assert!(futures::poll!(&mut serving).is_pending());
            if stop {
                shutdown.cancel();
                assert!(futures::poll!(&mut serving).is_pending());
            }
            durable.send(()).unwrap();
            serving.await;
        }
        drop(connection);
        let mut ids = Vec::new();
        while let Some(id) = next_response(&mut far).await {
            ids.push(id);
        }
        node.stop().await;
        ids
    }

    #[tokio::test]
    async fn responses_do_not_wait_for_a_request_behind_them() {
        let requests = [api_versions(1), api_versions(2), fetch(3), api_versions(4)];
        let ids = answered(&requests, 2).await;
        assert_eq!(ids, [Some(1), Some(2)]);
    }

    #[tokio::test]
    async fn what_was_asked_before_a_malformed_request_is_answered() {
        let malformed = request(3, 1, 3, &i32::MAX.to_be_bytes());
        let absurd = i32::MAX.to_be_bytes().to_vec();
        for last in [malformed, absurd] {
            let requests = [
                api_versions(1),
                api_versions(2),
                last.clone(),
                api_versions(4),
            ];
            let ids = answered(&requests, 3).await;
            assert_eq!(ids, [Some(1), Some(2), None]);
            assert_eq!(answered_behind_pending(&[last], false).await, [0]);
        }
    }

    #[tokio::test]
    async fn what_was_answered_is_written_when_the_broker_stops() {
        // The first is held, the second stays unread.
        let requests = [api_versions(1), api_versions(2)];
        assert_eq!(answered_behind_pending(&requests, true).await, [0, 1]);
    }

    /// Waits until the pools of responses are in use, or are not.
    async fn responses_held(broker: &Broker, held: bool) {
        let pools = [broker.memory.responses(), broker.memory.small_responses()];
        let waiting = async {
            while pools.iter().any(|pool| pool.used() > 0) != held {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap();
    }

    #[tokio::test]
    async fn a_response_that_nobody_reads_holds_its_memory() {
        let node = node().await;
        node.create_topic("wide", 2_000).await;
        let broker = Arc::clone(node.broker());
        let mut stream = TcpStream::connect(node.bootstrap()).await.unwrap();
        let all_topics = request(3, 1, 1, &(-1_i32).to_be_bytes());
        stream.write_all(&all_topics.repeat(1_000)).await.unwrap();
        responses_held(&broker, true).await;
        drop(stream);
        responses_held(&broker, false).await;
        node.stop().await;
    }

    #[tokio::test]
    async fn responses_keep_the_order_of_requests() {
        let requests: Vec<_> = (0..1_000).map(api_versions).collect();
        let ids = answered(&requests, requests.len()).await;
        assert!(ids.into_iter().eq((0..1_000).map(Some)));
    }
}
