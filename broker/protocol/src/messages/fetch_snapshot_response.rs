//! Kafka's FetchSnapshotResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct FetchSnapshotResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub topics: Vec<TopicSnapshot>,
    pub node_endpoints: Vec<NodeEndpoint>,
}

impl FetchSnapshotResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.throttle_time_ms = r.i32()?;
        s.error_code = r.i16()?;
        s.topics = r.array(f, "topics", |r| Ok(TopicSnapshot::read(r, v)?))?;
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
        let f = true;
        let s = self;
        w.i32(s.throttle_time_ms);
        w.i16(s.error_code);
        w.array(f, &s.topics, |w, x| { x.write(w, v)?; Ok(()) })?;
        if !(v >= 1) && !s.node_endpoints.is_empty() { return Err(CodecError::NotInVersion { message: "FetchSnapshotResponse", field: "node_endpoints", version: v }); }
        if f {
            w.unsigned_varint(u32::from(v >= 1 && !s.node_endpoints.is_empty()));
            if v >= 1 && !s.node_endpoints.is_empty() { w.tagged_field(0, |w| { w.array(f, &s.node_endpoints, |w, x| { x.write(w, v)?; Ok(()) })?; Ok(()) })?; }
        }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl FetchSnapshotResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.throttle_time_ms = g.i32();
        s.error_code = g.i16();
        s.topics = (0..g.count()).map(|_| TopicSnapshot::sample(g, v)).collect();
        if v >= 1 { s.node_endpoints = (0..g.count()).map(|_| NodeEndpoint::sample(g, v)).collect(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicSnapshot {
    pub name: StrBytes,
    pub partitions: Vec<PartitionSnapshot>,
}

impl TopicSnapshot {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.name = r.string(f, "name")?;
        s.partitions = r.array(f, "partitions", |r| Ok(PartitionSnapshot::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.name)?;
        w.array(f, &s.partitions, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl TopicSnapshot {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.name = g.string();
        s.partitions = (0..g.count()).map(|_| PartitionSnapshot::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionSnapshot {
    pub index: i32,
    pub error_code: i16,
    pub snapshot_id: SnapshotId,
    pub current_leader: LeaderIdAndEpoch,
    pub size: i64,
    pub position: i64,
    pub unaligned_records: Records,
}

impl PartitionSnapshot {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.index = r.i32()?;
        s.error_code = r.i16()?;
        s.snapshot_id = SnapshotId::read(r, v)?;
        s.size = r.i64()?;
        s.position = r.i64()?;
        s.unaligned_records = r.records(f, "unaligned_records")?;
        if f {
            r.tagged_fields(|tag, r| {
                match tag {
                    0 => s.current_leader = LeaderIdAndEpoch::read(r, v)?,
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
        }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.index);
        w.i16(s.error_code);
        s.snapshot_id.write(w, v)?;
        w.i64(s.size);
        w.i64(s.position);
        w.records(f, &s.unaligned_records)?;
        if f {
            w.unsigned_varint(u32::from(s.current_leader != LeaderIdAndEpoch::default()));
            if s.current_leader != LeaderIdAndEpoch::default() { w.tagged_field(0, |w| { s.current_leader.write(w, v)?; Ok(()) })?; }
        }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl PartitionSnapshot {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.index = g.i32();
        s.error_code = g.i16();
        s.snapshot_id = SnapshotId::sample(g, v);
        s.current_leader = LeaderIdAndEpoch::sample(g, v);
        s.size = g.i64();
        s.position = g.i64();
        s.unaligned_records = g.records();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SnapshotId {
    pub end_offset: i64,
    pub epoch: i32,
}

impl SnapshotId {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.end_offset = r.i64()?;
        s.epoch = r.i32()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i64(s.end_offset);
        w.i32(s.epoch);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SnapshotId {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.end_offset = g.i64();
        s.epoch = g.i32();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct LeaderIdAndEpoch {
    pub leader_id: i32,
    pub leader_epoch: i32,
}

impl LeaderIdAndEpoch {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.leader_id = r.i32()?;
        s.leader_epoch = r.i32()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.leader_id);
        w.i32(s.leader_epoch);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl LeaderIdAndEpoch {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
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
        let f = true;
        let mut s = Self::default();
        if v >= 1 { s.node_id = r.i32()?; }
        if v >= 1 { s.host = r.string(f, "host")?; }
        if v >= 1 { s.port = r.u16()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
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

impl Message for FetchSnapshotResponse {
    const NAME: &'static str = "FetchSnapshotResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=1;
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
