//! Who is there and who owns what: brokers, topics, partitions, settings, coordinator shards.

use std::collections::BTreeMap;
use std::sync::Arc;

use strandline_protocol::codec::{StrBytes, Uuid};

use super::sharded::{ShardKey, ShardedMap, stable_hash};

/// Coordinator shards: groups, later transactional ids and share partitions, hash into them.
pub const COORDINATOR_SHARDS: usize = 64;

/// No broker, in places where Kafka writes -1.
pub const NO_BROKER: i32 = -1;

/// The immutable picture of the cluster at one applied index. Readers hold it as long as they
/// like; a change makes a new one that shares everything else.
#[derive(Debug, Clone)]
pub struct Topology {
    /// Identity of the cluster, [`Uuid::ZERO`] before its first entry.
    pub cluster_id: Uuid,
    /// Finalized `strandline.level`.
    pub level: i32,
    /// Index of the Raft entry that made it.
    pub index: u64,
    /// The broker that acts as controller, [`NO_BROKER`] when there is none.
    pub controller_id: i32,
    /// Registered brokers by id.
    pub brokers: BTreeMap<i32, Arc<BrokerRegistration>>,
    /// Finalized Kafka features.
    pub features: BTreeMap<StrBytes, i16>,
    /// Owner and epoch of each coordinator shard.
    pub shards: [ShardOwner; COORDINATOR_SHARDS],
    pub(crate) topics: ShardedMap<Uuid, Arc<Topic>>,
    pub(crate) names: ShardedMap<TopicKey, Uuid>,
    pub(crate) configs: BTreeMap<ResourceKey, Arc<BTreeMap<String, String>>>,
    pub(crate) partitions: usize,
}

/// A registered broker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokerRegistration {
    /// Its id.
    pub broker_id: i32,
    /// The process start that is registered; every other one is fenced.
    pub incarnation: Uuid,
    /// Index of the entry that registered it: Kafka's broker epoch.
    pub broker_epoch: u64,
    /// Its rack.
    pub rack: Option<StrBytes>,
    /// Where clients reach it.
    pub listeners: Vec<Listener>,
    /// Lowest and highest level that its binary supports.
    pub levels: (i32, i32),
}

/// An advertised address of a broker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// Name of the listener.
    pub name: StrBytes,
    /// Host that clients connect to.
    pub host: StrBytes,
    /// Port that clients connect to.
    pub port: u16,
    /// Kafka's number of the security protocol (0 is PLAINTEXT).
    pub security_protocol: i16,
}

/// A topic and its partitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its id, never used again.
    pub id: Uuid,
    /// Whom it belongs to; empty for the only tenant.
    pub tenant: StrBytes,
    /// Its name, unique within the tenant.
    pub name: StrBytes,
    /// Partitions by number.
    pub partitions: Vec<PartitionRegistration>,
    /// Settings that differ from the broker's defaults.
    pub configs: Arc<BTreeMap<String, String>>,
    /// Index of the entry that created it.
    pub created_index: u64,
}

/// Who holds a partition. Replica lists are shared between partitions that have the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionRegistration {
    /// The leader, [`NO_BROKER`] when there is none.
    pub leader: i32,
    /// Raised with every change of leader or of its incarnation; never goes back (I10).
    pub leader_epoch: i32,
    /// Raised with every change of this registration.
    pub partition_epoch: i32,
    /// The one process start that may append in this leader epoch (I2).
    pub incarnation: Uuid,
    /// Brokers that are to hold it; the first is the preferred leader.
    pub replicas: Arc<[i32]>,
    /// Replicas that hold every acknowledged record.
    pub isr: Arc<[i32]>,
}

/// Who coordinates the groups of a shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShardOwner {
    /// The owner, [`NO_BROKER`] when there is none.
    pub broker_id: i32,
    /// Raised with every change of owner or of its incarnation; never goes back (I10).
    pub epoch: i32,
}

/// Tenant and name of a topic, with `.` and `_` taken as equal: Kafka's metric names make no
/// difference between them, so two topics must differ in something else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TopicKey(Box<str>);

