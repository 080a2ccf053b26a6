//! Kafka's FindCoordinatorResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct FindCoordinatorResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub error_message: Option<StrBytes>,
    pub node_id: i32,
    pub host: StrBytes,
    pub port: i32,
    pub coordinators: Vec<Coordinator>,
}

impl Default for FindCoordinatorResponse {
    fn default() -> Self {
        Self {
            throttle_time_ms: Default::default(),
            error_code: Default::default(),
            error_message: Some(Default::default()),
            node_id: Default::default(),
            host: Default::default(),
            port: Default::default(),
            coordinators: Default::default(),
        }
    }
}

impl FindCoordinatorResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 3;
        let mut s = Self::default();
        if v >= 1 { s.throttle_time_ms = r.i32()?; }
        if v <= 3 { s.error_code = r.i16()?; }
        if (1..=3).contains(&v) { s.error_message = r.nullable_string(f)?; }
        if v <= 3 { s.node_id = r.i32()?; }
        if v <= 3 { s.host = r.string(f, "host")?; }
        if v <= 3 { s.port = r.i32()?; }
        if v >= 4 { s.coordinators = r.array(f, "coordinators", |r| Ok(Coordinator::read(r, v)?))?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 3;
        let s = self;
        if v >= 1 { w.i32(s.throttle_time_ms); }
        if v <= 3 { w.i16(s.error_code); }
        if !(v <= 3) && s.error_code != 0 { return Err(CodecError::NotInVersion { message: "FindCoordinatorResponse", field: "error_code", version: v }); }
        if (1..=3).contains(&v) { w.nullable_string(f, s.error_message.as_deref())?; }
        if v <= 3 { w.i32(s.node_id); }
        if !(v <= 3) && s.node_id != 0 { return Err(CodecError::NotInVersion { message: "FindCoordinatorResponse", field: "node_id", version: v }); }
        if v <= 3 { w.string(f, &s.host)?; }
        if !(v <= 3) && !s.host.is_empty() { return Err(CodecError::NotInVersion { message: "FindCoordinatorResponse", field: "host", version: v }); }
        if v <= 3 { w.i32(s.port); }
        if !(v <= 3) && s.port != 0 { return Err(CodecError::NotInVersion { message: "FindCoordinatorResponse", field: "port", version: v }); }
        if v >= 4 { w.array(f, &s.coordinators, |w, x| { x.write(w, v)?; Ok(()) })?; }
        if !(v >= 4) && !s.coordinators.is_empty() { return Err(CodecError::NotInVersion { message: "FindCoordinatorResponse", field: "coordinators", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl FindCoordinatorResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 1 { s.throttle_time_ms = g.i32(); }
        if v <= 3 { s.error_code = g.i16(); }
        if (1..=3).contains(&v) { s.error_message = if (1..=3).contains(&v) && g.null() { None } else { Some(g.string()) }; }
        if v <= 3 { s.node_id = g.i32(); }
        if v <= 3 { s.host = g.string(); }
        if v <= 3 { s.port = g.i32(); }
        if v >= 4 { s.coordinators = (0..g.count()).map(|_| Coordinator::sample(g, v)).collect(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Coordinator {
    pub key: StrBytes,
    pub node_id: i32,
    pub host: StrBytes,
    pub port: i32,
    pub error_code: i16,
    pub error_message: Option<StrBytes>,
}

impl Default for Coordinator {
    fn default() -> Self {
        Self {
            key: Default::default(),
            node_id: Default::default(),
            host: Default::default(),
            port: Default::default(),
            error_code: Default::default(),
            error_message: Some(Default::default()),
        }
    }
}

impl Coordinator {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 3;
        let mut s = Self::default();
        if v >= 4 { s.key = r.string(f, "key")?; }
        if v >= 4 { s.node_id = r.i32()?; }
        if v >= 4 { s.host = r.string(f, "host")?; }
        if v >= 4 { s.port = r.i32()?; }
        if v >= 4 { s.error_code = r.i16()?; }
        if v >= 4 { s.error_message = r.nullable_string(f)?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 3;
        let s = self;
        if v >= 4 { w.string(f, &s.key)?; }
        if !(v >= 4) && !s.key.is_empty() { return Err(CodecError::NotInVersion { message: "Coordinator", field: "key", version: v }); }
        if v >= 4 { w.i32(s.node_id); }
        if !(v >= 4) && s.node_id != 0 { return Err(CodecError::NotInVersion { message: "Coordinator", field: "node_id", version: v }); }
        if v >= 4 { w.string(f, &s.host)?; }
        if !(v >= 4) && !s.host.is_empty() { return Err(CodecError::NotInVersion { message: "Coordinator", field: "host", version: v }); }
        if v >= 4 { w.i32(s.port); }
        if !(v >= 4) && s.port != 0 { return Err(CodecError::NotInVersion { message: "Coordinator", field: "port", version: v }); }
        if v >= 4 { w.i16(s.error_code); }
        if !(v >= 4) && s.error_code != 0 { return Err(CodecError::NotInVersion { message: "Coordinator", field: "error_code", version: v }); }
        if v >= 4 { w.nullable_string(f, s.error_message.as_deref())?; }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl Coordinator {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 4 { s.key = g.string(); }
        if v >= 4 { s.node_id = g.i32(); }
        if v >= 4 { s.host = g.string(); }
        if v >= 4 { s.port = g.i32(); }
        if v >= 4 { s.error_code = g.i16(); }
        if v >= 4 { s.error_message = if v >= 4 && g.null() { None } else { Some(g.string()) }; }
        let _ = (g, v);
        s
    }
}

impl Message for FindCoordinatorResponse {
    const NAME: &'static str = "FindCoordinatorResponse";
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
