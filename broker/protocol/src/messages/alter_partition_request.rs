//! Kafka's AlterPartitionRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct AlterPartitionRequest {
    pub broker_id: i32,
    pub broker_epoch: i64,
    pub topics: Vec<TopicData>,
}

impl Default for AlterPartitionRequest {
    fn default() -> Self {
        Self {
            broker_id: Default::default(),
            broker_epoch: -1,
            topics: Default::default(),
        }
    }
}

impl AlterPartitionRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.broker_id = r.i32()?;
        s.broker_epoch = r.i64()?;
        s.topics = r.array(f, "topics", |r| Ok(TopicData::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.broker_id);
        w.i64(s.broker_epoch);
        w.array(f, &s.topics, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl AlterPartitionRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.broker_id = g.i32();
        s.broker_epoch = g.i64();
        s.topics = (0..g.count()).map(|_| TopicData::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicData {
    pub topic_id: Uuid,
    pub partitions: Vec<PartitionData>,
}

impl TopicData {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.topic_id = r.uuid()?;
        s.partitions = r.array(f, "partitions", |r| Ok(PartitionData::read(r, v)?))?;
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
impl TopicData {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topic_id = g.uuid();
        s.partitions = (0..g.count()).map(|_| PartitionData::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionData {
    pub partition_index: i32,
    pub leader_epoch: i32,
    pub new_isr: Vec<i32>,
    pub new_isr_with_epochs: Vec<BrokerState>,
    pub leader_recovery_state: i8,
    pub partition_epoch: i32,
}

impl PartitionData {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.partition_index = r.i32()?;
        s.leader_epoch = r.i32()?;
        if v <= 2 { s.new_isr = r.array(f, "new_isr", |r| Ok(r.i32()?))?; }
        if v >= 3 { s.new_isr_with_epochs = r.array(f, "new_isr_with_epochs", |r| Ok(BrokerState::read(r, v)?))?; }
        s.leader_recovery_state = r.i8()?;
        s.partition_epoch = r.i32()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.partition_index);
        w.i32(s.leader_epoch);
        if v <= 2 { w.array(f, &s.new_isr, |w, x| { w.i32(*x); Ok(()) })?; }
        if !(v <= 2) && !s.new_isr.is_empty() { return Err(CodecError::NotInVersion { message: "PartitionData", field: "new_isr", version: v }); }
        if v >= 3 { w.array(f, &s.new_isr_with_epochs, |w, x| { x.write(w, v)?; Ok(()) })?; }
        if !(v >= 3) && !s.new_isr_with_epochs.is_empty() { return Err(CodecError::NotInVersion { message: "PartitionData", field: "new_isr_with_epochs", version: v }); }
        w.i8(s.leader_recovery_state);
        w.i32(s.partition_epoch);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl PartitionData {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.partition_index = g.i32();
        s.leader_epoch = g.i32();
        if v <= 2 { s.new_isr = (0..g.count()).map(|_| g.i32()).collect(); }
        if v >= 3 { s.new_isr_with_epochs = (0..g.count()).map(|_| BrokerState::sample(g, v)).collect(); }
        s.leader_recovery_state = g.i8();
        s.partition_epoch = g.i32();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct BrokerState {
    pub broker_id: i32,
    pub broker_epoch: i64,
}

impl Default for BrokerState {
    fn default() -> Self {
        Self {
            broker_id: Default::default(),
            broker_epoch: -1,
        }
    }
}

impl BrokerState {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        if v >= 3 { s.broker_id = r.i32()?; }
        if v >= 3 { s.broker_epoch = r.i64()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        if v >= 3 { w.i32(s.broker_id); }
        if !(v >= 3) && s.broker_id != 0 { return Err(CodecError::NotInVersion { message: "BrokerState", field: "broker_id", version: v }); }
        if v >= 3 { w.i64(s.broker_epoch); }
        if !(v >= 3) && s.broker_epoch != -1 { return Err(CodecError::NotInVersion { message: "BrokerState", field: "broker_epoch", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl BrokerState {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 3 { s.broker_id = g.i32(); }
        if v >= 3 { s.broker_epoch = g.i64(); }
        let _ = (g, v);
        s
    }
}

impl Message for AlterPartitionRequest {
    const NAME: &'static str = "AlterPartitionRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 2..=3;
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

impl Request for AlterPartitionRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::AlterPartition;
    type Response = super::alter_partition_response::AlterPartitionResponse;
}