impl TopicKey {
    pub(crate) fn new(tenant: &str, name: &str) -> Self {
        let mut key = String::with_capacity(tenant.len() + name.len() + 1);
        key.extend(name.chars().map(|c| if c == '.' { '_' } else { c }));
        // A name holds no NUL, so tenant and name cannot be mistaken for another pair.
        key.push('\0');
        key.push_str(tenant);
        Self(key.into_boxed_str())
    }
}

impl ShardKey for TopicKey {
    fn shard_hash(&self) -> u64 {
        stable_hash(&[self.0.as_bytes()])
    }
}

/// What a setting belongs to, topics excepted: they hold their own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ResourceKey {
    pub(crate) resource_type: i8,
    pub(crate) tenant: StrBytes,
    pub(crate) name: StrBytes,
}

impl Default for Topology {
    fn default() -> Self {
        Self {
            cluster_id: Uuid::ZERO,
            level: 0,
            index: 0,
            controller_id: NO_BROKER,
            brokers: BTreeMap::new(),
            features: BTreeMap::new(),
            shards: [ShardOwner {
                broker_id: NO_BROKER,
                epoch: -1,
            }; COORDINATOR_SHARDS],
            topics: ShardedMap::new(),
            names: ShardedMap::new(),
            configs: BTreeMap::new(),
            partitions: 0,
        }
    }
}

impl Topology {
    /// The topic with this id.
    pub fn topic(&self, id: &Uuid) -> Option<&Arc<Topic>> {
        self.topics.get(id)
    }

    /// The topic of this tenant with exactly this name.
    pub fn topic_by_name(&self, tenant: &str, name: &str) -> Option<&Arc<Topic>> {
        self.colliding_topic(tenant, name)
            .filter(|topic| *topic.name == *name)
    }

    /// The topic whose name equals this one when `.` and `_` are taken as equal.
    pub fn colliding_topic(&self, tenant: &str, name: &str) -> Option<&Arc<Topic>> {
        self.topics
            .get(self.names.get(&TopicKey::new(tenant, name))?)
    }

    /// All topics, in a fixed order that is not that of their names.
    pub fn topics(&self) -> impl Iterator<Item = &Arc<Topic>> {
        self.topics.values()
    }

    /// How many topics there are.
    pub fn topic_count(&self) -> usize {
        self.topics.len()
    }

    /// How many partitions all topics have together.
    pub fn partition_count(&self) -> usize {
        self.partitions
    }

    /// The registration of one partition.
    pub fn partition(&self, topic_id: &Uuid, partition: i32) -> Option<&PartitionRegistration> {
        self.topic(topic_id)?.partition(partition)
    }

    /// Settings of a resource that is no topic, by Kafka's type number and name. The name of all
    /// brokers' defaults is empty.
    pub fn configs(
        &self,
        resource_type: i8,
        tenant: &str,
        name: &str,
    ) -> Option<&Arc<BTreeMap<String, String>>> {
        self.configs.get(&ResourceKey {
            resource_type,
            tenant: StrBytes::from(tenant),
            name: StrBytes::from(name),
        })
    }

    /// Names and settings of all resources of a type.
    pub fn configs_of_type(
        &self,
        resource_type: i8,
    ) -> impl Iterator<Item = (&StrBytes, &Arc<BTreeMap<String, String>>)> {
        let of_type = move |key: &&ResourceKey| key.resource_type == resource_type;
        self.configs
            .iter()
            .filter(move |(key, _)| of_type(key))
            .map(|(key, configs)| (&key.name, configs))
    }

    /// Owner of the shard that coordinates `group_id`, and the shard's number.
    pub fn coordinator(&self, group_id: &str) -> (i32, ShardOwner) {
        let shard = coordinator_shard(group_id);
        (shard, self.shards[shard as usize])
    }
}

impl Topic {
    /// The registration of one partition.
    pub fn partition(&self, partition: i32) -> Option<&PartitionRegistration> {
        self.partitions.get(usize::try_from(partition).ok()?)
    }
}

/// The shard that coordinates `group_id`: 0 to [`COORDINATOR_SHARDS`] - 1, the same for ever.
pub fn coordinator_shard(group_id: &str) -> i32 {
    (group_hash(group_id) % COORDINATOR_SHARDS as u64) as i32
}

pub(crate) fn group_hash(group_id: &str) -> u64 {
    stable_hash(&[group_id.as_bytes()])
}
