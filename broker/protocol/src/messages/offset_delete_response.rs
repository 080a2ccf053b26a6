//! Kafka's OffsetDeleteResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetDeleteResponse {
    pub error_code: i16,
    pub throttle_time_ms: i32,
    pub topics: Vec<OffsetDeleteResponseTopic>,
}

impl OffsetDeleteResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = false;
        let mut s = Self::default();
        s.error_code = r.i16()?;
        s.throttle_time_ms = r.i32()?;
        s.topics = r.array(f, "topics", |r| Ok(OffsetDeleteResponseTopic::read(r, v)?))?;
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = false;
        let s = self;
        w.i16(s.error_code);
        w.i32(s.throttle_time_ms);
        w.array(f, &s.topics, |w, x| { x.write(w, v)?; Ok(()) })?;
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl OffsetDeleteResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.error_code = g.i16();
        s.throttle_time_ms = g.i32();
        s.topics = (0..g.count()).map(|_| OffsetDeleteResponseTopic::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetDeleteResponseTopic {
    pub name: StrBytes,
    pub partitions: Vec<OffsetDeleteResponsePartition>,
}

impl OffsetDeleteResponseTopic {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = false;
        let mut s = Self::default();
        s.name = r.string(f, "name")?;
        s.partitions = r.array(f, "partitions", |r| Ok(OffsetDeleteResponsePartition::read(r, v)?))?;
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = false;
        let s = self;
        w.string(f, &s.name)?;
        w.array(f, &s.partitions, |w, x| { x.write(w, v)?; Ok(()) })?;
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl OffsetDeleteResponseTopic {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.name = g.string();
        s.partitions = (0..g.count()).map(|_| OffsetDeleteResponsePartition::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetDeleteResponsePartition {
    pub partition_index: i32,
    pub error_code: i16,
}

impl OffsetDeleteResponsePartition {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = false;
        let mut s = Self::default();
        s.partition_index = r.i32()?;
        s.error_code = r.i16()?;
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = false;
        let s = self;
        w.i32(s.partition_index);
        w.i16(s.error_code);
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl OffsetDeleteResponsePartition {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.partition_index = g.i32();
        s.error_code = g.i16();
        let _ = (g, v);
        s
    }
}

impl Message for OffsetDeleteResponse {
    const NAME: &'static str = "OffsetDeleteResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;
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
