//! Kafka's SyncGroupResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SyncGroupResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub protocol_type: Option<StrBytes>,
    pub protocol_name: Option<StrBytes>,
    pub assignment: Bytes,
}

impl SyncGroupResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 4;
        let mut s = Self::default();
        if v >= 1 { s.throttle_time_ms = r.i32()?; }
        s.error_code = r.i16()?;
        if v >= 5 { s.protocol_type = r.nullable_string(f)?; }
        if v >= 5 { s.protocol_name = r.nullable_string(f)?; }
        s.assignment = r.bytes(f, "assignment")?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 4;
        let s = self;
        if v >= 1 { w.i32(s.throttle_time_ms); }
        w.i16(s.error_code);
        if v >= 5 { w.nullable_string(f, s.protocol_type.as_deref())?; }
        if v >= 5 { w.nullable_string(f, s.protocol_name.as_deref())?; }
        w.bytes(f, &s.assignment)?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SyncGroupResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 1 { s.throttle_time_ms = g.i32(); }
        s.error_code = g.i16();
        if v >= 5 { s.protocol_type = if v >= 5 && g.null() { None } else { Some(g.string()) }; }
        if v >= 5 { s.protocol_name = if v >= 5 && g.null() { None } else { Some(g.string()) }; }
        s.assignment = g.bytes();
        let _ = (g, v);
        s
    }
}

impl Message for SyncGroupResponse {
    const NAME: &'static str = "SyncGroupResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=5;
    const FLEXIBLE_FROM: Option<i16> = Some(4);

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
