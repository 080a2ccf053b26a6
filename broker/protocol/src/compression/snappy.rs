//! Snappy with the framing of snappy-java ("xerial"), which Kafka's Java clients write.
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 8 | magic `82 'S' 'N' 'A' 'P' 'P' 'Y' 00` |
//! | 8 | 4 | version, big-endian, 1 |
//! | 12 | 4 | lowest compatible version, big-endian, 1 |
//! | 16 | | blocks: int32 compressed length, one raw snappy block |
//!
//! Input without the magic is taken as one raw block.

use std::ops::ControlFlow;

use super::{Codec, CompressionError};
use crate::turn::Turn;

const MAGIC: [u8; 8] = [0x82, b'S', b'N', b'A', b'P', b'P', b'Y', 0];
const HEADER_LEN: usize = 16;
const VERSION: [u8; 4] = 1i32.to_be_bytes();

/// Block size of snappy-java's output stream.
const BLOCK_LEN: usize = 32 * 1024;

/// A snappy copy of 64 bytes takes at least three; no input expands by more.
const EXPANSION_MAX: usize = 32;

pub(super) fn compress(data: &[u8]) -> Result<Vec<u8>, CompressionError> {
    let mut encoder = snap::raw::Encoder::new();
    let mut out = Vec::with_capacity(HEADER_LEN + data.len() / 2);
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&VERSION);
    out.extend_from_slice(&VERSION);
    let mut block = vec![0u8; snap::raw::max_compress_len(BLOCK_LEN)];
    let mut turn = Turn::default();
    for chunk in data.chunks(BLOCK_LEN) {
        let len = encoder
            .compress(chunk, &mut block)
            .map_err(|e| Codec::Snappy.corrupt(e))?;
        let prefix = i32::try_from(len).map_err(|e| Codec::Snappy.corrupt(e))?;
        out.extend_from_slice(&prefix.to_be_bytes());
        out.extend_from_slice(&block[..len]);
        turn.worked(chunk.len());
    }
    Ok(out)
}

pub(super) fn decompress_pieces<B>(
    data: &[u8],
    max: usize,
    take: &mut dyn FnMut(&[u8]) -> ControlFlow<B>,
) -> Result<ControlFlow<B>, CompressionError> {
    let mut piece = Vec::new();
    if !data.starts_with(&MAGIC) {
        decompress_block(data, &mut piece, 0, max)?;
        return Ok(take(&piece));
    }
    let mut rest = data
        .get(HEADER_LEN..)
        .ok_or_else(|| Codec::Snappy.corrupt("short header"))?;
    let (mut produced, mut turn) = (0, Turn::default());
    while let Some((prefix, tail)) = rest.split_first_chunk::<4>() {
        let len = usize::try_from(i32::from_be_bytes(*prefix))
            .map_err(|_| Codec::Snappy.corrupt("negative block length"))?;
        let (block, tail) = tail
            .split_at_checked(len)
            .ok_or_else(|| Codec::Snappy.corrupt("truncated block"))?;
        decompress_block(block, &mut piece, produced, max)?;
        if let ControlFlow::Break(broken) = take(&piece) {
            return Ok(ControlFlow::Break(broken));
        }
        produced += piece.len();
        rest = tail;
        turn.worked(block.len() + piece.len());
    }
    if rest.is_empty() {
        Ok(ControlFlow::Continue(()))
    } else {
        Err(Codec::Snappy.corrupt("truncated block length"))
    }
}

/// Decompresses one raw block into `out`, behind `produced` bytes of at most `max`; checks the
/// announced length first.
fn decompress_block(
    block: &[u8],
    out: &mut Vec<u8>,
    produced: usize,
    max: usize,
) -> Result<(), CompressionError> {
    let len = snap::raw::decompress_len(block).map_err(|e| Codec::Snappy.corrupt(e))?;
    if len > block.len().saturating_mul(EXPANSION_MAX) {
        return Err(Codec::Snappy.corrupt("announced length is impossible"));
    }
    if len > max - produced {
        return Err(CompressionError::TooLarge { limit: max });
    }
    out.resize(len, 0);
    let written = snap::raw::Decoder::new()
        .decompress(block, out)
        .map_err(|e| Codec::Snappy.corrupt(e))?;
    out.truncate(written);
    Ok(())
}
