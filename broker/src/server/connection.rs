//! One connection: frames in, responses out, strictly in order.
//!
//! **Order.** Produce requests are appended in the order in which they arrive, and up to
//! [`IN_FLIGHT_MAX`] of them wait for durability at the same time. Any other request, and one that may have to
//! wait for memory, starts when
//! all before it are answered, and nothing is read while it runs. Responses therefore need no
//! reordering: they leave from the front of one queue.
//!
//! **Cancellation.** All state lives in [`Connection`]; the futures in its `select!` may be dropped
//! at any point.

use std::collections::VecDeque;
use std::pin::Pin;
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
use super::memory::Reservation;
use super::output::Output;
use super::request::{Incoming, RequestError};
use crate::config::broker_settings::{CONNECTIONS_MAX_IDLE_MS, SOCKET_REQUEST_MAX_BYTES};

/// Produce requests of one connection that wait for durability.
const IN_FLIGHT_MAX: usize = 64;

/// Requests that a connection has answered before the others get their turn: small ones come many
/// at a time, and the runtime counts system calls only.
const TURN_REQUESTS: u32 = 16;

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
    /// Memory of responses that are being written.
    written_memory: Vec<Reservation>,
    pending: VecDeque<PendingReply>,
    held: Option<Incoming>,
    last_activity: Instant,
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
            written_memory: Vec::new(),
            pending: VecDeque::new(),
            held: None,
            last_activity: Instant::now(),
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
            ended = self.serve(shutdown) => match ended {
                Ok(never) => match never {},
                Err(ended) => ended,
            },
            () = patience.cancelled() => Ended::Shutdown,
        }
    }

    async fn serve(
        &mut self,
        shutdown: &CancellationToken,
    ) -> Result<std::convert::Infallible, Ended> {
        let mut stopping = std::pin::pin!(shutdown.cancelled());
        let mut stopped = false;
        let mut timer = std::pin::pin!(tokio::time::sleep_until(self.next_check()));
        let mut turn = 0;
        loop {
            if turn == TURN_REQUESTS {
                turn = 0;
                give_way().await;
            }
            if self.pending.is_empty() {
                if let Some(incoming) = self.held.take() {
                    self.run_alone(incoming).await?;
                    continue;
                }
                if stopped {
                    return Err(Ended::Shutdown);
                }
            }
            let may_read = self.held.is_none() && self.pending.len() < IN_FLIGHT_MAX && !stopped;
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
                Event::Reply(reply) => self.answer(reply).await?,
                Event::Frame(frame) => {
                    turn += 1;
                    self.receive(frame.map_err(frame_ended)?).await?;
                }
                Event::Shutdown => stopped = true,
                Event::Timer => {
                    self.check_time()?;
                    timer.as_mut().reset(self.next_check());
                }
            }
        }
    }

    /// Takes one frame: begins a produce request at once, holds anything else until its turn.
    async fn receive(&mut self, frame: Frame) -> Result<(), Ended> {
        self.last_activity = Instant::now();
        let incoming = Incoming::parse(frame, self.broker.memory.requests())?;
        // What waits for memory waits alone: the replies in front of it hold some.
        let alone = !self.pending.is_empty() && incoming.may_wait();
        if alone || !dispatch::overlaps(&incoming) {
            self.held = Some(incoming);
            return Ok(());
        }
        self.enter(&incoming);
        let begun = dispatch::begin(&self.broker, &mut self.context, incoming).await;
        match begun? {
            Begun::Pending(pending) => self.pending.push_back(pending),
            Begun::Done(reply) if self.pending.is_empty() => self.answer(reply).await?,
            Begun::Done(reply) => self.pending.push_back(Box::pin(async move { reply })),
        }
        Ok(())
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

    async fn run_alone(&mut self, incoming: Incoming) -> Result<(), Ended> {
        self.enter(&incoming);
        let reply = match dispatch::begin(&self.broker, &mut self.context, incoming).await? {
            Begun::Done(reply) => reply,
            Begun::Pending(pending) => pending.await,
        };
        self.answer(reply).await
    }

    /// Writes a reply, and with it those behind it that are ready too.
    async fn answer(&mut self, reply: Reply) -> Result<(), Ended> {
        self.queue(reply)?;
        while self.output.bytes() < COALESCE_BYTES
            && let Some(next) = self.pending.front_mut()
            && let Some(reply) = next.as_mut().now_or_never()
        {
            self.pending.pop_front();
            self.queue(reply)?;
        }
        let written = {
            let held = &self.written_memory;
            let evict = || held.iter().any(|memory| memory.pool().evicts());
            self.output.write_to(&mut self.stream, evict).await
        };
        self.written_memory.clear();
        self.last_activity = Instant::now();
        match written {
            Err(e) if e.kind() == std::io::ErrorKind::TimedOut => return Err(Ended::SlowReader),
            other => other?,
        }
        if !self.mute.is_zero() {
            // The response is out; what the client owes it pays by not being read (KIP-219).
            tokio::time::sleep(std::mem::take(&mut self.mute)).await;
        }
        Ok(())
    }

    fn queue(&mut self, reply: Reply) -> Result<(), Ended> {
        match reply {
            Reply::Response {
                segments,
                mute,
                memory,
            } => {
                self.mute = self.mute.max(mute);
                self.written_memory.extend(memory);
                self.output.push_response(segments);
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

/// Lets other connections run, and other threads: with all processors busy the journal's writer
/// would wait for the end of this thread's time slice, some milliseconds.
pub(super) async fn give_way() {
    std::thread::yield_now();
    tokio::task::yield_now().await;
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
