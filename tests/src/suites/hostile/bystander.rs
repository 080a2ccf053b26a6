//! The well-behaved client beside an attack: small produce and fetch by turns, each timed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};

use crate::batch::batch;
use crate::wire::Wire;

pub(super) const TOPIC: &str = "bystander";

/// Longest wait for its own record: a broker short of memory may answer a fetch with nothing.
const PATIENCE: Duration = Duration::from_secs(10);

/// Time between its requests: it is a client, not a load.
const PACE: Duration = Duration::from_millis(2);

pub(super) struct Bystander {
    requests_min: usize,
    requests: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Result<Vec<Duration>>>,
}

impl Bystander {
    /// Starts one that makes at least `requests_min` requests, for its 99th percentile to mean
    /// something.
    pub(super) fn start(bootstrap: &str, requests_min: usize) -> Result<Self> {
        let mut wire = Wire::connect(bootstrap)?;
        let requests = Arc::new(AtomicUsize::new(0));
        let stop = Arc::new(AtomicBool::new(false));
        let (counted, stopped) = (Arc::clone(&requests), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            let mut latencies = Vec::new();
            while !stopped.load(Ordering::Relaxed) || latencies.len() < requests_min {
                let started = Instant::now();
                let (error, offset) = wire.produce(TOPIC, 0, &batch(1, 512, 1))?;
                ensure!(error == 0, "produce: error {error}");
                latencies.push(started.elapsed());
                latencies.push(fetch_own(&mut wire, offset)?);
                counted.store(latencies.len(), Ordering::Relaxed);
                std::thread::sleep(PACE);
            }
            Ok(latencies)
        });
        Ok(Self {
            requests_min,
            requests,
            stop,
            thread,
        })
    }

    /// Whether it made the requests it was started for, or cannot go on.
    pub(super) fn is_done(&self) -> bool {
        self.requests.load(Ordering::Relaxed) >= self.requests_min || self.thread.is_finished()
    }

    /// The 99th percentile of its latencies, when it made its requests.
    pub(super) fn p99(self) -> Result<Duration> {
        self.stop.store(true, Ordering::Relaxed);
        let mut latencies = self.thread.join().map_err(|_| anyhow!("it panicked"))??;
        latencies.sort_unstable();
        let at = latencies.len().saturating_sub(1) * 99 / 100;
        latencies.get(at).copied().context("no request was made")
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
