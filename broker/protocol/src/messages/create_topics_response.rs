//! Kafka's CreateTopicsResponse.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct CreateTopicsResponse {
    pub throttle_time_ms: i32,
    pub topics: Vec<CreatableTopicResult>,
}

impl CreateTopicsResponse {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 5;
        let mut s = Self::default();
        s.throttle_time_ms = r.i32()?;
        s.topics = r.array(f, "topics", |r| Ok(CreatableTopicResult::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 5;
        let s = self;
        w.i32(s.throttle_time_ms);
        w.array(f, &s.topics, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl CreateTopicsResponse {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.throttle_time_ms = g.i32();
        s.topics = (0..g.count()).map(|_| CreatableTopicResult::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct CreatableTopicResult {
    pub name: StrBytes,
    pub topic_id: Uuid,
    pub error_code: i16,
    pub error_message: Option<StrBytes>,
    pub topic_config_error_code: i16,
    pub num_partitions: i32,
    pub replication_factor: i16,
    pub configs: Option<Vec<CreatableTopicConfigs>>,
}

impl Default for CreatableTopicResult {
    fn default() -> Self {
        Self {
            name: Default::default(),
            topic_id: Default::default(),
            error_code: Default::default(),
            error_message: Some(Default::default()),
            topic_config_error_code: Default::default(),
            num_partitions: -1,
            replication_factor: -1,
            configs: Some(Default::default()),
        }
    }
}

impl CreatableTopicResult {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 5;
        let mut s = Self::default();
        s.name = r.string(f, "name")?;
        if v >= 7 { s.topic_id = r.uuid()?; }
        s.error_code = r.i16()?;
        s.error_message = r.nullable_string(f)?;
        if v >= 5 { s.num_partitions = r.i32()?; }
        if v >= 5 { s.replication_factor = r.i16()?; }
        if v >= 5 { s.configs = r.nullable_array(f, |r| Ok(CreatableTopicConfigs::read(r, v)?))?; }
        if f {
            r.tagged_fields(|tag, r| {
                match tag {
                    0 if v >= 5 => s.topic_config_error_code = r.i16()?,
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
        }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 5;
        let s = self;
        w.string(f, &s.name)?;
        if v >= 7 { w.uuid(s.topic_id); }
        w.i16(s.error_code);
        w.nullable_string(f, s.error_message.as_deref())?;
        if v >= 5 { w.i32(s.num_partitions); }
        if v >= 5 { w.i16(s.replication_factor); }
        if v >= 5 { w.nullable_array(f, s.configs.as_deref(), |w, x| { x.write(w, v)?; Ok(()) })?; }
        if f {
            w.unsigned_varint(u32::from(v >= 5 && s.topic_config_error_code != 0));
            if v >= 5 && s.topic_config_error_code != 0 { w.tagged_field(0, |w| { w.i16(s.topic_config_error_code); Ok(()) })?; }
        }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl CreatableTopicResult {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.name = g.string();
        if v >= 7 { s.topic_id = g.uuid(); }
        s.error_code = g.i16();
        s.error_message = if g.null() { None } else { Some(g.string()) };
        if v >= 5 { s.topic_config_error_code = g.i16(); }
        if v >= 5 { s.num_partitions = g.i32(); }
        if v >= 5 { s.replication_factor = g.i16(); }
        if v >= 5 { s.configs = if v >= 5 && g.null() { None } else { Some((0..g.count()).map(|_| CreatableTopicConfigs::sample(g, v)).collect()) }; }
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct CreatableTopicConfigs {
    pub name: StrBytes,
    pub value: Option<StrBytes>,
    pub read_only: bool,
    pub config_source: i8,
    pub is_sensitive: bool,
}

impl Default for CreatableTopicConfigs {
    fn default() -> Self {
        Self {
            name: Default::default(),
            value: Some(Default::default()),
            read_only: Default::default(),
            config_source: -1,
            is_sensitive: Default::default(),
        }
    }
}

impl CreatableTopicConfigs {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = v >= 5;
        let mut s = Self::default();
        if v >= 5 { s.name = r.string(f, "name")?; }
        if v >= 5 { s.value = r.nullable_string(f)?; }
        if v >= 5 { s.read_only = r.bool()?; }
        if v >= 5 { s.config_source = r.i8()?; }
        if v >= 5 { s.is_sensitive = r.bool()?; }
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = v >= 5;
        let s = self;
        if v >= 5 { w.string(f, &s.name)?; }
        if !(v >= 5) && !s.name.is_empty() { return Err(CodecError::NotInVersion { message: "CreatableTopicConfigs", field: "name", version: v }); }
        if v >= 5 { w.nullable_string(f, s.value.as_deref())?; }
        if !(v >= 5) && s.value.as_ref().is_none_or(|value| !value.is_empty()) { return Err(CodecError::NotInVersion { message: "CreatableTopicConfigs", field: "value", version: v }); }
        if v >= 5 { w.bool(s.read_only); }
        if !(v >= 5) && s.read_only { return Err(CodecError::NotInVersion { message: "CreatableTopicConfigs", field: "read_only", version: v }); }
        if v >= 5 { w.i8(s.config_source); }
        if v >= 5 { w.bool(s.is_sensitive); }
        if !(v >= 5) && s.is_sensitive { return Err(CodecError::NotInVersion { message: "CreatableTopicConfigs", field: "is_sensitive", version: v }); }
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl CreatableTopicConfigs {
    pub(crate) fn sample(g: &mut dyn crate::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        if v >= 5 { s.name = g.string(); }
        if v >= 5 { s.value = if v >= 5 && g.null() { None } else { Some(g.string()) }; }
        if v >= 5 { s.read_only = g.bool(); }
        if v >= 5 { s.config_source = g.i8(); }
        if v >= 5 { s.is_sensitive = g.bool(); }
        let _ = (g, v);
        s
    }
}

impl Message for CreateTopicsResponse {
    const NAME: &'static str = "CreateTopicsResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 2..=7;
    const FLEXIBLE_FROM: Option<i16> = Some(5);

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
