//! A metadata group of one for tests of handlers, with as many brokers registered as wanted.

use std::sync::Arc;

use rand::TryRngCore;
use rand::rngs::OsRng;
use strandline_metadata::records::{CreateTopic, PartitionAssignment, RegisterBroker};
use strandline_metadata::{Metadata, MetadataOptions};
use strandline_protocol::Uuid;
use strandline_protocol::clock::SystemClock;
use strandline_protocol::codec::StrBytes;

pub(crate) struct Cluster {
    pub(crate) metadata: Metadata,
    _dir: tempfile::TempDir,
}

pub(crate) fn random_id() -> Uuid {
    Uuid::from_random(|| {
        let mut bytes = [0; 16];
        OsRng.try_fill_bytes(&mut bytes).unwrap();
        bytes
    })
}

impl Cluster {
    /// Brokers 1 to `count`; this process is the first.
    pub(crate) async fn with_brokers(count: i32) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let options = MetadataOptions::new(dir.path().join("metadata"), 1, random_id());
        let clock = Arc::new(SystemClock::default());
        let metadata = Metadata::start(options, clock).await.unwrap();
        metadata.register(None, Vec::new()).await.unwrap();
        for broker_id in 2..=count {
            let incarnation = random_id();
            let registered = RegisterBroker {
                broker_id,
                incarnation,
                level_min: strandline_metadata::level::MIN,
                level_max: strandline_metadata::level::MAX,
                ..Default::default()
            };
            metadata.propose(registered).await.unwrap();
        }
        Self {
            metadata,
            _dir: dir,
        }
    }

    /// A topic whose partitions all have the first `factor` brokers.
    pub(crate) async fn create_topic(&self, name: &str, partitions: usize, factor: i32) -> Uuid {
        let topic_id = random_id();
        let assignment = PartitionAssignment {
            replicas: (1..=factor).collect(),
        };
        let command = CreateTopic {
            topic_id,
            name: StrBytes::from(name),
            partitions: vec![assignment; partitions],
            ..Default::default()
        };
        self.metadata.propose(command).await.unwrap();
        topic_id
    }
}
