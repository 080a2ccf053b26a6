//! What the metadata should be: manifests and log starts.

use bytes::Bytes;

use super::model::{Model, ModelTier, topic_uuid};
use super::ops::Op;
use crate::command::Command;
use crate::outcome::{Outcome, Refusal, Reply};
use crate::records::*;

impl Model {
    /// The leader epoch that a proposer names, and why it is refused if it is.
    fn leader_epoch(&self, topic: u8, partition: i32, behind: i32) -> (i32, Result<(), Refusal>) {
        let partitions = self.topics.get(&topic).map(|(_, partitions)| partitions);
        match partitions.and_then(|all| all.get(partition as usize)) {
            None => (-behind, Err(Refusal::UnknownTopic)),
            Some((_, epoch)) if behind != 0 => (epoch - behind, Err(Refusal::FencedLeaderEpoch)),
            Some((_, epoch)) => (*epoch, Ok(())),
        }
    }

    pub(super) fn log_start(
        &mut self,
        topic: u8,
        partition: i32,
        behind: i32,
        log_start_offset: i64,
    ) -> (Command, Outcome) {
        let (leader_epoch, checked) = self.leader_epoch(topic, partition, behind);
        let topic_id = topic_uuid(topic);
        let command = SetLogStart {
            topic_id,
            partition,
            leader_epoch,
            log_start_offset,
        };
        let outcome = checked.map(|()| {
            let tier = self.tiers.entry((topic, partition)).or_default();
            tier.log_start = tier.log_start.max(log_start_offset);
            Reply::Done
        });
        (command.into(), outcome)
    }

    pub(super) fn tier(&mut self, op: &Op) -> Option<(Command, Outcome)> {
        let Op::Tier {
            topic,
            partition,
            behind,
            wrong_version,
            gap,
            len,
        } = *op
        else {
            return None;
        };
        let (mut command, mut tier, checked) = self.change(topic, partition, behind);
        let base_offset = tier.end + gap;
        command.expected_version += i64::from(wrong_version);
        let end_offset = base_offset + len;
        let entry = Bytes::from_static(b"entry");
        command.entries = vec![TierEntry {
            base_offset,
            end_offset,
            entry,
        }];
        let fits = if tier.ranges.is_empty() {
            (tier.end..=tier.end.max(tier.log_start)).contains(&base_offset)
        } else {
            gap == 0
        };
        tier.ranges.push((base_offset, end_offset));
        let too_many = tier.ranges.len() - tier.folded > 64;
        let outcome = checked.and_then(|()| match () {
            () if wrong_version => Err(Refusal::ManifestConflict),
            () if too_many => Err(Refusal::ManifestTailFull),
            () if !fits || len == 0 => Err(Refusal::ManifestConflict),
            () => Ok(self.changed(topic, partition, tier)),
        });
        Some((command.into(), outcome))
    }

    /// `None` when there is nothing to fold.
    pub(super) fn fold(
        &mut self,
        topic: u8,
        partition: i32,
        count: usize,
    ) -> Option<(Command, Outcome)> {
        let (mut command, mut tier, checked) = self.change(topic, partition, 0);
        let count = count.min(tier.ranges.len() - tier.folded);
        if count == 0 {
            return None;
        }
        tier.folded += count;
        command.drop_tail_entries = count as i32;
        command.set_root = true;
        command.root_start_offset = tier.ranges[0].0;
        command.root_end_offset = tier.ranges[tier.folded - 1].1;
        command.root = Some(Bytes::from_static(b"root"));
        let outcome = checked.map(|()| self.changed(topic, partition, tier));
        Some((command.into(), outcome))
    }

    fn change(
        &self,
        topic: u8,
        partition: i32,
        behind: i32,
    ) -> (CommitTier, ModelTier, Result<(), Refusal>) {
        let (leader_epoch, checked) = self.leader_epoch(topic, partition, behind);
        let tier = self
            .tiers
            .get(&(topic, partition))
            .cloned()
            .unwrap_or_default();
        let command = CommitTier {
            topic_id: topic_uuid(topic),
            partition,
            leader_epoch,
            expected_tiered_end_offset: tier.end,
            expected_version: tier.version,
            ..CommitTier::default()
        };
        (command, tier, checked)
    }

    fn changed(&mut self, topic: u8, partition: i32, mut tier: ModelTier) -> Reply {
        tier.version += 1;
        tier.end = tier.ranges.last().map_or(tier.end, |(_, end)| *end);
        let version = tier.version;
        self.tiers.insert((topic, partition), tier);
        Reply::Tiered { version }
    }
}
