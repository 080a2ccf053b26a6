//! Kafka's ListGroupsRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListGroupsRequest {
    pub states_filter: Vec<StrBytes>,
    pub types_filter: Vec<StrBytes>,
}

impl ListGroupsRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 3;
        let mut s = Self::default();
        if v >= 4 { s.states_filter = r.array(f, "states_filter", |r| Ok(r.string(f, "states_filter")?))?; }
        if v >= 5 { s.types_filter = r.array(f, "types_filter", |r| Ok(r.string(f, "types_filter")?))?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 3;
        let s = self;
        if v >= 4 { w.array(f, &s.states_filter, |w, x| { w.string(f, x)?; Ok(()) })?; }
        if !(v >= 4) && !s.states_filter.is_empty() { return Err(CodecError::NotInVersion { message: "ListGroupsRequest", field: "states_filter", version: v }); }
        if v >= 5 { w.array(f, &s.types_filter, |w, x| { w.string(f, x)?; Ok(()) })?; }
        if !(v >= 5) && !s.types_filter.is_empty() { return Err(CodecError::NotInVersion { message: "ListGroupsRequest", field: "types_filter", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl ListGroupsRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 4 { s.states_filter = (0..g.count()).map(|_| g.string()).collect(); }
        if v >= 5 { s.types_filter = (0..g.count()).map(|_| g.string()).collect(); }
        let _ = (g, v);
        s
    }
}

impl Message for ListGroupsRequest {
    const NAME: &'static str = "ListGroupsRequest";
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

impl Request for ListGroupsRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::ListGroups;
    type Response = super::list_groups_response::ListGroupsResponse;
}
