//! Which sealed file holds which offsets of a log.

/// A contiguous range of offsets of one log in one sealed file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// First live offset.
    pub(crate) base_offset: i64,
    /// One past the last live offset.
    pub(crate) end_offset: i64,
    /// File number.
    pub(crate) file: u64,
    /// Payload bytes; an estimate once the range was cut inside the file.
    pub(crate) bytes: u64,
    /// Largest timestamp (an upper bound once the range was cut).
    pub(crate) max_timestamp: i64,
}

impl Extent {
    /// Bytes of the part at or above (`upper`) or below `offset`, assuming even density.
    fn share(&self, from: i64, to: i64) -> u64 {
        let whole = u128::from((self.end_offset - self.base_offset).unsigned_abs()).max(1);
        let part = u128::from((to - from).max(0).unsigned_abs());
        u64::try_from(u128::from(self.bytes) * part / whole).unwrap_or(self.bytes)
    }

    /// The part within `[start, end)`, if any.
    pub(crate) fn cut(&self, start: i64, end: i64) -> Option<Self> {
        let base_offset = self.base_offset.max(start);
        let end_offset = self.end_offset.min(end);
        if base_offset >= end_offset {
            return None;
        }
        let bytes = self.share(base_offset, end_offset);
        Some(Self {
            base_offset,
            end_offset,
            bytes,
            ..*self
        })
    }
}

/// The extent that holds `offset`.
pub(crate) fn find(extents: &[Extent], offset: i64) -> Option<usize> {
    let after = extents.partition_point(|e| e.base_offset <= offset);
    let index = after.checked_sub(1)?;
    (offset < extents[index].end_offset).then_some(index)
}

/// Adds `range` where nothing is covered yet; both sides stay sorted and disjoint. Answers the
/// parts that were added.
pub(crate) fn overlay(extents: &mut Vec<Extent>, range: Extent) -> Vec<Extent> {
    let mut added = Vec::new();
    let mut from = range.base_offset;
    for e in extents.iter() {
        if e.end_offset <= from {
            continue;
        }
        if e.base_offset >= range.end_offset {
            break;
        }
        added.extend(range.cut(from, e.base_offset));
        from = from.max(e.end_offset);
    }
    added.extend(range.cut(from, range.end_offset));
    extents.extend_from_slice(&added);
    extents.sort_by_key(|e| e.base_offset);
    added
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent(base_offset: i64, end_offset: i64, file: u64) -> Extent {
        let bytes = (end_offset - base_offset).unsigned_abs() * 10;
        Extent {
            base_offset,
            end_offset,
            file,
            bytes,
            max_timestamp: 0,
        }
    }

    #[test]
    fn overlay_fills_only_what_is_free() {
        let mut extents = vec![extent(10, 20, 1), extent(30, 40, 1)];
        let added = overlay(&mut extents, extent(0, 50, 2));
        assert_eq!(
            added,
            [extent(0, 10, 2), extent(20, 30, 2), extent(40, 50, 2)]
        );
        assert_eq!(extents.len(), 5);
        assert!(overlay(&mut extents, extent(5, 45, 3)).is_empty());
        assert_eq!(find(&extents, 29), Some(2));
        assert_eq!(find(&extents, 50), None);
    }
}
