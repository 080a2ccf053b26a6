//! Kafka's DescribeDelegationTokenResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeDelegationTokenResponse {
    pub error_code: i16,
    pub tokens: Vec<DescribedDelegationToken>,
    pub throttle_time_ms: i32,
}

impl DescribeDelegationTokenResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 2;
        let mut s = Self::default();
        s.error_code = r.i16()?;
        s.tokens = r.array(f, "tokens", |r| Ok(DescribedDelegationToken::read(r, v)?))?;
        s.throttle_time_ms = r.i32()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 2;
        let s = self;
        w.i16(s.error_code);
        w.array(f, &s.tokens, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.i32(s.throttle_time_ms);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DescribeDelegationTokenResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.error_code = g.i16();
        s.tokens = (0..g.count()).map(|_| DescribedDelegationToken::sample(g, v)).collect();
        s.throttle_time_ms = g.i32();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribedDelegationToken {
    pub principal_type: StrBytes,
    pub principal_name: StrBytes,
    pub token_requester_principal_type: StrBytes,
    pub token_requester_principal_name: StrBytes,
    pub issue_timestamp: i64,
    pub expiry_timestamp: i64,
    pub max_timestamp: i64,
    pub token_id: StrBytes,
    pub hmac: Bytes,
    pub renewers: Vec<DescribedDelegationTokenRenewer>,
}

impl DescribedDelegationToken {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 2;
        let mut s = Self::default();
        s.principal_type = r.string(f, "principal_type")?;
        s.principal_name = r.string(f, "principal_name")?;
        if v >= 3 { s.token_requester_principal_type = r.string(f, "token_requester_principal_type")?; }
        if v >= 3 { s.token_requester_principal_name = r.string(f, "token_requester_principal_name")?; }
        s.issue_timestamp = r.i64()?;
        s.expiry_timestamp = r.i64()?;
        s.max_timestamp = r.i64()?;
        s.token_id = r.string(f, "token_id")?;
        s.hmac = r.bytes(f, "hmac")?;
        s.renewers = r.array(f, "renewers", |r| Ok(DescribedDelegationTokenRenewer::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 2;
        let s = self;
        w.string(f, &s.principal_type)?;
        w.string(f, &s.principal_name)?;
        if v >= 3 { w.string(f, &s.token_requester_principal_type)?; }
        if !(v >= 3) && !s.token_requester_principal_type.is_empty() { return Err(CodecError::NotInVersion { message: "DescribedDelegationToken", field: "token_requester_principal_type", version: v }); }
        if v >= 3 { w.string(f, &s.token_requester_principal_name)?; }
        if !(v >= 3) && !s.token_requester_principal_name.is_empty() { return Err(CodecError::NotInVersion { message: "DescribedDelegationToken", field: "token_requester_principal_name", version: v }); }
        w.i64(s.issue_timestamp);
        w.i64(s.expiry_timestamp);
        w.i64(s.max_timestamp);
        w.string(f, &s.token_id)?;
        w.bytes(f, &s.hmac)?;
        w.array(f, &s.renewers, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DescribedDelegationToken {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.principal_type = g.string();
        s.principal_name = g.string();
        if v >= 3 { s.token_requester_principal_type = g.string(); }
        if v >= 3 { s.token_requester_principal_name = g.string(); }
        s.issue_timestamp = g.i64();
        s.expiry_timestamp = g.i64();
        s.max_timestamp = g.i64();
        s.token_id = g.string();
        s.hmac = g.bytes();
        s.renewers = (0..g.count()).map(|_| DescribedDelegationTokenRenewer::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribedDelegationTokenRenewer {
    pub principal_type: StrBytes,
    pub principal_name: StrBytes,
}

impl DescribedDelegationTokenRenewer {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 2;
        let mut s = Self::default();
        s.principal_type = r.string(f, "principal_type")?;
        s.principal_name = r.string(f, "principal_name")?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 2;
        let s = self;
        w.string(f, &s.principal_type)?;
        w.string(f, &s.principal_name)?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl DescribedDelegationTokenRenewer {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.principal_type = g.string();
        s.principal_name = g.string();
        let _ = (g, v);
        s
    }
}

impl Message for DescribeDelegationTokenResponse {
    const NAME: &'static str = "DescribeDelegationTokenResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 1..=3;
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
