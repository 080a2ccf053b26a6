//! Kafka's CreateTopicsRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct CreateTopicsRequest {
    pub topics: Vec<CreatableTopic>,
    pub timeout_ms: i32,
    pub validate_only: bool,
}

impl Default for CreateTopicsRequest {
    fn default() -> Self {
        Self {
            topics: Default::default(),
            timeout_ms: 60000,
            validate_only: false,
        }
    }
}

impl CreateTopicsRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 5;
        let mut s = Self::default();
        s.topics = r.array(f, "topics", |r| Ok(CreatableTopic::read(r, v)?))?;
        s.timeout_ms = r.i32()?;
        s.validate_only = r.bool()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 5;
        let s = self;
        w.array(f, &s.topics, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.i32(s.timeout_ms);
        w.bool(s.validate_only);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl CreateTopicsRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topics = (0..g.count()).map(|_| CreatableTopic::sample(g, v)).collect();
        s.timeout_ms = g.i32();
        s.validate_only = g.bool();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct CreatableTopic {
    pub name: StrBytes,
    pub num_partitions: i32,
    pub replication_factor: i16,
    pub assignments: Vec<CreatableReplicaAssignment>,
    pub configs: Vec<CreatableTopicConfig>,
}

impl CreatableTopic {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 5;
        let mut s = Self::default();
        s.name = r.string(f, "name")?;
        s.num_partitions = r.i32()?;
        s.replication_factor = r.i16()?;
        s.assignments = r.array(f, "assignments", |r| Ok(CreatableReplicaAssignment::read(r, v)?))?;
        s.configs = r.array(f, "configs", |r| Ok(CreatableTopicConfig::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 5;
        let s = self;
        w.string(f, &s.name)?;
        w.i32(s.num_partitions);
        w.i16(s.replication_factor);
        w.array(f, &s.assignments, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.array(f, &s.configs, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl CreatableTopic {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.name = g.string();
        s.num_partitions = g.i32();
        s.replication_factor = g.i16();
        s.assignments = (0..g.count()).map(|_| CreatableReplicaAssignment::sample(g, v)).collect();
        s.configs = (0..g.count()).map(|_| CreatableTopicConfig::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct CreatableReplicaAssignment {
    pub partition_index: i32,
    pub broker_ids: Vec<i32>,
}

impl CreatableReplicaAssignment {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 5;
        let mut s = Self::default();
        s.partition_index = r.i32()?;
        s.broker_ids = r.array(f, "broker_ids", |r| Ok(r.i32()?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 5;
        let s = self;
        w.i32(s.partition_index);
        w.array(f, &s.broker_ids, |w, x| { w.i32(*x); Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl CreatableReplicaAssignment {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.partition_index = g.i32();
        s.broker_ids = (0..g.count()).map(|_| g.i32()).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct CreatableTopicConfig {
    pub name: StrBytes,
    pub value: Option<StrBytes>,
}

impl Default for CreatableTopicConfig {
    fn default() -> Self {
        Self {
            name: Default::default(),
            value: Some(Default::default()),
        }
    }
}

impl CreatableTopicConfig {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 5;
        let mut s = Self::default();
        s.name = r.string(f, "name")?;
        s.value = r.nullable_string(f)?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 5;
        let s = self;
        w.string(f, &s.name)?;
        w.nullable_string(f, s.value.as_deref())?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl CreatableTopicConfig {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.name = g.string();
        s.value = if g.null() { None } else { Some(g.string()) };
        let _ = (g, v);
        s
    }
}

impl Message for CreateTopicsRequest {
    const NAME: &'static str = "CreateTopicsRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 2..=7;
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

impl Request for CreateTopicsRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::CreateTopics;
    type Response = super::create_topics_response::CreateTopicsResponse;
}
