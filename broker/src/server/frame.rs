//! Frames: an int32 length, big endian, and that many bytes.
//!
//! **Memory.** An idle connection holds [`CARRY_BYTES`] and nothing else. A frame takes memory from
//! a pool as its bytes arrive: what is reserved for it never exceeds eight times what the client
//! has sent, or 16 KiB. Frames that are no larger than that have a pool of their own, so that they do
//! not wait behind large ones; they wait for it only if there is nothing left for large ones either.
//! When a frame is complete, its bytes lie in one buffer, so that batches are
//! slices of it.

use std::io;
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt};

use super::memory::{MemoryBudget, MemoryError, Reservation};
use super::turn::give_way;

/// Bytes that a connection reads before it knows how long the next frame is. Small requests come
/// in one system call, and several of them at once.
pub const CARRY_BYTES: usize = 512;

/// The first buffer of a frame that does not fit the carry; a frame that fits it is small.
const FIRST_BYTES: usize = 16 * 1024;

/// How much a frame's buffer grows at once.
const GROWTH: usize = 8;

/// Bytes of a large frame that are received or moved before other connections get their turn.
const TURN_BYTES: usize = 64 * 1024;

/// A frame above this size is large. Kafka's clients send no more at once unless they are told to, and
/// a turn would cost more than it gives there.
const LARGE_BYTES: usize = 1 << 20;

/// How long a frame waits for memory before its connection is closed.
const FRAME_PATIENCE: Duration = Duration::from_secs(10);

/// A frame of which nothing more arrives for this long is given up, with its memory.
const STALL: Duration = Duration::from_secs(60);

