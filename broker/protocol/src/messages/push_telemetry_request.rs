//! Kafka's PushTelemetryRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct PushTelemetryRequest {
    pub client_instance_id: Uuid,
    pub subscription_id: i32,
    pub terminating: bool,
    pub compression_type: i8,
    pub metrics: Bytes,
}

impl PushTelemetryRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.client_instance_id = r.uuid()?;
        s.subscription_id = r.i32()?;
        s.terminating = r.bool()?;
        s.compression_type = r.i8()?;
        s.metrics = r.bytes(f, "metrics")?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.uuid(s.client_instance_id);
        w.i32(s.subscription_id);
        w.bool(s.terminating);
        w.i8(s.compression_type);
        w.bytes(f, &s.metrics)?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl PushTelemetryRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.client_instance_id = g.uuid();
        s.subscription_id = g.i32();
        s.terminating = g.bool();
        s.compression_type = g.i8();
        s.metrics = g.bytes();
        let _ = (g, v);
        s
    }
}

impl Message for PushTelemetryRequest {
    const NAME: &'static str = "PushTelemetryRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;
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

impl Request for PushTelemetryRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::PushTelemetry;
    type Response = super::push_telemetry_response::PushTelemetryResponse;
}
