//! The one memory budget: what clients and stores size takes a reservation first.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use crate::admin::{Sample, Source};

/// The parts that `memory` is split into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PoolName {
    /// Frames of requests, from their first byte until their response is ready.
    Requests,
    /// The same of frames so small that they should not wait behind large ones.
    SmallRequests,
    /// Responses, records from disk or store among them, until they are written to the socket.
    Responses,
    /// The same of responses so small that they should not wait behind large ones.
    SmallResponses,
    /// Group buffers of the last journal files.
    TailCache,
    /// Chunks of uploaded data.
    ChunkCache,
    /// Chunks fetched before anybody asked for them.
    ReadAhead,
    /// Batches between brokers.
    Replication,
    /// Members, subscriptions and assignments of groups.
    Coordinators,
}

impl PoolName {
    /// Every pool with its share of the budget in percent. The shares add up to 100.
    pub const SHARES: [(Self, u64); 9] = [
        (Self::Requests, 23),
        (Self::SmallRequests, 2),
        (Self::Responses, 18),
        (Self::SmallResponses, 2),
        (Self::TailCache, 25),
        (Self::ChunkCache, 12),
        (Self::ReadAhead, 8),
        (Self::Replication, 5),
        (Self::Coordinators, 5),
    ];

    /// The label in metrics.
    pub fn label(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::SmallRequests => "small_requests",
            Self::Responses => "responses",
            Self::SmallResponses => "small_responses",
            Self::TailCache => "tail_cache",
            Self::ChunkCache => "chunk_cache",
            Self::ReadAhead => "read_ahead",
            Self::Replication => "replication",
            Self::Coordinators => "coordinators",
        }
    }
}

/// A reservation that a pool cannot give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MemoryError {
    /// More than the whole pool was asked for: waiting would not help.
    #[error("{asked} bytes exceed the pool `{pool}` of {limit} bytes")]
    TooLarge {
        /// Label of the pool.
        pool: &'static str,
        /// Bytes asked for.
        asked: u64,
        /// Bytes that the pool may hold.
        limit: u64,
    },
    /// The pool stayed full for as long as the caller could wait.
    #[error("the pool `{pool}` of {limit} bytes stayed full")]
    Exhausted {
        /// Label of the pool.
        pool: &'static str,
        /// Bytes that the pool may hold.
        limit: u64,
    },
}

/// A small response, in bytes: what is left for each however little is free.
pub const SMALL_RESPONSE_BYTES: usize = 64 << 10;

/// How long what a request needs, and what it is answered with, waits for memory.
pub const MEMORY_PATIENCE: Duration = Duration::from_secs(5);

/// Pause between two holders who are told to give back, in ms: what one gives may be enough, and
/// many at once would keep the processors from everybody else.
const EVICTION_PAUSE_MS: u64 = 5;

/// One pool. Reservations are granted in the order in which they were asked for.
#[derive(Debug)]
pub struct Pool {
    name: PoolName,
    limit: u64,
    free: Semaphore,
    /// Use that was reported by a cache that bounds itself.
    reported: AtomicU64,
    waits: AtomicU64,
    waiting: AtomicUsize,
    /// When a holder was told last to give back, in ms after `born`.
    born: Instant,
    evicted_ms: AtomicU64,
}

impl Pool {
    fn new(name: PoolName, limit: u64) -> Self {
        let permits = usize::try_from(limit).unwrap_or(usize::MAX);
        let permits = permits.min(Semaphore::MAX_PERMITS);
        Self {
            name,
            limit: permits as u64,
            free: Semaphore::new(permits),
            reported: AtomicU64::new(0),
            waits: AtomicU64::new(0),
            waiting: AtomicUsize::new(0),
            born: Instant::now(),
            evicted_ms: AtomicU64::new(0),
        }
    }

    /// Bytes that the pool may hold.
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// Bytes that are reserved, or that the cache which owns the pool reported.
    pub fn used(&self) -> u64 {
        let reserved = self.limit - self.free.available_permits() as u64;
        reserved + self.reported.load(Ordering::Relaxed)
    }

