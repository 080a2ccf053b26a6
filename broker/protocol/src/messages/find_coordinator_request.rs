//! Kafka's FindCoordinatorRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct FindCoordinatorRequest {
    pub key: StrBytes,
    pub key_type: i8,
    pub coordinator_keys: Vec<StrBytes>,
}

impl FindCoordinatorRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 3;
        let mut s = Self::default();
        if v <= 3 { s.key = r.string(f, "key")?; }
        if v >= 1 { s.key_type = r.i8()?; }
        if v >= 4 { s.coordinator_keys = r.array(f, "coordinator_keys", |r| Ok(r.string(f, "coordinator_keys")?))?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 3;
        let s = self;
        if v <= 3 { w.string(f, &s.key)?; }
        if !(v <= 3) && !s.key.is_empty() { return Err(CodecError::NotInVersion { message: "FindCoordinatorRequest", field: "key", version: v }); }
        if v >= 1 { w.i8(s.key_type); }
        if !(v >= 1) && s.key_type != 0 { return Err(CodecError::NotInVersion { message: "FindCoordinatorRequest", field: "key_type", version: v }); }
        if v >= 4 { w.array(f, &s.coordinator_keys, |w, x| { w.string(f, x)?; Ok(()) })?; }
        if !(v >= 4) && !s.coordinator_keys.is_empty() { return Err(CodecError::NotInVersion { message: "FindCoordinatorRequest", field: "coordinator_keys", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl FindCoordinatorRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v <= 3 { s.key = g.string(); }
        if v >= 1 { s.key_type = g.i8(); }
        if v >= 4 { s.coordinator_keys = (0..g.count()).map(|_| g.string()).collect(); }
        let _ = (g, v);
        s
    }
}

impl Message for FindCoordinatorRequest {
    const NAME: &'static str = "FindCoordinatorRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=6;
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

impl Request for FindCoordinatorRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::FindCoordinator;
    type Response = super::find_coordinator_response::FindCoordinatorResponse;
}
