//! The image shows what the model holds.

use std::collections::BTreeMap;

use strandline_protocol::TopicPartition;

use super::model::{Model, uuid};
use super::ops::{GROUPS, NAMES};
use crate::apply::Image;

impl Model {
    /// The image shows what the model holds.
    pub(super) fn assert_shown(&self, image: &Image) {
        assert_eq!(image.topology.topic_count(), self.topics.len());
        for (topic, (name, partitions)) in &self.topics {
            let shown = image.topology.topic_by_name("", NAMES[*name]).unwrap();
            assert_eq!(shown.id, uuid(2, (*topic).into()));
            let epochs: Vec<_> = shown
                .partitions
                .iter()
                .map(|p| (p.leader, p.leader_epoch))
                .collect();
            assert_eq!(&epochs, partitions);
            for partition in &shown.partitions {
                // I2: the one incarnation that may append is the registered one.
                assert_eq!(partition.incarnation, self.incarnation(partition.leader));
            }
        }
        self.assert_tables_shown(image);
    }

    fn assert_tables_shown(&self, image: &Image) {
        let mut shown = BTreeMap::new();
        for (group, id) in GROUPS.iter().enumerate() {
            for (tp, offset) in image.tables.offsets(id) {
                shown.insert((group, tp.topic_id.0[15], tp.partition), offset.offset);
            }
            let record = image.tables.group(id).map(|record| record.generation);
            assert_eq!(
                record,
                self.groups.get(&group).map(|(generation, _)| *generation)
            );
        }
        assert_eq!(shown, self.offsets);
        assert_eq!(image.next_producer_id, self.next_pid);
        for ((topic, partition), tier) in &self.tiers {
            let tp = TopicPartition {
                topic_id: uuid(2, (*topic).into()),
                partition: *partition,
            };
            let state = image.tables.partition_state(&tp);
            let root = state
                .manifest_root
                .iter()
                .map(|root| (root.start_offset, root.end_offset));
            let tail = state
                .tail
                .iter()
                .map(|entry| (entry.base_offset, entry.end_offset));
            let ranges: Vec<_> = root.chain(tail).collect();
            let mut expected = tier.ranges[tier.folded..].to_vec();
            if tier.folded > 0 {
                expected.insert(0, (tier.ranges[0].0, tier.ranges[tier.folded - 1].1));
            }
            assert_eq!(ranges, expected);
            assert_eq!(
                (state.manifest_version, state.tiered_end_offset),
                (tier.version, tier.end)
            );
            assert_eq!(state.log_start_offset, tier.log_start);
        }
    }
}
