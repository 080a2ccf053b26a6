//! Where the replicas of new partitions go.

use crate::image::Topology;

/// Why replicas could not be placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlacementError {
    /// Fewer brokers than replicas wanted.
    #[error("replication factor {wanted} is larger than the number of brokers, {brokers}")]
    NotEnoughBrokers {
        /// Replicas wanted.
        wanted: usize,
        /// Brokers registered.
        brokers: usize,
    },
    /// A replication factor of 0 or less.
    #[error("replication factor must be at least 1")]
    InvalidReplicationFactor,
}

/// Replicas for `count` new partitions whose first has the number `first`, round robin: leaders go
/// around the brokers, and each round of them shifts the followers by one, so that the load of a
/// dead broker spreads over all others.
///
/// `salt` decides where the round begins; pass something that differs between topics.
///
/// # Errors
/// When there are fewer brokers than replicas wanted.
pub fn assign_replicas(
    topology: &Topology,
    first: usize,
    count: usize,
    replication_factor: usize,
    salt: u64,
) -> Result<Vec<Vec<i32>>, PlacementError> {
    let brokers: Vec<i32> = topology.brokers.keys().copied().collect();
    if replication_factor == 0 {
        return Err(PlacementError::InvalidReplicationFactor);
    }
    if replication_factor > brokers.len() {
        return Err(PlacementError::NotEnoughBrokers {
            wanted: replication_factor,
            brokers: brokers.len(),
        });
    }
    let start = (salt % brokers.len() as u64) as usize;
    let assignment = |partition: usize| {
        let round = partition / brokers.len();
        let leader = (start + partition) % brokers.len();
        // Shifts of 1 to n - 1, another one for each follower.
        let shift = |follower: usize| 1 + (round + follower) % (brokers.len() - 1);
        let followers = (0..replication_factor - 1).map(shift);
        let mut replicas = vec![brokers[leader]];
        replicas.extend(followers.map(|shift| brokers[(leader + shift) % brokers.len()]));
        replicas
    };
    Ok((first..first + count).map(assignment).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use strandline_protocol::codec::Uuid;

    use super::*;
    use crate::image::BrokerRegistration;

    fn topology(brokers: i32) -> Topology {
        let registration = |broker_id| BrokerRegistration {
            broker_id,
            incarnation: Uuid([1; 16]),
            broker_epoch: 0,
            rack: None,
            listeners: Vec::new(),
            levels: (1, 1),
        };
        let brokers = (1..=brokers)
            .map(|id| (id, Arc::new(registration(id))))
            .collect();
        Topology {
            brokers,
            ..Topology::default()
        }
    }

    #[test]
    fn replicas_are_distinct_and_leaders_even() {
        for brokers in 1..=7 {
            for factor in 1..=brokers as usize {
                let count = 7 * 60;
                let placed = assign_replicas(&topology(brokers), 0, count, factor, 3).unwrap();
                let mut leaders: BTreeMap<i32, usize> = BTreeMap::new();
                for replicas in &placed {
                    let mut distinct = replicas.clone();
                    distinct.sort_unstable();
                    distinct.dedup();
                    assert_eq!(distinct.len(), factor);
                    *leaders.entry(replicas[0]).or_default() += 1;
                }
                let most = leaders.values().max().unwrap();
                let least = leaders.values().min().unwrap();
                assert!(most - least <= 1, "{brokers} brokers, {leaders:?}");
            }
        }
    }

    #[test]
    fn more_replicas_than_brokers_are_refused() {
        let error = assign_replicas(&topology(2), 0, 1, 3, 0).unwrap_err();
        assert_eq!(
            error,
            PlacementError::NotEnoughBrokers {
                wanted: 3,
                brokers: 2
            }
        );
    }
}
