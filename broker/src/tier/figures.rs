//! What the tier shows on the admin port.

use std::sync::Arc;

use strandline_tiering::Tier;

use super::host::BrokerTier;
use crate::admin::{Sample, Source};

/// Figures of the tier.
#[derive(Debug)]
pub struct TierSource {
    tier: Arc<Tier>,
    host: BrokerTier,
}

impl TierSource {
    /// Figures of `tier`, for the partitions that `host` leads.
    #[must_use]
    pub fn new(tier: Arc<Tier>, host: BrokerTier) -> Self {
        Self { tier, host }
    }
}

impl Source for TierSource {
    #[expect(clippy::cast_precision_loss, reason = "figures of a chart")]
    fn read(&self, samples: &mut Vec<Sample>) {
        let stats = self.tier.stats();
        samples.push(Sample::plain(
            "tier_recovery_point_seconds",
            self.host.recovery_point_ms() as f64 / 1_000.0,
        ));
        samples.push(Sample::plain(
            "tier_upload_debt_bytes",
            stats.upload_debt_bytes as f64,
        ));
        samples.push(Sample::labelled(
            "cache_hits",
            "chunk",
            stats.cache_hits as f64,
        ));
        samples.push(Sample::labelled(
            "cache_misses",
            "chunk",
            stats.cache_misses as f64,
        ));
        for operation in &stats.store {
            let name = operation.operation.label();
            let errors: u64 = operation.errors.iter().map(|(_, count)| count).sum();
            samples.push(Sample::labelled(
                "tier_requests",
                name,
                operation.requests as f64,
            ));
            samples.push(Sample::labelled("tier_request_errors", name, errors as f64));
            samples.push(Sample::labelled(
                "tier_request_bytes",
                name,
                operation.bytes as f64,
            ));
        }
    }
}
