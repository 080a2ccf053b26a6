//! Measures Strandline against Apache Kafka on one machine, in one run, in alternating pairs.
//!
//! Every Strandline figure is with default settings and durable acknowledgements; Kafka runs with
//! its defaults, which acknowledge from page cache. The method is in `docs/performance.md`.

#![expect(
    clippy::cast_precision_loss,
    reason = "bytes and counts of a run are far below 2^53"
)]

mod apache_kafka;
mod compare;
mod connection;
mod load;
mod machine;
mod metrics;
mod process;
mod raw;
mod row;
mod system;

use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(
    name = "strandline-bench",
    about = "Measures Strandline against Apache Kafka"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs both systems in alternating pairs and prints a table.
    Compare {
        /// Only this group of metrics: produce, consume, start, idle, recovery, partitions.
        #[arg(long)]
        only: Option<String>,
        /// One pair with less data.
        #[arg(long)]
        quick: bool,
        /// Write the rows to this file as JSON, one a line.
        #[arg(long)]
        json: Option<PathBuf>,
        /// Where the brokers keep their data while measured.
        #[arg(long, default_value = "target/bench")]
        dir: PathBuf,
    },
}

fn main() -> Result<()> {
    let Command::Compare {
        only,
        quick,
        json,
        dir,
    } = Arguments::parse().command;
    if let Some(only) = &only {
        let names: Vec<_> = compare::names().collect();
        ensure!(
            names.contains(&only.as_str()),
            "no metric `{only}`; there are {}",
            names.join(", ")
        );
    }
    compare::run(&compare::Options {
        only,
        quick,
        json,
        dir,
    })
}
