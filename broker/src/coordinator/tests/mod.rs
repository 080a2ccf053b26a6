//! Tests of the driver over a real metadata group in a temporary directory.

mod groups;
mod offsets;
mod restart;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use prometheus_client::metrics::counter::Counter;
use strandline_metadata::records::{CreateTopic, PartitionAssignment};
use strandline_metadata::{Metadata, MetadataOptions};
use strandline_protocol::clock::SystemClock;
use strandline_protocol::{ErrorCode, Uuid};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::group::{
    GroupOptions, JoinAnswer, JoinRequest, LeaveRequest, LeavingMember, Protocol, SyncAnswer,
    SyncRequest, Token,
};
use super::*;
use crate::server::{MemoryBudget, PoolName};

pub(super) const TOPIC: Uuid = Uuid([9; 16]);

/// A broker's coordinator and what it stands on.
#[derive(Debug)]
pub(super) struct Node {
    dir: TempDir,
    start: u8,
    pub(super) options: GroupCoordinatorOptions,
    pub(super) memory: MemoryBudget,
    pub(super) metadata: Metadata,
    pub(super) coordinator: GroupCoordinator,
    stopping: CancellationToken,
}

impl Node {
    pub(super) async fn start() -> Self {
        Self::start_with(options(), MemoryBudget::new(1 << 30)).await
    }

    pub(super) async fn start_with(options: GroupCoordinatorOptions, memory: MemoryBudget) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let node = Self::open(dir, 1, options, memory).await;
        let topic = CreateTopic {
            name: "t".into(),
            topic_id: TOPIC,
            partitions: vec![PartitionAssignment { replicas: vec![1] }; 3],
            ..CreateTopic::default()
        };
        node.metadata.propose(topic).await.unwrap();
        node
    }

    async fn open(
        dir: TempDir,
        start: u8,
        options: GroupCoordinatorOptions,
        memory: MemoryBudget,
    ) -> Self {
        let clock = Arc::new(SystemClock::default());
        let metadata_options = MetadataOptions::new(dir.path(), 1, Uuid([start; 16]));
        let metadata = Metadata::start(metadata_options, clock.clone())
            .await
            .unwrap();
        metadata.register(None, Vec::new()).await.unwrap();
        let stopping = CancellationToken::new();
        let coordinator = GroupCoordinator::start(
            1,
            options.clone(),
            metadata.clone(),
            clock,
            memory.pool(PoolName::Coordinators).clone(),
            Counter::default(),
            stopping.clone(),
        );
        Self {
            dir,
            start,
            options,
            memory,
            metadata,
            coordinator,
            stopping,
        }
    }

    /// The process ends, and another begins on the same directory.
    pub(super) async fn restart(self) -> Self {
        self.stopping.cancel();
        self.metadata.shutdown().await;
        let Self {
            dir,
            start,
            options,
            memory,
            metadata,
            coordinator,
            ..
        } = self;
        drop((metadata, coordinator));
        Self::open(dir, start + 1, options, memory).await
    }

    pub(super) async fn join(&self, member_id: &str) -> JoinAnswer {
        self.coordinator
            .join("g", |token| join_request(token, member_id))
            .await
    }

    pub(super) async fn sync(
        &self,
        member_id: &str,
        generation: i32,
        assignments: &[(&str, &str)],
    ) -> SyncAnswer {
        let pairs = assignments.iter();
        let assignments = pairs
            .map(|(id, text)| ((*id).into(), bytes(text)))
            .collect();
        let make = |token| SyncRequest {
            token,
            member_id: member_id.into(),
            group_instance_id: None,
            generation,
            protocol_type: None,
            protocol_name: None,
            assignments,
        };
        self.coordinator.sync("g", make).await
    }

    pub(super) async fn leave(&self, member_id: &str) -> Result<Vec<ErrorCode>, ErrorCode> {
        let members = vec![LeavingMember {
            member_id: member_id.into(),
            group_instance_id: None,
        }];
        self.coordinator
            .leave("g", |token| LeaveRequest { token, members })
            .await
    }

    pub(super) fn heartbeat(&self, member_id: &str, generation: i32) -> ErrorCode {
        let result = self
            .coordinator
            .heartbeat("g", identity(member_id, generation));
        result.err().unwrap_or(ErrorCode::None)
    }

    /// A stable group of one.
    pub(super) async fn stable(&self) -> (String, i32) {
        let joined = self.join("").await;
        assert_eq!(joined.error, ErrorCode::None);
        let id = joined.member_id.to_string();
        let synced = self.sync(&id, joined.generation, &[(&id, "all")]).await;
        assert_eq!(
            (synced.error, synced.assignment),
            (ErrorCode::None, bytes("all"))
        );
        (id, joined.generation)
    }
}

pub(super) fn options() -> GroupCoordinatorOptions {
    GroupCoordinatorOptions {
        group: GroupOptions {
            initial_rebalance_delay: Duration::ZERO,
            ..Default::default()
        },
        session_timeout_ms: 1..=1_800_000,
        offset_metadata_bytes_max: 4096,
        offsets_retention: Duration::from_secs(7 * 24 * 3600),
        retention_check_interval: Duration::from_secs(600),
    }
}

pub(super) fn join_request(token: Token, member_id: &str) -> JoinRequest {
    JoinRequest {
        token,
        member_id: member_id.into(),
        group_instance_id: None,
        client_id: "client".into(),
        client_host: "/127.0.0.1".into(),
        session_timeout: Duration::from_secs(30),
        rebalance_timeout: Duration::from_secs(30),
        protocol_type: "consumer".into(),
        protocols: vec![Protocol {
            name: "range".into(),
            metadata: Bytes::new(),
        }],
        new_member_id: format!("m{}", token.0).into(),
        requires_known_member_id: false,
        supports_skip_assignment: true,
    }
}

pub(super) fn identity(member_id: &str, generation: i32) -> MemberIdentity<'_> {
    MemberIdentity {
        member_id,
        group_instance_id: None,
        generation,
    }
}

pub(super) fn bytes(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}
