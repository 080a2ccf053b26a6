//! Every metric that the broker exports, declared once: the exposition takes help and type from
//! here, `docs/metrics.md` is generated from it, and a sample that is not declared is a bug.

use std::fmt::Write as _;

/// How a metric behaves over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows while the process lives.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Distribution of observations in the unit of its name.
    Histogram,
}

/// One exported metric. The name is without the prefix `strandline_`; counters get the suffix
/// `_total` in the exposition.
#[derive(Debug, Clone, Copy)]
pub struct Declared {
    /// Name without prefix, with its unit as suffix.
    pub name: &'static str,
    /// Type of the metric.
    pub kind: Kind,
    /// Label name, empty if the metric has none.
    pub label: &'static str,
    /// One sentence for people.
    pub help: &'static str,
}

const fn counter(name: &'static str, label: &'static str, help: &'static str) -> Declared {
    Declared {
        name,
        kind: Kind::Counter,
        label,
        help,
    }
}

const fn gauge(name: &'static str, label: &'static str, help: &'static str) -> Declared {
    Declared {
        name,
        kind: Kind::Gauge,
        label,
        help,
    }
}

/// All metrics, in the order of `docs/metrics.md`.
pub const DECLARED: &[Declared] = &[
    counter(
        "topic_in_bytes",
        "topic",
        "Bytes of record batches appended by producers",
    ),
    counter("topic_in_records", "topic", "Records appended by producers"),
    counter(
        "topic_out_bytes",
        "topic",
        "Bytes of record batches sent to consumers",
    ),
    counter(
        "topic_out_records",
        "topic",
        "Records in the batches sent to consumers",
    ),
    Declared {
        name: "request_duration_seconds",
        kind: Kind::Histogram,
        label: "api",
        help: "Time from the last byte of a request to its response being ready",
    },
    counter(
        "request_errors",
        "api",
        "Requests that ended with a closed connection",
    ),
    gauge("connections", "", "Open client connections"),
    counter("connections_accepted", "", "Client connections accepted"),
    counter(
        "connections_refused",
        "reason",
        "Client connections refused or closed by the broker",
    ),
    gauge("partitions", "", "Partitions that this broker serves"),
    gauge(
        "groups",
        "state",
        "Consumer groups that this broker coordinates",
    ),
    gauge(
        "group_members",
        "",
        "Members of the groups that this broker coordinates",
    ),
    counter("group_rebalances", "", "Completed rebalances"),
    gauge("journal_files", "state", "Journal files by state"),
    gauge(
        "journal_live_bytes",
        "",
        "Bytes in the journal that a partition still needs",
    ),
    gauge(
        "journal_dead_bytes",
        "",
        "Bytes in the journal that nothing needs any more, padding included",
    ),
    counter(
        "journal_written_bytes",
        "",
        "Bytes written to the journal, padding and copies included",
    ),
    counter(
        "journal_acknowledged_bytes",
        "",
        "Bytes of batches made durable for producers",
    ),
    counter("journal_groups", "", "Group commits"),
    Declared {
        name: "journal_group_write_seconds",
        kind: Kind::Histogram,
        label: "",
        help: "Time of the one durable write of a group commit",
    },
    Declared {
        name: "journal_group_bytes",
        kind: Kind::Histogram,
        label: "",
        help: "Size of a group commit, padding included",
    },
    gauge(
        "journal_space_level",
        "",
        "0 normal, 1 produce refused, 2 replication refused, 3 critical",
    ),
    gauge(
        "disk_free_bytes",
        "",
        "Bytes free on the file system of the data directory",
    ),
    gauge(
        "memory_limit_bytes",
        "pool",
        "Bytes that a pool of the memory budget may hold",
    ),
    gauge(
        "memory_used_bytes",
        "pool",
        "Bytes that a pool of the memory budget holds",
    ),
    counter(
        "memory_waits",
        "pool",
        "Reservations that had to wait for their pool",
    ),
    gauge(
        "metadata_applied_index",
        "",
        "Raft index that the metadata image has reached",
    ),
    counter("tier_requests", "operation", "Requests to the object store"),
    counter(
        "tier_request_errors",
        "operation",
        "Requests to the object store that failed",
    ),
    counter(
        "tier_request_bytes",
        "operation",
        "Bytes moved to and from the object store",
    ),
    gauge(
        "tier_upload_debt_bytes",
        "",
        "Bytes of sealed segments that are not in the object store yet",
    ),
    gauge(
        "tier_recovery_point_seconds",
        "",
        "Age of the oldest acknowledged record of a tiered topic that is not in the object store",
    ),
    counter("cache_hits", "cache", "Lookups answered from a cache"),
    counter(
        "cache_misses",
        "cache",
        "Lookups that a cache could not answer",
    ),
    gauge(
        "process_resident_bytes",
        "",
        "Resident memory of the process",
    ),
    gauge(
        "process_cpu_seconds",
        "",
        "CPU time that the process has used",
    ),
    gauge("process_open_files", "", "Open file descriptors"),
    gauge("process_tasks", "", "Tasks of the process"),
    gauge(
        "start_timestamp_seconds",
        "",
        "When this process started, in seconds since 1970",
    ),
];

/// The declaration of `name`.
pub(super) fn find(name: &str) -> Option<&'static Declared> {
    DECLARED.iter().find(|declared| declared.name == name)
}

/// `docs/metrics.md`, checked by a test against [`DECLARED`].
#[must_use]
pub fn markdown() -> String {
    let mut page = String::from(
        "# Metrics\n\nServed by the admin port at `/metrics` in the Prometheus text format. \
         Generated by `strandline config --metrics-docs`.\n\n| metric | type | label | meaning |\n|---|---|---|---|\n",
    );
    for declared in DECLARED {
        let (kind, suffix) = match declared.kind {
            Kind::Counter => ("counter", "_total"),
            Kind::Gauge => ("gauge", ""),
            Kind::Histogram => ("histogram", ""),
        };
        let label = if declared.label.is_empty() {
            ""
        } else {
            declared.label
        };
        let _ = writeln!(
            page,
            "| `strandline_{}{suffix}` | {kind} | {label} | {} |",
            declared.name, declared.help
        );
    }
    page
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_carry_no_suffix_of_the_exposition() {
        let names: BTreeSet<_> = DECLARED.iter().map(|declared| declared.name).collect();
        assert_eq!(names.len(), DECLARED.len());
        assert!(
            names
                .iter()
                .all(|name| !name.ends_with("_total") && !name.starts_with("strandline"))
        );
    }

    #[test]
    fn page_in_docs_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/metrics.md");
        let page = std::fs::read_to_string(path).expect("docs/metrics.md exists");
        assert_eq!(
            page,
            markdown(),
            "run: strandline config --metrics-docs > docs/metrics.md"
        );
    }
}
