//! Kafka's FetchRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct FetchRequest {
    pub cluster_id: Option<StrBytes>,
    pub replica_id: i32,
    pub replica_state: ReplicaState,
    pub max_wait_ms: i32,
    pub min_bytes: i32,
    pub max_bytes: i32,
    pub isolation_level: i8,
    pub session_id: i32,
    pub session_epoch: i32,
    pub topics: Vec<FetchTopic>,
    pub forgotten_topics_data: Vec<ForgottenTopic>,
    pub rack_id: StrBytes,
}

impl Default for FetchRequest {
    fn default() -> Self {
        Self {
            cluster_id: None,
            replica_id: -1,
            replica_state: Default::default(),
            max_wait_ms: Default::default(),
            min_bytes: Default::default(),
            max_bytes: 0x7fffffff,
            isolation_level: 0,
            session_id: 0,
            session_epoch: -1,
            topics: Default::default(),
            forgotten_topics_data: Default::default(),
            rack_id: StrBytes::from_static(""),
        }
    }
}

impl FetchRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 12;
        let mut s = Self::default();
        if v <= 14 { s.replica_id = r.i32()?; }
        s.max_wait_ms = r.i32()?;
        s.min_bytes = r.i32()?;
        s.max_bytes = r.i32()?;
        s.isolation_level = r.i8()?;
        if v >= 7 { s.session_id = r.i32()?; }
        if v >= 7 { s.session_epoch = r.i32()?; }
        s.topics = r.array(f, "topics", |r| Ok(FetchTopic::read(r, v)?))?;
        if v >= 7 { s.forgotten_topics_data = r.array(f, "forgotten_topics_data", |r| Ok(ForgottenTopic::read(r, v)?))?; }
        if v >= 11 { s.rack_id = r.string(f, "rack_id")?; }
        if f {
            r.tagged_fields(|tag, r| {
                match tag {
                    0 if v >= 12 => s.cluster_id = r.nullable_string(f)?,
                    1 if v >= 15 => s.replica_state = ReplicaState::read(r, v)?,
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
        if v <= 14 { w.i32(s.replica_id); }
        if !(v <= 14) && s.replica_id != -1 { return Err(CodecError::NotInVersion { message: "FetchRequest", field: "replica_id", version: v }); }
        if !(v >= 15) && s.replica_state != ReplicaState::default() { return Err(CodecError::NotInVersion { message: "FetchRequest", field: "replica_state", version: v }); }
        w.i32(s.max_wait_ms);
        w.i32(s.min_bytes);
        w.i32(s.max_bytes);
        w.i8(s.isolation_level);
        if v >= 7 { w.i32(s.session_id); }
        if v >= 7 { w.i32(s.session_epoch); }
        w.array(f, &s.topics, |w, x| { x.write(w, v)?; Ok(()) })?;
        if v >= 7 { w.array(f, &s.forgotten_topics_data, |w, x| { x.write(w, v)?; Ok(()) })?; }
        if !(v >= 7) && !s.forgotten_topics_data.is_empty() { return Err(CodecError::NotInVersion { message: "FetchRequest", field: "forgotten_topics_data", version: v }); }
        if v >= 11 { w.string(f, &s.rack_id)?; }
        if f {
            w.unsigned_varint(u32::from(v >= 12 && s.cluster_id.is_some()) + u32::from(v >= 15 && s.replica_state != ReplicaState::default()));
            if v >= 12 && s.cluster_id.is_some() { w.tagged_field(0, |w| { w.nullable_string(f, s.cluster_id.as_deref())?; Ok(()) })?; }
            if v >= 15 && s.replica_state != ReplicaState::default() { w.tagged_field(1, |w| { s.replica_state.write(w, v)?; Ok(()) })?; }
        }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl FetchRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 12 { s.cluster_id = if v >= 12 && g.null() { None } else { Some(g.string()) }; }
        if v <= 14 { s.replica_id = g.i32(); }
        if v >= 15 { s.replica_state = ReplicaState::sample(g, v); }
        s.max_wait_ms = g.i32();
        s.min_bytes = g.i32();
        s.max_bytes = g.i32();
        s.isolation_level = g.i8();
        if v >= 7 { s.session_id = g.i32(); }
        if v >= 7 { s.session_epoch = g.i32(); }
        s.topics = (0..g.count()).map(|_| FetchTopic::sample(g, v)).collect();
        if v >= 7 { s.forgotten_topics_data = (0..g.count()).map(|_| ForgottenTopic::sample(g, v)).collect(); }
        if v >= 11 { s.rack_id = g.string(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct ReplicaState {
    pub replica_id: i32,
    pub replica_epoch: i64,
}

impl Default for ReplicaState {
    fn default() -> Self {
        Self {
            replica_id: -1,
            replica_epoch: -1,
        }
    }
}

impl ReplicaState {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 12;
        let mut s = Self::default();
        if v >= 15 { s.replica_id = r.i32()?; }
        if v >= 15 { s.replica_epoch = r.i64()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 12;
        let s = self;
        if v >= 15 { w.i32(s.replica_id); }
        if !(v >= 15) && s.replica_id != -1 { return Err(CodecError::NotInVersion { message: "ReplicaState", field: "replica_id", version: v }); }
        if v >= 15 { w.i64(s.replica_epoch); }
        if !(v >= 15) && s.replica_epoch != -1 { return Err(CodecError::NotInVersion { message: "ReplicaState", field: "replica_epoch", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl ReplicaState {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 15 { s.replica_id = g.i32(); }
        if v >= 15 { s.replica_epoch = g.i64(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct FetchTopic {
    pub topic: StrBytes,
    pub topic_id: Uuid,
    pub partitions: Vec<FetchPartition>,
}

impl FetchTopic {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 12;
        let mut s = Self::default();
        if v <= 12 { s.topic = r.string(f, "topic")?; }
        if v >= 13 { s.topic_id = r.uuid()?; }
        s.partitions = r.array(f, "partitions", |r| Ok(FetchPartition::read(r, v)?))?;
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
impl FetchTopic {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v <= 12 { s.topic = g.string(); }
        if v >= 13 { s.topic_id = g.uuid(); }
        s.partitions = (0..g.count()).map(|_| FetchPartition::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct FetchPartition {
    pub partition: i32,
    pub current_leader_epoch: i32,
    pub fetch_offset: i64,
    pub last_fetched_epoch: i32,
    pub log_start_offset: i64,
    pub partition_max_bytes: i32,
    pub replica_directory_id: Uuid,
    pub high_watermark: i64,
}

impl Default for FetchPartition {
    fn default() -> Self {
        Self {
            partition: Default::default(),
            current_leader_epoch: -1,
            fetch_offset: Default::default(),
            last_fetched_epoch: -1,
            log_start_offset: -1,
            partition_max_bytes: Default::default(),
            replica_directory_id: Default::default(),
            high_watermark: 9223372036854775807,
        }
    }
}

impl FetchPartition {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 12;
        let mut s = Self::default();
        s.partition = r.i32()?;
        if v >= 9 { s.current_leader_epoch = r.i32()?; }
        s.fetch_offset = r.i64()?;
        if v >= 12 { s.last_fetched_epoch = r.i32()?; }
        if v >= 5 { s.log_start_offset = r.i64()?; }
        s.partition_max_bytes = r.i32()?;
        if f {
            r.tagged_fields(|tag, r| {
                match tag {
                    0 if v >= 17 => s.replica_directory_id = r.uuid()?,
                    1 if v >= 18 => s.high_watermark = r.i64()?,
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
        w.i32(s.partition);
        if v >= 9 { w.i32(s.current_leader_epoch); }
        w.i64(s.fetch_offset);
        if v >= 12 { w.i32(s.last_fetched_epoch); }
        if !(v >= 12) && s.last_fetched_epoch != -1 { return Err(CodecError::NotInVersion { message: "FetchPartition", field: "last_fetched_epoch", version: v }); }
        if v >= 5 { w.i64(s.log_start_offset); }
        w.i32(s.partition_max_bytes);
        if f {
            w.unsigned_varint(u32::from(v >= 17 && !s.replica_directory_id.is_zero()) + u32::from(v >= 18 && s.high_watermark != 9223372036854775807));
            if v >= 17 && !s.replica_directory_id.is_zero() { w.tagged_field(0, |w| { w.uuid(s.replica_directory_id); Ok(()) })?; }
            if v >= 18 && s.high_watermark != 9223372036854775807 { w.tagged_field(1, |w| { w.i64(s.high_watermark); Ok(()) })?; }
        }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl FetchPartition {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.partition = g.i32();
        if v >= 9 { s.current_leader_epoch = g.i32(); }
        s.fetch_offset = g.i64();
        if v >= 12 { s.last_fetched_epoch = g.i32(); }
        if v >= 5 { s.log_start_offset = g.i64(); }
        s.partition_max_bytes = g.i32();
        if v >= 17 { s.replica_directory_id = g.uuid(); }
        if v >= 18 { s.high_watermark = g.i64(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ForgottenTopic {
    pub topic: StrBytes,
    pub topic_id: Uuid,
    pub partitions: Vec<i32>,
}

impl ForgottenTopic {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 12;
        let mut s = Self::default();
        if (7..=12).contains(&v) { s.topic = r.string(f, "topic")?; }
        if v >= 13 { s.topic_id = r.uuid()?; }
        if v >= 7 { s.partitions = r.array(f, "partitions", |r| Ok(r.i32()?))?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 12;
        let s = self;
        if (7..=12).contains(&v) { w.string(f, &s.topic)?; }
        if v >= 13 { w.uuid(s.topic_id); }
        if v >= 7 { w.array(f, &s.partitions, |w, x| { w.i32(*x); Ok(()) })?; }
        if !(v >= 7) && !s.partitions.is_empty() { return Err(CodecError::NotInVersion { message: "ForgottenTopic", field: "partitions", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl ForgottenTopic {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if (7..=12).contains(&v) { s.topic = g.string(); }
        if v >= 13 { s.topic_id = g.uuid(); }
        if v >= 7 { s.partitions = (0..g.count()).map(|_| g.i32()).collect(); }
        let _ = (g, v);
        s
    }
}

impl Message for FetchRequest {
    const NAME: &'static str = "FetchRequest";
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

impl Request for FetchRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::Fetch;
    type Response = super::fetch_response::FetchResponse;
}
