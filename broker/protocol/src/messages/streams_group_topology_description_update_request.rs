//! Kafka's StreamsGroupTopologyDescriptionUpdateRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct StreamsGroupTopologyDescriptionUpdateRequest {
    pub group_id: StrBytes,
    pub member_id: StrBytes,
    pub topology_epoch: i32,
    pub topology_description: TopologyDescription,
}

impl StreamsGroupTopologyDescriptionUpdateRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.group_id = r.string(f, "group_id")?;
        s.member_id = r.string(f, "member_id")?;
        s.topology_epoch = r.i32()?;
        s.topology_description = TopologyDescription::read(r, v)?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.group_id)?;
        w.string(f, &s.member_id)?;
        w.i32(s.topology_epoch);
        s.topology_description.write(w, v)?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl StreamsGroupTopologyDescriptionUpdateRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.group_id = g.string();
        s.member_id = g.string();
        s.topology_epoch = g.i32();
        s.topology_description = TopologyDescription::sample(g, v);
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
        s.subtopologies = r.array(f, "subtopologies", |r| Ok(TopologyDescriptionSubtopology::read(r, v)?))?;
        s.global_stores = r.array(f, "global_stores", |r| Ok(TopologyDescriptionGlobalStore::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.array(f, &s.subtopologies, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.array(f, &s.global_stores, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl TopologyDescription {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.subtopologies = (0..g.count()).map(|_| TopologyDescriptionSubtopology::sample(g, v)).collect();
        s.global_stores = (0..g.count()).map(|_| TopologyDescriptionGlobalStore::sample(g, v)).collect();
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
        s.subtopology_id = r.string(f, "subtopology_id")?;
        s.nodes = r.array(f, "nodes", |r| Ok(TopologyDescriptionNode::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.subtopology_id)?;
        w.array(f, &s.nodes, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl TopologyDescriptionSubtopology {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.subtopology_id = g.string();
        s.nodes = (0..g.count()).map(|_| TopologyDescriptionNode::sample(g, v)).collect();
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
        s.name = r.string(f, "name")?;
        s.node_type = r.i8()?;
        s.source_topics = r.array(f, "source_topics", |r| Ok(r.string(f, "source_topics")?))?;
        s.sink_topic = r.nullable_string(f)?;
        s.stores = r.array(f, "stores", |r| Ok(r.string(f, "stores")?))?;
        s.successors = r.array(f, "successors", |r| Ok(r.string(f, "successors")?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.name)?;
        w.i8(s.node_type);
        w.array(f, &s.source_topics, |w, x| { w.string(f, x)?; Ok(()) })?;
        w.nullable_string(f, s.sink_topic.as_deref())?;
        w.array(f, &s.stores, |w, x| { w.string(f, x)?; Ok(()) })?;
        w.array(f, &s.successors, |w, x| { w.string(f, x)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl TopologyDescriptionNode {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.name = g.string();
        s.node_type = g.i8();
        s.source_topics = (0..g.count()).map(|_| g.string()).collect();
        s.sink_topic = if g.null() { None } else { Some(g.string()) };
        s.stores = (0..g.count()).map(|_| g.string()).collect();
        s.successors = (0..g.count()).map(|_| g.string()).collect();
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
        s.source = TopologyDescriptionNode::read(r, v)?;
        s.processor = TopologyDescriptionNode::read(r, v)?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        s.source.write(w, v)?;
        s.processor.write(w, v)?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl TopologyDescriptionGlobalStore {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.source = TopologyDescriptionNode::sample(g, v);
        s.processor = TopologyDescriptionNode::sample(g, v);
        let _ = (g, v);
        s
    }
}

impl Message for StreamsGroupTopologyDescriptionUpdateRequest {
    const NAME: &'static str = "StreamsGroupTopologyDescriptionUpdateRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;
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

impl Request for StreamsGroupTopologyDescriptionUpdateRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::StreamsGroupTopologyDescriptionUpdate;
    type Response = super::streams_group_topology_description_update_response::StreamsGroupTopologyDescriptionUpdateResponse;
}
