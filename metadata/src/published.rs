//! What readers see: the last published topology, the tables, and how far they are.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use arc_swap::ArcSwap;
use tokio::sync::watch;

use crate::apply::Image;
use crate::image::{Tables, Topology};

/// Written by the apply loop, read by everybody, without a lock.
#[derive(Debug)]
pub(crate) struct Published {
    topology: ArcSwap<Topology>,
    tables: Tables,
    applied_index: AtomicU64,
    timestamp: AtomicI64,
    topology_watch: watch::Sender<u64>,
}

impl Published {
    pub(crate) fn new(image: &mut Image, applied_index: u64) -> Self {
        image.topology_changed = false;
        let (topology_watch, _) = watch::channel(image.topology.index);
        Self {
            topology: ArcSwap::from_pointee(image.topology.clone()),
            tables: image.tables.clone(),
            applied_index: AtomicU64::new(applied_index),
            timestamp: AtomicI64::new(image.timestamp),
            topology_watch,
        }
    }

    /// Shows what the image holds after the entry `applied_index`.
    pub(crate) fn publish(&self, image: &mut Image, applied_index: u64) {
        self.timestamp.store(image.timestamp, Ordering::Relaxed);
        if !image.topology_changed {
            self.applied_index.store(applied_index, Ordering::Release);
            return;
        }
        image.topology_changed = false;
        self.topology.store(Arc::new(image.topology.clone()));
        self.applied_index.store(applied_index, Ordering::Release);
        self.topology_watch.send_replace(image.topology.index);
    }

    pub(crate) fn topology(&self) -> Arc<Topology> {
        self.topology.load_full()
    }

    pub(crate) fn tables(&self) -> &Tables {
        &self.tables
    }

    pub(crate) fn applied_index(&self) -> u64 {
        self.applied_index.load(Ordering::Acquire)
    }

    pub(crate) fn timestamp(&self) -> i64 {
        self.timestamp.load(Ordering::Relaxed)
    }

    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.topology_watch.subscribe()
    }
}
