//! Kafka's UpdateRaftVoterRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct UpdateRaftVoterRequest {
    pub cluster_id: Option<StrBytes>,
    pub current_leader_epoch: i32,
    pub voter_id: i32,
    pub voter_directory_id: Uuid,
    pub listeners: Vec<Listener>,
    pub k_raft_version_feature: KRaftVersionFeature,
}

impl Default for UpdateRaftVoterRequest {
    fn default() -> Self {
        Self {
            cluster_id: Some(Default::default()),
            current_leader_epoch: Default::default(),
            voter_id: Default::default(),
            voter_directory_id: Default::default(),
            listeners: Default::default(),
            k_raft_version_feature: Default::default(),
        }
    }
}

impl UpdateRaftVoterRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.cluster_id = r.nullable_string(f)?;
        s.current_leader_epoch = r.i32()?;
        s.voter_id = r.i32()?;
        s.voter_directory_id = r.uuid()?;
        s.listeners = r.array(f, "listeners", |r| Ok(Listener::read(r, v)?))?;
        s.k_raft_version_feature = KRaftVersionFeature::read(r, v)?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.nullable_string(f, s.cluster_id.as_deref())?;
        w.i32(s.current_leader_epoch);
        w.i32(s.voter_id);
        w.uuid(s.voter_directory_id);
        w.array(f, &s.listeners, |w, x| { x.write(w, v)?; Ok(()) })?;
        s.k_raft_version_feature.write(w, v)?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl UpdateRaftVoterRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.cluster_id = if g.null() { None } else { Some(g.string()) };
        s.current_leader_epoch = g.i32();
        s.voter_id = g.i32();
        s.voter_directory_id = g.uuid();
        s.listeners = (0..g.count()).map(|_| Listener::sample(g, v)).collect();
        s.k_raft_version_feature = KRaftVersionFeature::sample(g, v);
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Listener {
    pub name: StrBytes,
    pub host: StrBytes,
    pub port: u16,
}

impl Listener {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.name = r.string(f, "name")?;
        s.host = r.string(f, "host")?;
        s.port = r.u16()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.name)?;
        w.string(f, &s.host)?;
        w.u16(s.port);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl Listener {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.name = g.string();
        s.host = g.string();
        s.port = g.u16();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct KRaftVersionFeature {
    pub min_supported_version: i16,
    pub max_supported_version: i16,
}

impl KRaftVersionFeature {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.min_supported_version = r.i16()?;
        s.max_supported_version = r.i16()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i16(s.min_supported_version);
        w.i16(s.max_supported_version);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl KRaftVersionFeature {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.min_supported_version = g.i16();
        s.max_supported_version = g.i16();
        let _ = (g, v);
        s
    }
}

impl Message for UpdateRaftVoterRequest {
    const NAME: &'static str = "UpdateRaftVoterRequest";
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

impl Request for UpdateRaftVoterRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::UpdateRaftVoter;
    type Response = super::update_raft_voter_response::UpdateRaftVoterResponse;
}
