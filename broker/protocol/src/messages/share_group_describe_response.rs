//! Kafka's ShareGroupDescribeResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShareGroupDescribeResponse {
    pub throttle_time_ms: i32,
    pub groups: Vec<DescribedGroup>,
}

impl ShareGroupDescribeResponse {
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
impl ShareGroupDescribeResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.throttle_time_ms = g.i32();
        s.groups = (0..g.count()).map(|_| DescribedGroup::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicPartitions {
    pub topic_id: Uuid,
    pub topic_name: StrBytes,
    pub partitions: Vec<i32>,
}

impl TopicPartitions {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.topic_id = r.uuid()?;
        s.topic_name = r.string(f, "topic_name")?;
        s.partitions = r.array(f, "partitions", |r| Ok(r.i32()?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.uuid(s.topic_id);
        w.string(f, &s.topic_name)?;
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
        s.topic_name = g.string();
        s.partitions = (0..g.count()).map(|_| g.i32()).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Assignment {
    pub topic_partitions: Vec<TopicPartitions>,
}

impl Assignment {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.topic_partitions = r.array(f, "topic_partitions", |r| Ok(TopicPartitions::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.array(f, &s.topic_partitions, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl Assignment {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topic_partitions = (0..g.count()).map(|_| TopicPartitions::sample(g, v)).collect();
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
    pub assignor_name: StrBytes,
    pub members: Vec<Member>,
    pub authorized_operations: i32,
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
            assignor_name: Default::default(),
            members: Default::default(),
            authorized_operations: -2147483648,
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
        s.assignor_name = r.string(f, "assignor_name")?;
        s.members = r.array(f, "members", |r| Ok(Member::read(r, v)?))?;
        s.authorized_operations = r.i32()?;
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
        w.string(f, &s.assignor_name)?;
        w.array(f, &s.members, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.i32(s.authorized_operations);
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
        s.assignor_name = g.string();
        s.members = (0..g.count()).map(|_| Member::sample(g, v)).collect();
        s.authorized_operations = g.i32();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Member {
    pub member_id: StrBytes,
    pub rack_id: Option<StrBytes>,
    pub member_epoch: i32,
    pub client_id: StrBytes,
    pub client_host: StrBytes,
    pub subscribed_topic_names: Vec<StrBytes>,
    pub assignment: Assignment,
}

impl Member {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.member_id = r.string(f, "member_id")?;
        s.rack_id = r.nullable_string(f)?;
        s.member_epoch = r.i32()?;
        s.client_id = r.string(f, "client_id")?;
        s.client_host = r.string(f, "client_host")?;
        s.subscribed_topic_names = r.array(f, "subscribed_topic_names", |r| Ok(r.string(f, "subscribed_topic_names")?))?;
        s.assignment = Assignment::read(r, v)?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.member_id)?;
        w.nullable_string(f, s.rack_id.as_deref())?;
        w.i32(s.member_epoch);
        w.string(f, &s.client_id)?;
        w.string(f, &s.client_host)?;
        w.array(f, &s.subscribed_topic_names, |w, x| { w.string(f, x)?; Ok(()) })?;
        s.assignment.write(w, v)?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl Member {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.member_id = g.string();
        s.rack_id = if g.null() { None } else { Some(g.string()) };
        s.member_epoch = g.i32();
        s.client_id = g.string();
        s.client_host = g.string();
        s.subscribed_topic_names = (0..g.count()).map(|_| g.string()).collect();
        s.assignment = Assignment::sample(g, v);
        let _ = (g, v);
        s
    }
}

impl Message for ShareGroupDescribeResponse {
    const NAME: &'static str = "ShareGroupDescribeResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 1..=1;
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
