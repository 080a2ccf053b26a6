//! Kafka's DescribeClusterResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct DescribeClusterResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub error_message: Option<StrBytes>,
    pub endpoint_type: i8,
    pub cluster_id: StrBytes,
    pub controller_id: i32,
    pub brokers: Vec<DescribeClusterBroker>,
    pub cluster_authorized_operations: i32,
}

impl Default for DescribeClusterResponse {
    fn default() -> Self {
        Self {
            throttle_time_ms: Default::default(),
            error_code: Default::default(),
            error_message: None,
            endpoint_type: 1,
            cluster_id: Default::default(),
            controller_id: -1,
            brokers: Default::default(),
            cluster_authorized_operations: -2147483648,
        }
    }
}

impl DescribeClusterResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.throttle_time_ms = r.i32()?;
        s.error_code = r.i16()?;
        s.error_message = r.nullable_string(f)?;
        if v >= 1 { s.endpoint_type = r.i8()?; }
        s.cluster_id = r.string(f, "cluster_id")?;
        s.controller_id = r.i32()?;
        s.brokers = r.array(f, "brokers", |r| Ok(DescribeClusterBroker::read(r, v)?))?;
        s.cluster_authorized_operations = r.i32()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.throttle_time_ms);
        w.i16(s.error_code);
        w.nullable_string(f, s.error_message.as_deref())?;
        if v >= 1 { w.i8(s.endpoint_type); }
        if !(v >= 1) && s.endpoint_type != 1 { return Err(CodecError::NotInVersion { message: "DescribeClusterResponse", field: "endpoint_type", version: v }); }
        w.string(f, &s.cluster_id)?;
        w.i32(s.controller_id);
        w.array(f, &s.brokers, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.i32(s.cluster_authorized_operations);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DescribeClusterResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.throttle_time_ms = g.i32();
        s.error_code = g.i16();
        s.error_message = if g.null() { None } else { Some(g.string()) };
        if v >= 1 { s.endpoint_type = g.i8(); }
        s.cluster_id = g.string();
        s.controller_id = g.i32();
        s.brokers = (0..g.count()).map(|_| DescribeClusterBroker::sample(g, v)).collect();
        s.cluster_authorized_operations = g.i32();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeClusterBroker {
    pub broker_id: i32,
    pub host: StrBytes,
    pub port: i32,
    pub rack: Option<StrBytes>,
    pub is_fenced: bool,
}

impl DescribeClusterBroker {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.broker_id = r.i32()?;
        s.host = r.string(f, "host")?;
        s.port = r.i32()?;
        s.rack = r.nullable_string(f)?;
        if v >= 2 { s.is_fenced = r.bool()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.broker_id);
        w.string(f, &s.host)?;
        w.i32(s.port);
        w.nullable_string(f, s.rack.as_deref())?;
        if v >= 2 { w.bool(s.is_fenced); }
        if !(v >= 2) && s.is_fenced { return Err(CodecError::NotInVersion { message: "DescribeClusterBroker", field: "is_fenced", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DescribeClusterBroker {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.broker_id = g.i32();
        s.host = g.string();
        s.port = g.i32();
        s.rack = if g.null() { None } else { Some(g.string()) };
        if v >= 2 { s.is_fenced = g.bool(); }
        let _ = (g, v);
        s
    }
}

impl Message for DescribeClusterResponse {
    const NAME: &'static str = "DescribeClusterResponse";
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
