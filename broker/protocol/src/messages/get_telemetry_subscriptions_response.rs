//! Kafka's GetTelemetrySubscriptionsResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct GetTelemetrySubscriptionsResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub client_instance_id: Uuid,
    pub subscription_id: i32,
    pub accepted_compression_types: Vec<i8>,
    pub push_interval_ms: i32,
    pub telemetry_max_bytes: i32,
    pub delta_temporality: bool,
    pub requested_metrics: Vec<StrBytes>,
}

impl GetTelemetrySubscriptionsResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.throttle_time_ms = r.i32()?;
        s.error_code = r.i16()?;
        s.client_instance_id = r.uuid()?;
        s.subscription_id = r.i32()?;
        s.accepted_compression_types = r.array(f, "accepted_compression_types", |r| Ok(r.i8()?))?;
        s.push_interval_ms = r.i32()?;
        s.telemetry_max_bytes = r.i32()?;
        s.delta_temporality = r.bool()?;
        s.requested_metrics = r.array(f, "requested_metrics", |r| Ok(r.string(f, "requested_metrics")?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.throttle_time_ms);
        w.i16(s.error_code);
        w.uuid(s.client_instance_id);
        w.i32(s.subscription_id);
        w.array(f, &s.accepted_compression_types, |w, x| { w.i8(*x); Ok(()) })?;
        w.i32(s.push_interval_ms);
        w.i32(s.telemetry_max_bytes);
        w.bool(s.delta_temporality);
        w.array(f, &s.requested_metrics, |w, x| { w.string(f, x)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl GetTelemetrySubscriptionsResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.throttle_time_ms = g.i32();
        s.error_code = g.i16();
        s.client_instance_id = g.uuid();
        s.subscription_id = g.i32();
        s.accepted_compression_types = (0..g.count()).map(|_| g.i8()).collect();
        s.push_interval_ms = g.i32();
        s.telemetry_max_bytes = g.i32();
        s.delta_temporality = g.bool();
        s.requested_metrics = (0..g.count()).map(|_| g.string()).collect();
        let _ = (g, v);
        s
    }
}

impl Message for GetTelemetrySubscriptionsResponse {
    const NAME: &'static str = "GetTelemetrySubscriptionsResponse";
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
