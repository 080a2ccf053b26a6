//! For tests of handlers: a metadata group of one with as many brokers registered as wanted, and a
//! whole node with a client.

use std::sync::Arc;
use std::time::Duration;

use strandline_client::Connection;
use strandline_metadata::records::{CreateTopic, PartitionAssignment, RegisterBroker};
use strandline_metadata::{Metadata, MetadataOptions};
use strandline_protocol::Uuid;
use strandline_protocol::clock::SystemClock;
use strandline_protocol::codec::{Request, StrBytes};

use crate::config::{Loader, Machine, Profile};
use crate::diagnostics::Warnings;
use crate::security::Authorizer;
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
    _dir: tempfile::TempDir,
}

impl Node {
    /// Starts one whose accesses `authorizer` decides about, with further settings.
    pub(crate) async fn start(authorizer: Arc<dyn Authorizer>, settings: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
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
            _dir: dir,
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
