//! Kafka's StreamsGroupHeartbeatRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct StreamsGroupHeartbeatRequest {
    pub group_id: StrBytes,
    pub member_id: StrBytes,
    pub member_epoch: i32,
    pub endpoint_information_epoch: i32,
    pub instance_id: Option<StrBytes>,
    pub rack_id: Option<StrBytes>,
    pub rebalance_timeout_ms: i32,
    pub topology: Option<Topology>,
    pub active_tasks: Option<Vec<TaskIds>>,
    pub standby_tasks: Option<Vec<TaskIds>>,
    pub warmup_tasks: Option<Vec<TaskIds>>,
    pub process_id: Option<StrBytes>,
    pub user_endpoint: Option<Endpoint>,
    pub client_tags: Option<Vec<KeyValue>>,
    pub task_offsets: Option<Vec<TaskOffset>>,
    pub task_end_offsets: Option<Vec<TaskOffset>>,
    pub shutdown_application: bool,
}

impl Default for StreamsGroupHeartbeatRequest {
    fn default() -> Self {
        Self {
            group_id: Default::default(),
            member_id: Default::default(),
            member_epoch: Default::default(),
            endpoint_information_epoch: Default::default(),
            instance_id: None,
            rack_id: None,
            rebalance_timeout_ms: -1,
            topology: None,
            active_tasks: None,
            standby_tasks: None,
            warmup_tasks: None,
            process_id: None,
            user_endpoint: None,
            client_tags: None,
            task_offsets: None,
            task_end_offsets: None,
            shutdown_application: false,
        }
    }
}

impl StreamsGroupHeartbeatRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.group_id = r.string(f, "group_id")?;
        s.member_id = r.string(f, "member_id")?;
        s.member_epoch = r.i32()?;
        s.endpoint_information_epoch = r.i32()?;
        s.instance_id = r.nullable_string(f)?;
        s.rack_id = r.nullable_string(f)?;
        s.rebalance_timeout_ms = r.i32()?;
        s.topology = if r.i8()? < 0 { None } else { Some(Topology::read(r, v)?) };
        s.active_tasks = r.nullable_array(f, |r| Ok(TaskIds::read(r, v)?))?;
        s.standby_tasks = r.nullable_array(f, |r| Ok(TaskIds::read(r, v)?))?;
        s.warmup_tasks = r.nullable_array(f, |r| Ok(TaskIds::read(r, v)?))?;
        s.process_id = r.nullable_string(f)?;
        s.user_endpoint = if r.i8()? < 0 { None } else { Some(Endpoint::read(r, v)?) };
        s.client_tags = r.nullable_array(f, |r| Ok(KeyValue::read(r, v)?))?;
        s.task_offsets = r.nullable_array(f, |r| Ok(TaskOffset::read(r, v)?))?;
        s.task_end_offsets = r.nullable_array(f, |r| Ok(TaskOffset::read(r, v)?))?;
        s.shutdown_application = r.bool()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.group_id)?;
        w.string(f, &s.member_id)?;
        w.i32(s.member_epoch);
        w.i32(s.endpoint_information_epoch);
        w.nullable_string(f, s.instance_id.as_deref())?;
        w.nullable_string(f, s.rack_id.as_deref())?;
        w.i32(s.rebalance_timeout_ms);
        match &s.topology { None => w.i8(-1), Some(x) => { w.i8(1); x.write(w, v)?; } }
        w.nullable_array(f, s.active_tasks.as_deref(), |w, x| { x.write(w, v)?; Ok(()) })?;
        w.nullable_array(f, s.standby_tasks.as_deref(), |w, x| { x.write(w, v)?; Ok(()) })?;
        w.nullable_array(f, s.warmup_tasks.as_deref(), |w, x| { x.write(w, v)?; Ok(()) })?;
        w.nullable_string(f, s.process_id.as_deref())?;
        match &s.user_endpoint { None => w.i8(-1), Some(x) => { w.i8(1); x.write(w, v)?; } }
        w.nullable_array(f, s.client_tags.as_deref(), |w, x| { x.write(w, v)?; Ok(()) })?;
        w.nullable_array(f, s.task_offsets.as_deref(), |w, x| { x.write(w, v)?; Ok(()) })?;
        w.nullable_array(f, s.task_end_offsets.as_deref(), |w, x| { x.write(w, v)?; Ok(()) })?;
        w.bool(s.shutdown_application);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl StreamsGroupHeartbeatRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.group_id = g.string();
        s.member_id = g.string();
        s.member_epoch = g.i32();
        s.endpoint_information_epoch = g.i32();
        s.instance_id = if g.null() { None } else { Some(g.string()) };
        s.rack_id = if g.null() { None } else { Some(g.string()) };
        s.rebalance_timeout_ms = g.i32();
        s.topology = if g.null() { None } else { Some(Topology::sample(g, v)) };
        s.active_tasks = if g.null() { None } else { Some((0..g.count()).map(|_| TaskIds::sample(g, v)).collect()) };
        s.standby_tasks = if g.null() { None } else { Some((0..g.count()).map(|_| TaskIds::sample(g, v)).collect()) };
        s.warmup_tasks = if g.null() { None } else { Some((0..g.count()).map(|_| TaskIds::sample(g, v)).collect()) };
        s.process_id = if g.null() { None } else { Some(g.string()) };
        s.user_endpoint = if g.null() { None } else { Some(Endpoint::sample(g, v)) };
        s.client_tags = if g.null() { None } else { Some((0..g.count()).map(|_| KeyValue::sample(g, v)).collect()) };
        s.task_offsets = if g.null() { None } else { Some((0..g.count()).map(|_| TaskOffset::sample(g, v)).collect()) };
        s.task_end_offsets = if g.null() { None } else { Some((0..g.count()).map(|_| TaskOffset::sample(g, v)).collect()) };
        s.shutdown_application = g.bool();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct KeyValue {
    pub key: StrBytes,
    pub value: StrBytes,
}

