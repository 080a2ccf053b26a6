//! Runs both systems in alternating pairs, one alive at a time, and collects rows.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::apache_kafka::ApacheKafka;
use crate::machine::Prepared;
use crate::metrics::{consume, idle, partitions, produce, recovery, start};
use crate::row::{Row, table};
use crate::system::{Strandline, System};

/// What to compare and how long.
#[derive(Debug)]
pub(crate) struct Options {
    /// Only metrics whose group has this name.
    pub(crate) only: Option<String>,
    /// Less data and fewer pairs; for a first look, not for the record.
    pub(crate) quick: bool,
    /// Rows as JSON.
    pub(crate) json: Option<PathBuf>,
    /// Where brokers keep their data; wants 40 GB.
    pub(crate) dir: PathBuf,
}

/// The run: both systems, the place for data, and the amounts.
pub(crate) struct Run {
    pub(crate) strandline: Strandline,
    pub(crate) kafka: ApacheKafka,
    pub(crate) dir: PathBuf,
    pub(crate) quick: bool,
}

impl Run {
    /// Pairs of one metric.
    pub(crate) fn pairs(&self) -> usize {
        if self.quick { 1 } else { 3 }
    }

    /// Measures both systems `pairs` times in the order A B, B A, A B, each on an empty directory.
    pub(crate) fn alternate<T>(
        &self,
        mut measure: impl FnMut(&dyn System, &Path) -> Result<T>,
    ) -> Result<(Vec<T>, Vec<T>)> {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for pair in 0..self.pairs() {
            let strandline_first = pair % 2 == 0;
            for turn in 0..2 {
                if (turn == 0) == strandline_first {
                    ours.push(self.on_empty_directory(&self.strandline, &mut measure)?);
                } else {
                    theirs.push(self.on_empty_directory(&self.kafka, &mut measure)?);
                }
            }
        }
        Ok((ours, theirs))
    }

    /// Measures one system on an empty directory, which is removed afterwards.
    pub(crate) fn on_empty_directory<T>(
        &self,
        system: &dyn System,
        measure: &mut impl FnMut(&dyn System, &Path) -> Result<T>,
    ) -> Result<T> {
        let dir = tempfile::Builder::new()
            .prefix("bench-")
            .tempdir_in(&self.dir)?;
        system.prepare(dir.path())?;
        eprintln!("  {} ...", system.name());
        measure(system, dir.path()).with_context(|| format!("measuring {}", system.name()))
    }
}

type Metric = fn(&Run) -> Result<Vec<Row>>;

/// Groups of metrics in the order of the table.
const METRICS: [(&str, Metric); 6] = [
    ("produce", produce::rows),
    ("consume", consume::rows),
    ("start", start::rows),
    ("idle", idle::rows),
    ("recovery", recovery::rows),
    ("partitions", partitions::rows),
];

/// Names that `--only` takes.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    METRICS.iter().map(|(name, _)| *name)
}

/// Measures, prints the table to standard output and writes the JSON file.
pub(crate) fn run(options: &Options) -> Result<()> {
    std::fs::create_dir_all(&options.dir)?;
    let run = Run {
        strandline: Strandline::build()?,
        kafka: ApacheKafka::assemble()?,
        dir: options.dir.clone(),
        quick: options.quick,
    };
    let _prepared = Prepared::new()?;
    let mut rows = Vec::new();
    for (name, metric) in METRICS {
        if options.only.as_deref().is_some_and(|only| only != name) {
            continue;
        }
        eprintln!("{name}");
        rows.extend(metric(&run).with_context(|| format!("metric `{name}`"))?);
        // After every metric, so that an interrupted run leaves what it measured.
        if let Some(path) = &options.json {
            let lines: Vec<String> = rows
                .iter()
                .map(serde_json::to_string)
                .collect::<Result<_, _>>()?;
            std::fs::write(path, lines.join("\n") + "\n")?;
        }
    }
    print(&table(&rows));
    Ok(())
}

#[expect(
    clippy::print_stdout,
    reason = "the table is what the command is run for"
)]
fn print(text: &str) {
    print!("{text}");
}
