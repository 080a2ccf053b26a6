//! Kafka's ConsumerGroupHeartbeatRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct ConsumerGroupHeartbeatRequest {
    pub group_id: StrBytes,
    pub member_id: StrBytes,
    pub member_epoch: i32,
    pub instance_id: Option<StrBytes>,
    pub rack_id: Option<StrBytes>,
    pub rebalance_timeout_ms: i32,
    pub subscribed_topic_names: Option<Vec<StrBytes>>,
    pub subscribed_topic_regex: Option<StrBytes>,
    pub server_assignor: Option<StrBytes>,
    pub topic_partitions: Option<Vec<TopicPartitions>>,
}

impl Default for ConsumerGroupHeartbeatRequest {
    fn default() -> Self {
        Self {
            group_id: Default::default(),
            member_id: Default::default(),
            member_epoch: Default::default(),
            instance_id: None,
            rack_id: None,
            rebalance_timeout_ms: -1,
            subscribed_topic_names: None,
            subscribed_topic_regex: None,
            server_assignor: None,
            topic_partitions: None,
        }
    }
}

impl ConsumerGroupHeartbeatRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.group_id = r.string(f, "group_id")?;
        s.member_id = r.string(f, "member_id")?;
        s.member_epoch = r.i32()?;
        s.instance_id = r.nullable_string(f)?;
        s.rack_id = r.nullable_string(f)?;
        s.rebalance_timeout_ms = r.i32()?;
        s.subscribed_topic_names = r.nullable_array(f, |r| Ok(r.string(f, "subscribed_topic_names")?))?;
        if v >= 1 { s.subscribed_topic_regex = r.nullable_string(f)?; }
        s.server_assignor = r.nullable_string(f)?;
        s.topic_partitions = r.nullable_array(f, |r| Ok(TopicPartitions::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.group_id)?;
        w.string(f, &s.member_id)?;
        w.i32(s.member_epoch);
        w.nullable_string(f, s.instance_id.as_deref())?;
        w.nullable_string(f, s.rack_id.as_deref())?;
        w.i32(s.rebalance_timeout_ms);
        w.nullable_array(f, s.subscribed_topic_names.as_deref(), |w, x| { w.string(f, x)?; Ok(()) })?;
        if v >= 1 { w.nullable_string(f, s.subscribed_topic_regex.as_deref())?; }
        if !(v >= 1) && s.subscribed_topic_regex.is_some() { return Err(CodecError::NotInVersion { message: "ConsumerGroupHeartbeatRequest", field: "subscribed_topic_regex", version: v }); }
        w.nullable_string(f, s.server_assignor.as_deref())?;
        w.nullable_array(f, s.topic_partitions.as_deref(), |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl ConsumerGroupHeartbeatRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.group_id = g.string();
        s.member_id = g.string();
        s.member_epoch = g.i32();
        s.instance_id = if g.null() { None } else { Some(g.string()) };
        s.rack_id = if g.null() { None } else { Some(g.string()) };
        s.rebalance_timeout_ms = g.i32();
        s.subscribed_topic_names = if g.null() { None } else { Some((0..g.count()).map(|_| g.string()).collect()) };
        if v >= 1 { s.subscribed_topic_regex = if v >= 1 && g.null() { None } else { Some(g.string()) }; }
        s.server_assignor = if g.null() { None } else { Some(g.string()) };
        s.topic_partitions = if g.null() { None } else { Some((0..g.count()).map(|_| TopicPartitions::sample(g, v)).collect()) };
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicPartitions {
    pub topic_id: Uuid,
    pub partitions: Vec<i32>,
}

impl TopicPartitions {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.topic_id = r.uuid()?;
        s.partitions = r.array(f, "partitions", |r| Ok(r.i32()?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.uuid(s.topic_id);
        w.array(f, &s.partitions, |w, x| { w.i32(*x); Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl TopicPartitions {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topic_id = g.uuid();
        s.partitions = (0..g.count()).map(|_| g.i32()).collect();
        let _ = (g, v);
        s
    }
}

impl Message for ConsumerGroupHeartbeatRequest {
    const NAME: &'static str = "ConsumerGroupHeartbeatRequest";
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

impl Request for ConsumerGroupHeartbeatRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::ConsumerGroupHeartbeat;
    type Response = super::consumer_group_heartbeat_response::ConsumerGroupHeartbeatResponse;
}
