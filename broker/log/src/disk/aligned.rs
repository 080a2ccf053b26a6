//! Buffers that direct I/O accepts, and the pool that keeps their pages warm.

use std::sync::{Arc, Weak};

use bytes::Bytes;
use parking_lot::Mutex;

/// The block that direct I/O and torn writes are counted in, in bytes. A device with a larger
/// block makes the journal use that one; buffers stay aligned to it up to [`ALIGNMENT`].
pub const BLOCK: usize = 4096;

/// Alignment of every buffer's first byte, in bytes.
const ALIGNMENT: usize = 16 * 1024;

/// What is no longer than this is copied when it is shared, in bytes: the buffer around it would
/// take several times as much for as long as a slice lives.
const COPIED_MAX: usize = 32 * 1024;

/// A buffer whose first byte is aligned for direct I/O.
#[derive(Debug)]
pub struct AlignedBuffer {
    memory: Vec<u8>,
    start: usize,
    len: usize,
    pool: Weak<BufferPool>,
}

impl AlignedBuffer {
    /// A zeroed buffer of `capacity` bytes that belongs to no pool; its length is 0.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        let memory = vec![0u8; capacity + ALIGNMENT];
        let start = memory.as_ptr().align_offset(ALIGNMENT);
        Self {
            memory,
            start,
            len: 0,
            pool: Weak::new(),
        }
    }

    /// How many bytes fit.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.memory.len() - ALIGNMENT
    }

    /// Bytes in use.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing is in use.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends a slice.
    ///
    /// # Panics
    ///
    /// If it does not fit: callers size the buffer first.
    pub fn extend(&mut self, bytes: &[u8]) {
        let at = self.start + self.len;
        self.memory[at..at + bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }

    /// Appends zeros up to a length of `len`.
    pub fn pad_to(&mut self, len: usize) {
        if len > self.len {
            self.memory[self.start + self.len..self.start + len].fill(0);
            self.len = len;
        }
    }

    /// Sets the length without touching the bytes, which may be old ones.
    pub(crate) fn set_len(&mut self, len: usize) {
        assert!(len <= self.capacity(), "an aligned buffer cannot grow");
        self.len = len;
    }

    /// The bytes in use, to change them.
    #[must_use]
    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        &mut self.memory[self.start..self.start + self.len]
    }

    /// Shares the bytes in use, and says how much memory that keeps. The pool gets the buffer back
    /// when the last slice is dropped, or at once if there is so little in it that it is copied.
    #[must_use]
    pub fn freeze(self) -> (Bytes, usize) {
        if self.len <= COPIED_MAX {
            return (Bytes::copy_from_slice(self.as_ref()), self.len);
        }
        let kept = self.memory.len();
        (Bytes::from_owner(self), kept)
    }

    /// Takes back everything behind the first `len` bytes.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }
}

impl AsRef<[u8]> for AlignedBuffer {
    fn as_ref(&self) -> &[u8] {
        &self.memory[self.start..self.start + self.len]
    }
}

impl Drop for AlignedBuffer {
    fn drop(&mut self) {
        if let Some(pool) = self.pool.upgrade() {
            pool.give_back(std::mem::take(&mut self.memory), self.start);
        }
    }
}

/// Idle buffers by size class (powers of two), so that a group does not fault in new pages.
#[derive(Debug)]
pub(crate) struct BufferPool {
    idle_bytes_max: usize,
    idle: Mutex<Idle>,
}

#[derive(Debug, Default)]
struct Idle {
    classes: Vec<Vec<(Vec<u8>, usize)>>,
    bytes: usize,
}

impl BufferPool {
    /// A pool that keeps at most `idle_bytes_max` unused bytes.
    pub(crate) fn new(idle_bytes_max: usize) -> Arc<Self> {
        Arc::new(Self {
            idle_bytes_max,
            idle: Mutex::new(Idle::default()),
        })
    }

    /// An empty buffer for at least `capacity` bytes. Its bytes may be old ones.
    pub(crate) fn take(self: &Arc<Self>, capacity: usize) -> AlignedBuffer {
        let capacity = capacity.max(BLOCK).next_power_of_two();
        let class = capacity.trailing_zeros() as usize;
        let mut idle = self.idle.lock();
        if let Some((memory, start)) = idle.classes.get_mut(class).and_then(Vec::pop) {
            idle.bytes -= memory.len();
            return AlignedBuffer {
                memory,
                start,
                len: 0,
                pool: Arc::downgrade(self),
            };
        }
        drop(idle);
        let mut buffer = AlignedBuffer::new(capacity);
        buffer.pool = Arc::downgrade(self);
        buffer
    }

    fn give_back(&self, memory: Vec<u8>, start: usize) {
        let capacity = memory.len() - ALIGNMENT;
        let class = capacity.trailing_zeros() as usize;
        let mut idle = self.idle.lock();
        if idle.bytes + memory.len() > self.idle_bytes_max {
            return;
        }
        if idle.classes.len() <= class {
            idle.classes.resize_with(class + 1, Vec::new);
        }
        idle.bytes += memory.len();
        idle.classes[class].push((memory, start));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_slice_returns_the_buffer_to_its_pool() {
        let pool = BufferPool::new(1 << 20);
        let mut buffer = pool.take(50_000);
        assert_eq!(buffer.capacity(), 65_536);
        buffer.extend(&[7; 50_000]);
        let (shared, kept) = buffer.freeze();
        assert_eq!(kept, 65_536 + ALIGNMENT);
        assert_eq!(shared.as_ptr().align_offset(ALIGNMENT), 0);
        let slice = shared.slice(2..4);
        drop(shared);
        assert_eq!(pool.idle.lock().bytes, 0);
        drop(slice);
        assert_eq!(pool.idle.lock().bytes, kept);
    }

    #[test]
    fn a_little_is_copied_and_its_buffer_returns_at_once() {
        let pool = BufferPool::new(1 << 20);
        let mut buffer = pool.take(5000);
        buffer.extend(b"strandline");
        buffer.pad_to(4096);
        buffer.truncate(10);
        let (shared, kept) = buffer.freeze();
        assert_eq!((&shared[..], kept), (&b"strandline"[..], 10));
        assert_eq!(pool.idle.lock().bytes, 8192 + ALIGNMENT);
    }
}
