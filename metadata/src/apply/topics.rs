//! Topics, partitions and settings.

use std::collections::BTreeMap;
use std::sync::Arc;

use strandline_protocol::codec::{StrBytes, Uuid};

use super::Image;
use crate::image::tables::partition_shard;
use crate::image::topology::{ResourceKey, TopicKey};
use crate::image::{DeletedTopic, PartitionRegistration, Topic};
use crate::outcome::{Outcome, Refusal, Reply};
use crate::records::{
    ConfigChange, CreatePartitions, CreateTopic, DeleteTopic, ForgetTopic, PartitionAssignment,
    SetConfigs, SetLogStart,
};

/// Kafka's limit on the length of a topic name (`Topic.MAX_NAME_LENGTH`).
const TOPIC_NAME_MAX: usize = 249;

/// Partitions of one topic. Kafka has no limit; ours bounds one registration command.
const PARTITIONS_MAX: usize = 200_000;

/// `ConfigResource.Type.TOPIC`.
const RESOURCE_TOPIC: i8 = 2;

impl Image {
    pub(super) fn create_topic(&mut self, index: u64, command: CreateTopic) -> Outcome {
        if command.topic_id == Uuid::ZERO || self.topology.topic(&command.topic_id).is_some() {
            return Err(Refusal::TopicExists);
        }
        if !is_valid_name(&command.name) || command.tenant.contains('\0') {
            return Err(Refusal::InvalidTopic);
        }
        if let Some(other) = self
            .topology
            .colliding_topic(&command.tenant, &command.name)
        {
            let same = other.name == command.name;
            return Err(if same {
                Refusal::TopicExists
            } else {
                Refusal::InvalidTopic
            });
        }
        if command.partitions.is_empty() || command.partitions.len() > PARTITIONS_MAX {
            return Err(Refusal::InvalidPartitions);
        }
        let partitions = self.register_partitions(&command.partitions, &[])?;
        let configs: BTreeMap<_, _> = command
            .configs
            .iter()
            .map(|config| (config.name.to_string(), config.value.to_string()))
            .collect();
        let key = TopicKey::new(&command.tenant, &command.name);
        self.topology.names.insert(key, command.topic_id);
        self.topology.partitions += partitions.len();
        let topic = Topic {
            id: command.topic_id,
            tenant: command.tenant,
            name: command.name,
            partitions,
            configs: Arc::new(configs),
            created_index: index,
        };
        self.topology
            .topics
            .insert(command.topic_id, Arc::new(topic));
        self.topology_changed = true;
        Ok(Reply::Done)
    }

    pub(super) fn create_partitions(&mut self, command: CreatePartitions) -> Outcome {
        let topic = self
            .topology
            .topic(&command.topic_id)
            .ok_or(Refusal::UnknownTopic)?
            .clone();
        let current = usize::try_from(command.current_total).ok();
        let total = topic.partitions.len() + command.partitions.len();
        let grows = !command.partitions.is_empty() && total <= PARTITIONS_MAX;
        if current != Some(topic.partitions.len()) || !grows {
            return Err(Refusal::InvalidPartitions);
        }
        let added = self.register_partitions(&command.partitions, &topic.partitions)?;
        drop(topic);
        self.topology.partitions += added.len();
        let topic = self
            .topology
            .topics
            .get_mut(&command.topic_id)
            .expect("it was just found");
        Arc::make_mut(topic).partitions.extend(added);
        self.topology_changed = true;
        Ok(Reply::Done)
    }

    /// Registrations of new partitions. Equal replica lists are stored once.
    fn register_partitions(
        &self,
        assignments: &[PartitionAssignment],
        existing: &[PartitionRegistration],
    ) -> Result<Vec<PartitionRegistration>, Refusal> {
        let mut lists: BTreeMap<&[i32], Arc<[i32]>> = BTreeMap::new();
        for partition in existing {
            lists.insert(&partition.replicas, partition.replicas.clone());
        }
        let mut partitions = Vec::with_capacity(assignments.len());
        for assignment in assignments {
            let replicas = assignment.replicas.as_slice();
            if !lists.contains_key(replicas) {
                self.check_replicas(replicas)?;
                lists.insert(replicas, Arc::from(replicas));
            }
            let replicas = lists[replicas].clone();
            let leader = replicas[0];
            partitions.push(PartitionRegistration {
                leader,
                leader_epoch: 0,
                partition_epoch: 0,
                incarnation: self.topology.brokers[&leader].incarnation,
                isr: replicas.clone(),
                replicas,
            });
        }
        Ok(partitions)
    }

    fn check_replicas(&self, replicas: &[i32]) -> Result<(), Refusal> {
        let registered = |id: &i32| self.topology.brokers.contains_key(id);
        let repeated = |at: usize| replicas[..at].contains(&replicas[at]);
        let fits = !replicas.is_empty()
            && replicas.iter().all(registered)
            && !(1..replicas.len()).any(repeated);
        fits.then_some(()).ok_or(Refusal::InvalidReplicaAssignment)
    }

