//! Kafka's HeartbeatRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct HeartbeatRequest {
    pub group_id: StrBytes,
    pub generation_id: i32,
    pub member_id: StrBytes,
    pub group_instance_id: Option<StrBytes>,
}

impl HeartbeatRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 4;
        let mut s = Self::default();
        s.group_id = r.string(f, "group_id")?;
        s.generation_id = r.i32()?;
        s.member_id = r.string(f, "member_id")?;
        if v >= 3 { s.group_instance_id = r.nullable_string(f)?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 4;
        let s = self;
        w.string(f, &s.group_id)?;
        w.i32(s.generation_id);
        w.string(f, &s.member_id)?;
        if v >= 3 { w.nullable_string(f, s.group_instance_id.as_deref())?; }
        if !(v >= 3) && s.group_instance_id.is_some() { return Err(CodecError::NotInVersion { message: "HeartbeatRequest", field: "group_instance_id", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl HeartbeatRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.group_id = g.string();
        s.generation_id = g.i32();
        s.member_id = g.string();
        if v >= 3 { s.group_instance_id = if v >= 3 && g.null() { None } else { Some(g.string()) }; }
        let _ = (g, v);
        s
    }
}

impl Message for HeartbeatRequest {
    const NAME: &'static str = "HeartbeatRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=4;
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

impl Request for HeartbeatRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::Heartbeat;
    type Response = super::heartbeat_response::HeartbeatResponse;
}
