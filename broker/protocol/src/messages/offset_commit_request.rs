//! Kafka's OffsetCommitRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct OffsetCommitRequest {
    pub group_id: StrBytes,
    pub generation_id_or_member_epoch: i32,
    pub member_id: StrBytes,
    pub group_instance_id: Option<StrBytes>,
    pub retention_time_ms: i64,
    pub topics: Vec<OffsetCommitRequestTopic>,
}

impl Default for OffsetCommitRequest {
    fn default() -> Self {
        Self {
            group_id: Default::default(),
            generation_id_or_member_epoch: -1,
            member_id: Default::default(),
            group_instance_id: None,
            retention_time_ms: -1,
            topics: Default::default(),
        }
    }
}

impl OffsetCommitRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 8;
        let mut s = Self::default();
        s.group_id = r.string(f, "group_id")?;
        s.generation_id_or_member_epoch = r.i32()?;
        s.member_id = r.string(f, "member_id")?;
        if v >= 7 { s.group_instance_id = r.nullable_string(f)?; }
        if v <= 4 { s.retention_time_ms = r.i64()?; }
        s.topics = r.array(f, "topics", |r| Ok(OffsetCommitRequestTopic::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 8;
        let s = self;
        w.string(f, &s.group_id)?;
        w.i32(s.generation_id_or_member_epoch);
        w.string(f, &s.member_id)?;
        if v >= 7 { w.nullable_string(f, s.group_instance_id.as_deref())?; }
        if !(v >= 7) && s.group_instance_id.is_some() { return Err(CodecError::NotInVersion { message: "OffsetCommitRequest", field: "group_instance_id", version: v }); }
        if v <= 4 { w.i64(s.retention_time_ms); }
        w.array(f, &s.topics, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl OffsetCommitRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.group_id = g.string();
        s.generation_id_or_member_epoch = g.i32();
        s.member_id = g.string();
        if v >= 7 { s.group_instance_id = if v >= 7 && g.null() { None } else { Some(g.string()) }; }
        if v <= 4 { s.retention_time_ms = g.i64(); }
        s.topics = (0..g.count()).map(|_| OffsetCommitRequestTopic::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetCommitRequestTopic {
    pub name: StrBytes,
    pub topic_id: Uuid,
    pub partitions: Vec<OffsetCommitRequestPartition>,
}

impl OffsetCommitRequestTopic {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 8;
        let mut s = Self::default();
        if v <= 9 { s.name = r.string(f, "name")?; }
        if v >= 10 { s.topic_id = r.uuid()?; }
        s.partitions = r.array(f, "partitions", |r| Ok(OffsetCommitRequestPartition::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 8;
        let s = self;
        if v <= 9 { w.string(f, &s.name)?; }
        if v >= 10 { w.uuid(s.topic_id); }
        w.array(f, &s.partitions, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl OffsetCommitRequestTopic {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v <= 9 { s.name = g.string(); }
        if v >= 10 { s.topic_id = g.uuid(); }
        s.partitions = (0..g.count()).map(|_| OffsetCommitRequestPartition::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct OffsetCommitRequestPartition {
    pub partition_index: i32,
    pub committed_offset: i64,
    pub committed_leader_epoch: i32,
    pub committed_metadata: Option<StrBytes>,
}

impl Default for OffsetCommitRequestPartition {
    fn default() -> Self {
        Self {
            partition_index: Default::default(),
            committed_offset: Default::default(),
            committed_leader_epoch: -1,
            committed_metadata: Some(Default::default()),
        }
    }
}

impl OffsetCommitRequestPartition {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 8;
        let mut s = Self::default();
        s.partition_index = r.i32()?;
        s.committed_offset = r.i64()?;
        if v >= 6 { s.committed_leader_epoch = r.i32()?; }
        s.committed_metadata = r.nullable_string(f)?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 8;
        let s = self;
        w.i32(s.partition_index);
        w.i64(s.committed_offset);
        if v >= 6 { w.i32(s.committed_leader_epoch); }
        w.nullable_string(f, s.committed_metadata.as_deref())?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl OffsetCommitRequestPartition {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.partition_index = g.i32();
        s.committed_offset = g.i64();
        if v >= 6 { s.committed_leader_epoch = g.i32(); }
        s.committed_metadata = if g.null() { None } else { Some(g.string()) };
        let _ = (g, v);
        s
    }
}

impl Message for OffsetCommitRequest {
    const NAME: &'static str = "OffsetCommitRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 2..=10;
    const FLEXIBLE_FROM: Option<i16> = Some(8);

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

impl Request for OffsetCommitRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::OffsetCommit;
    type Response = super::offset_commit_response::OffsetCommitResponse;
}
