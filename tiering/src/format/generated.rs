//! Lasting records.
//!
//! Generated from facts by strandline-codegen. Do not edit.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(missing_docs, unused_imports, unused_variables, unused_mut, dead_code, unreachable_pub)]
#![allow(clippy::all, clippy::pedantic)]

use bytes::Bytes;

use strandline_protocol::codec::{CodecError, Message, Reader, Records, Request, StrBytes, Uuid, Writer};

#[derive(Debug, Clone, PartialEq)]
pub struct SegmentFooter {
    pub topic_id: Uuid,
    pub partition: i32,
    pub leader_epoch: i32,
    pub object_id: Uuid,
    pub base_offset: i64,
    pub end_offset: i64,
    pub created_at_ms: i64,
    pub data_bytes: i64,
    pub block_bytes: i32,
    pub block_checksums: Bytes,
    pub producer_snapshot_bytes: i64,
    pub producer_snapshot_checksum: u32,
    pub max_timestamp: i64,
    pub max_timestamp_offset: i64,
    pub leader_epochs: Vec<FooterEpoch>,
    pub index: Vec<IndexEntry>,
    pub aborted_transactions: Vec<AbortedTransaction>,
    pub open_transaction_offset: i64,
}

impl Default for SegmentFooter {
    fn default() -> Self {
        Self {
            topic_id: Default::default(),
            partition: Default::default(),
            leader_epoch: Default::default(),
            object_id: Default::default(),
            base_offset: Default::default(),
            end_offset: Default::default(),
            created_at_ms: Default::default(),
            data_bytes: Default::default(),
            block_bytes: Default::default(),
            block_checksums: Default::default(),
            producer_snapshot_bytes: Default::default(),
            producer_snapshot_checksum: Default::default(),
            max_timestamp: Default::default(),
            max_timestamp_offset: Default::default(),
            leader_epochs: Default::default(),
            index: Default::default(),
            aborted_transactions: Default::default(),
            open_transaction_offset: -1,
        }
    }
}

