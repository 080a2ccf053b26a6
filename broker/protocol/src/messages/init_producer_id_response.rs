//! Kafka's InitProducerIdResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct InitProducerIdResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub ongoing_txn_producer_id: i64,
    pub ongoing_txn_producer_epoch: i16,
}

impl Default for InitProducerIdResponse {
    fn default() -> Self {
        Self {
            throttle_time_ms: Default::default(),
            error_code: Default::default(),
            producer_id: -1,
            producer_epoch: Default::default(),
            ongoing_txn_producer_id: -1,
            ongoing_txn_producer_epoch: -1,
        }
    }
}

impl InitProducerIdResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 2;
        let mut s = Self::default();
        s.throttle_time_ms = r.i32()?;
        s.error_code = r.i16()?;
        s.producer_id = r.i64()?;
        s.producer_epoch = r.i16()?;
        if v >= 6 { s.ongoing_txn_producer_id = r.i64()?; }
        if v >= 6 { s.ongoing_txn_producer_epoch = r.i16()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 2;
        let s = self;
        w.i32(s.throttle_time_ms);
        w.i16(s.error_code);
        w.i64(s.producer_id);
        w.i16(s.producer_epoch);
        if v >= 6 { w.i64(s.ongoing_txn_producer_id); }
        if !(v >= 6) && s.ongoing_txn_producer_id != -1 { return Err(CodecError::NotInVersion { message: "InitProducerIdResponse", field: "ongoing_txn_producer_id", version: v }); }
        if v >= 6 { w.i16(s.ongoing_txn_producer_epoch); }
        if !(v >= 6) && s.ongoing_txn_producer_epoch != -1 { return Err(CodecError::NotInVersion { message: "InitProducerIdResponse", field: "ongoing_txn_producer_epoch", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl InitProducerIdResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.throttle_time_ms = g.i32();
        s.error_code = g.i16();
        s.producer_id = g.i64();
        s.producer_epoch = g.i16();
        if v >= 6 { s.ongoing_txn_producer_id = g.i64(); }
        if v >= 6 { s.ongoing_txn_producer_epoch = g.i16(); }
        let _ = (g, v);
        s
    }
}

impl Message for InitProducerIdResponse {
    const NAME: &'static str = "InitProducerIdResponse";
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
