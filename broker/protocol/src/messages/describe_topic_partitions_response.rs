//! Kafka's DescribeTopicPartitionsResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeTopicPartitionsResponse {
    pub throttle_time_ms: i32,
    pub topics: Vec<DescribeTopicPartitionsResponseTopic>,
    pub next_cursor: Option<Cursor>,
}

impl DescribeTopicPartitionsResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.throttle_time_ms = r.i32()?;
        s.topics = r.array(f, "topics", |r| Ok(DescribeTopicPartitionsResponseTopic::read(r, v)?))?;
        s.next_cursor = if r.i8()? < 0 { None } else { Some(Cursor::read(r, v)?) };
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.throttle_time_ms);
        w.array(f, &s.topics, |w, x| { x.write(w, v)?; Ok(()) })?;
        match &s.next_cursor { None => w.i8(-1), Some(x) => { w.i8(1); x.write(w, v)?; } }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DescribeTopicPartitionsResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.throttle_time_ms = g.i32();
        s.topics = (0..g.count()).map(|_| DescribeTopicPartitionsResponseTopic::sample(g, v)).collect();
        s.next_cursor = if g.null() { None } else { Some(Cursor::sample(g, v)) };
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct DescribeTopicPartitionsResponseTopic {
    pub error_code: i16,
    pub name: Option<StrBytes>,
    pub topic_id: Uuid,
    pub is_internal: bool,
    pub partitions: Vec<DescribeTopicPartitionsResponsePartition>,
    pub topic_authorized_operations: i32,
}

impl Default for DescribeTopicPartitionsResponseTopic {
    fn default() -> Self {
        Self {
            error_code: Default::default(),
            name: Some(Default::default()),
            topic_id: Default::default(),
            is_internal: false,
            partitions: Default::default(),
            topic_authorized_operations: -2147483648,
        }
    }
}

impl DescribeTopicPartitionsResponseTopic {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.error_code = r.i16()?;
        s.name = r.nullable_string(f)?;
        s.topic_id = r.uuid()?;
        s.is_internal = r.bool()?;
        s.partitions = r.array(f, "partitions", |r| Ok(DescribeTopicPartitionsResponsePartition::read(r, v)?))?;
        s.topic_authorized_operations = r.i32()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i16(s.error_code);
        w.nullable_string(f, s.name.as_deref())?;
        w.uuid(s.topic_id);
        w.bool(s.is_internal);
        w.array(f, &s.partitions, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.i32(s.topic_authorized_operations);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DescribeTopicPartitionsResponseTopic {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.error_code = g.i16();
        s.name = if g.null() { None } else { Some(g.string()) };
        s.topic_id = g.uuid();
        s.is_internal = g.bool();
        s.partitions = (0..g.count()).map(|_| DescribeTopicPartitionsResponsePartition::sample(g, v)).collect();
        s.topic_authorized_operations = g.i32();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct DescribeTopicPartitionsResponsePartition {
    pub error_code: i16,
    pub partition_index: i32,
    pub leader_id: i32,
    pub leader_epoch: i32,
    pub replica_nodes: Vec<i32>,
    pub isr_nodes: Vec<i32>,
    pub eligible_leader_replicas: Option<Vec<i32>>,
    pub last_known_elr: Option<Vec<i32>>,
    pub offline_replicas: Vec<i32>,
}

impl Default for DescribeTopicPartitionsResponsePartition {
    fn default() -> Self {
        Self {
            error_code: Default::default(),
            partition_index: Default::default(),
            leader_id: Default::default(),
            leader_epoch: -1,
            replica_nodes: Default::default(),
            isr_nodes: Default::default(),
            eligible_leader_replicas: None,
            last_known_elr: None,
            offline_replicas: Default::default(),
        }
    }
}

impl DescribeTopicPartitionsResponsePartition {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.error_code = r.i16()?;
        s.partition_index = r.i32()?;
        s.leader_id = r.i32()?;
        s.leader_epoch = r.i32()?;
        s.replica_nodes = r.array(f, "replica_nodes", |r| Ok(r.i32()?))?;
        s.isr_nodes = r.array(f, "isr_nodes", |r| Ok(r.i32()?))?;
        s.eligible_leader_replicas = r.nullable_array(f, |r| Ok(r.i32()?))?;
        s.last_known_elr = r.nullable_array(f, |r| Ok(r.i32()?))?;
        s.offline_replicas = r.array(f, "offline_replicas", |r| Ok(r.i32()?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i16(s.error_code);
        w.i32(s.partition_index);
        w.i32(s.leader_id);
        w.i32(s.leader_epoch);
        w.array(f, &s.replica_nodes, |w, x| { w.i32(*x); Ok(()) })?;
        w.array(f, &s.isr_nodes, |w, x| { w.i32(*x); Ok(()) })?;
        w.nullable_array(f, s.eligible_leader_replicas.as_deref(), |w, x| { w.i32(*x); Ok(()) })?;
        w.nullable_array(f, s.last_known_elr.as_deref(), |w, x| { w.i32(*x); Ok(()) })?;
        w.array(f, &s.offline_replicas, |w, x| { w.i32(*x); Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DescribeTopicPartitionsResponsePartition {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.error_code = g.i16();
        s.partition_index = g.i32();
        s.leader_id = g.i32();
        s.leader_epoch = g.i32();
        s.replica_nodes = (0..g.count()).map(|_| g.i32()).collect();
        s.isr_nodes = (0..g.count()).map(|_| g.i32()).collect();
        s.eligible_leader_replicas = if g.null() { None } else { Some((0..g.count()).map(|_| g.i32()).collect()) };
        s.last_known_elr = if g.null() { None } else { Some((0..g.count()).map(|_| g.i32()).collect()) };
        s.offline_replicas = (0..g.count()).map(|_| g.i32()).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cursor {
    pub topic_name: StrBytes,
    pub partition_index: i32,
}

impl Cursor {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.topic_name = r.string(f, "topic_name")?;
        s.partition_index = r.i32()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.topic_name)?;
        w.i32(s.partition_index);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl Cursor {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topic_name = g.string();
        s.partition_index = g.i32();
        let _ = (g, v);
        s
    }
}

impl Message for DescribeTopicPartitionsResponse {
    const NAME: &'static str = "DescribeTopicPartitionsResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;
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
