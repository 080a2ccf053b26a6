//! Kafka's DeleteAclsRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeleteAclsRequest {
    pub filters: Vec<DeleteAclsFilter>,
}

impl DeleteAclsRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 2;
        let mut s = Self::default();
        s.filters = r.array(f, "filters", |r| Ok(DeleteAclsFilter::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 2;
        let s = self;
        w.array(f, &s.filters, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DeleteAclsRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.filters = (0..g.count()).map(|_| DeleteAclsFilter::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct DeleteAclsFilter {
    pub resource_type_filter: i8,
    pub resource_name_filter: Option<StrBytes>,
    pub pattern_type_filter: i8,
    pub principal_filter: Option<StrBytes>,
    pub host_filter: Option<StrBytes>,
    pub operation: i8,
    pub permission_type: i8,
}

impl Default for DeleteAclsFilter {
    fn default() -> Self {
        Self {
            resource_type_filter: Default::default(),
            resource_name_filter: Some(Default::default()),
            pattern_type_filter: 3,
            principal_filter: Some(Default::default()),
            host_filter: Some(Default::default()),
            operation: Default::default(),
            permission_type: Default::default(),
        }
    }
}

impl DeleteAclsFilter {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 2;
        let mut s = Self::default();
        s.resource_type_filter = r.i8()?;
        s.resource_name_filter = r.nullable_string(f)?;
        s.pattern_type_filter = r.i8()?;
        s.principal_filter = r.nullable_string(f)?;
        s.host_filter = r.nullable_string(f)?;
        s.operation = r.i8()?;
        s.permission_type = r.i8()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 2;
        let s = self;
        w.i8(s.resource_type_filter);
        w.nullable_string(f, s.resource_name_filter.as_deref())?;
        w.i8(s.pattern_type_filter);
        w.nullable_string(f, s.principal_filter.as_deref())?;
        w.nullable_string(f, s.host_filter.as_deref())?;
        w.i8(s.operation);
        w.i8(s.permission_type);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DeleteAclsFilter {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.resource_type_filter = g.i8();
        s.resource_name_filter = if g.null() { None } else { Some(g.string()) };
        s.pattern_type_filter = g.i8();
        s.principal_filter = if g.null() { None } else { Some(g.string()) };
        s.host_filter = if g.null() { None } else { Some(g.string()) };
        s.operation = g.i8();
        s.permission_type = g.i8();
        let _ = (g, v);
        s
    }
}

impl Message for DeleteAclsRequest {
    const NAME: &'static str = "DeleteAclsRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 1..=3;
    const FLEXIBLE_FROM: Option<i16> = Some(2);

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

impl Request for DeleteAclsRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::DeleteAcls;
    type Response = super::delete_acls_response::DeleteAclsResponse;
}
