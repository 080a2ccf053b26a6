//! Kafka's ShareFetchRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct ShareFetchRequest {
    pub group_id: Option<StrBytes>,
    pub member_id: Option<StrBytes>,
    pub share_session_epoch: i32,
    pub max_wait_ms: i32,
    pub min_bytes: i32,
    pub max_bytes: i32,
    pub max_records: i32,
    pub batch_size: i32,
    pub share_acquire_mode: i8,
    pub is_renew_ack: bool,
    pub topics: Vec<FetchTopic>,
    pub forgotten_topics_data: Vec<ForgottenTopic>,
}

impl Default for ShareFetchRequest {
    fn default() -> Self {
        Self {
            group_id: None,
            member_id: Some(Default::default()),
            share_session_epoch: Default::default(),
            max_wait_ms: Default::default(),
            min_bytes: Default::default(),
            max_bytes: 0x7fffffff,
            max_records: Default::default(),
            batch_size: Default::default(),
            share_acquire_mode: 0,
            is_renew_ack: false,
            topics: Default::default(),
            forgotten_topics_data: Default::default(),
        }
    }
}

impl ShareFetchRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.group_id = r.nullable_string(f)?;
        s.member_id = r.nullable_string(f)?;
        s.share_session_epoch = r.i32()?;
        s.max_wait_ms = r.i32()?;
        s.min_bytes = r.i32()?;
        s.max_bytes = r.i32()?;
        s.max_records = r.i32()?;
        s.batch_size = r.i32()?;
        if v >= 2 { s.share_acquire_mode = r.i8()?; }
        if v >= 2 { s.is_renew_ack = r.bool()?; }
        s.topics = r.array(f, "topics", |r| Ok(FetchTopic::read(r, v)?))?;
        s.forgotten_topics_data = r.array(f, "forgotten_topics_data", |r| Ok(ForgottenTopic::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.nullable_string(f, s.group_id.as_deref())?;
        w.nullable_string(f, s.member_id.as_deref())?;
        w.i32(s.share_session_epoch);
        w.i32(s.max_wait_ms);
        w.i32(s.min_bytes);
        w.i32(s.max_bytes);
        w.i32(s.max_records);
        w.i32(s.batch_size);
        if v >= 2 { w.i8(s.share_acquire_mode); }
        if v >= 2 { w.bool(s.is_renew_ack); }
        if !(v >= 2) && s.is_renew_ack { return Err(CodecError::NotInVersion { message: "ShareFetchRequest", field: "is_renew_ack", version: v }); }
        w.array(f, &s.topics, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.array(f, &s.forgotten_topics_data, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl ShareFetchRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.group_id = if g.null() { None } else { Some(g.string()) };
        s.member_id = if g.null() { None } else { Some(g.string()) };
        s.share_session_epoch = g.i32();
        s.max_wait_ms = g.i32();
        s.min_bytes = g.i32();
        s.max_bytes = g.i32();
        s.max_records = g.i32();
        s.batch_size = g.i32();
        if v >= 2 { s.share_acquire_mode = g.i8(); }
        if v >= 2 { s.is_renew_ack = g.bool(); }
        s.topics = (0..g.count()).map(|_| FetchTopic::sample(g, v)).collect();
        s.forgotten_topics_data = (0..g.count()).map(|_| ForgottenTopic::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct FetchTopic {
    pub topic_id: Uuid,
    pub partitions: Vec<FetchPartition>,
}

impl FetchTopic {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.topic_id = r.uuid()?;
        s.partitions = r.array(f, "partitions", |r| Ok(FetchPartition::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.uuid(s.topic_id);
        w.array(f, &s.partitions, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl FetchTopic {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topic_id = g.uuid();
        s.partitions = (0..g.count()).map(|_| FetchPartition::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct FetchPartition {
    pub partition_index: i32,
    pub acknowledgement_batches: Vec<AcknowledgementBatch>,
}

impl FetchPartition {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.partition_index = r.i32()?;
        s.acknowledgement_batches = r.array(f, "acknowledgement_batches", |r| Ok(AcknowledgementBatch::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.partition_index);
        w.array(f, &s.acknowledgement_batches, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl FetchPartition {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.partition_index = g.i32();
        s.acknowledgement_batches = (0..g.count()).map(|_| AcknowledgementBatch::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct AcknowledgementBatch {
    pub first_offset: i64,
    pub last_offset: i64,
    pub acknowledge_types: Vec<i8>,
}

impl AcknowledgementBatch {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.first_offset = r.i64()?;
        s.last_offset = r.i64()?;
        s.acknowledge_types = r.array(f, "acknowledge_types", |r| Ok(r.i8()?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i64(s.first_offset);
        w.i64(s.last_offset);
        w.array(f, &s.acknowledge_types, |w, x| { w.i8(*x); Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl AcknowledgementBatch {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.first_offset = g.i64();
        s.last_offset = g.i64();
        s.acknowledge_types = (0..g.count()).map(|_| g.i8()).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ForgottenTopic {
    pub topic_id: Uuid,
    pub partitions: Vec<i32>,
}

impl ForgottenTopic {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.topic_id = r.uuid()?;
        s.partitions = r.array(f, "partitions", |r| Ok(r.i32()?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.uuid(s.topic_id);
        w.array(f, &s.partitions, |w, x| { w.i32(*x); Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl ForgottenTopic {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topic_id = g.uuid();
        s.partitions = (0..g.count()).map(|_| g.i32()).collect();
        let _ = (g, v);
        s
    }
}

impl Message for ShareFetchRequest {
    const NAME: &'static str = "ShareFetchRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 1..=2;
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

impl Request for ShareFetchRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::ShareFetch;
    type Response = super::share_fetch_response::ShareFetchResponse;
}
