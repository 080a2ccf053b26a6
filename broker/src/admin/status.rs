//! One screen for the first minute of an incident.

use std::fmt::Write as _;
use std::time::Duration;

use super::metrics::Metrics;
use crate::config::humane_bytes;

/// APIs that are listed.
const SLOWEST: usize = 5;

const RECOVERY_POINT: &str = "tier_recovery_point_seconds";

/// The page of `/status`. `uptime` is that of the process.
pub(super) fn page(metrics: &Metrics, warnings: &[String], uptime: Duration) -> String {
    let mut page = String::new();
    let bytes = |name| humane(metrics.read(name));
    let _ = writeln!(page, "up {}", duration(uptime.as_secs_f64()));
    let _ = writeln!(
        page,
        "disk        {} free, {}",
        bytes("disk_free_bytes"),
        until_full(metrics, uptime)
    );
    let _ = writeln!(
        page,
        "journal     {} live, {} dead, {} files, space level {}",
        bytes("journal_live_bytes"),
        bytes("journal_dead_bytes"),
        metrics.read("journal_files"),
        metrics.read("journal_space_level"),
    );
    let _ = writeln!(page, "tier        {}", tier(metrics));
    let _ = writeln!(
        page,
        "clients     {} connected, {} refused since start",
        metrics.read("connections"),
        metrics.refused(),
    );
    let _ = writeln!(
        page,
        "memory      {} resident, {} of {} in the pools",
        bytes("process_resident_bytes"),
        bytes("memory_used_bytes"),
        bytes("memory_limit_bytes"),
    );
    page.push_str("slowest     ");
    let slowest: Vec<String> = metrics
        .slowest(SLOWEST)
        .into_iter()
        .map(|(name, count, mean)| format!("{name} {:.1} ms ({count})", mean.as_secs_f64() * 1e3))
        .collect();
    let _ = writeln!(
        page,
        "{}",
        if slowest.is_empty() {
            "no requests yet".to_owned()
        } else {
            slowest.join(", ")
        }
    );
    if warnings.is_empty() {
        page.push_str("warnings    none\n");
    } else {
        page.push_str("warnings\n");
        for warning in warnings {
            let _ = writeln!(page, "  {warning}");
        }
    }
    page
}

fn tier(metrics: &Metrics) -> String {
    let Some(recovery_point) = metrics.find(RECOVERY_POINT) else {
        return "off".to_owned();
    };
    format!(
        "{} not uploaded yet, recovery point {} old",
        humane(metrics.read("tier_upload_debt_bytes")),
        duration(recovery_point),
    )
}

/// When the disk is full if writing goes on as it did since the start.
fn until_full(metrics: &Metrics, uptime: Duration) -> String {
    let rate = metrics.read("journal_written_bytes") / uptime.as_secs_f64().max(1.0);
    if rate < 1.0 {
        return "nothing is being written".to_owned();
    }
    format!(
        "full in {} at {}/s",
        duration(metrics.read("disk_free_bytes") / rate),
        humane(rate)
    )
}

fn humane(value: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "bytes on a screen")]
    let whole = value as i64;
    if whole < 10 << 10 {
        return humane_bytes(whole);
    }
    let (value, unit) = match value {
        big if big >= (1_u64 << 30) as f64 => (big / (1_u64 << 30) as f64, "GiB"),
        middle if middle >= (1 << 20) as f64 => (middle / (1 << 20) as f64, "MiB"),
        small => (small / 1024.0, "KiB"),
    };
    format!("{value:.1} {unit}")
}

fn duration(seconds: f64) -> String {
    match seconds {
        days if days >= 2.0 * 86_400.0 => format!("{:.0} days", days / 86_400.0),
        hours if hours >= 2.0 * 3_600.0 => format!("{:.0} h", hours / 3_600.0),
        minutes if minutes >= 120.0 => format!("{:.0} min", minutes / 60.0),
        short => format!("{short:.0} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{Sample, Source};
    use super::*;

    #[derive(Debug)]
    struct Tier;

    impl Source for Tier {
        fn read(&self, samples: &mut Vec<Sample>) {
            samples.push(Sample::plain(RECOVERY_POINT, 7.0));
        }
    }

    #[test]
    fn tier_is_off_where_there_is_none() {
        let metrics = Metrics::new(2_000);
        assert_eq!(tier(&metrics), "off");
        metrics.add_source(Box::new(Tier));
        assert!(tier(&metrics).ends_with("recovery point 7 s old"));
    }

    #[test]
    fn page_names_slow_apis_and_warnings() {
        let metrics = Metrics::new(2_000);
        metrics.api(1, "Fetch").observe(Duration::from_millis(500));
        metrics.api(0, "Produce").observe(Duration::from_millis(2));
        let page = page(
            &metrics,
            &["WARN disk is slow".to_owned()],
            Duration::from_secs(300),
        );
        let fetch = page.find("Fetch 500.0 ms (1)").expect("Fetch is listed");
        assert!(fetch < page.find("Produce 2.0 ms").expect("Produce is listed"));
        assert!(page.contains("  WARN disk is slow"), "{page}");
        assert!(page.starts_with("up 5 min"), "{page}");
    }
}
