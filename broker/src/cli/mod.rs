//! The command line: one file per command.
//!
//! The entry point is [`run`]. Results go to standard output, progress and diagnostics to standard
//! error; a failure is one line that says what happened and what to do, with a non-zero exit code.

mod admin;
mod answer;
mod arguments;
mod config;
mod consume;
mod descriptors;
mod dev;
mod group;
mod heap;
mod journal;
mod output;
mod produce;
mod repair;
mod serve;
mod server;
mod status;
mod tier;
mod topic;

use std::process::ExitCode;

use clap::Parser as _;

pub use arguments::Arguments;
use arguments::Command;

/// Runs the command that the process was started with.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are not failures; clap knows which stream each belongs to.
            let code = if error.use_stderr() { 2 } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    match execute(arguments) {
        Ok(code) => code,
        Err(error) => {
            output::failure(&error);
            ExitCode::FAILURE
        }
    }
}

fn execute(arguments: Arguments) -> anyhow::Result<ExitCode> {
    match arguments.command {
        Command::Dev(dev) => dev::run(dev),
        Command::Server(server) => server::run(&server),
        Command::Config(config) => config::run(&config).map(|()| ExitCode::SUCCESS),
        Command::Journal(journal) => journal::run(&journal),
        Command::Topic(topic) => client(topic::run(topic)),
        Command::Produce(produce) => client(produce::run(produce)),
        Command::Consume(consume) => client(consume::run(consume)),
        Command::Group(group) => client(group::run(group)),
        Command::Tier(tier) => client(tier::run(tier)),
        Command::Status(status) => client(status::run(status)),
    }
}

/// Runs a command that talks to a broker. One thread is enough for a client.
fn client(command: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<ExitCode> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(command)?;
    Ok(ExitCode::SUCCESS)
}
