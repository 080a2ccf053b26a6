//! One line of the result: a metric of both systems, their ratio and what was asked for.

use std::fmt::Write as _;

use serde::Serialize;

/// What a ratio or value must be for the row to be met.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    /// Strandline's value divided by Kafka's is at least this.
    RatioAtLeast(f64),
    /// Strandline's value divided by Kafka's is at most this.
    RatioAtMost(f64),
    /// Strandline's value is at most this, whatever Kafka's is.
    AtMost(f64),
    /// Strandline's value is at least this.
    AtLeast(f64),
}

impl Target {
    fn is_met(self, value: f64, ratio: Option<f64>) -> bool {
        match self {
            Self::RatioAtLeast(bound) => ratio.is_some_and(|ratio| ratio >= bound),
            Self::RatioAtMost(bound) => ratio.is_some_and(|ratio| ratio <= bound),
            Self::AtMost(bound) => value <= bound,
            Self::AtLeast(bound) => value >= bound,
        }
    }

    fn text(self) -> String {
        match self {
            Self::RatioAtLeast(bound) => format!("ratio >= {}", number(bound)),
            Self::RatioAtMost(bound) => format!("ratio <= {}", number(bound)),
            Self::AtMost(bound) => format!("<= {}", number(bound)),
            Self::AtLeast(bound) => format!(">= {}", number(bound)),
        }
    }
}

/// One metric of one run.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) metric: String,
    pub(crate) unit: &'static str,
    /// Median over the pairs.
    pub(crate) strandline: f64,
    /// Median over the pairs; absent where the metric has no counterpart.
    pub(crate) kafka: Option<f64>,
    /// Median of the ratios pair by pair.
    pub(crate) ratio: Option<f64>,
    /// Smallest and largest ratio.
    pub(crate) ratio_range: Option<(f64, f64)>,
    /// The physical limit measured in the same run, in the same unit.
    pub(crate) raw_limit: Option<f64>,
    pub(crate) target: String,
    pub(crate) met: bool,
}

impl Row {
    /// A row from what was measured in alternating pairs; `kafka` is empty where there is no
    /// counterpart.
    pub(crate) fn new(
        metric: impl Into<String>,
        unit: &'static str,
        strandline: &[f64],
        kafka: &[f64],
        target: Target,
    ) -> Self {
        let ratios: Vec<f64> = strandline
            .iter()
            .zip(kafka)
            .map(|(ours, theirs)| ours / theirs)
            .collect();
        let ratio = (!ratios.is_empty()).then(|| median(&ratios));
        let value = median(strandline);
        let (low, high) = ratios
            .iter()
            .fold((f64::INFINITY, 0.0_f64), |(low, high), ratio| {
                (low.min(*ratio), high.max(*ratio))
            });
        Self {
            metric: metric.into(),
            unit,
            strandline: value,
            kafka: (!kafka.is_empty()).then(|| median(kafka)),
            ratio,
            ratio_range: ratio.map(|_| (low, high)),
            raw_limit: None,
            target: target.text(),
            met: target.is_met(value, ratio),
        }
    }

    /// The same row with the physical limit beside it.
    pub(crate) fn with_raw_limit(mut self, raw_limit: f64) -> Self {
        self.raw_limit = Some(raw_limit);
        self
    }
}

/// Middle value; the mean of the two middle ones for an even count, NaN for none.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => sorted[odd / 2],
        even => f64::midpoint(sorted[even / 2 - 1], sorted[even / 2]),
    }
}

/// The rows as a Markdown table, readable on a terminal too.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "| metric | unit | Strandline | Apache Kafka | ratio (range) | raw limit | target | met |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for row in rows {
        let ratio = match (row.ratio, row.ratio_range) {
            (Some(ratio), Some((low, high))) => {
                format!("{} ({}-{})", number(ratio), number(low), number(high))
            }
            _ => "-".to_owned(),
        };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {ratio} | {} | {} | {} |",
            row.metric,
            row.unit,
            number(row.strandline),
            row.kafka.map_or_else(|| "-".to_owned(), number),
            row.raw_limit.map_or_else(|| "-".to_owned(), number),
            row.target,
            if row.met { "yes" } else { "**no**" },
        );
    }
    text
}

fn number(value: f64) -> String {
    match value.abs() {
        large if large >= 100.0 => format!("{value:.0}"),
        middle if middle >= 10.0 => format!("{value:.1}"),
        small if small >= 0.1 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratio_is_the_median_of_the_pairs_and_decides() {
        let row = Row::new(
            "produce",
            "MB/s",
            &[300.0, 200.0, 100.0],
            &[100.0, 100.0, 100.0],
            Target::RatioAtLeast(2.0),
        );
        assert!(row.met);
        assert!((row.ratio.expect("pairs") - 2.0).abs() < 1e-9);
        assert_eq!(row.ratio_range, Some((1.0, 3.0)));
        let missed = Row::new(
            "produce",
            "MB/s",
            &[100.0],
            &[100.0],
            Target::RatioAtMost(0.9),
        );
        assert!(!missed.met);
        assert!(table(&[row, missed]).contains("**no**"));
    }

    #[test]
    fn row_without_counterpart_cannot_meet_a_ratio() {
        assert!(!Row::new("start", "ms", &[50.0], &[], Target::RatioAtMost(1.0)).met);
        assert!(Row::new("start", "ms", &[50.0], &[], Target::AtMost(100.0)).met);
    }
}
