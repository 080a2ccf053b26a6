//! Kafka's JoinGroupResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct JoinGroupResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub generation_id: i32,
    pub protocol_type: Option<StrBytes>,
    pub protocol_name: Option<StrBytes>,
    pub leader: StrBytes,
    pub skip_assignment: bool,
    pub member_id: StrBytes,
    pub members: Vec<JoinGroupResponseMember>,
}

impl Default for JoinGroupResponse {
    fn default() -> Self {
        Self {
            throttle_time_ms: Default::default(),
            error_code: Default::default(),
            generation_id: -1,
            protocol_type: None,
            protocol_name: Some(Default::default()),
            leader: Default::default(),
            skip_assignment: false,
            member_id: Default::default(),
            members: Default::default(),
        }
    }
}

impl JoinGroupResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 6;
        let mut s = Self::default();
        if v >= 2 { s.throttle_time_ms = r.i32()?; }
        s.error_code = r.i16()?;
        s.generation_id = r.i32()?;
        if v >= 7 { s.protocol_type = r.nullable_string(f)?; }
        s.protocol_name = if v >= 7 { r.nullable_string(f)? } else { Some(r.string(f, "protocol_name")?) };
        s.leader = r.string(f, "leader")?;
        if v >= 9 { s.skip_assignment = r.bool()?; }
        s.member_id = r.string(f, "member_id")?;
        s.members = r.array(f, "members", |r| Ok(JoinGroupResponseMember::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 6;
        let s = self;
        if v >= 2 { w.i32(s.throttle_time_ms); }
        w.i16(s.error_code);
        w.i32(s.generation_id);
        if v >= 7 { w.nullable_string(f, s.protocol_type.as_deref())?; }
        if !(v >= 7) && s.protocol_name.is_none() { return Err(CodecError::NotInVersion { message: "JoinGroupResponse", field: "protocol_name", version: v }); } w.nullable_string(f, s.protocol_name.as_deref())?;
        w.string(f, &s.leader)?;
        if v >= 9 { w.bool(s.skip_assignment); }
        if !(v >= 9) && s.skip_assignment { return Err(CodecError::NotInVersion { message: "JoinGroupResponse", field: "skip_assignment", version: v }); }
        w.string(f, &s.member_id)?;
        w.array(f, &s.members, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl JoinGroupResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 2 { s.throttle_time_ms = g.i32(); }
        s.error_code = g.i16();
        s.generation_id = g.i32();
        if v >= 7 { s.protocol_type = if v >= 7 && g.null() { None } else { Some(g.string()) }; }
        s.protocol_name = if v >= 7 && g.null() { None } else { Some(g.string()) };
        s.leader = g.string();
        if v >= 9 { s.skip_assignment = g.bool(); }
        s.member_id = g.string();
        s.members = (0..g.count()).map(|_| JoinGroupResponseMember::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct JoinGroupResponseMember {
    pub member_id: StrBytes,
    pub group_instance_id: Option<StrBytes>,
    pub metadata: Bytes,
}

impl JoinGroupResponseMember {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 6;
        let mut s = Self::default();
        s.member_id = r.string(f, "member_id")?;
        if v >= 5 { s.group_instance_id = r.nullable_string(f)?; }
        s.metadata = r.bytes(f, "metadata")?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 6;
        let s = self;
        w.string(f, &s.member_id)?;
        if v >= 5 { w.nullable_string(f, s.group_instance_id.as_deref())?; }
        w.bytes(f, &s.metadata)?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl JoinGroupResponseMember {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.member_id = g.string();
        if v >= 5 { s.group_instance_id = if v >= 5 && g.null() { None } else { Some(g.string()) }; }
        s.metadata = g.bytes();
        let _ = (g, v);
        s
    }
}

impl Message for JoinGroupResponse {
    const NAME: &'static str = "JoinGroupResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=9;
    const FLEXIBLE_FROM: Option<i16> = Some(6);

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
