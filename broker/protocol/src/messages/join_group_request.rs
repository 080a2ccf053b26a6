//! Kafka's JoinGroupRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct JoinGroupRequest {
    pub group_id: StrBytes,
    pub session_timeout_ms: i32,
    pub rebalance_timeout_ms: i32,
    pub member_id: StrBytes,
    pub group_instance_id: Option<StrBytes>,
    pub protocol_type: StrBytes,
    pub protocols: Vec<JoinGroupRequestProtocol>,
    pub reason: Option<StrBytes>,
}

impl Default for JoinGroupRequest {
    fn default() -> Self {
        Self {
            group_id: Default::default(),
            session_timeout_ms: Default::default(),
            rebalance_timeout_ms: -1,
            member_id: Default::default(),
            group_instance_id: None,
            protocol_type: Default::default(),
            protocols: Default::default(),
            reason: None,
        }
    }
}

impl JoinGroupRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 6;
        let mut s = Self::default();
        s.group_id = r.string(f, "group_id")?;
        s.session_timeout_ms = r.i32()?;
        if v >= 1 { s.rebalance_timeout_ms = r.i32()?; }
        s.member_id = r.string(f, "member_id")?;
        if v >= 5 { s.group_instance_id = r.nullable_string(f)?; }
        s.protocol_type = r.string(f, "protocol_type")?;
        s.protocols = r.array(f, "protocols", |r| Ok(JoinGroupRequestProtocol::read(r, v)?))?;
        if v >= 8 { s.reason = r.nullable_string(f)?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 6;
        let s = self;
        w.string(f, &s.group_id)?;
        w.i32(s.session_timeout_ms);
        if v >= 1 { w.i32(s.rebalance_timeout_ms); }
        w.string(f, &s.member_id)?;
        if v >= 5 { w.nullable_string(f, s.group_instance_id.as_deref())?; }
        if !(v >= 5) && s.group_instance_id.is_some() { return Err(CodecError::NotInVersion { message: "JoinGroupRequest", field: "group_instance_id", version: v }); }
        w.string(f, &s.protocol_type)?;
        w.array(f, &s.protocols, |w, x| { x.write(w, v)?; Ok(()) })?;
        if v >= 8 { w.nullable_string(f, s.reason.as_deref())?; }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl JoinGroupRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.group_id = g.string();
        s.session_timeout_ms = g.i32();
        if v >= 1 { s.rebalance_timeout_ms = g.i32(); }
        s.member_id = g.string();
        if v >= 5 { s.group_instance_id = if v >= 5 && g.null() { None } else { Some(g.string()) }; }
        s.protocol_type = g.string();
        s.protocols = (0..g.count()).map(|_| JoinGroupRequestProtocol::sample(g, v)).collect();
        if v >= 8 { s.reason = if v >= 8 && g.null() { None } else { Some(g.string()) }; }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct JoinGroupRequestProtocol {
    pub name: StrBytes,
    pub metadata: Bytes,
}

impl JoinGroupRequestProtocol {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 6;
        let mut s = Self::default();
        s.name = r.string(f, "name")?;
        s.metadata = r.bytes(f, "metadata")?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 6;
        let s = self;
        w.string(f, &s.name)?;
        w.bytes(f, &s.metadata)?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl JoinGroupRequestProtocol {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.name = g.string();
        s.metadata = g.bytes();
        let _ = (g, v);
        s
    }
}

impl Message for JoinGroupRequest {
    const NAME: &'static str = "JoinGroupRequest";
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

impl Request for JoinGroupRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::JoinGroup;
    type Response = super::join_group_response::JoinGroupResponse;
}
