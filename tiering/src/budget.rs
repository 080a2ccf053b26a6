//! A bounded pool of bytes. What a client or a store sizes takes a reservation before it allocates (I25).

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Granularity of reservations; keeps a pool of many GiB within the semaphore's counter.
const UNIT_BYTES: usize = 4096;

/// A pool of bytes. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Budget {
    units: Arc<Semaphore>,
    capacity_units: usize,
}

/// Bytes taken from a [`Budget`]; given back on drop.
#[derive(Debug)]
pub struct Reservation {
    _permit: OwnedSemaphorePermit,
}

impl Budget {
    /// A pool of `bytes`, at least one unit.
    pub fn new(bytes: usize) -> Self {
        let capacity_units = (bytes / UNIT_BYTES).clamp(1, u32::MAX as usize);
        Self {
            units: Arc::new(Semaphore::new(capacity_units)),
            capacity_units,
        }
    }

    /// Waits until `bytes` are free. More than the whole pool takes the whole pool: one oversized user at a time.
    /// Cancel-safe.
    pub async fn reserve(&self, bytes: usize) -> Reservation {
        let permit = Arc::clone(&self.units)
            .acquire_many_owned(self.units_of(bytes))
            .await
            .expect("the semaphore of a budget is never closed");
        Reservation { _permit: permit }
    }

    /// Takes `bytes` if they are free now.
    pub fn try_reserve(&self, bytes: usize) -> Option<Reservation> {
        let permit = Arc::clone(&self.units)
            .try_acquire_many_owned(self.units_of(bytes))
            .ok()?;
        Some(Reservation { _permit: permit })
    }

    /// Bytes in use.
    pub fn used(&self) -> usize {
        (self.capacity_units - self.units.available_permits()) * UNIT_BYTES
    }

    /// Size of the pool.
    pub fn capacity(&self) -> usize {
        self.capacity_units * UNIT_BYTES
    }

    fn units_of(&self, bytes: usize) -> u32 {
        let units = bytes.div_ceil(UNIT_BYTES).clamp(1, self.capacity_units);
        u32::try_from(units).expect("the capacity fits u32 by construction")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn reservations_bound_the_pool_and_return() {
        let budget = Budget::new(64 * 1024);
        let first = budget.reserve(60 * 1024).await;
        assert_eq!(budget.used(), 60 * 1024);
        assert!(budget.try_reserve(8 * 1024).is_none());
        drop(first);
        let oversized = budget.reserve(10 << 20).await;
        assert_eq!(budget.used(), budget.capacity());
        drop(oversized);
        assert_eq!(budget.used(), 0);
    }
}
