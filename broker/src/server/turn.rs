//! Turns of long computations.

use std::time::{Duration, Instant};

/// How long one computes before the others get their turn: small requests come many at a
/// time, and the runtime counts system calls only. Another's request passes through several threads and
/// may wait for a turn before each.
pub(super) const TURN: Duration = Duration::from_micros(50);

/// Entries between two looks at the clock.
const LOOK_EVERY: u32 = 16;

/// A loop over what a client listed, which may be thousands of entries.
#[derive(Debug)]
pub struct Turn {
    began: Instant,
    entries: u32,
}

impl Turn {
    /// A turn that begins now.
    pub fn begin() -> Self {
        Self {
            began: Instant::now(),
            entries: 0,
        }
    }

    /// To be awaited after each entry: lets others have their turn when this one was long enough.
    pub async fn pass(&mut self) {
        self.entries = self.entries.wrapping_add(1);
        let looks = self.entries.is_multiple_of(LOOK_EVERY);
        if looks && self.began.elapsed() >= TURN {
            give_way().await;
            self.began = Instant::now();
        }
    }
}

/// Lets other connections run, and other threads: with all processors busy the journal's writer
/// would wait for the end of this thread's time slice, some milliseconds.
pub(super) async fn give_way() {
    std::thread::yield_now();
    tokio::task::yield_now().await;
}
