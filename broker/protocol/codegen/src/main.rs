//! Turns message facts into Rust.
//!
//! `extract` reads the schemas in a `kafka-clients` jar and writes the facts of every message, without
//! prose, in the compact text that `README.md` describes. `generate` turns facts into code: Kafka's
//! messages into `broker/protocol`, our own lasting records into the crates that own them.

mod emit;
mod emit_fields;
mod extract;
mod facts;
mod model;
mod output;
mod registry;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "strandline-codegen", about = "Turns message facts into Rust")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Writes the facts of every message in a kafka-clients jar
    Extract {
        /// The jar
        #[arg(long)]
        jar: PathBuf,
    },
    /// Writes the Rust code of all facts
    Generate {
        /// Writes nothing; fails if what is checked in differs
        #[arg(long)]
        check: bool,
    },
}

fn main() -> Result<ExitCode> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(3)
        .context("the package lies in broker/protocol/codegen")?
        .to_owned();
    match Arguments::parse().command {
        Command::Extract { jar } => extract::run(&jar, &root)?,
        Command::Generate { check } => {
            let stale = output::generate(&root, check)?;
            if !stale.is_empty() {
                for path in &stale {
                    eprintln!("{} is not what the facts say", path.display());
                }
                eprintln!("run: cargo run -p strandline-codegen -- generate");
                return Ok(ExitCode::FAILURE);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
