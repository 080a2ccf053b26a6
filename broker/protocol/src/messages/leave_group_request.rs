//! Kafka's LeaveGroupRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct LeaveGroupRequest {
    pub group_id: StrBytes,
    pub member_id: StrBytes,
    pub members: Vec<MemberIdentity>,
}

impl LeaveGroupRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 4;
        let mut s = Self::default();
        s.group_id = r.string(f, "group_id")?;
        if v <= 2 { s.member_id = r.string(f, "member_id")?; }
        if v >= 3 { s.members = r.array(f, "members", |r| Ok(MemberIdentity::read(r, v)?))?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 4;
        let s = self;
        w.string(f, &s.group_id)?;
        if v <= 2 { w.string(f, &s.member_id)?; }
        if !(v <= 2) && !s.member_id.is_empty() { return Err(CodecError::NotInVersion { message: "LeaveGroupRequest", field: "member_id", version: v }); }
        if v >= 3 { w.array(f, &s.members, |w, x| { x.write(w, v)?; Ok(()) })?; }
        if !(v >= 3) && !s.members.is_empty() { return Err(CodecError::NotInVersion { message: "LeaveGroupRequest", field: "members", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl LeaveGroupRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.group_id = g.string();
        if v <= 2 { s.member_id = g.string(); }
        if v >= 3 { s.members = (0..g.count()).map(|_| MemberIdentity::sample(g, v)).collect(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct MemberIdentity {
    pub member_id: StrBytes,
    pub group_instance_id: Option<StrBytes>,
    pub reason: Option<StrBytes>,
}

impl MemberIdentity {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 4;
        let mut s = Self::default();
        if v >= 3 { s.member_id = r.string(f, "member_id")?; }
        if v >= 3 { s.group_instance_id = r.nullable_string(f)?; }
        if v >= 5 { s.reason = r.nullable_string(f)?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 4;
        let s = self;
        if v >= 3 { w.string(f, &s.member_id)?; }
        if !(v >= 3) && !s.member_id.is_empty() { return Err(CodecError::NotInVersion { message: "MemberIdentity", field: "member_id", version: v }); }
        if v >= 3 { w.nullable_string(f, s.group_instance_id.as_deref())?; }
        if !(v >= 3) && s.group_instance_id.is_some() { return Err(CodecError::NotInVersion { message: "MemberIdentity", field: "group_instance_id", version: v }); }
        if v >= 5 { w.nullable_string(f, s.reason.as_deref())?; }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl MemberIdentity {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 3 { s.member_id = g.string(); }
        if v >= 3 { s.group_instance_id = if v >= 3 && g.null() { None } else { Some(g.string()) }; }
        if v >= 5 { s.reason = if v >= 5 && g.null() { None } else { Some(g.string()) }; }
        let _ = (g, v);
        s
    }
}

impl Message for LeaveGroupRequest {
    const NAME: &'static str = "LeaveGroupRequest";
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

impl Request for LeaveGroupRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::LeaveGroup;
    type Response = super::leave_group_response::LeaveGroupResponse;
}
