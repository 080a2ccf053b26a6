//! Commands: what can be asked of the metadata, and how they travel.

pub(crate) mod batch;
mod command_kind;
mod proposer;

pub use command_kind::{Command, DecodeError};
pub(crate) use proposer::ProposerId;
