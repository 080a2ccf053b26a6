//! Values that are read when somebody scrapes: each part of the broker offers a [`Source`].

use std::collections::BTreeMap;
use std::fmt;

use parking_lot::RwLock;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, MetricEncoder};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

use super::declared::{Kind, find};

/// One value at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Name as declared, without prefix.
    pub name: &'static str,
    /// Value of the declared label; empty for metrics without a label.
    pub label: String,
    /// The value, in the unit that the name ends with.
    pub value: f64,
}

impl Sample {
    /// A value of a metric without a label.
    #[must_use]
    pub fn plain(name: &'static str, value: f64) -> Self {
        Self {
            name,
            label: String::new(),
            value,
        }
    }

    /// A value of a metric with a label.
    #[must_use]
    pub fn labelled(name: &'static str, label: impl Into<String>, value: f64) -> Self {
        Self {
            name,
            label: label.into(),
            value,
        }
    }
}

/// A part of the broker whose figures are read at every scrape.
pub trait Source: fmt::Debug + Send + Sync + 'static {
    /// Adds this source's values. Must not block.
    fn read(&self, samples: &mut Vec<Sample>);
}

/// All sources, as one collector of the registry.
#[derive(Debug, Default)]
pub(super) struct Sources {
    sources: RwLock<Vec<Box<dyn Source>>>,
}

impl Sources {
    pub(super) fn add(&self, source: Box<dyn Source>) {
        self.sources.write().push(source);
    }

    /// Values of all sources by metric; several values of one metric and label are added up.
    pub(super) fn read(&self) -> BTreeMap<&'static str, BTreeMap<String, f64>> {
        let mut samples = Vec::new();
        for source in self.sources.read().iter() {
            source.read(&mut samples);
        }
        let mut by_name: BTreeMap<&'static str, BTreeMap<String, f64>> = BTreeMap::new();
        for sample in samples {
            *by_name
                .entry(sample.name)
                .or_default()
                .entry(sample.label)
                .or_default() += sample.value;
        }
        by_name
    }
}

impl Collector for Sources {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        for (name, values) in self.read() {
            let declared = find(name);
            debug_assert!(declared.is_some(), "metric `{name}` is not declared");
            let Some(declared) = declared else { continue };
            let counter = declared.kind == Kind::Counter;
            let mut family = encoder.encode_descriptor(
                name,
                declared.help,
                None,
                if counter {
                    ConstCounter::new(0.0).metric_type()
                } else {
                    ConstGauge::new(0.0).metric_type()
                },
            )?;
            let put = |metric: MetricEncoder<'_>, value: f64| {
                if counter {
                    ConstCounter::new(value).encode(metric)
                } else {
                    ConstGauge::new(value).encode(metric)
                }
            };
            if declared.label.is_empty() {
                put(family, values.values().sum())?;
                continue;
            }
            for (label, value) in values {
                put(family.encode_family(&[(declared.label, label)])?, value)?;
            }
        }
        Ok(())
    }
}
