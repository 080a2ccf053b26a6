//! Kafka's StreamsGroupDescribeResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct StreamsGroupDescribeResponse {
    pub throttle_time_ms: i32,
    pub groups: Vec<DescribedGroup>,
}

impl StreamsGroupDescribeResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.throttle_time_ms = r.i32()?;
        s.groups = r.array(f, "groups", |r| Ok(DescribedGroup::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.throttle_time_ms);
        w.array(f, &s.groups, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl StreamsGroupDescribeResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.throttle_time_ms = g.i32();
        s.groups = (0..g.count()).map(|_| DescribedGroup::sample(g, v)).collect();
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
pub struct Assignment {
    pub active_tasks: Vec<TaskIds>,
    pub standby_tasks: Vec<TaskIds>,
    pub warmup_tasks: Vec<TaskIds>,
}

impl Assignment {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.active_tasks = r.array(f, "active_tasks", |r| Ok(TaskIds::read(r, v)?))?;
        s.standby_tasks = r.array(f, "standby_tasks", |r| Ok(TaskIds::read(r, v)?))?;
        s.warmup_tasks = r.array(f, "warmup_tasks", |r| Ok(TaskIds::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.array(f, &s.active_tasks, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.array(f, &s.standby_tasks, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.array(f, &s.warmup_tasks, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl Assignment {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.active_tasks = (0..g.count()).map(|_| TaskIds::sample(g, v)).collect();
        s.standby_tasks = (0..g.count()).map(|_| TaskIds::sample(g, v)).collect();
        s.warmup_tasks = (0..g.count()).map(|_| TaskIds::sample(g, v)).collect();
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
pub struct TopologyDescription {
    pub subtopologies: Vec<TopologyDescriptionSubtopology>,
    pub global_stores: Vec<TopologyDescriptionGlobalStore>,
}

impl TopologyDescription {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        if v >= 1 { s.subtopologies = r.array(f, "subtopologies", |r| Ok(TopologyDescriptionSubtopology::read(r, v)?))?; }
        if v >= 1 { s.global_stores = r.array(f, "global_stores", |r| Ok(TopologyDescriptionGlobalStore::read(r, v)?))?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        if v >= 1 { w.array(f, &s.subtopologies, |w, x| { x.write(w, v)?; Ok(()) })?; }
        if !(v >= 1) && !s.subtopologies.is_empty() { return Err(CodecError::NotInVersion { message: "TopologyDescription", field: "subtopologies", version: v }); }
        if v >= 1 { w.array(f, &s.global_stores, |w, x| { x.write(w, v)?; Ok(()) })?; }
        if !(v >= 1) && !s.global_stores.is_empty() { return Err(CodecError::NotInVersion { message: "TopologyDescription", field: "global_stores", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl TopologyDescription {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 1 { s.subtopologies = (0..g.count()).map(|_| TopologyDescriptionSubtopology::sample(g, v)).collect(); }
        if v >= 1 { s.global_stores = (0..g.count()).map(|_| TopologyDescriptionGlobalStore::sample(g, v)).collect(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopologyDescriptionSubtopology {
    pub subtopology_id: StrBytes,
    pub nodes: Vec<TopologyDescriptionNode>,
}

impl TopologyDescriptionSubtopology {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        if v >= 1 { s.subtopology_id = r.string(f, "subtopology_id")?; }
        if v >= 1 { s.nodes = r.array(f, "nodes", |r| Ok(TopologyDescriptionNode::read(r, v)?))?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        if v >= 1 { w.string(f, &s.subtopology_id)?; }
        if !(v >= 1) && !s.subtopology_id.is_empty() { return Err(CodecError::NotInVersion { message: "TopologyDescriptionSubtopology", field: "subtopology_id", version: v }); }
        if v >= 1 { w.array(f, &s.nodes, |w, x| { x.write(w, v)?; Ok(()) })?; }
        if !(v >= 1) && !s.nodes.is_empty() { return Err(CodecError::NotInVersion { message: "TopologyDescriptionSubtopology", field: "nodes", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl TopologyDescriptionSubtopology {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 1 { s.subtopology_id = g.string(); }
        if v >= 1 { s.nodes = (0..g.count()).map(|_| TopologyDescriptionNode::sample(g, v)).collect(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopologyDescriptionNode {
    pub name: StrBytes,
    pub node_type: i8,
    pub source_topics: Vec<StrBytes>,
    pub sink_topic: Option<StrBytes>,
    pub stores: Vec<StrBytes>,
    pub successors: Vec<StrBytes>,
}

impl TopologyDescriptionNode {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        if v >= 1 { s.name = r.string(f, "name")?; }
        if v >= 1 { s.node_type = r.i8()?; }
        if v >= 1 { s.source_topics = r.array(f, "source_topics", |r| Ok(r.string(f, "source_topics")?))?; }
        if v >= 1 { s.sink_topic = r.nullable_string(f)?; }
        if v >= 1 { s.stores = r.array(f, "stores", |r| Ok(r.string(f, "stores")?))?; }
        if v >= 1 { s.successors = r.array(f, "successors", |r| Ok(r.string(f, "successors")?))?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        if v >= 1 { w.string(f, &s.name)?; }
        if !(v >= 1) && !s.name.is_empty() { return Err(CodecError::NotInVersion { message: "TopologyDescriptionNode", field: "name", version: v }); }
        if v >= 1 { w.i8(s.node_type); }
        if !(v >= 1) && s.node_type != 0 { return Err(CodecError::NotInVersion { message: "TopologyDescriptionNode", field: "node_type", version: v }); }
        if v >= 1 { w.array(f, &s.source_topics, |w, x| { w.string(f, x)?; Ok(()) })?; }
        if !(v >= 1) && !s.source_topics.is_empty() { return Err(CodecError::NotInVersion { message: "TopologyDescriptionNode", field: "source_topics", version: v }); }
        if v >= 1 { w.nullable_string(f, s.sink_topic.as_deref())?; }
        if !(v >= 1) && s.sink_topic.is_some() { return Err(CodecError::NotInVersion { message: "TopologyDescriptionNode", field: "sink_topic", version: v }); }
        if v >= 1 { w.array(f, &s.stores, |w, x| { w.string(f, x)?; Ok(()) })?; }
        if !(v >= 1) && !s.stores.is_empty() { return Err(CodecError::NotInVersion { message: "TopologyDescriptionNode", field: "stores", version: v }); }
        if v >= 1 { w.array(f, &s.successors, |w, x| { w.string(f, x)?; Ok(()) })?; }
        if !(v >= 1) && !s.successors.is_empty() { return Err(CodecError::NotInVersion { message: "TopologyDescriptionNode", field: "successors", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl TopologyDescriptionNode {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 1 { s.name = g.string(); }
        if v >= 1 { s.node_type = g.i8(); }
        if v >= 1 { s.source_topics = (0..g.count()).map(|_| g.string()).collect(); }
        if v >= 1 { s.sink_topic = if v >= 1 && g.null() { None } else { Some(g.string()) }; }
        if v >= 1 { s.stores = (0..g.count()).map(|_| g.string()).collect(); }
        if v >= 1 { s.successors = (0..g.count()).map(|_| g.string()).collect(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopologyDescriptionGlobalStore {
    pub source: TopologyDescriptionNode,
    pub processor: TopologyDescriptionNode,
}

impl TopologyDescriptionGlobalStore {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        if v >= 1 { s.source = TopologyDescriptionNode::read(r, v)?; }
        if v >= 1 { s.processor = TopologyDescriptionNode::read(r, v)?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        if v >= 1 { s.source.write(w, v)?; }
        if !(v >= 1) && s.source != TopologyDescriptionNode::default() { return Err(CodecError::NotInVersion { message: "TopologyDescriptionGlobalStore", field: "source", version: v }); }
        if v >= 1 { s.processor.write(w, v)?; }
        if !(v >= 1) && s.processor != TopologyDescriptionNode::default() { return Err(CodecError::NotInVersion { message: "TopologyDescriptionGlobalStore", field: "processor", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl TopologyDescriptionGlobalStore {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 1 { s.source = TopologyDescriptionNode::sample(g, v); }
        if v >= 1 { s.processor = TopologyDescriptionNode::sample(g, v); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct DescribedGroup {
    pub error_code: i16,
    pub error_message: Option<StrBytes>,
    pub group_id: StrBytes,
    pub group_state: StrBytes,
    pub group_epoch: i32,
    pub assignment_epoch: i32,
    pub topology: Option<Topology>,
    pub members: Vec<Member>,
    pub authorized_operations: i32,
    pub topology_description: Option<TopologyDescription>,
    pub topology_description_status: i8,
    pub assignor_name: Option<StrBytes>,
}

impl Default for DescribedGroup {
    fn default() -> Self {
        Self {
            error_code: Default::default(),
            error_message: None,
            group_id: Default::default(),
            group_state: Default::default(),
            group_epoch: Default::default(),
            assignment_epoch: Default::default(),
            topology: None,
            members: Default::default(),
            authorized_operations: -2147483648,
            topology_description: None,
            topology_description_status: 0,
            assignor_name: None,
        }
    }
}

impl DescribedGroup {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.error_code = r.i16()?;
        s.error_message = r.nullable_string(f)?;
        s.group_id = r.string(f, "group_id")?;
        s.group_state = r.string(f, "group_state")?;
        s.group_epoch = r.i32()?;
        s.assignment_epoch = r.i32()?;
        s.topology = if r.i8()? < 0 { None } else { Some(Topology::read(r, v)?) };
        s.members = r.array(f, "members", |r| Ok(Member::read(r, v)?))?;
        s.authorized_operations = r.i32()?;
        if v >= 1 { s.topology_description = if r.i8()? < 0 { None } else { Some(TopologyDescription::read(r, v)?) }; }
        if v >= 1 { s.topology_description_status = r.i8()?; }
        if v >= 1 { s.assignor_name = r.nullable_string(f)?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i16(s.error_code);
        w.nullable_string(f, s.error_message.as_deref())?;
        w.string(f, &s.group_id)?;
        w.string(f, &s.group_state)?;
        w.i32(s.group_epoch);
        w.i32(s.assignment_epoch);
        match &s.topology { None => w.i8(-1), Some(x) => { w.i8(1); x.write(w, v)?; } }
        w.array(f, &s.members, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.i32(s.authorized_operations);
        if v >= 1 { match &s.topology_description { None => w.i8(-1), Some(x) => { w.i8(1); x.write(w, v)?; } } }
        if !(v >= 1) && s.topology_description.is_some() { return Err(CodecError::NotInVersion { message: "DescribedGroup", field: "topology_description", version: v }); }
        if v >= 1 { w.i8(s.topology_description_status); }
        if !(v >= 1) && s.topology_description_status != 0 { return Err(CodecError::NotInVersion { message: "DescribedGroup", field: "topology_description_status", version: v }); }
        if v >= 1 { w.nullable_string(f, s.assignor_name.as_deref())?; }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DescribedGroup {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.error_code = g.i16();
        s.error_message = if g.null() { None } else { Some(g.string()) };
        s.group_id = g.string();
        s.group_state = g.string();
        s.group_epoch = g.i32();
        s.assignment_epoch = g.i32();
        s.topology = if g.null() { None } else { Some(Topology::sample(g, v)) };
        s.members = (0..g.count()).map(|_| Member::sample(g, v)).collect();
        s.authorized_operations = g.i32();
        if v >= 1 { s.topology_description = if v >= 1 && g.null() { None } else { Some(TopologyDescription::sample(g, v)) }; }
        if v >= 1 { s.topology_description_status = g.i8(); }
        if v >= 1 { s.assignor_name = if v >= 1 && g.null() { None } else { Some(g.string()) }; }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Topology {
    pub epoch: i32,
    pub subtopologies: Option<Vec<Subtopology>>,
}

impl Topology {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.epoch = r.i32()?;
        s.subtopologies = r.nullable_array(f, |r| Ok(Subtopology::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.epoch);
        w.nullable_array(f, s.subtopologies.as_deref(), |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl Topology {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.epoch = g.i32();
        s.subtopologies = if g.null() { None } else { Some((0..g.count()).map(|_| Subtopology::sample(g, v)).collect()) };
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Subtopology {
    pub subtopology_id: StrBytes,
    pub source_topics: Vec<StrBytes>,
    pub repartition_sink_topics: Vec<StrBytes>,
    pub state_changelog_topics: Vec<TopicInfo>,
    pub repartition_source_topics: Vec<TopicInfo>,
}

impl Subtopology {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.subtopology_id = r.string(f, "subtopology_id")?;
        s.source_topics = r.array(f, "source_topics", |r| Ok(r.string(f, "source_topics")?))?;
        s.repartition_sink_topics = r.array(f, "repartition_sink_topics", |r| Ok(r.string(f, "repartition_sink_topics")?))?;
        s.state_changelog_topics = r.array(f, "state_changelog_topics", |r| Ok(TopicInfo::read(r, v)?))?;
        s.repartition_source_topics = r.array(f, "repartition_source_topics", |r| Ok(TopicInfo::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.subtopology_id)?;
        w.array(f, &s.source_topics, |w, x| { w.string(f, x)?; Ok(()) })?;
        w.array(f, &s.repartition_sink_topics, |w, x| { w.string(f, x)?; Ok(()) })?;
        w.array(f, &s.state_changelog_topics, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.array(f, &s.repartition_source_topics, |w, x| { x.write(w, v)?; Ok(()) })?;
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
        s.repartition_sink_topics = (0..g.count()).map(|_| g.string()).collect();
        s.state_changelog_topics = (0..g.count()).map(|_| TopicInfo::sample(g, v)).collect();
        s.repartition_source_topics = (0..g.count()).map(|_| TopicInfo::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Member {
    pub member_id: StrBytes,
    pub member_epoch: i32,
    pub instance_id: Option<StrBytes>,
    pub rack_id: Option<StrBytes>,
    pub client_id: StrBytes,
    pub client_host: StrBytes,
    pub topology_epoch: i32,
    pub process_id: StrBytes,
    pub user_endpoint: Option<Endpoint>,
    pub client_tags: Vec<KeyValue>,
    pub task_offsets: Vec<TaskOffset>,
    pub task_end_offsets: Vec<TaskOffset>,
    pub assignment: Assignment,
    pub target_assignment: Assignment,
    pub is_classic: bool,
}

impl Member {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.member_id = r.string(f, "member_id")?;
        s.member_epoch = r.i32()?;
        s.instance_id = r.nullable_string(f)?;
        s.rack_id = r.nullable_string(f)?;
        s.client_id = r.string(f, "client_id")?;
        s.client_host = r.string(f, "client_host")?;
        s.topology_epoch = r.i32()?;
        s.process_id = r.string(f, "process_id")?;
        s.user_endpoint = if r.i8()? < 0 { None } else { Some(Endpoint::read(r, v)?) };
        s.client_tags = r.array(f, "client_tags", |r| Ok(KeyValue::read(r, v)?))?;
        s.task_offsets = r.array(f, "task_offsets", |r| Ok(TaskOffset::read(r, v)?))?;
        s.task_end_offsets = r.array(f, "task_end_offsets", |r| Ok(TaskOffset::read(r, v)?))?;
        s.assignment = Assignment::read(r, v)?;
        s.target_assignment = Assignment::read(r, v)?;
        s.is_classic = r.bool()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.member_id)?;
        w.i32(s.member_epoch);
        w.nullable_string(f, s.instance_id.as_deref())?;
        w.nullable_string(f, s.rack_id.as_deref())?;
        w.string(f, &s.client_id)?;
        w.string(f, &s.client_host)?;
        w.i32(s.topology_epoch);
        w.string(f, &s.process_id)?;
        match &s.user_endpoint { None => w.i8(-1), Some(x) => { w.i8(1); x.write(w, v)?; } }
        w.array(f, &s.client_tags, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.array(f, &s.task_offsets, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.array(f, &s.task_end_offsets, |w, x| { x.write(w, v)?; Ok(()) })?;
        s.assignment.write(w, v)?;
        s.target_assignment.write(w, v)?;
        w.bool(s.is_classic);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl Member {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.member_id = g.string();
        s.member_epoch = g.i32();
        s.instance_id = if g.null() { None } else { Some(g.string()) };
        s.rack_id = if g.null() { None } else { Some(g.string()) };
        s.client_id = g.string();
        s.client_host = g.string();
        s.topology_epoch = g.i32();
        s.process_id = g.string();
        s.user_endpoint = if g.null() { None } else { Some(Endpoint::sample(g, v)) };
        s.client_tags = (0..g.count()).map(|_| KeyValue::sample(g, v)).collect();
        s.task_offsets = (0..g.count()).map(|_| TaskOffset::sample(g, v)).collect();
        s.task_end_offsets = (0..g.count()).map(|_| TaskOffset::sample(g, v)).collect();
        s.assignment = Assignment::sample(g, v);
        s.target_assignment = Assignment::sample(g, v);
        s.is_classic = g.bool();
        let _ = (g, v);
        s
    }
}

impl Message for StreamsGroupDescribeResponse {
    const NAME: &'static str = "StreamsGroupDescribeResponse";
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
