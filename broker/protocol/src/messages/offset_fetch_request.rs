//! Kafka's OffsetFetchRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct OffsetFetchRequest {
    pub group_id: StrBytes,
    pub topics: Option<Vec<OffsetFetchRequestTopic>>,
    pub groups: Vec<OffsetFetchRequestGroup>,
    pub require_stable: bool,
}

impl Default for OffsetFetchRequest {
    fn default() -> Self {
        Self {
            group_id: Default::default(),
            topics: Some(Default::default()),
            groups: Default::default(),
            require_stable: false,
        }
    }
}

impl OffsetFetchRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 6;
        let mut s = Self::default();
        if v <= 7 { s.group_id = r.string(f, "group_id")?; }
        if v <= 7 { s.topics = if (2..=7).contains(&v) { r.nullable_array(f, |r| Ok(OffsetFetchRequestTopic::read(r, v)?))? } else { Some(r.array(f, "topics", |r| Ok(OffsetFetchRequestTopic::read(r, v)?))?) }; }
        if v >= 8 { s.groups = r.array(f, "groups", |r| Ok(OffsetFetchRequestGroup::read(r, v)?))?; }
        if v >= 7 { s.require_stable = r.bool()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 6;
        let s = self;
        if v <= 7 { w.string(f, &s.group_id)?; }
        if !(v <= 7) && !s.group_id.is_empty() { return Err(CodecError::NotInVersion { message: "OffsetFetchRequest", field: "group_id", version: v }); }
        if v <= 7 { if !((2..=7).contains(&v)) && s.topics.is_none() { return Err(CodecError::NotInVersion { message: "OffsetFetchRequest", field: "topics", version: v }); } w.nullable_array(f, s.topics.as_deref(), |w, x| { x.write(w, v)?; Ok(()) })?; }
        if !(v <= 7) && s.topics.as_ref().is_none_or(|value| !value.is_empty()) { return Err(CodecError::NotInVersion { message: "OffsetFetchRequest", field: "topics", version: v }); }
        if v >= 8 { w.array(f, &s.groups, |w, x| { x.write(w, v)?; Ok(()) })?; }
        if !(v >= 8) && !s.groups.is_empty() { return Err(CodecError::NotInVersion { message: "OffsetFetchRequest", field: "groups", version: v }); }
        if v >= 7 { w.bool(s.require_stable); }
        if !(v >= 7) && s.require_stable { return Err(CodecError::NotInVersion { message: "OffsetFetchRequest", field: "require_stable", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl OffsetFetchRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v <= 7 { s.group_id = g.string(); }
        if v <= 7 { s.topics = if (2..=7).contains(&v) && g.null() { None } else { Some((0..g.count()).map(|_| OffsetFetchRequestTopic::sample(g, v)).collect()) }; }
        if v >= 8 { s.groups = (0..g.count()).map(|_| OffsetFetchRequestGroup::sample(g, v)).collect(); }
        if v >= 7 { s.require_stable = g.bool(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetFetchRequestTopic {
    pub name: StrBytes,
    pub partition_indexes: Vec<i32>,
}

impl OffsetFetchRequestTopic {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 6;
        let mut s = Self::default();
        if v <= 7 { s.name = r.string(f, "name")?; }
        if v <= 7 { s.partition_indexes = r.array(f, "partition_indexes", |r| Ok(r.i32()?))?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 6;
        let s = self;
        if v <= 7 { w.string(f, &s.name)?; }
        if !(v <= 7) && !s.name.is_empty() { return Err(CodecError::NotInVersion { message: "OffsetFetchRequestTopic", field: "name", version: v }); }
        if v <= 7 { w.array(f, &s.partition_indexes, |w, x| { w.i32(*x); Ok(()) })?; }
        if !(v <= 7) && !s.partition_indexes.is_empty() { return Err(CodecError::NotInVersion { message: "OffsetFetchRequestTopic", field: "partition_indexes", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl OffsetFetchRequestTopic {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v <= 7 { s.name = g.string(); }
        if v <= 7 { s.partition_indexes = (0..g.count()).map(|_| g.i32()).collect(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct OffsetFetchRequestGroup {
    pub group_id: StrBytes,
    pub member_id: Option<StrBytes>,
    pub member_epoch: i32,
    pub topics: Option<Vec<OffsetFetchRequestTopics>>,
}

impl Default for OffsetFetchRequestGroup {
    fn default() -> Self {
        Self {
            group_id: Default::default(),
            member_id: None,
            member_epoch: -1,
            topics: Some(Default::default()),
        }
    }
}

impl OffsetFetchRequestGroup {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 6;
        let mut s = Self::default();
        if v >= 8 { s.group_id = r.string(f, "group_id")?; }
        if v >= 9 { s.member_id = r.nullable_string(f)?; }
        if v >= 9 { s.member_epoch = r.i32()?; }
        if v >= 8 { s.topics = r.nullable_array(f, |r| Ok(OffsetFetchRequestTopics::read(r, v)?))?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 6;
        let s = self;
        if v >= 8 { w.string(f, &s.group_id)?; }
        if !(v >= 8) && !s.group_id.is_empty() { return Err(CodecError::NotInVersion { message: "OffsetFetchRequestGroup", field: "group_id", version: v }); }
        if v >= 9 { w.nullable_string(f, s.member_id.as_deref())?; }
        if v >= 9 { w.i32(s.member_epoch); }
        if v >= 8 { w.nullable_array(f, s.topics.as_deref(), |w, x| { x.write(w, v)?; Ok(()) })?; }
        if !(v >= 8) && s.topics.as_ref().is_none_or(|value| !value.is_empty()) { return Err(CodecError::NotInVersion { message: "OffsetFetchRequestGroup", field: "topics", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl OffsetFetchRequestGroup {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 8 { s.group_id = g.string(); }
        if v >= 9 { s.member_id = if v >= 9 && g.null() { None } else { Some(g.string()) }; }
        if v >= 9 { s.member_epoch = g.i32(); }
        if v >= 8 { s.topics = if v >= 8 && g.null() { None } else { Some((0..g.count()).map(|_| OffsetFetchRequestTopics::sample(g, v)).collect()) }; }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetFetchRequestTopics {
    pub name: StrBytes,
    pub topic_id: Uuid,
    pub partition_indexes: Vec<i32>,
}

impl OffsetFetchRequestTopics {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 6;
        let mut s = Self::default();
        if (8..=9).contains(&v) { s.name = r.string(f, "name")?; }
        if v >= 10 { s.topic_id = r.uuid()?; }
        if v >= 8 { s.partition_indexes = r.array(f, "partition_indexes", |r| Ok(r.i32()?))?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 6;
        let s = self;
        if (8..=9).contains(&v) { w.string(f, &s.name)?; }
        if v >= 10 { w.uuid(s.topic_id); }
        if v >= 8 { w.array(f, &s.partition_indexes, |w, x| { w.i32(*x); Ok(()) })?; }
        if !(v >= 8) && !s.partition_indexes.is_empty() { return Err(CodecError::NotInVersion { message: "OffsetFetchRequestTopics", field: "partition_indexes", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl OffsetFetchRequestTopics {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if (8..=9).contains(&v) { s.name = g.string(); }
        if v >= 10 { s.topic_id = g.uuid(); }
        if v >= 8 { s.partition_indexes = (0..g.count()).map(|_| g.i32()).collect(); }
        let _ = (g, v);
        s
    }
}

impl Message for OffsetFetchRequest {
    const NAME: &'static str = "OffsetFetchRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 1..=10;
    const FLEXIBLE_FROM: Option<i16> = Some(6);

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

impl Request for OffsetFetchRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::OffsetFetch;
    type Response = super::offset_fetch_response::OffsetFetchResponse;
}
