//! Kafka's DescribeConfigsRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeConfigsRequest {
    pub resources: Vec<DescribeConfigsResource>,
    pub include_synonyms: bool,
    pub include_documentation: bool,
}

impl DescribeConfigsRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 4;
        let mut s = Self::default();
        s.resources = r.array(f, "resources", |r| Ok(DescribeConfigsResource::read(r, v)?))?;
        s.include_synonyms = r.bool()?;
        if v >= 3 { s.include_documentation = r.bool()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 4;
        let s = self;
        w.array(f, &s.resources, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.bool(s.include_synonyms);
        if v >= 3 { w.bool(s.include_documentation); }
        if !(v >= 3) && s.include_documentation { return Err(CodecError::NotInVersion { message: "DescribeConfigsRequest", field: "include_documentation", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DescribeConfigsRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.resources = (0..g.count()).map(|_| DescribeConfigsResource::sample(g, v)).collect();
        s.include_synonyms = g.bool();
        if v >= 3 { s.include_documentation = g.bool(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct DescribeConfigsResource {
    pub resource_type: i8,
    pub resource_name: StrBytes,
    pub configuration_keys: Option<Vec<StrBytes>>,
}

impl Default for DescribeConfigsResource {
    fn default() -> Self {
        Self {
            resource_type: Default::default(),
            resource_name: Default::default(),
            configuration_keys: Some(Default::default()),
        }
    }
}

impl DescribeConfigsResource {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 4;
        let mut s = Self::default();
        s.resource_type = r.i8()?;
        s.resource_name = r.string(f, "resource_name")?;
        s.configuration_keys = r.nullable_array(f, |r| Ok(r.string(f, "configuration_keys")?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 4;
        let s = self;
        w.i8(s.resource_type);
        w.string(f, &s.resource_name)?;
        w.nullable_array(f, s.configuration_keys.as_deref(), |w, x| { w.string(f, x)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DescribeConfigsResource {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.resource_type = g.i8();
        s.resource_name = g.string();
        s.configuration_keys = if g.null() { None } else { Some((0..g.count()).map(|_| g.string()).collect()) };
        let _ = (g, v);
        s
    }
}

impl Message for DescribeConfigsRequest {
    const NAME: &'static str = "DescribeConfigsRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 1..=4;
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

impl Request for DescribeConfigsRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::DescribeConfigs;
    type Response = super::describe_configs_response::DescribeConfigsResponse;
}
