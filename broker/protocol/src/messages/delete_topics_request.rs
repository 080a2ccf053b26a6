//! Kafka's DeleteTopicsRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeleteTopicsRequest {
    pub topics: Vec<DeleteTopicState>,
    pub topic_names: Vec<StrBytes>,
    pub timeout_ms: i32,
}

impl DeleteTopicsRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 4;
        let mut s = Self::default();
        if v >= 6 { s.topics = r.array(f, "topics", |r| Ok(DeleteTopicState::read(r, v)?))?; }
        if v <= 5 { s.topic_names = r.array(f, "topic_names", |r| Ok(r.string(f, "topic_names")?))?; }
        s.timeout_ms = r.i32()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 4;
        let s = self;
        if v >= 6 { w.array(f, &s.topics, |w, x| { x.write(w, v)?; Ok(()) })?; }
        if !(v >= 6) && !s.topics.is_empty() { return Err(CodecError::NotInVersion { message: "DeleteTopicsRequest", field: "topics", version: v }); }
        if v <= 5 { w.array(f, &s.topic_names, |w, x| { w.string(f, x)?; Ok(()) })?; }
        w.i32(s.timeout_ms);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DeleteTopicsRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 6 { s.topics = (0..g.count()).map(|_| DeleteTopicState::sample(g, v)).collect(); }
        if v <= 5 { s.topic_names = (0..g.count()).map(|_| g.string()).collect(); }
        s.timeout_ms = g.i32();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeleteTopicState {
    pub name: Option<StrBytes>,
    pub topic_id: Uuid,
}

impl DeleteTopicState {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 4;
        let mut s = Self::default();
        if v >= 6 { s.name = r.nullable_string(f)?; }
        if v >= 6 { s.topic_id = r.uuid()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 4;
        let s = self;
        if v >= 6 { w.nullable_string(f, s.name.as_deref())?; }
        if !(v >= 6) && s.name.is_some() { return Err(CodecError::NotInVersion { message: "DeleteTopicState", field: "name", version: v }); }
        if v >= 6 { w.uuid(s.topic_id); }
        if !(v >= 6) && !s.topic_id.is_zero() { return Err(CodecError::NotInVersion { message: "DeleteTopicState", field: "topic_id", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DeleteTopicState {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 6 { s.name = if v >= 6 && g.null() { None } else { Some(g.string()) }; }
        if v >= 6 { s.topic_id = g.uuid(); }
        let _ = (g, v);
        s
    }
}

impl Message for DeleteTopicsRequest {
    const NAME: &'static str = "DeleteTopicsRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 1..=6;
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

impl Request for DeleteTopicsRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::DeleteTopics;
    type Response = super::delete_topics_response::DeleteTopicsResponse;
}
