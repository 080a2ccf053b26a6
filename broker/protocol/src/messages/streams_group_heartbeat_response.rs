//! Kafka's StreamsGroupHeartbeatResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct StreamsGroupHeartbeatResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub error_message: Option<StrBytes>,
    pub member_id: StrBytes,
    pub member_epoch: i32,
    pub heartbeat_interval_ms: i32,
    pub acceptable_recovery_lag_legacy: i32,
    pub task_offset_interval_ms: i32,
    pub acceptable_recovery_lag: i64,
    pub status: Option<Vec<Status>>,
    pub active_tasks: Option<Vec<TaskIds>>,
    pub standby_tasks: Option<Vec<TaskIds>>,
    pub warmup_tasks: Option<Vec<TaskIds>>,
    pub topology_description_required: bool,
    pub endpoint_information_epoch: i32,
    pub partitions_by_user_endpoint: Option<Vec<EndpointToPartitions>>,
}

impl Default for StreamsGroupHeartbeatResponse {
    fn default() -> Self {
        Self {
            throttle_time_ms: Default::default(),
            error_code: Default::default(),
            error_message: None,
            member_id: Default::default(),
            member_epoch: Default::default(),
            heartbeat_interval_ms: Default::default(),
            acceptable_recovery_lag_legacy: Default::default(),
            task_offset_interval_ms: Default::default(),
            acceptable_recovery_lag: -1,
            status: Some(Default::default()),
            active_tasks: None,
            standby_tasks: None,
            warmup_tasks: None,
            topology_description_required: false,
            endpoint_information_epoch: Default::default(),
            partitions_by_user_endpoint: None,
        }
    }
}

impl StreamsGroupHeartbeatResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.throttle_time_ms = r.i32()?;
        s.error_code = r.i16()?;
        s.error_message = r.nullable_string(f)?;
        s.member_id = r.string(f, "member_id")?;
        s.member_epoch = r.i32()?;
        s.heartbeat_interval_ms = r.i32()?;
        if v <= 0 { s.acceptable_recovery_lag_legacy = r.i32()?; }
        s.task_offset_interval_ms = r.i32()?;
        if v >= 1 { s.acceptable_recovery_lag = r.i64()?; }
        s.status = r.nullable_array(f, |r| Ok(Status::read(r, v)?))?;
        s.active_tasks = r.nullable_array(f, |r| Ok(TaskIds::read(r, v)?))?;
        s.standby_tasks = r.nullable_array(f, |r| Ok(TaskIds::read(r, v)?))?;
        s.warmup_tasks = r.nullable_array(f, |r| Ok(TaskIds::read(r, v)?))?;
        if v >= 1 { s.topology_description_required = r.bool()?; }
        s.endpoint_information_epoch = r.i32()?;
        s.partitions_by_user_endpoint = r.nullable_array(f, |r| Ok(EndpointToPartitions::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.throttle_time_ms);
        w.i16(s.error_code);
        w.nullable_string(f, s.error_message.as_deref())?;
        w.string(f, &s.member_id)?;
        w.i32(s.member_epoch);
        w.i32(s.heartbeat_interval_ms);
        if v <= 0 { w.i32(s.acceptable_recovery_lag_legacy); }
        if !(v <= 0) && s.acceptable_recovery_lag_legacy != 0 { return Err(CodecError::NotInVersion { message: "StreamsGroupHeartbeatResponse", field: "acceptable_recovery_lag_legacy", version: v }); }
        w.i32(s.task_offset_interval_ms);
        if v >= 1 { w.i64(s.acceptable_recovery_lag); }
        w.nullable_array(f, s.status.as_deref(), |w, x| { x.write(w, v)?; Ok(()) })?;
        w.nullable_array(f, s.active_tasks.as_deref(), |w, x| { x.write(w, v)?; Ok(()) })?;
        w.nullable_array(f, s.standby_tasks.as_deref(), |w, x| { x.write(w, v)?; Ok(()) })?;
        w.nullable_array(f, s.warmup_tasks.as_deref(), |w, x| { x.write(w, v)?; Ok(()) })?;
        if v >= 1 { w.bool(s.topology_description_required); }
        if !(v >= 1) && s.topology_description_required { return Err(CodecError::NotInVersion { message: "StreamsGroupHeartbeatResponse", field: "topology_description_required", version: v }); }
        w.i32(s.endpoint_information_epoch);
        w.nullable_array(f, s.partitions_by_user_endpoint.as_deref(), |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl StreamsGroupHeartbeatResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.throttle_time_ms = g.i32();
        s.error_code = g.i16();
        s.error_message = if g.null() { None } else { Some(g.string()) };
        s.member_id = g.string();
        s.member_epoch = g.i32();
        s.heartbeat_interval_ms = g.i32();
        if v <= 0 { s.acceptable_recovery_lag_legacy = g.i32(); }
        s.task_offset_interval_ms = g.i32();
        if v >= 1 { s.acceptable_recovery_lag = g.i64(); }
        s.status = if g.null() { None } else { Some((0..g.count()).map(|_| Status::sample(g, v)).collect()) };
        s.active_tasks = if g.null() { None } else { Some((0..g.count()).map(|_| TaskIds::sample(g, v)).collect()) };
        s.standby_tasks = if g.null() { None } else { Some((0..g.count()).map(|_| TaskIds::sample(g, v)).collect()) };
        s.warmup_tasks = if g.null() { None } else { Some((0..g.count()).map(|_| TaskIds::sample(g, v)).collect()) };
        if v >= 1 { s.topology_description_required = g.bool(); }
        s.endpoint_information_epoch = g.i32();
        s.partitions_by_user_endpoint = if g.null() { None } else { Some((0..g.count()).map(|_| EndpointToPartitions::sample(g, v)).collect()) };
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Status {
    pub status_code: i8,
    pub status_detail: StrBytes,
}

impl Status {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.status_code = r.i8()?;
        s.status_detail = r.string(f, "status_detail")?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i8(s.status_code);
        w.string(f, &s.status_detail)?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl Status {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.status_code = g.i8();
        s.status_detail = g.string();
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
        let f = true;
        let mut s = Self::default();
        s.topic = r.string(f, "topic")?;
        s.partitions = r.array(f, "partitions", |r| Ok(r.i32()?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.topic)?;
        w.array(f, &s.partitions, |w, x| { w.i32(*x); Ok(()) })?;
        if f { w.unsigned_varint(0); }
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

#[derive(Debug, Clone, PartialEq, Default)]
pub struct TaskIds {
    pub subtopology_id: StrBytes,
    pub partitions: Vec<i32>,
}

impl TaskIds {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.subtopology_id = r.string(f, "subtopology_id")?;
        s.partitions = r.array(f, "partitions", |r| Ok(r.i32()?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.subtopology_id)?;
        w.array(f, &s.partitions, |w, x| { w.i32(*x); Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl TaskIds {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.subtopology_id = g.string();
        s.partitions = (0..g.count()).map(|_| g.i32()).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Endpoint {
    pub host: StrBytes,
    pub port: u16,
}

impl Endpoint {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.host = r.string(f, "host")?;
        s.port = r.u16()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.host)?;
        w.u16(s.port);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl Endpoint {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.host = g.string();
        s.port = g.u16();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct EndpointToPartitions {
    pub user_endpoint: Endpoint,
    pub active_partitions: Vec<TopicPartition>,
    pub standby_partitions: Vec<TopicPartition>,
}

impl EndpointToPartitions {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.user_endpoint = Endpoint::read(r, v)?;
        s.active_partitions = r.array(f, "active_partitions", |r| Ok(TopicPartition::read(r, v)?))?;
        s.standby_partitions = r.array(f, "standby_partitions", |r| Ok(TopicPartition::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        s.user_endpoint.write(w, v)?;
        w.array(f, &s.active_partitions, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.array(f, &s.standby_partitions, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl EndpointToPartitions {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.user_endpoint = Endpoint::sample(g, v);
        s.active_partitions = (0..g.count()).map(|_| TopicPartition::sample(g, v)).collect();
        s.standby_partitions = (0..g.count()).map(|_| TopicPartition::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

impl Message for StreamsGroupHeartbeatResponse {
    const NAME: &'static str = "StreamsGroupHeartbeatResponse";
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
