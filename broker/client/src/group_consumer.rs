//! A member of a classic consumer group.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use strandline_protocol::ErrorCode;
use strandline_protocol::codec::Records;
use strandline_protocol::messages::join_group_request::JoinGroupRequestProtocol;
use strandline_protocol::messages::leave_group_request::MemberIdentity;
use strandline_protocol::messages::offset_commit_request::{
    OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use strandline_protocol::messages::offset_fetch_request::{
    OffsetFetchRequestGroup, OffsetFetchRequestTopics,
};
use strandline_protocol::messages::sync_group_request::SyncGroupRequestAssignment;
use strandline_protocol::messages::{
    HeartbeatRequest, JoinGroupRequest, JoinGroupResponse, LeaveGroupRequest, OffsetCommitRequest,
    OffsetFetchRequest, SyncGroupRequest,
};

use crate::client::{check, retry};
use crate::subscription::{assign_ranges, assigned, subscribe};
use crate::{Client, ClientError, EARLIEST};

/// Session and rebalance timeout.
const SESSION_MS: i32 = 30_000;

/// Bytes of one fetch.
const FETCH_BYTES_MAX: i32 = 1 << 20;

const PROTOCOL_TYPE: &str = "consumer";
const PROTOCOL: &str = "range";

/// Last versions that name topics; OffsetFetch of 8 and 9 wants a list of groups.
const OFFSETS_BY_NAME: i16 = 9;

/// Rejoins in a row before giving up.
const REJOINS_MAX: u32 = 50;

/// Batches that arrived for one partition.
#[derive(Debug, Clone)]
pub struct Polled {
    /// Topic of the partition.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// First offset that was asked for; records below it are to be skipped.
    pub from: i64,
    /// Whole batches.
    pub records: Records,
}

/// A member. Every poll sends a heartbeat and rejoins when the group rebalances.
#[derive(Debug)]
pub struct GroupConsumer {
    client: Arc<Client>,
    group: String,
    topics: Vec<String>,
    member_id: String,
    generation: i32,
    /// Next offset to read by assigned partition.
    positions: BTreeMap<(String, i32), i64>,
    /// Where the next poll begins, so that every partition has its turn.
    turn: usize,
}

impl GroupConsumer {
    /// Joins `group` to read `topics`. Partitions without a committed offset start at the earliest.
    ///
    /// # Errors
    /// If the coordinator does not let the member in.
    pub async fn join(
        client: Arc<Client>,
        group: &str,
        topics: &[String],
    ) -> Result<Self, ClientError> {
        let mut consumer = Self {
            client,
            group: group.to_owned(),
            topics: topics.to_vec(),
            member_id: String::new(),
            generation: -1,
            positions: BTreeMap::new(),
            turn: 0,
        };
        consumer.rejoin().await?;
        Ok(consumer)
    }

    /// Partitions of this member with the next offset of each.
    #[must_use]
    pub fn positions(&self) -> &BTreeMap<(String, i32), i64> {
        &self.positions
    }

    async fn rejoin(&mut self) -> Result<(), ClientError> {
        for _ in 0..REJOINS_MAX {
            let joined = self.send_join().await?;
            match ErrorCode::from_code(joined.error_code) {
                ErrorCode::MemberIdRequired => {
                    self.member_id = joined.member_id.to_string();
                    continue;
                }
                ErrorCode::UnknownMemberId => {
                    self.member_id.clear();
                    continue;
                }
                code if code.is_retriable() => continue,
                _ => check(joined.error_code, || format!("join group `{}`", self.group))?,
            }
            self.member_id = joined.member_id.to_string();
            self.generation = joined.generation_id;
            if let Some(assignment) = self.sync(&joined).await? {
                return self.take(assigned(assignment)?).await;
            }
        }
        Err(ClientError::Missing(format!(
            "a stable generation of group `{}`",
            self.group
        )))
    }

    async fn send_join(&self) -> Result<JoinGroupResponse, ClientError> {
        let request = JoinGroupRequest {
            group_id: self.group.as_str().into(),
            session_timeout_ms: SESSION_MS,
            rebalance_timeout_ms: SESSION_MS,
            member_id: self.member_id.as_str().into(),
            protocol_type: PROTOCOL_TYPE.into(),
            protocols: vec![JoinGroupRequestProtocol {
                name: PROTOCOL.into(),
                metadata: subscribe(&self.topics)?,
            }],
            ..Default::default()
        };
        self.client
            .coordinator(&self.group)
            .await?
            .request(&request)
            .await
    }

    /// The member's assignment, or `None` if the group rebalances again. The leader computes all.
    async fn sync(&self, joined: &JoinGroupResponse) -> Result<Option<Bytes>, ClientError> {
        let assignments = if joined.leader == joined.member_id {
            self.assign(joined).await?
        } else {
            Vec::new()
        };
        let request = SyncGroupRequest {
            group_id: self.group.as_str().into(),
            generation_id: self.generation,
            member_id: self.member_id.as_str().into(),
            protocol_type: Some(PROTOCOL_TYPE.into()),
            protocol_name: Some(PROTOCOL.into()),
            assignments,
            ..Default::default()
        };
        let answer = self
            .client
            .coordinator(&self.group)
            .await?
            .request(&request)
            .await?;
        match ErrorCode::from_code(answer.error_code) {
            ErrorCode::None => Ok(Some(answer.assignment)),
            ErrorCode::RebalanceInProgress
            | ErrorCode::UnknownMemberId
            | ErrorCode::IllegalGeneration => Ok(None),
            _ => {
                check(answer.error_code, || format!("sync group `{}`", self.group))?;
                Ok(None)
            }
        }
    }

    async fn assign(
        &self,
        joined: &JoinGroupResponse,
    ) -> Result<Vec<SyncGroupRequestAssignment>, ClientError> {
        let members: Vec<(String, Bytes)> = joined
            .members
            .iter()
            .map(|member| (member.member_id.to_string(), member.metadata.clone()))
            .collect();
        let mut partitions = BTreeMap::new();
        for topic in self.topics.iter().collect::<BTreeSet<_>>() {
            partitions.insert(topic.clone(), self.client.partitions(topic).await?);
        }
        Ok(assign_ranges(&members, &partitions)?
            .into_iter()
            .map(|(member_id, assignment)| SyncGroupRequestAssignment {
                member_id: member_id.into(),
                assignment,
            })
            .collect())
    }

    /// Starts reading the partitions where the group left off.
    async fn take(&mut self, partitions: Vec<(String, i32)>) -> Result<(), ClientError> {
        let mut by_topic: BTreeMap<&str, Vec<i32>> = BTreeMap::new();
        for (topic, partition) in &partitions {
            by_topic.entry(topic).or_default().push(*partition);
        }
        let committed = self.committed(&by_topic).await?;
        self.positions.clear();
        for (topic, partition) in partitions {
            let offset = match committed.get(&(topic.clone(), partition)) {
                Some(offset) => *offset,
                None => self
                    .client
                    .offset_at(&topic, partition, EARLIEST)
                    .await?
                    .unwrap_or_default(),
            };
            self.positions.insert((topic, partition), offset);
        }
        Ok(())
    }

    async fn committed(
        &self,
        partitions: &BTreeMap<&str, Vec<i32>>,
    ) -> Result<HashMap<(String, i32), i64>, ClientError> {
        let request = OffsetFetchRequest {
            groups: vec![OffsetFetchRequestGroup {
                group_id: self.group.as_str().into(),
                topics: Some(
                    partitions
                        .iter()
                        .map(|(topic, partition_indexes)| OffsetFetchRequestTopics {
                            name: (*topic).into(),
                            partition_indexes: partition_indexes.clone(),
                            ..Default::default()
                        })
                        .collect(),
                ),
                ..Default::default()
            }],
            ..Default::default()
        };
        let answer = retry(async || {
            let coordinator = self.client.coordinator(&self.group).await?;
            let version = coordinator
                .version::<OffsetFetchRequest>()?
                .min(OFFSETS_BY_NAME);
            let answer = coordinator.request_at(&request, version).await?;
            for group in &answer.groups {
                check(group.error_code, || {
                    format!("offsets of group `{}`", self.group)
                })?;
            }
            Ok(answer)
        })
        .await?;
        let mut committed = HashMap::new();
        for topic in answer.groups.iter().flat_map(|group| &group.topics) {
            for partition in &topic.partitions {
                check(partition.error_code, || format!("offset of {}", topic.name))?;
                if partition.committed_offset >= 0 {
                    let key = (topic.name.to_string(), partition.partition_index);
                    committed.insert(key, partition.committed_offset);
                }
            }
        }
        Ok(committed)
    }

    /// Reads once from each assigned partition, in turn, until one has records; waits at most `wait`
    /// where none has. The positions move behind what is returned.
    ///
    /// # Errors
    /// If the group or a partition fails for good.
    pub async fn poll(&mut self, wait: Duration) -> Result<Option<Polled>, ClientError> {
        self.heartbeat().await?;
        let partitions: Vec<(String, i32)> = self.positions.keys().cloned().collect();
        if partitions.is_empty() {
            tokio::time::sleep(wait).await;
            return Ok(None);
        }
        let wait_each = wait / u32::try_from(partitions.len()).unwrap_or(u32::MAX);
        for _ in 0..partitions.len() {
            let (topic, partition) = &partitions[self.turn % partitions.len()];
            self.turn += 1;
            let key = (topic.clone(), *partition);
            let from = self.positions[&key];
            let fetched = self
                .client
                .fetch(topic, *partition, from, wait_each, FETCH_BYTES_MAX)
                .await?;
            if let Some(next) = end_of(&fetched.records)?
                && next > from
            {
                self.positions.insert(key, next);
                let (topic, partition) = (topic.clone(), *partition);
                return Ok(Some(Polled {
                    topic,
                    partition,
                    from,
                    records: fetched.records,
                }));
            }
        }
        Ok(None)
    }

    async fn heartbeat(&mut self) -> Result<(), ClientError> {
        let request = HeartbeatRequest {
            group_id: self.group.as_str().into(),
            generation_id: self.generation,
            member_id: self.member_id.as_str().into(),
            group_instance_id: None,
        };
        let answer = self
            .client
            .coordinator(&self.group)
            .await?
            .request(&request)
            .await?;
        match ErrorCode::from_code(answer.error_code) {
            ErrorCode::RebalanceInProgress
            | ErrorCode::IllegalGeneration
            | ErrorCode::UnknownMemberId => self.rejoin().await,
            _ => check(answer.error_code, || {
                format!("heartbeat to group `{}`", self.group)
            }),
        }
    }

    /// Moves the position of an assigned partition, so that the next poll reads from `offset` and
    /// the next commit says so. A partition that went to another member is left alone.
    pub fn seek(&mut self, topic: &str, partition: i32, offset: i64) {
        if let Some(position) = self.positions.get_mut(&(topic.to_owned(), partition)) {
            *position = offset;
        }
    }

    /// Commits the positions.
    ///
    /// # Errors
    /// If the coordinator refuses them.
    pub async fn commit(&self) -> Result<(), ClientError> {
        let mut topics: BTreeMap<&str, Vec<OffsetCommitRequestPartition>> = BTreeMap::new();
        for ((topic, partition), offset) in &self.positions {
            topics
                .entry(topic)
                .or_default()
                .push(OffsetCommitRequestPartition {
                    partition_index: *partition,
                    committed_offset: *offset,
                    ..Default::default()
                });
        }
        let request = OffsetCommitRequest {
            group_id: self.group.as_str().into(),
            generation_id_or_member_epoch: self.generation,
            member_id: self.member_id.as_str().into(),
            topics: topics
                .into_iter()
                .map(|(name, partitions)| OffsetCommitRequestTopic {
                    name: name.into(),
                    partitions,
                    ..Default::default()
                })
                .collect(),
            ..Default::default()
        };
        retry(async || {
            let coordinator = self.client.coordinator(&self.group).await?;
            let version = coordinator
                .version::<OffsetCommitRequest>()?
                .min(OFFSETS_BY_NAME);
            let answer = coordinator.request_at(&request, version).await?;
            for partition in answer.topics.iter().flat_map(|topic| &topic.partitions) {
                check(partition.error_code, || {
                    format!("commit to group `{}`", self.group)
                })?;
            }
            Ok(())
        })
        .await
    }

    /// Leaves the group, so that others take over at once.
    ///
    /// # Errors
    /// If the coordinator cannot be told.
    pub async fn leave(self) -> Result<(), ClientError> {
        let coordinator = self.client.coordinator(&self.group).await?;
        // Version 3 moved the member into a list.
        let version = coordinator.version::<LeaveGroupRequest>()?;
        let request = if version < 3 {
            LeaveGroupRequest {
                group_id: self.group.as_str().into(),
                member_id: self.member_id.as_str().into(),
                ..Default::default()
            }
        } else {
            LeaveGroupRequest {
                group_id: self.group.as_str().into(),
                members: vec![MemberIdentity {
                    member_id: self.member_id.as_str().into(),
                    ..Default::default()
                }],
                ..Default::default()
            }
        };
        let answer = coordinator.request_at(&request, version).await?;
        check(answer.error_code, || {
            format!("leave group `{}`", self.group)
        })
    }
}

/// Offset after the last record, or `None` for no batch.
fn end_of(records: &Records) -> Result<Option<i64>, ClientError> {
    let mut end = None;
    for slice in records.slices() {
        for batch in strandline_protocol::record_batch::BatchIter::new(slice.clone()) {
            let header = *batch
                .map_err(|error| ClientError::Missing(format!("an intact batch: {error}")))?
                .header();
            end = Some(header.base_offset + i64::from(header.last_offset_delta) + 1);
        }
    }
    Ok(end)
}
