//! Kafka's DescribeGroupsResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeGroupsResponse {
    pub throttle_time_ms: i32,
    pub groups: Vec<DescribedGroup>,
}

impl DescribeGroupsResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 5;
        let mut s = Self::default();
        if v >= 1 { s.throttle_time_ms = r.i32()?; }
        s.groups = r.array(f, "groups", |r| Ok(DescribedGroup::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 5;
        let s = self;
        if v >= 1 { w.i32(s.throttle_time_ms); }
        w.array(f, &s.groups, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DescribeGroupsResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 1 { s.throttle_time_ms = g.i32(); }
        s.groups = (0..g.count()).map(|_| DescribedGroup::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct DescribedGroup {
    pub error_code: i16,
    pub error_message: Option<StrBytes>,
    pub group_id: StrBytes,
    pub group_state: StrBytes,
    pub protocol_type: StrBytes,
    pub protocol_data: StrBytes,
    pub members: Vec<DescribedGroupMember>,
    pub authorized_operations: i32,
}

impl Default for DescribedGroup {
    fn default() -> Self {
        Self {
            error_code: Default::default(),
            error_message: None,
            group_id: Default::default(),
            group_state: Default::default(),
            protocol_type: Default::default(),
            protocol_data: Default::default(),
            members: Default::default(),
            authorized_operations: -2147483648,
        }
    }
}

impl DescribedGroup {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 5;
        let mut s = Self::default();
        s.error_code = r.i16()?;
        if v >= 6 { s.error_message = r.nullable_string(f)?; }
        s.group_id = r.string(f, "group_id")?;
        s.group_state = r.string(f, "group_state")?;
        s.protocol_type = r.string(f, "protocol_type")?;
        s.protocol_data = r.string(f, "protocol_data")?;
        s.members = r.array(f, "members", |r| Ok(DescribedGroupMember::read(r, v)?))?;
        if v >= 3 { s.authorized_operations = r.i32()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 5;
        let s = self;
        w.i16(s.error_code);
        if v >= 6 { w.nullable_string(f, s.error_message.as_deref())?; }
        if !(v >= 6) && s.error_message.is_some() { return Err(CodecError::NotInVersion { message: "DescribedGroup", field: "error_message", version: v }); }
        w.string(f, &s.group_id)?;
        w.string(f, &s.group_state)?;
        w.string(f, &s.protocol_type)?;
        w.string(f, &s.protocol_data)?;
        w.array(f, &s.members, |w, x| { x.write(w, v)?; Ok(()) })?;
        if v >= 3 { w.i32(s.authorized_operations); }
        if !(v >= 3) && s.authorized_operations != -2147483648 { return Err(CodecError::NotInVersion { message: "DescribedGroup", field: "authorized_operations", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DescribedGroup {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.error_code = g.i16();
        if v >= 6 { s.error_message = if v >= 6 && g.null() { None } else { Some(g.string()) }; }
        s.group_id = g.string();
        s.group_state = g.string();
        s.protocol_type = g.string();
        s.protocol_data = g.string();
        s.members = (0..g.count()).map(|_| DescribedGroupMember::sample(g, v)).collect();
        if v >= 3 { s.authorized_operations = g.i32(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribedGroupMember {
    pub member_id: StrBytes,
    pub group_instance_id: Option<StrBytes>,
    pub client_id: StrBytes,
    pub client_host: StrBytes,
    pub member_metadata: Bytes,
    pub member_assignment: Bytes,
}

impl DescribedGroupMember {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 5;
        let mut s = Self::default();
        s.member_id = r.string(f, "member_id")?;
        if v >= 4 { s.group_instance_id = r.nullable_string(f)?; }
        s.client_id = r.string(f, "client_id")?;
        s.client_host = r.string(f, "client_host")?;
        s.member_metadata = r.bytes(f, "member_metadata")?;
        s.member_assignment = r.bytes(f, "member_assignment")?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 5;
        let s = self;
        w.string(f, &s.member_id)?;
        if v >= 4 { w.nullable_string(f, s.group_instance_id.as_deref())?; }
        w.string(f, &s.client_id)?;
        w.string(f, &s.client_host)?;
        w.bytes(f, &s.member_metadata)?;
        w.bytes(f, &s.member_assignment)?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DescribedGroupMember {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.member_id = g.string();
        if v >= 4 { s.group_instance_id = if v >= 4 && g.null() { None } else { Some(g.string()) }; }
        s.client_id = g.string();
        s.client_host = g.string();
        s.member_metadata = g.bytes();
        s.member_assignment = g.bytes();
        let _ = (g, v);
        s
    }
}

impl Message for DescribeGroupsResponse {
    const NAME: &'static str = "DescribeGroupsResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=6;
    const FLEXIBLE_FROM: Option<i16> = Some(5);

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
