//! Retention as pure decisions: which offset becomes the log start, and which the local log start.
//!
//! Kafka's rules (`UnifiedLog.deleteOldSegments`, KIP-405): segments go whole and oldest first; by time when the newest
//! record of a segment is older than the limit; by size while what is left without the segment is still at least the
//! limit. Nothing at or above `limit_offset` goes, and the first segment that stays ends the search.

/// Limits; `None` is unlimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RetentionSettings {
    /// `retention.ms`.
    pub retention_ms: Option<i64>,
    /// `retention.bytes`.
    pub retention_bytes: Option<u64>,
    /// `local.retention.ms`, already resolved when it says "as `retention.ms`" (-2).
    pub local_retention_ms: Option<i64>,
    /// `local.retention.bytes`, already resolved when it says "as `retention.bytes`" (-2).
    pub local_retention_bytes: Option<u64>,
}

/// A segment, local or remote, as retention sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetainedSegment {
    /// First offset.
    pub base_offset: i64,
    /// End, exclusive.
    pub end_offset: i64,
    /// Bytes of its batches.
    pub size_bytes: u64,
    /// Newest record timestamp, or when it was made if records have none; milliseconds.
    pub max_timestamp: i64,
}

/// Decides segment by segment, oldest first.
#[derive(Debug, Clone)]
pub struct RetentionScan {
    retention_ms: Option<i64>,
    retention_bytes: Option<u64>,
    now_ms: Option<i64>,
    limit_offset: i64,
    left_bytes: u64,
}

impl RetentionScan {
    /// For the whole history: `total_bytes` are all segments, local and remote counted once. Without a `now_ms` (the
    /// clock cannot be trusted) nothing goes by time.
    pub fn total(
        settings: &RetentionSettings,
        total_bytes: u64,
        now_ms: Option<i64>,
        limit_offset: i64,
    ) -> Self {
        Self {
            retention_ms: settings.retention_ms,
            retention_bytes: settings.retention_bytes,
            now_ms,
            limit_offset,
            left_bytes: total_bytes,
        }
    }

    /// For what is local: `local_bytes` are all local segments; nothing that is not tiered goes.
    pub fn local(
        settings: &RetentionSettings,
        local_bytes: u64,
        now_ms: Option<i64>,
        tiered_end_offset: i64,
    ) -> Self {
        Self {
            retention_ms: settings.local_retention_ms,
            retention_bytes: settings.local_retention_bytes,
            now_ms,
            limit_offset: tiered_end_offset,
            left_bytes: local_bytes,
        }
    }

    /// True if no segment can go: nothing needs to be looked up.
    pub fn keeps_everything(&self) -> bool {
        let by_time = self.retention_ms.is_some() && self.now_ms.is_some();
        let by_size = self
            .retention_bytes
            .is_some_and(|limit| self.left_bytes > limit);
        !by_time && !by_size
    }

    /// True if the segment goes. Call it for each segment, oldest first, until it says false.
    pub fn expires(&mut self, segment: &RetainedSegment) -> bool {
        if segment.end_offset > self.limit_offset {
            return false;
        }
        let too_old = match (self.retention_ms, self.now_ms) {
            (Some(limit), Some(now)) => now.saturating_sub(segment.max_timestamp) > limit,
            _ => false,
        };
        let rest = self.left_bytes.saturating_sub(segment.size_bytes);
        let too_much = self
            .retention_bytes
            .is_some_and(|limit| self.left_bytes >= segment.size_bytes && rest >= limit);
        let expires = too_old || too_much;
        if expires {
            self.left_bytes = rest;
        }
        expires
    }
}

/// The offset where the rest begins, or `None` if everything stays.
pub fn start_after_retention(
    mut scan: RetentionScan,
    segments: impl IntoIterator<Item = RetainedSegment>,
) -> Option<i64> {
    if scan.keeps_everything() {
        return None;
    }
    let mut start = None;
    for segment in segments {
        if !scan.expires(&segment) {
            break;
        }
        start = Some(segment.end_offset);
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segments() -> Vec<RetainedSegment> {
        (0..5)
            .map(|i| RetainedSegment {
                base_offset: i * 10,
                end_offset: i * 10 + 10,
                size_bytes: 100,
                max_timestamp: 1000 * (i + 1),
            })
            .collect()
    }

    fn settings(ms: Option<i64>, bytes: Option<u64>) -> RetentionSettings {
        RetentionSettings {
            retention_ms: ms,
            retention_bytes: bytes,
            local_retention_ms: ms,
            local_retention_bytes: bytes,
        }
    }

    #[test]
    fn time_size_and_limit_decide() {
        let after = |ms, bytes, now, limit| {
            start_after_retention(
                RetentionScan::total(&settings(ms, bytes), 500, now, limit),
                segments(),
            )
        };
        assert_eq!(after(None, None, Some(9_999_999), 50), None);
        assert_eq!(after(Some(2000), None, Some(4500), 50), Some(20));
        assert_eq!(
            after(Some(2000), None, None, 50),
            None,
            "an untrusted clock deletes nothing"
        );
        assert_eq!(
            after(None, Some(250), Some(0), 50),
            Some(20),
            "250 bytes are left only with three segments"
        );
        assert_eq!(after(None, Some(300), Some(0), 50), Some(20));
        assert_eq!(after(None, Some(0), Some(0), 50), Some(50));
        assert_eq!(
            after(None, Some(0), Some(0), 35),
            Some(30),
            "nothing above the limit"
        );
        assert_eq!(after(Some(-5), None, Some(0), 50), None);
        assert_eq!(
            after(Some(0), Some(400), Some(2500), 50),
            Some(20),
            "the stricter limit decides"
        );
    }

    #[test]
    fn local_segments_go_only_when_tiered() {
        let scan = RetentionScan::local(&settings(None, Some(0)), 500, Some(0), 25);
        assert_eq!(start_after_retention(scan, segments()), Some(20));
    }
}
