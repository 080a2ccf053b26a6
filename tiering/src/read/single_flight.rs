//! One request for many who want the same thing at the same time.
//!
//! The request runs in a task of its own: a fetch that gives up does not cancel it, and the next one finds the result.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use parking_lot::Mutex;

use crate::error::TierError;

/// A request that several may wait for.
pub(crate) type Flight<V> = Shared<BoxFuture<'static, Result<V, TierError>>>;

/// Requests under way by key.
pub(crate) struct SingleFlight<K, V> {
    flights: Arc<Mutex<HashMap<K, Flight<V>>>>,
}

struct Landed<K: Eq + Hash, V> {
    key: K,
    flights: Arc<Mutex<HashMap<K, Flight<V>>>>,
}

impl<K: Eq + Hash, V> Drop for Landed<K, V> {
    fn drop(&mut self) {
        self.flights.lock().remove(&self.key);
    }
}

impl<K, V> SingleFlight<K, V>
where
    K: Eq + Hash + Clone + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    pub(crate) fn new() -> Self {
        Self {
            flights: Arc::default(),
        }
    }

    /// Joins the request for `key` or starts it. `request` must put its result where the next caller looks first.
    pub(crate) fn join<F>(&self, key: K, request: impl FnOnce() -> F) -> Flight<V>
    where
        F: Future<Output = Result<V, TierError>> + Send + 'static,
    {
        let mut flights = self.flights.lock();
        if let Some(flight) = flights.get(&key) {
            return flight.clone();
        }
        let landed = Landed {
            key: key.clone(),
            flights: Arc::clone(&self.flights),
        };
        let request = request();
        // The task takes the lock when it ends, so it cannot end before the flight is in the map.
        let task = tokio::spawn(async move {
            let _landed = landed;
            request.await
        });
        let flight: Flight<V> = async move { task.await.unwrap_or(Err(TierError::Closed)) }
            .boxed()
            .shared();
        flights.insert(key, flight.clone());
        flight
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_hundred_callers_make_one_request_even_if_the_first_gives_up() {
        let flights = SingleFlight::<u32, u32>::new();
        let calls = Arc::new(AtomicU32::new(0));
        let (open, gate) = tokio::sync::watch::channel(false);
        let start = || {
            let (calls, mut gate) = (Arc::clone(&calls), gate.clone());
            flights.join(1, move || async move {
                calls.fetch_add(1, Ordering::SeqCst);
                gate.wait_for(|open| *open)
                    .await
                    .map_err(|_| TierError::Closed)?;
                Ok(42)
            })
        };
        drop(start());
        let waiting: Vec<_> = (0..100).map(|_| start()).collect();
        open.send(true).unwrap();
        for flight in waiting {
            assert_eq!(flight.await.unwrap(), 42);
        }
        assert_eq!(calls.load(Ordering::SeqCst), 1);
        assert_eq!(start().await.unwrap(), 42);
        assert_eq!(
            calls.load(Ordering::SeqCst),
            2,
            "a landed flight is not joined"
        );
    }
}
