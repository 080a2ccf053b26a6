//! What the metadata should be: groups and offsets.

use strandline_protocol::TopicPartition;
use strandline_protocol::codec::StrBytes;

use super::model::{Model, Proposed, member, topic_uuid};
use super::ops::{GROUPS, Op};
use crate::command::{Command, ProposerId};
use crate::image::coordinator_shard;
use crate::outcome::{Outcome, Refusal, Reply};
use crate::records::*;

impl Model {
    pub(super) fn of_group(&mut self, op: &Op) -> Proposed {
        let (group, behind) = match *op {
            Op::Commit { group, behind, .. } | Op::Put { group, behind, .. } => (group, behind),
            Op::DeleteGroup { group } => (group, 0),
            _ => unreachable!("called for ops of groups only"),
        };
        let shard = coordinator_shard(GROUPS[group]);
        let epoch = self.shards.get(&shard).map_or(0, |(_, epoch)| *epoch) - behind;
        let proposer = ProposerId::Shard { shard, epoch };
        let takes = self.is_current(proposer);
        let (command, outcome) = match *op {
            Op::Commit { .. } => self.commit(op, shard, epoch, takes),
            Op::Put {
                generation,
                members,
                ..
            } => {
                let older = self
                    .groups
                    .get(&group)
                    .is_some_and(|(now, _)| generation < *now);
                if !older && takes {
                    self.groups.insert(group, (generation, members));
                }
                let group = record(group, generation, members);
                let command = PutGroup {
                    shard,
                    shard_epoch: epoch,
                    group,
                };
                let refused = older.then_some(Err(Refusal::IllegalGeneration));
                (Command::from(command), refused.unwrap_or(Ok(Reply::Done)))
            }
            _ => {
                let group_id = StrBytes::from(GROUPS[group]);
                let command = DeleteGroup {
                    shard,
                    shard_epoch: epoch,
                    group_id,
                };
                (command.into(), self.delete_group(group, takes))
            }
        };
        (proposer, command, outcome)
    }

    fn commit(&mut self, op: &Op, shard: i32, epoch: i32, takes: bool) -> (Command, Outcome) {
        let Op::Commit {
            group,
            generation,
            member: number,
            topic,
            partition,
            offset,
            ..
        } = *op
        else {
            unreachable!("called for commits only");
        };
        let topic_id = topic_uuid(topic);
        let commit = OffsetCommit {
            partition,
            offset,
            ..OffsetCommit::default()
        };
        let command = CommitOffsets {
            shard,
            shard_epoch: epoch,
            group_id: GROUPS[group].into(),
            generation_id: generation,
            member_id: member(number),
            topics: vec![OffsetCommitTopic {
                topic_id,
                partitions: vec![commit],
            }],
        };
        let outcome = self.check_commit(group, generation, number).map(|()| {
            let partitions = self.topics.get(&topic).map_or(0, |(_, all)| all.len());
            if (partition as usize) >= partitions {
                let unknown = vec![TopicPartition {
                    topic_id,
                    partition,
                }];
                return Reply::OffsetsCommitted { unknown };
            }
            if takes {
                self.offsets.insert((group, topic, partition), offset);
            }
            Reply::OffsetsCommitted {
                unknown: Vec::new(),
            }
        });
        (command.into(), outcome)
    }

    fn check_commit(&self, group: usize, generation: i32, member: u8) -> Result<(), Refusal> {
        match self.groups.get(&group) {
            None if generation < 0 => Ok(()),
            None => Err(Refusal::IllegalGeneration),
            Some((_, 0)) if generation < 0 => Ok(()),
            Some((_, members)) if members & (1 << member) == 0 => Err(Refusal::UnknownMemberId),
            Some((now, _)) if *now != generation => Err(Refusal::IllegalGeneration),
            Some(_) => Ok(()),
        }
    }

    fn delete_group(&mut self, group: usize, takes: bool) -> Outcome {
        let has_offsets = self.offsets.keys().any(|(of, ..)| *of == group);
        match self.groups.get(&group) {
            None if !has_offsets => return Err(Refusal::GroupIdNotFound),
            Some((_, members)) if *members != 0 => return Err(Refusal::NonEmptyGroup),
            _ => {}
        }
        if takes {
            self.groups.remove(&group);
            self.offsets.retain(|(of, ..), _| *of != group);
        }
        Ok(Reply::Done)
    }
}

fn record(group: usize, generation: i32, members: u8) -> GroupRecord {
    let members = (0..3).filter(|bit| members & (1 << bit) != 0);
    let record = |bit| GroupMember {
        member_id: member(bit),
        ..GroupMember::default()
    };
    GroupRecord {
        group_id: GROUPS[group].into(),
        generation,
        members: members.map(record).collect(),
        ..GroupRecord::default()
    }
}
