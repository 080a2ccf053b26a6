//! What is left of topics that were deleted.
//!
//! A deletion leaves a note in the metadata. A broker that crashed before it deleted its logs does so
//! at its next start because of the note. When nothing is left, in the store neither, the note goes.

use std::sync::Arc;
use std::time::Duration;

use strandline_metadata::records::ForgetTopic;
use strandline_metadata::{DeletedTopic, Metadata};
use strandline_tiering::Tier;
use tokio_util::sync::CancellationToken;

use super::host::BrokerTier;

/// How often it is looked for deleted topics whose time has come.
const INTERVAL: Duration = Duration::from_secs(600);

/// How long a note stays at least: brokers that are down get this time to come back and to delete
/// their logs. Later they find logs that nobody knows, which are kept and reported.
const NOTE_MIN: Duration = Duration::from_secs(3_600);

/// Empties the store of deleted topics and forgets them. Only the controller does.
#[derive(Debug)]
pub struct DeletedTopics {
    host: BrokerTier,
    metadata: Metadata,
    tier: Option<Arc<Tier>>,
    node_id: i32,
}

impl DeletedTopics {
    /// Looks at the metadata's notes for `node_id`.
    pub fn new(
        host: BrokerTier,
        metadata: Metadata,
        tier: Option<Arc<Tier>>,
        node_id: i32,
    ) -> Self {
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
        let trash = self
            .tier
            .as_ref()
            .map(|tier| tier.options().trash_retention);
        let notes = self.metadata.tables().deleted_topics();
        let here = self.host.topics_with_logs();
        for topic in notes.values() {
            let tiered = !topic.partitions.is_empty();
            let keep = trash.filter(|_| tiered).unwrap_or_default().max(NOTE_MIN);
            let keep = i64::try_from(keep.as_millis()).unwrap_or(i64::MAX);
            let age = now.saturating_sub(topic.deleted_timestamp);
            // Without a store, what it holds of the topic cannot be deleted now and is not forgotten.
            let possible = self.tier.is_some() || !tiered;
            if age >= keep && possible && !here.contains(&topic.topic_id) {
                self.purge(topic).await;
            }
        }
    }

    async fn purge(&self, topic: &DeletedTopic) {
        if let Some(tier) = &self.tier
            && let Err(error) = tier.purge(topic.topic_id).await
        {
            tier.report(None, &error);
            return;
        }
        let forget = ForgetTopic {
            topic_id: topic.topic_id,
        };
        match self.metadata.propose(forget).await {
            Ok(_) => tracing::debug!(topic = &*topic.name, "nothing is left of a deleted topic"),
            Err(error) => tracing::warn!(topic = &*topic.name, %error, "cannot forget a topic"),
        }
    }
}
