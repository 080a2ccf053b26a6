//! Kafka's AddPartitionsToTxnRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct AddPartitionsToTxnRequest {
    pub transactions: Vec<AddPartitionsToTxnTransaction>,
    pub v3_and_below_transactional_id: StrBytes,
    pub v3_and_below_producer_id: i64,
    pub v3_and_below_producer_epoch: i16,
    pub v3_and_below_topics: Vec<AddPartitionsToTxnTopic>,
}

impl AddPartitionsToTxnRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 3;
        let mut s = Self::default();
        if v >= 4 { s.transactions = r.array(f, "transactions", |r| Ok(AddPartitionsToTxnTransaction::read(r, v)?))?; }
        if v <= 3 { s.v3_and_below_transactional_id = r.string(f, "v3_and_below_transactional_id")?; }
        if v <= 3 { s.v3_and_below_producer_id = r.i64()?; }
        if v <= 3 { s.v3_and_below_producer_epoch = r.i16()?; }
        if v <= 3 { s.v3_and_below_topics = r.array(f, "v3_and_below_topics", |r| Ok(AddPartitionsToTxnTopic::read(r, v)?))?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 3;
        let s = self;
        if v >= 4 { w.array(f, &s.transactions, |w, x| { x.write(w, v)?; Ok(()) })?; }
        if !(v >= 4) && !s.transactions.is_empty() { return Err(CodecError::NotInVersion { message: "AddPartitionsToTxnRequest", field: "transactions", version: v }); }
        if v <= 3 { w.string(f, &s.v3_and_below_transactional_id)?; }
        if !(v <= 3) && !s.v3_and_below_transactional_id.is_empty() { return Err(CodecError::NotInVersion { message: "AddPartitionsToTxnRequest", field: "v3_and_below_transactional_id", version: v }); }
        if v <= 3 { w.i64(s.v3_and_below_producer_id); }
        if !(v <= 3) && s.v3_and_below_producer_id != 0 { return Err(CodecError::NotInVersion { message: "AddPartitionsToTxnRequest", field: "v3_and_below_producer_id", version: v }); }
        if v <= 3 { w.i16(s.v3_and_below_producer_epoch); }
        if !(v <= 3) && s.v3_and_below_producer_epoch != 0 { return Err(CodecError::NotInVersion { message: "AddPartitionsToTxnRequest", field: "v3_and_below_producer_epoch", version: v }); }
        if v <= 3 { w.array(f, &s.v3_and_below_topics, |w, x| { x.write(w, v)?; Ok(()) })?; }
        if !(v <= 3) && !s.v3_and_below_topics.is_empty() { return Err(CodecError::NotInVersion { message: "AddPartitionsToTxnRequest", field: "v3_and_below_topics", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl AddPartitionsToTxnRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 4 { s.transactions = (0..g.count()).map(|_| AddPartitionsToTxnTransaction::sample(g, v)).collect(); }
        if v <= 3 { s.v3_and_below_transactional_id = g.string(); }
        if v <= 3 { s.v3_and_below_producer_id = g.i64(); }
        if v <= 3 { s.v3_and_below_producer_epoch = g.i16(); }
        if v <= 3 { s.v3_and_below_topics = (0..g.count()).map(|_| AddPartitionsToTxnTopic::sample(g, v)).collect(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct AddPartitionsToTxnTopic {
    pub name: StrBytes,
    pub partitions: Vec<i32>,
}

impl AddPartitionsToTxnTopic {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 3;
        let mut s = Self::default();
        s.name = r.string(f, "name")?;
        s.partitions = r.array(f, "partitions", |r| Ok(r.i32()?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 3;
        let s = self;
        w.string(f, &s.name)?;
        w.array(f, &s.partitions, |w, x| { w.i32(*x); Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl AddPartitionsToTxnTopic {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.name = g.string();
        s.partitions = (0..g.count()).map(|_| g.i32()).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct AddPartitionsToTxnTransaction {
    pub transactional_id: StrBytes,
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub verify_only: bool,
    pub topics: Vec<AddPartitionsToTxnTopic>,
}

impl AddPartitionsToTxnTransaction {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 3;
        let mut s = Self::default();
        if v >= 4 { s.transactional_id = r.string(f, "transactional_id")?; }
        if v >= 4 { s.producer_id = r.i64()?; }
        if v >= 4 { s.producer_epoch = r.i16()?; }
        if v >= 4 { s.verify_only = r.bool()?; }
        if v >= 4 { s.topics = r.array(f, "topics", |r| Ok(AddPartitionsToTxnTopic::read(r, v)?))?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 3;
        let s = self;
        if v >= 4 { w.string(f, &s.transactional_id)?; }
        if !(v >= 4) && !s.transactional_id.is_empty() { return Err(CodecError::NotInVersion { message: "AddPartitionsToTxnTransaction", field: "transactional_id", version: v }); }
        if v >= 4 { w.i64(s.producer_id); }
        if !(v >= 4) && s.producer_id != 0 { return Err(CodecError::NotInVersion { message: "AddPartitionsToTxnTransaction", field: "producer_id", version: v }); }
        if v >= 4 { w.i16(s.producer_epoch); }
        if !(v >= 4) && s.producer_epoch != 0 { return Err(CodecError::NotInVersion { message: "AddPartitionsToTxnTransaction", field: "producer_epoch", version: v }); }
        if v >= 4 { w.bool(s.verify_only); }
        if !(v >= 4) && s.verify_only { return Err(CodecError::NotInVersion { message: "AddPartitionsToTxnTransaction", field: "verify_only", version: v }); }
        if v >= 4 { w.array(f, &s.topics, |w, x| { x.write(w, v)?; Ok(()) })?; }
        if !(v >= 4) && !s.topics.is_empty() { return Err(CodecError::NotInVersion { message: "AddPartitionsToTxnTransaction", field: "topics", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl AddPartitionsToTxnTransaction {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 4 { s.transactional_id = g.string(); }
        if v >= 4 { s.producer_id = g.i64(); }
        if v >= 4 { s.producer_epoch = g.i16(); }
        if v >= 4 { s.verify_only = g.bool(); }
        if v >= 4 { s.topics = (0..g.count()).map(|_| AddPartitionsToTxnTopic::sample(g, v)).collect(); }
        let _ = (g, v);
        s
    }
}

impl Message for AddPartitionsToTxnRequest {
    const NAME: &'static str = "AddPartitionsToTxnRequest";
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

impl Request for AddPartitionsToTxnRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::AddPartitionsToTxn;
    type Response = super::add_partitions_to_txn_response::AddPartitionsToTxnResponse;
}
