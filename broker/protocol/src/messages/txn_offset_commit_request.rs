//! Kafka's TxnOffsetCommitRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct TxnOffsetCommitRequest {
    pub transactional_id: StrBytes,
    pub group_id: StrBytes,
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub generation_id_or_member_epoch: i32,
    pub member_id: StrBytes,
    pub group_instance_id: Option<StrBytes>,
    pub topics: Vec<TxnOffsetCommitRequestTopic>,
}

impl Default for TxnOffsetCommitRequest {
    fn default() -> Self {
        Self {
            transactional_id: Default::default(),
            group_id: Default::default(),
            producer_id: Default::default(),
            producer_epoch: Default::default(),
            generation_id_or_member_epoch: -1,
            member_id: StrBytes::from_static(""),
            group_instance_id: None,
            topics: Default::default(),
        }
    }
}

impl TxnOffsetCommitRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 3;
        let mut s = Self::default();
        s.transactional_id = r.string(f, "transactional_id")?;
        s.group_id = r.string(f, "group_id")?;
        s.producer_id = r.i64()?;
        s.producer_epoch = r.i16()?;
        if v >= 3 { s.generation_id_or_member_epoch = r.i32()?; }
        if v >= 3 { s.member_id = r.string(f, "member_id")?; }
        if v >= 3 { s.group_instance_id = r.nullable_string(f)?; }
        s.topics = r.array(f, "topics", |r| Ok(TxnOffsetCommitRequestTopic::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 3;
        let s = self;
        w.string(f, &s.transactional_id)?;
        w.string(f, &s.group_id)?;
        w.i64(s.producer_id);
        w.i16(s.producer_epoch);
        if v >= 3 { w.i32(s.generation_id_or_member_epoch); }
        if !(v >= 3) && s.generation_id_or_member_epoch != -1 { return Err(CodecError::NotInVersion { message: "TxnOffsetCommitRequest", field: "generation_id_or_member_epoch", version: v }); }
        if v >= 3 { w.string(f, &s.member_id)?; }
        if !(v >= 3) && !s.member_id.is_empty() { return Err(CodecError::NotInVersion { message: "TxnOffsetCommitRequest", field: "member_id", version: v }); }
        if v >= 3 { w.nullable_string(f, s.group_instance_id.as_deref())?; }
        if !(v >= 3) && s.group_instance_id.is_some() { return Err(CodecError::NotInVersion { message: "TxnOffsetCommitRequest", field: "group_instance_id", version: v }); }
        w.array(f, &s.topics, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl TxnOffsetCommitRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.transactional_id = g.string();
        s.group_id = g.string();
        s.producer_id = g.i64();
        s.producer_epoch = g.i16();
        if v >= 3 { s.generation_id_or_member_epoch = g.i32(); }
        if v >= 3 { s.member_id = g.string(); }
        if v >= 3 { s.group_instance_id = if v >= 3 && g.null() { None } else { Some(g.string()) }; }
        s.topics = (0..g.count()).map(|_| TxnOffsetCommitRequestTopic::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct TxnOffsetCommitRequestTopic {
    pub name: StrBytes,
    pub topic_id: Uuid,
    pub partitions: Vec<TxnOffsetCommitRequestPartition>,
}

impl TxnOffsetCommitRequestTopic {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 3;
        let mut s = Self::default();
        if v <= 5 { s.name = r.string(f, "name")?; }
        if v >= 6 { s.topic_id = r.uuid()?; }
        s.partitions = r.array(f, "partitions", |r| Ok(TxnOffsetCommitRequestPartition::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 3;
        let s = self;
        if v <= 5 { w.string(f, &s.name)?; }
        if v >= 6 { w.uuid(s.topic_id); }
        w.array(f, &s.partitions, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl TxnOffsetCommitRequestTopic {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v <= 5 { s.name = g.string(); }
        if v >= 6 { s.topic_id = g.uuid(); }
        s.partitions = (0..g.count()).map(|_| TxnOffsetCommitRequestPartition::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct TxnOffsetCommitRequestPartition {
    pub partition_index: i32,
    pub committed_offset: i64,
    pub committed_leader_epoch: i32,
    pub committed_metadata: Option<StrBytes>,
}

impl Default for TxnOffsetCommitRequestPartition {
    fn default() -> Self {
        Self {
            partition_index: Default::default(),
            committed_offset: Default::default(),
            committed_leader_epoch: -1,
            committed_metadata: Some(Default::default()),
        }
    }
}

impl TxnOffsetCommitRequestPartition {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 3;
        let mut s = Self::default();
        s.partition_index = r.i32()?;
        s.committed_offset = r.i64()?;
        if v >= 2 { s.committed_leader_epoch = r.i32()?; }
        s.committed_metadata = r.nullable_string(f)?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 3;
        let s = self;
        w.i32(s.partition_index);
        w.i64(s.committed_offset);
        if v >= 2 { w.i32(s.committed_leader_epoch); }
        w.nullable_string(f, s.committed_metadata.as_deref())?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl TxnOffsetCommitRequestPartition {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.partition_index = g.i32();
        s.committed_offset = g.i64();
        if v >= 2 { s.committed_leader_epoch = g.i32(); }
        s.committed_metadata = if g.null() { None } else { Some(g.string()) };
        let _ = (g, v);
        s
    }
}

impl Message for TxnOffsetCommitRequest {
    const NAME: &'static str = "TxnOffsetCommitRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=6;
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

impl Request for TxnOffsetCommitRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::TxnOffsetCommit;
    type Response = super::txn_offset_commit_response::TxnOffsetCommitResponse;
}
