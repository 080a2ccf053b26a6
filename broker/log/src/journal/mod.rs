//! The journal: the files of a node, the writer, housekeeping, recovery.

pub(crate) mod builder;
mod copy_forward;
pub(crate) mod core;
pub(crate) mod files;
pub(crate) mod footer_cache;
mod gather;
mod handle;
mod housekeeping;
pub(crate) mod options;
pub(crate) mod recovery;
pub(crate) mod space;
pub(crate) mod stats;
mod tail;
mod writer;

pub use self::handle::Journal;
