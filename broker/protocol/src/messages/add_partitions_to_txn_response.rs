//! Kafka's AddPartitionsToTxnResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct AddPartitionsToTxnResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub results_by_transaction: Vec<AddPartitionsToTxnResult>,
    pub results_by_topic_v3_and_below: Vec<AddPartitionsToTxnTopicResult>,
}

impl AddPartitionsToTxnResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 3;
        let mut s = Self::default();
        s.throttle_time_ms = r.i32()?;
        if v >= 4 { s.error_code = r.i16()?; }
        if v >= 4 { s.results_by_transaction = r.array(f, "results_by_transaction", |r| Ok(AddPartitionsToTxnResult::read(r, v)?))?; }
        if v <= 3 { s.results_by_topic_v3_and_below = r.array(f, "results_by_topic_v3_and_below", |r| Ok(AddPartitionsToTxnTopicResult::read(r, v)?))?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 3;
        let s = self;
        w.i32(s.throttle_time_ms);
        if v >= 4 { w.i16(s.error_code); }
        if v >= 4 { w.array(f, &s.results_by_transaction, |w, x| { x.write(w, v)?; Ok(()) })?; }
        if !(v >= 4) && !s.results_by_transaction.is_empty() { return Err(CodecError::NotInVersion { message: "AddPartitionsToTxnResponse", field: "results_by_transaction", version: v }); }
        if v <= 3 { w.array(f, &s.results_by_topic_v3_and_below, |w, x| { x.write(w, v)?; Ok(()) })?; }
        if !(v <= 3) && !s.results_by_topic_v3_and_below.is_empty() { return Err(CodecError::NotInVersion { message: "AddPartitionsToTxnResponse", field: "results_by_topic_v3_and_below", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl AddPartitionsToTxnResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.throttle_time_ms = g.i32();
        if v >= 4 { s.error_code = g.i16(); }
        if v >= 4 { s.results_by_transaction = (0..g.count()).map(|_| AddPartitionsToTxnResult::sample(g, v)).collect(); }
        if v <= 3 { s.results_by_topic_v3_and_below = (0..g.count()).map(|_| AddPartitionsToTxnTopicResult::sample(g, v)).collect(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct AddPartitionsToTxnTopicResult {
    pub name: StrBytes,
    pub results_by_partition: Vec<AddPartitionsToTxnPartitionResult>,
}

impl AddPartitionsToTxnTopicResult {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 3;
        let mut s = Self::default();
        s.name = r.string(f, "name")?;
        s.results_by_partition = r.array(f, "results_by_partition", |r| Ok(AddPartitionsToTxnPartitionResult::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 3;
        let s = self;
        w.string(f, &s.name)?;
        w.array(f, &s.results_by_partition, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl AddPartitionsToTxnTopicResult {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.name = g.string();
        s.results_by_partition = (0..g.count()).map(|_| AddPartitionsToTxnPartitionResult::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct AddPartitionsToTxnPartitionResult {
    pub partition_index: i32,
    pub partition_error_code: i16,
}

impl AddPartitionsToTxnPartitionResult {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 3;
        let mut s = Self::default();
        s.partition_index = r.i32()?;
        s.partition_error_code = r.i16()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 3;
        let s = self;
        w.i32(s.partition_index);
        w.i16(s.partition_error_code);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl AddPartitionsToTxnPartitionResult {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.partition_index = g.i32();
        s.partition_error_code = g.i16();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct AddPartitionsToTxnResult {
    pub transactional_id: StrBytes,
    pub topic_results: Vec<AddPartitionsToTxnTopicResult>,
}

impl AddPartitionsToTxnResult {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 3;
        let mut s = Self::default();
        if v >= 4 { s.transactional_id = r.string(f, "transactional_id")?; }
        if v >= 4 { s.topic_results = r.array(f, "topic_results", |r| Ok(AddPartitionsToTxnTopicResult::read(r, v)?))?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 3;
        let s = self;
        if v >= 4 { w.string(f, &s.transactional_id)?; }
        if !(v >= 4) && !s.transactional_id.is_empty() { return Err(CodecError::NotInVersion { message: "AddPartitionsToTxnResult", field: "transactional_id", version: v }); }
        if v >= 4 { w.array(f, &s.topic_results, |w, x| { x.write(w, v)?; Ok(()) })?; }
        if !(v >= 4) && !s.topic_results.is_empty() { return Err(CodecError::NotInVersion { message: "AddPartitionsToTxnResult", field: "topic_results", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl AddPartitionsToTxnResult {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 4 { s.transactional_id = g.string(); }
        if v >= 4 { s.topic_results = (0..g.count()).map(|_| AddPartitionsToTxnTopicResult::sample(g, v)).collect(); }
        let _ = (g, v);
        s
    }
}

impl Message for AddPartitionsToTxnResponse {
    const NAME: &'static str = "AddPartitionsToTxnResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=5;
    const FLEXIBLE_FROM: Option<i16> = Some(3);

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
