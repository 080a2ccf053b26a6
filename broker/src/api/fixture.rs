//! For tests of handlers: a metadata group of one with as many brokers registered as wanted, and a
//! whole node with a client.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use strandline_client::Connection;
use strandline_metadata::records::{CreateTopic, PartitionAssignment, RegisterBroker};
use strandline_metadata::{Metadata, MetadataOptions};
use strandline_protocol::Uuid;
use strandline_protocol::clock::SystemClock;
use strandline_protocol::codec::{Records, Request, StrBytes};
use strandline_protocol::compression::Codec;
use strandline_protocol::messages::ProduceRequest;
use strandline_protocol::messages::produce_request::{PartitionProduceData, TopicProduceData};
use strandline_protocol::record_batch::RecordBatchBuilder;

use crate::config::{Loader, Machine, Profile};
use crate::diagnostics::Warnings;
use crate::security::{AllowAll, Authorizer};
use crate::server::{Broker, random_id};

pub(crate) struct Cluster {
    pub(crate) metadata: Metadata,
    _dir: tempfile::TempDir,
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

/// A node on loopback and a temporary directory, and a connection to it.
pub(crate) struct Node {
    node: crate::node::Node,
    connection: Connection,
    dir: tempfile::TempDir,
}

impl Node {
    /// Starts one whose accesses `authorizer` decides about, with further settings.
    pub(crate) async fn start(authorizer: Arc<dyn Authorizer>, settings: &[&str]) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), authorizer, settings).await
    }

    /// Stops it and starts another one on what it left, which allows everything.
    pub(crate) async fn start_again(self) -> Self {
        drop(self.connection);
        self.node.shutdown().await;
        Self::start_in(self.dir, Arc::new(AllowAll), &[]).await
    }

    async fn start_in(
        dir: tempfile::TempDir,
        authorizer: Arc<dyn Authorizer>,
        settings: &[&str],
    ) -> Self {
        let mut loader = Loader::new(Profile::Dev, Machine::default());
        let data = format!("data.dir={}", dir.path().join("data").display());
        let own = [
            data.as_str(),
            "listeners=PLAINTEXT://127.0.0.1:0",
            "admin.listener=127.0.0.1:0",
            "journal.prealloc=16MiB",
            "journal.file.size=16MiB",
        ];
        for assignment in own.iter().chain(settings) {
            loader.set(assignment).unwrap();
        }
        let node = crate::node::Node::start_with(
            loader.finish().unwrap(),
            Warnings::default(),
            authorizer,
        );
        let node = node.await.unwrap();
        let limit = Duration::from_secs(30);
        let connection = Connection::open(&node.bootstrap(), "test", limit)
            .await
            .unwrap();
        Self {
            node,
            connection,
            dir,
        }
    }

    pub(crate) fn broker(&self) -> &Arc<Broker> {
        self.node.broker()
    }

    /// Where it listens, as `host:port`.
    pub(crate) fn bootstrap(&self) -> String {
        self.node.bootstrap()
    }

    /// Asks over the wire.
    pub(crate) async fn ask<R: Request>(&self, version: i16, request: &R) -> R::Response {
        self.connection.request_at(request, version).await.unwrap()
    }

    /// Writes one record to partition 0, durably; Kafka's error code.
    pub(crate) async fn produce_one(&self, topic_id: Uuid, acks: i16, timeout_ms: i32) -> i16 {
        let records = Some(Records::from(one_record()));
        let partition_data = vec![PartitionProduceData { index: 0, records }];
        let topic_data = vec![TopicProduceData {
            topic_id,
            partition_data,
            ..Default::default()
        }];
        let request = ProduceRequest {
            acks,
            timeout_ms,
            topic_data,
            ..Default::default()
        };
        let answer = self.ask(13, &request).await;
        answer.responses[0].partition_responses[0].error_code
    }

    /// Creates a topic behind the back of every authorizer.
    pub(crate) async fn create_topic(&self, name: &str, partitions: usize) -> Uuid {
        let topic_id = random_id();
        let assignment = PartitionAssignment {
            replicas: vec![self.broker().node_id],
        };
        let command = CreateTopic {
            topic_id,
            name: StrBytes::from(name),
            partitions: vec![assignment; partitions],
            ..Default::default()
        };
        let broker = self.broker();
        broker.metadata.propose(command).await.unwrap();
        broker
            .partitions
            .applied(broker.metadata.topology().index)
            .await;
        topic_id
    }

    pub(crate) async fn stop(self) {
        drop(self.connection);
        self.node.shutdown().await;
    }
}

/// A batch of one record with a key.
pub(crate) fn one_record() -> Bytes {
    let mut batch = RecordBatchBuilder::new(Codec::None);
    batch.append(1, Some(b"k"), Some(b"v"), &[]).unwrap();
    batch.build().unwrap()
}
