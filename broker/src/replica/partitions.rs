//! All partitions that this broker holds.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::RwLock;
use strandline_protocol::TopicPartition;
use strandline_protocol::codec::Uuid;
use strandline_tiering::TierWaker;
use tokio::sync::watch;

use super::partition::Partition;
use crate::admin::{Sample, Source};

/// Parts of the map with a lock each.
const SHARDS: usize = 16;

/// How long somebody waits for a change of the image to be carried out here.
const PATIENCE: Duration = Duration::from_secs(5);

type Shard = RwLock<HashMap<Uuid, Vec<Option<Arc<Partition>>>>>;

/// The partitions by topic id and number. Lookups take a shared lock for a moment; changes come
/// from one place, the [`Applier`](super::Applier).
#[derive(Debug)]
pub struct Partitions {
    shards: [Shard; SHARDS],
    count: AtomicUsize,
    applied: watch::Sender<u64>,
    tier: TierWaker,
}

impl Default for Partitions {
    fn default() -> Self {
        Self {
            shards: std::array::from_fn(|_| Shard::default()),
            count: AtomicUsize::new(0),
            applied: watch::Sender::new(0),
            tier: TierWaker::default(),
        }
    }
}

impl Partitions {
    fn shard(&self, topic_id: &Uuid) -> &Shard {
        // Topic ids are random; the last byte is, too.
        &self.shards[usize::from(topic_id.0[15]) % SHARDS]
    }

    /// Tells the tier's driver which partitions to look at.
    pub fn tier_waker(&self) -> &TierWaker {
        &self.tier
    }

    /// The partition `tp`, if this broker holds it.
    pub fn get(&self, tp: &TopicPartition) -> Option<Arc<Partition>> {
        let shard = self.shard(&tp.topic_id).read();
        let index = usize::try_from(tp.partition).ok()?;
        shard.get(&tp.topic_id)?.get(index)?.clone()
    }

    /// All partitions of a topic that this broker holds.
    pub fn of_topic(&self, topic_id: &Uuid) -> Vec<Arc<Partition>> {
        let shard = self.shard(topic_id).read();
        let partitions = shard.get(topic_id).into_iter().flatten();
        partitions.flatten().cloned().collect()
    }

    /// All partitions, in no particular order.
    pub fn all(&self) -> Vec<Arc<Partition>> {
        let mut all = Vec::with_capacity(self.len());
        for shard in &self.shards {
            all.extend(shard.read().values().flatten().flatten().cloned());
        }
        all
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn insert(&self, partition: Arc<Partition>) {
        let tp = partition.topic_partition();
        let index = usize::try_from(tp.partition).expect("partitions are numbered from zero");
        let mut shard = self.shard(&tp.topic_id).write();
        let partitions = shard.entry(tp.topic_id).or_default();
        if partitions.len() <= index {
            partitions.resize(index + 1, None);
        }
        if partitions[index].replace(partition).is_none() {
            self.count.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn remove_topic(&self, topic_id: &Uuid) -> Vec<Arc<Partition>> {
        let removed = self.shard(topic_id).write().remove(topic_id);
        let removed: Vec<_> = removed.into_iter().flatten().flatten().collect();
        self.count.fetch_sub(removed.len(), Ordering::Relaxed);
        removed
    }

    /// Waits until the image at `index` is carried out here, or gives up after some seconds.
    pub async fn applied(&self, index: u64) {
        let mut applied = self.applied.subscribe();
        let waiting = applied.wait_for(|at| *at >= index);
        let _ = tokio::time::timeout(PATIENCE, waiting).await;
    }

    pub(super) fn set_applied(&self, index: u64) {
        self.applied.send_replace(index);
    }
}

impl Source for Partitions {
    fn read(&self, samples: &mut Vec<Sample>) {
        samples.push(Sample::plain("partitions", self.len() as f64));
    }
}

impl Source for Arc<Partitions> {
    fn read(&self, samples: &mut Vec<Sample>) {
        self.as_ref().read(samples);
    }
}
