//! Kafka's UpdateFeaturesRequest.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct UpdateFeaturesRequest {
    pub timeout_ms: i32,
    pub feature_updates: Vec<FeatureUpdateKey>,
    pub validate_only: bool,
}

impl Default for UpdateFeaturesRequest {
    fn default() -> Self {
        Self {
            timeout_ms: 60000,
            feature_updates: Default::default(),
            validate_only: false,
        }
    }
}

impl UpdateFeaturesRequest {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.timeout_ms = r.i32()?;
        s.feature_updates = r.array(f, "feature_updates", |r| Ok(FeatureUpdateKey::read(r, v)?))?;
        if v >= 1 { s.validate_only = r.bool()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.timeout_ms);
        w.array(f, &s.feature_updates, |w, x| { x.write(w, v)?; Ok(()) })?;
        if v >= 1 { w.bool(s.validate_only); }
        if !(v >= 1) && s.validate_only { return Err(CodecError::NotInVersion { message: "UpdateFeaturesRequest", field: "validate_only", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl UpdateFeaturesRequest {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.timeout_ms = g.i32();
        s.feature_updates = (0..g.count()).map(|_| FeatureUpdateKey::sample(g, v)).collect();
        if v >= 1 { s.validate_only = g.bool(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct FeatureUpdateKey {
    pub feature: StrBytes,
    pub max_version_level: i16,
    pub allow_downgrade: bool,
    pub upgrade_type: i8,
}

impl Default for FeatureUpdateKey {
    fn default() -> Self {
        Self {
            feature: Default::default(),
            max_version_level: Default::default(),
            allow_downgrade: Default::default(),
            upgrade_type: 1,
        }
    }
}

impl FeatureUpdateKey {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.feature = r.string(f, "feature")?;
        s.max_version_level = r.i16()?;
        if v <= 0 { s.allow_downgrade = r.bool()?; }
        if v >= 1 { s.upgrade_type = r.i8()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.string(f, &s.feature)?;
        w.i16(s.max_version_level);
        if v <= 0 { w.bool(s.allow_downgrade); }
        if !(v <= 0) && s.allow_downgrade { return Err(CodecError::NotInVersion { message: "FeatureUpdateKey", field: "allow_downgrade", version: v }); }
        if v >= 1 { w.i8(s.upgrade_type); }
        if !(v >= 1) && s.upgrade_type != 1 { return Err(CodecError::NotInVersion { message: "FeatureUpdateKey", field: "upgrade_type", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl FeatureUpdateKey {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.feature = g.string();
        s.max_version_level = g.i16();
        if v <= 0 { s.allow_downgrade = g.bool(); }
        if v >= 1 { s.upgrade_type = g.i8(); }
        let _ = (g, v);
        s
    }
}

impl Message for UpdateFeaturesRequest {
    const NAME: &'static str = "UpdateFeaturesRequest";
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

impl Request for UpdateFeaturesRequest {
    const API_KEY: crate::api_key::ApiKey = crate::api_key::ApiKey::UpdateFeatures;
    type Response = super::update_features_response::UpdateFeaturesResponse;
}
