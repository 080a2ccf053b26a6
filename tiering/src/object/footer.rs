//! The footer of an object: how it is found, checked and searched.

use bytes::Bytes;
use object_store::path::Path;

use crate::checksum::{Crc32c, combine};
use crate::error::TierError;
use crate::format::envelope::{self, HEAD_BYTES, Kind};
use crate::format::{self, AbortedTransaction, FOOTER_BYTES_MAX, SegmentEntry, SegmentFooter};
use crate::options::CHUNK_BYTES;
use crate::segment_source::EpochStart;

/// A reader without a manifest reads this much of the end of an object; it nearly always holds the whole footer.
pub(crate) const TAIL_BYTES: u64 = 64 * 1024;

/// A footer as it is stored: body first, head last.
pub(crate) struct SealedFooter {
    pub(crate) body: Bytes,
    pub(crate) head: Bytes,
    /// CRC-32C of both.
    pub(crate) checksum: u32,
}

/// Encodes a footer that starts at `position` of its object.
pub(crate) fn seal(record: &SegmentFooter, position: u64) -> Result<SealedFooter, TierError> {
    let place = |stored: usize| position + (stored + HEAD_BYTES) as u64;
    let (head, body) = envelope::pack(Kind::Footer, &format::encode(record)?, place)?;
    let mut checksum = Crc32c::new();
    checksum.update(&body);
    checksum.update(&head);
    Ok(SealedFooter {
        checksum: checksum.finish(),
        body,
        head,
    })
}

/// A checked footer.
#[derive(Debug)]
pub(crate) struct Footer {
    record: SegmentFooter,
    block_checksums: Vec<u32>,
    weight: usize,
}

impl Footer {
    /// Reads the footer that a manifest entry refers to; `stored` is the object from the footer's position to its end.
    pub(crate) fn open(
        key: &Path,
        entry: &SegmentEntry,
        stored: &Bytes,
    ) -> Result<Self, TierError> {
        let mut checksum = Crc32c::new();
        checksum.update(stored);
        if checksum.finish() != entry.footer_checksum {
            return Err(TierError::corrupt(
                "footer",
                key,
                "it does not match the manifest's checksum",
            ));
        }
        let footer = Self::from_tail(key, u64::try_from(entry.object_bytes).unwrap_or(0), stored)?;
        let record = &footer.record;
        let same = record.object_id == entry.object_id
            && record.base_offset == entry.base_offset
            && record.end_offset == entry.end_offset
            && record.data_bytes == entry.data_bytes
            && record.leader_epoch == entry.leader_epoch;
        if same {
            Ok(footer)
        } else {
            Err(TierError::corrupt(
                "footer",
                key,
                "it belongs to another object",
            ))
        }
    }

    /// Reads a footer from the end of an object of `object_bytes`; `tail` holds at least the whole footer.
    pub(crate) fn from_tail(
        key: &Path,
        object_bytes: u64,
        tail: &Bytes,
    ) -> Result<Self, TierError> {
        let head = read_tail_head(key, object_bytes, tail)?;
        let Some(start) = tail.len().checked_sub(HEAD_BYTES + head.stored_bytes) else {
            return Err(TierError::corrupt(
                "footer",
                key,
                "it is longer than what was read of it",
            ));
        };
        let stored = tail.slice(start..tail.len() - HEAD_BYTES);
        let body = envelope::unpack(Kind::Footer, key, &head, stored, FOOTER_BYTES_MAX)?;
        let weight = body.len() + 256;
        let record: SegmentFooter = format::decode(key, body)?;
        Self::check(
            key,
            record,
            weight,
            object_bytes - (HEAD_BYTES + head.stored_bytes) as u64,
        )
    }

    /// Bytes from the end of the object that hold its whole footer.
    pub(crate) fn tail_bytes(
        key: &Path,
        object_bytes: u64,
        tail: &Bytes,
    ) -> Result<u64, TierError> {
        Ok((HEAD_BYTES + read_tail_head(key, object_bytes, tail)?.stored_bytes) as u64)
    }

