//! Writing a snapshot.

use std::collections::BTreeMap;
use std::io::{self, Write};

use bytes::Bytes;
use strandline_protocol::TopicPartition;
use strandline_protocol::codec::{Message, StrBytes, Uuid};

use super::{Capture, Crc32c, MAGIC, MAGIC_END, RaftPosition, VERSION, body, crc32c};
use crate::apply::Proposer;
use crate::command::ProposerId;
use crate::image::group_offsets::StoredOffset;
use crate::image::tables::GroupEntry;
use crate::image::{
    BrokerRegistration, DeletedTopic, ManifestEntry, PartitionState, Topic, Topology,
};
use crate::outcome::{Outcome, Reply};
use crate::records::*;

/// Offsets of one group go into records of this many.
const OFFSETS_PER_RECORD: usize = 1000;

/// Fast, and small enough for what is mostly names and small numbers.
const ZSTD_LEVEL: i32 = 3;

/// Writes `capture` and gives the number of bytes.
pub(super) fn write(capture: &Capture, out: &mut impl Write) -> io::Result<u64> {
    let header = encode(&header(capture));
    out.write_all(&MAGIC)?;
    out.write_all(&VERSION.to_be_bytes())?;
    out.write_all(&length(header.len())?.to_be_bytes())?;
    out.write_all(&crc32c(&header).to_be_bytes())?;
    out.write_all(&header)?;
    let counted = Counted {
        out: &mut *out,
        bytes: 0,
        crc: Crc32c::new(),
    };
    let mut encoder = zstd::Encoder::new(counted, ZSTD_LEVEL)?;
    write_body(capture, &mut encoder)?;
    let Counted { bytes, crc, .. } = encoder.finish()?;
    out.write_all(&bytes.to_be_bytes())?;
    out.write_all(&crc.value().to_be_bytes())?;
    out.write_all(&MAGIC_END)?;
    Ok((super::PREFIX_LEN + header.len() + super::TRAILER_LEN) as u64 + bytes)
}

/// Counts and sums what passes through.
struct Counted<'a, W> {
    out: &'a mut W,
    bytes: u64,
    crc: Crc32c,
}

impl<W: Write> Write for Counted<'_, W> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let written = self.out.write(buf)?;
        self.crc.update(&buf[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn length(bytes: usize) -> io::Result<u32> {
    let fits = u32::try_from(bytes)
        .ok()
        .filter(|length| *length <= super::RECORD_BYTES_MAX);
    fits.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "snapshot record too large"))
}

fn write_body(capture: &Capture, out: &mut impl Write) -> io::Result<()> {
    let topology = &capture.topology;
    record(out, body::CLUSTER, &cluster(topology))?;
    for broker in topology.brokers.values() {
        record(out, body::BROKER, &broker_record(broker))?;
    }
    for (key, values) in &topology.configs {
        let configs = SnapshotConfigs {
            resource_type: key.resource_type,
            tenant: key.tenant.clone(),
            resource_name: key.name.clone(),
            configs: config_values(values),
        };
        record(out, body::CONFIGS, &configs)?;
    }
    for topic in topology.topics() {
        record(out, body::TOPIC, &topic_record(topic))?;
    }
    for shard in &capture.tables {
        for (id, group) in &shard.groups {
            write_group(out, id, group)?;
        }
        for (key, state) in &shard.partitions {
            record(out, body::PARTITION_STATE, &state_record(key, state))?;
        }
    }
    for topic in capture.deleted.values() {
        record(out, body::DELETED_TOPIC, &deleted_record(topic))?;
    }
    for (id, proposer) in &capture.proposers.by_id {
        record(out, body::PROPOSER, &proposer_record(*id, proposer))?;
    }
    out.write_all(&[body::END])
}

fn record(out: &mut impl Write, kind: u8, record: &impl Message) -> io::Result<()> {
    let bytes: Bytes = encode(record);
    out.write_all(&[kind])?;
    out.write_all(&length(bytes.len())?.to_be_bytes())?;
    out.write_all(&bytes)
}

