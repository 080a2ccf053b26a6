//! Reading a snapshot.

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use strandline_protocol::TopicPartition;
use strandline_protocol::codec::{CodecError, Message, Uuid};

use super::{
    Crc32c, MAGIC, MAGIC_END, PREFIX_LEN, RaftPosition, TRAILER_LEN, VERSION, body, crc32c,
};
use crate::apply::{Image, Proposer};
use crate::command::ProposerId;
use crate::image::group_offsets::{OffsetExtras, StoredOffset};
use crate::image::sharded::SHARDS;
use crate::image::tables::{TableShard, group_shard, partition_shard};
use crate::image::topology::{ResourceKey, TopicKey};
use crate::image::{
    BrokerRegistration, COORDINATOR_SHARDS, DeletedTopic, Listener, ManifestEntry, ManifestRoot,
    PartitionRegistration, PartitionState, ShardOwner, Topic,
};
use crate::level;
use crate::outcome::{Outcome, Refusal, Reply};
use crate::records::*;

/// What the header says.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    pub(crate) last_log_id: Option<RaftPosition>,
    pub(crate) membership_log_id: Option<RaftPosition>,
    pub(crate) record: SnapshotHeader,
}

/// Reads and verifies the header and the trailer.
pub(super) fn read_header(path: &Path) -> io::Result<Header> {
    let mut file = File::open(path)?;
    open_body(&mut file, path).map(|(header, _, _)| header)
}

/// Reads and verifies the whole file.
///
/// # Errors
/// `InvalidData` when anything of it does not verify, or its level is not supported.
pub(super) fn read(path: &Path) -> io::Result<(Header, Image)> {
    let mut file = File::open(path)?;
    let (header, length, crc) = open_body(&mut file, path)?;
    let start = file.stream_position()?;
    verify_body(&mut file, length, crc).map_err(|error| in_file(path, &error))?;
    file.seek(SeekFrom::Start(start))?;
    let decoder = zstd::Decoder::new((&mut file).take(length))?;
    let mut builder = Builder::new(&header.record);
    read_body(BufReader::new(decoder), &mut builder).map_err(|error| in_file(path, &error))?;
    Ok((header, builder.finish()))
}

fn in_file(path: &Path, error: &io::Error) -> io::Error {
    let message = format!("metadata snapshot `{}` is damaged: {error}", path.display());
    io::Error::new(io::ErrorKind::InvalidData, message)
}

fn invalid(what: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.into())
}

