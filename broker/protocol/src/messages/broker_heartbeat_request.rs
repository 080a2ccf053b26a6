//! Kafka's BrokerHeartbeatRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct BrokerHeartbeatRequest {
    pub broker_id: i32,
    pub broker_epoch: i64,
    pub current_metadata_offset: i64,
    pub want_fence: bool,
    pub want_shut_down: bool,
    pub offline_log_dirs: Vec<Uuid>,
    pub cordoned_log_dirs: Option<Vec<Uuid>>,
}

impl Default for BrokerHeartbeatRequest {
    fn default() -> Self {
        Self {
            broker_id: Default::default(),
            broker_epoch: -1,
            current_metadata_offset: Default::default(),
            want_fence: Default::default(),
            want_shut_down: Default::default(),
            offline_log_dirs: Default::default(),
            cordoned_log_dirs: None,
        }
    }
}

impl BrokerHeartbeatRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.broker_id = r.i32()?;
        s.broker_epoch = r.i64()?;
        s.current_metadata_offset = r.i64()?;
        s.want_fence = r.bool()?;
        s.want_shut_down = r.bool()?;
        if f {
            r.tagged_fields(|tag, r| {
                match tag {
                    0 if v >= 1 => s.offline_log_dirs = r.array(f, "offline_log_dirs", |r| Ok(r.uuid()?))?,
                    1 if v >= 2 => s.cordoned_log_dirs = r.nullable_array(f, |r| Ok(r.uuid()?))?,
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
        }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.broker_id);
        w.i64(s.broker_epoch);
        w.i64(s.current_metadata_offset);
        w.bool(s.want_fence);
        w.bool(s.want_shut_down);
        if !(v >= 1) && !s.offline_log_dirs.is_empty() { return Err(CodecError::NotInVersion { message: "BrokerHeartbeatRequest", field: "offline_log_dirs", version: v }); }
        if !(v >= 2) && s.cordoned_log_dirs.is_some() { return Err(CodecError::NotInVersion { message: "BrokerHeartbeatRequest", field: "cordoned_log_dirs", version: v }); }
        if f {
            w.unsigned_varint(u32::from(v >= 1 && !s.offline_log_dirs.is_empty()) + u32::from(v >= 2 && s.cordoned_log_dirs.is_some()));
            if v >= 1 && !s.offline_log_dirs.is_empty() { w.tagged_field(0, |w| { w.array(f, &s.offline_log_dirs, |w, x| { w.uuid(*x); Ok(()) })?; Ok(()) })?; }
            if v >= 2 && s.cordoned_log_dirs.is_some() { w.tagged_field(1, |w| { w.nullable_array(f, s.cordoned_log_dirs.as_deref(), |w, x| { w.uuid(*x); Ok(()) })?; Ok(()) })?; }
        }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl BrokerHeartbeatRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.broker_id = g.i32();
        s.broker_epoch = g.i64();
        s.current_metadata_offset = g.i64();
        s.want_fence = g.bool();
        s.want_shut_down = g.bool();
        if v >= 1 { s.offline_log_dirs = (0..g.count()).map(|_| g.uuid()).collect(); }
        if v >= 2 { s.cordoned_log_dirs = if v >= 2 && g.null() { None } else { Some((0..g.count()).map(|_| g.uuid()).collect()) }; }
        let _ = (g, v);
        s
    }
}

impl Message for BrokerHeartbeatRequest {
    const NAME: &'static str = "BrokerHeartbeatRequest";
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

impl Request for BrokerHeartbeatRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::BrokerHeartbeat;
    type Response = super::broker_heartbeat_response::BrokerHeartbeatResponse;
}
