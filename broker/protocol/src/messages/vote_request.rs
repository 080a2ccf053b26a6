//! Kafka's VoteRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct VoteRequest {
    pub cluster_id: Option<StrBytes>,
    pub voter_id: i32,
    pub topics: Vec<TopicData>,
}

impl Default for VoteRequest {
    fn default() -> Self {
        Self {
            cluster_id: None,
            voter_id: -1,
            topics: Default::default(),
        }
    }
}

impl VoteRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.cluster_id = r.nullable_string(f)?;
        if v >= 1 { s.voter_id = r.i32()?; }
        s.topics = r.array(f, "topics", |r| Ok(TopicData::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.nullable_string(f, s.cluster_id.as_deref())?;
        if v >= 1 { w.i32(s.voter_id); }
        w.array(f, &s.topics, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl VoteRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.cluster_id = if g.null() { None } else { Some(g.string()) };
        if v >= 1 { s.voter_id = g.i32(); }
        s.topics = (0..g.count()).map(|_| TopicData::sample(g, v)).collect();
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
        let f = true;
        let mut s = Self::default();
        s.topic_name = r.string(f, "topic_name")?;
        s.partitions = r.array(f, "partitions", |r| Ok(PartitionData::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
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
    pub replica_epoch: i32,
    pub replica_id: i32,
    pub replica_directory_id: Uuid,
    pub voter_directory_id: Uuid,
    pub last_offset_epoch: i32,
    pub last_offset: i64,
    pub pre_vote: bool,
}

impl PartitionData {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.partition_index = r.i32()?;
        s.replica_epoch = r.i32()?;
        s.replica_id = r.i32()?;
        if v >= 1 { s.replica_directory_id = r.uuid()?; }
        if v >= 1 { s.voter_directory_id = r.uuid()?; }
        s.last_offset_epoch = r.i32()?;
        s.last_offset = r.i64()?;
        if v >= 2 { s.pre_vote = r.bool()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.partition_index);
        w.i32(s.replica_epoch);
        w.i32(s.replica_id);
        if v >= 1 { w.uuid(s.replica_directory_id); }
        if v >= 1 { w.uuid(s.voter_directory_id); }
        w.i32(s.last_offset_epoch);
        w.i64(s.last_offset);
        if v >= 2 { w.bool(s.pre_vote); }
        if !(v >= 2) && s.pre_vote { return Err(CodecError::NotInVersion { message: "PartitionData", field: "pre_vote", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl PartitionData {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.partition_index = g.i32();
        s.replica_epoch = g.i32();
        s.replica_id = g.i32();
        if v >= 1 { s.replica_directory_id = g.uuid(); }
        if v >= 1 { s.voter_directory_id = g.uuid(); }
        s.last_offset_epoch = g.i32();
        s.last_offset = g.i64();
        if v >= 2 { s.pre_vote = g.bool(); }
        let _ = (g, v);
        s
    }
}

impl Message for VoteRequest {
    const NAME: &'static str = "VoteRequest";
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

impl Request for VoteRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::Vote;
    type Response = super::vote_response::VoteResponse;
}
