//! Kafka's EndQuorumEpochResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct EndQuorumEpochResponse {
    pub error_code: i16,
    pub topics: Vec<TopicData>,
    pub node_endpoints: Vec<NodeEndpoint>,
}

impl EndQuorumEpochResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 1;
        let mut s = Self::default();
        s.error_code = r.i16()?;
        s.topics = r.array(f, "topics", |r| Ok(TopicData::read(r, v)?))?;
        if f {
            r.tagged_fields(|tag, r| {
                match tag {
                    0 if v >= 1 => s.node_endpoints = r.array(f, "node_endpoints", |r| Ok(NodeEndpoint::read(r, v)?))?,
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
        }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 1;
        let s = self;
        w.i16(s.error_code);
        w.array(f, &s.topics, |w, x| { x.write(w, v)?; Ok(()) })?;
        if !(v >= 1) && !s.node_endpoints.is_empty() { return Err(CodecError::NotInVersion { message: "EndQuorumEpochResponse", field: "node_endpoints", version: v }); }
        if f {
            w.unsigned_varint(u32::from(v >= 1 && !s.node_endpoints.is_empty()));
            if v >= 1 && !s.node_endpoints.is_empty() { w.tagged_field(0, |w| { w.array(f, &s.node_endpoints, |w, x| { x.write(w, v)?; Ok(()) })?; Ok(()) })?; }
        }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl EndQuorumEpochResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.error_code = g.i16();
        s.topics = (0..g.count()).map(|_| TopicData::sample(g, v)).collect();
        if v >= 1 { s.node_endpoints = (0..g.count()).map(|_| NodeEndpoint::sample(g, v)).collect(); }
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
    pub error_code: i16,
    pub leader_id: i32,
    pub leader_epoch: i32,
}

impl PartitionData {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 1;
        let mut s = Self::default();
        s.partition_index = r.i32()?;
        s.error_code = r.i16()?;
        s.leader_id = r.i32()?;
        s.leader_epoch = r.i32()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 1;
        let s = self;
        w.i32(s.partition_index);
        w.i16(s.error_code);
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
        s.error_code = g.i16();
        s.leader_id = g.i32();
        s.leader_epoch = g.i32();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct NodeEndpoint {
    pub node_id: i32,
    pub host: StrBytes,
    pub port: u16,
}

impl NodeEndpoint {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 1;
        let mut s = Self::default();
        if v >= 1 { s.node_id = r.i32()?; }
        if v >= 1 { s.host = r.string(f, "host")?; }
        if v >= 1 { s.port = r.u16()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 1;
        let s = self;
        if v >= 1 { w.i32(s.node_id); }
        if !(v >= 1) && s.node_id != 0 { return Err(CodecError::NotInVersion { message: "NodeEndpoint", field: "node_id", version: v }); }
        if v >= 1 { w.string(f, &s.host)?; }
        if !(v >= 1) && !s.host.is_empty() { return Err(CodecError::NotInVersion { message: "NodeEndpoint", field: "host", version: v }); }
        if v >= 1 { w.u16(s.port); }
        if !(v >= 1) && s.port != 0 { return Err(CodecError::NotInVersion { message: "NodeEndpoint", field: "port", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl NodeEndpoint {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 1 { s.node_id = g.i32(); }
        if v >= 1 { s.host = g.string(); }
        if v >= 1 { s.port = g.u16(); }
        let _ = (g, v);
        s
    }
}

impl Message for EndQuorumEpochResponse {
    const NAME: &'static str = "EndQuorumEpochResponse";
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
