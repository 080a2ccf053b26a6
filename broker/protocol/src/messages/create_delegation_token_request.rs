//! Kafka's CreateDelegationTokenRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct CreateDelegationTokenRequest {
    pub owner_principal_type: Option<StrBytes>,
    pub owner_principal_name: Option<StrBytes>,
    pub renewers: Vec<CreatableRenewers>,
    pub max_lifetime_ms: i64,
}

impl Default for CreateDelegationTokenRequest {
    fn default() -> Self {
        Self {
            owner_principal_type: Some(Default::default()),
            owner_principal_name: Some(Default::default()),
            renewers: Default::default(),
            max_lifetime_ms: Default::default(),
        }
    }
}

impl CreateDelegationTokenRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 2;
        let mut s = Self::default();
        if v >= 3 { s.owner_principal_type = r.nullable_string(f)?; }
        if v >= 3 { s.owner_principal_name = r.nullable_string(f)?; }
        s.renewers = r.array(f, "renewers", |r| Ok(CreatableRenewers::read(r, v)?))?;
        s.max_lifetime_ms = r.i64()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 2;
        let s = self;
        if v >= 3 { w.nullable_string(f, s.owner_principal_type.as_deref())?; }
        if !(v >= 3) && s.owner_principal_type.as_ref().is_none_or(|value| !value.is_empty()) { return Err(CodecError::NotInVersion { message: "CreateDelegationTokenRequest", field: "owner_principal_type", version: v }); }
        if v >= 3 { w.nullable_string(f, s.owner_principal_name.as_deref())?; }
        if !(v >= 3) && s.owner_principal_name.as_ref().is_none_or(|value| !value.is_empty()) { return Err(CodecError::NotInVersion { message: "CreateDelegationTokenRequest", field: "owner_principal_name", version: v }); }
        w.array(f, &s.renewers, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.i64(s.max_lifetime_ms);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl CreateDelegationTokenRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 3 { s.owner_principal_type = if v >= 3 && g.null() { None } else { Some(g.string()) }; }
        if v >= 3 { s.owner_principal_name = if v >= 3 && g.null() { None } else { Some(g.string()) }; }
        s.renewers = (0..g.count()).map(|_| CreatableRenewers::sample(g, v)).collect();
        s.max_lifetime_ms = g.i64();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct CreatableRenewers {
    pub principal_type: StrBytes,
    pub principal_name: StrBytes,
}

impl CreatableRenewers {
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
impl CreatableRenewers {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.principal_type = g.string();
        s.principal_name = g.string();
        let _ = (g, v);
        s
    }
}

impl Message for CreateDelegationTokenRequest {
    const NAME: &'static str = "CreateDelegationTokenRequest";
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

impl Request for CreateDelegationTokenRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::CreateDelegationToken;
    type Response = super::create_delegation_token_response::CreateDelegationTokenResponse;
}
