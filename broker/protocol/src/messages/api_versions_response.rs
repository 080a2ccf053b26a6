//! Kafka's ApiVersionsResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct ApiVersionsResponse {
    pub error_code: i16,
    pub api_keys: Vec<ApiVersion>,
    pub throttle_time_ms: i32,
    pub supported_features: Vec<SupportedFeatureKey>,
    pub finalized_features_epoch: i64,
    pub finalized_features: Vec<FinalizedFeatureKey>,
    pub zk_migration_ready: bool,
}

impl Default for ApiVersionsResponse {
    fn default() -> Self {
        Self {
            error_code: Default::default(),
            api_keys: Default::default(),
            throttle_time_ms: Default::default(),
            supported_features: Default::default(),
            finalized_features_epoch: -1,
            finalized_features: Default::default(),
            zk_migration_ready: false,
        }
    }
}

impl ApiVersionsResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 3;
        let mut s = Self::default();
        s.error_code = r.i16()?;
        s.api_keys = r.array(f, "api_keys", |r| Ok(ApiVersion::read(r, v)?))?;
        if v >= 1 { s.throttle_time_ms = r.i32()?; }
        if f {
            r.tagged_fields(|tag, r| {
                match tag {
                    0 if v >= 3 => s.supported_features = r.array(f, "supported_features", |r| Ok(SupportedFeatureKey::read(r, v)?))?,
                    1 if v >= 3 => s.finalized_features_epoch = r.i64()?,
                    2 if v >= 3 => s.finalized_features = r.array(f, "finalized_features", |r| Ok(FinalizedFeatureKey::read(r, v)?))?,
                    3 if v >= 3 => s.zk_migration_ready = r.bool()?,
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
        }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 3;
        let s = self;
        w.i16(s.error_code);
        w.array(f, &s.api_keys, |w, x| { x.write(w, v)?; Ok(()) })?;
        if v >= 1 { w.i32(s.throttle_time_ms); }
        if f {
            w.unsigned_varint(u32::from(v >= 3 && !s.supported_features.is_empty()) + u32::from(v >= 3 && s.finalized_features_epoch != -1) + u32::from(v >= 3 && !s.finalized_features.is_empty()) + u32::from(v >= 3 && s.zk_migration_ready));
            if v >= 3 && !s.supported_features.is_empty() { w.tagged_field(0, |w| { w.array(f, &s.supported_features, |w, x| { x.write(w, v)?; Ok(()) })?; Ok(()) })?; }
            if v >= 3 && s.finalized_features_epoch != -1 { w.tagged_field(1, |w| { w.i64(s.finalized_features_epoch); Ok(()) })?; }
            if v >= 3 && !s.finalized_features.is_empty() { w.tagged_field(2, |w| { w.array(f, &s.finalized_features, |w, x| { x.write(w, v)?; Ok(()) })?; Ok(()) })?; }
            if v >= 3 && s.zk_migration_ready { w.tagged_field(3, |w| { w.bool(s.zk_migration_ready); Ok(()) })?; }
        }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl ApiVersionsResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.error_code = g.i16();
        s.api_keys = (0..g.count()).map(|_| ApiVersion::sample(g, v)).collect();
        if v >= 1 { s.throttle_time_ms = g.i32(); }
        if v >= 3 { s.supported_features = (0..g.count()).map(|_| SupportedFeatureKey::sample(g, v)).collect(); }
        if v >= 3 { s.finalized_features_epoch = g.i64(); }
        if v >= 3 { s.finalized_features = (0..g.count()).map(|_| FinalizedFeatureKey::sample(g, v)).collect(); }
        if v >= 3 { s.zk_migration_ready = g.bool(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ApiVersion {
    pub api_key: i16,
    pub min_version: i16,
    pub max_version: i16,
}

impl ApiVersion {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 3;
        let mut s = Self::default();
        s.api_key = r.i16()?;
        s.min_version = r.i16()?;
        s.max_version = r.i16()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 3;
        let s = self;
        w.i16(s.api_key);
        w.i16(s.min_version);
        w.i16(s.max_version);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl ApiVersion {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.api_key = g.i16();
        s.min_version = g.i16();
        s.max_version = g.i16();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SupportedFeatureKey {
    pub name: StrBytes,
    pub min_version: i16,
    pub max_version: i16,
}

impl SupportedFeatureKey {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 3;
        let mut s = Self::default();
        if v >= 3 { s.name = r.string(f, "name")?; }
        if v >= 3 { s.min_version = r.i16()?; }
        if v >= 3 { s.max_version = r.i16()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 3;
        let s = self;
        if v >= 3 { w.string(f, &s.name)?; }
        if !(v >= 3) && !s.name.is_empty() { return Err(CodecError::NotInVersion { message: "SupportedFeatureKey", field: "name", version: v }); }
        if v >= 3 { w.i16(s.min_version); }
        if !(v >= 3) && s.min_version != 0 { return Err(CodecError::NotInVersion { message: "SupportedFeatureKey", field: "min_version", version: v }); }
        if v >= 3 { w.i16(s.max_version); }
        if !(v >= 3) && s.max_version != 0 { return Err(CodecError::NotInVersion { message: "SupportedFeatureKey", field: "max_version", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SupportedFeatureKey {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 3 { s.name = g.string(); }
        if v >= 3 { s.min_version = g.i16(); }
        if v >= 3 { s.max_version = g.i16(); }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct FinalizedFeatureKey {
    pub name: StrBytes,
    pub max_version_level: i16,
    pub min_version_level: i16,
}

impl FinalizedFeatureKey {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 3;
        let mut s = Self::default();
        if v >= 3 { s.name = r.string(f, "name")?; }
        if v >= 3 { s.max_version_level = r.i16()?; }
        if v >= 3 { s.min_version_level = r.i16()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 3;
        let s = self;
        if v >= 3 { w.string(f, &s.name)?; }
        if !(v >= 3) && !s.name.is_empty() { return Err(CodecError::NotInVersion { message: "FinalizedFeatureKey", field: "name", version: v }); }
        if v >= 3 { w.i16(s.max_version_level); }
        if !(v >= 3) && s.max_version_level != 0 { return Err(CodecError::NotInVersion { message: "FinalizedFeatureKey", field: "max_version_level", version: v }); }
        if v >= 3 { w.i16(s.min_version_level); }
        if !(v >= 3) && s.min_version_level != 0 { return Err(CodecError::NotInVersion { message: "FinalizedFeatureKey", field: "min_version_level", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl FinalizedFeatureKey {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 3 { s.name = g.string(); }
        if v >= 3 { s.max_version_level = g.i16(); }
        if v >= 3 { s.min_version_level = g.i16(); }
        let _ = (g, v);
        s
    }
}

impl Message for ApiVersionsResponse {
    const NAME: &'static str = "ApiVersionsResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=5;
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
