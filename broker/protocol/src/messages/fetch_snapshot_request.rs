//! Kafka's FetchSnapshotRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct FetchSnapshotRequest {
    pub cluster_id: Option<StrBytes>,
    pub replica_id: i32,
    pub max_bytes: i32,
    pub topics: Vec<TopicSnapshot>,
}

impl Default for FetchSnapshotRequest {
    fn default() -> Self {
        Self {
            cluster_id: None,
            replica_id: -1,
            max_bytes: 0x7fffffff,
            topics: Default::default(),
        }
    }
}

impl FetchSnapshotRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.replica_id = r.i32()?;
        s.max_bytes = r.i32()?;
        s.topics = r.array(f, "topics", |r| Ok(TopicSnapshot::read(r, v)?))?;
        if f {
            r.tagged_fields(|tag, r| {
                match tag {
                    0 => s.cluster_id = r.nullable_string(f)?,
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
        w.i32(s.replica_id);
        w.i32(s.max_bytes);
        w.array(f, &s.topics, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f {
            w.unsigned_varint(u32::from(s.cluster_id.is_some()));
            if s.cluster_id.is_some() { w.tagged_field(0, |w| { w.nullable_string(f, s.cluster_id.as_deref())?; Ok(()) })?; }
        }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl FetchSnapshotRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.cluster_id = if g.null() { None } else { Some(g.string()) };
        s.replica_id = g.i32();
        s.max_bytes = g.i32();
        s.topics = (0..g.count()).map(|_| TopicSnapshot::sample(g, v)).collect();
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
    pub partition: i32,
    pub current_leader_epoch: i32,
    pub snapshot_id: SnapshotId,
    pub position: i64,
    pub replica_directory_id: Uuid,
}

impl PartitionSnapshot {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.partition = r.i32()?;
        s.current_leader_epoch = r.i32()?;
        s.snapshot_id = SnapshotId::read(r, v)?;
        s.position = r.i64()?;
        if f {
            r.tagged_fields(|tag, r| {
                match tag {
                    0 if v >= 1 => s.replica_directory_id = r.uuid()?,
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
        w.i32(s.partition);
        w.i32(s.current_leader_epoch);
        s.snapshot_id.write(w, v)?;
        w.i64(s.position);
        if f {
            w.unsigned_varint(u32::from(v >= 1 && !s.replica_directory_id.is_zero()));
            if v >= 1 && !s.replica_directory_id.is_zero() { w.tagged_field(0, |w| { w.uuid(s.replica_directory_id); Ok(()) })?; }
        }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl PartitionSnapshot {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.partition = g.i32();
        s.current_leader_epoch = g.i32();
        s.snapshot_id = SnapshotId::sample(g, v);
        s.position = g.i64();
        if v >= 1 { s.replica_directory_id = g.uuid(); }
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

impl Message for FetchSnapshotRequest {
    const NAME: &'static str = "FetchSnapshotRequest";
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

impl Request for FetchSnapshotRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::FetchSnapshot;
    type Response = super::fetch_snapshot_response::FetchSnapshotResponse;
}
