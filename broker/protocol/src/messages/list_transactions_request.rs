//! Kafka's ListTransactionsRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct ListTransactionsRequest {
    pub state_filters: Vec<StrBytes>,
    pub producer_id_filters: Vec<i64>,
    pub duration_filter: i64,
    pub transactional_id_pattern: Option<StrBytes>,
}

impl Default for ListTransactionsRequest {
    fn default() -> Self {
        Self {
            state_filters: Default::default(),
            producer_id_filters: Default::default(),
            duration_filter: -1,
            transactional_id_pattern: None,
        }
    }
}

impl ListTransactionsRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.state_filters = r.array(f, "state_filters", |r| Ok(r.string(f, "state_filters")?))?;
        s.producer_id_filters = r.array(f, "producer_id_filters", |r| Ok(r.i64()?))?;
        if v >= 1 { s.duration_filter = r.i64()?; }
        if v >= 2 { s.transactional_id_pattern = r.nullable_string(f)?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.array(f, &s.state_filters, |w, x| { w.string(f, x)?; Ok(()) })?;
        w.array(f, &s.producer_id_filters, |w, x| { w.i64(*x); Ok(()) })?;
        if v >= 1 { w.i64(s.duration_filter); }
        if !(v >= 1) && s.duration_filter != -1 { return Err(CodecError::NotInVersion { message: "ListTransactionsRequest", field: "duration_filter", version: v }); }
        if v >= 2 { w.nullable_string(f, s.transactional_id_pattern.as_deref())?; }
        if !(v >= 2) && s.transactional_id_pattern.is_some() { return Err(CodecError::NotInVersion { message: "ListTransactionsRequest", field: "transactional_id_pattern", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl ListTransactionsRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.state_filters = (0..g.count()).map(|_| g.string()).collect();
        s.producer_id_filters = (0..g.count()).map(|_| g.i64()).collect();
        if v >= 1 { s.duration_filter = g.i64(); }
        if v >= 2 { s.transactional_id_pattern = if v >= 2 && g.null() { None } else { Some(g.string()) }; }
        let _ = (g, v);
        s
    }
}

impl Message for ListTransactionsRequest {
    const NAME: &'static str = "ListTransactionsRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=2;
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

impl Request for ListTransactionsRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::ListTransactions;
    type Response = super::list_transactions_response::ListTransactionsResponse;
}
