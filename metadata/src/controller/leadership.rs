//! Who leads.

use strandline_protocol::codec::Uuid;

use crate::image::{
    COORDINATOR_SHARDS, NO_BROKER, PartitionRegistration, ShardOwner, Topic, Topology,
};

/// Whether a registration of `broker_id` changes anything in the topic.
pub(crate) fn leads_or_may_lead(topic: &Topic, broker_id: i32) -> bool {
    topic
        .partitions
        .iter()
        .any(|partition| takes_over(partition, broker_id))
}

/// Gives every leadership of the broker's former incarnation to the new one, and the leadership of
/// partitions without a leader whose in-sync replicas it is one of.
pub(crate) fn take_over_topic(topic: &mut Topic, broker_id: i32, incarnation: Uuid) {
    for partition in &mut topic.partitions {
        if takes_over(partition, broker_id) {
            partition.leader = broker_id;
            partition.leader_epoch += 1;
            partition.partition_epoch += 1;
            partition.incarnation = incarnation;
        }
    }
}

fn takes_over(partition: &PartitionRegistration, broker_id: i32) -> bool {
    partition.leader == broker_id
        || (partition.leader == NO_BROKER && partition.isr.contains(&broker_id))
}

/// Owners of the coordinator shards after a registration of `broker_id`: it keeps those that its
/// former incarnation had, under new epochs, and takes those that nobody has.
pub(crate) fn take_over_shards(
    topology: &Topology,
    broker_id: i32,
) -> [ShardOwner; COORDINATOR_SHARDS] {
    topology.shards.map(|shard| {
        let free = shard.broker_id == NO_BROKER || !topology.brokers.contains_key(&shard.broker_id);
        if free || shard.broker_id == broker_id {
            ShardOwner {
                broker_id,
                epoch: shard.epoch + 1,
            }
        } else {
            shard
        }
    })
}
