//! Kafka's DescribeQuorumResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct DescribeQuorumResponse {
    pub error_code: i16,
    pub error_message: Option<StrBytes>,
    pub topics: Vec<TopicData>,
    pub nodes: Vec<Node>,
}

impl Default for DescribeQuorumResponse {
    fn default() -> Self {
        Self {
            error_code: Default::default(),
            error_message: Some(Default::default()),
            topics: Default::default(),
            nodes: Default::default(),
        }
    }
}

impl DescribeQuorumResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.error_code = r.i16()?;
        if v >= 2 { s.error_message = r.nullable_string(f)?; }
        s.topics = r.array(f, "topics", |r| Ok(TopicData::read(r, v)?))?;
        if v >= 2 { s.nodes = r.array(f, "nodes", |r| Ok(Node::read(r, v)?))?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i16(s.error_code);
        if v >= 2 { w.nullable_string(f, s.error_message.as_deref())?; }
        w.array(f, &s.topics, |w, x| { x.write(w, v)?; Ok(()) })?;
        if v >= 2 { w.array(f, &s.nodes, |w, x| { x.write(w, v)?; Ok(()) })?; }
        if !(v >= 2) && !s.nodes.is_empty() { return Err(CodecError::NotInVersion { message: "DescribeQuorumResponse", field: "nodes", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DescribeQuorumResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.error_code = g.i16();
        if v >= 2 { s.error_message = if v >= 2 && g.null() { None } else { Some(g.string()) }; }
        s.topics = (0..g.count()).map(|_| TopicData::sample(g, v)).collect();
        if v >= 2 { s.nodes = (0..g.count()).map(|_| Node::sample(g, v)).collect(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct ReplicaState {
    pub replica_id: i32,
    pub replica_directory_id: Uuid,
    pub log_end_offset: i64,
    pub last_fetch_timestamp: i64,
    pub last_caught_up_timestamp: i64,
}

impl Default for ReplicaState {
    fn default() -> Self {
        Self {
            replica_id: Default::default(),
            replica_directory_id: Default::default(),
            log_end_offset: Default::default(),
            last_fetch_timestamp: -1,
            last_caught_up_timestamp: -1,
        }
    }
}

impl ReplicaState {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.replica_id = r.i32()?;
        if v >= 2 { s.replica_directory_id = r.uuid()?; }
        s.log_end_offset = r.i64()?;
        if v >= 1 { s.last_fetch_timestamp = r.i64()?; }
        if v >= 1 { s.last_caught_up_timestamp = r.i64()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.replica_id);
        if v >= 2 { w.uuid(s.replica_directory_id); }
        if !(v >= 2) && !s.replica_directory_id.is_zero() { return Err(CodecError::NotInVersion { message: "ReplicaState", field: "replica_directory_id", version: v }); }
        w.i64(s.log_end_offset);
        if v >= 1 { w.i64(s.last_fetch_timestamp); }
        if v >= 1 { w.i64(s.last_caught_up_timestamp); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl ReplicaState {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.replica_id = g.i32();
        if v >= 2 { s.replica_directory_id = g.uuid(); }
        s.log_end_offset = g.i64();
        if v >= 1 { s.last_fetch_timestamp = g.i64(); }
        if v >= 1 { s.last_caught_up_timestamp = g.i64(); }
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

#[derive(Debug, Clone, PartialEq)]
pub struct PartitionData {
    pub partition_index: i32,
    pub error_code: i16,
    pub error_message: Option<StrBytes>,
    pub leader_id: i32,
    pub leader_epoch: i32,
    pub high_watermark: i64,
    pub current_voters: Vec<ReplicaState>,
    pub observers: Vec<ReplicaState>,
}

impl Default for PartitionData {
    fn default() -> Self {
        Self {
            partition_index: Default::default(),
            error_code: Default::default(),
            error_message: Some(Default::default()),
            leader_id: Default::default(),
            leader_epoch: Default::default(),
            high_watermark: Default::default(),
            current_voters: Default::default(),
            observers: Default::default(),
        }
    }
}

impl PartitionData {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.partition_index = r.i32()?;
        s.error_code = r.i16()?;
        if v >= 2 { s.error_message = r.nullable_string(f)?; }
        s.leader_id = r.i32()?;
        s.leader_epoch = r.i32()?;
        s.high_watermark = r.i64()?;
        s.current_voters = r.array(f, "current_voters", |r| Ok(ReplicaState::read(r, v)?))?;
        s.observers = r.array(f, "observers", |r| Ok(ReplicaState::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.partition_index);
        w.i16(s.error_code);
        if v >= 2 { w.nullable_string(f, s.error_message.as_deref())?; }
        w.i32(s.leader_id);
        w.i32(s.leader_epoch);
        w.i64(s.high_watermark);
        w.array(f, &s.current_voters, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.array(f, &s.observers, |w, x| { x.write(w, v)?; Ok(()) })?;
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
        if v >= 2 { s.error_message = if v >= 2 && g.null() { None } else { Some(g.string()) }; }
        s.leader_id = g.i32();
        s.leader_epoch = g.i32();
        s.high_watermark = g.i64();
        s.current_voters = (0..g.count()).map(|_| ReplicaState::sample(g, v)).collect();
        s.observers = (0..g.count()).map(|_| ReplicaState::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Node {
    pub node_id: i32,
    pub listeners: Vec<Listener>,
}

impl Node {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        if v >= 2 { s.node_id = r.i32()?; }
        if v >= 2 { s.listeners = r.array(f, "listeners", |r| Ok(Listener::read(r, v)?))?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        if v >= 2 { w.i32(s.node_id); }
        if !(v >= 2) && s.node_id != 0 { return Err(CodecError::NotInVersion { message: "Node", field: "node_id", version: v }); }
        if v >= 2 { w.array(f, &s.listeners, |w, x| { x.write(w, v)?; Ok(()) })?; }
        if !(v >= 2) && !s.listeners.is_empty() { return Err(CodecError::NotInVersion { message: "Node", field: "listeners", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl Node {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 2 { s.node_id = g.i32(); }
        if v >= 2 { s.listeners = (0..g.count()).map(|_| Listener::sample(g, v)).collect(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Listener {
    pub name: StrBytes,
    pub host: StrBytes,
    pub port: u16,
}

impl Listener {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        if v >= 2 { s.name = r.string(f, "name")?; }
        if v >= 2 { s.host = r.string(f, "host")?; }
        if v >= 2 { s.port = r.u16()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        if v >= 2 { w.string(f, &s.name)?; }
        if !(v >= 2) && !s.name.is_empty() { return Err(CodecError::NotInVersion { message: "Listener", field: "name", version: v }); }
        if v >= 2 { w.string(f, &s.host)?; }
        if !(v >= 2) && !s.host.is_empty() { return Err(CodecError::NotInVersion { message: "Listener", field: "host", version: v }); }
        if v >= 2 { w.u16(s.port); }
        if !(v >= 2) && s.port != 0 { return Err(CodecError::NotInVersion { message: "Listener", field: "port", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl Listener {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 2 { s.name = g.string(); }
        if v >= 2 { s.host = g.string(); }
        if v >= 2 { s.port = g.u16(); }
        let _ = (g, v);
        s
    }
}

impl Message for DescribeQuorumResponse {
    const NAME: &'static str = "DescribeQuorumResponse";
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
