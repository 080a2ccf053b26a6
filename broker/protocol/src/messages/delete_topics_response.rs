//! Kafka's DeleteTopicsResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeleteTopicsResponse {
    pub throttle_time_ms: i32,
    pub responses: Vec<DeletableTopicResult>,
}

impl DeleteTopicsResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 4;
        let mut s = Self::default();
        s.throttle_time_ms = r.i32()?;
        s.responses = r.array(f, "responses", |r| Ok(DeletableTopicResult::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 4;
        let s = self;
        w.i32(s.throttle_time_ms);
        w.array(f, &s.responses, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DeleteTopicsResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.throttle_time_ms = g.i32();
        s.responses = (0..g.count()).map(|_| DeletableTopicResult::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct DeletableTopicResult {
    pub name: Option<StrBytes>,
    pub topic_id: Uuid,
    pub error_code: i16,
    pub error_message: Option<StrBytes>,
}

impl Default for DeletableTopicResult {
    fn default() -> Self {
        Self {
            name: Some(Default::default()),
            topic_id: Default::default(),
            error_code: Default::default(),
            error_message: None,
        }
    }
}

impl DeletableTopicResult {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 4;
        let mut s = Self::default();
        s.name = if v >= 6 { r.nullable_string(f)? } else { Some(r.string(f, "name")?) };
        if v >= 6 { s.topic_id = r.uuid()?; }
        s.error_code = r.i16()?;
        if v >= 5 { s.error_message = r.nullable_string(f)?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 4;
        let s = self;
        if !(v >= 6) && s.name.is_none() { return Err(CodecError::NotInVersion { message: "DeletableTopicResult", field: "name", version: v }); } w.nullable_string(f, s.name.as_deref())?;
        if v >= 6 { w.uuid(s.topic_id); }
        w.i16(s.error_code);
        if v >= 5 { w.nullable_string(f, s.error_message.as_deref())?; }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DeletableTopicResult {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.name = if v >= 6 && g.null() { None } else { Some(g.string()) };
        if v >= 6 { s.topic_id = g.uuid(); }
        s.error_code = g.i16();
        if v >= 5 { s.error_message = if v >= 5 && g.null() { None } else { Some(g.string()) }; }
        let _ = (g, v);
        s
    }
}

impl Message for DeleteTopicsResponse {
    const NAME: &'static str = "DeleteTopicsResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 1..=6;
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
