//! A small cache bounded by bytes, least recently used first out. For decoded footers and pages: few, valuable, and
//! looked up once per fetch.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

/// Keys to values with a weight.
#[derive(Debug)]
pub(crate) struct BoundedCache<K, V> {
    capacity: usize,
    used: usize,
    tick: u64,
    entries: HashMap<K, Slot<V>>,
    by_use: BTreeMap<u64, K>,
}

#[derive(Debug)]
struct Slot<V> {
    value: V,
    weight: usize,
    tick: u64,
}

impl<K: Eq + Hash + Clone, V: Clone> BoundedCache<K, V> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            used: 0,
            tick: 0,
            entries: HashMap::new(),
            by_use: BTreeMap::new(),
        }
    }

    pub(crate) fn get(&mut self, key: &K) -> Option<V> {
        let slot = self.entries.get_mut(key)?;
        self.tick += 1;
        self.by_use.remove(&slot.tick);
        slot.tick = self.tick;
        self.by_use.insert(self.tick, key.clone());
        Some(slot.value.clone())
    }

    pub(crate) fn insert(&mut self, key: K, value: V, weight: usize) {
        self.remove(&key);
        if weight > self.capacity {
            return;
        }
        self.tick += 1;
        self.used += weight;
        self.by_use.insert(self.tick, key.clone());
        self.entries.insert(
            key,
            Slot {
                value,
                weight,
                tick: self.tick,
            },
        );
        while self.used > self.capacity {
            let Some((_, oldest)) = self.by_use.pop_first() else {
                break;
            };
            if let Some(slot) = self.entries.remove(&oldest) {
                self.used -= slot.weight;
            }
        }
    }

    pub(crate) fn remove(&mut self, key: &K) {
        if let Some(slot) = self.entries.remove(key) {
            self.by_use.remove(&slot.tick);
            self.used -= slot.weight;
        }
    }

    pub(crate) fn used(&self) -> usize {
        self.used
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weight_is_bounded_and_the_least_used_goes_first() {
        let mut cache = BoundedCache::new(100);
        cache.insert(1, 'a', 40);
        cache.insert(2, 'b', 40);
        assert_eq!(cache.get(&1), Some('a'));
        cache.insert(3, 'c', 40);
        assert_eq!(
            (cache.get(&1), cache.get(&2), cache.get(&3)),
            (Some('a'), None, Some('c'))
        );
        cache.insert(4, 'd', 101);
        assert_eq!(cache.get(&4), None);
        cache.insert(1, 'e', 10);
        assert_eq!((cache.get(&1), cache.used()), (Some('e'), 50));
    }
}
