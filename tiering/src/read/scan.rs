//! Finds batches in consecutive chunks of an object.

use bytes::Bytes;
use strandline_protocol::codec::Records;
use strandline_protocol::record_batch::BatchHeader;

use super::chunk_reader::ObjectHandle;
use crate::cache::Chunk;
use crate::error::TierError;
use crate::object::{BATCH_HEADER_BYTES, parse_batch};
use crate::options::CHUNK_BYTES;

/// Consecutive chunks of one object, beginning with chunk `first`.
#[derive(Debug, Default)]
pub(crate) struct Window {
    first: u32,
    chunks: Vec<Chunk>,
}

impl Window {
    pub(crate) fn new(first: u32) -> Self {
        Self {
            first,
            chunks: Vec::new(),
        }
    }

    pub(crate) fn extend(&mut self, chunks: Vec<Chunk>) {
        self.chunks.extend(chunks);
    }

    /// The chunks from `chunk` on.
    pub(crate) fn chunks_from(&self, chunk: u32) -> Vec<Chunk> {
        let before = chunk.saturating_sub(self.first) as usize;
        self.chunks.iter().skip(before).cloned().collect()
    }

    /// Lets go of the chunks before `chunk`.
    pub(crate) fn forget_before(&mut self, chunk: u32) {
        let gone = (chunk.saturating_sub(self.first) as usize).min(self.chunks.len());
        self.chunks.drain(..gone);
        self.first += u32::try_from(gone).unwrap_or(0);
        if self.chunks.is_empty() {
            self.first = chunk;
        }
    }

    /// The chunk after the last one held.
    pub(crate) fn end_chunk(&self) -> u32 {
        self.first + u32::try_from(self.chunks.len()).unwrap_or(u32::MAX)
    }

    /// Position after the last byte held.
    fn end_position(&self) -> u64 {
        let before: usize = self.chunks.iter().map(|chunk| chunk.data().len()).sum();
        self.start_position() + before as u64
    }

    fn start_position(&self) -> u64 {
        u64::from(self.first) * CHUNK_BYTES as u64
    }

    /// True if all of `[start, end)` is held.
    pub(crate) fn holds(&self, start: u64, end: u64) -> bool {
        start >= self.start_position() && end <= self.end_position()
    }

    /// The bytes `[start, end)` as slices of chunks; they must be held.
    pub(crate) fn slices(&self, start: u64, end: u64) -> Vec<Bytes> {
        let mut slices = Vec::new();
        let mut at = start;
        while at < end {
            let relative = at - self.start_position();
            let chunk = &self.chunks[(relative / CHUNK_BYTES as u64) as usize];
            let from = (relative % CHUNK_BYTES as u64) as usize;
            let take =
                (chunk.data().len() - from).min(usize::try_from(end - at).unwrap_or(usize::MAX));
            slices.push(chunk.data().slice(from..from + take));
            at += take as u64;
        }
        slices
    }

    /// The bytes `[start, end)` in one piece.
    pub(crate) fn joined(&self, start: u64, end: u64) -> Bytes {
        let mut slices = self.slices(start, end);
        if slices.len() == 1 {
            slices.remove(0)
        } else {
            slices.concat().into()
        }
    }

    /// The batch at `position`, or `None` if its header is not held.
    pub(crate) fn batch(
        &self,
        object: &ObjectHandle,
        position: u64,
    ) -> Result<Option<BatchHeader>, TierError> {
        let header_end = position + BATCH_HEADER_BYTES as u64;
        let data_bytes = object.footer.data_bytes();
        if header_end > data_bytes {
            return Err(TierError::corrupt(
                format!("batch at {position}"),
                &object.key,
                "the header is cut",
            ));
        }
        if !self.holds(position, header_end) {
            return Ok(None);
        }
        let head = parse_batch(&self.joined(position, header_end), &object.key, position)?;
        if position + head.total_len() as u64 > data_bytes {
            return Err(TierError::corrupt(
                format!("batch at {position}"),
                &object.key,
                "the batch is cut",
            ));
        }
        Ok(Some(head))
    }
}

/// Which batches are wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    /// From the batch that contains or follows this offset.
    pub(crate) offset: i64,
    /// At most this many bytes, but at least one batch.
    pub(crate) max_bytes: usize,
    /// No batch that reaches this offset.
    pub(crate) limit_offset: i64,
}

/// A search through an object that goes on when more chunks have come.
#[derive(Debug)]
pub(crate) struct Scan {
    wanted: Wanted,
    position: u64,
    start: Option<u64>,
    next_offset: i64,
    last_seen: i64,
}

/// What a scan needs or has.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ScanStep {
    /// The window must reach this position.
    Need(u64),
    /// The batches are the bytes `[start, end)`; nothing matches if they are equal.
    Done {
        /// First byte.
        start: u64,
        /// Byte after the last.
        end: u64,
        /// Offset after the last batch.
        next_offset: i64,
    },
}

impl Scan {
    /// Begins at a known position of the batch that `wanted.offset` begins, else at an indexed one before it.
    pub(crate) fn new(object: &ObjectHandle, wanted: Wanted, known: Option<u64>) -> Self {
        let position = known.unwrap_or_else(|| object.footer.position_before(wanted.offset));
        Self {
            wanted,
            position,
            start: None,
            next_offset: wanted.offset,
            last_seen: -1,
        }
    }

    /// Position where it begins.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// Goes on as far as the window allows.
    pub(crate) fn step(
        &mut self,
        object: &ObjectHandle,
        window: &Window,
    ) -> Result<ScanStep, TierError> {
        while self.position < object.footer.data_bytes() {
            let Some(head) = window.batch(object, self.position)? else {
                return Ok(ScanStep::Need(self.position + BATCH_HEADER_BYTES as u64));
            };
            if head.base_offset <= self.last_seen || head.last_offset() >= object.entry.end_offset {
                let what = format!("batch at {}", self.position);
                return Err(TierError::corrupt(
                    what,
                    &object.key,
                    "its offsets are out of order",
                ));
            }
            self.last_seen = head.last_offset();
            if head.last_offset() >= self.wanted.limit_offset {
                break;
            }
            if let Some(start) = self.start {
                if self.position - start + head.total_len() as u64 > self.wanted.max_bytes as u64 {
                    break;
                }
            } else if head.last_offset() >= self.wanted.offset {
                self.start = Some(self.position);
            }
            self.position += head.total_len() as u64;
            self.next_offset = head.end_offset();
        }
        let start = self.start.unwrap_or(self.position);
        if !window.holds(start, self.position) {
            return Ok(ScanStep::Need(self.position));
        }
        Ok(ScanStep::Done {
            start,
            end: self.position,
            next_offset: self.next_offset.max(self.wanted.offset),
        })
    }
}

/// Slices as records for a response.
pub(crate) fn records(slices: Vec<Bytes>) -> Records {
    Records::from(slices)
}
