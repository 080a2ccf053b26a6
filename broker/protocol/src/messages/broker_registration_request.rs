//! Kafka's BrokerRegistrationRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct BrokerRegistrationRequest {
    pub broker_id: i32,
    pub cluster_id: StrBytes,
    pub incarnation_id: Uuid,
    pub listeners: Vec<Listener>,
    pub features: Vec<Feature>,
    pub rack: Option<StrBytes>,
    pub is_migrating_zk_broker: bool,
    pub log_dirs: Vec<Uuid>,
    pub previous_broker_epoch: i64,
}

impl Default for BrokerRegistrationRequest {
    fn default() -> Self {
        Self {
            broker_id: Default::default(),
            cluster_id: Default::default(),
            incarnation_id: Default::default(),
            listeners: Default::default(),
            features: Default::default(),
            rack: Some(Default::default()),
            is_migrating_zk_broker: false,
            log_dirs: Default::default(),
            previous_broker_epoch: -1,
        }
    }
}

impl BrokerRegistrationRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.broker_id = r.i32()?;
        s.cluster_id = r.string(f, "cluster_id")?;
        s.incarnation_id = r.uuid()?;
        s.listeners = r.array(f, "listeners", |r| Ok(Listener::read(r, v)?))?;
        s.features = r.array(f, "features", |r| Ok(Feature::read(r, v)?))?;
        s.rack = r.nullable_string(f)?;
        if v >= 1 { s.is_migrating_zk_broker = r.bool()?; }
        if v >= 2 { s.log_dirs = r.array(f, "log_dirs", |r| Ok(r.uuid()?))?; }
        if v >= 3 { s.previous_broker_epoch = r.i64()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.broker_id);
        w.string(f, &s.cluster_id)?;
        w.uuid(s.incarnation_id);
        w.array(f, &s.listeners, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.array(f, &s.features, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.nullable_string(f, s.rack.as_deref())?;
        if v >= 1 { w.bool(s.is_migrating_zk_broker); }
        if !(v >= 1) && s.is_migrating_zk_broker { return Err(CodecError::NotInVersion { message: "BrokerRegistrationRequest", field: "is_migrating_zk_broker", version: v }); }
        if v >= 2 { w.array(f, &s.log_dirs, |w, x| { w.uuid(*x); Ok(()) })?; }
        if v >= 3 { w.i64(s.previous_broker_epoch); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl BrokerRegistrationRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.broker_id = g.i32();
        s.cluster_id = g.string();
        s.incarnation_id = g.uuid();
        s.listeners = (0..g.count()).map(|_| Listener::sample(g, v)).collect();
        s.features = (0..g.count()).map(|_| Feature::sample(g, v)).collect();
        s.rack = if g.null() { None } else { Some(g.string()) };
        if v >= 1 { s.is_migrating_zk_broker = g.bool(); }
        if v >= 2 { s.log_dirs = (0..g.count()).map(|_| g.uuid()).collect(); }
        if v >= 3 { s.previous_broker_epoch = g.i64(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Listener {
    pub name: StrBytes,
    pub host: StrBytes,
    pub port: u16,
    pub security_protocol: i16,
}

impl Listener {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.name = r.string(f, "name")?;
        s.host = r.string(f, "host")?;
        s.port = r.u16()?;
        s.security_protocol = r.i16()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.name)?;
        w.string(f, &s.host)?;
        w.u16(s.port);
        w.i16(s.security_protocol);
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
        s.security_protocol = g.i16();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Feature {
    pub name: StrBytes,
    pub min_supported_version: i16,
    pub max_supported_version: i16,
}

impl Feature {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.name = r.string(f, "name")?;
        s.min_supported_version = r.i16()?;
        s.max_supported_version = r.i16()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.name)?;
        w.i16(s.min_supported_version);
        w.i16(s.max_supported_version);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl Feature {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.name = g.string();
        s.min_supported_version = g.i16();
        s.max_supported_version = g.i16();
        let _ = (g, v);
        s
    }
}

impl Message for BrokerRegistrationRequest {
    const NAME: &'static str = "BrokerRegistrationRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=4;
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

impl Request for BrokerRegistrationRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::BrokerRegistration;
    type Response = super::broker_registration_response::BrokerRegistrationResponse;
}
