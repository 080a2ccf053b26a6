//! What is left in the store of topics that were deleted.
//!
//! A deletion leaves a note in the metadata if the topic had data in the store. When
//! `tier.trash.retention` is over, the objects go, and then the note.

use std::sync::Arc;
use std::time::Duration;

use strandline_metadata::records::ForgetTopic;
use strandline_metadata::{DeletedTopic, Metadata};
use strandline_protocol::TopicPartition;
use strandline_tiering::Tier;
use tokio_util::sync::CancellationToken;

use super::host::BrokerTier;

/// How often it is looked for deleted topics whose time has come.
const INTERVAL: Duration = Duration::from_secs(600);

/// Empties the store of deleted topics. Only the controller does.
#[derive(Debug)]
pub struct DeletedTopics {
    host: BrokerTier,
    metadata: Metadata,
    tier: Arc<Tier>,
    node_id: i32,
}

impl DeletedTopics {
    /// Looks at the metadata's notes for `node_id`.
    pub fn new(host: BrokerTier, metadata: Metadata, tier: Arc<Tier>, node_id: i32) -> Self {
        Self {
            host,
            metadata,
            tier,
            node_id,
        }
    }

    /// Runs until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(INTERVAL) => {}
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.pass() => {}
            }
        }
    }

    /// One look at all notes.
    async fn pass(&self) {
        let Some(now) = self.host.time_ms() else {
            return;
        };
        if self.metadata.topology().controller_id != self.node_id {
            return;
        }
        let keep = self.tier.options().trash_retention.as_millis();
        let keep = i64::try_from(keep).unwrap_or(i64::MAX);
        let notes = self.metadata.tables().deleted_topics();
        for topic in notes.values() {
            if now.saturating_sub(topic.deleted_timestamp) >= keep {
                self.purge(topic).await;
            }
        }
    }

    async fn purge(&self, topic: &DeletedTopic) {
        for (partition, _) in &topic.partitions {
            let tp = TopicPartition {
                topic_id: topic.topic_id,
                partition: *partition,
            };
            if let Err(error) = self.tier.purge(tp).await {
                tracing::warn!(partition = %tp, "cannot empty the store: {}", error.explain());
                return;
            }
        }
        let forget = ForgetTopic {
            topic_id: topic.topic_id,
        };
        match self.metadata.propose(forget).await {
            Ok(_) => tracing::info!(topic = &*topic.name, "a deleted topic left the store"),
            Err(error) => tracing::warn!(topic = &*topic.name, %error, "cannot forget a topic"),
        }
    }
}
