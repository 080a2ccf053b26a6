//! Gathered writes: responses leave as the segments they are made of.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::time::Duration;

use bytes::{Buf, Bytes};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::Instant;

use super::memory::Reservation;
use super::turn::give_way;

/// A peer that takes no byte for this long is gone, or harmful.
pub(super) const STALL: Duration = Duration::from_secs(60);

/// The same, while others wait for the memory that the peer's responses hold.
const STALL_CONTENDED: Duration = Duration::from_secs(1);

/// How often a peer that stalls longer than that is looked at: one goes at a time.
const EVICTION_INTERVAL: Duration = Duration::from_millis(20);

/// Segments of one system call.
const SLICES_MAX: usize = 64;

/// Bytes of one system call, after which other connections get their turn.
const WRITE_BYTES: usize = 256 << 10;

/// Responses that wait to be written to one connection.
#[derive(Debug, Default)]
pub(super) struct Output {
    segments: VecDeque<Bytes>,
    bytes: usize,
    /// What they hold until all of them are written.
    memory: Vec<Reservation>,
}

impl Output {
    /// Adds a response: its length as int32, then its segments, which hold `memory`.
    pub(super) fn push_response(&mut self, segments: Vec<Bytes>, memory: Option<Reservation>) {
        let length: usize = segments.iter().map(Bytes::len).sum();
        let length = i32::try_from(length).expect("responses are bounded by fetch.max.bytes");
        self.push(Bytes::copy_from_slice(&length.to_be_bytes()));
        for segment in segments {
            self.push(segment);
        }
        self.memory.extend(memory);
    }

    fn push(&mut self, segment: Bytes) {
        if !segment.is_empty() {
            self.bytes += segment.len();
            self.segments.push_back(segment);
        }
    }

    /// Bytes that wait.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Writes everything.
    ///
    /// # Errors
    /// If writing fails, or the peer takes nothing for [`STALL`] ([`io::ErrorKind::TimedOut`]), or
    /// for [`STALL_CONTENDED`] and the memory that is held is needed.
    pub(super) async fn write_to<S>(&mut self, stream: &mut S) -> io::Result<()>
    where
        S: AsyncWrite + Unpin,
    {
        let mut progress = Instant::now();
        while self.bytes > 0 {
            let mut slices = [IoSlice::new(&[]); SLICES_MAX];
            let (mut count, mut room) = (0, WRITE_BYTES);
            for (slice, segment) in slices.iter_mut().zip(&self.segments) {
                let taken = segment.len().min(room);
                *slice = IoSlice::new(&segment[..taken]);
                count += 1;
                room -= taken;
                if room == 0 {
                    break;
                }
            }
            let writing = stream.write_vectored(&slices[..count]);
            let patience = if self.memory.is_empty() {
                STALL
            } else if progress.elapsed() < STALL_CONTENDED {
                STALL_CONTENDED
            } else {
                EVICTION_INTERVAL
            };
            let Ok(written) = tokio::time::timeout(patience, writing).await else {
                let evicted = || self.memory.iter().any(|memory| memory.pool().evicts());
                if progress.elapsed() >= STALL || evicted() {
                    return Err(io::ErrorKind::TimedOut.into());
                }
                continue;
            };
            let written = written?;
            progress = Instant::now();
            if written == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            self.advance(written);
            if self.bytes > 0 {
                give_way().await;
            }
        }
        self.memory.clear();
        stream.flush().await
    }

    fn advance(&mut self, mut written: usize) {
        self.bytes -= written;
        while written > 0 {
            let first = self
                .segments
                .front_mut()
                .expect("no more than waits is written");
            let taken = first.len().min(written);
            first.advance(taken);
            written -= taken;
            if first.is_empty() {
                self.segments.pop_front();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::io::AsyncReadExt;

    use super::*;
    use crate::server::memory::MemoryBudget;

    #[tokio::test]
    async fn segments_arrive_in_order_through_a_narrow_pipe() {
        let (mut near, mut far) = tokio::io::duplex(7);
        let segments: Vec<Bytes> = (0..200_u8).map(|i| vec![i; i.into()].into()).collect();
        let expected: Vec<u8> = segments.iter().flatten().copied().collect();
        let mut output = Output::default();
        output.push_response(segments, None);
        let writer = tokio::spawn(async move { output.write_to(&mut near).await });
        let mut got = Vec::new();
        far.read_to_end(&mut got).await.unwrap();
        writer.await.unwrap().unwrap();
        assert_eq!(
            got[..4],
            i32::try_from(expected.len()).unwrap().to_be_bytes()
        );
        assert_eq!(got[4..], expected);
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_reads_nothing_is_given_up() {
        let budget = MemoryBudget::new(1 << 20);
        let pool = budget.responses();
        let all = usize::try_from(pool.limit()).unwrap();
        for (contended, patience) in [(false, STALL), (true, STALL_CONTENDED)] {
            let memory = pool.try_reserve(all);
            assert!(memory.is_some());
            let waiting = contended.then(|| {
                let pool = Arc::clone(pool);
                tokio::spawn(async move { pool.reserve(1, STALL).await })
            });
            let (mut near, _far) = tokio::io::duplex(7);
            let mut output = Output::default();
            output.push_response(vec![Bytes::from_static(&[0; 100])], memory);
            let begun = Instant::now();
            let error = output.write_to(&mut near).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
            assert_eq!(begun.elapsed().as_secs(), patience.as_secs());
            drop(output);
            if let Some(waiting) = waiting {
                waiting.await.unwrap().unwrap();
            }
        }
    }
}
