//! Kafka's DescribeGroupsRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeGroupsRequest {
    pub groups: Vec<StrBytes>,
    pub include_authorized_operations: bool,
}

impl DescribeGroupsRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 5;
        let mut s = Self::default();
        s.groups = r.array(f, "groups", |r| Ok(r.string(f, "groups")?))?;
        if v >= 3 { s.include_authorized_operations = r.bool()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 5;
        let s = self;
        w.array(f, &s.groups, |w, x| { w.string(f, x)?; Ok(()) })?;
        if v >= 3 { w.bool(s.include_authorized_operations); }
        if !(v >= 3) && s.include_authorized_operations { return Err(CodecError::NotInVersion { message: "DescribeGroupsRequest", field: "include_authorized_operations", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DescribeGroupsRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.groups = (0..g.count()).map(|_| g.string()).collect();
        if v >= 3 { s.include_authorized_operations = g.bool(); }
        let _ = (g, v);
        s
    }
}

impl Message for DescribeGroupsRequest {
    const NAME: &'static str = "DescribeGroupsRequest";
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

impl Request for DescribeGroupsRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::DescribeGroups;
    type Response = super::describe_groups_response::DescribeGroupsResponse;
}
