//! Kafka's AlterClientQuotasRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlterClientQuotasRequest {
    pub entries: Vec<EntryData>,
    pub validate_only: bool,
}

impl AlterClientQuotasRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 1;
        let mut s = Self::default();
        s.entries = r.array(f, "entries", |r| Ok(EntryData::read(r, v)?))?;
        s.validate_only = r.bool()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 1;
        let s = self;
        w.array(f, &s.entries, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.bool(s.validate_only);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl AlterClientQuotasRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.entries = (0..g.count()).map(|_| EntryData::sample(g, v)).collect();
        s.validate_only = g.bool();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct EntryData {
    pub entity: Vec<EntityData>,
    pub ops: Vec<OpData>,
}

impl EntryData {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 1;
        let mut s = Self::default();
        s.entity = r.array(f, "entity", |r| Ok(EntityData::read(r, v)?))?;
        s.ops = r.array(f, "ops", |r| Ok(OpData::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 1;
        let s = self;
        w.array(f, &s.entity, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.array(f, &s.ops, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl EntryData {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.entity = (0..g.count()).map(|_| EntityData::sample(g, v)).collect();
        s.ops = (0..g.count()).map(|_| OpData::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct EntityData {
    pub entity_type: StrBytes,
    pub entity_name: Option<StrBytes>,
}

impl Default for EntityData {
    fn default() -> Self {
        Self {
            entity_type: Default::default(),
            entity_name: Some(Default::default()),
        }
    }
}

impl EntityData {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 1;
        let mut s = Self::default();
        s.entity_type = r.string(f, "entity_type")?;
        s.entity_name = r.nullable_string(f)?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 1;
        let s = self;
        w.string(f, &s.entity_type)?;
        w.nullable_string(f, s.entity_name.as_deref())?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl EntityData {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.entity_type = g.string();
        s.entity_name = if g.null() { None } else { Some(g.string()) };
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct OpData {
    pub key: StrBytes,
    pub value: f64,
    pub remove: bool,
}

impl OpData {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 1;
        let mut s = Self::default();
        s.key = r.string(f, "key")?;
        s.value = r.f64()?;
        s.remove = r.bool()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 1;
        let s = self;
        w.string(f, &s.key)?;
        w.f64(s.value);
        w.bool(s.remove);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl OpData {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.key = g.string();
        s.value = g.f64();
        s.remove = g.bool();
        let _ = (g, v);
        s
    }
}

impl Message for AlterClientQuotasRequest {
    const NAME: &'static str = "AlterClientQuotasRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=1;
    const FLEXIBLE_FROM: Option<i16> = Some(1);

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

impl Request for AlterClientQuotasRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::AlterClientQuotas;
    type Response = super::alter_client_quotas_response::AlterClientQuotasResponse;
}