fn signed(number: u64) -> i64 {
    i64::from_ne_bytes(number.to_ne_bytes())
}

fn header(capture: &Capture) -> SnapshotHeader {
    let none = RaftPosition {
        term: 0,
        node_id: 0,
        index: 0,
    };
    let last = capture.last_log_id.unwrap_or(none);
    let member = capture.membership_log_id.unwrap_or(none);
    SnapshotHeader {
        level: capture.topology.level,
        cluster_id: capture.topology.cluster_id,
        timestamp: capture.timestamp,
        next_producer_id: capture.next_producer_id,
        has_last_log_id: capture.last_log_id.is_some(),
        term: signed(last.term),
        node_id: signed(last.node_id),
        index: signed(last.index),
        has_membership_log_id: capture.membership_log_id.is_some(),
        membership_term: signed(member.term),
        membership_node_id: signed(member.node_id),
        membership_index: signed(member.index),
        membership: capture.membership.clone(),
    }
}

fn cluster(topology: &Topology) -> SnapshotCluster {
    let shards = topology.shards.iter();
    let features = topology.features.iter();
    SnapshotCluster {
        topology_index: signed(topology.index),
        controller_id: topology.controller_id,
        features: features
            .map(|(name, level)| SnapshotFeature {
                name: name.clone(),
                level: *level,
            })
            .collect(),
        shards: shards
            .map(|shard| SnapshotShard {
                owner: shard.broker_id,
                epoch: shard.epoch,
            })
            .collect(),
    }
}

fn broker_record(broker: &BrokerRegistration) -> SnapshotBroker {
    let listeners = broker.listeners.iter();
    SnapshotBroker {
        broker_id: broker.broker_id,
        incarnation: broker.incarnation,
        broker_epoch: signed(broker.broker_epoch),
        rack: broker.rack.clone(),
        listeners: listeners
            .map(|listener| BrokerListener {
                name: listener.name.clone(),
                host: listener.host.clone(),
                port: i32::from(listener.port),
                security_protocol: listener.security_protocol,
            })
            .collect(),
        level_min: broker.levels.0,
        level_max: broker.levels.1,
    }
}

fn config_values(configs: &BTreeMap<String, String>) -> Vec<ConfigValue> {
    let value = |(name, value): (&String, &String)| ConfigValue {
        name: StrBytes::from(name.as_str()),
        value: StrBytes::from(value.as_str()),
    };
    configs.iter().map(value).collect()
}

/// Gives each distinct value a number, in the order of first use.
struct Numbering<T> {
    numbers: BTreeMap<T, i32>,
    values: Vec<T>,
}

impl<T: Ord + Clone> Numbering<T> {
    fn new() -> Self {
        Self {
            numbers: BTreeMap::new(),
            values: Vec::new(),
        }
    }

    fn number(&mut self, value: &T) -> i32 {
        let next = i32::try_from(self.values.len()).expect("fewer than partitions");
        *self.numbers.entry(value.clone()).or_insert_with(|| {
            self.values.push(value.clone());
            next
        })
    }
}

fn topic_record(topic: &Topic) -> SnapshotTopic {
    let mut lists = Numbering::new();
    let mut incarnations: Numbering<Uuid> = Numbering::new();
    let mut partitions = Vec::with_capacity(topic.partitions.len());
    for partition in &topic.partitions {
        partitions.push(SnapshotPartition {
            leader: partition.leader,
            leader_epoch: partition.leader_epoch,
            partition_epoch: partition.partition_epoch,
            incarnation: incarnations.number(&partition.incarnation),
            replicas: lists.number(&partition.replicas),
            isr: lists.number(&partition.isr),
        });
    }
    let lists = lists.values.iter();
    SnapshotTopic {
        topic_id: topic.id,
        tenant: topic.tenant.clone(),
        name: topic.name.clone(),
        created_index: signed(topic.created_index),
        configs: config_values(&topic.configs),
        replica_lists: lists
            .map(|list| PartitionAssignment {
                replicas: list.to_vec(),
            })
            .collect(),
        incarnations: incarnations.values,
        partitions,
    }
}

