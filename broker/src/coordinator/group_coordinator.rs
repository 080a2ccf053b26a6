//! Shards, events and answers.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};
use prometheus_client::metrics::counter::Counter;
use strandline_metadata::{COORDINATOR_SHARDS, Metadata, coordinator_shard};
use strandline_protocol::ErrorCode;
use strandline_protocol::clock::Clock;
use strandline_protocol::codec::StrBytes;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::group::{
    Answer, ClassicGroup, Event, GroupState, JoinAnswer, JoinRequest, LeaveRequest, SyncAnswer,
    SyncRequest, Token,
};
use super::options::{GROUP_ID_BYTES_MAX, GroupCoordinatorOptions};
use super::slot::Slot;
use super::timers::Timers;
use super::{offsets, persist_group, timers};
use crate::admin::{Sample, Source};
use crate::server::{DeletionClock, Pool};

/// Coordinates the groups of the shards that this broker owns. A clone is a handle to the same.
#[derive(Debug, Clone)]
pub struct GroupCoordinator {
    inner: Arc<Inner>,
}

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) broker_id: i32,
    pub(super) metadata: Metadata,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) deletion_clock: DeletionClock,
    pub(super) options: GroupCoordinatorOptions,
    memory: Arc<Pool>,
    rebalances: Counter,
    pub(super) shards: Vec<Mutex<Shard>>,
    pub(super) timers: Timers,
    next_number: AtomicU64,
    stopping: CancellationToken,
}

/// The groups of one coordinator shard.
#[derive(Debug, Default)]
pub(super) struct Shard {
    /// Epoch in which this broker owns the shard, `None` while it does not.
    pub(super) epoch: Option<i32>,
    pub(super) groups: HashMap<StrBytes, Slot>,
}

/// Who a member says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberIdentity<'a> {
    /// Its member id.
    pub member_id: &'a str,
    /// Its static id.
    pub group_instance_id: Option<&'a str>,
    /// The generation it is in, -1 for those outside of the group protocol.
    pub generation: i32,
}

/// A shard that this broker owns, locked.
pub(super) struct Owned<'a> {
    pub(super) number: i32,
    pub(super) epoch: i32,
    pub(super) shard: MutexGuard<'a, Shard>,
}

impl GroupCoordinator {
    /// Takes over the shards that the image gives to this broker, and starts the tasks that wake
    /// groups, follow the image, and expire offsets. They end with `stopping`.
    pub fn start(
        broker_id: i32,
        options: GroupCoordinatorOptions,
        metadata: Metadata,
        clock: Arc<dyn Clock>,
        memory: Arc<Pool>,
        rebalances: Counter,
        stopping: CancellationToken,
    ) -> Self {
        let shards = (0..COORDINATOR_SHARDS).map(|_| Mutex::default()).collect();
        let inner = Arc::new(Inner {
            broker_id,
            metadata,
            deletion_clock: DeletionClock::new(Arc::clone(&clock)),
            clock,
            options,
            memory,
            rebalances,
            shards,
            timers: Timers::default(),
            next_number: AtomicU64::new(1),
            stopping: stopping.clone(),
        });
        let coordinator = Self { inner };
        let mut changes = coordinator.inner.metadata.watch();
        coordinator.refresh();
        let follower = coordinator.clone();
        let follow = async move {
            while changes.changed().await.is_ok() {
                follower.refresh();
            }
        };
        let (closer, stopped) = (coordinator.clone(), stopping.clone());
        drop(tokio::spawn(async move {
            stopped.cancelled().await;
            closer.close_all();
        }));
        for task in [
            tokio::spawn(stopping.clone().run_until_cancelled_owned(follow)),
            tokio::spawn(
                stopping
                    .clone()
                    .run_until_cancelled_owned(timers::run(coordinator.inner.clone())),
            ),
            tokio::spawn(
                stopping.run_until_cancelled_owned(offsets::expire(coordinator.inner.clone())),
            ),
        ] {
            drop(task);
        }
        coordinator
    }

    pub(super) fn from_inner(inner: Arc<Inner>) -> Self {
        Self { inner }
    }

    pub(super) fn inner(&self) -> &Arc<Inner> {
        &self.inner
    }

    /// Options of this coordinator.
    pub fn options(&self) -> &GroupCoordinatorOptions {
        &self.inner.options
    }

