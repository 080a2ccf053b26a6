//! What a request names more than once.

use std::collections::HashMap;
use std::hash::Hash;

use crate::server::Turn;

/// How often each of `keys` is there. Kafka refuses what is named several times and answers it once:
/// handlers take a key out when they come to it, and skip what is not there any more.
pub(super) async fn times<K: Eq + Hash>(keys: Vec<K>) -> HashMap<K, usize> {
    let mut times = HashMap::new();
    let mut turn = Turn::begin();
    for key in keys {
        *times.entry(key).or_default() += 1;
        turn.pass().await;
    }
    times
}
