//! Carries out here what the metadata say.

use std::collections::BTreeMap;
use std::sync::Arc;

use strandline_log::{Journal, LogError, PartitionLogOptions};
use strandline_metadata::{Metadata, PartitionRegistration, Topic, Topology};
use strandline_protocol::TopicPartition;
use strandline_protocol::codec::Uuid;

use super::partition::{Leadership, Partition};
use super::partitions::Partitions;
use super::topic::{TopicHandle, log_options};
use crate::admin::Metrics;
use crate::config::broker_settings::PRODUCER_ID_EXPIRATION_MS;
use crate::config::{Settings, TopicConfig};
use crate::server::random_bytes;

/// DescribeConfigs' number of the resource type broker.
const BROKER_RESOURCE: i8 = 4;

type Configs = Arc<BTreeMap<String, String>>;

/// Makes logs, partitions, leader epochs and configurations follow the topology. It blocks, and
/// runs on a thread that may.
///
/// (I21) A log is deleted only because the image has a deletion of its topic, or had the topic and
/// does not have it any more. A log that the image does not know is kept, reported, and not served.
#[derive(Debug)]
pub struct Applier {
    node_id: i32,
    settings: Arc<Settings>,
    metadata: Metadata,
    journal: Arc<Journal>,
    partitions: Arc<Partitions>,
    metrics: Arc<Metrics>,
    last: Arc<Topology>,
    dynamic: (Option<Configs>, Option<Configs>),
}

impl Applier {
    /// An applier that has applied nothing.
    pub fn new(
        settings: Arc<Settings>,
        node_id: i32,
        metadata: Metadata,
        journal: Arc<Journal>,
        partitions: Arc<Partitions>,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self {
            node_id,
            settings,
            metadata,
            journal,
            partitions,
            metrics,
            last: Arc::default(),
            dynamic: (None, None),
        }
    }

    /// The first application after a start: finishes deletions that a former process did not, and
    /// reports logs that nobody knows.
    ///
    /// # Errors
    /// If the journal fails.
    pub fn start(&mut self) -> Result<(), LogError> {
        self.apply()?;
        let deleted = self.metadata.tables().deleted_topics();
        let mut unknown = 0;
        let mut orphans = Vec::new();
        for log in self.journal.logs() {
            let tp = log.topic_partition();
            if self.last.partition(&tp.topic_id, tp.partition).is_some() {
                continue;
            }
            if deleted.contains_key(&tp.topic_id) {
                orphans.push(tp);
                continue;
            }
            unknown += 1;
            if unknown <= 10 {
                tracing::warn!(partition = %tp, bytes = log.size_bytes(),
                    "the journal has a log that the metadata do not know; it is kept, not served");
            }
        }
        if unknown > 10 {
            tracing::warn!(unknown, "logs that the metadata do not know");
        }
        self.journal.delete_logs(&orphans, self.last.index)
    }

    /// Makes everything follow the current topology.
    ///
    /// # Errors
    /// If the journal fails.
    pub fn apply(&mut self) -> Result<(), LogError> {
        let topology = self.metadata.topology();
        if topology.index == self.last.index && topology.index != 0 {
            return Ok(());
        }
        let all = self.apply_settings(&topology);
        for topic in topology.topics() {
            let same = self.last.topic(&topic.id);
            if all || !same.is_some_and(|before| Arc::ptr_eq(before, topic)) {
                self.apply_topic(topic)?;
            }
        }
        let gone: Vec<Uuid> = self
            .last
            .topics()
            .map(|topic| topic.id)
            .filter(|id| topology.topic(id).is_none())
            .collect();
        for id in gone {
            self.delete_topic(&id, topology.index)?;
        }
        self.last = topology;
        self.partitions.set_applied(self.last.index);
        Ok(())
    }

    /// Settings that were changed at run time; gives whether topics have to be looked at again.
    fn apply_settings(&mut self, topology: &Topology) -> bool {
        let of = |name: &str| topology.configs(BROKER_RESOURCE, "", name).cloned();
        let now = (of(""), of(&self.node_id.to_string()));
        if now == self.dynamic {
            return false;
        }
        let (cluster, broker) = (now.0.clone(), now.1.clone());
        self.dynamic = now;
        self.settings
            .apply_dynamic(&cluster.unwrap_or_default(), &broker.unwrap_or_default());
        true
    }

