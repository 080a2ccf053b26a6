//! Encoding into gathered segments.

use bytes::{BufMut as _, Bytes, BytesMut};

use super::reader::STRING_LEN_MAX;
use super::{CodecError, Records, Uuid};

/// External bytes below this size are copied: a segment of their own would cost more.
const COPY_BELOW_BYTES: usize = 512;

/// Collects a message: small fields in buffers of its own, record bytes as shared slices between
/// them.
#[derive(Debug, Default)]
pub struct Writer {
    segments: Vec<Bytes>,
    inline: BytesMut,
    segments_len: usize,
}

macro_rules! fixed {
    ($($name:ident($type:ty) = $put:ident),*) => {$(
        #[doc = concat!("Appends a big-endian `", stringify!($type), "`.")]
        pub fn $name(&mut self, value: $type) {
            self.inline.$put(value);
        }
    )*};
}

impl Writer {
    /// An empty writer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Bytes written so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.segments_len + self.inline.len()
    }

    /// Whether nothing was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Everything written, in order, for a gathered write.
    #[must_use]
    pub fn into_segments(mut self) -> Vec<Bytes> {
        self.cut();
        self.segments
    }

    /// Everything written, joined: copies unless there is one segment.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        let mut segments = self.into_segments();
        if segments.len() == 1 {
            return segments.swap_remove(0);
        }
        let mut joined = BytesMut::with_capacity(segments.iter().map(Bytes::len).sum());
        for segment in &segments {
            joined.extend_from_slice(segment);
        }
        joined.freeze()
    }

    fn cut(&mut self) {
        if !self.inline.is_empty() {
            let segment = self.inline.split().freeze();
            self.segments_len += segment.len();
            self.segments.push(segment);
        }
    }

    fixed!(
        i8(i8) = put_i8,
        i16(i16) = put_i16,
        i32(i32) = put_i32,
        i64(i64) = put_i64,
        u16(u16) = put_u16,
        u32(u32) = put_u32,
        f64(f64) = put_f64
    );

    /// Appends a boolean as one byte.
    pub fn bool(&mut self, value: bool) {
        self.inline.put_u8(u8::from(value));
    }

    /// Appends 16 bytes.
    pub fn uuid(&mut self, value: Uuid) {
        self.inline.put_slice(&value.0);
    }

    /// Appends bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.inline.put_slice(bytes);
    }

    /// Appends shared bytes without copying them, unless they are few.
    pub fn shared(&mut self, bytes: &Bytes) {
        if bytes.len() < COPY_BELOW_BYTES {
            self.inline.put_slice(bytes);
        } else {
            self.cut();
            self.segments_len += bytes.len();
            self.segments.push(bytes.clone());
        }
    }

    /// Appends an unsigned varint.
    pub fn unsigned_varint(&mut self, mut value: u32) {
        while value >= 0x80 {
            self.inline.put_u8((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.inline.put_u8(value as u8);
    }

    fn compact_len(&mut self, length: Option<usize>) -> Result<(), CodecError> {
        let length = match length {
            None => 0,
            Some(length) => u32::try_from(length)
                .ok()
                .and_then(|length| length.checked_add(1))
                .ok_or(CodecError::TooLong(length))?,
        };
        self.unsigned_varint(length);
        Ok(())
    }

    fn long_len(&mut self, flexible: bool, length: Option<usize>) -> Result<(), CodecError> {
        if flexible {
            return self.compact_len(length);
        }
        self.i32(match length {
            None => -1,
            Some(length) => i32::try_from(length).map_err(|_| CodecError::TooLong(length))?,
        });
        Ok(())
    }

    /// Appends a nullable string.
    ///
    /// # Errors
    /// If it is longer than its length field can say.
    pub fn nullable_string(
        &mut self,
        flexible: bool,
        text: Option<&str>,
    ) -> Result<(), CodecError> {
        let length = text.map(str::len);
        if let Some(length) = length.filter(|length| *length > STRING_LEN_MAX) {
            return Err(CodecError::TooLong(length));
        }
        if flexible {
            self.compact_len(length)?;
        } else {
            self.i16(match length {
                None => -1,
                Some(length) => i16::try_from(length).map_err(|_| CodecError::TooLong(length))?,
            });
        }
        if let Some(text) = text {
            self.raw(text.as_bytes());
        }
        Ok(())
    }

    /// Appends a string.
    ///
    /// # Errors
    /// If it is longer than its length field can say.
    pub fn string(&mut self, flexible: bool, text: &str) -> Result<(), CodecError> {
        self.nullable_string(flexible, Some(text))
    }

    /// Appends nullable bytes.
    ///
    /// # Errors
    /// If they are longer than their length field can say.
    pub fn nullable_bytes(
        &mut self,
        flexible: bool,
        bytes: Option<&Bytes>,
    ) -> Result<(), CodecError> {
        self.long_len(flexible, bytes.map(Bytes::len))?;
        if let Some(bytes) = bytes {
            self.shared(bytes);
        }
        Ok(())
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// If they are longer than their length field can say.
    pub fn bytes(&mut self, flexible: bool, bytes: &Bytes) -> Result<(), CodecError> {
        self.nullable_bytes(flexible, Some(bytes))
    }

    /// Appends nullable records.
    ///
    /// # Errors
    /// If they are longer than their length field can say.
    pub fn nullable_records(
        &mut self,
        flexible: bool,
        records: Option<&Records>,
    ) -> Result<(), CodecError> {
        self.long_len(flexible, records.map(Records::len))?;
        for slice in records.map(Records::slices).unwrap_or_default() {
            self.shared(slice);
        }
        Ok(())
    }

    /// Appends records.
    ///
    /// # Errors
    /// If they are longer than their length field can say.
    pub fn records(&mut self, flexible: bool, records: &Records) -> Result<(), CodecError> {
        self.nullable_records(flexible, Some(records))
    }

    /// Appends a nullable array.
    ///
    /// # Errors
    /// If it is longer than its count can say, or an element cannot be encoded.
    pub fn nullable_array<T>(
        &mut self,
        flexible: bool,
        elements: Option<&[T]>,
        mut element: impl FnMut(&mut Self, &T) -> Result<(), CodecError>,
    ) -> Result<(), CodecError> {
        self.long_len(flexible, elements.map(<[T]>::len))?;
        for value in elements.unwrap_or_default() {
            element(self, value)?;
        }
        Ok(())
    }

    /// Appends an array.
    ///
    /// # Errors
    /// As [`Self::nullable_array`].
    pub fn array<T>(
        &mut self,
        flexible: bool,
        elements: &[T],
        element: impl FnMut(&mut Self, &T) -> Result<(), CodecError>,
    ) -> Result<(), CodecError> {
        self.nullable_array(flexible, Some(elements), element)
    }

    /// Appends one tagged field: tag, size, and what `content` writes.
    ///
    /// # Errors
    /// If the content cannot be encoded or is too long.
    pub fn tagged_field(
        &mut self,
        tag: u32,
        content: impl FnOnce(&mut Self) -> Result<(), CodecError>,
    ) -> Result<(), CodecError> {
        let mut inner = Self::new();
        content(&mut inner)?;
        self.unsigned_varint(tag);
        let length = inner.len();
        self.unsigned_varint(u32::try_from(length).map_err(|_| CodecError::TooLong(length))?);
        for segment in inner.into_segments() {
            self.shared(&segment);
        }
        Ok(())
    }
}
