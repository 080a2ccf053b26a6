//! Lasting records.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(missing_docs, unused_imports, unused_variables, unused_mut, dead_code, unreachable_pub)]
#![allow(clippy::all, clippy::pedantic)]

use bytes::Bytes;

use strandline_protocol::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct FileFooter {
    pub file_number: i64,
    pub stream: i8,
    pub first_sequence: i64,
    pub last_sequence: i64,
    pub valid_end: i64,
    pub sealed_ms: i64,
    pub metadata_index: i64,
    pub last_cold_file: i64,
    pub recycled: Vec<i64>,
    pub directory: Bytes,
    pub runs: Bytes,
    pub details: Bytes,
}

impl FileFooter {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.file_number = r.i64()?;
        s.stream = r.i8()?;
        s.first_sequence = r.i64()?;
        s.last_sequence = r.i64()?;
        s.valid_end = r.i64()?;
        s.sealed_ms = r.i64()?;
        s.metadata_index = r.i64()?;
        s.last_cold_file = r.i64()?;
        s.recycled = r.array(f, "recycled", |r| Ok(r.i64()?))?;
        s.directory = r.bytes(f, "directory")?;
        s.runs = r.bytes(f, "runs")?;
        s.details = r.bytes(f, "details")?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i64(s.file_number);
        w.i8(s.stream);
        w.i64(s.first_sequence);
        w.i64(s.last_sequence);
        w.i64(s.valid_end);
        w.i64(s.sealed_ms);
        w.i64(s.metadata_index);
        w.i64(s.last_cold_file);
        w.array(f, &s.recycled, |w, x| { w.i64(*x); Ok(()) })?;
        w.bytes(f, &s.directory)?;
        w.bytes(f, &s.runs)?;
        w.bytes(f, &s.details)?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl FileFooter {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.file_number = g.i64();
        s.stream = g.i8();
        s.first_sequence = g.i64();
        s.last_sequence = g.i64();
        s.valid_end = g.i64();
        s.sealed_ms = g.i64();
        s.metadata_index = g.i64();
        s.last_cold_file = g.i64();
        s.recycled = (0..g.count()).map(|_| g.i64()).collect();
        s.directory = g.bytes();
        s.runs = g.bytes();
        s.details = g.bytes();
        let _ = (g, v);
        s
    }
}