    /// Bytes that nobody has reserved.
    pub fn available(&self) -> usize {
        self.free.available_permits()
    }

    /// Whether somebody waits for a reservation now.
    pub fn is_contended(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > 0
    }

    /// Whether a holder who makes no use of what it holds is to give it back: somebody waits and was
    /// not given what he waits for, and no other holder was told so in the last
    /// [`EVICTION_PAUSE_MS`].
    pub fn evicts(&self) -> bool {
        let now = u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX);
        let last = self.evicted_ms.load(Ordering::Relaxed);
        self.is_contended()
            && self.available() == 0
            && now >= last + EVICTION_PAUSE_MS
            && self
                .evicted_ms
                .compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }

    /// Reservations that had to wait since start.
    pub fn waits(&self) -> u64 {
        self.waits.load(Ordering::Relaxed)
    }

    /// What a cache that takes its limit from this pool and bounds itself holds now.
    pub fn report(&self, bytes: u64) {
        self.reported.store(bytes, Ordering::Relaxed);
    }

    /// An empty reservation, to be grown.
    pub fn reservation(self: &Arc<Self>) -> Reservation {
        Reservation {
            pool: Arc::clone(self),
            bytes: 0,
        }
    }

    /// Reserves `bytes` if they are free now.
    pub fn try_reserve(self: &Arc<Self>, bytes: usize) -> Option<Reservation> {
        let mut reservation = self.reservation();
        reservation.try_grow(bytes).then_some(reservation)
    }

    /// Reserves `bytes`, waiting for them at most `patience`.
    ///
    /// # Errors
    /// [`MemoryError`] if the pool is smaller than that, or stayed full.
    pub async fn reserve(
        self: &Arc<Self>,
        bytes: usize,
        patience: Duration,
    ) -> Result<Reservation, MemoryError> {
        let mut reservation = self.reservation();
        reservation.grow(bytes, patience).await?;
        Ok(reservation)
    }
}

/// Bytes taken from a pool; given back when dropped.
#[derive(Debug)]
pub struct Reservation {
    pool: Arc<Pool>,
    bytes: usize,
}

impl Reservation {
    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The pool that the bytes are taken from.
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// Takes `more` bytes if they are free now.
    pub fn try_grow(&mut self, more: usize) -> bool {
        let Ok(permits) = u32::try_from(more) else {
            return false;
        };
        match self.pool.free.try_acquire_many(permits) {
            Ok(permit) => {
                permit.forget();
                self.bytes += more;
                true
            }
            Err(_) => false,
        }
    }

    /// Takes `more` bytes, waiting for them at most `patience`. Cancel safe: a dropped call took
    /// nothing.
    ///
    /// # Errors
    /// [`MemoryError`] if the pool is smaller than that, or stayed full.
    pub async fn grow(&mut self, more: usize, patience: Duration) -> Result<(), MemoryError> {
        if self.try_grow(more) {
            return Ok(());
        }
        let (pool, limit) = (self.pool.name.label(), self.pool.limit);
        let asked = (self.bytes + more) as u64;
        let permits = u32::try_from(more).ok().filter(|_| asked <= limit);
        let Some(permits) = permits else {
            return Err(MemoryError::TooLarge { pool, asked, limit });
        };
        let waiting = Waiting::new(&self.pool);
        let granting = tokio::time::timeout(patience, self.pool.free.acquire_many(permits));
        let granted = granting.await.ok().and_then(Result::ok);
        drop(waiting);
        let permit = granted.ok_or(MemoryError::Exhausted { pool, limit })?;
        SemaphorePermit::forget(permit);
        self.bytes += more;
        Ok(())
    }

    /// Gives back what exceeds `bytes`.
    pub fn shrink_to(&mut self, bytes: usize) {
        if bytes < self.bytes {
            self.pool.free.add_permits(self.bytes - bytes);
            self.bytes = bytes;
        }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.pool.free.add_permits(self.bytes);
    }
}

