//! What members of a group tell each other, and the range assignor.

use std::collections::BTreeMap;

use bytes::Bytes;
use strandline_protocol::codec::{CodecError, Message, Reader, Writer};
use strandline_protocol::messages::consumer_protocol_assignment::TopicPartition;
use strandline_protocol::messages::{ConsumerProtocolAssignment, ConsumerProtocolSubscription};

/// Version of both messages: the first, which every client reads.
const VERSION: i16 = 0;

/// Both messages begin with their version.
fn with_version<M: Message>(message: &M) -> Result<Bytes, CodecError> {
    let mut writer = Writer::new();
    writer.i16(VERSION);
    message.encode(&mut writer, VERSION)?;
    Ok(writer.into_bytes())
}

fn decode<M: Message>(bytes: Bytes) -> Result<M, CodecError> {
    let mut reader = Reader::new(bytes);
    let version = reader.i16()?.min(*M::VERSIONS.end());
    M::decode(&mut reader, version)
}

/// A member's wish to read these topics.
pub(crate) fn subscribe(topics: &[String]) -> Result<Bytes, CodecError> {
    with_version(&ConsumerProtocolSubscription {
        topics: topics.iter().map(|topic| topic.as_str().into()).collect(),
        ..Default::default()
    })
}

/// Partitions that a member got.
pub(crate) fn assigned(assignment: Bytes) -> Result<Vec<(String, i32)>, CodecError> {
    if assignment.is_empty() {
        return Ok(Vec::new());
    }
    let assignment: ConsumerProtocolAssignment = decode(assignment)?;
    let partitions = assignment.assigned_partitions.iter().flat_map(|of| {
        of.partitions
            .iter()
            .map(|partition| (of.topic.to_string(), *partition))
    });
    Ok(partitions.collect())
}

/// Gives each member a contiguous range of every topic it reads, as Kafka's RangeAssignor does.
/// `members` are (member id, subscription); the answer has an assignment for each.
pub(crate) fn assign_ranges(
    members: &[(String, Bytes)],
    partitions: &BTreeMap<String, Vec<i32>>,
) -> Result<Vec<(String, Bytes)>, CodecError> {
    let mut readers: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for (member, subscription) in members {
        let subscription: ConsumerProtocolSubscription = decode(subscription.clone())?;
        for topic in &subscription.topics {
            readers.entry(topic.to_string()).or_default().push(member);
        }
    }
    let mut shares: BTreeMap<&String, Vec<TopicPartition>> = BTreeMap::new();
    for (topic, members) in &mut readers {
        members.sort();
        let all = partitions.get(topic).map(Vec::as_slice).unwrap_or_default();
        let (each, more) = (all.len() / members.len(), all.len() % members.len());
        let mut rest = all;
        for (index, member) in members.iter().enumerate() {
            let (share, after) = rest.split_at(each + usize::from(index < more));
            rest = after;
            if !share.is_empty() {
                shares.entry(member).or_default().push(TopicPartition {
                    topic: topic.as_str().into(),
                    partitions: share.to_vec(),
                });
            }
        }
    }
    members
        .iter()
        .map(|(member, _)| {
            let assigned_partitions = shares.remove(member).unwrap_or_default();
            let assignment = ConsumerProtocolAssignment {
                assigned_partitions,
                user_data: None,
            };
            Ok((member.clone(), with_version(&assignment)?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_cover_every_partition_once_and_differ_by_one_at_most() {
        let partitions = BTreeMap::from([("t".to_owned(), (0..7).collect())]);
        let wish = subscribe(&["t".to_owned()]).unwrap();
        let members: Vec<_> = ["a", "b", "c"]
            .iter()
            .map(|id| ((*id).to_owned(), wish.clone()))
            .collect();
        let shares: Vec<Vec<i32>> = assign_ranges(&members, &partitions)
            .unwrap()
            .into_iter()
            .map(|(_, bytes)| {
                assigned(bytes)
                    .unwrap()
                    .into_iter()
                    .map(|(_, p)| p)
                    .collect()
            })
            .collect();
        assert_eq!(shares, [vec![0, 1, 2], vec![3, 4], vec![5, 6]]);
    }

    #[test]
    fn member_without_partitions_gets_an_empty_assignment() {
        let partitions = BTreeMap::from([("t".to_owned(), vec![0])]);
        let wish = subscribe(&["t".to_owned()]).unwrap();
        let members = [("a".to_owned(), wish.clone()), ("b".to_owned(), wish)];
        let shares = assign_ranges(&members, &partitions).unwrap();
        assert!(assigned(shares[1].1.clone()).unwrap().is_empty());
    }
}
