//! Bounded decoding over shared bytes.

use bytes::Bytes;

use super::{CodecError, Records, StrBytes, Uuid};
use crate::turn::Turn;

/// Longest string in bytes, in flexible versions too: as in Kafka.
pub(super) const STRING_LEN_MAX: usize = i16::MAX as usize;

/// Memory that the arrays of a message may take whatever its length.
const ALLOWANCE_BASE: usize = 1 << 20;

/// Memory that they may take for each byte that arrived. Real messages stay below four; an array of
/// empty strings takes 32.
const ALLOWANCE_PER_BYTE: usize = 8;

/// Tagged fields of one struct. Kafka's largest has six; a million would keep a thread busy and
/// say nothing.
const TAGS_MAX: u32 = 128;

/// An element of an array or a tagged field takes about as long to read as copying so many bytes.
const ELEMENT_WORK: usize = 64;

/// A cursor over immutable bytes. Payloads come out as slices of the same allocation.
///
/// The arrays of everything read through one reader together take no more memory than its
/// allowance, because an element may be much larger in memory than on the wire.
#[derive(Debug, Clone)]
pub struct Reader {
    bytes: Bytes,
    position: usize,
    allocation_left: usize,
    turn: Turn,
}

macro_rules! fixed {
    ($($name:ident -> $type:ty),*) => {$(
        #[doc = concat!("Reads a big-endian `", stringify!($type), "`.")]
        ///
        /// # Errors
        /// If the bytes end before it does.
        pub fn $name(&mut self) -> Result<$type, CodecError> {
            let raw = self.take(size_of::<$type>())?;
            let mut array = [0; size_of::<$type>()];
            array.copy_from_slice(raw);
            Ok(<$type>::from_be_bytes(array))
        }
    )*};
}

impl Reader {
    /// Reads from the beginning of `bytes`. Arrays may take 1 MiB and eight times the length.
    #[must_use]
    pub fn new(bytes: Bytes) -> Self {
        let limit = ALLOWANCE_BASE + bytes.len().saturating_mul(ALLOWANCE_PER_BYTE);
        Self::with_allocation_limit(bytes, limit)
    }

    /// Reads from the beginning of `bytes`. Arrays may take `limit` bytes of memory in total.
    #[must_use]
    pub fn with_allocation_limit(bytes: Bytes, limit: usize) -> Self {
        Self {
            bytes,
            position: 0,
            allocation_left: limit,
            turn: Turn::default(),
        }
    }

    /// Lowers the allowance for arrays to `limit` bytes.
    pub fn cap_allocation(&mut self, limit: usize) {
        self.allocation_left = self.allocation_left.min(limit);
    }

    /// What is left of the allowance for arrays.
    #[must_use]
    pub fn allocation_left(&self) -> usize {
        self.allocation_left
    }

