//! Independent pieces of work on a few threads.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Does `work` for every item on at most `threads` threads; the results come in the order of the
/// items.
pub(crate) fn map<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results: Vec<Mutex<Option<R>>> = items.iter().map(|_| Mutex::new(None)).collect();
    std::thread::scope(|scope| {
        for _ in 0..threads.min(items.len()) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(at) else { break };
                    let result = work(item);
                    *results[at].lock().expect("no panic while locked") = Some(result);
                }
            });
        }
    });
    let results = results.into_iter();
    results
        .map(|slot| {
            slot.into_inner()
                .ok()
                .flatten()
                .expect("every item is done")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn map_keeps_the_order() {
        assert_eq!(super::map(&[3, 1, 2], 2, |n| n * 10), [30, 10, 20]);
    }
}
