//! Figures of the parts that have no metrics of their own.

use std::path::PathBuf;
use std::sync::Arc;

use strandline_log::{DiskLevel, Journal};
use strandline_metadata::Metadata;
use strandline_protocol::clock::Clock;

use crate::admin::{Sample, Source};
use crate::server::{MemoryBudget, Pool, PoolName};

/// Figures of the journal and its disk.
#[derive(Debug)]
pub(super) struct JournalFigures {
    journal: Arc<Journal>,
    tail_cache: Arc<Pool>,
    data_dir: PathBuf,
}

impl JournalFigures {
    pub(super) fn new(journal: Arc<Journal>, memory: &MemoryBudget, data_dir: PathBuf) -> Self {
        Self {
            journal,
            tail_cache: Arc::clone(memory.pool(PoolName::TailCache)),
            data_dir,
        }
    }
}

impl Source for JournalFigures {
    fn read(&self, samples: &mut Vec<Sample>) {
        let stats = self.journal.stats();
        self.tail_cache.report(stats.tail_bytes as u64);
        let level = match stats.level {
            DiskLevel::Normal => 0,
            DiskLevel::ProduceRefused => 1,
            DiskLevel::ReplicationRefused => 2,
            DiskLevel::Critical => 3,
        };
        for (state, files) in [("used", stats.files), ("free", stats.free_files)] {
            samples.push(Sample::labelled("journal_files", state, files as f64));
        }
        let mut plain = |name, value: u64| samples.push(Sample::plain(name, value as f64));
        plain("journal_live_bytes", stats.live_bytes);
        plain("journal_dead_bytes", stats.dead_bytes);
        plain("journal_written_bytes", stats.bytes_written);
        plain("journal_acknowledged_bytes", stats.bytes_acknowledged);
        plain("journal_groups", stats.groups);
        plain("journal_space_level", level);
        if let Ok(space) = rustix::fs::statvfs(&self.data_dir) {
            plain(
                "disk_free_bytes",
                space.f_bavail.saturating_mul(space.f_frsize),
            );
        }
        samples.push(Sample::labelled(
            "cache_hits",
            "tail",
            stats.tail_hits as f64,
        ));
        samples.push(Sample::labelled(
            "cache_misses",
            "tail",
            stats.disk_reads as f64,
        ));
    }
}

/// Figures of the metadata.
#[derive(Debug)]
pub(super) struct MetadataFigures(pub(super) Metadata);

impl Source for MetadataFigures {
    fn read(&self, samples: &mut Vec<Sample>) {
        let index = self.0.applied_index();
        samples.push(Sample::plain("metadata_applied_index", index as f64));
    }
}

/// Figures of the process.
#[derive(Debug)]
pub(super) struct ProcessFigures {
    started_seconds: f64,
}

impl ProcessFigures {
    pub(super) fn new(clock: &dyn Clock) -> Self {
        Self {
            started_seconds: clock.unix_millis() as f64 / 1000.0,
        }
    }
}

impl Source for ProcessFigures {
    fn read(&self, samples: &mut Vec<Sample>) {
        samples.push(Sample::plain(
            "start_timestamp_seconds",
            self.started_seconds,
        ));
        let usage = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
        let seconds = usage.tv_sec as f64 + usage.tv_nsec as f64 / 1e9;
        samples.push(Sample::plain("process_cpu_seconds", seconds));
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let tasks = runtime.metrics().num_alive_tasks();
            samples.push(Sample::plain("process_tasks", tasks as f64));
        }
        // Linux only; elsewhere these two are missing.
        if let Ok(statm) = std::fs::read_to_string("/proc/self/statm") {
            let pages = statm
                .split_whitespace()
                .nth(1)
                .and_then(|p| p.parse::<u64>().ok());
            let bytes = pages
                .unwrap_or(0)
                .saturating_mul(rustix::param::page_size() as u64);
            samples.push(Sample::plain("process_resident_bytes", bytes as f64));
        }
        if let Ok(descriptors) = std::fs::read_dir("/proc/self/fd") {
            samples.push(Sample::plain(
                "process_open_files",
                descriptors.count() as f64,
            ));
        }
    }
}
