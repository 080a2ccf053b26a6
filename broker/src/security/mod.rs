//! Principals, authorization, names.
