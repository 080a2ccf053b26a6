//! Counters and histograms that the request path writes to.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::declared::find;
use super::samples::{Source, Sources};

type Labels = [(&'static str, String); 1];
type HistogramFamily = Family<Labels, Histogram, fn() -> Histogram>;

/// Kafka's API keys are below this number (KIP-1071 reached 94).
const API_KEYS_MAX: usize = 128;

/// Series of one topic.
const TOPIC_SERIES: usize = 4;

/// Part of the series that topics may take; APIs, pools and the rest need the other.
const TOPIC_SHARE: usize = 2;

/// Label value for topics that are beyond the limit.
const OTHER_TOPICS: &str = "_other";

/// Bounds of the latency histogram in seconds: ten, so that all APIs together stay small.
const LATENCY_BOUNDS_SECONDS: [f64; 10] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1.0, 5.0,
];

/// Bounds of the time of a group commit in seconds: one takes about 100 microseconds on NVMe.
const GROUP_BOUNDS_SECONDS: [f64; 10] = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1.0,
];

/// Bounds of the size of a group commit in bytes: from one block to the largest with one batch.
const GROUP_BOUNDS_BYTES: [f64; 6] = [
    4096.0,
    16384.0,
    65536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
];

/// What the broker counts about one API.
#[derive(Debug, Clone)]
pub struct ApiMetrics {
    name: &'static str,
    latency: Histogram,
    totals: Arc<Totals>,
    errors: Counter,
}

/// Sums that the histogram of the library keeps to itself.
#[derive(Debug, Default)]
struct Totals {
    requests: AtomicU64,
    micros: AtomicU64,
}

impl ApiMetrics {
    /// Counts one answered request.
    pub fn observe(&self, duration: Duration) {
        self.latency.observe(duration.as_secs_f64());
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        self.totals.requests.fetch_add(1, Ordering::Relaxed);
        self.totals.micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// Requests, and their mean time.
    fn mean(&self) -> (u64, Duration) {
        let requests = self.totals.requests.load(Ordering::Relaxed);
        let micros = self.totals.micros.load(Ordering::Relaxed);
        (
            requests,
            Duration::from_micros(micros.checked_div(requests).unwrap_or(0)),
        )
    }

    /// Counts one request that ended with a closed connection.
    pub fn error(&self) {
        self.errors.inc();
    }
}

/// What the broker counts about one topic. Partitions keep a clone, so counting is one addition.
#[derive(Debug, Clone, Default)]
pub struct TopicMetrics {
    in_bytes: Counter,
    in_records: Counter,
    out_bytes: Counter,
    out_records: Counter,
}

impl TopicMetrics {
    /// Counts an appended batch.
    pub fn appended(&self, bytes: u64, records: u64) {
        self.in_bytes.inc_by(bytes);
        self.in_records.inc_by(records);
    }

    /// Counts batches sent to a consumer.
    pub fn sent(&self, bytes: u64, records: u64) {
        self.out_bytes.inc_by(bytes);
        self.out_records.inc_by(records);
    }
}

/// What the journal's writer counts about group commits.
#[derive(Debug, Clone)]
pub struct JournalGroups {
    seconds: Histogram,
    bytes: Histogram,
}

impl JournalGroups {
    fn new() -> Self {
        Self {
            seconds: Histogram::new(GROUP_BOUNDS_SECONDS),
            bytes: Histogram::new(GROUP_BOUNDS_BYTES),
        }
    }

