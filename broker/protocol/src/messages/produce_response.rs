//! Kafka's ProduceResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProduceResponse {
    pub responses: Vec<TopicProduceResponse>,
    pub throttle_time_ms: i32,
    pub node_endpoints: Vec<NodeEndpoint>,
}

impl ProduceResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 9;
        let mut s = Self::default();
        s.responses = r.array(f, "responses", |r| Ok(TopicProduceResponse::read(r, v)?))?;
        s.throttle_time_ms = r.i32()?;
        if f {
            r.tagged_fields(|tag, r| {
                match tag {
                    0 if v >= 10 => s.node_endpoints = r.array(f, "node_endpoints", |r| Ok(NodeEndpoint::read(r, v)?))?,
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
        }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 9;
        let s = self;
        w.array(f, &s.responses, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.i32(s.throttle_time_ms);
        if !(v >= 10) && !s.node_endpoints.is_empty() { return Err(CodecError::NotInVersion { message: "ProduceResponse", field: "node_endpoints", version: v }); }
        if f {
            w.unsigned_varint(u32::from(v >= 10 && !s.node_endpoints.is_empty()));
            if v >= 10 && !s.node_endpoints.is_empty() { w.tagged_field(0, |w| { w.array(f, &s.node_endpoints, |w, x| { x.write(w, v)?; Ok(()) })?; Ok(()) })?; }
        }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl ProduceResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.responses = (0..g.count()).map(|_| TopicProduceResponse::sample(g, v)).collect();
        s.throttle_time_ms = g.i32();
        if v >= 10 { s.node_endpoints = (0..g.count()).map(|_| NodeEndpoint::sample(g, v)).collect(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicProduceResponse {
    pub name: StrBytes,
    pub topic_id: Uuid,
    pub partition_responses: Vec<PartitionProduceResponse>,
}

impl TopicProduceResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 9;
        let mut s = Self::default();
        if v <= 12 { s.name = r.string(f, "name")?; }
        if v >= 13 { s.topic_id = r.uuid()?; }
        s.partition_responses = r.array(f, "partition_responses", |r| Ok(PartitionProduceResponse::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 9;
        let s = self;
        if v <= 12 { w.string(f, &s.name)?; }
        if v >= 13 { w.uuid(s.topic_id); }
        w.array(f, &s.partition_responses, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl TopicProduceResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v <= 12 { s.name = g.string(); }
        if v >= 13 { s.topic_id = g.uuid(); }
        s.partition_responses = (0..g.count()).map(|_| PartitionProduceResponse::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct PartitionProduceResponse {
    pub index: i32,
    pub error_code: i16,
    pub base_offset: i64,
    pub log_append_time_ms: i64,
    pub log_start_offset: i64,
    pub record_errors: Vec<BatchIndexAndErrorMessage>,
    pub error_message: Option<StrBytes>,
    pub current_leader: LeaderIdAndEpoch,
}

impl Default for PartitionProduceResponse {
    fn default() -> Self {
        Self {
            index: Default::default(),
            error_code: Default::default(),
            base_offset: Default::default(),
            log_append_time_ms: -1,
            log_start_offset: -1,
            record_errors: Default::default(),
            error_message: None,
            current_leader: Default::default(),
        }
    }
}

impl PartitionProduceResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 9;
        let mut s = Self::default();
        s.index = r.i32()?;
        s.error_code = r.i16()?;
        s.base_offset = r.i64()?;
        s.log_append_time_ms = r.i64()?;
        if v >= 5 { s.log_start_offset = r.i64()?; }
        if v >= 8 { s.record_errors = r.array(f, "record_errors", |r| Ok(BatchIndexAndErrorMessage::read(r, v)?))?; }
        if v >= 8 { s.error_message = r.nullable_string(f)?; }
        if f {
            r.tagged_fields(|tag, r| {
                match tag {
                    0 if v >= 10 => s.current_leader = LeaderIdAndEpoch::read(r, v)?,
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
        }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 9;
        let s = self;
        w.i32(s.index);
        w.i16(s.error_code);
        w.i64(s.base_offset);
        w.i64(s.log_append_time_ms);
        if v >= 5 { w.i64(s.log_start_offset); }
        if v >= 8 { w.array(f, &s.record_errors, |w, x| { x.write(w, v)?; Ok(()) })?; }
        if v >= 8 { w.nullable_string(f, s.error_message.as_deref())?; }
        if !(v >= 10) && s.current_leader != LeaderIdAndEpoch::default() { return Err(CodecError::NotInVersion { message: "PartitionProduceResponse", field: "current_leader", version: v }); }
        if f {
            w.unsigned_varint(u32::from(v >= 10 && s.current_leader != LeaderIdAndEpoch::default()));
            if v >= 10 && s.current_leader != LeaderIdAndEpoch::default() { w.tagged_field(0, |w| { s.current_leader.write(w, v)?; Ok(()) })?; }
        }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl PartitionProduceResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.index = g.i32();
        s.error_code = g.i16();
        s.base_offset = g.i64();
        s.log_append_time_ms = g.i64();
        if v >= 5 { s.log_start_offset = g.i64(); }
        if v >= 8 { s.record_errors = (0..g.count()).map(|_| BatchIndexAndErrorMessage::sample(g, v)).collect(); }
        if v >= 8 { s.error_message = if v >= 8 && g.null() { None } else { Some(g.string()) }; }
        if v >= 10 { s.current_leader = LeaderIdAndEpoch::sample(g, v); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct BatchIndexAndErrorMessage {
    pub batch_index: i32,
    pub batch_index_error_message: Option<StrBytes>,
}

impl BatchIndexAndErrorMessage {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 9;
        let mut s = Self::default();
        if v >= 8 { s.batch_index = r.i32()?; }
        if v >= 8 { s.batch_index_error_message = r.nullable_string(f)?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 9;
        let s = self;
        if v >= 8 { w.i32(s.batch_index); }
        if !(v >= 8) && s.batch_index != 0 { return Err(CodecError::NotInVersion { message: "BatchIndexAndErrorMessage", field: "batch_index", version: v }); }
        if v >= 8 { w.nullable_string(f, s.batch_index_error_message.as_deref())?; }
        if !(v >= 8) && s.batch_index_error_message.is_some() { return Err(CodecError::NotInVersion { message: "BatchIndexAndErrorMessage", field: "batch_index_error_message", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl BatchIndexAndErrorMessage {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 8 { s.batch_index = g.i32(); }
        if v >= 8 { s.batch_index_error_message = if v >= 8 && g.null() { None } else { Some(g.string()) }; }
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
        let f = v >= 9;
        let mut s = Self::default();
        if v >= 10 { s.leader_id = r.i32()?; }
        if v >= 10 { s.leader_epoch = r.i32()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 9;
        let s = self;
        if v >= 10 { w.i32(s.leader_id); }
        if !(v >= 10) && s.leader_id != -1 { return Err(CodecError::NotInVersion { message: "LeaderIdAndEpoch", field: "leader_id", version: v }); }
        if v >= 10 { w.i32(s.leader_epoch); }
        if !(v >= 10) && s.leader_epoch != -1 { return Err(CodecError::NotInVersion { message: "LeaderIdAndEpoch", field: "leader_epoch", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl LeaderIdAndEpoch {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 10 { s.leader_id = g.i32(); }
        if v >= 10 { s.leader_epoch = g.i32(); }
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
        let f = v >= 9;
        let mut s = Self::default();
        if v >= 10 { s.node_id = r.i32()?; }
        if v >= 10 { s.host = r.string(f, "host")?; }
        if v >= 10 { s.port = r.i32()?; }
        if v >= 10 { s.rack = r.nullable_string(f)?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 9;
        let s = self;
        if v >= 10 { w.i32(s.node_id); }
        if !(v >= 10) && s.node_id != 0 { return Err(CodecError::NotInVersion { message: "NodeEndpoint", field: "node_id", version: v }); }
        if v >= 10 { w.string(f, &s.host)?; }
        if !(v >= 10) && !s.host.is_empty() { return Err(CodecError::NotInVersion { message: "NodeEndpoint", field: "host", version: v }); }
        if v >= 10 { w.i32(s.port); }
        if !(v >= 10) && s.port != 0 { return Err(CodecError::NotInVersion { message: "NodeEndpoint", field: "port", version: v }); }
        if v >= 10 { w.nullable_string(f, s.rack.as_deref())?; }
        if !(v >= 10) && s.rack.is_some() { return Err(CodecError::NotInVersion { message: "NodeEndpoint", field: "rack", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl NodeEndpoint {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 10 { s.node_id = g.i32(); }
        if v >= 10 { s.host = g.string(); }
        if v >= 10 { s.port = g.i32(); }
        if v >= 10 { s.rack = if v >= 10 && g.null() { None } else { Some(g.string()) }; }
        let _ = (g, v);
        s
    }
}

impl Message for ProduceResponse {
    const NAME: &'static str = "ProduceResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 3..=13;
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