    /// Whether a group may be called that, where an empty name is not allowed.
    ///
    /// # Errors
    /// INVALID_GROUP_ID.
    pub fn validate_group_id(group_id: &str) -> Result<(), ErrorCode> {
        if group_id.is_empty() || group_id.len() > GROUP_ID_BYTES_MAX {
            return Err(ErrorCode::InvalidGroupId);
        }
        Ok(())
    }

    /// JoinGroup: answers when the next generation begins, or at once. `make` gets the token that
    /// the request has to carry.
    pub async fn join(
        &self,
        group_id: &str,
        make: impl FnOnce(Token) -> JoinRequest,
    ) -> JoinAnswer {
        let request = make(self.token());
        let (token, member_id) = (request.token, request.member_id.clone());
        if let Err(error) = Self::validate_group_id(group_id) {
            return JoinAnswer::refused(error, member_id);
        }
        let bytes = request.size_bytes();
        let create = request.member_id.is_empty();
        match self
            .submit(group_id, create, bytes, token, Event::Join(request))
            .await
        {
            Ok(Answer::Join(answer)) => answer,
            Ok(_) => JoinAnswer::refused(ErrorCode::UnknownServerError, member_id),
            Err(error) => JoinAnswer::refused(error, member_id),
        }
    }

    /// SyncGroup: answers when the leader has assigned.
    pub async fn sync(
        &self,
        group_id: &str,
        make: impl FnOnce(Token) -> SyncRequest,
    ) -> SyncAnswer {
        let request = make(self.token());
        let token = request.token;
        if let Err(error) = Self::validate_group_id(group_id) {
            return SyncAnswer::refused(error);
        }
        let bytes = request
            .assignments
            .iter()
            .map(|(_, assignment)| assignment.len())
            .sum();
        match self
            .submit(group_id, false, bytes, token, Event::Sync(request))
            .await
        {
            Ok(Answer::Sync(answer)) => answer,
            Ok(_) => SyncAnswer::refused(ErrorCode::UnknownServerError),
            Err(error) => SyncAnswer::refused(error),
        }
    }

    /// LeaveGroup: one code per member.
    ///
    /// # Errors
    /// The code for the whole request.
    pub async fn leave(
        &self,
        group_id: &str,
        make: impl FnOnce(Token) -> LeaveRequest,
    ) -> Result<Vec<ErrorCode>, ErrorCode> {
        let request = make(self.token());
        let token = request.token;
        Self::validate_group_id(group_id)?;
        match self
            .submit(group_id, false, 0, token, Event::Leave(request))
            .await?
        {
            Answer::Leave(answer) => answer,
            _ => Err(ErrorCode::UnknownServerError),
        }
    }

    /// Heartbeat.
    ///
    /// # Errors
    /// The code that the member gets.
    pub fn heartbeat(&self, group_id: &str, member: MemberIdentity<'_>) -> Result<(), ErrorCode> {
        Self::validate_group_id(group_id)?;
        let mut owned = self.owned(group_id)?;
        let slot = owned
            .shard
            .groups
            .get_mut(group_id)
            .ok_or(ErrorCode::UnknownMemberId)?;
        let now = self.inner.clock.monotonic();
        let MemberIdentity {
            member_id,
            group_instance_id,
            generation,
        } = member;
        slot.group
            .heartbeat(now, member_id, group_instance_id, generation)
    }

    fn token(&self) -> Token {
        Token(self.number())
    }

    /// A number that was not given before.
    fn number(&self) -> u64 {
        self.inner.next_number.fetch_add(1, Ordering::Relaxed)
    }

    /// Feeds an event to a group and waits for its answer.
    async fn submit(
        &self,
        group_id: &str,
        create: bool,
        bytes: usize,
        token: Token,
        event: Event,
    ) -> Result<Answer, ErrorCode> {
        let (sender, answer) = oneshot::channel();
        {
            let mut owned = self.owned(group_id)?;
            let (key, slot) = self.slot(&mut owned.shard, group_id, create)?;
            if !slot.memory.try_grow(bytes) {
                let (inner, number) = (&self.inner, owned.number);
                self.forget_if_idle(&mut owned.shard, &key);
                tracing::warn!(group = %key, shard = number, pool = inner.memory.used(),
                    "no memory left for groups");
                return Err(ErrorCode::CoordinatorNotAvailable);
            }
            slot.park(token, sender);
            self.handle(&mut owned, &key, event);
        }
        answer.await.map_err(|_| ErrorCode::CoordinatorNotAvailable)
    }

