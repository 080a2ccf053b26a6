//! Kafka's DescribeTransactionsResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeTransactionsResponse {
    pub throttle_time_ms: i32,
    pub transaction_states: Vec<TransactionState>,
}

impl DescribeTransactionsResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.throttle_time_ms = r.i32()?;
        s.transaction_states = r.array(f, "transaction_states", |r| Ok(TransactionState::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.throttle_time_ms);
        w.array(f, &s.transaction_states, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DescribeTransactionsResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.throttle_time_ms = g.i32();
        s.transaction_states = (0..g.count()).map(|_| TransactionState::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct TransactionState {
    pub error_code: i16,
    pub transactional_id: StrBytes,
    pub transaction_state: StrBytes,
    pub transaction_timeout_ms: i32,
    pub transaction_start_time_ms: i64,
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub topics: Vec<TopicData>,
}

impl TransactionState {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.error_code = r.i16()?;
        s.transactional_id = r.string(f, "transactional_id")?;
        s.transaction_state = r.string(f, "transaction_state")?;
        s.transaction_timeout_ms = r.i32()?;
        s.transaction_start_time_ms = r.i64()?;
        s.producer_id = r.i64()?;
        s.producer_epoch = r.i16()?;
        s.topics = r.array(f, "topics", |r| Ok(TopicData::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i16(s.error_code);
        w.string(f, &s.transactional_id)?;
        w.string(f, &s.transaction_state)?;
        w.i32(s.transaction_timeout_ms);
        w.i64(s.transaction_start_time_ms);
        w.i64(s.producer_id);
        w.i16(s.producer_epoch);
        w.array(f, &s.topics, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl TransactionState {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.error_code = g.i16();
        s.transactional_id = g.string();
        s.transaction_state = g.string();
        s.transaction_timeout_ms = g.i32();
        s.transaction_start_time_ms = g.i64();
        s.producer_id = g.i64();
        s.producer_epoch = g.i16();
        s.topics = (0..g.count()).map(|_| TopicData::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicData {
    pub topic: StrBytes,
    pub partitions: Vec<i32>,
}

impl TopicData {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.topic = r.string(f, "topic")?;
        s.partitions = r.array(f, "partitions", |r| Ok(r.i32()?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.topic)?;
        w.array(f, &s.partitions, |w, x| { w.i32(*x); Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl TopicData {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topic = g.string();
        s.partitions = (0..g.count()).map(|_| g.i32()).collect();
        let _ = (g, v);
        s
    }
}

impl Message for DescribeTransactionsResponse {
    const NAME: &'static str = "DescribeTransactionsResponse";
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