    /// Counts one group.
    pub fn written(&self, bytes: usize, took: Duration) {
        self.seconds.observe(took.as_secs_f64());
        self.bytes.observe(bytes as f64);
    }
}

/// Everything that `/metrics` shows.
pub struct Metrics {
    registry: Registry,
    apis: Box<[OnceLock<ApiMetrics>]>,
    api_latency: HistogramFamily,
    api_errors: Family<Labels, Counter>,
    topics: Mutex<HashMap<String, TopicMetrics>>,
    topics_max: usize,
    topic_families: [Family<Labels, Counter>; 4],
    /// Connections accepted since start.
    pub connections_accepted: Counter,
    refused: Family<Labels, Counter>,
    refused_total: Counter,
    /// Rebalances completed since start.
    pub group_rebalances: Counter,
    /// What the journal's writer counts.
    pub journal_groups: JournalGroups,
    sources: Arc<Sources>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

fn help(name: &str) -> &'static str {
    find(name).map_or("", |declared| declared.help)
}

fn latency_histogram() -> Histogram {
    Histogram::new(LATENCY_BOUNDS_SECONDS)
}

impl Metrics {
    /// Metrics with nothing counted yet, which show about `series_max` series at most.
    #[must_use]
    pub fn new(series_max: usize) -> Self {
        let mut registry = Registry::with_prefix("strandline");
        let api_latency = HistogramFamily::new_with_constructor(latency_histogram);
        let api_errors = Family::default();
        let connections_accepted = Counter::default();
        let refused = Family::default();
        let group_rebalances = Counter::default();
        let sources = Arc::new(Sources::default());
        let topic_names = [
            "topic_in_bytes",
            "topic_in_records",
            "topic_out_bytes",
            "topic_out_records",
        ];
        let topic_families: [Family<Labels, Counter>; 4] = Default::default();
        for (name, family) in topic_names.into_iter().zip(&topic_families) {
            registry.register(name, help(name), family.clone());
        }
        registry.register(
            "request_duration_seconds",
            help("request_duration_seconds"),
            api_latency.clone(),
        );
        registry.register("request_errors", help("request_errors"), api_errors.clone());
        registry.register(
            "connections_accepted",
            help("connections_accepted"),
            connections_accepted.clone(),
        );
        registry.register(
            "connections_refused",
            help("connections_refused"),
            refused.clone(),
        );
        registry.register(
            "group_rebalances",
            help("group_rebalances"),
            group_rebalances.clone(),
        );
        let journal_groups = JournalGroups::new();
        for (name, histogram) in [
            ("journal_group_write_seconds", &journal_groups.seconds),
            ("journal_group_bytes", &journal_groups.bytes),
        ] {
            registry.register(name, help(name), histogram.clone());
        }
        registry.register_collector(Box::new(Arc::clone(&sources)));
        Self {
            registry,
            apis: (0..API_KEYS_MAX).map(|_| OnceLock::new()).collect(),
            api_latency,
            api_errors,
            topics: Mutex::default(),
            topics_max: series_max / TOPIC_SHARE / TOPIC_SERIES,
            topic_families,
            connections_accepted,
            refused,
            refused_total: Counter::default(),
            group_rebalances,
            journal_groups,
            sources,
        }
    }

    /// The metrics of an API. `name` labels the series when the API is seen first.
    ///
    /// # Panics
    /// If `api_key` is not one of Kafka's keys: callers pass parsed keys only.
    pub fn api(&self, api_key: i16, name: &'static str) -> &ApiMetrics {
        let index = usize::try_from(api_key).expect("parsed API keys are not negative");
        self.apis[index].get_or_init(|| {
            let labels = [("api", name.to_owned())];
            ApiMetrics {
                name,
                latency: self.api_latency.get_or_create_owned(&labels),
                totals: Arc::default(),
                errors: self.api_errors.get_or_create_owned(&labels),
            }
        })
    }

    /// The metrics of a topic. To be kept by whoever counts often.
    pub fn topic(&self, name: &str) -> TopicMetrics {
        let mut topics = self.topics.lock();
        if let Some(metrics) = topics.get(name) {
            return metrics.clone();
        }
        let label = if topics.len() < self.topics_max {
            name
        } else {
            OTHER_TOPICS
        };
        let labels = [("topic", label.to_owned())];
        let [in_bytes, in_records, out_bytes, out_records] = &self.topic_families;
        let metrics = TopicMetrics {
            in_bytes: in_bytes.get_or_create_owned(&labels),
            in_records: in_records.get_or_create_owned(&labels),
            out_bytes: out_bytes.get_or_create_owned(&labels),
            out_records: out_records.get_or_create_owned(&labels),
        };
        topics.insert(label.to_owned(), metrics.clone());
        metrics
    }

