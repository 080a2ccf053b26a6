//! Kafka's ConsumerProtocolAssignment.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConsumerProtocolAssignment {
    pub assigned_partitions: Vec<TopicPartition>,
    pub user_data: Option<Bytes>,
}

impl ConsumerProtocolAssignment {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = false;
        let mut s = Self::default();
        s.assigned_partitions = r.array(f, "assigned_partitions", |r| Ok(TopicPartition::read(r, v)?))?;
        s.user_data = r.nullable_bytes(f)?;
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = false;
        let s = self;
        w.array(f, &s.assigned_partitions, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.nullable_bytes(f, s.user_data.as_ref())?;
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl ConsumerProtocolAssignment {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.assigned_partitions = (0..g.count()).map(|_| TopicPartition::sample(g, v)).collect();
        s.user_data = if g.null() { None } else { Some(g.bytes()) };
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
        s.topic = r.string(f, "topic")?;
        s.partitions = r.array(f, "partitions", |r| Ok(r.i32()?))?;
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = false;
        let s = self;
        w.string(f, &s.topic)?;
        w.array(f, &s.partitions, |w, x| { w.i32(*x); Ok(()) })?;
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl TopicPartition {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topic = g.string();
        s.partitions = (0..g.count()).map(|_| g.i32()).collect();
        let _ = (g, v);
        s
    }
}

impl Message for ConsumerProtocolAssignment {
    const NAME: &'static str = "ConsumerProtocolAssignment";
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
