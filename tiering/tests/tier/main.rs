//! The tier from outside: uploads, reads, retention, faults, corruption, real stores.

mod basic;
mod corruption;
mod directory;
mod driver;
mod faults;
mod minio;
mod model;
mod retention;
mod support;
