//! Writers without a client library, each to a partition of its own, and what they were told is
//! durable.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;

use anyhow::{Context, Result, anyhow, ensure};

use crate::batch::{batch, content_hash};
use crate::wire::{Wire, batches};

/// Records per batch.
const RECORDS: usize = 4;

/// Acknowledged batches: partition and base offset to the hash of their content.
type Acknowledged = BTreeMap<(i32, i64), u64>;

/// Writers that run until they are stopped.
pub(super) struct Writers {
    acknowledged: Arc<Mutex<Acknowledged>>,
    stop: Arc<AtomicBool>,
    rest: Arc<Rest>,
    threads: Vec<JoinHandle<Result<()>>>,
}

/// Whether writers pause.
#[derive(Default)]
struct Rest {
    resting: Mutex<bool>,
    changed: Condvar,
}

impl Rest {
    fn set(&self, resting: bool) {
        *self.resting.lock().unwrap_or_else(PoisonError::into_inner) = resting;
        self.changed.notify_all();
    }

    fn wait(&self) {
        let resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.changed.wait_while(resting, |resting| *resting));
    }
}

impl Writers {
    /// One writer for each of `partitions` partitions, without a pause between batches.
    pub(super) fn start(bootstrap: &str, topic: &str, partitions: i32, seed: u64) -> Result<Self> {
        let acknowledged = Arc::new(Mutex::new(BTreeMap::new()));
        let stop = Arc::new(AtomicBool::new(false));
        let rest = Arc::new(Rest::default());
        let mut threads = Vec::new();
        for partition in 0..partitions {
            let mut wire = Wire::connect(bootstrap)?;
            let (acknowledged, stop) = (Arc::clone(&acknowledged), Arc::clone(&stop));
            let rest = Arc::clone(&rest);
            let topic = topic.to_owned();
            let mut seed = seed ^ (u64::try_from(partition)? << 48);
            threads.push(std::thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    rest.wait();
                    seed += 1;
                    let length = 100 + usize::try_from(seed % 8_000)?;
                    let batch = batch(RECORDS, length, seed);
                    let (error, offset) = wire.produce(&topic, partition, &batch)?;
                    ensure!(error == 0, "produce: error {error}");
                    let mut all = acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
                    all.insert((partition, offset), content_hash(&batch));
                }
                Ok(())
            }));
        }
        Ok(Self {
            acknowledged,
            stop,
            rest,
            threads,
        })
    }

    /// What has been acknowledged so far.
    pub(super) fn acknowledged(&self) -> Acknowledged {
        self.acknowledged
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Lets the writers pause after the batch that they are at, or go on.
    pub(super) fn rest(&self, resting: bool) {
        self.rest.set(resting);
    }

    /// Ends the writers.
    pub(super) fn stop(self) -> Result<()> {
        self.stop.store(true, Ordering::Relaxed);
        self.rest.set(false);
        for thread in self.threads {
            thread.join().map_err(|_| anyhow!("a writer panicked"))??;
        }
        Ok(())
    }
}

/// Reads everything back and checks that each acknowledged batch is where it was acknowledged, with
/// its content, and that offsets have no holes.
pub(super) fn check(
    bootstrap: &str,
    topic: &str,
    partitions: i32,
    acknowledged: &Acknowledged,
) -> Result<()> {
    let mut wire = Wire::connect(bootstrap)?;
    let mut found = BTreeMap::new();
    for partition in 0..partitions {
        let mut next = 0;
        loop {
            let fetched = wire.fetch(topic, partition, next, 4 << 20)?;
            ensure!(
                fetched.error == 0,
                "fetch {partition} at {next}: error {}",
                fetched.error
            );
            let whole = batches(&fetched.records);
            if whole.is_empty() {
                ensure!(
                    next == fetched.high_watermark,
                    "partition {partition}: reading ends at {next}, high watermark {}",
                    fetched.high_watermark
                );
                break;
            }
            for batch in whole {
                let base = batch.base_offset;
                ensure!(
                    base == next,
                    "partition {partition}: offset {base} after {next}"
                );
                found.insert((partition, base), content_hash(batch.bytes));
                next = batch.end_offset();
            }
        }
    }
    for (at, hash) in acknowledged {
        let there = found
            .get(at)
            .with_context(|| format!("acknowledged {at:?} is gone"))?;
        ensure!(there == hash, "acknowledged {at:?} has another content");
    }
    Ok(())
}
