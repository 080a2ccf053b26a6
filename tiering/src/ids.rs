//! Ids of objects: never used twice.

use parking_lot::Mutex;
use rand::rngs::SmallRng;
use rand::{RngCore, SeedableRng};
use strandline_protocol::Uuid;

/// Makes ids.
#[derive(Debug)]
pub(crate) struct Ids {
    rng: Mutex<SmallRng>,
}

impl Ids {
    /// From a seed in tests, else from the operating system.
    pub(crate) fn new(seed: Option<u64>) -> Self {
        let rng = seed.map_or_else(SmallRng::from_os_rng, SmallRng::seed_from_u64);
        Self {
            rng: Mutex::new(rng),
        }
    }

    /// A new id.
    pub(crate) fn next(&self) -> Uuid {
        let mut rng = self.rng.lock();
        Uuid::from_random(|| {
            let mut bytes = [0; 16];
            rng.fill_bytes(&mut bytes);
            bytes
        })
    }
}
