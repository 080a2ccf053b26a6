//! The well-behaved client beside an attack: small produce and fetch by turns, each timed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};

use crate::batch::batch;
use crate::wire::Wire;

pub(super) const TOPIC: &str = "bystander";

/// Requests it makes at least, for a 99th percentile to mean something.
const REQUESTS_MIN: usize = 100;

/// Longest wait for its own record: a broker short of memory may answer a fetch with nothing.
const PATIENCE: Duration = Duration::from_secs(10);

/// Time between its requests: it is a client, not a load.
const PACE: Duration = Duration::from_millis(2);

pub(super) struct Bystander {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Result<Vec<Duration>>>,
}

/// How it was served.
pub(super) struct Served {
    pub(super) p99: Duration,
    pub(super) requests: usize,
}

impl Served {
    /// The one who waited longer.
    pub(super) fn worse(self, other: Self) -> Self {
        if self.p99 >= other.p99 { self } else { other }
    }
}

impl Bystander {
    pub(super) fn start(bootstrap: &str) -> Result<Self> {
        let mut wire = Wire::connect(bootstrap)?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut latencies = Vec::new();
            while !stopped.load(Ordering::Relaxed) || latencies.len() < REQUESTS_MIN {
                let started = Instant::now();
                let (error, offset) = wire.produce(TOPIC, 0, &batch(1, 512, 1))?;
                ensure!(error == 0, "produce: error {error}");
                latencies.push(started.elapsed());
                latencies.push(fetch_own(&mut wire, offset)?);
                std::thread::sleep(PACE);
            }
            Ok(latencies)
        });
        Ok(Self { stop, thread })
    }

    /// Goes on for a while and stops.
    pub(super) fn measure_for(self, time: Duration) -> Result<Served> {
        std::thread::sleep(time);
        self.stop()
    }

    pub(super) fn stop(self) -> Result<Served> {
        self.stop.store(true, Ordering::Relaxed);
        let mut latencies = self.thread.join().map_err(|_| anyhow!("it panicked"))??;
        latencies.sort_unstable();
        let at = latencies.len().saturating_sub(1) * 99 / 100;
        let p99 = *latencies.get(at).context("no request was made")?;
        Ok(Served {
            p99,
            requests: latencies.len(),
        })
    }
}

/// Reads the record at `offset`; a real consumer asks again when it is given nothing.
fn fetch_own(wire: &mut Wire, offset: i64) -> Result<Duration> {
    let started = Instant::now();
    loop {
        let fetched = wire.fetch(TOPIC, 0, offset, 1 << 16)?;
        ensure!(fetched.error == 0, "fetch: error {}", fetched.error);
        if !fetched.records.is_empty() {
            return Ok(started.elapsed());
        }
        ensure!(started.elapsed() < PATIENCE, "its own record is not there");
    }
}
