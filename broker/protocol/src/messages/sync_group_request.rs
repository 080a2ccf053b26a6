//! Kafka's SyncGroupRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SyncGroupRequest {
    pub group_id: StrBytes,
    pub generation_id: i32,
    pub member_id: StrBytes,
    pub group_instance_id: Option<StrBytes>,
    pub protocol_type: Option<StrBytes>,
    pub protocol_name: Option<StrBytes>,
    pub assignments: Vec<SyncGroupRequestAssignment>,
}

impl SyncGroupRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 4;
        let mut s = Self::default();
        s.group_id = r.string(f, "group_id")?;
        s.generation_id = r.i32()?;
        s.member_id = r.string(f, "member_id")?;
        if v >= 3 { s.group_instance_id = r.nullable_string(f)?; }
        if v >= 5 { s.protocol_type = r.nullable_string(f)?; }
        if v >= 5 { s.protocol_name = r.nullable_string(f)?; }
        s.assignments = r.array(f, "assignments", |r| Ok(SyncGroupRequestAssignment::read(r, v)?))?;
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
        if !(v >= 3) && s.group_instance_id.is_some() { return Err(CodecError::NotInVersion { message: "SyncGroupRequest", field: "group_instance_id", version: v }); }
        if v >= 5 { w.nullable_string(f, s.protocol_type.as_deref())?; }
        if v >= 5 { w.nullable_string(f, s.protocol_name.as_deref())?; }
        w.array(f, &s.assignments, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SyncGroupRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.group_id = g.string();
        s.generation_id = g.i32();
        s.member_id = g.string();
        if v >= 3 { s.group_instance_id = if v >= 3 && g.null() { None } else { Some(g.string()) }; }
        if v >= 5 { s.protocol_type = if v >= 5 && g.null() { None } else { Some(g.string()) }; }
        if v >= 5 { s.protocol_name = if v >= 5 && g.null() { None } else { Some(g.string()) }; }
        s.assignments = (0..g.count()).map(|_| SyncGroupRequestAssignment::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SyncGroupRequestAssignment {
    pub member_id: StrBytes,
    pub assignment: Bytes,
}

impl SyncGroupRequestAssignment {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 4;
        let mut s = Self::default();
        s.member_id = r.string(f, "member_id")?;
        s.assignment = r.bytes(f, "assignment")?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 4;
        let s = self;
        w.string(f, &s.member_id)?;
        w.bytes(f, &s.assignment)?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SyncGroupRequestAssignment {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.member_id = g.string();
        s.assignment = g.bytes();
        let _ = (g, v);
        s
    }
}

impl Message for SyncGroupRequest {
    const NAME: &'static str = "SyncGroupRequest";
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

impl Request for SyncGroupRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::SyncGroup;
    type Response = super::sync_group_response::SyncGroupResponse;
}
