//! Strandline's broker: everything that faces a client, and the composition of a node.

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
