//! `hostile`: bad input against a broker with 256 MiB of memory. Each attack must end in Kafka's
//! error or a closed connection; memory stays within bounds, a well-behaved client beside it is
//! served, and afterwards open files and threads are where they were.

mod attacks;
mod bombs;
mod bystander;
mod crowds;
mod latency;
mod resources;

use anyhow::{Context, Result, ensure};
use rand::rngs::SmallRng;
use rustix::process::{Resource, Rlimit};

use crate::batch::{batch, content_hash};
use crate::broker::BrokerOptions;
use crate::suite::{Run, Suite};
use crate::wire::Wire;
use bystander::Bystander;
use latency::Latencies;
use resources::Resources;

pub(crate) const SUITE: Suite = Suite {
    name: "hostile",
    about: "random bytes, bombs, idle crowds and slow readers against 256 MiB of memory",
    in_ci: true,
    run,
};

/// The setting `memory` of the broker.
const MEMORY_BYTES: u64 = 256 << 20;

/// Requests of the other client before anything is measured.
const WARMING: usize = 200;

/// The topic that attacks go to.
const TOPIC: &str = "hostile";

/// What an attack may use.
struct Target {
    bootstrap: String,
    full: bool,
    rng: SmallRng,
    /// Connections that stay as they are when the attack has ended.
    held: Vec<Wire>,
}

impl Target {
    fn connect(&self) -> Result<Wire> {
        let wire = Wire::connect(&self.bootstrap)?;
        std::thread::yield_now();
        Ok(wire.giving_way())
    }

    fn amount<T>(&self, ci: T, full: T) -> T {
        if self.full { full } else { ci }
    }
}

type Attack = fn(&mut Target) -> Result<()>;

const ATTACKS: [(&str, Attack); 18] = [
    ("random bytes", attacks::random_bytes),
    ("lengths of 2 GB and below zero", attacks::absurd_lengths),
    ("truncated frames", attacks::truncated_frames),
    ("announced and never sent", attacks::announced_bytes),
    ("unknown API keys and versions", attacks::unknown_requests),
    ("random bodies for every key", attacks::random_bodies),
    ("array bombs", attacks::array_bombs),
    ("tagged-field bombs", attacks::tagged_field_bombs),
    ("the same again and again", attacks::repetitions),
    ("wrong CRC, magic, lengths, counts", bombs::damaged_batches),
    ("gzip bomb", bombs::gzip),
    ("snappy bomb", bombs::snappy),
    ("lz4 bomb", bombs::lz4),
    ("zstd bomb", bombs::zstd),
    ("idle connections", crowds::idle),
    ("requests never read", crowds::pipelining),
    ("slow reader", crowds::slow_reader),
    ("connections that come and go", crowds::churn),
];

fn run(run: &mut Run) -> Result<()> {
    raise_open_files()?;
    bombs::prepare();
    let mut broker = BrokerOptions::new(run.dir().join("data"))
        .set("memory", MEMORY_BYTES.to_string())
        .allow_warnings()
        .start()?;
    let bootstrap = broker.bootstrap().to_owned();
    let mut wire = Wire::connect(&bootstrap)?;
    // What is written here is years old, and must be there for as long as the suite runs.
    wire.create_topic(TOPIC, 4, &[("retention.ms", "-1")])?;
    for (name, configs) in bombs::TOPICS {
        wire.create_topic(name, 1, configs)?;
    }
    wire.create_topic(bystander::TOPIC, 1, &[("retention.ms", "-1")])?;
    // Warm, so that the first attack is not compared with the first requests of all.
    Bystander::start(&bootstrap, WARMING)?.p99()?;
    let before = Resources::of(&mut broker)?;
    for (at, (name, attack)) in ATTACKS.into_iter().enumerate() {
        let mut target = Target {
            bootstrap: bootstrap.clone(),
            full: run.is_full(),
            rng: run.rng(at as u64),
            held: Vec::new(),
        };
        resources::reset_peak(&mut broker)?;
        let mut settle = || before.wait_until_back(&mut broker);
        let latencies = Latencies::measure(run, name, attack, &mut target, &mut settle)?;
        let peak = resources::peak(&mut broker)?;
        let (check, mib) = (resources::check_peak(peak), peak >> 20);
        run.check(format_args!("{name}: memory"), check);
        run.note(format_args!("{name:<34} peak {mib:>4} MiB, {latencies}"));
        run.check(format_args!("{name}: latency"), latencies.check());
        run.check(
            format_args!("{name}: files, threads and tasks are given back"),
            before.wait_until_back(&mut broker),
        );
    }
    // Not over the first connection: that may have been idle for longer than the broker allows.
    let served = Wire::connect(&bootstrap).and_then(|mut wire| still_serves(&mut wire));
    run.check("it still serves", served);
    run.check("diagnostics", broker.check_diagnostics());
    run.check("clean stop", broker.stop());
    Ok(())
}

/// A record goes in and comes out again.
fn still_serves(wire: &mut Wire) -> Result<()> {
    let sent = batch(1, 512, 1);
    let (error, offset) = wire.produce(TOPIC, 0, &sent)?;
    ensure!(error == 0, "produce: error {error}");
    let fetched = wire.fetch(TOPIC, 0, offset, 1 << 20)?;
    ensure!(fetched.error == 0, "fetch: error {}", fetched.error);
    ensure!(
        content_hash(&fetched.records) == content_hash(&sent),
        "another record came back"
    );
    Ok(())
}

/// Enough open files for thousands of connections, here and in the broker that inherits it.
fn raise_open_files() -> Result<()> {
    let wanted = Rlimit {
        current: Some(20_000),
        maximum: Some(20_000),
    };
    let now = rustix::process::getrlimit(Resource::Nofile);
    if now.current.is_some_and(|current| current < 20_000) {
        let maximum = now.maximum.map(|maximum| maximum.max(20_000));
        rustix::process::setrlimit(Resource::Nofile, Rlimit { maximum, ..wanted })
            .context("20,000 open files are needed")?;
    }
    Ok(())
}
