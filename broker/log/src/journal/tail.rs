//! The tail cache: the buffers of the last groups, as they were written.
//!
//! It always covers the hot file that is being written, so that a file is never read while it
//! is written; beyond that it keeps what fits in its budget, newest last. It is counted by
//! what a slice keeps alive; one that somebody still sends does so outside of the budget.

use std::collections::VecDeque;

use bytes::Bytes;
use parking_lot::RwLock;

#[derive(Debug)]
struct TailGroup {
    file: u64,
    position: u64,
    bytes: Bytes,
    /// Memory that the slice keeps alive, in bytes.
    kept: usize,
}

#[derive(Debug, Default)]
struct Ring {
    groups: VecDeque<TailGroup>,
    bytes: usize,
    open_file: u64,
}

/// The last groups of the hot stream.
#[derive(Debug)]
pub(crate) struct Tail {
    budget: usize,
    ring: RwLock<Ring>,
}

impl Tail {
    pub(crate) fn new(budget: usize) -> Self {
        Self {
            budget,
            ring: RwLock::new(Ring::default()),
        }
    }

    /// Adds a group that is durable. Groups come in the order of (file, position).
    pub(crate) fn push(&self, file: u64, position: u64, bytes: Bytes, kept: usize) {
        let mut ring = self.ring.write();
        let kept = kept + size_of::<TailGroup>();
        ring.open_file = file;
        ring.bytes += kept;
        ring.groups.push_back(TailGroup {
            file,
            position,
            bytes,
            kept,
        });
        while ring.bytes > self.budget
            && ring
                .groups
                .front()
                .is_some_and(|oldest| oldest.file != ring.open_file)
        {
            if let Some(oldest) = ring.groups.pop_front() {
                ring.bytes -= oldest.kept;
            }
        }
    }

    /// `len` bytes at a position of a file, if they are here.
    pub(crate) fn get(&self, file: u64, position: u64, len: usize) -> Option<Bytes> {
        let ring = self.ring.read();
        let after = ring
            .groups
            .partition_point(|g| (g.file, g.position) <= (file, position));
        let group = ring.groups.get(after.checked_sub(1)?)?;
        if group.file != file {
            return None;
        }
        let start = usize::try_from(position - group.position).ok()?;
        let end = start.checked_add(len)?;
        (end <= group.bytes.len()).then(|| group.bytes.slice(start..end))
    }

    /// Memory in use.
    pub(crate) fn bytes(&self) -> usize {
        self.ring.read().bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_open_file_stays_and_older_ones_fit_the_budget() {
        let group = 4096 + size_of::<TailGroup>();
        let tail = Tail::new(2 * group);
        for i in 0..4u64 {
            tail.push(1, 4096 * (i + 1), Bytes::from(vec![1; 4096]), 4096);
        }
        assert!(
            tail.get(1, 4096, 10).is_some(),
            "the open file is larger than the budget"
        );
        tail.push(2, 4096, Bytes::from(vec![2; 4096]), 4096);
        assert!(tail.get(1, 8192, 10).is_none());
        assert!(tail.get(1, 4 * 4096 + 90, 10).is_some());
        assert!(tail.get(1, 4 * 4096 + 4090, 10).is_none());
        assert!(tail.get(3, 4096, 10).is_none());
        assert_eq!(tail.bytes(), 2 * group);
    }
}
