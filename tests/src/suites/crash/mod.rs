//! `crash`: what was acknowledged is there afterwards, once and in order: over SIGKILLs, over power
//! cuts, over the simulated disk; and builds that break this on purpose are caught.

mod acknowledged;
pub(crate) mod image;
mod power;
mod raft_log;
mod simulation;
mod storm;

use anyhow::Result;

use crate::suite::{Run, Suite};

pub(crate) const SUITE: Suite = Suite {
    name: "crash",
    about: "SIGKILLs under Java and librdkafka, power cuts, the simulated disk, broken builds",
    in_ci: true,
    run,
};

fn run(run: &mut Run) -> Result<()> {
    storm::run(run)?;
    power::run(run)?;
    if run.is_full() {
        simulation::run(run)?;
    }
    Ok(())
}