    fn check(
        key: &Path,
        record: SegmentFooter,
        weight: usize,
        footer_position: u64,
    ) -> Result<Self, TierError> {
        let corrupt = |detail: &str| Err(TierError::corrupt("footer", key, detail));
        let block_bytes = match u64::try_from(record.block_bytes) {
            Ok(bytes) if bytes > 0 && (CHUNK_BYTES as u64).is_multiple_of(bytes) => bytes,
            _ => return corrupt("the block size does not divide a chunk"),
        };
        let Ok(data_bytes) = u64::try_from(record.data_bytes) else {
            return corrupt("the data length is negative");
        };
        let snapshot_bytes = u64::try_from(record.producer_snapshot_bytes).unwrap_or(u64::MAX);
        if data_bytes.checked_add(snapshot_bytes) != Some(footer_position) {
            return corrupt("data and snapshot do not end where the footer begins");
        }
        if record.block_checksums.len() as u64 != 4 * data_bytes.div_ceil(block_bytes) {
            return corrupt("the number of block checksums is wrong");
        }
        if record.base_offset < 0 || record.end_offset <= record.base_offset {
            return corrupt("the offset range is empty");
        }
        let ordered = record
            .index
            .windows(2)
            .all(|w| w[0].offset < w[1].offset && w[0].position < w[1].position);
        let bounded = record
            .index
            .first()
            .is_some_and(|first| first.position == 0)
            && record
                .index
                .last()
                .is_some_and(|last| last.position < record.data_bytes);
        if !ordered || !bounded {
            return corrupt("the index is not in order");
        }
        let block_checksums = record
            .block_checksums
            .chunks_exact(4)
            .map(|bytes| u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
            .collect();
        Ok(Self {
            record,
            block_checksums,
            weight,
        })
    }

    /// The record as it was stored.
    pub(crate) fn into_record(self) -> SegmentFooter {
        self.record
    }

    /// Bytes of batches.
    pub(crate) fn data_bytes(&self) -> u64 {
        self.record.data_bytes as u64
    }

    /// Chunks of batches.
    pub(crate) fn chunks(&self) -> u32 {
        u32::try_from(self.data_bytes().div_ceil(CHUNK_BYTES as u64)).unwrap_or(u32::MAX)
    }

    /// Bytes this footer occupies in memory, about.
    pub(crate) fn weight(&self) -> usize {
        self.weight + self.block_checksums.len() * 4 + self.record.index.len() * 24
    }

    /// Positions `[start, end)` of a chunk.
    pub(crate) fn chunk_range(&self, chunk: u32) -> std::ops::Range<u64> {
        let start = u64::from(chunk) * CHUNK_BYTES as u64;
        start.min(self.data_bytes())..(start + CHUNK_BYTES as u64).min(self.data_bytes())
    }

    /// Checksum that a chunk must have.
    pub(crate) fn chunk_checksum(&self, chunk: u32) -> u32 {
        let block_bytes = self.record.block_bytes as u64;
        let per_chunk = (CHUNK_BYTES as u64 / block_bytes) as usize;
        let first = chunk as usize * per_chunk;
        let blocks = self
            .block_checksums
            .iter()
            .enumerate()
            .skip(first)
            .take(per_chunk);
        blocks.fold(0, |before, (block, checksum)| {
            if block == first {
                return *checksum;
            }
            let start = block as u64 * block_bytes;
            combine(
                before,
                *checksum,
                (self.data_bytes() - start).min(block_bytes),
            )
        })
    }

    /// The first block of a chunk whose bytes do not match, for the error.
    pub(crate) fn damaged_block(&self, chunk: u32, data: &[u8]) -> Option<usize> {
        let block_bytes = self.record.block_bytes as usize;
        let first = chunk as usize * (CHUNK_BYTES / block_bytes);
        data.chunks(block_bytes)
            .enumerate()
            .find(|(i, block)| {
                self.block_checksums.get(first + i) != Some(&crate::checksum::crc32c(block))
            })
            .map(|(i, _)| first + i)
    }

    /// Position of an indexed batch at or before the one that holds `offset`.
    pub(crate) fn position_before(&self, offset: i64) -> u64 {
        let after = self
            .record
            .index
            .partition_point(|entry| entry.offset <= offset);
        self.record.index[after.saturating_sub(1)].position as u64
    }

    /// Position from which on a record with at least this timestamp may be; nothing before it is that late.
    pub(crate) fn position_before_timestamp(&self, timestamp: i64) -> u64 {
        let after = self
            .record
            .index
            .partition_point(|entry| entry.max_timestamp_before < timestamp);
        self.record.index[after.saturating_sub(1)].position as u64
    }

    /// Leader epochs of the range.
    pub(crate) fn leader_epochs(&self) -> Vec<EpochStart> {
        let start = |epoch: &format::FooterEpoch| EpochStart {
            leader_epoch: epoch.leader_epoch,
            start_offset: epoch.start_offset,
        };
        self.record.leader_epochs.iter().map(start).collect()
    }

    /// True if every transaction that began below `offset` has its marker below the end of this segment.
    pub(crate) fn is_settled_below(&self, offset: i64) -> bool {
        let open = self.record.open_transaction_offset;
        open < 0 || open >= offset
    }

    /// Aborted transactions of the range.
    pub(crate) fn aborted(&self) -> &[AbortedTransaction] {
        &self.record.aborted_transactions
    }
}

fn read_tail_head(
    key: &Path,
    object_bytes: u64,
    tail: &Bytes,
) -> Result<envelope::Head, TierError> {
    let Some(head_at) = tail.len().checked_sub(HEAD_BYTES) else {
        return Err(TierError::corrupt("footer", key, "the object is too short"));
    };
    let head = envelope::read_head(Kind::Footer, key, &tail[head_at..])?;
    if head.place != object_bytes {
        let detail = format!(
            "the object has {object_bytes} bytes, its head says {}",
            head.place
        );
        return Err(TierError::corrupt("footer", key, detail));
    }
    if (HEAD_BYTES + head.stored_bytes) as u64 > object_bytes {
        return Err(TierError::corrupt(
            "footer",
            key,
            "it is longer than the object",
        ));
    }
    Ok(head)
}
