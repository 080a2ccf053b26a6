//! Strandline's broker: everything that faces a client, and the composition of a node.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::too_many_lines,
        clippy::type_complexity,
        reason = "a test panics, and tells one story"
    )
)]

pub mod admin;
pub mod api;
pub mod cli;
pub mod config;
pub mod coordinator;
pub mod diagnostics;
pub mod node;
pub mod replica;
pub mod security;
pub mod server;
pub mod tier;
