//! What every generated message can do.

use std::ops::RangeInclusive;

use super::{CodecError, Reader, Writer};
use crate::api_key::ApiKey;

/// A message or lasting record with its versions.
pub trait Message: Sized {
    /// Name as in Kafka's schemas.
    const NAME: &'static str;

    /// Versions that can be decoded and encoded.
    const VERSIONS: RangeInclusive<i16>;

    /// First version with flexible encoding (KIP-482).
    const FLEXIBLE_FROM: Option<i16>;

    /// Reads the message. Bytes after it are left in the reader.
    ///
    /// # Errors
    /// If the bytes are not a message of this version.
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, CodecError>;

    /// Appends the message.
    ///
    /// # Errors
    /// If a field holds what this version cannot say, as in Kafka's own classes.
    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), CodecError>;
}

/// A request, with the response that answers it.
pub trait Request: Message {
    /// Key in the request header.
    const API_KEY: ApiKey;

    /// Its response, in the same version.
    type Response: Message;
}
