//! Kafka's LeaveGroupResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct LeaveGroupResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub members: Vec<MemberResponse>,
}

impl LeaveGroupResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 4;
        let mut s = Self::default();
        if v >= 1 { s.throttle_time_ms = r.i32()?; }
        s.error_code = r.i16()?;
        if v >= 3 { s.members = r.array(f, "members", |r| Ok(MemberResponse::read(r, v)?))?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 4;
        let s = self;
        if v >= 1 { w.i32(s.throttle_time_ms); }
        w.i16(s.error_code);
        if v >= 3 { w.array(f, &s.members, |w, x| { x.write(w, v)?; Ok(()) })?; }
        if !(v >= 3) && !s.members.is_empty() { return Err(CodecError::NotInVersion { message: "LeaveGroupResponse", field: "members", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl LeaveGroupResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 1 { s.throttle_time_ms = g.i32(); }
        s.error_code = g.i16();
        if v >= 3 { s.members = (0..g.count()).map(|_| MemberResponse::sample(g, v)).collect(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct MemberResponse {
    pub member_id: StrBytes,
    pub group_instance_id: Option<StrBytes>,
    pub error_code: i16,
}

impl Default for MemberResponse {
    fn default() -> Self {
        Self {
            member_id: Default::default(),
            group_instance_id: Some(Default::default()),
            error_code: Default::default(),
        }
    }
}

impl MemberResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 4;
        let mut s = Self::default();
        if v >= 3 { s.member_id = r.string(f, "member_id")?; }
        if v >= 3 { s.group_instance_id = r.nullable_string(f)?; }
        if v >= 3 { s.error_code = r.i16()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 4;
        let s = self;
        if v >= 3 { w.string(f, &s.member_id)?; }
        if !(v >= 3) && !s.member_id.is_empty() { return Err(CodecError::NotInVersion { message: "MemberResponse", field: "member_id", version: v }); }
        if v >= 3 { w.nullable_string(f, s.group_instance_id.as_deref())?; }
        if !(v >= 3) && s.group_instance_id.as_ref().is_none_or(|value| !value.is_empty()) { return Err(CodecError::NotInVersion { message: "MemberResponse", field: "group_instance_id", version: v }); }
        if v >= 3 { w.i16(s.error_code); }
        if !(v >= 3) && s.error_code != 0 { return Err(CodecError::NotInVersion { message: "MemberResponse", field: "error_code", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl MemberResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 3 { s.member_id = g.string(); }
        if v >= 3 { s.group_instance_id = if v >= 3 && g.null() { None } else { Some(g.string()) }; }
        if v >= 3 { s.error_code = g.i16(); }
        let _ = (g, v);
        s
    }
}

impl Message for LeaveGroupResponse {
    const NAME: &'static str = "LeaveGroupResponse";
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
