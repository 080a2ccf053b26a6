//! Kafka's MetadataRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct MetadataRequest {
    pub topics: Option<Vec<MetadataRequestTopic>>,
    pub allow_auto_topic_creation: bool,
    pub include_cluster_authorized_operations: bool,
    pub include_topic_authorized_operations: bool,
}

impl Default for MetadataRequest {
    fn default() -> Self {
        Self {
            topics: Some(Default::default()),
            allow_auto_topic_creation: true,
            include_cluster_authorized_operations: Default::default(),
            include_topic_authorized_operations: Default::default(),
        }
    }
}

impl MetadataRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 9;
        let mut s = Self::default();
        s.topics = if v >= 1 { r.nullable_array(f, |r| Ok(MetadataRequestTopic::read(r, v)?))? } else { Some(r.array(f, "topics", |r| Ok(MetadataRequestTopic::read(r, v)?))?) };
        if v >= 4 { s.allow_auto_topic_creation = r.bool()?; }
        if (8..=10).contains(&v) { s.include_cluster_authorized_operations = r.bool()?; }
        if v >= 8 { s.include_topic_authorized_operations = r.bool()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 9;
        let s = self;
        if !(v >= 1) && s.topics.is_none() { return Err(CodecError::NotInVersion { message: "MetadataRequest", field: "topics", version: v }); } w.nullable_array(f, s.topics.as_deref(), |w, x| { x.write(w, v)?; Ok(()) })?;
        if v >= 4 { w.bool(s.allow_auto_topic_creation); }
        if !(v >= 4) && !s.allow_auto_topic_creation { return Err(CodecError::NotInVersion { message: "MetadataRequest", field: "allow_auto_topic_creation", version: v }); }
        if (8..=10).contains(&v) { w.bool(s.include_cluster_authorized_operations); }
        if !((8..=10).contains(&v)) && s.include_cluster_authorized_operations { return Err(CodecError::NotInVersion { message: "MetadataRequest", field: "include_cluster_authorized_operations", version: v }); }
        if v >= 8 { w.bool(s.include_topic_authorized_operations); }
        if !(v >= 8) && s.include_topic_authorized_operations { return Err(CodecError::NotInVersion { message: "MetadataRequest", field: "include_topic_authorized_operations", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl MetadataRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topics = if v >= 1 && g.null() { None } else { Some((0..g.count()).map(|_| MetadataRequestTopic::sample(g, v)).collect()) };
        if v >= 4 { s.allow_auto_topic_creation = g.bool(); }
        if (8..=10).contains(&v) { s.include_cluster_authorized_operations = g.bool(); }
        if v >= 8 { s.include_topic_authorized_operations = g.bool(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct MetadataRequestTopic {
    pub topic_id: Uuid,
    pub name: Option<StrBytes>,
}

impl Default for MetadataRequestTopic {
    fn default() -> Self {
        Self {
            topic_id: Default::default(),
            name: Some(Default::default()),
        }
    }
}

impl MetadataRequestTopic {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 9;
        let mut s = Self::default();
        if v >= 10 { s.topic_id = r.uuid()?; }
        s.name = if v >= 10 { r.nullable_string(f)? } else { Some(r.string(f, "name")?) };
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 9;
        let s = self;
        if v >= 10 { w.uuid(s.topic_id); }
        if !(v >= 10) && s.name.is_none() { return Err(CodecError::NotInVersion { message: "MetadataRequestTopic", field: "name", version: v }); } w.nullable_string(f, s.name.as_deref())?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl MetadataRequestTopic {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 10 { s.topic_id = g.uuid(); }
        s.name = if v >= 10 && g.null() { None } else { Some(g.string()) };
        let _ = (g, v);
        s
    }
}

impl Message for MetadataRequest {
    const NAME: &'static str = "MetadataRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=13;
    const FLEXIBLE_FROM: Option<i16> = Some(9);

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

impl Request for MetadataRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::Metadata;
    type Response = super::metadata_response::MetadataResponse;
}
