//! The bytes of one Raft entry: a batch of numbered commands.
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 1 | encoding: 0 plain, 1 zstd |
//! | 1 | 4 | encoding 1: length before compression, u32 big endian, at most 8 MiB |
//! | 1 or 5 | rest | record `CommandBatch` |
//!
//! A batch larger than [`COMPRESS_BYTES_MIN`] is compressed: assignments of ten thousand partitions
//! repeat themselves. A reader takes at most [`BATCH_BYTES_MAX`] and never more than is announced.

use bytes::{BufMut, Bytes, BytesMut};

use super::command_kind::DecodeError;
use super::proposer::ProposerId;
use crate::records::{self, CommandBatch, CommandStream, EncodedCommand};

/// Entries gather commands up to this many bytes.
pub(crate) const GATHER_BYTES: usize = 256 << 10;

/// An entry holds at most this many commands: the window of stored results covers it.
pub(crate) const COMMANDS_MAX: usize = 1024;

/// A single command may have this many bytes, before compression.
pub(crate) const BATCH_BYTES_MAX: usize = 8 << 20;

/// A stored entry may have this many bytes, after compression.
pub(crate) const ENTRY_BYTES_MAX: usize = 1 << 20;

const COMPRESS_BYTES_MIN: usize = 16 << 10;
const PLAIN: u8 = 0;
const ZSTD: u8 = 1;

/// A command with the stream it belongs to, and its encoded form.
#[derive(Debug)]
pub(crate) struct Numbered {
    pub(crate) proposer: ProposerId,
    pub(crate) number: i64,
    pub(crate) kind: u16,
    pub(crate) body: Bytes,
}

/// Encodes commands as one entry, or says how large it would be.
pub(crate) fn encode(timestamp: i64, commands: Vec<Numbered>) -> Result<Bytes, usize> {
    let mut streams: Vec<CommandStream> = Vec::new();
    let mut last: Option<(ProposerId, i64)> = None;
    for command in commands {
        let encoded = EncodedCommand {
            kind: command.kind,
            body: command.body,
        };
        match streams.last_mut() {
            Some(stream) if last == Some((command.proposer, command.number - 1)) => {
                stream.commands.push(encoded);
            }
            _ => streams.push(stream(command.proposer, command.number, encoded)),
        }
        last = Some((command.proposer, command.number));
    }
    let plain = records::encode(&CommandBatch { timestamp, streams });
    let mut out = BytesMut::with_capacity(plain.len().min(COMPRESS_BYTES_MIN) + 1);
    if plain.len() < COMPRESS_BYTES_MIN {
        out.put_u8(PLAIN);
        out.put_slice(&plain);
        return Ok(out.freeze());
    }
    let length = u32::try_from(plain.len())
        .ok()
        .filter(|len| *len as usize <= BATCH_BYTES_MAX);
    let Some(length) = length else {
        return Err(plain.len());
    };
    out.put_u8(ZSTD);
    out.put_u32(length);
    let packed = zstd::bulk::compress(&plain, 1).expect("memory for a bounded buffer");
    out.put_slice(&packed);
    if out.len() > ENTRY_BYTES_MAX {
        Err(out.len())
    } else {
        Ok(out.freeze())
    }
}

/// Decodes one entry.
pub(crate) fn decode(entry: &Bytes) -> Result<CommandBatch, DecodeError> {
    let invalid = DecodeError::Invalid {
        what: "command batch",
    };
    match entry.first() {
        Some(&PLAIN) => Ok(records::decode(entry.slice(1..))?),
        Some(&ZSTD) if entry.len() > 5 => {
            let length = u32::from_be_bytes([entry[1], entry[2], entry[3], entry[4]]) as usize;
            if length > BATCH_BYTES_MAX {
                return Err(invalid);
            }
            let plain = zstd::bulk::decompress(&entry[5..], length).map_err(|_| invalid.clone())?;
            if plain.len() != length {
                return Err(invalid);
            }
            Ok(records::decode(Bytes::from(plain))?)
        }
        _ => Err(invalid),
    }
}

fn stream(proposer: ProposerId, first_number: i64, command: EncodedCommand) -> CommandStream {
    let (proposer_kind, proposer_id, shard_epoch, incarnation) = proposer.fields();
    CommandStream {
        proposer_kind,
        proposer_id,
        shard_epoch,
        incarnation,
        first_number,
        commands: vec![command],
    }
}

/// Who proposed a stream.
pub(crate) fn proposer(stream: &CommandStream) -> Result<ProposerId, DecodeError> {
    let CommandStream {
        proposer_kind,
        proposer_id,
        shard_epoch,
        incarnation,
        ..
    } = *stream;
    ProposerId::from_fields(proposer_kind, proposer_id, shard_epoch, incarnation).ok_or(
        DecodeError::Invalid {
            what: "proposer kind",
        },
    )
}
