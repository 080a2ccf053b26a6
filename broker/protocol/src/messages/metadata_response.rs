//! Kafka's MetadataResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct MetadataResponse {
    pub throttle_time_ms: i32,
    pub brokers: Vec<MetadataResponseBroker>,
    pub cluster_id: Option<StrBytes>,
    pub controller_id: i32,
    pub topics: Vec<MetadataResponseTopic>,
    pub cluster_authorized_operations: i32,
    pub error_code: i16,
}

impl Default for MetadataResponse {
    fn default() -> Self {
        Self {
            throttle_time_ms: Default::default(),
            brokers: Default::default(),
            cluster_id: None,
            controller_id: -1,
            topics: Default::default(),
            cluster_authorized_operations: -2147483648,
            error_code: Default::default(),
        }
    }
}

impl MetadataResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 9;
        let mut s = Self::default();
        if v >= 3 { s.throttle_time_ms = r.i32()?; }
        s.brokers = r.array(f, "brokers", |r| Ok(MetadataResponseBroker::read(r, v)?))?;
        if v >= 2 { s.cluster_id = r.nullable_string(f)?; }
        if v >= 1 { s.controller_id = r.i32()?; }
        s.topics = r.array(f, "topics", |r| Ok(MetadataResponseTopic::read(r, v)?))?;
        if (8..=10).contains(&v) { s.cluster_authorized_operations = r.i32()?; }
        if v >= 13 { s.error_code = r.i16()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 9;
        let s = self;
        if v >= 3 { w.i32(s.throttle_time_ms); }
        w.array(f, &s.brokers, |w, x| { x.write(w, v)?; Ok(()) })?;
        if v >= 2 { w.nullable_string(f, s.cluster_id.as_deref())?; }
        if v >= 1 { w.i32(s.controller_id); }
        w.array(f, &s.topics, |w, x| { x.write(w, v)?; Ok(()) })?;
        if (8..=10).contains(&v) { w.i32(s.cluster_authorized_operations); }
        if !((8..=10).contains(&v)) && s.cluster_authorized_operations != -2147483648 { return Err(CodecError::NotInVersion { message: "MetadataResponse", field: "cluster_authorized_operations", version: v }); }
        if v >= 13 { w.i16(s.error_code); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl MetadataResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 3 { s.throttle_time_ms = g.i32(); }
        s.brokers = (0..g.count()).map(|_| MetadataResponseBroker::sample(g, v)).collect();
        if v >= 2 { s.cluster_id = if v >= 2 && g.null() { None } else { Some(g.string()) }; }
        if v >= 1 { s.controller_id = g.i32(); }
        s.topics = (0..g.count()).map(|_| MetadataResponseTopic::sample(g, v)).collect();
        if (8..=10).contains(&v) { s.cluster_authorized_operations = g.i32(); }
        if v >= 13 { s.error_code = g.i16(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct MetadataResponseBroker {
    pub node_id: i32,
    pub host: StrBytes,
    pub port: i32,
    pub rack: Option<StrBytes>,
}

impl MetadataResponseBroker {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 9;
        let mut s = Self::default();
        s.node_id = r.i32()?;
        s.host = r.string(f, "host")?;
        s.port = r.i32()?;
        if v >= 1 { s.rack = r.nullable_string(f)?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 9;
        let s = self;
        w.i32(s.node_id);
        w.string(f, &s.host)?;
        w.i32(s.port);
        if v >= 1 { w.nullable_string(f, s.rack.as_deref())?; }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl MetadataResponseBroker {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.node_id = g.i32();
        s.host = g.string();
        s.port = g.i32();
        if v >= 1 { s.rack = if v >= 1 && g.null() { None } else { Some(g.string()) }; }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct MetadataResponseTopic {
    pub error_code: i16,
    pub name: Option<StrBytes>,
    pub topic_id: Uuid,
    pub is_internal: bool,
    pub partitions: Vec<MetadataResponsePartition>,
    pub topic_authorized_operations: i32,
}

impl Default for MetadataResponseTopic {
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

impl MetadataResponseTopic {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 9;
        let mut s = Self::default();
        s.error_code = r.i16()?;
        s.name = if v >= 12 { r.nullable_string(f)? } else { Some(r.string(f, "name")?) };
        if v >= 10 { s.topic_id = r.uuid()?; }
        if v >= 1 { s.is_internal = r.bool()?; }
        s.partitions = r.array(f, "partitions", |r| Ok(MetadataResponsePartition::read(r, v)?))?;
        if v >= 8 { s.topic_authorized_operations = r.i32()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 9;
        let s = self;
        w.i16(s.error_code);
        if !(v >= 12) && s.name.is_none() { return Err(CodecError::NotInVersion { message: "MetadataResponseTopic", field: "name", version: v }); } w.nullable_string(f, s.name.as_deref())?;
        if v >= 10 { w.uuid(s.topic_id); }
        if v >= 1 { w.bool(s.is_internal); }
        w.array(f, &s.partitions, |w, x| { x.write(w, v)?; Ok(()) })?;
        if v >= 8 { w.i32(s.topic_authorized_operations); }
        if !(v >= 8) && s.topic_authorized_operations != -2147483648 { return Err(CodecError::NotInVersion { message: "MetadataResponseTopic", field: "topic_authorized_operations", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl MetadataResponseTopic {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.error_code = g.i16();
        s.name = if v >= 12 && g.null() { None } else { Some(g.string()) };
        if v >= 10 { s.topic_id = g.uuid(); }
        if v >= 1 { s.is_internal = g.bool(); }
        s.partitions = (0..g.count()).map(|_| MetadataResponsePartition::sample(g, v)).collect();
        if v >= 8 { s.topic_authorized_operations = g.i32(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct MetadataResponsePartition {
    pub error_code: i16,
    pub partition_index: i32,
    pub leader_id: i32,
    pub leader_epoch: i32,
    pub replica_nodes: Vec<i32>,
    pub isr_nodes: Vec<i32>,
    pub offline_replicas: Vec<i32>,
}

impl Default for MetadataResponsePartition {
    fn default() -> Self {
        Self {
            error_code: Default::default(),
            partition_index: Default::default(),
            leader_id: Default::default(),
            leader_epoch: -1,
            replica_nodes: Default::default(),
            isr_nodes: Default::default(),
            offline_replicas: Default::default(),
        }
    }
}

impl MetadataResponsePartition {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 9;
        let mut s = Self::default();
        s.error_code = r.i16()?;
        s.partition_index = r.i32()?;
        s.leader_id = r.i32()?;
        if v >= 7 { s.leader_epoch = r.i32()?; }
        s.replica_nodes = r.array(f, "replica_nodes", |r| Ok(r.i32()?))?;
        s.isr_nodes = r.array(f, "isr_nodes", |r| Ok(r.i32()?))?;
        if v >= 5 { s.offline_replicas = r.array(f, "offline_replicas", |r| Ok(r.i32()?))?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 9;
        let s = self;
        w.i16(s.error_code);
        w.i32(s.partition_index);
        w.i32(s.leader_id);
        if v >= 7 { w.i32(s.leader_epoch); }
        w.array(f, &s.replica_nodes, |w, x| { w.i32(*x); Ok(()) })?;
        w.array(f, &s.isr_nodes, |w, x| { w.i32(*x); Ok(()) })?;
        if v >= 5 { w.array(f, &s.offline_replicas, |w, x| { w.i32(*x); Ok(()) })?; }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl MetadataResponsePartition {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.error_code = g.i16();
        s.partition_index = g.i32();
        s.leader_id = g.i32();
        if v >= 7 { s.leader_epoch = g.i32(); }
        s.replica_nodes = (0..g.count()).map(|_| g.i32()).collect();
        s.isr_nodes = (0..g.count()).map(|_| g.i32()).collect();
        if v >= 5 { s.offline_replicas = (0..g.count()).map(|_| g.i32()).collect(); }
        let _ = (g, v);
        s
    }
}

impl Message for MetadataResponse {
    const NAME: &'static str = "MetadataResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=13;
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
