//! Wakes the driver.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use strandline_protocol::TopicPartition;
use tokio::sync::Notify;

/// Tells the driver which partitions to look at: a segment was sealed, a leadership or a configuration changed. Cheap to
/// clone and to call; who calls it twice before the driver looks is heard once.
#[derive(Debug, Clone, Default)]
pub struct TierWaker {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    listening: AtomicBool,
    touched: Mutex<HashSet<TopicPartition>>,
    notify: Notify,
}

impl TierWaker {
    /// There may be work for this partition. Nothing is kept before a driver listens: it begins with
    /// a look at everything.
    pub fn wake(&self, tp: TopicPartition) {
        if !self.shared.listening.load(Ordering::Acquire) {
            return;
        }
        self.shared.touched.lock().insert(tp);
        self.shared.notify.notify_one();
    }

    /// From now on partitions are kept for [`Self::take`].
    pub(crate) fn listen(&self) {
        self.shared.listening.store(true, Ordering::Release);
    }

    /// Everything since the last call.
    pub(crate) fn take(&self) -> HashSet<TopicPartition> {
        std::mem::take(&mut *self.shared.touched.lock())
    }

    /// Waits for a call of [`Self::wake`]; at once if there was one since the last wait.
    pub(crate) async fn woken(&self) {
        self.shared.notify.notified().await;
    }
}
