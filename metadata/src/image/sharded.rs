//! A map in copy-on-write shards.

use std::collections::BTreeMap;
use std::sync::Arc;

use strandline_protocol::TopicPartition;
use strandline_protocol::codec::Uuid;

/// How many shards a [`ShardedMap`] and the tables have.
pub(crate) const SHARDS: usize = 256;

/// A map whose clone costs 256 pointers: the first change of a shard after a clone copies
/// that shard, all others stay shared. Iteration order is fixed: by shard, then by key.
#[derive(Debug, Clone)]
pub struct ShardedMap<K, V> {
    shards: Vec<Arc<BTreeMap<K, V>>>,
    len: usize,
}

impl<K: ShardKey, V: Clone> Default for ShardedMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: ShardKey, V: Clone> ShardedMap<K, V> {
    /// An empty map.
    pub fn new() -> Self {
        let empty = Arc::new(BTreeMap::new());
        Self {
            shards: vec![empty; SHARDS],
            len: 0,
        }
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The value of `key`.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.shards[shard_of(key)].get(key)
    }

    /// The value of `key`, to be changed. Copies the shard when a clone shares it.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let shard = &mut self.shards[shard_of(key)];
        if !shard.contains_key(key) {
            return None;
        }
        Arc::make_mut(shard).get_mut(key)
    }

    /// Sets the value of `key` and gives back the one it had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let shard = &mut self.shards[shard_of(&key)];
        let former = Arc::make_mut(shard).insert(key, value);
        self.len += usize::from(former.is_none());
        former
    }

    /// Removes `key`.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let shard = &mut self.shards[shard_of(key)];
        if !shard.contains_key(key) {
            return None;
        }
        let former = Arc::make_mut(shard).remove(key);
        self.len -= usize::from(former.is_some());
        former
    }

    /// Keys and values, by shard and key.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.shards.iter().flat_map(|shard| shard.iter())
    }

    /// Values, by shard and key.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }
}

/// A key whose shard is the same on every node and in every build.
pub trait ShardKey: Ord + Clone {
    /// The hash that places it.
    fn shard_hash(&self) -> u64;
}

impl ShardKey for Uuid {
    fn shard_hash(&self) -> u64 {
        stable_hash(&[&self.0])
    }
}

impl ShardKey for TopicPartition {
    fn shard_hash(&self) -> u64 {
        stable_hash(&[&self.topic_id.0, &self.partition.to_be_bytes()])
    }
}

fn shard_of<K: ShardKey>(key: &K) -> usize {
    (key.shard_hash() % SHARDS as u64) as usize
}

/// FNV-1a over the parts, each ended by 0xff (no UTF-8 text contains it), with a final mix so that
/// the low bits depend on all bytes. Lasting: group ids are placed by it.
pub(crate) fn stable_hash(parts: &[&[u8]]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        for byte in part.iter().chain(&[0xff]) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 33)
}
