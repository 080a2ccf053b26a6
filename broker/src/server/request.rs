//! From a frame to a request: the header, and whether the API and version are served.

use std::sync::Arc;

use bytes::Bytes;
use strandline_protocol::ApiKey;
use strandline_protocol::codec::{CodecError, Message, Reader, StrBytes};
use strandline_protocol::messages::RequestHeader;

use super::frame::Frame;
use super::memory::{MEMORY_PATIENCE, MemoryError, Pool, Reservation};
use crate::api;

/// Memory of a decoded request that is not reserved: what any ordinary request takes.
const DECODED_BYTES_FREE: usize = 4 << 10;

/// A decoded request takes at most the pool of requests divided by this. It is reserved when it is
/// known, so that this much can be exceeded on each thread for a moment.
const DECODED_SHARE: u64 = 8;

/// Why a frame is no request that is served; the connection is closed (there is no way to answer
/// an API or version that is not known).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// An API that this broker does not advertise.
    #[error("API {key} is not served")]
    UnknownApi {
        /// The key in the header.
        key: i16,
    },
    /// A version that this broker does not accept.
    #[error("version {version} of {} is not served", .api.name())]
    UnsupportedVersion {
        /// The API.
        api: ApiKey,
        /// The version in the header.
        version: i16,
    },
    /// Bytes that are not what the header says.
    #[error("malformed request: {0}")]
    Malformed(#[from] CodecError),
    /// Its arrays take more memory than there is.
    #[error("no memory for the request: {0}")]
    Memory(#[from] MemoryError),
}

/// A request whose header was read.
#[derive(Debug)]
pub struct Incoming {
    /// The API.
    pub api: ApiKey,
    /// Its version.
    pub version: i16,
    /// Echoed in the response.
    pub correlation_id: i32,
    /// Who the client says it is.
    pub client_id: Option<StrBytes>,
    /// Everything after the header.
    pub body: Reader,
    /// An ApiVersions request of a version that is not known: its body is not read.
    pub fallback: bool,
    /// Memory that the frame takes, and the decoded request if there is enough in the same pool.
    frame_memory: Reservation,
    /// Memory that the decoded request takes beyond it.
    memory: Reservation,
}

impl Incoming {
    /// Reads the header of a frame. The decoded request will take its memory from `pool`.
    ///
    /// # Errors
    /// [`RequestError`].
    pub fn parse(frame: Frame, pool: &Arc<Pool>) -> Result<Self, RequestError> {
        let memory = pool.reservation();
        let Frame {
            bytes,
            memory: frame_memory,
        } = frame;
        let mut peek = Reader::new(bytes.clone());
        let (key, version) = (peek.i16()?, peek.i16()?);
        let correlation_id = peek.i32()?;
        let api = ApiKey::from_code(key)
            .filter(|api| api::is_served(*api))
            .ok_or(RequestError::UnknownApi { key })?;
        if !api::accepts(api, version) {
            if api != ApiKey::ApiVersions {
                return Err(RequestError::UnsupportedVersion { api, version });
            }
            return Ok(Self {
                api,
                version,
                correlation_id,
                client_id: None,
                body: Reader::new(Bytes::new()),
                fallback: true,
                frame_memory,
                memory,
            });
        }
        let mut body = Reader::new(bytes);
        let share = pool.limit() / DECODED_SHARE;
        body.cap_allocation(usize::try_from(share).unwrap_or(usize::MAX));
        let header = RequestHeader::decode(&mut body, api.request_header_version(version))?;
        Ok(Self {
            api,
            version,
            correlation_id,
            client_id: header.client_id,
            body,
            fallback: false,
            frame_memory,
            memory,
        })
    }

    /// Decodes the body, and reserves what its arrays take beyond the frame: requests that wait
    /// keep it.
    ///
    /// # Errors
    /// [`RequestError`] if the bytes are not that request, or there is no memory for it.
    pub async fn decode<M: Message>(&mut self) -> Result<M, RequestError> {
        let allowed = self.body.allocation_left();
        let request = M::decode(&mut self.body, self.version)?;
        let taken = allowed - self.body.allocation_left();
        if taken > DECODED_BYTES_FREE {
            // A frame may be as large as the pool: what it needs beyond it cannot come from there.
            let limit = usize::try_from(self.memory.pool().limit()).unwrap_or(usize::MAX);
            let more = taken.min(limit.saturating_sub(self.frame_memory.bytes()));
            if !self.frame_memory.try_grow(more) {
                self.memory.grow(more, MEMORY_PATIENCE).await?;
            }
        }
        Ok(request)
    }

    /// Whether decoding may have to wait for memory.
    pub fn may_wait(&self) -> bool {
        let pools = [self.frame_memory.pool(), self.memory.pool()];
        let is_scarce = |pool: &Pool| (pool.available() as u64) < pool.limit() / DECODED_SHARE;
        pools.into_iter().all(is_scarce)
    }
}
