//! Randomness of the operating system, for ids that nobody must guess or repeat.

use rand::TryRngCore as _;
use rand::rngs::OsRng;
use strandline_protocol::codec::Uuid;

/// Random bytes.
///
/// # Panics
/// If the operating system has no randomness, without which no id is safe.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    OsRng
        .try_fill_bytes(&mut bytes)
        .expect("the operating system gives random bytes");
    bytes
}

/// A random id as Kafka's topics have.
pub fn random_id() -> Uuid {
    Uuid::from_random(random_bytes)
}
