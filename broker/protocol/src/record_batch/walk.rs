//! Walking the records of a batch while they are decompressed.

use std::ops::ControlFlow;

use super::{BatchError, BatchHeader, HEADER_LEN, RecordBatch, RecordIter, RecordView};
use crate::compression::{self, Codec, CompressionError};
use crate::turn::Turn;

/// A record takes about as long to look at as copying so many bytes.
const RECORD_WORK: usize = 64;

impl RecordBatch {
    /// Hands every record to `visit` until it breaks. Records are decompressed piece by piece: memory
    /// is taken for the largest of them and for the window or block of the codec, and a batch that is
    /// malformed or too large ends where that shows. Uncompressed records are not copied, and not held against
    /// `max_bytes`.
    ///
    /// # Errors
    /// [`BatchError::Compression`] when the records take more than `max_bytes` or do not decompress,
    /// [`BatchError::InvalidRecord`], and [`BatchError::InvalidHeader`] for bytes behind the last one.
    pub fn walk_records<B>(
        &self,
        max_bytes: usize,
        mut visit: impl FnMut(RecordView<'_>) -> ControlFlow<B>,
    ) -> Result<ControlFlow<B>, BatchError> {
        let mut walk = Walk {
            header: self.header(),
            walked: 0,
            cut: Vec::new(),
            max_bytes,
            turn: Turn::default(),
        };
        let data = &self.bytes()[HEADER_LEN..];
        let codec = self.header().attributes.codec()?;
        if codec == Codec::None {
            return walk.last(data, visit);
        }
        let mut push = |piece: &[u8]| match walk.push(piece, &mut visit) {
            Ok(ControlFlow::Continue(())) => ControlFlow::Continue(()),
            Ok(found) => ControlFlow::Break(Ok(found)),
            Err(error) => ControlFlow::Break(Err(error)),
        };
        match compression::decompress_pieces(codec, data, max_bytes, &mut push)? {
            ControlFlow::Break(ended) => ended,
            ControlFlow::Continue(()) => {
                let rest = std::mem::take(&mut walk.cut);
                walk.last(&rest, visit)
            }
        }
    }

    /// Walks every record as [`RecordBatch::walk_records`] does, with its index, and checks that offsets
    /// are 0, 1, 2, ..., as a producer must write them.
    ///
    /// # Errors
    /// Those of [`RecordBatch::walk_records`]; [`BatchError::InvalidRecord`] for the first other offset.
    pub fn walk_produced(
        &self,
        max_bytes: usize,
        mut visit: impl FnMut(i32, RecordView<'_>),
    ) -> Result<(), BatchError> {
        let mut next = 0;
        let walked = self.walk_records(max_bytes, |record| {
            if record.offset_delta != next {
                return ControlFlow::Break(());
            }
            visit(next, record);
            next += 1;
            ControlFlow::Continue(())
        })?;
        if walked.is_break() {
            return Err(BatchError::InvalidRecord {
                index: usize::try_from(next).unwrap_or(usize::MAX),
                reason: "offsets are not consecutive",
            });
        }
        Ok(())
    }
}

/// Where a walk is between two pieces.
struct Walk<'a> {
    header: &'a BatchHeader,
    /// Records before this piece.
    walked: usize,
    /// The front of the record that the piece before cut off.
    cut: Vec<u8>,
    max_bytes: usize,
    turn: Turn,
}

impl Walk<'_> {
    /// Walks what is whole once `piece` is behind the record that was cut off.
    fn push<B>(
        &mut self,
        mut piece: &[u8],
        mut visit: impl FnMut(RecordView<'_>) -> ControlFlow<B>,
    ) -> Result<ControlFlow<B>, BatchError> {
        while !self.cut.is_empty() {
            let held = self.cut.len();
            let needed = self.next_len(&self.cut)?;
            if needed > held {
                let (front, rest) = piece.split_at((needed - held).min(piece.len()));
                self.cut.reserve_exact(needed - held);
                self.cut.extend_from_slice(front);
                if front.is_empty() {
                    return Ok(ControlFlow::Continue(()));
                }
                piece = rest;
                continue;
            }
            let whole = std::mem::take(&mut self.cut);
            if let Some(record) = RecordIter::resume(&whole, self.header, self.walked).next() {
                self.walked += 1;
                let visited = visit(record?);
                if visited.is_break() {
                    return Ok(visited);
                }
            }
        }
        let mut records = RecordIter::resume(piece, self.header, self.walked);
        while records.next_len() <= records.unread()
            && let Some(record) = records.next()
        {
            self.walked += 1;
            self.turn.worked(RECORD_WORK);
            let visited = visit(record?);
            if visited.is_break() {
                return Ok(visited);
            }
        }
        let rest = &piece[piece.len() - records.unread()..];
        if self.next_len(rest)? <= rest.len() {
            // That was the last one.
            return self.last(rest, visit);
        }
        self.cut = rest.to_vec();
        Ok(ControlFlow::Continue(()))
    }

    /// Bytes of the record that begins with `bytes`, as far as it can be told.
    fn next_len(&self, bytes: &[u8]) -> Result<usize, CompressionError> {
        let needed = RecordIter::resume(bytes, self.header, self.walked).next_len();
        let limit = self.max_bytes;
        (needed <= limit)
            .then_some(needed)
            .ok_or(CompressionError::TooLarge { limit })
    }

    /// Walks what is left: `bytes` hold it all.
    fn last<B>(
        &mut self,
        bytes: &[u8],
        mut visit: impl FnMut(RecordView<'_>) -> ControlFlow<B>,
    ) -> Result<ControlFlow<B>, BatchError> {
        let mut records = RecordIter::resume(bytes, self.header, self.walked);
        for record in &mut records {
            self.turn.worked(RECORD_WORK);
            let visited = visit(record?);
            if visited.is_break() {
                return Ok(visited);
            }
        }
        if records.unread() > 0 {
            return Err(BatchError::InvalidHeader("bytes behind the last record"));
        }
        Ok(ControlFlow::Continue(()))
    }
}

#[cfg(test)]
mod tests {
    //! Goal: pieces give what the whole gives. Method: random and damaged records cut anywhere, against
    //! the iterator over all their bytes.

    use proptest::prelude::*;

    use super::*;
    use crate::record_batch::RecordBatchBuilder;

    const MAX: usize = 1 << 20;

    type Seen = (i64, Option<Vec<u8>>, Option<Vec<u8>>);

    fn seen(record: RecordView<'_>) -> Seen {
        let owned = |bytes: Option<&[u8]>| bytes.map(<[u8]>::to_vec);
        (record.timestamp, owned(record.key), owned(record.value))
    }

    fn batch(codec: Codec, values: &[usize]) -> RecordBatch {
        let mut builder = RecordBatchBuilder::new(codec);
        for (at, len) in values.iter().enumerate() {
            let key = at.to_string();
            let value = vec![b'v'; *len];
            let key = (at % 3 > 0).then_some(key.as_bytes());
            builder.append(at as i64, key, Some(&value), &[]).unwrap();
        }
        RecordBatch::parse(&builder.build().unwrap()).unwrap()
    }

    /// Walks `pieces`: the records and how it ended.
    fn walk(header: &BatchHeader, pieces: &[&[u8]]) -> (Vec<Seen>, Result<(), String>) {
        let mut records = Vec::new();
        let mut visit = |record: RecordView<'_>| {
            records.push(seen(record));
            ControlFlow::<()>::Continue(())
        };
        let mut walk = Walk {
            header,
            walked: 0,
            cut: Vec::new(),
            max_bytes: MAX,
            turn: Turn::default(),
        };
        let mut walked = Ok(ControlFlow::Continue(()));
        for piece in pieces {
            if walked.is_ok() {
                walked = walk.push(piece, &mut visit);
            }
        }
        let rest = std::mem::take(&mut walk.cut);
        let walked = walked.and_then(|_| walk.last(&rest, &mut visit));
        (records, walked.map(drop).map_err(|error| error.to_string()))
    }

    proptest! {
        #[test]
        fn pieces_give_what_the_whole_gives(
            values in prop::collection::vec(0..300_usize, 1..12),
            damage in prop::option::of((any::<prop::sample::Index>(), any::<u8>())),
            kept in any::<prop::sample::Index>(),
            whole in any::<bool>(),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        ) {
            let batch = batch(Codec::None, &values);
            let mut bytes = batch.bytes()[HEADER_LEN..].to_vec();
            if !whole {
                bytes.truncate(kept.index(bytes.len()));
            }
            if let Some((at, byte)) = damage && !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let pieces: Vec<_> = cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]]).collect();
            let mut iter = RecordIter::new(&bytes, batch.header());
            let mut expected = Vec::new();
            let mut ended = Ok(());
            for record in &mut iter {
                match record {
                    Ok(record) => expected.push(seen(record)),
                    Err(error) => ended = Err(error.to_string()),
                }
            }
            if ended.is_ok() && iter.unread() > 0 {
                ended = Err(BatchError::InvalidHeader("bytes behind the last record").to_string());
            }
            let walked = walk(batch.header(), &pieces);
            prop_assert_eq!(&walked.0, &expected);
            let too_large = CompressionError::TooLarge { limit: MAX };
            if walked.1 == Err(BatchError::from(too_large).to_string()) {
                prop_assert!(ended.is_err());
            } else {
                prop_assert_eq!(walked.1, ended);
            }
        }
    }

    #[test]
    fn records_of_any_size_come_out_of_every_codec_and_a_break_ends_the_walk() {
        let values = [0, 200_000, 1, 65_536, 70_000, 3];
        for codec in Codec::ALL {
            let batch = batch(codec, &values);
            let mut lengths = Vec::new();
            let walked = batch.walk_records(MAX, |record| {
                lengths.push(record.value.map_or(0, <[u8]>::len));
                ControlFlow::<()>::Continue(())
            });
            assert!(walked.unwrap().is_continue(), "{codec}");
            assert_eq!(lengths, values, "{codec}");
            let found = batch.walk_records(MAX, |record| match record.offset_delta {
                3 => ControlFlow::Break(record.timestamp),
                _ => ControlFlow::Continue(()),
            });
            assert_eq!(found.unwrap().break_value(), Some(3), "{codec}");
        }
    }

    #[test]
    fn a_record_beyond_the_limit_is_refused_by_its_length() {
        for codec in [Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd] {
            let batch = batch(codec, &[10, 3 << 20]);
            let mut walked = 0;
            let ended = batch.walk_records(MAX, |_| {
                walked += 1;
                ControlFlow::<()>::Continue(())
            });
            let too_large = CompressionError::TooLarge { limit: MAX };
            assert_eq!(ended.unwrap_err().to_string(), too_large.to_string());
            assert!(walked <= 1, "{codec}");
        }
    }
}
