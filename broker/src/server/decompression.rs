//! Looking into compressed batches, with memory and threads for it.

use std::sync::Arc;
use std::time::Duration;

use super::blocking::Blocking;
use super::memory::{MemoryBudget, MemoryError, Pool};

/// How long a batch waits for memory to be decompressed in.
const PATIENCE: Duration = Duration::from_secs(1);

/// The most that the records of a batch take, whatever `memory` says.
const BATCH_MAX: u64 = 100 << 20;

/// Looks into batches on threads of its own, so that it delays no read: some take longer than other
/// clients should wait.
#[derive(Debug)]
pub struct Decompression {
    threads: Blocking,
    pool: Arc<Pool>,
}

impl Decompression {
    /// On at most `threads` at once, with memory for requests.
    pub fn new(threads: usize, memory: &MemoryBudget) -> Self {
        Self {
            threads: Blocking::new(threads),
            pool: Arc::clone(memory.requests()),
        }
    }

    /// The most bytes that the records of one batch may take.
    pub fn batch_max(&self) -> usize {
        let eighth = (self.pool.limit() / 8).min(BATCH_MAX);
        usize::try_from(eighth).unwrap_or(usize::MAX)
    }

    /// Runs `work`, which decompresses one batch into [`Self::batch_max`] bytes at a time, when it is its
    /// turn. `None` if it panicked, or the process stops.
    ///
    /// # Errors
    /// There is no memory for it in time.
    pub async fn run<T, F>(&self, work: F) -> Result<Option<T>, MemoryError>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        // Twice: the window or block of the codec beside a record that it cut, and records in one
        // codec beside those in another.
        let memory = self.pool.reserve(2 * self.batch_max(), PATIENCE).await?;
        let running = self.threads.run(move || {
            let _memory = memory;
            work()
        });
        Ok(running.await)
    }
}
