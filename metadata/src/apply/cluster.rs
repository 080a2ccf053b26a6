//! Commands about the cluster as a whole.

use strandline_protocol::codec::Uuid;

use super::Image;
use crate::level;
use crate::outcome::{Outcome, Refusal, Reply};
use crate::records::{AllocateProducerIds, InitCluster, SetFeature, SetLevel};

/// The most producer ids that one command hands out.
const PRODUCER_IDS_MAX: i32 = 1_000_000;

impl Image {
    pub(super) fn init_cluster(&mut self, command: &InitCluster) -> Outcome {
        if self.topology.cluster_id != Uuid::ZERO {
            // A repeat, or a second node that made up an id while the first one's was on its way.
            let same = self.topology.cluster_id == command.cluster_id;
            return if same {
                Ok(Reply::Done)
            } else {
                Err(Refusal::InconsistentClusterId)
            };
        }
        if command.cluster_id == Uuid::ZERO || command.level < level::MIN {
            return Err(Refusal::Malformed);
        }
        self.topology.cluster_id = command.cluster_id;
        self.topology.level = command.level;
        self.topology_changed = true;
        Ok(Reply::Done)
    }

    pub(super) fn set_level(&mut self, command: &SetLevel) -> Outcome {
        let brokers = self.topology.brokers.values();
        let supported = brokers.map(|broker| broker.levels.1).min().unwrap_or(0);
        if command.level < self.topology.level || command.level > supported {
            return Err(Refusal::InvalidUpdateVersion);
        }
        self.topology.level = command.level;
        self.topology_changed = true;
        Ok(Reply::Done)
    }

    pub(super) fn set_feature(&mut self, command: SetFeature) -> Outcome {
        if command.level < 0 || command.name.is_empty() {
            return Err(Refusal::InvalidUpdateVersion);
        }
        // Level 0 is Kafka's way to say that a feature is off.
        if command.level == 0 {
            self.topology.features.remove(&command.name);
        } else {
            self.topology.features.insert(command.name, command.level);
        }
        self.topology_changed = true;
        Ok(Reply::Done)
    }

    /// I10: the counter only grows, so no producer id is handed out twice.
    pub(super) fn allocate_producer_ids(&mut self, command: &AllocateProducerIds) -> Outcome {
        if !(1..=PRODUCER_IDS_MAX).contains(&command.count) {
            return Err(Refusal::Malformed);
        }
        let first = self.next_producer_id;
        let next = first
            .checked_add(i64::from(command.count))
            .ok_or(Refusal::Malformed)?;
        self.next_producer_id = next;
        Ok(Reply::ProducerIds {
            first,
            count: command.count,
        })
    }
}
