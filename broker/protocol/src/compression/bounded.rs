//! Reading a decoder to its end without trusting it.

use std::io::Read;

use super::{Codec, CompressionError};

/// First guess of how much larger the output is; the buffer grows with what really arrives.
const EXPANSION_GUESS: usize = 3;

/// Reads `source` to its end; more than `max` bytes are an error.
pub(super) fn read_bounded(
    codec: Codec,
    source: &mut dyn Read,
    compressed_len: usize,
    max: usize,
) -> Result<Vec<u8>, CompressionError> {
    let mut out = Vec::with_capacity(compressed_len.saturating_mul(EXPANSION_GUESS).min(max));
    let allowed = u64::try_from(max).unwrap_or(u64::MAX);
    source
        .take(allowed)
        .read_to_end(&mut out)
        .map_err(|error| codec.corrupt(error))?;
    if out.len() == max {
        // Either exactly as long as allowed, or longer: one more byte tells.
        let mut probe = [0u8; 1];
        if source
            .read(&mut probe)
            .map_err(|error| codec.corrupt(error))?
            > 0
        {
            return Err(CompressionError::TooLarge { limit: max });
        }
    }
    Ok(out)
}