/// Why no further frame can be read.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The peer closed the connection between two frames.
    #[error("closed by the peer")]
    Closed,
    /// The peer closed the connection inside a frame.
    #[error("closed by the peer inside a frame")]
    Truncated,
    /// A length below zero or above `socket.request.max.bytes`.
    #[error("a frame of {length} bytes was announced, {limit} are allowed")]
    BadLength {
        /// The announced length.
        length: i32,
        /// The largest allowed.
        limit: usize,
    },
    /// There is no memory for the frame.
    #[error("no memory for a request: {0}")]
    Memory(#[from] MemoryError),
    /// A frame began and nothing more of it arrives.
    #[error("a request stopped arriving")]
    Stalled,
    /// Reading failed.
    #[error("reading failed: {0}")]
    Io(#[from] io::Error),
}

/// One complete frame, without its length.
#[derive(Debug)]
pub struct Frame {
    /// The bytes, contiguous.
    pub bytes: Bytes,
    /// Memory that they take; to be kept until the response is ready.
    pub memory: Reservation,
}

#[derive(Debug)]
struct Partial {
    length: usize,
    bytes: BytesMut,
    /// Where `bytes` are being moved to, with those that are there already.
    larger: Option<BytesMut>,
    memory: Reservation,
}

/// Reads frames from a stream. Cancel safe: a dropped call loses no byte.
#[derive(Debug)]
pub struct FrameReader {
    limit: usize,
    budget: MemoryBudget,
    carry: [u8; CARRY_BYTES],
    start: usize,
    end: usize,
    partial: Option<Partial>,
}

impl FrameReader {
    /// A reader of frames up to `limit` bytes, which takes their memory from `budget`.
    pub fn new(limit: usize, budget: MemoryBudget) -> Self {
        Self {
            limit,
            budget,
            carry: [0; CARRY_BYTES],
            start: 0,
            end: 0,
            partial: None,
        }
    }

    /// The next frame of `stream`.
    ///
    /// # Errors
    /// [`FrameError`]; the connection cannot be used any further.
    pub async fn next<S>(&mut self, stream: &mut S) -> Result<Frame, FrameError>
    where
        S: AsyncRead + Unpin,
    {
        while self.partial.is_none() {
            if self.begin()? {
                break;
            }
            self.fill_carry(stream).await?;
        }
        loop {
            let partial = self.partial.as_mut().expect("set above");
            let missing = partial.length - partial.bytes.len();
            if missing == 0 {
                return Ok(self.complete());
            }
            if partial.bytes.capacity() == partial.bytes.len() {
                partial.grow(&self.budget).await?;
            }
            let room = missing.min(partial.bytes.capacity() - partial.bytes.len());
            let turn = partial.turn();
            let mut target = (&mut partial.bytes).limit(room.min(turn));
            let reading = tokio::time::timeout(STALL, stream.read_buf(&mut target));
            let read = reading.await.map_err(|_| FrameError::Stalled)??;
            if read == 0 {
                return Err(FrameError::Truncated);
            }
            if read == turn {
                give_way().await;
            }
        }
    }

    /// Whether the next call of [`Self::next`] gives a frame without waiting.
    pub fn holds_frame(&self) -> bool {
        let held = &self.carry[self.start..self.end];
        held.split_first_chunk::<4>().is_some_and(|(length, rest)| {
            let most = rest.len().min(self.limit);
            usize::try_from(i32::from_be_bytes(*length)).is_ok_and(|length| length <= most)
        })
    }

    /// Begins a frame with what the carry holds; `false` if its length is not complete.
    fn begin(&mut self) -> Result<bool, FrameError> {
        let held = &self.carry[self.start..self.end];
        let Some((length, rest)) = held.split_first_chunk::<4>() else {
            return Ok(false);
        };
        let length = i32::from_be_bytes(*length);
        let limit = self.limit;
        let size = usize::try_from(length).ok().filter(|size| *size <= limit);
        let size = size.ok_or(FrameError::BadLength { length, limit })?;
        let taken = rest.len().min(size);
        let pool = match size {
            ..=FIRST_BYTES => self.budget.small_requests(),
            _ => self.budget.requests(),
        };
        let mut memory = pool.reservation();
        // At most the carry, which every connection may hold: it need not wait for the pool.
        memory.try_grow(taken);
        let mut bytes = BytesMut::with_capacity(taken);
        bytes.put_slice(&rest[..taken]);
        self.start += 4 + taken;
        self.partial = Some(Partial {
            length: size,
            bytes,
            larger: None,
            memory,
        });
        Ok(true)
    }

    async fn fill_carry<S>(&mut self, stream: &mut S) -> Result<(), FrameError>
    where
        S: AsyncRead + Unpin,
    {
        if self.start > 0 {
            self.carry.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        let read = stream.read(&mut self.carry[self.end..]).await?;
        if read == 0 {
            let inside = self.end > 0;
            return Err(if inside {
                FrameError::Truncated
            } else {
                FrameError::Closed
            });
        }
        self.end += read;
        Ok(())
    }

    fn complete(&mut self) -> Frame {
        let partial = self.partial.take().expect("called with a whole frame");
        Frame {
            bytes: partial.bytes.freeze(),
            memory: partial.memory,
        }
    }
}

impl Partial {
    /// Bytes to receive or move at once.
    fn turn(&self) -> usize {
        match self.length {
            ..=LARGE_BYTES => usize::MAX,
            _ => TURN_BYTES,
        }
    }

    /// Moves a full buffer to one that is [`GROWTH`] times larger. Cancel safe.
    async fn grow(&mut self, budget: &MemoryBudget) -> Result<(), MemoryError> {
        let capacity = (self.bytes.len() * GROWTH)
            .max(FIRST_BYTES)
            .min(self.length);
        let more = capacity.saturating_sub(self.memory.bytes());
        if !self.memory.try_grow(more) {
            match budget.requests().try_reserve(capacity) {
                Some(memory) => self.memory = memory,
                None => self.memory.grow(more, FRAME_PATIENCE).await?,
            }
        }
        // `BytesMut::reserve` would round up beyond what was reserved in the pool.
        let turn = self.turn();
        let larger = self
            .larger
            .get_or_insert_with(|| BytesMut::with_capacity(capacity));
        while larger.len() < self.bytes.len() {
            let rest = &self.bytes[larger.len()..];
            larger.put_slice(&rest[..rest.len().min(turn)]);
            if larger.len() < self.bytes.len() {
                give_way().await;
            }
        }
        self.bytes = std::mem::take(larger);
        self.larger = None;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::io::AsyncWriteExt;

    use super::*;
    use crate::server::memory::MemoryBudget;

    fn framed(bodies: &[Vec<u8>]) -> Vec<u8> {
        let mut wire = Vec::new();
        for body in bodies {
            wire.extend(u32::try_from(body.len()).unwrap().to_be_bytes());
            wire.extend(body);
        }
        wire
    }

    fn body(length: usize) -> Vec<u8> {
        (0..length).map(|i| (i % 251) as u8).collect()
    }

    #[tokio::test]
    async fn frames_split_at_every_byte_arrive_whole() {
        let bodies = [body(0), body(1), body(700), body(3), body(600)];
        let wire = framed(&bodies);
        let budget = MemoryBudget::new(1 << 20);
        for split in 0..=wire.len() {
            let (mut near, mut far) = tokio::io::duplex(1 << 20);
            let mut reader = FrameReader::new(1000, budget.clone());
            near.write_all(&wire[..split]).await.unwrap();
            let mut got = Vec::new();
            // What is there is read, and the call that waits for more is dropped.
            loop {
                tokio::select! {
                    biased;
                    frame = reader.next(&mut far) => got.push(frame.unwrap()),
                    () = std::future::ready(()) => break,
                }
            }
            near.write_all(&wire[split..]).await.unwrap();
            drop(near);
            while got.len() < bodies.len() {
                got.push(reader.next(&mut far).await.unwrap());
            }
            for (frame, body) in got.iter().zip(&bodies) {
                assert_eq!(frame.bytes, body);
            }
            assert!(matches!(
                reader.next(&mut far).await,
                Err(FrameError::Closed)
            ));
        }
        assert_eq!(budget.small_requests().used(), 0);
    }

    #[tokio::test]
    async fn a_large_frame_gives_way_and_survives_calls_that_are_dropped_there() {
        let largest = FIRST_BYTES * GROWTH * GROWTH * GROWTH;
        let body = body(largest + TURN_BYTES + 1);
        let wire = framed(std::slice::from_ref(&body));
        let (mut near, mut far) = tokio::io::duplex(wire.len());
        near.write_all(&wire).await.unwrap();
        let budget = MemoryBudget::new(100 << 20);
        let mut reader = FrameReader::new(wire.len(), budget.clone());
        let mut dropped = 0;
        let frame = loop {
            tokio::select! {
                biased;
                frame = reader.next(&mut far) => break frame.unwrap(),
                () = std::future::ready(()) => dropped += 1,
            }
        };
        assert!(frame.bytes == body, "other bytes");
        // While it was received, and while it was moved from one buffer to the next.
        let turns = (body.len() + largest) / TURN_BYTES;
        assert!(dropped >= turns - 2, "{dropped} of {turns} turns");
        drop(frame);
        assert_eq!(budget.requests().used(), 0);
    }

    #[tokio::test]
    async fn memory_follows_the_bytes_that_arrived() {
        let budget = MemoryBudget::new(400 << 20);
        let pool = Arc::clone(budget.requests());
        let (mut near, mut far) = tokio::io::duplex(1 << 20);
        let mut reader = FrameReader::new(100 << 20, budget);
        near.write_all(&(90_i32 << 20).to_be_bytes()).await.unwrap();
        near.write_all(&body(1000)).await.unwrap();
        tokio::select! {
            biased;
            _ = reader.next(&mut far) => unreachable!("the frame is not complete"),
            () = std::future::ready(()) => {}
        }
        assert_eq!(pool.used(), FIRST_BYTES as u64);
        drop(near);
        assert!(matches!(
            reader.next(&mut far).await,
            Err(FrameError::Truncated)
        ));
        drop(reader);
        assert_eq!(pool.used(), 0);
    }

    #[tokio::test]
    async fn small_frames_do_not_wait_behind_large_ones() {
        let budget = MemoryBudget::new(10 << 20);
        let pool = budget.requests();
        let _large = pool.try_reserve(pool.available()).unwrap();
        let bodies = [body(CARRY_BYTES + 1), body(FIRST_BYTES)];
        let mut wire = &framed(&bodies)[..];
        let mut reader = FrameReader::new(1 << 20, budget.clone());
        for body in &bodies {
            assert_eq!(reader.next(&mut wire).await.unwrap().bytes, body);
        }
        assert_eq!((budget.small_requests().used(), pool.waits()), (0, 0));
    }

    #[tokio::test]
    async fn lengths_out_of_bounds_are_refused() {
        let budget = MemoryBudget::new(1 << 20);
        for length in [-1, i32::MIN, 1001, i32::MAX] {
            let mut wire = &length.to_be_bytes()[..];
            let mut reader = FrameReader::new(1000, budget.clone());
            let refused = reader.next(&mut wire).await;
            assert!(
                matches!(refused, Err(FrameError::BadLength { .. })),
                "{length}"
            );
        }
    }
}
