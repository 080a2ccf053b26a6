//! `clients`: every client reads what every other wrote; groups hand over without a gap.

mod groups;
mod matrix;

use anyhow::Result;

use super::server::Server;
use crate::clients::Client;
use crate::suite::{Run, Suite};

pub(crate) const SUITE: Suite = Suite {
    name: "clients",
    about: "eight client libraries: matrix, codecs on the wire, groups, restart, rewind, seek",
    in_ci: true,
    run,
};

fn run(run: &mut Run) -> Result<()> {
    for client in Client::ALL {
        client.install()?;
    }
    let mut server = Server::start(run, "clients")?;
    matrix::run(run, &server.bootstrap())?;
    groups::run(run, &mut server)?;
    server.finish(run);
    Ok(())
}