    /// Feeds an event to a group in memory.
    pub(super) fn handle(&self, owned: &mut Owned<'_>, key: &StrBytes, event: Event) {
        let Some(slot) = owned.shard.groups.get_mut(key) else {
            return;
        };
        let (now, timestamp) = (self.inner.clock.monotonic(), self.inner.clock.unix_millis());
        let generation = slot.group.generation();
        slot.handle(now, timestamp, event);
        if slot.group.generation() > generation && slot.group.state() != GroupState::Empty {
            self.inner.rebalances.inc();
        }
        self.settle(owned, key);
    }

    /// What follows every change of a group: its timer, its memory, its proposal, its end.
    pub(super) fn settle(&self, owned: &mut Owned<'_>, key: &StrBytes) {
        let Some(slot) = owned.shard.groups.get_mut(key) else {
            return;
        };
        let wake_at = slot.group.wake_at();
        self.inner.timers.arm(key, slot.armed, wake_at);
        slot.armed = wake_at;
        let bytes = slot.group.size_bytes();
        // What was reserved before the event covers its growth; a record from before the start is
        // there whether it fits or not.
        let _ = bytes <= slot.memory.bytes() || slot.memory.try_grow(bytes - slot.memory.bytes());
        slot.memory.shrink_to(bytes);
        if slot.has_record() && !slot.persisting {
            slot.persisting = true;
            let (number, epoch, id) = (owned.number, owned.epoch, slot.id);
            let task = persist_group::run(self.clone(), number, epoch, key.clone(), id);
            drop(tokio::spawn(task));
        }
        self.forget_if_idle(&mut owned.shard, key);
    }

    fn forget_if_idle(&self, shard: &mut Shard, key: &StrBytes) {
        if shard.groups.get(key).is_some_and(Slot::is_idle)
            && let Some(slot) = shard.groups.remove(key)
        {
            self.inner.timers.arm(key, slot.armed, None);
        }
    }

    /// Takes a group out of memory; everybody who waits gets `error`.
    pub(super) fn close(&self, shard: &mut Shard, key: &str, error: ErrorCode) {
        if let Some((key, slot)) = shard.groups.remove_entry(key) {
            self.inner.timers.arm(&key, slot.armed, None);
            slot.close(self.inner.clock.monotonic(), error);
        }
    }

    pub(super) fn wake(&self, group_id: &StrBytes) {
        let Ok(mut owned) = self.owned(group_id) else {
            return;
        };
        if let Some(slot) = owned.shard.groups.get_mut(group_id) {
            slot.armed = None;
            self.handle(&mut owned, group_id, Event::Wake);
        }
    }

