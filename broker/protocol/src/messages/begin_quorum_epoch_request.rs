//! Kafka's BeginQuorumEpochRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct BeginQuorumEpochRequest {
    pub cluster_id: Option<StrBytes>,
    pub voter_id: i32,
    pub topics: Vec<TopicData>,
    pub leader_endpoints: Vec<LeaderEndpoint>,
}

impl Default for BeginQuorumEpochRequest {
    fn default() -> Self {
        Self {
            cluster_id: None,
            voter_id: -1,
            topics: Default::default(),
            leader_endpoints: Default::default(),
        }
    }
}

impl BeginQuorumEpochRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 1;
        let mut s = Self::default();
        s.cluster_id = r.nullable_string(f)?;
        if v >= 1 { s.voter_id = r.i32()?; }
        s.topics = r.array(f, "topics", |r| Ok(TopicData::read(r, v)?))?;
        if v >= 1 { s.leader_endpoints = r.array(f, "leader_endpoints", |r| Ok(LeaderEndpoint::read(r, v)?))?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 1;
        let s = self;
        w.nullable_string(f, s.cluster_id.as_deref())?;
        if v >= 1 { w.i32(s.voter_id); }
        w.array(f, &s.topics, |w, x| { x.write(w, v)?; Ok(()) })?;
        if v >= 1 { w.array(f, &s.leader_endpoints, |w, x| { x.write(w, v)?; Ok(()) })?; }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl BeginQuorumEpochRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.cluster_id = if g.null() { None } else { Some(g.string()) };
        if v >= 1 { s.voter_id = g.i32(); }
        s.topics = (0..g.count()).map(|_| TopicData::sample(g, v)).collect();
        if v >= 1 { s.leader_endpoints = (0..g.count()).map(|_| LeaderEndpoint::sample(g, v)).collect(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicData {
    pub topic_name: StrBytes,
    pub partitions: Vec<PartitionData>,
}

impl TopicData {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 1;
        let mut s = Self::default();
        s.topic_name = r.string(f, "topic_name")?;
        s.partitions = r.array(f, "partitions", |r| Ok(PartitionData::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 1;
        let s = self;
        w.string(f, &s.topic_name)?;
        w.array(f, &s.partitions, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl TopicData {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topic_name = g.string();
        s.partitions = (0..g.count()).map(|_| PartitionData::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionData {
    pub partition_index: i32,
    pub voter_directory_id: Uuid,
    pub leader_id: i32,
    pub leader_epoch: i32,
}

impl PartitionData {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 1;
        let mut s = Self::default();
        s.partition_index = r.i32()?;
        if v >= 1 { s.voter_directory_id = r.uuid()?; }
        s.leader_id = r.i32()?;
        s.leader_epoch = r.i32()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 1;
        let s = self;
        w.i32(s.partition_index);
        if v >= 1 { w.uuid(s.voter_directory_id); }
        w.i32(s.leader_id);
        w.i32(s.leader_epoch);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl PartitionData {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.partition_index = g.i32();
        if v >= 1 { s.voter_directory_id = g.uuid(); }
        s.leader_id = g.i32();
        s.leader_epoch = g.i32();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct LeaderEndpoint {
    pub name: StrBytes,
    pub host: StrBytes,
    pub port: u16,
}

impl LeaderEndpoint {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 1;
        let mut s = Self::default();
        if v >= 1 { s.name = r.string(f, "name")?; }
        if v >= 1 { s.host = r.string(f, "host")?; }
        if v >= 1 { s.port = r.u16()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 1;
        let s = self;
        if v >= 1 { w.string(f, &s.name)?; }
        if !(v >= 1) && !s.name.is_empty() { return Err(CodecError::NotInVersion { message: "LeaderEndpoint", field: "name", version: v }); }
        if v >= 1 { w.string(f, &s.host)?; }
        if !(v >= 1) && !s.host.is_empty() { return Err(CodecError::NotInVersion { message: "LeaderEndpoint", field: "host", version: v }); }
        if v >= 1 { w.u16(s.port); }
        if !(v >= 1) && s.port != 0 { return Err(CodecError::NotInVersion { message: "LeaderEndpoint", field: "port", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl LeaderEndpoint {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 1 { s.name = g.string(); }
        if v >= 1 { s.host = g.string(); }
        if v >= 1 { s.port = g.u16(); }
        let _ = (g, v);
        s
    }
}

impl Message for BeginQuorumEpochRequest {
    const NAME: &'static str = "BeginQuorumEpochRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=1;
    const FLEXIBLE_FROM: Option<i16> = Some(1);

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

impl Request for BeginQuorumEpochRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::BeginQuorumEpoch;
    type Response = super::begin_quorum_epoch_response::BeginQuorumEpochResponse;
}