    /// Bytes that were not read yet.
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.bytes.len() - self.position
    }

    /// The unread bytes, shared.
    #[must_use]
    pub fn rest(&self) -> Bytes {
        self.bytes.slice(self.position..)
    }

    /// Bytes read so far.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    fn take(&mut self, count: usize) -> Result<&[u8], CodecError> {
        let remaining = self.remaining();
        if count > remaining {
            return Err(CodecError::Truncated {
                needed: count,
                remaining,
            });
        }
        let start = self.position;
        self.position += count;
        Ok(&self.bytes[start..start + count])
    }

    /// The next `count` bytes, sharing their allocation.
    ///
    /// # Errors
    /// If fewer remain.
    pub fn slice(&mut self, count: usize) -> Result<Bytes, CodecError> {
        let remaining = self.remaining();
        if count > remaining {
            return Err(CodecError::Truncated {
                needed: count,
                remaining,
            });
        }
        let start = self.position;
        self.position += count;
        Ok(self.bytes.slice(start..start + count))
    }

    fixed!(i8 -> i8, i16 -> i16, i32 -> i32, i64 -> i64, u16 -> u16, u32 -> u32, f64 -> f64);

    /// Reads a boolean: any byte but zero is true, as in Kafka.
    ///
    /// # Errors
    /// If no byte remains.
    pub fn bool(&mut self) -> Result<bool, CodecError> {
        Ok(self.i8()? != 0)
    }

    /// Reads 16 bytes.
    ///
    /// # Errors
    /// If fewer remain.
    pub fn uuid(&mut self) -> Result<Uuid, CodecError> {
        let mut array = [0; 16];
        array.copy_from_slice(self.take(16)?);
        Ok(Uuid(array))
    }

    /// Reads an unsigned varint of at most 32 bits.
    ///
    /// # Errors
    /// If it is cut off or longer than five bytes.
    pub fn unsigned_varint(&mut self) -> Result<u32, CodecError> {
        // Most of them are lengths and tags of one byte.
        if let Some(byte) = self.bytes.get(self.position).filter(|byte| **byte < 0x80) {
            self.position += 1;
            return Ok(u32::from(*byte));
        }
        let mut value = 0_u32;
        for shift in (0..35).step_by(7) {
            let byte = u32::from(self.take(1)?[0]);
            if shift == 28 && byte > 0x0f {
                return Err(CodecError::VarintTooLong);
            }
            value |= (byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(CodecError::VarintTooLong)
    }

    /// Length of a string, or `None` for null.
    fn string_len(&mut self, flexible: bool) -> Result<Option<usize>, CodecError> {
        if flexible {
            return match self.compact_len()? {
                Some(length) if length > STRING_LEN_MAX => Err(CodecError::TooLong(length)),
                length => Ok(length),
            };
        }
        let length = self.i16()?;
        match length {
            -1 => Ok(None),
            _ => usize::try_from(length)
                .map(Some)
                .map_err(|_| CodecError::NegativeLength(length.into())),
        }
    }

    /// Length of bytes or count of an array, or `None` for null.
    fn long_len(&mut self, flexible: bool) -> Result<Option<usize>, CodecError> {
        if flexible {
            return self.compact_len();
        }
        let length = self.i32()?;
        match length {
            -1 => Ok(None),
            _ => usize::try_from(length)
                .map(Some)
                .map_err(|_| CodecError::NegativeLength(length.into())),
        }
    }

    fn compact_len(&mut self) -> Result<Option<usize>, CodecError> {
        Ok((self.unsigned_varint()? as usize).checked_sub(1))
    }

    /// Reads a nullable string.
    ///
    /// # Errors
    /// If it is cut off or not UTF-8.
    pub fn nullable_string(&mut self, flexible: bool) -> Result<Option<StrBytes>, CodecError> {
        match self.string_len(flexible)? {
            None => Ok(None),
            Some(length) => StrBytes::from_utf8(self.slice(length)?).map(Some),
        }
    }

    /// Reads a string; `field` names it if it is null.
    ///
    /// # Errors
    /// If it is null, cut off or not UTF-8.
    pub fn string(&mut self, flexible: bool, field: &'static str) -> Result<StrBytes, CodecError> {
        self.nullable_string(flexible)?
            .ok_or(CodecError::UnexpectedNull(field))
    }

    /// Reads nullable bytes.
    ///
    /// # Errors
    /// If they are cut off.
    pub fn nullable_bytes(&mut self, flexible: bool) -> Result<Option<Bytes>, CodecError> {
        match self.long_len(flexible)? {
            None => Ok(None),
            Some(length) => self.slice(length).map(Some),
        }
    }

    /// Reads bytes; `field` names them if they are null.
    ///
    /// # Errors
    /// If they are null or cut off.
    pub fn bytes(&mut self, flexible: bool, field: &'static str) -> Result<Bytes, CodecError> {
        self.nullable_bytes(flexible)?
            .ok_or(CodecError::UnexpectedNull(field))
    }

    /// Reads nullable records.
    ///
    /// # Errors
    /// If they are cut off.
    pub fn nullable_records(&mut self, flexible: bool) -> Result<Option<Records>, CodecError> {
        Ok(self.nullable_bytes(flexible)?.map(Records::from))
    }

    /// Reads records; `field` names them if they are null.
    ///
    /// # Errors
    /// If they are null or cut off.
    pub fn records(&mut self, flexible: bool, field: &'static str) -> Result<Records, CodecError> {
        self.nullable_records(flexible)?
            .ok_or(CodecError::UnexpectedNull(field))
    }

    /// Reads a nullable array. An element has at least one byte, so that a count beyond the
    /// remaining bytes is refused, and the whole array is charged to the allowance, before anything
    /// is allocated.
    ///
    /// # Errors
    /// If the count cannot be true or the array is too large, or an element is malformed.
    pub fn nullable_array<T>(
        &mut self,
        flexible: bool,
        mut element: impl FnMut(&mut Self) -> Result<T, CodecError>,
    ) -> Result<Option<Vec<T>>, CodecError> {
        let Some(count) = self.long_len(flexible)? else {
            return Ok(None);
        };
        let remaining = self.remaining();
        if count > remaining {
            return Err(CodecError::ArrayTooLong { count, remaining });
        }
        let (needed, left) = (count.saturating_mul(size_of::<T>()), self.allocation_left);
        self.allocation_left = left
            .checked_sub(needed)
            .ok_or(CodecError::AllocationLimit { needed, left })?;
        let mut elements = Vec::with_capacity(count);
        for _ in 0..count {
            elements.push(element(self)?);
            self.turn.worked(ELEMENT_WORK);
        }
        Ok(Some(elements))
    }

    /// Reads an array; `field` names it if it is null.
    ///
    /// # Errors
    /// As [`Self::nullable_array`], and if it is null.
    pub fn array<T>(
        &mut self,
        flexible: bool,
        field: &'static str,
        element: impl FnMut(&mut Self) -> Result<T, CodecError>,
    ) -> Result<Vec<T>, CodecError> {
        self.nullable_array(flexible, element)?
            .ok_or(CodecError::UnexpectedNull(field))
    }

    /// Reads the tagged fields of a struct. `field` is called with each tag and a reader over its
    /// content, and says whether it knows the tag; unknown ones are skipped.
    ///
    /// # Errors
    /// If tags are more than 128 or do not ascend, or a known field does not fill its announced size.
    pub fn tagged_fields(
        &mut self,
        mut field: impl FnMut(u32, &mut Self) -> Result<bool, CodecError>,
    ) -> Result<(), CodecError> {
        self.each_tagged_field(|reader, tag, size| {
            let mut content =
                Self::with_allocation_limit(reader.slice(size)?, reader.allocation_left);
            let known = field(tag, &mut content)?;
            reader.allocation_left = content.allocation_left;
            if known && content.remaining() > 0 {
                return Err(CodecError::TagSize {
                    tag,
                    left: content.remaining(),
                });
            }
            Ok(())
        })
    }

    /// Skips the tagged fields of a struct that has none of its own.
    ///
    /// # Errors
    /// As [`Self::tagged_fields`].
    pub fn skip_tagged_fields(&mut self) -> Result<(), CodecError> {
        // No slice is shared for what nobody looks at.
        self.each_tagged_field(|reader, _, size| reader.take(size).map(drop))
    }

    /// Calls `field` with each tag and its size, for it to read that much.
    fn each_tagged_field(
        &mut self,
        mut field: impl FnMut(&mut Self, u32, usize) -> Result<(), CodecError>,
    ) -> Result<(), CodecError> {
        let count = self.unsigned_varint()?;
        if count > TAGS_MAX {
            return Err(CodecError::TooManyTags(count));
        }
        let mut previous = None;
        for _ in 0..count {
            let tag = self.unsigned_varint()?;
            if previous.is_some_and(|previous| tag <= previous) {
                return Err(CodecError::TagOutOfOrder(tag));
            }
            previous = Some(tag);
            let size = self.unsigned_varint()? as usize;
            field(self, tag, size)?;
            self.turn.worked(ELEMENT_WORK);
        }
        Ok(())
    }

    /// Says whether everything was read.
    ///
    /// # Errors
    /// If bytes remain.
    pub fn finish(&self) -> Result<(), CodecError> {
        match self.remaining() {
            0 => Ok(()),
            left => Err(CodecError::TrailingBytes(left)),
        }
    }
}
