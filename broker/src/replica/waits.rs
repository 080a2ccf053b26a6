//! Who waits for a partition: producers for durability, consumers for records.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicI16, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::task::Poll;

use futures::task::AtomicWaker;
use strandline_protocol::ErrorCode;

/// One produce request that waits for its batches: a countdown that its partitions share.
#[derive(Debug)]
pub struct ProduceWait {
    open: AtomicUsize,
    waker: AtomicWaker,
    /// By index of the partition in the request: 0 for done, an error code, or [`WAITING`].
    results: Box<[AtomicI16]>,
}

/// Not decided yet. No error code of Kafka has this number.
const WAITING: i16 = i16::MIN;

impl ProduceWait {
    /// A request with `partitions` partitions, of which none waits yet.
    pub fn new(partitions: usize) -> Arc<Self> {
        Arc::new(Self {
            open: AtomicUsize::new(0),
            waker: AtomicWaker::new(),
            results: (0..partitions).map(|_| AtomicI16::new(0)).collect(),
        })
    }

    /// Partition `slot` waits from now on.
    pub(super) fn open(&self, slot: usize) {
        self.results[slot].store(WAITING, Ordering::Relaxed);
        self.open.fetch_add(1, Ordering::Relaxed);
    }

    /// Partition `slot` has waited. Called once for each slot that waits.
    pub(super) fn settle(&self, slot: usize, error: ErrorCode) {
        self.results[slot].store(error.code(), Ordering::Relaxed);
        if self.open.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.waker.wake();
        }
    }

    /// Waits until no partition waits any more. Cancel safe.
    pub async fn done(&self) {
        poll_fn(|cx| {
            if self.open.load(Ordering::Acquire) == 0 {
                return Poll::Ready(());
            }
            self.waker.register(cx.waker());
            if self.open.load(Ordering::Acquire) == 0 {
                return Poll::Ready(());
            }
            Poll::Pending
        })
        .await;
    }

    /// What became of partition `slot`: no error, the error it was settled with, or
    /// REQUEST_TIMED_OUT if it still waits.
    pub fn result(&self, slot: usize) -> ErrorCode {
        match self.results[slot].load(Ordering::Relaxed) {
            WAITING => ErrorCode::RequestTimedOut,
            code => ErrorCode::from_code(code),
        }
    }
}

#[derive(Debug)]
struct Waiting {
    end_offset: i64,
    wait: Arc<ProduceWait>,
    slot: usize,
}

/// Producers that wait until a partition has reached an offset, in the order of their offsets.
#[derive(Debug, Default)]
pub(super) struct ProduceWaits {
    queue: VecDeque<Waiting>,
}

impl ProduceWaits {
    pub(super) fn add(&mut self, end_offset: i64, wait: &Arc<ProduceWait>, slot: usize) {
        wait.open(slot);
        let waiting = Waiting {
            end_offset,
            wait: Arc::clone(wait),
            slot,
        };
        // Nearly always the last: only appends of other connections may have come between.
        let mut at = self.queue.len();
        while at > 0 && self.queue[at - 1].end_offset > end_offset {
            at -= 1;
        }
        self.queue.insert(at, waiting);
    }

    /// Settles everybody who waits for `reached` or less.
    pub(super) fn settle(&mut self, reached: i64, error: ErrorCode) {
        while self.queue.front().is_some_and(|w| w.end_offset <= reached) {
            let waiting = self.queue.pop_front().expect("looked at above");
            waiting.wait.settle(waiting.slot, error);
        }
        if self.queue.is_empty() && self.queue.capacity() > 64 {
            self.queue = VecDeque::new();
        }
    }
}

/// One fetch that waits for any of its partitions to move.
#[derive(Debug, Default)]
pub struct FetchWait {
    fired: AtomicBool,
    waker: AtomicWaker,
}

impl FetchWait {
    /// Something moved.
    pub fn fire(&self) {
        if !self.fired.swap(true, Ordering::AcqRel) {
            self.waker.wake();
        }
    }

    /// Waits until something has moved since the last call. Cancel safe.
    pub async fn fired(&self) {
        poll_fn(|cx| {
            if self.fired.swap(false, Ordering::AcqRel) {
                return Poll::Ready(());
            }
            self.waker.register(cx.waker());
            if self.fired.swap(false, Ordering::AcqRel) {
                return Poll::Ready(());
            }
            Poll::Pending
        })
        .await;
    }
}

/// Fetches that wait for a partition.
#[derive(Debug, Default)]
pub(super) struct FetchWaits {
    waits: Vec<Weak<FetchWait>>,
}

impl FetchWaits {
    pub(super) fn add(&mut self, wait: &Arc<FetchWait>) {
        // Those who gave up leave when the list would have to grow.
        if self.waits.len() == self.waits.capacity() {
            self.waits.retain(|w| w.strong_count() > 0);
        }
        self.waits.push(Arc::downgrade(wait));
    }

    pub(super) fn take(&mut self) -> Self {
        std::mem::take(self)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waits.is_empty()
    }

    pub(super) fn fire(&self) {
        for wait in self.waits.iter().filter_map(Weak::upgrade) {
            wait.fire();
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[test]
    fn a_request_is_done_when_its_last_partition_is() {
        let wait = ProduceWait::new(3);
        let (mut first, mut second) = (ProduceWaits::default(), ProduceWaits::default());
        first.add(10, &wait, 0);
        second.add(5, &wait, 2);
        assert!(wait.done().now_or_never().is_none());
        first.settle(9, ErrorCode::None);
        second.settle(5, ErrorCode::NotLeaderOrFollower);
        assert!(wait.done().now_or_never().is_none());
        assert_eq!(wait.result(0), ErrorCode::RequestTimedOut);
        first.settle(11, ErrorCode::None);
        assert!(wait.done().now_or_never().is_some());
        let results = [0, 1, 2].map(|slot| wait.result(slot));
        let none = ErrorCode::None;
        assert_eq!(results, [none, none, ErrorCode::NotLeaderOrFollower]);
    }

    #[test]
    fn waits_settle_in_the_order_of_offsets() {
        let wait = ProduceWait::new(4);
        let mut waits = ProduceWaits::default();
        for (slot, end) in [7, 3, 9, 5].into_iter().enumerate() {
            waits.add(end, &wait, slot);
        }
        waits.settle(5, ErrorCode::None);
        let waiting = (0..4).filter(|slot| wait.result(*slot) != ErrorCode::None);
        assert_eq!(waiting.collect::<Vec<_>>(), [0, 2]);
    }

    #[test]
    fn fetches_that_gave_up_do_not_pile_up() {
        let mut waits = FetchWaits::default();
        for _ in 0..1000 {
            waits.add(&Arc::default());
        }
        assert!(waits.waits.len() < 10);
        let wait = Arc::new(FetchWait::default());
        waits.add(&wait);
        waits.take().fire();
        assert!(wait.fired().now_or_never().is_some());
        assert!(wait.fired().now_or_never().is_none());
    }
}