fn codec(error: CodecError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

fn be32(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// Leaves the file at the start of the body and gives the body's length and CRC.
fn open_body(file: &mut File, path: &Path) -> io::Result<(Header, u64, u32)> {
    let size = file.metadata()?.len();
    let fail = |error: &io::Error| in_file(path, error);
    if size < (PREFIX_LEN + TRAILER_LEN) as u64 {
        return Err(fail(&invalid("it is too short")));
    }
    let mut prefix = [0; PREFIX_LEN];
    file.read_exact(&mut prefix)?;
    if prefix[..4] != MAGIC || be32(&prefix, 4) != VERSION {
        return Err(fail(&invalid(
            "it does not begin as a snapshot of version 1",
        )));
    }
    let header_len = u64::from(be32(&prefix, 8));
    let rest = size - (PREFIX_LEN + TRAILER_LEN) as u64;
    if header_len > rest {
        return Err(fail(&invalid("its header is longer than the file")));
    }
    let mut header = vec![0; header_len as usize];
    file.read_exact(&mut header)?;
    if crc32c(&header) != be32(&prefix, 12) {
        return Err(fail(&invalid("its header's checksum does not match")));
    }
    let record: SnapshotHeader =
        decode(Bytes::from(header)).map_err(|error| fail(&codec(error)))?;
    level::check(record.level)
        .map_err(|error| io::Error::new(io::ErrorKind::Unsupported, error))?;
    let mut trailer = [0; TRAILER_LEN];
    file.seek(SeekFrom::End(-(TRAILER_LEN as i64)))?;
    file.read_exact(&mut trailer)?;
    let length = u64::from(be32(&trailer, 0)) << 32 | u64::from(be32(&trailer, 4));
    if trailer[12..] != MAGIC_END || length != rest - header_len {
        return Err(fail(&invalid("it does not end as a snapshot")));
    }
    file.seek(SeekFrom::Start(PREFIX_LEN as u64 + header_len))?;
    let position = |present: bool, term: i64, node_id: i64, index: i64| {
        present.then(|| RaftPosition {
            term: unsigned(term),
            node_id: unsigned(node_id),
            index: unsigned(index),
        })
    };
    let r = &record;
    let header = Header {
        last_log_id: position(r.has_last_log_id, r.term, r.node_id, r.index),
        membership_log_id: position(
            r.has_membership_log_id,
            r.membership_term,
            r.membership_node_id,
            r.membership_index,
        ),
        record,
    };
    Ok((header, length, be32(&trailer, 8)))
}

fn unsigned(number: i64) -> u64 {
    u64::from_ne_bytes(number.to_ne_bytes())
}

fn verify_body(file: &mut File, length: u64, crc: u32) -> io::Result<()> {
    let mut body = file.take(length);
    let mut sum = Crc32c::new();
    let mut buffer = vec![0; 256 << 10];
    loop {
        let count = body.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        sum.update(&buffer[..count]);
    }
    if sum.value() != crc {
        return Err(invalid("its checksum does not match"));
    }
    Ok(())
}

fn read_body(mut body: impl Read, builder: &mut Builder) -> io::Result<()> {
    loop {
        let mut kind = [0];
        body.read_exact(&mut kind)?;
        if kind[0] == body::END {
            return Ok(());
        }
        let mut length = [0; 4];
        body.read_exact(&mut length)?;
        let length = u32::from_be_bytes(length);
        if length > super::RECORD_BYTES_MAX {
            return Err(invalid(format!("a record of {length} bytes")));
        }
        let mut bytes = vec![0; length as usize];
        body.read_exact(&mut bytes)?;
        builder.add(kind[0], Bytes::from(bytes))?;
    }
}

/// The image as far as it was read.
struct Builder {
    image: Image,
    shards: Vec<TableShard>,
    deleted: BTreeMap<Uuid, Arc<DeletedTopic>>,
}

impl Builder {
    fn new(header: &SnapshotHeader) -> Self {
        let mut image = Image::default();
        image.topology.cluster_id = header.cluster_id;
        image.topology.level = header.level;
        image.timestamp = header.timestamp;
        image.next_producer_id = header.next_producer_id;
        image.topology_changed = true;
        let shards = (0..SHARDS).map(|_| TableShard::default()).collect();
        Self {
            image,
            shards,
            deleted: BTreeMap::new(),
        }
    }

    fn finish(self) -> Image {
        self.image.tables.restore(self.shards, self.deleted);
        self.image
    }

    fn add(&mut self, kind: u8, bytes: Bytes) -> io::Result<()> {
        fn get<M: Message>(bytes: Bytes) -> io::Result<M> {
            decode(bytes).map_err(codec)
        }
        match kind {
            body::CLUSTER => self.cluster(get(bytes)?),
            body::BROKER => self.broker(get(bytes)?),
            body::CONFIGS => self.configs(get(bytes)?),
            body::TOPIC => self.topic(get(bytes)?),
            body::GROUP => self.group(get(bytes)?),
            body::OFFSETS => self.offsets(get(bytes)?),
            body::PARTITION_STATE => self.partition_state(get(bytes)?),
            body::DELETED_TOPIC => self.deleted_topic(get(bytes)?),
            body::PROPOSER => self.proposer(get(bytes)?),
            _ => Err(invalid(format!(
                "a record of kind {kind}, which is unknown"
            ))),
        }
    }

    fn cluster(&mut self, cluster: SnapshotCluster) -> io::Result<()> {
        let topology = &mut self.image.topology;
        topology.index = unsigned(cluster.topology_index);
        topology.controller_id = cluster.controller_id;
        let features = cluster.features.into_iter();
        topology.features = features
            .map(|feature| (feature.name, feature.level))
            .collect();
        if cluster.shards.len() != COORDINATOR_SHARDS {
            return Err(invalid("the wrong number of coordinator shards"));
        }
        for (place, shard) in topology.shards.iter_mut().zip(cluster.shards) {
            *place = ShardOwner {
                broker_id: shard.owner,
                epoch: shard.epoch,
            };
        }
        Ok(())
    }

    fn broker(&mut self, broker: SnapshotBroker) -> io::Result<()> {
        let listener = |listener: BrokerListener| {
            let port = u16::try_from(listener.port).ok()?;
            let security_protocol = listener.security_protocol;
            Some(Listener {
                name: listener.name,
                host: listener.host,
                port,
                security_protocol,
            })
        };
        let listeners = broker
            .listeners
            .into_iter()
            .map(listener)
            .collect::<Option<_>>();
        let registration = BrokerRegistration {
            broker_id: broker.broker_id,
            incarnation: broker.incarnation,
            broker_epoch: unsigned(broker.broker_epoch),
            rack: broker.rack,
            listeners: listeners.ok_or_else(|| invalid("a port out of range"))?,
            levels: (broker.level_min, broker.level_max),
        };
        self.image
            .topology
            .brokers
            .insert(broker.broker_id, Arc::new(registration));
        Ok(())
    }

    fn configs(&mut self, record: SnapshotConfigs) -> io::Result<()> {
        let key = ResourceKey {
            resource_type: record.resource_type,
            tenant: record.tenant,
            name: record.resource_name,
        };
        self.image
            .topology
            .configs
            .insert(key, Arc::new(config_map(&record.configs)));
        Ok(())
    }

    fn topic(&mut self, record: SnapshotTopic) -> io::Result<()> {
        let lists = record.replica_lists.into_iter();
        let lists: Vec<Arc<[i32]>> = lists.map(|list| Arc::from(list.replicas)).collect();
        let list = |number: i32| {
            let number = usize::try_from(number).ok();
            number
                .and_then(|n| lists.get(n))
                .cloned()
                .ok_or_else(|| invalid("a replica list"))
        };
        let mut partitions = Vec::with_capacity(record.partitions.len());
        for partition in record.partitions {
            let incarnation = usize::try_from(partition.incarnation).ok();
            let incarnation = incarnation
                .and_then(|n| record.incarnations.get(n))
                .copied();
            partitions.push(PartitionRegistration {
                leader: partition.leader,
                leader_epoch: partition.leader_epoch,
                partition_epoch: partition.partition_epoch,
                incarnation: incarnation.ok_or_else(|| invalid("an incarnation"))?,
                replicas: list(partition.replicas)?,
                isr: list(partition.isr)?,
            });
        }
        let topology = &mut self.image.topology;
        topology.partitions += partitions.len();
        topology
            .names
            .insert(TopicKey::new(&record.tenant, &record.name), record.topic_id);
        let topic = Topic {
            id: record.topic_id,
            tenant: record.tenant,
            name: record.name.detached(),
            partitions,
            configs: Arc::new(config_map(&record.configs)),
            created_index: unsigned(record.created_index),
        };
        topology.topics.insert(record.topic_id, Arc::new(topic));
        Ok(())
    }

    fn group(&mut self, group: GroupRecord) -> io::Result<()> {
        let shard = &mut self.shards[group_shard(&group.group_id)];
        let entry = shard.groups.entry(group.group_id.detached()).or_default();
        Arc::make_mut(entry).record = Some(Arc::new(group));
        Ok(())
    }

    fn offsets(&mut self, record: SnapshotOffsets) -> io::Result<()> {
        let shard = &mut self.shards[group_shard(&record.group_id)];
        let entry = shard.groups.entry(record.group_id.detached()).or_default();
        let offsets = &mut Arc::make_mut(entry).offsets;
        for offset in record.offsets {
            let stored = StoredOffset {
                partition: offset.partition,
                leader_epoch: offset.leader_epoch,
                offset: offset.offset,
                commit_timestamp: offset.commit_timestamp,
                extras: OffsetExtras::new(&offset.metadata, offset.expire_timestamp),
            };
            offsets.set(offset.topic_id, stored);
        }
        Ok(())
    }

    fn partition_state(&mut self, record: SnapshotPartitionState) -> io::Result<()> {
        let key = TopicPartition {
            topic_id: record.topic_id,
            partition: record.partition,
        };
        let shard = &mut self.shards[partition_shard(&key)];
        shard.partitions.insert(key, Arc::new(state(record)));
        Ok(())
    }

    fn deleted_topic(&mut self, record: SnapshotDeletedTopic) -> io::Result<()> {
        let partitions = record.partitions.into_iter();
        let topic = DeletedTopic {
            topic_id: record.topic_id,
            tenant: record.tenant,
            name: record.name,
            deleted_timestamp: record.deleted_timestamp,
            partitions: partitions
                .map(|p| (p.partition, Arc::new(state(p))))
                .collect(),
        };
        self.deleted.insert(record.topic_id, Arc::new(topic));
        Ok(())
    }

    fn proposer(&mut self, record: SnapshotProposer) -> io::Result<()> {
        let (kind, id) = (record.proposer_kind, record.proposer_id);
        let id = ProposerId::from_fields(kind, id, record.shard_epoch, record.incarnation);
        let results = record
            .results
            .into_iter()
            .map(result)
            .collect::<Option<VecDeque<_>>>();
        let proposer = Proposer {
            last_number: record.last_number,
            results: results.ok_or_else(|| invalid("a stored result"))?,
        };
        let id = id.ok_or_else(|| invalid("a proposer"))?;
        self.image.proposers.by_id.insert(id, proposer);
        Ok(())
    }
}

fn config_map(configs: &[ConfigValue]) -> BTreeMap<String, String> {
    configs
        .iter()
        .map(|config| (config.name.to_string(), config.value.to_string()))
        .collect()
}

fn state(record: SnapshotPartitionState) -> PartitionState {
    let (start_offset, end_offset) = (record.root_start_offset, record.root_end_offset);
    let entries = record.entries.into_iter();
    PartitionState {
        log_start_offset: record.log_start_offset,
        tiered_end_offset: record.tiered_end_offset,
        manifest_version: record.manifest_version,
        manifest_root: record.root.map(|root| ManifestRoot {
            start_offset,
            end_offset,
            root,
        }),
        tail: entries
            .map(|entry| ManifestEntry {
                base_offset: entry.base_offset,
                end_offset: entry.end_offset,
                entry: entry.entry,
            })
            .collect(),
    }
}

fn result(record: SnapshotResult) -> Option<Outcome> {
    let partition = |p: SnapshotTopicPartition| TopicPartition {
        topic_id: p.topic_id,
        partition: p.partition,
    };
    Some(match record.kind {
        0 => Ok(Reply::Done),
        1 => Ok(Reply::ProducerIds {
            first: record.value,
            count: record.count,
        }),
        2 => Ok(Reply::OffsetsCommitted {
            unknown: record.partitions.into_iter().map(partition).collect(),
        }),
        3 => Ok(Reply::Tiered {
            version: record.value,
        }),
        4 => Err(*Refusal::ALL.get(usize::try_from(record.refusal).ok()?)?),
        _ => return None,
    })
}
