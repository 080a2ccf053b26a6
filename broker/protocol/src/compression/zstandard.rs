//! Zstandard. The decoder of pieces allocates the window that a frame's header asks for, 128 MiB for a
//! dozen bytes. A frame whose window is larger than what it may contain is decompressed in one call:
//! the output itself is the window then.

use std::ops::ControlFlow;

use zstd::zstd_safe::{DCtx, get_error_name, get_frame_content_size, zstd_sys::ZSTD_ErrorCode};

use super::pieces::read_pieces;
use super::{Codec, CompressionError, EXPANSION_GUESS};

/// The smallest and largest window that the format and Kafka's clients know, as powers of two.
const WINDOW_LOG: std::ops::RangeInclusive<u32> = 10..=27;

/// A frame that says that it is larger than this is not believed at once.
const EXPANSION_TRUSTED: usize = 64;

/// The output's buffer grows by this factor, from at least so many bytes.
const GROWTH: usize = 4;
const CAPACITY_MIN: usize = 1024;

/// What zstd returns when the output does not fit: errors are negated codes.
const TOO_SMALL: usize = 0_usize.wrapping_sub(ZSTD_ErrorCode::ZSTD_error_dstSize_tooSmall as usize);
const WINDOW_TOO_LARGE: usize =
    0_usize.wrapping_sub(ZSTD_ErrorCode::ZSTD_error_frameParameter_windowTooLarge as usize);

pub(super) fn decompress_pieces<B>(
    data: &[u8],
    max: usize,
    take: &mut dyn FnMut(&[u8]) -> ControlFlow<B>,
) -> Result<ControlFlow<B>, CompressionError> {
    if data.is_empty() {
        return Ok(ControlFlow::Continue(()));
    }
    let window = max
        .checked_next_power_of_two()
        .map_or(u32::MAX, usize::ilog2);
    let window = window.clamp(*WINDOW_LOG.start(), *WINDOW_LOG.end());
    let failed = |error: std::io::Error| Codec::Zstd.corrupt(error);
    let mut frames = zstd::stream::read::Decoder::with_buffer(data).map_err(failed)?;
    frames.window_log_max(window).map_err(failed)?;
    let mut produced = 0;
    let mut count = |piece: &[u8]| {
        produced += piece.len();
        take(piece)
    };
    let read = read_pieces(Codec::Zstd, &mut frames, max, &mut count);
    // With its window, which the whole need not have beside it.
    drop(frames);
    match read {
        Err(CompressionError::Corrupt { reason, .. })
            if reason == get_error_name(WINDOW_TOO_LARGE) =>
        {
            let whole = decompress(data, max)?;
            read_pieces(Codec::Zstd, &mut &whole[produced..], max, take)
        }
        done => done,
    }
}

pub(super) fn decompress(data: &[u8], max: usize) -> Result<Vec<u8>, CompressionError> {
    let claimed = get_frame_content_size(data).ok().flatten();
    let claimed = claimed.and_then(|size| usize::try_from(size).ok());
    let capacity = match claimed {
        Some(size) => size.min(data.len().saturating_mul(EXPANSION_TRUSTED)),
        None => data.len().saturating_mul(EXPANSION_GUESS),
    };
    let mut capacity = capacity.max(CAPACITY_MIN).min(max);
    let mut context = DCtx::create();
    loop {
        let mut out = Vec::with_capacity(capacity);
        match context.decompress(&mut out, data) {
            Ok(_) if out.len() <= max => return Ok(out),
            Ok(_) => return Err(CompressionError::TooLarge { limit: max }),
            Err(TOO_SMALL) if capacity < max => {
                capacity = capacity.saturating_mul(GROWTH).min(max);
            }
            Err(TOO_SMALL) => return Err(CompressionError::TooLarge { limit: max }),
            Err(code) => return Err(Codec::Zstd.corrupt(get_error_name(code))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// A frame without a content size, as streaming encoders write it.
    fn streamed(data: &[u8], level: i32, window_log: u32) -> Vec<u8> {
        let mut encoder = zstd::stream::Encoder::new(Vec::new(), level).unwrap();
        encoder.window_log(window_log).unwrap();
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    fn pieced(data: &[u8], max: usize) -> Result<Vec<u8>, CompressionError> {
        let mut out = Vec::new();
        let mut append = |piece: &[u8]| {
            out.extend_from_slice(piece);
            ControlFlow::<()>::Continue(())
        };
        decompress_pieces(data, max, &mut append).map(|_| out)
    }

    #[test]
    fn a_large_window_behind_a_small_one_loses_and_repeats_nothing() {
        let small: Vec<u8> = (0..200_000_u32).map(|i| (i % 253) as u8).collect();
        let mut frames = streamed(&small, 3, 12);
        frames.extend(streamed(b"large window", 19, 27));
        let expected = [&small[..], b"large window"].concat();
        assert_eq!(pieced(&frames, 1 << 20).unwrap(), expected);
    }

    #[test]
    fn any_window_and_ratio_is_decompressed() {
        let data: Vec<u8> = (0..300_000_u32).map(|i| (i / 7 % 251) as u8).collect();
        for (level, window_log) in [(1, 10), (3, 21), (19, 27)] {
            let frame = streamed(&data, level, window_log);
            for decompress in [decompress, pieced] {
                assert_eq!(decompress(&frame, data.len()).unwrap(), data);
                let short = decompress(&frame, data.len() - 1);
                assert!(matches!(short, Err(CompressionError::TooLarge { .. })));
            }
        }
        let zeros = vec![0; 5_000_000];
        let frame = streamed(&zeros, 3, 21);
        assert_eq!(decompress(&frame, 6_000_000).unwrap(), zeros);
        let sized = zstd::bulk::compress(&zeros, 3).unwrap();
        assert_eq!(decompress(&sized, 5_000_000).unwrap(), zeros);
    }

    #[test]
    fn frames_may_follow_each_other_and_garbage_may_not() {
        let mut frames = streamed(b"one ", 3, 21);
        frames.extend(zstd::bulk::compress(b"two", 3).unwrap());
        let cut = streamed(b"whole", 3, 10);
        for decompress in [decompress, pieced] {
            assert_eq!(decompress(&frames, 100).unwrap(), b"one two");
            assert_eq!(decompress(&[], 100).unwrap(), b"");
            let garbage = [&frames[..], b"garbage"].concat();
            assert!(matches!(
                decompress(&garbage, 100),
                Err(CompressionError::Corrupt { .. })
            ));
            for end in 1..cut.len() {
                assert!(decompress(&cut[..end], 100).is_err(), "cut at {end}");
            }
        }
    }
}
