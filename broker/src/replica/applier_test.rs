//! What is done about logs that do not fit the metadata, after a crash or when a directory was replaced.

use std::sync::Arc;

use strandline_log::{Journal, JournalOptions, OsDisk, PartitionLogOptions};
use strandline_metadata::records::{CommitTier, DeleteTopic, ForgetTopic, TierEntry};
use strandline_protocol::clock::SystemClock;
use strandline_protocol::{TopicPartition, Uuid};

use super::{Applier, Partitions};
use crate::admin::Metrics;
use crate::api::fixture::Cluster;
use crate::config::{Loader, Machine, Profile};

struct World {
    cluster: Cluster,
    journal: Arc<Journal>,
    _dir: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let options = JournalOptions {
            file_size_bytes: 1 << 20,
            prealloc_bytes: 1 << 20,
            ..JournalOptions::new(dir.path().join("journal"))
        };
        let clock = Arc::new(SystemClock::default());
        let (journal, _) = Journal::open(Arc::new(OsDisk), clock, options).unwrap();
        Self {
            cluster: Cluster::with_brokers(1).await,
            journal,
            _dir: dir,
        }
    }

    /// What a start does.
    async fn start(&self) -> Arc<Partitions> {
        let partitions = Arc::new(Partitions::default());
        let settings = Loader::new(Profile::Dev, Machine::default());
        let mut applier = Applier::new(
            Arc::new(settings.finish().unwrap()),
            1,
            self.cluster.metadata.clone(),
            Arc::clone(&self.journal),
            Arc::clone(&partitions),
            Arc::new(Metrics::new(2_000)),
        );
        let started = tokio::task::spawn_blocking(move || applier.start());
        started.await.unwrap().unwrap();
        partitions
    }
}

fn tp(topic_id: Uuid) -> TopicPartition {
    TopicPartition {
        topic_id,
        partition: 0,
    }
}

#[tokio::test]
async fn a_deletion_that_a_crash_interrupted_is_finished_and_unknown_logs_are_kept() {
    let world = World::new().await;
    let metadata = &world.cluster.metadata;
    let topic_id = world.cluster.create_topic("t", 1, 1).await;
    world.start().await;
    assert!(world.journal.log(&tp(topic_id)).is_some());
    let unknown = tp(Uuid([9; 16]));
    let options = PartitionLogOptions::default();
    world.journal.create_log(unknown, options).unwrap();
    // The process ends between the commit and the deletion of the log.
    metadata.propose(DeleteTopic { topic_id }).await.unwrap();
    world.start().await;
    assert!(world.journal.log(&tp(topic_id)).is_none());
    assert!(world.journal.log(&unknown).is_some(), "I21");
    metadata.propose(ForgetTopic { topic_id }).await.unwrap();
    world.start().await;
    assert!(world.journal.log(&unknown).is_some(), "I21");
}

#[tokio::test]
async fn a_log_that_ends_below_what_was_uploaded_is_not_served() {
    let world = World::new().await;
    let topic_id = world.cluster.create_topic("t", 1, 1).await;
    let whole = world.cluster.create_topic("u", 1, 1).await;
    let topology = world.cluster.metadata.topology();
    let uploaded = CommitTier {
        topic_id,
        leader_epoch: topology.partition(&topic_id, 0).unwrap().leader_epoch,
        entries: vec![TierEntry {
            base_offset: 0,
            end_offset: 10,
            entry: b"object".to_vec().into(),
        }],
        ..CommitTier::default()
    };
    world.cluster.metadata.propose(uploaded).await.unwrap();
    let partitions = world.start().await;
    assert!(
        partitions.get(&tp(topic_id)).is_none(),
        "offsets 0 to 9 would get other content (I2)"
    );
    assert!(partitions.get(&tp(whole)).is_some());
}
