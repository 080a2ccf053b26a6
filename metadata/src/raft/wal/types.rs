//! The types that raft-log stores, and their bytes.
//!
//! | type | bytes | layout, big endian |
//! |---|---|---|
//! | [`WalLogId`] | 24 | term u64, node id u64, index u64 |
//! | [`WalVote`] | 17 | term u64, node id u64, committed u8 |
//! | [`WalPayload`] | 5 + n | length u32 (kind and body), kind u8, body |
//!
//! raft-log puts a record type in front of each and a CRC-32 behind it (`docs/formats/metadata.md`).

use std::io;

use bytes::Bytes;
use raft_log::codeq::{Decode, Encode};

use super::flush_done::WalCallback;

/// The largest payload that is read back, so that a damaged length allocates nothing.
pub(crate) const PAYLOAD_BYTES_MAX: u32 = 4 << 20;

/// Position of a Raft entry: ordered by term first, as Raft compares logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct WalLogId {
    pub(crate) term: u64,
    pub(crate) node_id: u64,
    pub(crate) index: u64,
}

/// Raft's hard state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WalVote {
    pub(crate) term: u64,
    pub(crate) node_id: u64,
    pub(crate) committed: bool,
}

impl PartialOrd for WalVote {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        // raft-log refuses a vote that is not greater or equal. openraft decides which vote may
        // replace which; for the store any change of the same term is an advance.
        Some(
            self.term
                .cmp(&other.term)
                .then(self.committed.cmp(&other.committed)),
        )
    }
}

/// What an entry carries. The body of a command batch is opaque here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WalPayload {
    pub(crate) kind: u8,
    pub(crate) body: Bytes,
}

/// Nothing is stored beside the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WalUserData;

/// Ties the types above together for raft-log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct WalTypes;

impl raft_log::Types for WalTypes {
    type LogId = WalLogId;
    type LogPayload = WalPayload;
    type Vote = WalVote;
    type Callback = WalCallback;
    type UserData = WalUserData;

    fn log_index(log_id: &WalLogId) -> u64 {
        log_id.index
    }

    fn payload_size(payload: &WalPayload) -> u64 {
        payload.body.len() as u64 + 64
    }
}

fn read_u64(r: &mut impl io::Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    r.read_exact(&mut bytes)?;
    Ok(u64::from_be_bytes(bytes))
}

fn read_u8(r: &mut impl io::Read) -> io::Result<u8> {
    let mut bytes = [0; 1];
    r.read_exact(&mut bytes)?;
    Ok(bytes[0])
}

impl Encode for WalLogId {
    fn encode<W: io::Write>(&self, mut w: W) -> io::Result<usize> {
        w.write_all(&self.term.to_be_bytes())?;
        w.write_all(&self.node_id.to_be_bytes())?;
        w.write_all(&self.index.to_be_bytes())?;
        Ok(24)
    }
}

impl Decode for WalLogId {
    fn decode<R: io::Read>(mut r: R) -> io::Result<Self> {
        let term = read_u64(&mut r)?;
        let node_id = read_u64(&mut r)?;
        let index = read_u64(&mut r)?;
        Ok(Self {
            term,
            node_id,
            index,
        })
    }
}

impl Encode for WalVote {
    fn encode<W: io::Write>(&self, mut w: W) -> io::Result<usize> {
        w.write_all(&self.term.to_be_bytes())?;
        w.write_all(&self.node_id.to_be_bytes())?;
        w.write_all(&[u8::from(self.committed)])?;
        Ok(17)
    }
}

impl Decode for WalVote {
    fn decode<R: io::Read>(mut r: R) -> io::Result<Self> {
        let term = read_u64(&mut r)?;
        let node_id = read_u64(&mut r)?;
        let committed = read_u8(&mut r)? != 0;
        Ok(Self {
            term,
            node_id,
            committed,
        })
    }
}

impl Encode for WalPayload {
    fn encode<W: io::Write>(&self, mut w: W) -> io::Result<usize> {
        let length = u32::try_from(self.body.len() + 1)
            .ok()
            .filter(|length| *length <= PAYLOAD_BYTES_MAX)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "entry too large"))?;
        w.write_all(&length.to_be_bytes())?;
        w.write_all(&[self.kind])?;
        w.write_all(&self.body)?;
        Ok(5 + self.body.len())
    }
}

impl Decode for WalPayload {
    fn decode<R: io::Read>(mut r: R) -> io::Result<Self> {
        let mut bytes = [0; 4];
        r.read_exact(&mut bytes)?;
        let length = u32::from_be_bytes(bytes);
        if length == 0 || length > PAYLOAD_BYTES_MAX {
            let message = format!("entry length {length} is outside 1..={PAYLOAD_BYTES_MAX}");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        let kind = read_u8(&mut r)?;
        let mut body = vec![0; length as usize - 1];
        r.read_exact(&mut body)?;
        Ok(Self {
            kind,
            body: Bytes::from(body),
        })
    }
}

impl Encode for WalUserData {
    fn encode<W: io::Write>(&self, _w: W) -> io::Result<usize> {
        Ok(0)
    }
}

impl Decode for WalUserData {
    fn decode<R: io::Read>(_r: R) -> io::Result<Self> {
        Ok(Self)
    }
}
