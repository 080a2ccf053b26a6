//! The one registry of settings.