    /// The group in memory; made from its record, or new when it may be.
    fn slot<'a>(
        &self,
        shard: &'a mut Shard,
        group_id: &str,
        create: bool,
    ) -> Result<(StrBytes, &'a mut Slot), ErrorCode> {
        let inner = &self.inner;
        let known = shard
            .groups
            .get_key_value(group_id)
            .map(|(key, _)| key.clone());
        let key = known.unwrap_or_else(|| StrBytes::from(group_id));
        if !shard.groups.contains_key(&key) {
            let options = inner.options.group;
            let group = match inner.metadata.tables().group(group_id) {
                Some(record) => {
                    ClassicGroup::from_record(&record, options, inner.clock.monotonic())
                }
                None if create => ClassicGroup::new(key.clone(), options),
                None => return Err(ErrorCode::UnknownMemberId),
            };
            let memory = inner.memory.try_reserve(group.size_bytes());
            let memory = memory.ok_or(ErrorCode::CoordinatorNotAvailable)?;
            shard
                .groups
                .insert(key.clone(), Slot::new(self.number(), group, memory));
        }
        let slot = shard
            .groups
            .get_mut(&key)
            .ok_or(ErrorCode::CoordinatorNotAvailable)?;
        Ok((key, slot))
    }

    /// Locks the shard of a group.
    ///
    /// # Errors
    /// NOT_COORDINATOR when another broker owns it.
    pub(super) fn owned(&self, group_id: &str) -> Result<Owned<'_>, ErrorCode> {
        self.owned_number(coordinator_shard(group_id))
    }

    /// Locks a shard.
    ///
    /// # Errors
    /// NOT_COORDINATOR when another broker owns it.
    pub(super) fn owned_number(&self, number: i32) -> Result<Owned<'_>, ErrorCode> {
        if self.inner.stopping.is_cancelled() {
            return Err(ErrorCode::NotCoordinator);
        }
        let shard = self.current(number)?;
        let epoch = shard.epoch.ok_or(ErrorCode::NotCoordinator)?;
        Ok(Owned {
            number,
            epoch,
            shard,
        })
    }

    /// Locks a shard and brings it to what the image says.
    fn current(&self, number: i32) -> Result<MutexGuard<'_, Shard>, ErrorCode> {
        let index = usize::try_from(number).map_err(|_| ErrorCode::NotCoordinator)?;
        let mut shard = self.inner.shards[index].lock();
        // The image is read under the lock: it is never older than what the shard was brought to.
        let owner = self.inner.metadata.topology().shards[index];
        let epoch = (owner.broker_id == self.inner.broker_id).then_some(owner.epoch);
        if shard.epoch != epoch {
            self.take_over(number, &mut shard, epoch);
        }
        Ok(shard)
    }

    fn refresh(&self) {
        for number in self.shard_numbers() {
            drop(self.current(number));
        }
    }

    /// Numbers of all shards.
    pub(super) fn shard_numbers(&self) -> impl Iterator<Item = i32> + use<> {
        0..i32::try_from(COORDINATOR_SHARDS).unwrap_or(i32::MAX)
    }

    /// The shard has another owner or epoch: what is in memory is no longer ours to answer for,
    /// and what is in the image is.
    fn take_over(&self, number: i32, shard: &mut Shard, epoch: Option<i32>) {
        let inner = &self.inner;
        for (key, slot) in std::mem::take(&mut shard.groups) {
            inner.timers.arm(&key, slot.armed, None);
            slot.close(inner.clock.monotonic(), ErrorCode::NotCoordinator);
        }
        shard.epoch = epoch;
        if epoch.is_none() {
            return;
        }
        let tables = inner.metadata.tables();
        for group_id in tables.groups_of_shard(number) {
            let record = tables
                .group(&group_id)
                .filter(|record| !record.members.is_empty());
            let Some(record) = record else {
                continue;
            };
            let now = inner.clock.monotonic();
            let group = ClassicGroup::from_record(&record, inner.options.group, now);
            let key = group.group_id().clone();
            let mut slot = Slot::new(self.number(), group, inner.memory.reservation());
            // They have their place, whether it fits or not.
            let _ = slot.memory.try_grow(slot.group.size_bytes());
            slot.armed = slot.group.wake_at();
            inner.timers.arm(&key, None, slot.armed);
            shard.groups.insert(key, slot);
        }
    }

    /// Everything in memory ends: parked requests are answered with NOT_COORDINATOR, which makes
    /// clients look for the coordinator again. Nobody is removed from a group.
    fn close_all(&self) {
        for shard in &self.inner.shards {
            let mut shard = shard.lock();
            shard.epoch = None;
            for (key, slot) in std::mem::take(&mut shard.groups) {
                self.inner.timers.arm(&key, slot.armed, None);
                slot.close(Duration::ZERO, ErrorCode::NotCoordinator);
            }
        }
    }
}

#[cfg(test)]
impl GroupCoordinator {
    /// How many groups have a timer.
    pub(super) fn armed(&self) -> usize {
        self.inner.timers.len()
    }
}

impl Source for GroupCoordinator {
    fn read(&self, samples: &mut Vec<Sample>) {
        let mut members = 0;
        let mut by_state = [0_usize; GroupState::ALL.len()];
        for shard in &self.inner.shards {
            for slot in shard.lock().groups.values() {
                members += slot.group.member_count();
                by_state[slot.group.state() as usize] += 1;
            }
        }
        for (state, count) in GroupState::ALL.iter().zip(by_state) {
            samples.push(Sample::labelled("groups", state.name(), count as f64));
        }
        samples.push(Sample::plain("group_members", members as f64));
    }
}
