//! Proposals of group records: one per group on its way, the newest record next.

use strandline_metadata::records::PutGroup;
use strandline_metadata::{ProposeError, Refusal};
use strandline_protocol::ErrorCode;
use strandline_protocol::codec::StrBytes;

use super::group_coordinator::{GroupCoordinator, Owned};

/// Proposes until the metadata knows the group.
///
/// A failed proposal ends the group in memory: those who wait get an error, and the next request
/// finds the group as it was durable last. Nothing that was answered is lost by that.
pub(super) async fn run(
    coordinator: GroupCoordinator,
    shard: i32,
    shard_epoch: i32,
    key: StrBytes,
    slot_id: u64,
) {
    loop {
        let taken = coordinator.in_epoch(&key, shard_epoch, |owned| {
            let slot = owned
                .shard
                .groups
                .get_mut(&key)
                .filter(|slot| slot.id == slot_id)?;
            slot.persisting = slot.has_record();
            slot.take_record()
        });
        let Some((group, wish)) = taken.flatten() else {
            return;
        };
        let generation = group.generation;
        let command = PutGroup {
            shard,
            shard_epoch,
            group,
        };
        let result = coordinator.inner().metadata.propose(command).await;
        let more = coordinator.in_epoch(&key, shard_epoch, |owned| {
            let slot = owned
                .shard
                .groups
                .get_mut(&key)
                .filter(|slot| slot.id == slot_id)?;
            if let Err(error) = &result {
                tracing::warn!(group = %key, generation, %error, "failed to store a group");
                coordinator.close(&mut owned.shard, &key, group_error(error));
                return None;
            }
            slot.persisted(wish);
            if slot.has_record() {
                return Some(());
            }
            slot.persisting = false;
            coordinator.settle(owned, &key);
            None
        });
        if more.flatten().is_none() {
            return;
        }
    }
}

impl GroupCoordinator {
    /// Runs `work` on the group's shard if it is still the one of `epoch`.
    fn in_epoch<T>(
        &self,
        key: &str,
        epoch: i32,
        work: impl FnOnce(&mut Owned<'_>) -> T,
    ) -> Option<T> {
        let mut owned = self.owned(key).ok()?;
        (owned.epoch == epoch).then(|| work(&mut owned))
    }
}

/// What members are told when their group could not be stored.
fn group_error(error: &ProposeError) -> ErrorCode {
    match error {
        // As Kafka: a group that does not fit a record of the log cannot be helped by waiting.
        ProposeError::TooLarge { .. } => ErrorCode::UnknownServerError,
        ProposeError::Refused(Refusal::NotCoordinator) => ErrorCode::NotCoordinator,
        _ => ErrorCode::CoordinatorNotAvailable,
    }
}