impl KeyValue {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.key = r.string(f, "key")?;
        s.value = r.string(f, "value")?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.key)?;
        w.string(f, &s.value)?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl KeyValue {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.key = g.string();
        s.value = g.string();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicInfo {
    pub name: StrBytes,
    pub partitions: i32,
    pub replication_factor: i16,
    pub topic_configs: Vec<KeyValue>,
}

impl TopicInfo {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.name = r.string(f, "name")?;
        s.partitions = r.i32()?;
        s.replication_factor = r.i16()?;
        s.topic_configs = r.array(f, "topic_configs", |r| Ok(KeyValue::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.name)?;
        w.i32(s.partitions);
        w.i16(s.replication_factor);
        w.array(f, &s.topic_configs, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl TopicInfo {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.name = g.string();
        s.partitions = g.i32();
        s.replication_factor = g.i16();
        s.topic_configs = (0..g.count()).map(|_| KeyValue::sample(g, v)).collect();
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
pub struct TaskOffset {
    pub subtopology_id: StrBytes,
    pub partition: i32,
    pub offset: i64,
}

impl TaskOffset {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.subtopology_id = r.string(f, "subtopology_id")?;
        s.partition = r.i32()?;
        s.offset = r.i64()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.subtopology_id)?;
        w.i32(s.partition);
        w.i64(s.offset);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl TaskOffset {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.subtopology_id = g.string();
        s.partition = g.i32();
        s.offset = g.i64();
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
pub struct Topology {
    pub epoch: i32,
    pub subtopologies: Vec<Subtopology>,
}

impl Topology {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.epoch = r.i32()?;
        s.subtopologies = r.array(f, "subtopologies", |r| Ok(Subtopology::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.epoch);
        w.array(f, &s.subtopologies, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl Topology {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.epoch = g.i32();
        s.subtopologies = (0..g.count()).map(|_| Subtopology::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Subtopology {
    pub subtopology_id: StrBytes,
    pub source_topics: Vec<StrBytes>,
    pub source_topic_regex: Vec<StrBytes>,
    pub state_changelog_topics: Vec<TopicInfo>,
    pub repartition_sink_topics: Vec<StrBytes>,
    pub repartition_source_topics: Vec<TopicInfo>,
    pub copartition_groups: Vec<CopartitionGroup>,
}

impl Subtopology {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.subtopology_id = r.string(f, "subtopology_id")?;
        s.source_topics = r.array(f, "source_topics", |r| Ok(r.string(f, "source_topics")?))?;
        s.source_topic_regex = r.array(f, "source_topic_regex", |r| Ok(r.string(f, "source_topic_regex")?))?;
        s.state_changelog_topics = r.array(f, "state_changelog_topics", |r| Ok(TopicInfo::read(r, v)?))?;
        s.repartition_sink_topics = r.array(f, "repartition_sink_topics", |r| Ok(r.string(f, "repartition_sink_topics")?))?;
        s.repartition_source_topics = r.array(f, "repartition_source_topics", |r| Ok(TopicInfo::read(r, v)?))?;
        s.copartition_groups = r.array(f, "copartition_groups", |r| Ok(CopartitionGroup::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.subtopology_id)?;
        w.array(f, &s.source_topics, |w, x| { w.string(f, x)?; Ok(()) })?;
        w.array(f, &s.source_topic_regex, |w, x| { w.string(f, x)?; Ok(()) })?;
        w.array(f, &s.state_changelog_topics, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.array(f, &s.repartition_sink_topics, |w, x| { w.string(f, x)?; Ok(()) })?;
        w.array(f, &s.repartition_source_topics, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.array(f, &s.copartition_groups, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl Subtopology {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.subtopology_id = g.string();
        s.source_topics = (0..g.count()).map(|_| g.string()).collect();
        s.source_topic_regex = (0..g.count()).map(|_| g.string()).collect();
        s.state_changelog_topics = (0..g.count()).map(|_| TopicInfo::sample(g, v)).collect();
        s.repartition_sink_topics = (0..g.count()).map(|_| g.string()).collect();
        s.repartition_source_topics = (0..g.count()).map(|_| TopicInfo::sample(g, v)).collect();
        s.copartition_groups = (0..g.count()).map(|_| CopartitionGroup::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct CopartitionGroup {
    pub source_topics: Vec<i16>,
    pub source_topic_regex: Vec<i16>,
    pub repartition_source_topics: Vec<i16>,
}

impl CopartitionGroup {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.source_topics = r.array(f, "source_topics", |r| Ok(r.i16()?))?;
        s.source_topic_regex = r.array(f, "source_topic_regex", |r| Ok(r.i16()?))?;
        s.repartition_source_topics = r.array(f, "repartition_source_topics", |r| Ok(r.i16()?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.array(f, &s.source_topics, |w, x| { w.i16(*x); Ok(()) })?;
        w.array(f, &s.source_topic_regex, |w, x| { w.i16(*x); Ok(()) })?;
        w.array(f, &s.repartition_source_topics, |w, x| { w.i16(*x); Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl CopartitionGroup {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.source_topics = (0..g.count()).map(|_| g.i16()).collect();
        s.source_topic_regex = (0..g.count()).map(|_| g.i16()).collect();
        s.repartition_source_topics = (0..g.count()).map(|_| g.i16()).collect();
        let _ = (g, v);
        s
    }
}

impl Message for StreamsGroupHeartbeatRequest {
    const NAME: &'static str = "StreamsGroupHeartbeatRequest";
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

impl Request for StreamsGroupHeartbeatRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::StreamsGroupHeartbeat;
    type Response = super::streams_group_heartbeat_response::StreamsGroupHeartbeatResponse;
}
