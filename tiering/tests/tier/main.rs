//! The tier from outside: uploads, reads, retention, faults, corruption, real stores.

mod basic;
mod corruption;
mod faults;
mod support;
