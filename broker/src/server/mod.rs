//! Listeners, connections, framing, ordered responses, dispatch.
//!
//! **Overview.** An acceptor hands each connection to a task of its own. The task reads
//! [frames](frame), finds the API in dispatch, and writes responses strictly in the order of
//! the requests. The append of a produce request is done when its turn comes; only the wait for
//! its durability overlaps with later produce requests. Every other request runs alone.
//!
//! The entry points are [`Broker`], what handlers reach, and [`RequestContext`], under which
//! circumstances a request runs.

mod acceptor;
mod blocking;
mod broker;
mod connection;
mod context;
mod decompression;
mod deletion_clock;
pub mod dispatch;
mod entropy;
pub mod frame;
mod line_limit;
mod listener;
pub mod memory;
mod output;
pub mod request;
mod turn;

pub use acceptor::{Bound, Connections, humane};
pub use blocking::Blocking;
pub use broker::{Broker, LeaderHint};
pub use context::{RequestContext, Software};
pub use decompression::Decompression;
pub use deletion_clock::DeletionClock;
pub use entropy::{random_bytes, random_id};
pub use listener::{AdvertisedAddress, Listener, SecurityProtocol};
pub use memory::{
    MEMORY_PATIENCE, MemoryBudget, MemoryError, Pool, PoolName, Reservation, SMALL_RESPONSE_BYTES,
};
pub use turn::Turn;
