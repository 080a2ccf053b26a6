//! Kafka's ShareGroupHeartbeatRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShareGroupHeartbeatRequest {
    pub group_id: StrBytes,
    pub member_id: StrBytes,
    pub member_epoch: i32,
    pub rack_id: Option<StrBytes>,
    pub subscribed_topic_names: Option<Vec<StrBytes>>,
}

impl ShareGroupHeartbeatRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.group_id = r.string(f, "group_id")?;
        s.member_id = r.string(f, "member_id")?;
        s.member_epoch = r.i32()?;
        s.rack_id = r.nullable_string(f)?;
        s.subscribed_topic_names = r.nullable_array(f, |r| Ok(r.string(f, "subscribed_topic_names")?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.group_id)?;
        w.string(f, &s.member_id)?;
        w.i32(s.member_epoch);
        w.nullable_string(f, s.rack_id.as_deref())?;
        w.nullable_array(f, s.subscribed_topic_names.as_deref(), |w, x| { w.string(f, x)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl ShareGroupHeartbeatRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.group_id = g.string();
        s.member_id = g.string();
        s.member_epoch = g.i32();
        s.rack_id = if g.null() { None } else { Some(g.string()) };
        s.subscribed_topic_names = if g.null() { None } else { Some((0..g.count()).map(|_| g.string()).collect()) };
        let _ = (g, v);
        s
    }
}

impl Message for ShareGroupHeartbeatRequest {
    const NAME: &'static str = "ShareGroupHeartbeatRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 1..=1;
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

impl Request for ShareGroupHeartbeatRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::ShareGroupHeartbeat;
    type Response = super::share_group_heartbeat_response::ShareGroupHeartbeatResponse;
}
