//! Zstandard, a whole batch in one call. The output itself is the window then; a streaming decoder
//! allocates the window that a frame's header asks for, 128 MiB for a dozen bytes.

use zstd::zstd_safe::{DCtx, get_error_name, get_frame_content_size, zstd_sys::ZSTD_ErrorCode};

use super::{Codec, CompressionError};

/// First guess of how much larger the output is, if the frame does not say it.
const EXPANSION_GUESS: usize = 3;

/// A frame that says that it is larger than this is not believed at once.
const EXPANSION_TRUSTED: usize = 64;

/// The output's buffer grows by this factor, from at least so many bytes.
const GROWTH: usize = 4;
const CAPACITY_MIN: usize = 1024;

/// What zstd returns when the output does not fit: errors are negated codes.
const TOO_SMALL: usize = 0_usize.wrapping_sub(ZSTD_ErrorCode::ZSTD_error_dstSize_tooSmall as usize);

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

    #[test]
    fn any_window_and_ratio_is_decompressed() {
        let data: Vec<u8> = (0..300_000_u32).map(|i| (i / 7 % 251) as u8).collect();
        for (level, window_log) in [(1, 10), (3, 21), (19, 27)] {
            let frame = streamed(&data, level, window_log);
            assert_eq!(decompress(&frame, data.len()).unwrap(), data);
            let short = decompress(&frame, data.len() - 1);
            assert!(matches!(short, Err(CompressionError::TooLarge { .. })));
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
        assert_eq!(decompress(&frames, 100).unwrap(), b"one two");
        assert_eq!(decompress(&[], 100).unwrap(), b"");
        frames.extend(b"garbage");
        assert!(matches!(
            decompress(&frames, 100),
            Err(CompressionError::Corrupt { .. })
        ));
        let cut = streamed(b"whole", 3, 21);
        for end in 1..cut.len() {
            assert!(decompress(&cut[..end], 100).is_err(), "cut at {end}");
        }
    }
}
