//! Kafka's OffsetFetchResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetFetchResponse {
    pub throttle_time_ms: i32,
    pub topics: Vec<OffsetFetchResponseTopic>,
    pub error_code: i16,
    pub groups: Vec<OffsetFetchResponseGroup>,
}

impl OffsetFetchResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 6;
        let mut s = Self::default();
        if v >= 3 { s.throttle_time_ms = r.i32()?; }
        if v <= 7 { s.topics = r.array(f, "topics", |r| Ok(OffsetFetchResponseTopic::read(r, v)?))?; }
        if (2..=7).contains(&v) { s.error_code = r.i16()?; }
        if v >= 8 { s.groups = r.array(f, "groups", |r| Ok(OffsetFetchResponseGroup::read(r, v)?))?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 6;
        let s = self;
        if v >= 3 { w.i32(s.throttle_time_ms); }
        if v <= 7 { w.array(f, &s.topics, |w, x| { x.write(w, v)?; Ok(()) })?; }
        if !(v <= 7) && !s.topics.is_empty() { return Err(CodecError::NotInVersion { message: "OffsetFetchResponse", field: "topics", version: v }); }
        if (2..=7).contains(&v) { w.i16(s.error_code); }
        if v >= 8 { w.array(f, &s.groups, |w, x| { x.write(w, v)?; Ok(()) })?; }
        if !(v >= 8) && !s.groups.is_empty() { return Err(CodecError::NotInVersion { message: "OffsetFetchResponse", field: "groups", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl OffsetFetchResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 3 { s.throttle_time_ms = g.i32(); }
        if v <= 7 { s.topics = (0..g.count()).map(|_| OffsetFetchResponseTopic::sample(g, v)).collect(); }
        if (2..=7).contains(&v) { s.error_code = g.i16(); }
        if v >= 8 { s.groups = (0..g.count()).map(|_| OffsetFetchResponseGroup::sample(g, v)).collect(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetFetchResponseTopic {
    pub name: StrBytes,
    pub partitions: Vec<OffsetFetchResponsePartition>,
}

impl OffsetFetchResponseTopic {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 6;
        let mut s = Self::default();
        if v <= 7 { s.name = r.string(f, "name")?; }
        if v <= 7 { s.partitions = r.array(f, "partitions", |r| Ok(OffsetFetchResponsePartition::read(r, v)?))?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 6;
        let s = self;
        if v <= 7 { w.string(f, &s.name)?; }
        if !(v <= 7) && !s.name.is_empty() { return Err(CodecError::NotInVersion { message: "OffsetFetchResponseTopic", field: "name", version: v }); }
        if v <= 7 { w.array(f, &s.partitions, |w, x| { x.write(w, v)?; Ok(()) })?; }
        if !(v <= 7) && !s.partitions.is_empty() { return Err(CodecError::NotInVersion { message: "OffsetFetchResponseTopic", field: "partitions", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl OffsetFetchResponseTopic {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v <= 7 { s.name = g.string(); }
        if v <= 7 { s.partitions = (0..g.count()).map(|_| OffsetFetchResponsePartition::sample(g, v)).collect(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct OffsetFetchResponsePartition {
    pub partition_index: i32,
    pub committed_offset: i64,
    pub committed_leader_epoch: i32,
    pub metadata: Option<StrBytes>,
    pub error_code: i16,
}

impl Default for OffsetFetchResponsePartition {
    fn default() -> Self {
        Self {
            partition_index: Default::default(),
            committed_offset: Default::default(),
            committed_leader_epoch: -1,
            metadata: Some(Default::default()),
            error_code: Default::default(),
        }
    }
}

impl OffsetFetchResponsePartition {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 6;
        let mut s = Self::default();
        if v <= 7 { s.partition_index = r.i32()?; }
        if v <= 7 { s.committed_offset = r.i64()?; }
        if (5..=7).contains(&v) { s.committed_leader_epoch = r.i32()?; }
        if v <= 7 { s.metadata = r.nullable_string(f)?; }
        if v <= 7 { s.error_code = r.i16()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 6;
        let s = self;
        if v <= 7 { w.i32(s.partition_index); }
        if !(v <= 7) && s.partition_index != 0 { return Err(CodecError::NotInVersion { message: "OffsetFetchResponsePartition", field: "partition_index", version: v }); }
        if v <= 7 { w.i64(s.committed_offset); }
        if !(v <= 7) && s.committed_offset != 0 { return Err(CodecError::NotInVersion { message: "OffsetFetchResponsePartition", field: "committed_offset", version: v }); }
        if (5..=7).contains(&v) { w.i32(s.committed_leader_epoch); }
        if v <= 7 { w.nullable_string(f, s.metadata.as_deref())?; }
        if !(v <= 7) && s.metadata.as_ref().is_none_or(|value| !value.is_empty()) { return Err(CodecError::NotInVersion { message: "OffsetFetchResponsePartition", field: "metadata", version: v }); }
        if v <= 7 { w.i16(s.error_code); }
        if !(v <= 7) && s.error_code != 0 { return Err(CodecError::NotInVersion { message: "OffsetFetchResponsePartition", field: "error_code", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl OffsetFetchResponsePartition {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v <= 7 { s.partition_index = g.i32(); }
        if v <= 7 { s.committed_offset = g.i64(); }
        if (5..=7).contains(&v) { s.committed_leader_epoch = g.i32(); }
        if v <= 7 { s.metadata = if v <= 7 && g.null() { None } else { Some(g.string()) }; }
        if v <= 7 { s.error_code = g.i16(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetFetchResponseGroup {
    pub group_id: StrBytes,
    pub topics: Vec<OffsetFetchResponseTopics>,
    pub error_code: i16,
}

impl OffsetFetchResponseGroup {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 6;
        let mut s = Self::default();
        if v >= 8 { s.group_id = r.string(f, "group_id")?; }
        if v >= 8 { s.topics = r.array(f, "topics", |r| Ok(OffsetFetchResponseTopics::read(r, v)?))?; }
        if v >= 8 { s.error_code = r.i16()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 6;
        let s = self;
        if v >= 8 { w.string(f, &s.group_id)?; }
        if !(v >= 8) && !s.group_id.is_empty() { return Err(CodecError::NotInVersion { message: "OffsetFetchResponseGroup", field: "group_id", version: v }); }
        if v >= 8 { w.array(f, &s.topics, |w, x| { x.write(w, v)?; Ok(()) })?; }
        if !(v >= 8) && !s.topics.is_empty() { return Err(CodecError::NotInVersion { message: "OffsetFetchResponseGroup", field: "topics", version: v }); }
        if v >= 8 { w.i16(s.error_code); }
        if !(v >= 8) && s.error_code != 0 { return Err(CodecError::NotInVersion { message: "OffsetFetchResponseGroup", field: "error_code", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl OffsetFetchResponseGroup {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 8 { s.group_id = g.string(); }
        if v >= 8 { s.topics = (0..g.count()).map(|_| OffsetFetchResponseTopics::sample(g, v)).collect(); }
        if v >= 8 { s.error_code = g.i16(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetFetchResponseTopics {
    pub name: StrBytes,
    pub topic_id: Uuid,
    pub partitions: Vec<OffsetFetchResponsePartitions>,
}

impl OffsetFetchResponseTopics {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 6;
        let mut s = Self::default();
        if (8..=9).contains(&v) { s.name = r.string(f, "name")?; }
        if v >= 10 { s.topic_id = r.uuid()?; }
        if v >= 8 { s.partitions = r.array(f, "partitions", |r| Ok(OffsetFetchResponsePartitions::read(r, v)?))?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 6;
        let s = self;
        if (8..=9).contains(&v) { w.string(f, &s.name)?; }
        if v >= 10 { w.uuid(s.topic_id); }
        if v >= 8 { w.array(f, &s.partitions, |w, x| { x.write(w, v)?; Ok(()) })?; }
        if !(v >= 8) && !s.partitions.is_empty() { return Err(CodecError::NotInVersion { message: "OffsetFetchResponseTopics", field: "partitions", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl OffsetFetchResponseTopics {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if (8..=9).contains(&v) { s.name = g.string(); }
        if v >= 10 { s.topic_id = g.uuid(); }
        if v >= 8 { s.partitions = (0..g.count()).map(|_| OffsetFetchResponsePartitions::sample(g, v)).collect(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct OffsetFetchResponsePartitions {
    pub partition_index: i32,
    pub committed_offset: i64,
    pub committed_leader_epoch: i32,
    pub metadata: Option<StrBytes>,
    pub error_code: i16,
}

impl Default for OffsetFetchResponsePartitions {
    fn default() -> Self {
        Self {
            partition_index: Default::default(),
            committed_offset: Default::default(),
            committed_leader_epoch: -1,
            metadata: Some(Default::default()),
            error_code: Default::default(),
        }
    }
}

impl OffsetFetchResponsePartitions {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 6;
        let mut s = Self::default();
        if v >= 8 { s.partition_index = r.i32()?; }
        if v >= 8 { s.committed_offset = r.i64()?; }
        if v >= 8 { s.committed_leader_epoch = r.i32()?; }
        if v >= 8 { s.metadata = r.nullable_string(f)?; }
        if v >= 8 { s.error_code = r.i16()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 6;
        let s = self;
        if v >= 8 { w.i32(s.partition_index); }
        if !(v >= 8) && s.partition_index != 0 { return Err(CodecError::NotInVersion { message: "OffsetFetchResponsePartitions", field: "partition_index", version: v }); }
        if v >= 8 { w.i64(s.committed_offset); }
        if !(v >= 8) && s.committed_offset != 0 { return Err(CodecError::NotInVersion { message: "OffsetFetchResponsePartitions", field: "committed_offset", version: v }); }
        if v >= 8 { w.i32(s.committed_leader_epoch); }
        if v >= 8 { w.nullable_string(f, s.metadata.as_deref())?; }
        if !(v >= 8) && s.metadata.as_ref().is_none_or(|value| !value.is_empty()) { return Err(CodecError::NotInVersion { message: "OffsetFetchResponsePartitions", field: "metadata", version: v }); }
        if v >= 8 { w.i16(s.error_code); }
        if !(v >= 8) && s.error_code != 0 { return Err(CodecError::NotInVersion { message: "OffsetFetchResponsePartitions", field: "error_code", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl OffsetFetchResponsePartitions {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 8 { s.partition_index = g.i32(); }
        if v >= 8 { s.committed_offset = g.i64(); }
        if v >= 8 { s.committed_leader_epoch = g.i32(); }
        if v >= 8 { s.metadata = if v >= 8 && g.null() { None } else { Some(g.string()) }; }
        if v >= 8 { s.error_code = g.i16(); }
        let _ = (g, v);
        s
    }
}

impl Message for OffsetFetchResponse {
    const NAME: &'static str = "OffsetFetchResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 1..=10;
    const FLEXIBLE_FROM: Option<i16> = Some(6);

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
