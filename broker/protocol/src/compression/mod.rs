//! The codecs of record batches. Decompression never produces more than it was allowed to, whatever
//! the input claims about itself. Beside its output it takes as much again at most, for a window or a
//! block; linked lz4 blocks take up to 17 MB.
//!
//! | attribute bits 0-2 | codec | framing |
//! |---|---|---|
//! | 0 | none | |
//! | 1 | gzip | RFC 1952, members may be concatenated |
//! | 2 | snappy | xerial blocks as Java writes them, or one raw block as librdkafka does |
//! | 3 | lz4 | LZ4 frame |
//! | 4 | zstd | zstd frame |

mod pieces;
mod snappy;
mod zstandard;

use std::borrow::Cow;
use std::ops::ControlFlow;

use pieces::{read_pieces, write_pieces};

/// First guess of how much larger the output is than the input.
const EXPANSION_GUESS: usize = 3;

/// How the records of a batch are compressed; the number is that of the batch attributes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Codec {
    /// As they are.
    #[default]
    None = 0,
    /// Gzip.
    Gzip = 1,
    /// Snappy.
    Snappy = 2,
    /// LZ4 frame.
    Lz4 = 3,
    /// Zstandard; Kafka refuses it in Produce before version 7 and Fetch before version 10.
    Zstd = 4,
}

/// Why bytes could not be compressed or decompressed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CompressionError {
    /// The output would be longer than allowed.
    #[error("decompressed size exceeds {limit} bytes")]
    TooLarge {
        /// The most bytes that were allowed.
        limit: usize,
    },
    /// The input is not what the codec writes.
    #[error("corrupt {codec} data: {reason}")]
    Corrupt {
        /// Name of the codec.
        codec: Codec,
        /// What the codec says.
        reason: String,
    },
    /// A number that is no codec.
    #[error("unknown compression codec {0}")]
    UnknownCodec(u8),
}

impl Codec {
    /// Every codec, `None` included.
    pub const ALL: [Self; 5] = [Self::None, Self::Gzip, Self::Snappy, Self::Lz4, Self::Zstd];

    /// The codec with this number.
    ///
    /// # Errors
    /// [`CompressionError::UnknownCodec`].
    pub fn from_id(id: u8) -> Result<Self, CompressionError> {
        Self::ALL
            .get(usize::from(id))
            .copied()
            .ok_or(CompressionError::UnknownCodec(id))
    }

    /// The number in the batch attributes.
    #[must_use]
    pub const fn id(self) -> u8 {
        self as u8
    }

    /// Kafka's name, as in `compression.type`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Gzip => "gzip",
            Self::Snappy => "snappy",
            Self::Lz4 => "lz4",
            Self::Zstd => "zstd",
        }
    }

    /// The codec with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|codec| codec.name() == name)
    }

    fn corrupt(self, reason: impl ToString) -> CompressionError {
        CompressionError::Corrupt {
            codec: self,
            reason: reason.to_string(),
        }
    }
}

impl std::fmt::Display for Codec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

/// Compresses `data` as Kafka's own clients frame it.
///
/// # Errors
/// [`CompressionError::Corrupt`] when the codec fails, which none does on memory.
pub fn compress(codec: Codec, data: &[u8]) -> Result<Vec<u8>, CompressionError> {
    let failed = |error: std::io::Error| codec.corrupt(error);
    match codec {
        Codec::None => Ok(data.to_vec()),
        Codec::Gzip => {
            let level = flate2::Compression::default();
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
            write_pieces(data, &mut encoder).map_err(failed)?;
            encoder.finish().map_err(failed)
        }
        Codec::Snappy => snappy::compress(data),
        Codec::Lz4 => {
            // Kafka's Java client writes and reads only independent blocks; 64 KiB is its size.
            let frame = lz4_flex::frame::FrameInfo::new()
                .block_size(lz4_flex::frame::BlockSize::Max64KB)
                .block_mode(lz4_flex::frame::BlockMode::Independent);
            let mut encoder = lz4_flex::frame::FrameEncoder::with_frame_info(frame, Vec::new());
            write_pieces(data, &mut encoder).map_err(failed)?;
            encoder.finish().map_err(|error| codec.corrupt(error))
        }
        Codec::Zstd => zstd::bulk::compress(data, 0).map_err(failed),
    }
}

/// Decompresses `data` into at most `max` bytes. Uncompressed data is borrowed.
///
/// # Errors
/// [`CompressionError::TooLarge`] when more than `max` bytes would be produced;
/// [`CompressionError::Corrupt`] when the input is not what the codec writes.
pub fn decompress(
    codec: Codec,
    data: &[u8],
    max: usize,
) -> Result<Cow<'_, [u8]>, CompressionError> {
    match codec {
        Codec::None if data.len() > max => Err(CompressionError::TooLarge { limit: max }),
        Codec::None => Ok(Cow::Borrowed(data)),
        Codec::Zstd => zstandard::decompress(data, max).map(Cow::Owned),
        Codec::Gzip | Codec::Snappy | Codec::Lz4 => {
            let guess = data.len().saturating_mul(EXPANSION_GUESS);
            let mut out = Vec::with_capacity(guess.min(max));
            let mut append = |piece: &[u8]| {
                out.extend_from_slice(piece);
                ControlFlow::<()>::Continue(())
            };
            let _all = decompress_pieces(codec, data, max, &mut append)?;
            Ok(Cow::Owned(out))
        }
    }
}

/// Decompresses `data` piece by piece, so that the whole need not be held, and hands the pieces to
/// `take` until it breaks. Uncompressed data is one piece, however long.
///
/// # Errors
/// As [`decompress`]; `take` may have had some pieces by then, `max` bytes at most.
pub(crate) fn decompress_pieces<B>(
    codec: Codec,
    data: &[u8],
    max: usize,
    take: &mut dyn FnMut(&[u8]) -> ControlFlow<B>,
) -> Result<ControlFlow<B>, CompressionError> {
    match codec {
        Codec::Gzip => {
            let mut source = flate2::read::MultiGzDecoder::new(data);
            read_pieces(codec, &mut source, max, take)
        }
        Codec::Snappy => snappy::decompress_pieces(data, max, take),
        Codec::Lz4 => {
            let mut source = lz4_flex::frame::FrameDecoder::new(data);
            read_pieces(codec, &mut source, max, take)
        }
        Codec::Zstd => zstandard::decompress_pieces(data, max, take),
        Codec::None => Ok(take(data)),
    }
}