    /// Drops the series of a deleted topic.
    pub fn forget_topic(&self, name: &str) {
        if self.topics.lock().remove(name).is_some() {
            for family in &self.topic_families {
                family.remove(&[("topic", name.to_owned())]);
            }
        }
    }

    /// Counts a connection that was refused, or closed for what its peer did. `reason` is one of a
    /// few fixed words.
    pub fn connection_refused(&self, reason: &'static str) {
        self.refused_total.inc();
        self.refused
            .get_or_create_owned(&[("reason", reason.to_owned())])
            .inc();
    }

    /// Adds figures that are read at every scrape.
    pub fn add_source(&self, source: Box<dyn Source>) {
        self.sources.add(source);
    }

    /// Connections refused since the start, for whatever reason.
    pub(super) fn refused(&self) -> u64 {
        self.refused_total.get()
    }

    /// The APIs that take longest on average: name, requests, mean time.
    pub(super) fn slowest(&self, count: usize) -> Vec<(&'static str, u64, Duration)> {
        let mut apis: Vec<_> = self
            .apis
            .iter()
            .filter_map(OnceLock::get)
            .map(|api| (api.name, api.mean()))
            .filter(|(_, (requests, _))| *requests > 0)
            .map(|(name, (requests, mean))| (name, requests, mean))
            .collect();
        apis.sort_by_key(|(_, _, mean)| std::cmp::Reverse(*mean));
        apis.truncate(count);
        apis
    }

    /// The value of a scraped metric, summed over its label; for `status` and tests.
    #[must_use]
    pub fn read(&self, name: &str) -> f64 {
        self.find(name).unwrap_or(0.0)
    }

    /// The same; `None` if no part of this broker has that figure.
    pub(super) fn find(&self, name: &str) -> Option<f64> {
        let values = self.sources.read();
        values.get(name).map(|values| values.values().sum())
    }

    /// The Prometheus text exposition.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut text = String::with_capacity(64 * 1024);
        encode(&mut text, &self.registry).expect("writing to a string cannot fail");
        text
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::Sample;
    use super::*;

    #[derive(Debug)]
    struct Fixed;

    impl Source for Fixed {
        fn read(&self, samples: &mut Vec<Sample>) {
            samples.push(Sample::plain("connections", 3.0));
            samples.push(Sample::labelled("memory_used_bytes", "requests", 5.0));
            samples.push(Sample::labelled("memory_used_bytes", "responses", 7.0));
        }
    }

    #[test]
    fn exposition_shows_counters_histograms_and_sources() {
        let metrics = Metrics::new(2_000);
        metrics.api(0, "Produce").observe(Duration::from_millis(2));
        metrics.topic("orders").appended(100, 3);
        metrics
            .journal_groups
            .written(65_536, Duration::from_micros(120));
        metrics.add_source(Box::new(Fixed));
        let text = metrics.encode();
        for line in [
            "strandline_topic_in_bytes_total{topic=\"orders\"} 100",
            "strandline_topic_in_records_total{topic=\"orders\"} 3",
            "strandline_request_duration_seconds_count{api=\"Produce\"} 1",
            "strandline_request_duration_seconds_bucket{le=\"0.0025\",api=\"Produce\"} 1",
            "strandline_journal_group_write_seconds_bucket{le=\"0.00025\"} 1",
            "strandline_journal_group_bytes_bucket{le=\"65536.0\"} 1",
            "strandline_connections 3.0",
            "strandline_memory_used_bytes{pool=\"responses\"} 7.0",
        ] {
            assert!(text.contains(line), "{line} is missing in:\n{text}");
        }
        assert!((metrics.read("memory_used_bytes") - 12.0).abs() < f64::EPSILON);
    }

    #[test]
    fn topics_beyond_the_limit_share_series_and_a_deleted_one_leaves() {
        let metrics = Metrics::new(2_000);
        for i in 0..250 + 50 {
            metrics.topic(&format!("t{i}")).appended(1, 1);
        }
        let text = metrics.encode();
        assert!(
            text.contains("strandline_topic_in_bytes_total{topic=\"_other\"} 50"),
            "{text}"
        );
        assert!(text.lines().count() < 2_000);
        metrics.forget_topic("t1");
        assert!(!metrics.encode().contains("topic=\"t1\""));
    }
}
