//! Kafka's ProduceRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProduceRequest {
    pub transactional_id: Option<StrBytes>,
    pub acks: i16,
    pub timeout_ms: i32,
    pub topic_data: Vec<TopicProduceData>,
}

impl ProduceRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 9;
        let mut s = Self::default();
        s.transactional_id = r.nullable_string(f)?;
        s.acks = r.i16()?;
        s.timeout_ms = r.i32()?;
        s.topic_data = r.array(f, "topic_data", |r| Ok(TopicProduceData::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 9;
        let s = self;
        w.nullable_string(f, s.transactional_id.as_deref())?;
        w.i16(s.acks);
        w.i32(s.timeout_ms);
        w.array(f, &s.topic_data, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl ProduceRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.transactional_id = if g.null() { None } else { Some(g.string()) };
        s.acks = g.i16();
        s.timeout_ms = g.i32();
        s.topic_data = (0..g.count()).map(|_| TopicProduceData::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicProduceData {
    pub name: StrBytes,
    pub topic_id: Uuid,
    pub partition_data: Vec<PartitionProduceData>,
}

impl TopicProduceData {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 9;
        let mut s = Self::default();
        if v <= 12 { s.name = r.string(f, "name")?; }
        if v >= 13 { s.topic_id = r.uuid()?; }
        s.partition_data = r.array(f, "partition_data", |r| Ok(PartitionProduceData::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 9;
        let s = self;
        if v <= 12 { w.string(f, &s.name)?; }
        if v >= 13 { w.uuid(s.topic_id); }
        w.array(f, &s.partition_data, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl TopicProduceData {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v <= 12 { s.name = g.string(); }
        if v >= 13 { s.topic_id = g.uuid(); }
        s.partition_data = (0..g.count()).map(|_| PartitionProduceData::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionProduceData {
    pub index: i32,
    pub records: Option<Records>,
}

impl PartitionProduceData {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 9;
        let mut s = Self::default();
        s.index = r.i32()?;
        s.records = r.nullable_records(f)?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 9;
        let s = self;
        w.i32(s.index);
        w.nullable_records(f, s.records.as_ref())?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl PartitionProduceData {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.index = g.i32();
        s.records = if g.null() { None } else { Some(g.records()) };
        let _ = (g, v);
        s
    }
}

impl Message for ProduceRequest {
    const NAME: &'static str = "ProduceRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 3..=13;
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

impl Request for ProduceRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::Produce;
    type Response = super::produce_response::ProduceResponse;
}
