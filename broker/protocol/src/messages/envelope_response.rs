//! Kafka's EnvelopeResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct EnvelopeResponse {
    pub response_data: Option<Bytes>,
    pub error_code: i16,
}

impl EnvelopeResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.response_data = r.nullable_bytes(f)?;
        s.error_code = r.i16()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.nullable_bytes(f, s.response_data.as_ref())?;
        w.i16(s.error_code);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl EnvelopeResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.response_data = if g.null() { None } else { Some(g.bytes()) };
        s.error_code = g.i16();
        let _ = (g, v);
        s
    }
}

impl Message for EnvelopeResponse {
    const NAME: &'static str = "EnvelopeResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;
    const FLEXIBLE_FROM: Option<i16> = Some(0);

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, CodecError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(CodecError::UnsupportedVersion { message: Self::NAME, version });
        }
        Self::read(reader, version)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), CodecError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(CodecError::UnsupportedVersion { message: Self::NAME, version });
        }
        self.write(writer, version)
    }
}
