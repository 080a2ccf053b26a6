//! The identity of a partition.

use std::fmt;

use crate::codec::Uuid;

/// A partition by topic id: names may come back after a deletion, ids never do (KIP-516, I10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TopicPartition {
    /// Id of the topic.
    pub topic_id: Uuid,
    /// Index of the partition in its topic.
    pub partition: i32,
}

impl fmt::Display for TopicPartition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.topic_id, self.partition)
    }
}
