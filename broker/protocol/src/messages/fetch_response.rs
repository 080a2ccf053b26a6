//! Kafka's FetchResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct FetchResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub session_id: i32,
    pub responses: Vec<FetchableTopicResponse>,
    pub node_endpoints: Vec<NodeEndpoint>,
}

impl FetchResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 12;
        let mut s = Self::default();
        s.throttle_time_ms = r.i32()?;
        if v >= 7 { s.error_code = r.i16()?; }
        if v >= 7 { s.session_id = r.i32()?; }
        s.responses = r.array(f, "responses", |r| Ok(FetchableTopicResponse::read(r, v)?))?;
        if f {
            r.tagged_fields(|tag, r| {
                match tag {
                    0 if v >= 16 => s.node_endpoints = r.array(f, "node_endpoints", |r| Ok(NodeEndpoint::read(r, v)?))?,
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
        }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 12;
        let s = self;
        w.i32(s.throttle_time_ms);
        if v >= 7 { w.i16(s.error_code); }
        if v >= 7 { w.i32(s.session_id); }
        if !(v >= 7) && s.session_id != 0 { return Err(CodecError::NotInVersion { message: "FetchResponse", field: "session_id", version: v }); }
        w.array(f, &s.responses, |w, x| { x.write(w, v)?; Ok(()) })?;
        if !(v >= 16) && !s.node_endpoints.is_empty() { return Err(CodecError::NotInVersion { message: "FetchResponse", field: "node_endpoints", version: v }); }
        if f {
            w.unsigned_varint(u32::from(v >= 16 && !s.node_endpoints.is_empty()));
            if v >= 16 && !s.node_endpoints.is_empty() { w.tagged_field(0, |w| { w.array(f, &s.node_endpoints, |w, x| { x.write(w, v)?; Ok(()) })?; Ok(()) })?; }
        }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl FetchResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.throttle_time_ms = g.i32();
        if v >= 7 { s.error_code = g.i16(); }
        if v >= 7 { s.session_id = g.i32(); }
        s.responses = (0..g.count()).map(|_| FetchableTopicResponse::sample(g, v)).collect();
        if v >= 16 { s.node_endpoints = (0..g.count()).map(|_| NodeEndpoint::sample(g, v)).collect(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct FetchableTopicResponse {
    pub topic: StrBytes,
    pub topic_id: Uuid,
    pub partitions: Vec<PartitionData>,
}

impl FetchableTopicResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 12;
        let mut s = Self::default();
        if v <= 12 { s.topic = r.string(f, "topic")?; }
        if v >= 13 { s.topic_id = r.uuid()?; }
        s.partitions = r.array(f, "partitions", |r| Ok(PartitionData::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 12;
        let s = self;
        if v <= 12 { w.string(f, &s.topic)?; }
        if v >= 13 { w.uuid(s.topic_id); }
        w.array(f, &s.partitions, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl FetchableTopicResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v <= 12 { s.topic = g.string(); }
        if v >= 13 { s.topic_id = g.uuid(); }
        s.partitions = (0..g.count()).map(|_| PartitionData::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct PartitionData {
    pub partition_index: i32,
    pub error_code: i16,
    pub high_watermark: i64,
    pub last_stable_offset: i64,
    pub log_start_offset: i64,
    pub diverging_epoch: EpochEndOffset,
    pub current_leader: LeaderIdAndEpoch,
    pub snapshot_id: SnapshotId,
    pub aborted_transactions: Option<Vec<AbortedTransaction>>,
    pub preferred_read_replica: i32,
    pub records: Option<Records>,
}

impl Default for PartitionData {
    fn default() -> Self {
        Self {
            partition_index: Default::default(),
            error_code: Default::default(),
            high_watermark: Default::default(),
            last_stable_offset: -1,
            log_start_offset: -1,
            diverging_epoch: Default::default(),
            current_leader: Default::default(),
            snapshot_id: Default::default(),
            aborted_transactions: Some(Default::default()),
            preferred_read_replica: -1,
            records: None,
        }
    }
}

impl PartitionData {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 12;
        let mut s = Self::default();
        s.partition_index = r.i32()?;
        s.error_code = r.i16()?;
        s.high_watermark = r.i64()?;
        s.last_stable_offset = r.i64()?;
        if v >= 5 { s.log_start_offset = r.i64()?; }
        s.aborted_transactions = r.nullable_array(f, |r| Ok(AbortedTransaction::read(r, v)?))?;
        if v >= 11 { s.preferred_read_replica = r.i32()?; }
        s.records = r.nullable_records(f)?;
        if f {
            r.tagged_fields(|tag, r| {
                match tag {
                    0 if v >= 12 => s.diverging_epoch = EpochEndOffset::read(r, v)?,
                    1 if v >= 12 => s.current_leader = LeaderIdAndEpoch::read(r, v)?,
                    2 if v >= 12 => s.snapshot_id = SnapshotId::read(r, v)?,
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
        }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 12;
        let s = self;
        w.i32(s.partition_index);
        w.i16(s.error_code);
        w.i64(s.high_watermark);
        w.i64(s.last_stable_offset);
        if v >= 5 { w.i64(s.log_start_offset); }
        if !(v >= 12) && s.diverging_epoch != EpochEndOffset::default() { return Err(CodecError::NotInVersion { message: "PartitionData", field: "diverging_epoch", version: v }); }
        if !(v >= 12) && s.current_leader != LeaderIdAndEpoch::default() { return Err(CodecError::NotInVersion { message: "PartitionData", field: "current_leader", version: v }); }
        if !(v >= 12) && s.snapshot_id != SnapshotId::default() { return Err(CodecError::NotInVersion { message: "PartitionData", field: "snapshot_id", version: v }); }
        w.nullable_array(f, s.aborted_transactions.as_deref(), |w, x| { x.write(w, v)?; Ok(()) })?;
        if v >= 11 { w.i32(s.preferred_read_replica); }
        if !(v >= 11) && s.preferred_read_replica != -1 { return Err(CodecError::NotInVersion { message: "PartitionData", field: "preferred_read_replica", version: v }); }
        w.nullable_records(f, s.records.as_ref())?;
        if f {
            w.unsigned_varint(u32::from(v >= 12 && s.diverging_epoch != EpochEndOffset::default()) + u32::from(v >= 12 && s.current_leader != LeaderIdAndEpoch::default()) + u32::from(v >= 12 && s.snapshot_id != SnapshotId::default()));
            if v >= 12 && s.diverging_epoch != EpochEndOffset::default() { w.tagged_field(0, |w| { s.diverging_epoch.write(w, v)?; Ok(()) })?; }
            if v >= 12 && s.current_leader != LeaderIdAndEpoch::default() { w.tagged_field(1, |w| { s.current_leader.write(w, v)?; Ok(()) })?; }
            if v >= 12 && s.snapshot_id != SnapshotId::default() { w.tagged_field(2, |w| { s.snapshot_id.write(w, v)?; Ok(()) })?; }
        }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl PartitionData {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.partition_index = g.i32();
        s.error_code = g.i16();
        s.high_watermark = g.i64();
        s.last_stable_offset = g.i64();
        if v >= 5 { s.log_start_offset = g.i64(); }
        if v >= 12 { s.diverging_epoch = EpochEndOffset::sample(g, v); }
        if v >= 12 { s.current_leader = LeaderIdAndEpoch::sample(g, v); }
        if v >= 12 { s.snapshot_id = SnapshotId::sample(g, v); }
        s.aborted_transactions = if g.null() { None } else { Some((0..g.count()).map(|_| AbortedTransaction::sample(g, v)).collect()) };
        if v >= 11 { s.preferred_read_replica = g.i32(); }
        s.records = if g.null() { None } else { Some(g.records()) };
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct EpochEndOffset {
    pub epoch: i32,
    pub end_offset: i64,
}

impl Default for EpochEndOffset {
    fn default() -> Self {
        Self {
            epoch: -1,
            end_offset: -1,
        }
    }
}

impl EpochEndOffset {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 12;
        let mut s = Self::default();
        if v >= 12 { s.epoch = r.i32()?; }
        if v >= 12 { s.end_offset = r.i64()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 12;
        let s = self;
        if v >= 12 { w.i32(s.epoch); }
        if !(v >= 12) && s.epoch != -1 { return Err(CodecError::NotInVersion { message: "EpochEndOffset", field: "epoch", version: v }); }
        if v >= 12 { w.i64(s.end_offset); }
        if !(v >= 12) && s.end_offset != -1 { return Err(CodecError::NotInVersion { message: "EpochEndOffset", field: "end_offset", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl EpochEndOffset {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 12 { s.epoch = g.i32(); }
        if v >= 12 { s.end_offset = g.i64(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct LeaderIdAndEpoch {
    pub leader_id: i32,
    pub leader_epoch: i32,
}

impl Default for LeaderIdAndEpoch {
    fn default() -> Self {
        Self {
            leader_id: -1,
            leader_epoch: -1,
        }
    }
}

impl LeaderIdAndEpoch {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 12;
        let mut s = Self::default();
        if v >= 12 { s.leader_id = r.i32()?; }
        if v >= 12 { s.leader_epoch = r.i32()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 12;
        let s = self;
        if v >= 12 { w.i32(s.leader_id); }
        if !(v >= 12) && s.leader_id != -1 { return Err(CodecError::NotInVersion { message: "LeaderIdAndEpoch", field: "leader_id", version: v }); }
        if v >= 12 { w.i32(s.leader_epoch); }
        if !(v >= 12) && s.leader_epoch != -1 { return Err(CodecError::NotInVersion { message: "LeaderIdAndEpoch", field: "leader_epoch", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl LeaderIdAndEpoch {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 12 { s.leader_id = g.i32(); }
        if v >= 12 { s.leader_epoch = g.i32(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct SnapshotId {
    pub end_offset: i64,
    pub epoch: i32,
}

impl Default for SnapshotId {
    fn default() -> Self {
        Self {
            end_offset: -1,
            epoch: -1,
        }
    }
}

impl SnapshotId {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 12;
        let mut s = Self::default();
        s.end_offset = r.i64()?;
        s.epoch = r.i32()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 12;
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
pub struct AbortedTransaction {
    pub producer_id: i64,
    pub first_offset: i64,
}

impl AbortedTransaction {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 12;
        let mut s = Self::default();
        s.producer_id = r.i64()?;
        s.first_offset = r.i64()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 12;
        let s = self;
        w.i64(s.producer_id);
        w.i64(s.first_offset);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl AbortedTransaction {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.producer_id = g.i64();
        s.first_offset = g.i64();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct NodeEndpoint {
    pub node_id: i32,
    pub host: StrBytes,
    pub port: i32,
    pub rack: Option<StrBytes>,
}

impl NodeEndpoint {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 12;
        let mut s = Self::default();
        if v >= 16 { s.node_id = r.i32()?; }
        if v >= 16 { s.host = r.string(f, "host")?; }
        if v >= 16 { s.port = r.i32()?; }
        if v >= 16 { s.rack = r.nullable_string(f)?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 12;
        let s = self;
        if v >= 16 { w.i32(s.node_id); }
        if !(v >= 16) && s.node_id != 0 { return Err(CodecError::NotInVersion { message: "NodeEndpoint", field: "node_id", version: v }); }
        if v >= 16 { w.string(f, &s.host)?; }
        if !(v >= 16) && !s.host.is_empty() { return Err(CodecError::NotInVersion { message: "NodeEndpoint", field: "host", version: v }); }
        if v >= 16 { w.i32(s.port); }
        if !(v >= 16) && s.port != 0 { return Err(CodecError::NotInVersion { message: "NodeEndpoint", field: "port", version: v }); }
        if v >= 16 { w.nullable_string(f, s.rack.as_deref())?; }
        if !(v >= 16) && s.rack.is_some() { return Err(CodecError::NotInVersion { message: "NodeEndpoint", field: "rack", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl NodeEndpoint {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 16 { s.node_id = g.i32(); }
        if v >= 16 { s.host = g.string(); }
        if v >= 16 { s.port = g.i32(); }
        if v >= 16 { s.rack = if v >= 16 && g.null() { None } else { Some(g.string()) }; }
        let _ = (g, v);
        s
    }
}

impl Message for FetchResponse {
    const NAME: &'static str = "FetchResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 4..=18;
    const FLEXIBLE_FROM: Option<i16> = Some(12);

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
