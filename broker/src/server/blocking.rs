//! Work that blocks: a bounded number of threads at once, whoever asks.

use std::sync::Arc;

use tokio::sync::Semaphore;

/// Runs work on threads that may block, at most so many at once.
#[derive(Debug, Clone)]
pub struct Blocking {
    permits: Arc<Semaphore>,
}

impl Blocking {
    /// At most `threads` at once.
    pub fn new(threads: usize) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(threads.max(1))),
        }
    }

    /// Runs `work` when it is its turn. `None` if it panicked, or the process stops. The work goes
    /// on if the caller stops waiting.
    pub async fn run<T, F>(&self, work: F) -> Option<T>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let permit = Arc::clone(&self.permits).acquire_owned().await.ok()?;
        let running = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        running.await.ok()
    }
}
