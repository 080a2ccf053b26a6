//! Kafka's ConsumerProtocolSubscription.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct ConsumerProtocolSubscription {
    pub topics: Vec<StrBytes>,
    pub user_data: Option<Bytes>,
    pub owned_partitions: Vec<TopicPartition>,
    pub generation_id: i32,
    pub rack_id: Option<StrBytes>,
}

impl Default for ConsumerProtocolSubscription {
    fn default() -> Self {
        Self {
            topics: Default::default(),
            user_data: None,
            owned_partitions: Default::default(),
            generation_id: -1,
            rack_id: None,
        }
    }
}

impl ConsumerProtocolSubscription {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = false;
        let mut s = Self::default();
        s.topics = r.array(f, "topics", |r| Ok(r.string(f, "topics")?))?;
        s.user_data = r.nullable_bytes(f)?;
        if v >= 1 { s.owned_partitions = r.array(f, "owned_partitions", |r| Ok(TopicPartition::read(r, v)?))?; }
        if v >= 2 { s.generation_id = r.i32()?; }
        if v >= 3 { s.rack_id = r.nullable_string(f)?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = false;
        let s = self;
        w.array(f, &s.topics, |w, x| { w.string(f, x)?; Ok(()) })?;
        w.nullable_bytes(f, s.user_data.as_ref())?;
        if v >= 1 { w.array(f, &s.owned_partitions, |w, x| { x.write(w, v)?; Ok(()) })?; }
        if v >= 2 { w.i32(s.generation_id); }
        if v >= 3 { w.nullable_string(f, s.rack_id.as_deref())?; }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl ConsumerProtocolSubscription {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topics = (0..g.count()).map(|_| g.string()).collect();
        s.user_data = if g.null() { None } else { Some(g.bytes()) };
        if v >= 1 { s.owned_partitions = (0..g.count()).map(|_| TopicPartition::sample(g, v)).collect(); }
        if v >= 2 { s.generation_id = g.i32(); }
        if v >= 3 { s.rack_id = if v >= 3 && g.null() { None } else { Some(g.string()) }; }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicPartition {
    pub topic: StrBytes,
    pub partitions: Vec<i32>,
}

impl TopicPartition {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = false;
        let mut s = Self::default();
        if v >= 1 { s.topic = r.string(f, "topic")?; }
        if v >= 1 { s.partitions = r.array(f, "partitions", |r| Ok(r.i32()?))?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = false;
        let s = self;
        if v >= 1 { w.string(f, &s.topic)?; }
        if !(v >= 1) && !s.topic.is_empty() { return Err(CodecError::NotInVersion { message: "TopicPartition", field: "topic", version: v }); }
        if v >= 1 { w.array(f, &s.partitions, |w, x| { w.i32(*x); Ok(()) })?; }
        if !(v >= 1) && !s.partitions.is_empty() { return Err(CodecError::NotInVersion { message: "TopicPartition", field: "partitions", version: v }); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl TopicPartition {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 1 { s.topic = g.string(); }
        if v >= 1 { s.partitions = (0..g.count()).map(|_| g.i32()).collect(); }
        let _ = (g, v);
        s
    }
}

impl Message for ConsumerProtocolSubscription {
    const NAME: &'static str = "ConsumerProtocolSubscription";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=3;
    const FLEXIBLE_FROM: Option<i16> = None;

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
