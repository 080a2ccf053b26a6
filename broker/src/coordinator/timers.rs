//! Waking groups in time: one entry per group, and one task that sleeps until the first.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use strandline_protocol::codec::StrBytes;
use tokio::sync::Notify;

use super::group_coordinator::{GroupCoordinator, Inner};

/// When which group wants to be woken. Without groups nothing is armed and nothing wakes.
#[derive(Debug, Default)]
pub(super) struct Timers {
    queue: Mutex<BTreeSet<(Duration, StrBytes)>>,
    earlier: Notify,
}

impl Timers {
    /// Moves the entry of `group` from `old` to `new`.
    pub(super) fn arm(&self, group: &StrBytes, old: Option<Duration>, new: Option<Duration>) {
        if old == new {
            return;
        }
        let mut queue = self.queue.lock();
        if let Some(old) = old {
            queue.remove(&(old, group.clone()));
        }
        let Some(new) = new else {
            return;
        };
        let first = queue.first().is_none_or(|(at, _)| new < *at);
        queue.insert((new, group.clone()));
        drop(queue);
        if first {
            self.earlier.notify_one();
        }
    }

    /// Takes out everything that is due at `now`; `Err` is when the next will be.
    fn take_due(&self, now: Duration) -> Result<Vec<StrBytes>, Option<Duration>> {
        let mut queue = self.queue.lock();
        let mut due = Vec::new();
        while queue.first().is_some_and(|(at, _)| *at <= now) {
            due.extend(queue.pop_first().map(|(_, group)| group));
        }
        if due.is_empty() {
            Err(queue.first().map(|(at, _)| *at))
        } else {
            Ok(due)
        }
    }

    /// How many groups are armed.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.queue.lock().len()
    }
}

/// Wakes groups for as long as the coordinator is there.
pub(super) async fn run(inner: Arc<Inner>) {
    let coordinator = GroupCoordinator::from_inner(inner);
    let inner = coordinator.inner();
    loop {
        let now = inner.clock.monotonic();
        match inner.timers.take_due(now) {
            Ok(due) => due.iter().for_each(|group| coordinator.wake(group)),
            Err(None) => inner.timers.earlier.notified().await,
            Err(Some(at)) => {
                tokio::select! {
                    () = tokio::time::sleep(at.saturating_sub(now)) => {}
                    () = inner.timers.earlier.notified() => {}
                }
            }
        }
    }
}
