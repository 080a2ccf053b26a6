//! Long computations let other threads run.

/// Bytes to work through between two turns of others.
const TURN_BYTES: usize = 64 << 10;

/// Lets other threads run now and then during a long computation. A thread that computes on keeps its
/// processor for a time slice, some milliseconds, and if all processors are busy another client's
/// request waits for the end of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Turn {
    worked: usize,
}

impl Turn {
    /// Counts work that takes as long as copying or decompressing so many bytes.
    pub(crate) fn worked(&mut self, bytes: usize) {
        self.worked += bytes;
        if self.worked >= TURN_BYTES {
            self.worked = 0;
            std::thread::yield_now();
        }
    }
}