/// Somebody who waits for a reservation, counted also if he gives up.
struct Waiting<'a>(&'a Pool);

impl<'a> Waiting<'a> {
    fn new(pool: &'a Pool) -> Self {
        pool.waits.fetch_add(1, Ordering::Relaxed);
        pool.waiting.fetch_add(1, Ordering::Relaxed);
        Self(pool)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The setting `memory`, split into pools. Caches are allocated at first use: the budget is what
/// they may grow to.
#[derive(Debug, Clone)]
pub struct MemoryBudget {
    pools: Arc<[Arc<Pool>; 9]>,
}

impl MemoryBudget {
    /// Splits `total` bytes.
    pub fn new(total: u64) -> Self {
        let pool =
            |(name, percent): (PoolName, u64)| Arc::new(Pool::new(name, total / 100 * percent));
        Self {
            pools: Arc::new(PoolName::SHARES.map(pool)),
        }
    }

    /// The pool called `name`.
    pub fn pool(&self, name: PoolName) -> &Arc<Pool> {
        let index = PoolName::SHARES.iter().position(|(n, _)| *n == name);
        &self.pools[index.expect("every name has a share")]
    }

    /// Frames of requests.
    pub fn requests(&self) -> &Arc<Pool> {
        self.pool(PoolName::Requests)
    }

    /// Small frames of requests.
    pub fn small_requests(&self) -> &Arc<Pool> {
        self.pool(PoolName::SmallRequests)
    }

    /// Responses.
    pub fn responses(&self) -> &Arc<Pool> {
        self.pool(PoolName::Responses)
    }

    /// Small responses.
    pub fn small_responses(&self) -> &Arc<Pool> {
        self.pool(PoolName::SmallResponses)
    }

    /// The pool of a response of `bytes`: readers who take nothing keep the large one busy, and what is
    /// small is not to wait for them.
    pub fn response_pool(&self, bytes: usize) -> &Arc<Pool> {
        match bytes {
            ..=SMALL_RESPONSE_BYTES => self.small_responses(),
            _ => self.responses(),
        }
    }
}

impl Source for MemoryBudget {
    fn read(&self, samples: &mut Vec<Sample>) {
        for pool in self.pools.iter() {
            let label = pool.name.label();
            let mut add = |name, value: u64| {
                samples.push(Sample::labelled(name, label, value as f64));
            };
            add("memory_limit_bytes", pool.limit());
            add("memory_used_bytes", pool.used());
            add("memory_waits", pool.waits());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up() {
        let sum: u64 = PoolName::SHARES.iter().map(|(_, percent)| percent).sum();
        assert_eq!(sum, 100);
        let budget = MemoryBudget::new(1000);
        assert_eq!(budget.requests().limit(), 230);
        assert_eq!(budget.pool(PoolName::Coordinators).limit(), 50);
    }

    #[tokio::test(start_paused = true)]
    async fn reservations_wait_are_refused_and_come_back() {
        let budget = MemoryBudget::new(400);
        let pool = budget.pool(PoolName::TailCache);
        let mut first = pool.try_reserve(60).unwrap();
        assert!(pool.try_reserve(60).is_none());
        let too_large = pool.reserve(101, Duration::from_secs(1)).await;
        assert!(matches!(too_large, Err(MemoryError::TooLarge { .. })));
        let full = pool.reserve(60, Duration::from_secs(1)).await;
        assert!(matches!(full, Err(MemoryError::Exhausted { .. })));
        let waiting = tokio::spawn({
            let pool = Arc::clone(pool);
            async move { pool.reserve(60, Duration::from_secs(9)).await }
        });
        tokio::task::yield_now().await;
        assert!(pool.is_contended());
        first.shrink_to(10);
        let second = waiting.await.unwrap().unwrap();
        assert_eq!((pool.used(), pool.waits()), (70, 2));
        assert_eq!((pool.available(), pool.is_contended()), (30, false));
        drop((first, second));
        assert_eq!(pool.used(), 0);
    }
}
