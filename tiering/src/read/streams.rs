//! Who reads sequentially, and what was fetched ahead for them.
//!
//! A read that begins where an earlier one ended belongs to the same stream. With each such read the GETs grow (one
//! chunk, two, four, ... up to `read_ahead_max_bytes`) and more of them are in flight, up to `read_ahead_gets`. What was
//! fetched ahead is kept here until it is read, whatever the chunk cache thinks of it; a budget bounds it, and streams
//! that nobody continues give theirs back.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use strandline_protocol::{TopicPartition, Uuid};

use super::chunk_reader::{Group, Nearby, ObjectHandle};
use crate::budget::Reservation;
use crate::cache::{Chunk, ChunkKey};
use crate::options::{CHUNK_BYTES, TierOptions};

/// Streams remembered.
const STREAMS_MAX: usize = 4096;
/// A stream that was not continued for this long may lose what was fetched for it.
const IDLE: Duration = Duration::from_secs(5);

/// One sequential reader.
#[derive(Default)]
pub(crate) struct Stream {
    /// Reads that continued the stream.
    reads: u32,
    /// Fetched or on its way, in order of the log.
    ahead: VecDeque<Group>,
    /// Chunks that the last read had and did not use up: the next one begins there. Kept with a reservation, as the
    /// cache, which counts them, may let go of them; empty if there was none to be had.
    current: Vec<(ChunkKey, Chunk)>,
    current_memory: Option<Reservation>,
    /// Object, offset and position at which the last read ended.
    place: Option<(Uuid, i64, u64)>,
    /// Where fetching ahead goes on.
    pub(crate) frontier: Option<Frontier>,
    /// A task is filling it.
    pub(crate) filling: bool,
    last_used: Duration,
}

/// The first chunk that was not fetched ahead.
#[derive(Clone)]
pub(crate) struct Frontier {
    pub(crate) object: Arc<ObjectHandle>,
    pub(crate) chunk: u32,
}

/// Where a read ended.
pub(crate) struct Reached<'a> {
    pub(crate) object: &'a Arc<ObjectHandle>,
    /// The chunk in which the next read begins.
    pub(crate) chunk: u32,
    /// Position of the batch with which it begins, and the offset it asks for.
    pub(crate) position: u64,
    pub(crate) offset: i64,
    /// That chunk and those after it, as far as the read had them already.
    pub(crate) data: Vec<Chunk>,
}

/// A stream that a read and a filling task share.
pub(crate) type SharedStream = Arc<Mutex<Stream>>;

impl Stream {
    /// What may hold chunks of the next read.
    pub(crate) fn nearby(&self) -> Nearby {
        Nearby {
            groups: self.ahead.iter().cloned().collect(),
            current: self.current.clone(),
        }
    }

    /// Position of the batch that follows the last one read, if that is what `offset` asks for.
    pub(crate) fn position_in(&self, object: &ObjectHandle, offset: i64) -> Option<u64> {
        let (object_id, at, position) = self.place?;
        (object_id == object.entry.object_id && at == offset).then_some(position)
    }

    /// Chunks that are ahead of the reader.
    pub(crate) fn ahead_chunks(&self) -> usize {
        self.ahead.iter().map(|group| group.range.len()).sum()
    }

    /// Chunks of one GET now.
    pub(crate) fn get_chunks(&self, options: &TierOptions) -> usize {
        let most = (options.read_ahead_max_bytes / CHUNK_BYTES).max(1);
        1_usize
            .checked_shl(self.reads.saturating_sub(2))
            .unwrap_or(most)
            .min(most)
    }

    /// Chunks that should be ahead of the reader now. The first read is a seek: nobody knows yet whether it goes on.
    pub(crate) fn target_chunks(&self, options: &TierOptions) -> usize {
        let gets = (self.reads.saturating_sub(1) as usize).min(options.read_ahead_gets.max(1));
        self.get_chunks(options) * gets
    }