impl SegmentFooter {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.topic_id = r.uuid()?;
        s.partition = r.i32()?;
        s.leader_epoch = r.i32()?;
        s.object_id = r.uuid()?;
        s.base_offset = r.i64()?;
        s.end_offset = r.i64()?;
        s.created_at_ms = r.i64()?;
        s.data_bytes = r.i64()?;
        s.block_bytes = r.i32()?;
        s.block_checksums = r.bytes(f, "block_checksums")?;
        s.producer_snapshot_bytes = r.i64()?;
        s.producer_snapshot_checksum = r.u32()?;
        s.max_timestamp = r.i64()?;
        s.max_timestamp_offset = r.i64()?;
        s.leader_epochs = r.array(f, "leader_epochs", |r| Ok(FooterEpoch::read(r, v)?))?;
        s.index = r.array(f, "index", |r| Ok(IndexEntry::read(r, v)?))?;
        s.aborted_transactions = r.array(f, "aborted_transactions", |r| Ok(AbortedTransaction::read(r, v)?))?;
        s.open_transaction_offset = r.i64()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.uuid(s.topic_id);
        w.i32(s.partition);
        w.i32(s.leader_epoch);
        w.uuid(s.object_id);
        w.i64(s.base_offset);
        w.i64(s.end_offset);
        w.i64(s.created_at_ms);
        w.i64(s.data_bytes);
        w.i32(s.block_bytes);
        w.bytes(f, &s.block_checksums)?;
        w.i64(s.producer_snapshot_bytes);
        w.u32(s.producer_snapshot_checksum);
        w.i64(s.max_timestamp);
        w.i64(s.max_timestamp_offset);
        w.array(f, &s.leader_epochs, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.array(f, &s.index, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.array(f, &s.aborted_transactions, |w, x| { x.write(w, v)?; Ok(()) })?;
        w.i64(s.open_transaction_offset);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SegmentFooter {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topic_id = g.uuid();
        s.partition = g.i32();
        s.leader_epoch = g.i32();
        s.object_id = g.uuid();
        s.base_offset = g.i64();
        s.end_offset = g.i64();
        s.created_at_ms = g.i64();
        s.data_bytes = g.i64();
        s.block_bytes = g.i32();
        s.block_checksums = g.bytes();
        s.producer_snapshot_bytes = g.i64();
        s.producer_snapshot_checksum = g.u32();
        s.max_timestamp = g.i64();
        s.max_timestamp_offset = g.i64();
        s.leader_epochs = (0..g.count()).map(|_| FooterEpoch::sample(g, v)).collect();
        s.index = (0..g.count()).map(|_| IndexEntry::sample(g, v)).collect();
        s.aborted_transactions = (0..g.count()).map(|_| AbortedTransaction::sample(g, v)).collect();
        s.open_transaction_offset = g.i64();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct FooterEpoch {
    pub leader_epoch: i32,
    pub start_offset: i64,
}

impl FooterEpoch {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.leader_epoch = r.i32()?;
        s.start_offset = r.i64()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.leader_epoch);
        w.i64(s.start_offset);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl FooterEpoch {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.leader_epoch = g.i32();
        s.start_offset = g.i64();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct IndexEntry {
    pub offset: i64,
    pub position: i64,
    pub max_timestamp_before: i64,
}

impl IndexEntry {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.offset = r.i64()?;
        s.position = r.i64()?;
        s.max_timestamp_before = r.i64()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i64(s.offset);
        w.i64(s.position);
        w.i64(s.max_timestamp_before);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl IndexEntry {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.offset = g.i64();
        s.position = g.i64();
        s.max_timestamp_before = g.i64();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct AbortedTransaction {
    pub producer_id: i64,
    pub first_offset: i64,
    pub last_offset: i64,
}

impl AbortedTransaction {
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
impl AbortedTransaction {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.producer_id = g.i64();
        s.first_offset = g.i64();
        s.last_offset = g.i64();
        let _ = (g, v);
        s
    }
}

impl Message for SegmentFooter {
    const NAME: &'static str = "SegmentFooter";
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

impl SegmentFooter {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 1;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SegmentEntry {
    pub object_id: Uuid,
    pub leader_epoch: i32,
    pub base_offset: i64,
    pub end_offset: i64,
    pub data_bytes: i64,
    pub object_bytes: i64,
    pub footer_position: i64,
    pub footer_checksum: u32,
    pub max_timestamp: i64,
    pub created_at_ms: i64,
    pub leader_epochs: Vec<EntryEpoch>,
}

impl SegmentEntry {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.object_id = r.uuid()?;
        s.leader_epoch = r.i32()?;
        s.base_offset = r.i64()?;
        s.end_offset = r.i64()?;
        s.data_bytes = r.i64()?;
        s.object_bytes = r.i64()?;
        s.footer_position = r.i64()?;
        s.footer_checksum = r.u32()?;
        s.max_timestamp = r.i64()?;
        s.created_at_ms = r.i64()?;
        s.leader_epochs = r.array(f, "leader_epochs", |r| Ok(EntryEpoch::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.uuid(s.object_id);
        w.i32(s.leader_epoch);
        w.i64(s.base_offset);
        w.i64(s.end_offset);
        w.i64(s.data_bytes);
        w.i64(s.object_bytes);
        w.i64(s.footer_position);
        w.u32(s.footer_checksum);
        w.i64(s.max_timestamp);
        w.i64(s.created_at_ms);
        w.array(f, &s.leader_epochs, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl SegmentEntry {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.object_id = g.uuid();
        s.leader_epoch = g.i32();
        s.base_offset = g.i64();
        s.end_offset = g.i64();
        s.data_bytes = g.i64();
        s.object_bytes = g.i64();
        s.footer_position = g.i64();
        s.footer_checksum = g.u32();
        s.max_timestamp = g.i64();
        s.created_at_ms = g.i64();
        s.leader_epochs = (0..g.count()).map(|_| EntryEpoch::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct EntryEpoch {
    pub leader_epoch: i32,
    pub start_offset: i64,
}

impl EntryEpoch {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.leader_epoch = r.i32()?;
        s.start_offset = r.i64()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i32(s.leader_epoch);
        w.i64(s.start_offset);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl EntryEpoch {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.leader_epoch = g.i32();
        s.start_offset = g.i64();
        let _ = (g, v);
        s
    }
}

impl Message for SegmentEntry {
    const NAME: &'static str = "SegmentEntry";
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

impl SegmentEntry {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 2;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct PageRef {
    pub page_id: Uuid,
    pub leader_epoch: i32,
    pub version: i64,
    pub level: i8,
    pub start_offset: i64,
    pub end_offset: i64,
    pub page_bytes: i32,
    pub page_checksum: u32,
    pub entries: i64,
    pub data_bytes: i64,
    pub object_bytes: i64,
    pub max_timestamp: i64,
    pub last_leader_epoch: i32,
}

impl PageRef {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.page_id = r.uuid()?;
        s.leader_epoch = r.i32()?;
        s.version = r.i64()?;
        s.level = r.i8()?;
        s.start_offset = r.i64()?;
        s.end_offset = r.i64()?;
        s.page_bytes = r.i32()?;
        s.page_checksum = r.u32()?;
        s.entries = r.i64()?;
        s.data_bytes = r.i64()?;
        s.object_bytes = r.i64()?;
        s.max_timestamp = r.i64()?;
        s.last_leader_epoch = r.i32()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.uuid(s.page_id);
        w.i32(s.leader_epoch);
        w.i64(s.version);
        w.i8(s.level);
        w.i64(s.start_offset);
        w.i64(s.end_offset);
        w.i32(s.page_bytes);
        w.u32(s.page_checksum);
        w.i64(s.entries);
        w.i64(s.data_bytes);
        w.i64(s.object_bytes);
        w.i64(s.max_timestamp);
        w.i32(s.last_leader_epoch);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl PageRef {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.page_id = g.uuid();
        s.leader_epoch = g.i32();
        s.version = g.i64();
        s.level = g.i8();
        s.start_offset = g.i64();
        s.end_offset = g.i64();
        s.page_bytes = g.i32();
        s.page_checksum = g.u32();
        s.entries = g.i64();
        s.data_bytes = g.i64();
        s.object_bytes = g.i64();
        s.max_timestamp = g.i64();
        s.last_leader_epoch = g.i32();
        let _ = (g, v);
        s
    }
}

impl Message for PageRef {
    const NAME: &'static str = "PageRef";
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

impl PageRef {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 3;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ManifestPage {
    pub topic_id: Uuid,
    pub partition: i32,
    pub version: i64,
    pub level: i8,
    pub items: Vec<Bytes>,
}

impl ManifestPage {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.topic_id = r.uuid()?;
        s.partition = r.i32()?;
        s.version = r.i64()?;
        s.level = r.i8()?;
        s.items = r.array(f, "items", |r| Ok(r.bytes(f, "items")?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.uuid(s.topic_id);
        w.i32(s.partition);
        w.i64(s.version);
        w.i8(s.level);
        w.array(f, &s.items, |w, x| { w.bytes(f, x)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl ManifestPage {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topic_id = g.uuid();
        s.partition = g.i32();
        s.version = g.i64();
        s.level = g.i8();
        s.items = (0..g.count()).map(|_| g.bytes()).collect();
        let _ = (g, v);
        s
    }
}

impl Message for ManifestPage {
    const NAME: &'static str = "ManifestPage";
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

impl ManifestPage {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 4;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrashList {
    pub topic_id: Uuid,
    pub partition: i32,
    pub removed_at_ms: i64,
    pub due_ms: i64,
    pub version: i64,
    pub items: Vec<TrashItem>,
}

impl TrashList {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.topic_id = r.uuid()?;
        s.partition = r.i32()?;
        s.removed_at_ms = r.i64()?;
        s.due_ms = r.i64()?;
        s.version = r.i64()?;
        s.items = r.array(f, "items", |r| Ok(TrashItem::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.uuid(s.topic_id);
        w.i32(s.partition);
        w.i64(s.removed_at_ms);
        w.i64(s.due_ms);
        w.i64(s.version);
        w.array(f, &s.items, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl TrashList {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.topic_id = g.uuid();
        s.partition = g.i32();
        s.removed_at_ms = g.i64();
        s.due_ms = g.i64();
        s.version = g.i64();
        s.items = (0..g.count()).map(|_| TrashItem::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrashItem {
    pub kind: i8,
    pub id: Uuid,
    pub leader_epoch: i32,
    pub number: i64,
    pub level: i8,
    pub end_offset: i64,
    pub bytes: i64,
}

impl TrashItem {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.kind = r.i8()?;
        s.id = r.uuid()?;
        s.leader_epoch = r.i32()?;
        s.number = r.i64()?;
        s.level = r.i8()?;
        s.end_offset = r.i64()?;
        s.bytes = r.i64()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.i8(s.kind);
        w.uuid(s.id);
        w.i32(s.leader_epoch);
        w.i64(s.number);
        w.i8(s.level);
        w.i64(s.end_offset);
        w.i64(s.bytes);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl TrashItem {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.kind = g.i8();
        s.id = g.uuid();
        s.leader_epoch = g.i32();
        s.number = g.i64();
        s.level = g.i8();
        s.end_offset = g.i64();
        s.bytes = g.i64();
        let _ = (g, v);
        s
    }
}

impl Message for TrashList {
    const NAME: &'static str = "TrashList";
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

impl TrashList {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 5;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct OwnerRecord {
    pub cluster_id: Uuid,
    pub claimed_at_ms: i64,
}

impl OwnerRecord {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.cluster_id = r.uuid()?;
        s.claimed_at_ms = r.i64()?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.uuid(s.cluster_id);
        w.i64(s.claimed_at_ms);
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl OwnerRecord {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.cluster_id = g.uuid();
        s.claimed_at_ms = g.i64();
        let _ = (g, v);
        s
    }
}

impl Message for OwnerRecord {
    const NAME: &'static str = "OwnerRecord";
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

impl OwnerRecord {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 6;
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProducerSnapshot {
    pub producers: Vec<ProducerEntry>,
}

impl ProducerSnapshot {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.producers = r.array(f, "producers", |r| Ok(ProducerEntry::read(r, v)?))?;
        if f { r.skip_tagged_fields()?; }
        Ok(s)
    }

    pub(crate) fn write(&self, w: &mut Writer, v: i16) -> Result<(), CodecError> {
        let f = true;
        let s = self;
        w.array(f, &s.producers, |w, x| { x.write(w, v)?; Ok(()) })?;
        if f { w.unsigned_varint(0); }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl ProducerSnapshot {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.producers = (0..g.count()).map(|_| ProducerEntry::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct ProducerEntry {
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub coordinator_epoch: i32,
    pub last_timestamp: i64,
    pub transaction_first_offset: i64,
    pub last_marker_offset: i64,
    pub batches: Vec<SnapshotBatch>,
}

impl Default for ProducerEntry {
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

impl ProducerEntry {
    pub(crate) fn read(r: &mut Reader, v: i16) -> Result<Self, CodecError> {
        let f = true;
        let mut s = Self::default();
        s.producer_id = r.i64()?;
        s.producer_epoch = r.i16()?;
        s.coordinator_epoch = r.i32()?;
        s.last_timestamp = r.i64()?;
        s.transaction_first_offset = r.i64()?;
        s.last_marker_offset = r.i64()?;
        s.batches = r.array(f, "batches", |r| Ok(SnapshotBatch::read(r, v)?))?;
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
impl ProducerEntry {
    pub(crate) fn sample(g: &mut dyn strandline_protocol::sample::Source, v: i16) -> Self {
        let mut s = Self::default();
        s.producer_id = g.i64();
        s.producer_epoch = g.i16();
        s.coordinator_epoch = g.i32();
        s.last_timestamp = g.i64();
        s.transaction_first_offset = g.i64();
        s.last_marker_offset = g.i64();
        s.batches = (0..g.count()).map(|_| SnapshotBatch::sample(g, v)).collect();
        let _ = (g, v);
        s
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SnapshotBatch {
    pub first_sequence: i32,
    pub last_sequence: i32,
    pub base_offset: i64,
    pub end_offset: i64,
    pub timestamp: i64,
}

impl SnapshotBatch {
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
impl SnapshotBatch {
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

impl Message for ProducerSnapshot {
    const NAME: &'static str = "ProducerSnapshot";
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

impl ProducerSnapshot {
    /// Number that tells this record from others in the same place.
    pub const KIND: u16 = 7;
}
