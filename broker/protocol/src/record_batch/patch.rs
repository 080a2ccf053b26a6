//! Changing fields of a batch where it lies.

use super::header::{ATTRIBUTES_AT, Attributes, CRC_AT, LEADER_EPOCH_AT, MAX_TIMESTAMP_AT};
use super::{HEADER_LEN, TimestampType};

/// Sets the base offset. The CRC does not cover it.
///
/// # Panics
/// When `batch` is shorter than a header.
pub fn patch_base_offset(batch: &mut [u8], base_offset: i64) {
    assert!(batch.len() >= HEADER_LEN, "a batch has a header");
    batch[..8].copy_from_slice(&base_offset.to_be_bytes());
}

/// Sets the leader epoch. The CRC does not cover it.
///
/// # Panics
/// When `batch` is shorter than a header.
pub fn patch_leader_epoch(batch: &mut [u8], leader_epoch: i32) {
    assert!(batch.len() >= HEADER_LEN, "a batch has a header");
    batch[LEADER_EPOCH_AT..LEADER_EPOCH_AT + 4].copy_from_slice(&leader_epoch.to_be_bytes());
}

/// Makes `timestamp` the time of every record of the batch (log append time) and computes the CRC
/// again. `batch` is exactly one batch.
///
/// # Panics
/// When `batch` is shorter than a header.
pub fn patch_log_append_time(batch: &mut [u8], timestamp: i64) {
    patch_time(batch, timestamp, TimestampType::LogAppendTime);
}

/// Sets the max timestamp of a batch with create times and computes the CRC again. `batch` is
/// exactly one batch.
///
/// # Panics
/// When `batch` is shorter than a header.
pub fn patch_max_timestamp(batch: &mut [u8], timestamp: i64) {
    patch_time(batch, timestamp, TimestampType::CreateTime);
}

fn patch_time(batch: &mut [u8], timestamp: i64, timestamp_type: TimestampType) {
    assert!(batch.len() >= HEADER_LEN, "a batch has a header");
    let attributes = i16::from_be_bytes([batch[ATTRIBUTES_AT], batch[ATTRIBUTES_AT + 1]]);
    let attributes = Attributes(attributes).with_timestamp_type(timestamp_type);
    batch[ATTRIBUTES_AT..ATTRIBUTES_AT + 2].copy_from_slice(&attributes.0.to_be_bytes());
    batch[MAX_TIMESTAMP_AT..MAX_TIMESTAMP_AT + 8].copy_from_slice(&timestamp.to_be_bytes());
    patch_crc(batch);
}

pub(super) fn patch_crc(batch: &mut [u8]) {
    let crc = crc_fast::crc32_iscsi(&batch[ATTRIBUTES_AT..]);
    batch[CRC_AT..CRC_AT + 4].copy_from_slice(&crc.to_be_bytes());
}