fn write_group(out: &mut impl Write, id: &StrBytes, group: &GroupEntry) -> io::Result<()> {
    if let Some(group) = &group.record {
        record(out, body::GROUP, &**group)?;
    }
    let offsets: Vec<_> = group.offsets.iter().collect();
    for chunk in offsets.chunks(OFFSETS_PER_RECORD) {
        let offsets = chunk
            .iter()
            .map(|(topic_id, offset)| offset_record(topic_id, offset))
            .collect();
        record(
            out,
            body::OFFSETS,
            &SnapshotOffsets {
                group_id: id.clone(),
                offsets,
            },
        )?;
    }
    Ok(())
}

fn offset_record(topic_id: &Uuid, offset: &StoredOffset) -> SnapshotOffset {
    SnapshotOffset {
        topic_id: *topic_id,
        partition: offset.partition,
        offset: offset.offset,
        leader_epoch: offset.leader_epoch,
        commit_timestamp: offset.commit_timestamp,
        expire_timestamp: offset.expire_timestamp(),
        metadata: StrBytes::from(offset.metadata()),
    }
}

fn state_record(key: &TopicPartition, state: &PartitionState) -> SnapshotPartitionState {
    let root = state.manifest_root.as_ref();
    let entry = |entry: &ManifestEntry| TierEntry {
        base_offset: entry.base_offset,
        end_offset: entry.end_offset,
        entry: entry.entry.clone(),
    };
    SnapshotPartitionState {
        topic_id: key.topic_id,
        partition: key.partition,
        log_start_offset: state.log_start_offset,
        tiered_end_offset: state.tiered_end_offset,
        manifest_version: state.manifest_version,
        root_start_offset: root.map_or(0, |root| root.start_offset),
        root_end_offset: root.map_or(0, |root| root.end_offset),
        root: root.map(|root| root.root.clone()),
        entries: state.tail.iter().map(entry).collect(),
    }
}

fn deleted_record(topic: &DeletedTopic) -> SnapshotDeletedTopic {
    let partitions = topic.partitions.iter().map(|(partition, state)| {
        state_record(
            &TopicPartition {
                topic_id: topic.topic_id,
                partition: *partition,
            },
            state,
        )
    });
    SnapshotDeletedTopic {
        topic_id: topic.topic_id,
        tenant: topic.tenant.clone(),
        name: topic.name.clone(),
        deleted_timestamp: topic.deleted_timestamp,
        partitions: partitions.collect(),
    }
}

fn proposer_record(id: ProposerId, proposer: &Proposer) -> SnapshotProposer {
    let (proposer_kind, proposer_id, shard_epoch, incarnation) = id.fields();
    SnapshotProposer {
        proposer_kind,
        proposer_id,
        shard_epoch,
        incarnation,
        last_number: proposer.last_number,
        results: proposer.results.iter().map(result_record).collect(),
    }
}

fn result_record(outcome: &Outcome) -> SnapshotResult {
    let mut result = SnapshotResult::default();
    match outcome {
        Ok(Reply::Done) => {}
        Ok(Reply::ProducerIds { first, count }) => {
            (result.kind, result.value, result.count) = (1, *first, *count);
        }
        Ok(Reply::OffsetsCommitted { unknown }) => {
            result.kind = 2;
            result.partitions = unknown
                .iter()
                .map(|tp| SnapshotTopicPartition {
                    topic_id: tp.topic_id,
                    partition: tp.partition,
                })
                .collect();
        }
        Ok(Reply::Tiered { version }) => (result.kind, result.value) = (3, *version),
        Err(refusal) => {
            result.kind = 4;
            result.refusal = i8::try_from(refusal.number()).expect("few refusals");
        }
    }
    result
}