    fn apply_topic(&self, topic: &Topic) -> Result<(), LogError> {
        let config = self.settings.topic(&topic.configs);
        let existing = self.partitions.of_topic(&topic.id);
        let handle = match existing.first() {
            Some(partition) => Arc::clone(partition.topic()),
            None => TopicHandle::new(topic, config.clone(), self.metrics.topic(&topic.name)),
        };
        let changed = handle.set_config(config.clone());
        for (number, registration) in (0..).zip(&topic.partitions) {
            if !registration.replicas.contains(&self.node_id) {
                continue;
            }
            let tp = TopicPartition {
                topic_id: topic.id,
                partition: number,
            };
            let partition = match self.partitions.get(&tp) {
                Some(partition) => {
                    if changed {
                        partition.log().update_options(self.options(&config));
                        // Tiering may have been turned on or off, or what stays local changed.
                        self.partitions.tier_waker().wake(tp);
                    }
                    partition
                }
                None => match self.create(tp, &handle, &config)? {
                    Some(partition) => partition,
                    None => continue,
                },
            };
            self.lead(&partition, registration, &config);
        }
        Ok(())
    }

    /// The options of one log. They are the same for all logs of a topic, unless its segments
    /// are not to end together.
    fn options(&self, config: &TopicConfig) -> PartitionLogOptions {
        let jitter = f64::from(u16::from_be_bytes(random_bytes())) / f64::from(u16::MAX);
        let expiration = self.settings.get(&PRODUCER_ID_EXPIRATION_MS);
        log_options(config, expiration.into(), jitter)
    }

    fn create(
        &self,
        tp: TopicPartition,
        handle: &Arc<TopicHandle>,
        config: &TopicConfig,
    ) -> Result<Option<Arc<Partition>>, LogError> {
        let log = self.journal.create_log(tp, self.options(config))?;
        let state = self.metadata.tables().partition_state(&tp);
        let (end, known) = (
            log.log_end_offset(),
            state.log_start_offset.max(state.tiered_end_offset),
        );
        if end < known {
            // (I2) What would be appended has offsets that other content had.
            tracing::error!(partition = %tp, topic = &*handle.name, end, known,
                "the log ends below offsets that were deleted or uploaded: the journal was lost or \
                 replaced by an older copy. The partition is not served; stop the broker and restore \
                 the journal, or delete the topic");
            return Ok(None);
        }
        // What was decided before the last stop and not carried out.
        if state.log_start_offset > log.log_start_offset() {
            log.set_log_start_offset(state.log_start_offset, self.metadata.applied_index())?;
        }
        let waker = self.partitions.tier_waker().clone();
        let partition = Partition::new(Arc::clone(handle), log, waker);
        self.partitions.insert(Arc::clone(&partition));
        Ok(Some(partition))
    }

    fn lead(
        &self,
        partition: &Partition,
        registration: &PartitionRegistration,
        config: &TopicConfig,
    ) {
        let ours = registration.incarnation == self.metadata.incarnation();
        if registration.leader == self.node_id && ours {
            partition.lead(Leadership {
                node_id: self.node_id,
                leader_epoch: registration.leader_epoch,
                isr: &registration.isr,
                min_insync: config.min_insync_replicas,
            });
        } else {
            partition.resign();
        }
    }

    fn delete_topic(&self, id: &Uuid, metadata_index: u64) -> Result<(), LogError> {
        let removed = self.partitions.remove_topic(id);
        for partition in &removed {
            partition.resign();
        }
        // From the journal: a log that was not served has no partition.
        let logs = self.journal.logs();
        let logs = logs.iter().map(|log| log.topic_partition());
        let logs: Vec<TopicPartition> = logs.filter(|tp| tp.topic_id == *id).collect();
        self.journal.delete_logs(&logs, metadata_index)?;
        if let Some(partition) = removed.first() {
            self.metrics.forget_topic(&partition.topic().name);
            tracing::info!(topic = &*partition.topic().name, "deleted a topic");
        }
        Ok(())
    }
}