impl Message for FileFooter {
    const NAME: &'static str = "FileFooter";
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

impl FileFooter {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 1;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionState {
    pub topic_id: Uuid,
    pub partition: i32,
    pub complete: bool,
    pub log_start_offset: i64,
    pub local_log_start_offset: i64,
    pub log_end_offset: i64,
    pub deleted_sequence: i64,
    pub epochs: Vec<EpochStart>,
    pub truncations: Vec<Truncation>,
    pub segments: Vec<SegmentStart>,
    pub producers: Vec<Producer>,
    pub aborted: Vec<Aborted>,
    pub start_producers_offset: i64,
    pub start_producers: Vec<Producer>,
}

impl PartitionState {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.topic_id = r.uuid()?;
        s.partition = r.i32()?;
        s.complete = r.bool()?;
        s.log_start_offset = r.i64()?;
        s.local_log_start_offset = r.i64()?;
        s.log_end_offset = r.i64()?;
        s.epochs = r.array(f, "epochs", |r| Ok(EpochStart::read(r, v)?))?;
        if f {
            r.tagged_fields(|tag, r| {
                match tag {
                    0 => s.deleted_sequence = r.i64()?,
                    1 => s.truncations = r.array(f, "truncations", |r| Ok(Truncation::read(r, v)?))?,
                    2 => s.segments = r.array(f, "segments", |r| Ok(SegmentStart::read(r, v)?))?,
                    3 => s.producers = r.array(f, "producers", |r| Ok(Producer::read(r, v)?))?,
                    4 => s.aborted = r.array(f, "aborted", |r| Ok(Aborted::read(r, v)?))?,
                    5 => s.start_producers_offset = r.i64()?,
                    6 => s.start_producers = r.array(f, "start_producers", |r| Ok(Producer::read(r, v)?))?,
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
        w.uuid(s.topic_id);
        w.i32(s.partition);
        w.bool(s.complete);
        w.i64(s.log_start_offset);
        w.i64(s.local_log_start_offset);
        w.i64(s.log_end_offset);
        w.array(f, &s.epochs, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f {
            w.unsigned_varint(u32::from(s.deleted_sequence != 0) + u32::from(!s.truncations.is_empty()) + u32::from(!s.segments.is_empty()) + u32::from(!s.producers.is_empty()) + u32::from(!s.aborted.is_empty()) + u32::from(s.start_producers_offset != 0) + u32::from(!s.start_producers.is_empty()));
            if s.deleted_sequence != 0 { w.tagged_field(0, |w| { w.i64(s.deleted_sequence); Ok(()) })?; }
            if !s.truncations.is_empty() { w.tagged_field(1, |w| { w.array(f, &s.truncations, |w, x| { x.write(w, v)?; Ok(()) })?; Ok(()) })?; }
            if !s.segments.is_empty() { w.tagged_field(2, |w| { w.array(f, &s.segments, |w, x| { x.write(w, v)?; Ok(()) })?; Ok(()) })?; }
            if !s.producers.is_empty() { w.tagged_field(3, |w| { w.array(f, &s.producers, |w, x| { x.write(w, v)?; Ok(()) })?; Ok(()) })?; }
            if !s.aborted.is_empty() { w.tagged_field(4, |w| { w.array(f, &s.aborted, |w, x| { x.write(w, v)?; Ok(()) })?; Ok(()) })?; }
            if s.start_producers_offset != 0 { w.tagged_field(5, |w| { w.i64(s.start_producers_offset); Ok(()) })?; }
            if !s.start_producers.is_empty() { w.tagged_field(6, |w| { w.array(f, &s.start_producers, |w, x| { x.write(w, v)?; Ok(()) })?; Ok(()) })?; }
        }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl PartitionState {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topic_id = g.uuid();
        s.partition = g.i32();
        s.complete = g.bool();
        s.log_start_offset = g.i64();
        s.local_log_start_offset = g.i64();
        s.log_end_offset = g.i64();
        s.deleted_sequence = g.i64();
        s.epochs = (0..g.count()).map(|_| EpochStart::sample(g, v)).collect();
        s.truncations = (0..g.count()).map(|_| Truncation::sample(g, v)).collect();
        s.segments = (0..g.count()).map(|_| SegmentStart::sample(g, v)).collect();
        s.producers = (0..g.count()).map(|_| Producer::sample(g, v)).collect();
        s.aborted = (0..g.count()).map(|_| Aborted::sample(g, v)).collect();
        s.start_producers_offset = g.i64();
        s.start_producers = (0..g.count()).map(|_| Producer::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct EpochStart {
    pub epoch: i32,
    pub start_offset: i64,
}

impl EpochStart {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.epoch = r.i32()?;
        s.start_offset = r.i64()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.epoch);
        w.i64(s.start_offset);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl EpochStart {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.epoch = g.i32();
        s.start_offset = g.i64();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Truncation {
    pub sequence: i64,
    pub end_offset: i64,
}

impl Truncation {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.sequence = r.i64()?;
        s.end_offset = r.i64()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i64(s.sequence);
        w.i64(s.end_offset);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl Truncation {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.sequence = g.i64();
        s.end_offset = g.i64();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SegmentStart {
    pub base_offset: i64,
    pub created_ms: i64,
    pub previous_base_offset: i64,
    pub previous_created_ms: i64,
    pub previous_bytes: i64,
    pub previous_max_timestamp: i64,
}

impl SegmentStart {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.base_offset = r.i64()?;
        s.created_ms = r.i64()?;
        s.previous_base_offset = r.i64()?;
        s.previous_created_ms = r.i64()?;
        s.previous_bytes = r.i64()?;
        s.previous_max_timestamp = r.i64()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i64(s.base_offset);
        w.i64(s.created_ms);
        w.i64(s.previous_base_offset);
        w.i64(s.previous_created_ms);
        w.i64(s.previous_bytes);
        w.i64(s.previous_max_timestamp);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SegmentStart {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.base_offset = g.i64();
        s.created_ms = g.i64();
        s.previous_base_offset = g.i64();
        s.previous_created_ms = g.i64();
        s.previous_bytes = g.i64();
        s.previous_max_timestamp = g.i64();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Producer {
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub coordinator_epoch: i32,
    pub last_timestamp: i64,
    pub transaction_first_offset: i64,
    pub last_marker_offset: i64,
    pub batches: Vec<ProducerBatch>,
}

impl Default for Producer {
    fn default() -> Self {
        Self {
            producer_id: Default::default(),
            producer_epoch: Default::default(),
            coordinator_epoch: Default::default(),
            last_timestamp: Default::default(),
            transaction_first_offset: -1,
            last_marker_offset: -1,
            batches: Default::default(),
        }
    }
}

impl Producer {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.producer_id = r.i64()?;
        s.producer_epoch = r.i16()?;
        s.coordinator_epoch = r.i32()?;
        s.last_timestamp = r.i64()?;
        s.transaction_first_offset = r.i64()?;
        s.last_marker_offset = r.i64()?;
        s.batches = r.array(f, "batches", |r| Ok(ProducerBatch::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i64(s.producer_id);
        w.i16(s.producer_epoch);
        w.i32(s.coordinator_epoch);
        w.i64(s.last_timestamp);
        w.i64(s.transaction_first_offset);
        w.i64(s.last_marker_offset);
        w.array(f, &s.batches, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl Producer {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.producer_id = g.i64();
        s.producer_epoch = g.i16();
        s.coordinator_epoch = g.i32();
        s.last_timestamp = g.i64();
        s.transaction_first_offset = g.i64();
        s.last_marker_offset = g.i64();
        s.batches = (0..g.count()).map(|_| ProducerBatch::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProducerBatch {
    pub first_sequence: i32,
    pub last_sequence: i32,
    pub base_offset: i64,
    pub end_offset: i64,
    pub timestamp: i64,
}

impl ProducerBatch {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.first_sequence = r.i32()?;
        s.last_sequence = r.i32()?;
        s.base_offset = r.i64()?;
        s.end_offset = r.i64()?;
        s.timestamp = r.i64()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.first_sequence);
        w.i32(s.last_sequence);
        w.i64(s.base_offset);
        w.i64(s.end_offset);
        w.i64(s.timestamp);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl ProducerBatch {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.first_sequence = g.i32();
        s.last_sequence = g.i32();
        s.base_offset = g.i64();
        s.end_offset = g.i64();
        s.timestamp = g.i64();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Aborted {
    pub producer_id: i64,
    pub first_offset: i64,
    pub last_offset: i64,
}

impl Aborted {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.producer_id = r.i64()?;
        s.first_offset = r.i64()?;
        s.last_offset = r.i64()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i64(s.producer_id);
        w.i64(s.first_offset);
        w.i64(s.last_offset);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl Aborted {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.producer_id = g.i64();
        s.first_offset = g.i64();
        s.last_offset = g.i64();
        let _ = (g, v);
        s
    }
}

impl Message for PartitionState {
    const NAME: &'static str = "PartitionState";
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

impl PartitionState {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 2;
}
