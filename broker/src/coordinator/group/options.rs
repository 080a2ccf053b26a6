//! What can be tuned about classic groups.

use std::time::Duration;

/// Options that a group reads while it works. They are the same for every group of a broker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupOptions {
    /// How long the first rebalance of an empty group waits for more members
    /// (`group.initial.rebalance.delay.ms`).
    pub initial_rebalance_delay: Duration,
    /// How long a member without an id may wait in JoinGroup. Its client cannot send heartbeats and
    /// a closed connection is not noticed while the request waits, so without this bound retries
    /// would fill a long rebalance with members that nobody knows
    /// (Kafka: `ClassicGroup.NEW_MEMBER_JOIN_TIMEOUT_MS`).
    pub new_member_join_timeout: Duration,
    /// The most members of a group (`group.max.size`).
    pub max_size: usize,
}

impl Default for GroupOptions {
    fn default() -> Self {
        Self {
            initial_rebalance_delay: Duration::from_secs(3),
            new_member_join_timeout: Duration::from_secs(5 * 60),
            max_size: i32::MAX as usize,
        }
    }
}