    /// Adds what was started.
    pub(crate) fn push(&mut self, groups: Vec<Group>) {
        for group in groups {
            if !self
                .ahead
                .iter()
                .any(|kept| kept.object_id == group.object_id && kept.range == group.range)
            {
                self.ahead.push_back(group);
            }
        }
    }

    /// Forgets what lies behind the reader, which has read `object` up to chunk `next`.
    fn consumed(&mut self, object: &ObjectHandle, next: u32) {
        let current = |group: &Group| group.object_id == object.entry.object_id;
        while self
            .ahead
            .front()
            .is_some_and(|group| current(group) && group.range.end <= next)
        {
            self.ahead.pop_front();
        }
        // Groups of an object before this one.
        if let Some(first) = self.ahead.iter().position(current) {
            self.ahead.drain(..first);
        }
        let behind = match &self.frontier {
            Some(frontier) if frontier.object.entry.object_id == object.entry.object_id => {
                frontier.chunk < next
            }
            Some(frontier) => frontier.object.entry.base_offset < object.entry.base_offset,
            None => true,
        };
        if behind {
            self.frontier = None;
        }
    }
}

/// All streams.
pub(crate) struct Streams {
    table: Mutex<HashMap<(TopicPartition, i64), SharedStream>>,
}

impl Streams {
    pub(crate) fn new() -> Self {
        Self {
            table: Mutex::default(),
        }
    }

    /// The stream that continues at `offset`. It is taken out: one read continues it.
    pub(crate) fn take(&self, tp: TopicPartition, offset: i64) -> Option<SharedStream> {
        self.table.lock().remove(&(tp, offset))
    }

    /// A read ended at `next_offset`, in chunk `chunk` of `object`. Returns the stream, to be filled. `reserve` gives
    /// memory for chunks that stay with it.
    pub(crate) fn put(
        &self,
        tp: TopicPartition,
        next_offset: i64,
        stream: Option<SharedStream>,
        reached: Reached<'_>,
        reserve: impl FnOnce(usize) -> Option<Reservation>,
        now: Duration,
    ) -> SharedStream {
        let stream = stream.unwrap_or_default();
        {
            let mut inner = stream.lock();
            inner.reads = inner.reads.saturating_add(1);
            inner.last_used = now;
            inner.consumed(reached.object, reached.chunk);
            let object_id = reached.object.entry.object_id;
            inner.place = Some((object_id, reached.offset, reached.position));
            let fresh = reached.chunk + u32::try_from(reached.data.len()).unwrap_or(0);
            inner.current.clear();
            inner.current_memory = None;
            // Who only seeks does not come back for them.
            if inner.reads > 1 && !reached.data.is_empty() {
                inner.current_memory = reserve(reached.data.len() * CHUNK_BYTES);
            }
            if inner.current_memory.is_some() {
                inner.current = (reached.chunk..)
                    .map(|chunk| ChunkKey { object_id, chunk })
                    .zip(reached.data)
                    .collect();
            }
            if inner.frontier.is_none() {
                inner.frontier = Some(Frontier {
                    object: Arc::clone(reached.object),
                    chunk: fresh,
                });
            }
        }
        let mut table = self.table.lock();
        if table.len() >= STREAMS_MAX {
            let oldest = table
                .iter()
                .min_by_key(|(_, stream)| stream.lock().last_used)
                .map(|(key, _)| *key);
            oldest.map(|key| table.remove(&key));
        }
        table.insert((tp, next_offset), Arc::clone(&stream));
        stream
    }

    /// Drops streams that nobody continued for a while; true if there was one.
    pub(crate) fn drop_idle(&self, now: Duration) -> bool {
        let mut table = self.table.lock();
        let before = table.len();
        table.retain(|_, stream| now.saturating_sub(stream.lock().last_used) < IDLE);
        table.len() < before
    }

    /// Number of streams.
    pub(crate) fn len(&self) -> usize {
        self.table.lock().len()
    }
}
