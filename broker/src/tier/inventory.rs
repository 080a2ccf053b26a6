//! The objects of this broker's tier as text, a line each.

use std::sync::Arc;

use strandline_metadata::{Metadata, Topic};
use strandline_protocol::TopicPartition;
use strandline_tiering::{ReferencedObject, Tier, TierError};
use tokio::sync::mpsc;

/// Lines and objects that wait for who reads them.
const WAITING_MAX: usize = 64;

/// Lists objects with what refers to them.
#[derive(Debug, Clone)]
pub struct TierInventory {
    metadata: Metadata,
    tier: Arc<Tier>,
}

impl TierInventory {
    /// The objects that `metadata` and the manifests in `tier` refer to.
    #[must_use]
    pub fn new(metadata: Metadata, tier: Arc<Tier>) -> Self {
        Self { metadata, tier }
    }

    /// A line for each object of `topic`, or of all topics: topic, partition, use, start and end
    /// offset, bytes, key. The last line is `end COUNT`; without it the list is not complete. It is
    /// made as fast as it is read, and no further.
    #[must_use]
    pub fn lines(self, topic: Option<String>) -> mpsc::Receiver<String> {
        let (to, lines) = mpsc::channel(WAITING_MAX);
        tokio::spawn(async move {
            let last = match self.list(topic.as_deref(), &to).await {
                Ok(count) => format!("end {count}\n"),
                Err(error) => format!("failed: {}\n", error.explain()),
            };
            // Nobody waits for it if this fails.
            let _ = to.send(last).await;
        });
        lines
    }

    async fn list(&self, name: Option<&str>, to: &mpsc::Sender<String>) -> Result<u64, TierError> {
        let topology = self.metadata.topology();
        let mut count = 0;
        for topic in topology.topics() {
            if name.is_none_or(|name| *topic.name == *name) {
                count += self.list_topic(topic, to).await?;
            }
        }
        Ok(count)
    }

    async fn list_topic(&self, topic: &Topic, to: &mpsc::Sender<String>) -> Result<u64, TierError> {
        let mut count = 0;
        for (partition, _) in (0..).zip(&topic.partitions) {
            let tp = TopicPartition {
                topic_id: topic.id,
                partition,
            };
            if self.metadata.tables().partition_state(&tp).manifest_version == 0 || to.is_closed() {
                continue;
            }
            let (object, mut objects) = mpsc::channel::<ReferencedObject>(WAITING_MAX);
            let forward = async {
                while let Some(object) = objects.recv().await {
                    count += 1;
                    let line = format!(
                        "{} {partition} {} {} {} {} {}\n",
                        &*topic.name,
                        object.used_as.label(),
                        object.start_offset,
                        object.end_offset,
                        object.bytes,
                        object.key,
                    );
                    if to.send(line).await.is_err() {
                        return;
                    }
                }
            };
            let (listed, ()) = tokio::join!(self.tier.objects(tp, object), forward);
            listed?;
        }
        Ok(count)
    }
}
