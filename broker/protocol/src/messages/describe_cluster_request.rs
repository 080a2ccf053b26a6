//! Kafka's DescribeClusterRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct DescribeClusterRequest {
    pub include_cluster_authorized_operations: bool,
    pub endpoint_type: i8,
    pub include_fenced_brokers: bool,
}

impl Default for DescribeClusterRequest {
    fn default() -> Self {
        Self {
            include_cluster_authorized_operations: Default::default(),
            endpoint_type: 1,
            include_fenced_brokers: Default::default(),
        }
    }
}

impl DescribeClusterRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.include_cluster_authorized_operations = r.bool()?;
        if v >= 1 { s.endpoint_type = r.i8()?; }
        if v >= 2 { s.include_fenced_brokers = r.bool()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.bool(s.include_cluster_authorized_operations);
        if v >= 1 { w.i8(s.endpoint_type); }
        if !(v >= 1) && s.endpoint_type != 1 { return Err(CodecError::NotInVersion { message: "DescribeClusterRequest", field: "endpoint_type", version: v }); }
        if v >= 2 { w.bool(s.include_fenced_brokers); }
        if !(v >= 2) && s.include_fenced_brokers { return Err(CodecError::NotInVersion { message: "DescribeClusterRequest", field: "include_fenced_brokers", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DescribeClusterRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.include_cluster_authorized_operations = g.bool();
        if v >= 1 { s.endpoint_type = g.i8(); }
        if v >= 2 { s.include_fenced_brokers = g.bool(); }
        let _ = (g, v);
        s
    }
}

impl Message for DescribeClusterRequest {
    const NAME: &'static str = "DescribeClusterRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=2;
    const FLEXIBLE_FROM: Option<i16> = Some(0);

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

impl Request for DescribeClusterRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::DescribeCluster;
    type Response = super::describe_cluster_response::DescribeClusterResponse;
}
