//! Kafka's ApiVersionsRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct ApiVersionsRequest {
    pub client_software_name: StrBytes,
    pub client_software_version: StrBytes,
    pub cluster_id: Option<StrBytes>,
    pub node_id: i32,
}

impl Default for ApiVersionsRequest {
    fn default() -> Self {
        Self {
            client_software_name: Default::default(),
            client_software_version: Default::default(),
            cluster_id: None,
            node_id: -1,
        }
    }
}

impl ApiVersionsRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 3;
        let mut s = Self::default();
        if v >= 3 { s.client_software_name = r.string(f, "client_software_name")?; }
        if v >= 3 { s.client_software_version = r.string(f, "client_software_version")?; }
        if v >= 5 { s.cluster_id = r.nullable_string(f)?; }
        if v >= 5 { s.node_id = r.i32()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 3;
        let s = self;
        if v >= 3 { w.string(f, &s.client_software_name)?; }
        if v >= 3 { w.string(f, &s.client_software_version)?; }
        if v >= 5 { w.nullable_string(f, s.cluster_id.as_deref())?; }
        if v >= 5 { w.i32(s.node_id); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl ApiVersionsRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 3 { s.client_software_name = g.string(); }
        if v >= 3 { s.client_software_version = g.string(); }
        if v >= 5 { s.cluster_id = if v >= 5 && g.null() { None } else { Some(g.string()) }; }
        if v >= 5 { s.node_id = g.i32(); }
        let _ = (g, v);
        s
    }
}

impl Message for ApiVersionsRequest {
    const NAME: &'static str = "ApiVersionsRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=5;
    const FLEXIBLE_FROM: Option<i16> = Some(3);

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

impl Request for ApiVersionsRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::ApiVersions;
    type Response = super::api_versions_response::ApiVersionsResponse;
}
