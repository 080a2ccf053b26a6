//! Lasting records.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(missing_docs, unused_imports, unused_variables, unused_mut, dead_code, unreachable_pub)]
#![allow(clippy::all, clippy::pedantic)]

use bytes::Bytes;

use strandline_protocol::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct InitCluster {
    pub cluster_id: Uuid,
    pub level: i32,
}

impl InitCluster {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.cluster_id = r.uuid()?;
        s.level = r.i32()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.uuid(s.cluster_id);
        w.i32(s.level);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl InitCluster {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.cluster_id = g.uuid();
        s.level = g.i32();
        let _ = (g, v);
        s
    }
}

impl Message for InitCluster {
    const NAME: &'static str = "InitCluster";
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

impl InitCluster {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 1;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct RegisterBroker {
    pub broker_id: i32,
    pub incarnation: Uuid,
    pub former_incarnation: Uuid,
    pub rack: Option<StrBytes>,
    pub listeners: Vec<BrokerListener>,
    pub level_min: i32,
    pub level_max: i32,
}

impl RegisterBroker {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.broker_id = r.i32()?;
        s.incarnation = r.uuid()?;
        s.former_incarnation = r.uuid()?;
        s.rack = r.nullable_string(f)?;
        s.listeners = r.array(f, "listeners", |r| Ok(BrokerListener::read(r, v)?))?;
        s.level_min = r.i32()?;
        s.level_max = r.i32()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.broker_id);
        w.uuid(s.incarnation);
        w.uuid(s.former_incarnation);
        w.nullable_string(f, s.rack.as_deref())?;
        w.array(f, &s.listeners, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.i32(s.level_min);
        w.i32(s.level_max);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl RegisterBroker {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.broker_id = g.i32();
        s.incarnation = g.uuid();
        s.former_incarnation = g.uuid();
        s.rack = if g.null() { None } else { Some(g.string()) };
        s.listeners = (0..g.count()).map(|_| BrokerListener::sample(g, v)).collect();
        s.level_min = g.i32();
        s.level_max = g.i32();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct BrokerListener {
    pub name: StrBytes,
    pub host: StrBytes,
    pub port: i32,
    pub security_protocol: i16,
}

impl BrokerListener {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.name = r.string(f, "name")?;
        s.host = r.string(f, "host")?;
        s.port = r.i32()?;
        s.security_protocol = r.i16()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.name)?;
        w.string(f, &s.host)?;
        w.i32(s.port);
        w.i16(s.security_protocol);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl BrokerListener {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.name = g.string();
        s.host = g.string();
        s.port = g.i32();
        s.security_protocol = g.i16();
        let _ = (g, v);
        s
    }
}

impl Message for RegisterBroker {
    const NAME: &'static str = "RegisterBroker";
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

impl RegisterBroker {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 2;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct CreateTopic {
    pub tenant: StrBytes,
    pub name: StrBytes,
    pub topic_id: Uuid,
    pub partitions: Vec<PartitionAssignment>,
    pub configs: Vec<ConfigValue>,
}

impl CreateTopic {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.tenant = r.string(f, "tenant")?;
        s.name = r.string(f, "name")?;
        s.topic_id = r.uuid()?;
        s.partitions = r.array(f, "partitions", |r| Ok(PartitionAssignment::read(r, v)?))?;
        s.configs = r.array(f, "configs", |r| Ok(ConfigValue::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.tenant)?;
        w.string(f, &s.name)?;
        w.uuid(s.topic_id);
        w.array(f, &s.partitions, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.array(f, &s.configs, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl CreateTopic {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.tenant = g.string();
        s.name = g.string();
        s.topic_id = g.uuid();
        s.partitions = (0..g.count()).map(|_| PartitionAssignment::sample(g, v)).collect();
        s.configs = (0..g.count()).map(|_| ConfigValue::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionAssignment {
    pub replicas: Vec<i32>,
}

impl PartitionAssignment {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.replicas = r.array(f, "replicas", |r| Ok(r.i32()?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.array(f, &s.replicas, |w, x| { w.i32(*x); Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl PartitionAssignment {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.replicas = (0..g.count()).map(|_| g.i32()).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConfigValue {
    pub name: StrBytes,
    pub value: StrBytes,
}

impl ConfigValue {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.name = r.string(f, "name")?;
        s.value = r.string(f, "value")?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.name)?;
        w.string(f, &s.value)?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl ConfigValue {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.name = g.string();
        s.value = g.string();
        let _ = (g, v);
        s
    }
}

impl Message for CreateTopic {
    const NAME: &'static str = "CreateTopic";
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

impl CreateTopic {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 3;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeleteTopic {
    pub topic_id: Uuid,
}

impl DeleteTopic {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.topic_id = r.uuid()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.uuid(s.topic_id);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DeleteTopic {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topic_id = g.uuid();
        let _ = (g, v);
        s
    }
}

impl Message for DeleteTopic {
    const NAME: &'static str = "DeleteTopic";
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

impl DeleteTopic {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 4;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct CreatePartitions {
    pub topic_id: Uuid,
    pub current_total: i32,
    pub partitions: Vec<PartitionAssignment>,
}

impl CreatePartitions {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.topic_id = r.uuid()?;
        s.current_total = r.i32()?;
        s.partitions = r.array(f, "partitions", |r| Ok(PartitionAssignment::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.uuid(s.topic_id);
        w.i32(s.current_total);
        w.array(f, &s.partitions, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl CreatePartitions {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topic_id = g.uuid();
        s.current_total = g.i32();
        s.partitions = (0..g.count()).map(|_| PartitionAssignment::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

impl Message for CreatePartitions {
    const NAME: &'static str = "CreatePartitions";
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

impl CreatePartitions {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 5;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SetConfigs {
    pub resource_type: i8,
    pub tenant: StrBytes,
    pub resource_name: StrBytes,
    pub changes: Vec<ConfigChange>,
}

impl SetConfigs {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.resource_type = r.i8()?;
        s.tenant = r.string(f, "tenant")?;
        s.resource_name = r.string(f, "resource_name")?;
        s.changes = r.array(f, "changes", |r| Ok(ConfigChange::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i8(s.resource_type);
        w.string(f, &s.tenant)?;
        w.string(f, &s.resource_name)?;
        w.array(f, &s.changes, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SetConfigs {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.resource_type = g.i8();
        s.tenant = g.string();
        s.resource_name = g.string();
        s.changes = (0..g.count()).map(|_| ConfigChange::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConfigChange {
    pub name: StrBytes,
    pub value: Option<StrBytes>,
}

impl ConfigChange {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.name = r.string(f, "name")?;
        s.value = r.nullable_string(f)?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.name)?;
        w.nullable_string(f, s.value.as_deref())?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl ConfigChange {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.name = g.string();
        s.value = if g.null() { None } else { Some(g.string()) };
        let _ = (g, v);
        s
    }
}

impl Message for SetConfigs {
    const NAME: &'static str = "SetConfigs";
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

impl SetConfigs {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 6;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct AllocateProducerIds {
    pub broker_id: i32,
    pub incarnation: Uuid,
    pub count: i32,
}

impl AllocateProducerIds {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.broker_id = r.i32()?;
        s.incarnation = r.uuid()?;
        s.count = r.i32()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.broker_id);
        w.uuid(s.incarnation);
        w.i32(s.count);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl AllocateProducerIds {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.broker_id = g.i32();
        s.incarnation = g.uuid();
        s.count = g.i32();
        let _ = (g, v);
        s
    }
}

impl Message for AllocateProducerIds {
    const NAME: &'static str = "AllocateProducerIds";
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

impl AllocateProducerIds {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 7;
}

#[derive(Debug, Clone, PartialEq)]
pub struct CommitOffsets {
    pub shard: i32,
    pub shard_epoch: i32,
    pub group_id: StrBytes,
    pub generation_id: i32,
    pub member_id: StrBytes,
    pub topics: Vec<OffsetCommitTopic>,
}

impl Default for CommitOffsets {
    fn default() -> Self {
        Self {
            shard: Default::default(),
            shard_epoch: Default::default(),
            group_id: Default::default(),
            generation_id: -1,
            member_id: Default::default(),
            topics: Default::default(),
        }
    }
}

impl CommitOffsets {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.shard = r.i32()?;
        s.shard_epoch = r.i32()?;
        s.group_id = r.string(f, "group_id")?;
        s.generation_id = r.i32()?;
        s.member_id = r.string(f, "member_id")?;
        s.topics = r.array(f, "topics", |r| Ok(OffsetCommitTopic::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.shard);
        w.i32(s.shard_epoch);
        w.string(f, &s.group_id)?;
        w.i32(s.generation_id);
        w.string(f, &s.member_id)?;
        w.array(f, &s.topics, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl CommitOffsets {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.shard = g.i32();
        s.shard_epoch = g.i32();
        s.group_id = g.string();
        s.generation_id = g.i32();
        s.member_id = g.string();
        s.topics = (0..g.count()).map(|_| OffsetCommitTopic::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetCommitTopic {
    pub topic_id: Uuid,
    pub partitions: Vec<OffsetCommit>,
}

impl OffsetCommitTopic {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.topic_id = r.uuid()?;
        s.partitions = r.array(f, "partitions", |r| Ok(OffsetCommit::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.uuid(s.topic_id);
        w.array(f, &s.partitions, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl OffsetCommitTopic {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topic_id = g.uuid();
        s.partitions = (0..g.count()).map(|_| OffsetCommit::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct OffsetCommit {
    pub partition: i32,
    pub offset: i64,
    pub leader_epoch: i32,
    pub expire_timestamp: i64,
    pub metadata: StrBytes,
}

impl Default for OffsetCommit {
    fn default() -> Self {
        Self {
            partition: Default::default(),
            offset: Default::default(),
            leader_epoch: -1,
            expire_timestamp: -1,
            metadata: Default::default(),
        }
    }
}

impl OffsetCommit {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.partition = r.i32()?;
        s.offset = r.i64()?;
        s.leader_epoch = r.i32()?;
        s.expire_timestamp = r.i64()?;
        s.metadata = r.string(f, "metadata")?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.partition);
        w.i64(s.offset);
        w.i32(s.leader_epoch);
        w.i64(s.expire_timestamp);
        w.string(f, &s.metadata)?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl OffsetCommit {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.partition = g.i32();
        s.offset = g.i64();
        s.leader_epoch = g.i32();
        s.expire_timestamp = g.i64();
        s.metadata = g.string();
        let _ = (g, v);
        s
    }
}

impl Message for CommitOffsets {
    const NAME: &'static str = "CommitOffsets";
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

impl CommitOffsets {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 8;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeleteOffsets {
    pub shard: i32,
    pub shard_epoch: i32,
    pub group_id: StrBytes,
    pub topics: Vec<DeleteOffsetsTopic>,
}

impl DeleteOffsets {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.shard = r.i32()?;
        s.shard_epoch = r.i32()?;
        s.group_id = r.string(f, "group_id")?;
        s.topics = r.array(f, "topics", |r| Ok(DeleteOffsetsTopic::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.shard);
        w.i32(s.shard_epoch);
        w.string(f, &s.group_id)?;
        w.array(f, &s.topics, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DeleteOffsets {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.shard = g.i32();
        s.shard_epoch = g.i32();
        s.group_id = g.string();
        s.topics = (0..g.count()).map(|_| DeleteOffsetsTopic::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeleteOffsetsTopic {
    pub topic_id: Uuid,
    pub partitions: Vec<i32>,
}

impl DeleteOffsetsTopic {
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
impl DeleteOffsetsTopic {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topic_id = g.uuid();
        s.partitions = (0..g.count()).map(|_| g.i32()).collect();
        let _ = (g, v);
        s
    }
}

impl Message for DeleteOffsets {
    const NAME: &'static str = "DeleteOffsets";
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

impl DeleteOffsets {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 9;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct PutGroup {
    pub shard: i32,
    pub shard_epoch: i32,
    pub group: GroupRecord,
}

impl PutGroup {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.shard = r.i32()?;
        s.shard_epoch = r.i32()?;
        s.group = GroupRecord::read(r, v)?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.shard);
        w.i32(s.shard_epoch);
        s.group.write(w, v)?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl PutGroup {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.shard = g.i32();
        s.shard_epoch = g.i32();
        s.group = GroupRecord::sample(g, v);
        let _ = (g, v);
        s
    }
}

impl Message for PutGroup {
    const NAME: &'static str = "PutGroup";
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

impl PutGroup {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 10;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeleteGroup {
    pub shard: i32,
    pub shard_epoch: i32,
    pub group_id: StrBytes,
}

impl DeleteGroup {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.shard = r.i32()?;
        s.shard_epoch = r.i32()?;
        s.group_id = r.string(f, "group_id")?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.shard);
        w.i32(s.shard_epoch);
        w.string(f, &s.group_id)?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DeleteGroup {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.shard = g.i32();
        s.shard_epoch = g.i32();
        s.group_id = g.string();
        let _ = (g, v);
        s
    }
}

impl Message for DeleteGroup {
    const NAME: &'static str = "DeleteGroup";
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

impl DeleteGroup {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 11;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExpireOffsets {
    pub shard: i32,
    pub shard_epoch: i32,
    pub retention_ms: i64,
}

impl ExpireOffsets {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.shard = r.i32()?;
        s.shard_epoch = r.i32()?;
        s.retention_ms = r.i64()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.shard);
        w.i32(s.shard_epoch);
        w.i64(s.retention_ms);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl ExpireOffsets {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.shard = g.i32();
        s.shard_epoch = g.i32();
        s.retention_ms = g.i64();
        let _ = (g, v);
        s
    }
}

impl Message for ExpireOffsets {
    const NAME: &'static str = "ExpireOffsets";
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

impl ExpireOffsets {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 12;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SetLogStart {
    pub topic_id: Uuid,
    pub partition: i32,
    pub leader_epoch: i32,
    pub log_start_offset: i64,
}

impl SetLogStart {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.topic_id = r.uuid()?;
        s.partition = r.i32()?;
        s.leader_epoch = r.i32()?;
        s.log_start_offset = r.i64()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.uuid(s.topic_id);
        w.i32(s.partition);
        w.i32(s.leader_epoch);
        w.i64(s.log_start_offset);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SetLogStart {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topic_id = g.uuid();
        s.partition = g.i32();
        s.leader_epoch = g.i32();
        s.log_start_offset = g.i64();
        let _ = (g, v);
        s
    }
}

impl Message for SetLogStart {
    const NAME: &'static str = "SetLogStart";
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

impl SetLogStart {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 13;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct CommitTier {
    pub topic_id: Uuid,
    pub partition: i32,
    pub leader_epoch: i32,
    pub expected_tiered_end_offset: i64,
    pub expected_version: i64,
    pub drop_tail_entries: i32,
    pub set_root: bool,
    pub root_start_offset: i64,
    pub root_end_offset: i64,
    pub root: Option<Bytes>,
    pub entries: Vec<TierEntry>,
    pub log_start_offset: i64,
}

impl CommitTier {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.topic_id = r.uuid()?;
        s.partition = r.i32()?;
        s.leader_epoch = r.i32()?;
        s.expected_tiered_end_offset = r.i64()?;
        s.expected_version = r.i64()?;
        s.drop_tail_entries = r.i32()?;
        s.set_root = r.bool()?;
        s.root_start_offset = r.i64()?;
        s.root_end_offset = r.i64()?;
        s.root = r.nullable_bytes(f)?;
        s.entries = r.array(f, "entries", |r| Ok(TierEntry::read(r, v)?))?;
        s.log_start_offset = r.i64()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.uuid(s.topic_id);
        w.i32(s.partition);
        w.i32(s.leader_epoch);
        w.i64(s.expected_tiered_end_offset);
        w.i64(s.expected_version);
        w.i32(s.drop_tail_entries);
        w.bool(s.set_root);
        w.i64(s.root_start_offset);
        w.i64(s.root_end_offset);
        w.nullable_bytes(f, s.root.as_ref())?;
        w.array(f, &s.entries, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.i64(s.log_start_offset);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl CommitTier {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topic_id = g.uuid();
        s.partition = g.i32();
        s.leader_epoch = g.i32();
        s.expected_tiered_end_offset = g.i64();
        s.expected_version = g.i64();
        s.drop_tail_entries = g.i32();
        s.set_root = g.bool();
        s.root_start_offset = g.i64();
        s.root_end_offset = g.i64();
        s.root = if g.null() { None } else { Some(g.bytes()) };
        s.entries = (0..g.count()).map(|_| TierEntry::sample(g, v)).collect();
        s.log_start_offset = g.i64();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct TierEntry {
    pub base_offset: i64,
    pub end_offset: i64,
    pub entry: Bytes,
}

impl TierEntry {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.base_offset = r.i64()?;
        s.end_offset = r.i64()?;
        s.entry = r.bytes(f, "entry")?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i64(s.base_offset);
        w.i64(s.end_offset);
        w.bytes(f, &s.entry)?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl TierEntry {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.base_offset = g.i64();
        s.end_offset = g.i64();
        s.entry = g.bytes();
        let _ = (g, v);
        s
    }
}

impl Message for CommitTier {
    const NAME: &'static str = "CommitTier";
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

impl CommitTier {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 14;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SetFeature {
    pub name: StrBytes,
    pub level: i16,
}

impl SetFeature {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.name = r.string(f, "name")?;
        s.level = r.i16()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.name)?;
        w.i16(s.level);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SetFeature {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.name = g.string();
        s.level = g.i16();
        let _ = (g, v);
        s
    }
}

impl Message for SetFeature {
    const NAME: &'static str = "SetFeature";
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

impl SetFeature {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 15;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SetLevel {
    pub level: i32,
}

impl SetLevel {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.level = r.i32()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.level);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SetLevel {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.level = g.i32();
        let _ = (g, v);
        s
    }
}

impl Message for SetLevel {
    const NAME: &'static str = "SetLevel";
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

impl SetLevel {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 16;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ForgetTopic {
    pub topic_id: Uuid,
}

impl ForgetTopic {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.topic_id = r.uuid()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.uuid(s.topic_id);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl ForgetTopic {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topic_id = g.uuid();
        let _ = (g, v);
        s
    }
}

impl Message for ForgetTopic {
    const NAME: &'static str = "ForgetTopic";
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

impl ForgetTopic {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 17;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct CommandBatch {
    pub timestamp: i64,
    pub streams: Vec<CommandStream>,
}

impl CommandBatch {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.timestamp = r.i64()?;
        s.streams = r.array(f, "streams", |r| Ok(CommandStream::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i64(s.timestamp);
        w.array(f, &s.streams, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl CommandBatch {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.timestamp = g.i64();
        s.streams = (0..g.count()).map(|_| CommandStream::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct CommandStream {
    pub proposer_kind: i8,
    pub proposer_id: i32,
    pub shard_epoch: i32,
    pub incarnation: Uuid,
    pub first_number: i64,
    pub commands: Vec<EncodedCommand>,
}

impl CommandStream {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.proposer_kind = r.i8()?;
        s.proposer_id = r.i32()?;
        s.shard_epoch = r.i32()?;
        s.incarnation = r.uuid()?;
        s.first_number = r.i64()?;
        s.commands = r.array(f, "commands", |r| Ok(EncodedCommand::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i8(s.proposer_kind);
        w.i32(s.proposer_id);
        w.i32(s.shard_epoch);
        w.uuid(s.incarnation);
        w.i64(s.first_number);
        w.array(f, &s.commands, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl CommandStream {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.proposer_kind = g.i8();
        s.proposer_id = g.i32();
        s.shard_epoch = g.i32();
        s.incarnation = g.uuid();
        s.first_number = g.i64();
        s.commands = (0..g.count()).map(|_| EncodedCommand::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct EncodedCommand {
    pub kind: u16,
    pub body: Bytes,
}

impl EncodedCommand {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.kind = r.u16()?;
        s.body = r.bytes(f, "body")?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.u16(s.kind);
        w.bytes(f, &s.body)?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl EncodedCommand {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.kind = g.u16();
        s.body = g.bytes();
        let _ = (g, v);
        s
    }
}

impl Message for CommandBatch {
    const NAME: &'static str = "CommandBatch";
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

impl CommandBatch {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 100;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct RaftMembership {
    pub voter_sets: Vec<RaftVoterSet>,
    pub nodes: Vec<RaftNode>,
}

impl RaftMembership {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.voter_sets = r.array(f, "voter_sets", |r| Ok(RaftVoterSet::read(r, v)?))?;
        s.nodes = r.array(f, "nodes", |r| Ok(RaftNode::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.array(f, &s.voter_sets, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.array(f, &s.nodes, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl RaftMembership {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.voter_sets = (0..g.count()).map(|_| RaftVoterSet::sample(g, v)).collect();
        s.nodes = (0..g.count()).map(|_| RaftNode::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct RaftVoterSet {
    pub voters: Vec<i64>,
}

impl RaftVoterSet {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.voters = r.array(f, "voters", |r| Ok(r.i64()?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.array(f, &s.voters, |w, x| { w.i64(*x); Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl RaftVoterSet {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.voters = (0..g.count()).map(|_| g.i64()).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct RaftNode {
    pub node_id: i64,
    pub address: StrBytes,
}

impl RaftNode {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.node_id = r.i64()?;
        s.address = r.string(f, "address")?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i64(s.node_id);
        w.string(f, &s.address)?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl RaftNode {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.node_id = g.i64();
        s.address = g.string();
        let _ = (g, v);
        s
    }
}

impl Message for RaftMembership {
    const NAME: &'static str = "RaftMembership";
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

impl RaftMembership {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 101;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SnapshotHeader {
    pub level: i32,
    pub cluster_id: Uuid,
    pub timestamp: i64,
    pub next_producer_id: i64,
    pub has_last_log_id: bool,
    pub term: i64,
    pub node_id: i64,
    pub index: i64,
    pub has_membership_log_id: bool,
    pub membership_term: i64,
    pub membership_node_id: i64,
    pub membership_index: i64,
    pub membership: RaftMembership,
}

impl SnapshotHeader {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.level = r.i32()?;
        s.cluster_id = r.uuid()?;
        s.timestamp = r.i64()?;
        s.next_producer_id = r.i64()?;
        s.has_last_log_id = r.bool()?;
        s.term = r.i64()?;
        s.node_id = r.i64()?;
        s.index = r.i64()?;
        s.has_membership_log_id = r.bool()?;
        s.membership_term = r.i64()?;
        s.membership_node_id = r.i64()?;
        s.membership_index = r.i64()?;
        s.membership = RaftMembership::read(r, v)?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.level);
        w.uuid(s.cluster_id);
        w.i64(s.timestamp);
        w.i64(s.next_producer_id);
        w.bool(s.has_last_log_id);
        w.i64(s.term);
        w.i64(s.node_id);
        w.i64(s.index);
        w.bool(s.has_membership_log_id);
        w.i64(s.membership_term);
        w.i64(s.membership_node_id);
        w.i64(s.membership_index);
        s.membership.write(w, v)?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SnapshotHeader {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.level = g.i32();
        s.cluster_id = g.uuid();
        s.timestamp = g.i64();
        s.next_producer_id = g.i64();
        s.has_last_log_id = g.bool();
        s.term = g.i64();
        s.node_id = g.i64();
        s.index = g.i64();
        s.has_membership_log_id = g.bool();
        s.membership_term = g.i64();
        s.membership_node_id = g.i64();
        s.membership_index = g.i64();
        s.membership = RaftMembership::sample(g, v);
        let _ = (g, v);
        s
    }
}

impl Message for SnapshotHeader {
    const NAME: &'static str = "SnapshotHeader";
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

impl SnapshotHeader {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 110;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SnapshotCluster {
    pub topology_index: i64,
    pub controller_id: i32,
    pub features: Vec<SnapshotFeature>,
    pub shards: Vec<SnapshotShard>,
}

impl SnapshotCluster {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.topology_index = r.i64()?;
        s.controller_id = r.i32()?;
        s.features = r.array(f, "features", |r| Ok(SnapshotFeature::read(r, v)?))?;
        s.shards = r.array(f, "shards", |r| Ok(SnapshotShard::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i64(s.topology_index);
        w.i32(s.controller_id);
        w.array(f, &s.features, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.array(f, &s.shards, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SnapshotCluster {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topology_index = g.i64();
        s.controller_id = g.i32();
        s.features = (0..g.count()).map(|_| SnapshotFeature::sample(g, v)).collect();
        s.shards = (0..g.count()).map(|_| SnapshotShard::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SnapshotFeature {
    pub name: StrBytes,
    pub level: i16,
}

impl SnapshotFeature {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.name = r.string(f, "name")?;
        s.level = r.i16()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.name)?;
        w.i16(s.level);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SnapshotFeature {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.name = g.string();
        s.level = g.i16();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SnapshotShard {
    pub owner: i32,
    pub epoch: i32,
}

impl SnapshotShard {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.owner = r.i32()?;
        s.epoch = r.i32()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.owner);
        w.i32(s.epoch);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SnapshotShard {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.owner = g.i32();
        s.epoch = g.i32();
        let _ = (g, v);
        s
    }
}

impl Message for SnapshotCluster {
    const NAME: &'static str = "SnapshotCluster";
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

impl SnapshotCluster {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 111;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SnapshotBroker {
    pub broker_id: i32,
    pub incarnation: Uuid,
    pub broker_epoch: i64,
    pub rack: Option<StrBytes>,
    pub listeners: Vec<BrokerListener>,
    pub level_min: i32,
    pub level_max: i32,
}

impl SnapshotBroker {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.broker_id = r.i32()?;
        s.incarnation = r.uuid()?;
        s.broker_epoch = r.i64()?;
        s.rack = r.nullable_string(f)?;
        s.listeners = r.array(f, "listeners", |r| Ok(BrokerListener::read(r, v)?))?;
        s.level_min = r.i32()?;
        s.level_max = r.i32()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.broker_id);
        w.uuid(s.incarnation);
        w.i64(s.broker_epoch);
        w.nullable_string(f, s.rack.as_deref())?;
        w.array(f, &s.listeners, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.i32(s.level_min);
        w.i32(s.level_max);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SnapshotBroker {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.broker_id = g.i32();
        s.incarnation = g.uuid();
        s.broker_epoch = g.i64();
        s.rack = if g.null() { None } else { Some(g.string()) };
        s.listeners = (0..g.count()).map(|_| BrokerListener::sample(g, v)).collect();
        s.level_min = g.i32();
        s.level_max = g.i32();
        let _ = (g, v);
        s
    }
}

impl Message for SnapshotBroker {
    const NAME: &'static str = "SnapshotBroker";
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

impl SnapshotBroker {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 112;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SnapshotConfigs {
    pub resource_type: i8,
    pub tenant: StrBytes,
    pub resource_name: StrBytes,
    pub configs: Vec<ConfigValue>,
}

impl SnapshotConfigs {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.resource_type = r.i8()?;
        s.tenant = r.string(f, "tenant")?;
        s.resource_name = r.string(f, "resource_name")?;
        s.configs = r.array(f, "configs", |r| Ok(ConfigValue::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i8(s.resource_type);
        w.string(f, &s.tenant)?;
        w.string(f, &s.resource_name)?;
        w.array(f, &s.configs, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SnapshotConfigs {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.resource_type = g.i8();
        s.tenant = g.string();
        s.resource_name = g.string();
        s.configs = (0..g.count()).map(|_| ConfigValue::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

impl Message for SnapshotConfigs {
    const NAME: &'static str = "SnapshotConfigs";
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

impl SnapshotConfigs {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 113;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SnapshotTopic {
    pub topic_id: Uuid,
    pub tenant: StrBytes,
    pub name: StrBytes,
    pub created_index: i64,
    pub configs: Vec<ConfigValue>,
    pub replica_lists: Vec<PartitionAssignment>,
    pub incarnations: Vec<Uuid>,
    pub partitions: Vec<SnapshotPartition>,
}

impl SnapshotTopic {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.topic_id = r.uuid()?;
        s.tenant = r.string(f, "tenant")?;
        s.name = r.string(f, "name")?;
        s.created_index = r.i64()?;
        s.configs = r.array(f, "configs", |r| Ok(ConfigValue::read(r, v)?))?;
        s.replica_lists = r.array(f, "replica_lists", |r| Ok(PartitionAssignment::read(r, v)?))?;
        s.incarnations = r.array(f, "incarnations", |r| Ok(r.uuid()?))?;
        s.partitions = r.array(f, "partitions", |r| Ok(SnapshotPartition::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.uuid(s.topic_id);
        w.string(f, &s.tenant)?;
        w.string(f, &s.name)?;
        w.i64(s.created_index);
        w.array(f, &s.configs, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.array(f, &s.replica_lists, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.array(f, &s.incarnations, |w, x| { w.uuid(*x); Ok(()) })?;
        w.array(f, &s.partitions, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SnapshotTopic {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topic_id = g.uuid();
        s.tenant = g.string();
        s.name = g.string();
        s.created_index = g.i64();
        s.configs = (0..g.count()).map(|_| ConfigValue::sample(g, v)).collect();
        s.replica_lists = (0..g.count()).map(|_| PartitionAssignment::sample(g, v)).collect();
        s.incarnations = (0..g.count()).map(|_| g.uuid()).collect();
        s.partitions = (0..g.count()).map(|_| SnapshotPartition::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SnapshotPartition {
    pub leader: i32,
    pub leader_epoch: i32,
    pub partition_epoch: i32,
    pub incarnation: i32,
    pub replicas: i32,
    pub isr: i32,
}

impl SnapshotPartition {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.leader = r.i32()?;
        s.leader_epoch = r.i32()?;
        s.partition_epoch = r.i32()?;
        s.incarnation = r.i32()?;
        s.replicas = r.i32()?;
        s.isr = r.i32()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.leader);
        w.i32(s.leader_epoch);
        w.i32(s.partition_epoch);
        w.i32(s.incarnation);
        w.i32(s.replicas);
        w.i32(s.isr);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SnapshotPartition {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.leader = g.i32();
        s.leader_epoch = g.i32();
        s.partition_epoch = g.i32();
        s.incarnation = g.i32();
        s.replicas = g.i32();
        s.isr = g.i32();
        let _ = (g, v);
        s
    }
}

impl Message for SnapshotTopic {
    const NAME: &'static str = "SnapshotTopic";
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

impl SnapshotTopic {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 114;
}

#[derive(Debug, Clone, PartialEq)]
pub struct GroupRecord {
    pub group_id: StrBytes,
    pub protocol_type: StrBytes,
    pub protocol_name: Option<StrBytes>,
    pub generation: i32,
    pub state: i8,
    pub leader: Option<StrBytes>,
    pub members: Vec<GroupMember>,
    pub state_timestamp: i64,
}

impl Default for GroupRecord {
    fn default() -> Self {
        Self {
            group_id: Default::default(),
            protocol_type: Default::default(),
            protocol_name: None,
            generation: Default::default(),
            state: Default::default(),
            leader: None,
            members: Default::default(),
            state_timestamp: -1,
        }
    }
}

impl GroupRecord {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.group_id = r.string(f, "group_id")?;
        s.protocol_type = r.string(f, "protocol_type")?;
        s.protocol_name = r.nullable_string(f)?;
        s.generation = r.i32()?;
        s.state = r.i8()?;
        s.leader = r.nullable_string(f)?;
        s.members = r.array(f, "members", |r| Ok(GroupMember::read(r, v)?))?;
        s.state_timestamp = r.i64()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.group_id)?;
        w.string(f, &s.protocol_type)?;
        w.nullable_string(f, s.protocol_name.as_deref())?;
        w.i32(s.generation);
        w.i8(s.state);
        w.nullable_string(f, s.leader.as_deref())?;
        w.array(f, &s.members, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.i64(s.state_timestamp);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl GroupRecord {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.group_id = g.string();
        s.protocol_type = g.string();
        s.protocol_name = if g.null() { None } else { Some(g.string()) };
        s.generation = g.i32();
        s.state = g.i8();
        s.leader = if g.null() { None } else { Some(g.string()) };
        s.members = (0..g.count()).map(|_| GroupMember::sample(g, v)).collect();
        s.state_timestamp = g.i64();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct GroupMember {
    pub member_id: StrBytes,
    pub group_instance_id: Option<StrBytes>,
    pub client_id: StrBytes,
    pub client_host: StrBytes,
    pub session_timeout_ms: i32,
    pub rebalance_timeout_ms: i32,
    pub protocols: Vec<GroupMemberProtocol>,
    pub assignment: Bytes,
}

impl GroupMember {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.member_id = r.string(f, "member_id")?;
        s.group_instance_id = r.nullable_string(f)?;
        s.client_id = r.string(f, "client_id")?;
        s.client_host = r.string(f, "client_host")?;
        s.session_timeout_ms = r.i32()?;
        s.rebalance_timeout_ms = r.i32()?;
        s.protocols = r.array(f, "protocols", |r| Ok(GroupMemberProtocol::read(r, v)?))?;
        s.assignment = r.bytes(f, "assignment")?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.member_id)?;
        w.nullable_string(f, s.group_instance_id.as_deref())?;
        w.string(f, &s.client_id)?;
        w.string(f, &s.client_host)?;
        w.i32(s.session_timeout_ms);
        w.i32(s.rebalance_timeout_ms);
        w.array(f, &s.protocols, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.bytes(f, &s.assignment)?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl GroupMember {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.member_id = g.string();
        s.group_instance_id = if g.null() { None } else { Some(g.string()) };
        s.client_id = g.string();
        s.client_host = g.string();
        s.session_timeout_ms = g.i32();
        s.rebalance_timeout_ms = g.i32();
        s.protocols = (0..g.count()).map(|_| GroupMemberProtocol::sample(g, v)).collect();
        s.assignment = g.bytes();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct GroupMemberProtocol {
    pub name: StrBytes,
    pub metadata: Bytes,
}

impl GroupMemberProtocol {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.name = r.string(f, "name")?;
        s.metadata = r.bytes(f, "metadata")?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.name)?;
        w.bytes(f, &s.metadata)?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl GroupMemberProtocol {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.name = g.string();
        s.metadata = g.bytes();
        let _ = (g, v);
        s
    }
}

impl Message for GroupRecord {
    const NAME: &'static str = "GroupRecord";
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

impl GroupRecord {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 115;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SnapshotOffsets {
    pub group_id: StrBytes,
    pub offsets: Vec<SnapshotOffset>,
}

impl SnapshotOffsets {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.group_id = r.string(f, "group_id")?;
        s.offsets = r.array(f, "offsets", |r| Ok(SnapshotOffset::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.group_id)?;
        w.array(f, &s.offsets, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SnapshotOffsets {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.group_id = g.string();
        s.offsets = (0..g.count()).map(|_| SnapshotOffset::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SnapshotOffset {
    pub topic_id: Uuid,
    pub partition: i32,
    pub offset: i64,
    pub leader_epoch: i32,
    pub commit_timestamp: i64,
    pub expire_timestamp: i64,
    pub metadata: StrBytes,
}

impl SnapshotOffset {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.topic_id = r.uuid()?;
        s.partition = r.i32()?;
        s.offset = r.i64()?;
        s.leader_epoch = r.i32()?;
        s.commit_timestamp = r.i64()?;
        s.expire_timestamp = r.i64()?;
        s.metadata = r.string(f, "metadata")?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.uuid(s.topic_id);
        w.i32(s.partition);
        w.i64(s.offset);
        w.i32(s.leader_epoch);
        w.i64(s.commit_timestamp);
        w.i64(s.expire_timestamp);
        w.string(f, &s.metadata)?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SnapshotOffset {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topic_id = g.uuid();
        s.partition = g.i32();
        s.offset = g.i64();
        s.leader_epoch = g.i32();
        s.commit_timestamp = g.i64();
        s.expire_timestamp = g.i64();
        s.metadata = g.string();
        let _ = (g, v);
        s
    }
}

impl Message for SnapshotOffsets {
    const NAME: &'static str = "SnapshotOffsets";
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

impl SnapshotOffsets {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 116;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SnapshotPartitionState {
    pub topic_id: Uuid,
    pub partition: i32,
    pub log_start_offset: i64,
    pub tiered_end_offset: i64,
    pub manifest_version: i64,
    pub root_start_offset: i64,
    pub root_end_offset: i64,
    pub root: Option<Bytes>,
    pub entries: Vec<TierEntry>,
}

impl SnapshotPartitionState {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.topic_id = r.uuid()?;
        s.partition = r.i32()?;
        s.log_start_offset = r.i64()?;
        s.tiered_end_offset = r.i64()?;
        s.manifest_version = r.i64()?;
        s.root_start_offset = r.i64()?;
        s.root_end_offset = r.i64()?;
        s.root = r.nullable_bytes(f)?;
        s.entries = r.array(f, "entries", |r| Ok(TierEntry::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.uuid(s.topic_id);
        w.i32(s.partition);
        w.i64(s.log_start_offset);
        w.i64(s.tiered_end_offset);
        w.i64(s.manifest_version);
        w.i64(s.root_start_offset);
        w.i64(s.root_end_offset);
        w.nullable_bytes(f, s.root.as_ref())?;
        w.array(f, &s.entries, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SnapshotPartitionState {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topic_id = g.uuid();
        s.partition = g.i32();
        s.log_start_offset = g.i64();
        s.tiered_end_offset = g.i64();
        s.manifest_version = g.i64();
        s.root_start_offset = g.i64();
        s.root_end_offset = g.i64();
        s.root = if g.null() { None } else { Some(g.bytes()) };
        s.entries = (0..g.count()).map(|_| TierEntry::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

impl Message for SnapshotPartitionState {
    const NAME: &'static str = "SnapshotPartitionState";
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

impl SnapshotPartitionState {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 117;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SnapshotDeletedTopic {
    pub topic_id: Uuid,
    pub tenant: StrBytes,
    pub name: StrBytes,
    pub deleted_timestamp: i64,
    pub partitions: Vec<SnapshotPartitionState>,
}

impl SnapshotDeletedTopic {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.topic_id = r.uuid()?;
        s.tenant = r.string(f, "tenant")?;
        s.name = r.string(f, "name")?;
        s.deleted_timestamp = r.i64()?;
        s.partitions = r.array(f, "partitions", |r| Ok(SnapshotPartitionState::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.uuid(s.topic_id);
        w.string(f, &s.tenant)?;
        w.string(f, &s.name)?;
        w.i64(s.deleted_timestamp);
        w.array(f, &s.partitions, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SnapshotDeletedTopic {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topic_id = g.uuid();
        s.tenant = g.string();
        s.name = g.string();
        s.deleted_timestamp = g.i64();
        s.partitions = (0..g.count()).map(|_| SnapshotPartitionState::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

impl Message for SnapshotDeletedTopic {
    const NAME: &'static str = "SnapshotDeletedTopic";
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

impl SnapshotDeletedTopic {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 118;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SnapshotProposer {
    pub proposer_kind: i8,
    pub proposer_id: i32,
    pub shard_epoch: i32,
    pub incarnation: Uuid,
    pub last_number: i64,
    pub results: Vec<SnapshotResult>,
}

impl SnapshotProposer {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.proposer_kind = r.i8()?;
        s.proposer_id = r.i32()?;
        s.shard_epoch = r.i32()?;
        s.incarnation = r.uuid()?;
        s.last_number = r.i64()?;
        s.results = r.array(f, "results", |r| Ok(SnapshotResult::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i8(s.proposer_kind);
        w.i32(s.proposer_id);
        w.i32(s.shard_epoch);
        w.uuid(s.incarnation);
        w.i64(s.last_number);
        w.array(f, &s.results, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SnapshotProposer {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.proposer_kind = g.i8();
        s.proposer_id = g.i32();
        s.shard_epoch = g.i32();
        s.incarnation = g.uuid();
        s.last_number = g.i64();
        s.results = (0..g.count()).map(|_| SnapshotResult::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SnapshotResult {
    pub kind: i8,
    pub refusal: i8,
    pub value: i64,
    pub count: i32,
    pub partitions: Vec<SnapshotTopicPartition>,
}

impl SnapshotResult {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.kind = r.i8()?;
        s.refusal = r.i8()?;
        s.value = r.i64()?;
        s.count = r.i32()?;
        s.partitions = r.array(f, "partitions", |r| Ok(SnapshotTopicPartition::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i8(s.kind);
        w.i8(s.refusal);
        w.i64(s.value);
        w.i32(s.count);
        w.array(f, &s.partitions, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SnapshotResult {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.kind = g.i8();
        s.refusal = g.i8();
        s.value = g.i64();
        s.count = g.i32();
        s.partitions = (0..g.count()).map(|_| SnapshotTopicPartition::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SnapshotTopicPartition {
    pub topic_id: Uuid,
    pub partition: i32,
}

impl SnapshotTopicPartition {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.topic_id = r.uuid()?;
        s.partition = r.i32()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.uuid(s.topic_id);
        w.i32(s.partition);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SnapshotTopicPartition {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topic_id = g.uuid();
        s.partition = g.i32();
        let _ = (g, v);
        s
    }
}

impl Message for SnapshotProposer {
    const NAME: &'static str = "SnapshotProposer";
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

impl SnapshotProposer {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 119;
}