    /// Removes the topic, every group's offsets for it, and the state of its partitions. The
    /// deletion is remembered until it is forgotten by a command: a broker that crashed before it
    /// deleted its logs knows by the note that it may (I21), and the tier what it still holds.
    pub(super) fn delete_topic(&mut self, command: &DeleteTopic) -> Outcome {
        let topic = self
            .topology
            .topics
            .remove(&command.topic_id)
            .ok_or(Refusal::UnknownTopic)?;
        self.topology
            .names
            .remove(&TopicKey::new(&topic.tenant, &topic.name));
        self.topology.partitions -= topic.partitions.len();
        self.topology_changed = true;
        self.drop_topic_offsets(&topic.id);
        let mut tiered = Vec::new();
        for partition in 0..topic.partitions.len() {
            let partition = i32::try_from(partition).expect("PARTITIONS_MAX fits");
            let key = strandline_protocol::TopicPartition {
                topic_id: topic.id,
                partition,
            };
            let shard = partition_shard(&key);
            if !self.tables.shard(shard).partitions.contains_key(&key) {
                continue;
            }
            let state = self
                .tables
                .change(shard, |shard| shard.partitions.remove(&key));
            // A version above 0 means that objects were once committed, so some may still exist.
            tiered.extend(
                state
                    .filter(|state| state.manifest_version > 0)
                    .map(|s| (partition, s)),
            );
        }
        let deleted = DeletedTopic {
            topic_id: topic.id,
            tenant: topic.tenant.clone(),
            name: topic.name.clone(),
            deleted_timestamp: self.timestamp,
            partitions: tiered,
        };
        self.tables
            .change_deleted(|topics| topics.insert(topic.id, Arc::new(deleted)));
        Ok(Reply::Done)
    }

    pub(super) fn forget_topic(&mut self, command: &ForgetTopic) -> Outcome {
        // A repeat finds nothing, which is what it wanted.
        self.tables
            .change_deleted(|topics| topics.remove(&command.topic_id));
        Ok(Reply::Done)
    }

    pub(super) fn set_configs(&mut self, command: SetConfigs) -> Outcome {
        if command.resource_type == RESOURCE_TOPIC {
            let topic = self
                .topology
                .topic_by_name(&command.tenant, &command.resource_name);
            let topic_id = topic.ok_or(Refusal::UnknownTopic)?.id;
            let topic = self
                .topology
                .topics
                .get_mut(&topic_id)
                .expect("it was just found");
            let topic = Arc::make_mut(topic);
            change_configs(Arc::make_mut(&mut topic.configs), &command.changes);
        } else {
            let key = ResourceKey {
                resource_type: command.resource_type,
                tenant: command.tenant,
                name: command.resource_name,
            };
            let configs = self.topology.configs.entry(key.clone()).or_default();
            change_configs(Arc::make_mut(configs), &command.changes);
            if configs.is_empty() {
                self.topology.configs.remove(&key);
            }
        }
        self.topology_changed = true;
        Ok(Reply::Done)
    }

    pub(super) fn set_log_start(&mut self, command: &SetLogStart) -> Outcome {
        let key = self.led_partition(&command.topic_id, command.partition, command.leader_epoch)?;
        if command.log_start_offset < 0 {
            return Err(Refusal::OffsetOutOfRange);
        }
        self.tables.change(partition_shard(&key), |shard| {
            let state = Arc::make_mut(shard.partitions.entry(key).or_default());
            // It never goes back; a repeat or a late one is done already.
            state.log_start_offset = state.log_start_offset.max(command.log_start_offset);
        });
        Ok(Reply::Done)
    }

    /// The partition, if `leader_epoch` is its current one.
    pub(super) fn led_partition(
        &self,
        topic_id: &Uuid,
        partition: i32,
        leader_epoch: i32,
    ) -> Result<strandline_protocol::TopicPartition, Refusal> {
        let registration = self.topology.partition(topic_id, partition);
        let registration = registration.ok_or(Refusal::UnknownTopic)?;
        if registration.leader_epoch != leader_epoch {
            return Err(Refusal::FencedLeaderEpoch);
        }
        Ok(strandline_protocol::TopicPartition {
            topic_id: *topic_id,
            partition,
        })
    }
}

fn change_configs(configs: &mut BTreeMap<String, String>, changes: &[ConfigChange]) {
    for change in changes {
        match &change.value {
            Some(value) => configs.insert(change.name.to_string(), value.to_string()),
            None => configs.remove(&*change.name),
        };
    }
}

/// Kafka's rule (`Topic.validate`).
fn is_valid_name(name: &StrBytes) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    !name.is_empty()
        && name.len() <= TOPIC_NAME_MAX
        && **name != *"."
        && **name != *".."
        && name.chars().all(legal)
}
