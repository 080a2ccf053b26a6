//! Kafka's InitProducerIdRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct InitProducerIdRequest {
    pub transactional_id: Option<StrBytes>,
    pub transaction_timeout_ms: i32,
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub enable2_pc: bool,
    pub keep_prepared_txn: bool,
}

impl Default for InitProducerIdRequest {
    fn default() -> Self {
        Self {
            transactional_id: Some(Default::default()),
            transaction_timeout_ms: Default::default(),
            producer_id: -1,
            producer_epoch: -1,
            enable2_pc: false,
            keep_prepared_txn: false,
        }
    }
}

impl InitProducerIdRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 2;
        let mut s = Self::default();
        s.transactional_id = r.nullable_string(f)?;
        s.transaction_timeout_ms = r.i32()?;
        if v >= 3 { s.producer_id = r.i64()?; }
        if v >= 3 { s.producer_epoch = r.i16()?; }
        if v >= 6 { s.enable2_pc = r.bool()?; }
        if v >= 6 { s.keep_prepared_txn = r.bool()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 2;
        let s = self;
        w.nullable_string(f, s.transactional_id.as_deref())?;
        w.i32(s.transaction_timeout_ms);
        if v >= 3 { w.i64(s.producer_id); }
        if !(v >= 3) && s.producer_id != -1 { return Err(CodecError::NotInVersion { message: "InitProducerIdRequest", field: "producer_id", version: v }); }
        if v >= 3 { w.i16(s.producer_epoch); }
        if !(v >= 3) && s.producer_epoch != -1 { return Err(CodecError::NotInVersion { message: "InitProducerIdRequest", field: "producer_epoch", version: v }); }
        if v >= 6 { w.bool(s.enable2_pc); }
        if !(v >= 6) && s.enable2_pc { return Err(CodecError::NotInVersion { message: "InitProducerIdRequest", field: "enable2_pc", version: v }); }
        if v >= 6 { w.bool(s.keep_prepared_txn); }
        if !(v >= 6) && s.keep_prepared_txn { return Err(CodecError::NotInVersion { message: "InitProducerIdRequest", field: "keep_prepared_txn", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl InitProducerIdRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.transactional_id = if g.null() { None } else { Some(g.string()) };
        s.transaction_timeout_ms = g.i32();
        if v >= 3 { s.producer_id = g.i64(); }
        if v >= 3 { s.producer_epoch = g.i16(); }
        if v >= 6 { s.enable2_pc = g.bool(); }
        if v >= 6 { s.keep_prepared_txn = g.bool(); }
        let _ = (g, v);
        s
    }
}

impl Message for InitProducerIdRequest {
    const NAME: &'static str = "InitProducerIdRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=6;
    const FLEXIBLE_FROM: Option<i16> = Some(2);

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

impl Request for InitProducerIdRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::InitProducerId;
    type Response = super::init_producer_id_response::InitProducerIdResponse;
}
