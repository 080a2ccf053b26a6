//! Working through much data without trusting it, and without keeping a processor.

use std::io::{self, Read, Write};
use std::ops::ControlFlow;

use super::{Codec, CompressionError};
use crate::turn::Turn;

/// Bytes that a decoder gives and an encoder is given at once.
const PIECE_BYTES: usize = 64 << 10;

/// Hands what `source` gives to `take` until it breaks; more than `max` bytes are an error.
pub(super) fn read_pieces<B>(
    codec: Codec,
    source: &mut dyn Read,
    max: usize,
    take: &mut dyn FnMut(&[u8]) -> ControlFlow<B>,
) -> Result<ControlFlow<B>, CompressionError> {
    let mut piece = vec![0; PIECE_BYTES];
    let (mut left, mut turn) = (max, Turn::default());
    loop {
        let read = source.read(&mut piece);
        let read = read.map_err(|error| codec.corrupt(error))?;
        if read == 0 {
            return Ok(ControlFlow::Continue(()));
        }
        let too_large = CompressionError::TooLarge { limit: max };
        left = left.checked_sub(read).ok_or(too_large)?;
        if let ControlFlow::Break(broken) = take(&piece[..read]) {
            return Ok(ControlFlow::Break(broken));
        }
        turn.worked(read);
    }
}

/// Writes all of `data` to `encoder`.
pub(super) fn write_pieces(data: &[u8], encoder: &mut dyn Write) -> io::Result<()> {
    let mut turn = Turn::default();
    for piece in data.chunks(PIECE_BYTES) {
        encoder.write_all(piece)?;
        turn.worked(piece.len());
    }
    Ok(())
}
