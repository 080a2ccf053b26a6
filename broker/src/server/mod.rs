//! Listeners, connections, framing, dispatch.
