//! `hostile`: bad input against a broker with 256 MiB of memory. Each attack must end in Kafka's
//! error or a closed connection; memory stays within bounds, a well-behaved client beside it is
//! served, and afterwards open files and threads are where they were.

mod attacks;
mod bombs;
mod bystander;
mod crowds;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use rand::rngs::SmallRng;
use rustix::process::{Resource, Rlimit};

use crate::broker::{Broker, BrokerOptions};
use crate::command::Cmd;
use crate::http::metric_sum;
use crate::suite::{Run, Suite};
use crate::wire::Wire;
use bystander::Bystander;

pub(crate) const SUITE: Suite = Suite {
    name: "hostile",
    about: "random bytes, bombs, idle crowds and slow readers against 256 MiB of memory",
    in_ci: true,
    run,
};

const MEMORY_BYTES: u64 = 256 << 20;

/// What the process may hold beyond the budget: code, stacks, allocator.
const MEMORY_SLACK_BYTES: u64 = 64 << 20;

/// How often (CI, full) the other client is measured alone and beside each attack, by turns: the
/// medians are compared.
const PAIRS: [usize; 2] = [1, 3];

/// How many times as many pairs are measured if the medians are too far apart: the disk of a virtual machine
/// has seconds in which it is ten times slower.
const ROUNDS: usize = 3;

/// Requests that it makes each time; an attack is repeated until they are made.
const REQUESTS: [usize; 2] = [200, 1_000];

/// How many times more it makes beside connections that stay: what waits or is evicted takes seconds.
const STAYING: usize = 3;

/// Latencies below these (CI, full) are the disk's and not compared.
const LATENCY_FLOORS: [Duration; 2] = [Duration::from_millis(10), Duration::from_millis(1)];

/// Partitions and name of the topic that attacks go to.
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

const ATTACKS: [(&str, Attack); 17] = [
    ("random bytes", attacks::random_bytes),
    ("lengths of 2 GB and below zero", attacks::absurd_lengths),
    ("truncated frames", attacks::truncated_frames),
    ("announced and never sent", attacks::announced_bytes),
    ("unknown API keys and versions", attacks::unknown_requests),
    ("random bodies for every key", attacks::random_bodies),
    ("array bombs", attacks::array_bombs),
    ("tagged-field bombs", attacks::tagged_field_bombs),
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
        .set("memory", "256MiB")
        .allow_warnings()
        .start()?;
    let bootstrap = broker.bootstrap().to_owned();
    let mut wire = Wire::connect(&bootstrap)?;
    // What is written here is years old, and must be there for as long as the suite runs.
    wire.create_topic(TOPIC, 4, &[("retention.ms", "-1")])?;
    for (name, configs) in bombs::TOPICS {
        wire.create_topic(name, 1, configs)?;
    }
    wire.create_topic(bystander::TOPIC, 1, &[])?;
    // Warm, so that the first attack is not compared with the first requests of all.
    Bystander::start(&bootstrap, REQUESTS[0])?.p99()?;
    let before = Resources::of(&mut broker)?;
    for (at, (name, attack)) in ATTACKS.into_iter().enumerate() {
        let mut target = Target {
            bootstrap: bootstrap.clone(),
            full: run.is_full(),
            rng: run.rng(at as u64),
            held: Vec::new(),
        };
        reset_peak(&mut broker)?;
        let floor = run.amount(LATENCY_FLOORS[0], LATENCY_FLOORS[1]);
        let latencies = measure(run, name, attack, &mut target, floor)?;
        let peak = broker
            .process()
            .status_bytes("VmHWM")
            .context("the broker is gone")?;
        run.check(format_args!("{name}: memory"), check_peak(peak));
        run.note(format_args!(
            "{name:<34} peak {:>4} MiB, other client p99 {:>6.2} ms, alone {:.2}, pairs {}",
            peak >> 20,
            millis(latencies.beside),
            millis(latencies.alone),
            latencies.pairs
        ));
        run.check(format_args!("{name}: latency"), latencies.check(floor));
        run.check(
            format_args!("{name}: files, threads and tasks are given back"),
            before.wait_until_back(&mut broker),
        );
    }
    run.check(
        "it still serves",
        wire.fetch(TOPIC, 0, 0, 1 << 20).map(drop),
    );
    run.check("diagnostics", broker.check_diagnostics());
    run.check("clean stop", broker.stop());
    Ok(())
}

/// 99th percentiles of the other client.
struct Latencies {
    alone: Duration,
    beside: Duration,
    pairs: usize,
}

impl Latencies {
    fn check(&self, floor: Duration) -> Result<()> {
        let most = (self.alone * 2).max(floor);
        ensure!(
            self.beside <= most,
            "p99 {:.2} ms, {:.2} at most",
            millis(self.beside),
            millis(most)
        );
        Ok(())
    }
}

/// Measures the other client alone and beside `attack`, by turns.
fn measure(
    run: &mut Run,
    name: &str,
    attack: Attack,
    target: &mut Target,
    floor: Duration,
) -> Result<Latencies> {
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    let mut rounds = ROUNDS;
    loop {
        for _ in 0..run.amount(PAIRS[0], PAIRS[1]) {
            measure_pair(run, name, attack, target, &mut alone, &mut beside)?;
        }
        let latencies = Latencies {
            alone: median(&mut alone),
            beside: median(&mut beside),
            pairs: alone.len(),
        };
        rounds -= 1;
        if rounds == 0 || latencies.check(floor).is_ok() {
            return Ok(latencies);
        }
    }
}

/// Measures the other client once alone and once beside `attack`.
fn measure_pair(
    run: &mut Run,
    name: &str,
    attack: Attack,
    target: &mut Target,
    alone: &mut Vec<Duration>,
    beside: &mut Vec<Duration>,
) -> Result<()> {
    let requests = run.amount(REQUESTS[0], REQUESTS[1]);
    alone.push(Bystander::start(&target.bootstrap, requests)?.p99()?);
    let bystander = Bystander::start(&target.bootstrap, requests)?;
    run.check(name, repeat(attack, target, &bystander));
    let mut served = bystander.p99();
    if !target.held.is_empty() {
        // Once more beside what stays: neither is to hide the other.
        let stays = Bystander::start(&target.bootstrap, requests * STAYING)?.p99();
        served = served.and_then(|served| Ok(served.max(stays?)));
        target.held.clear();
    }
    beside.extend(run.attempt(format_args!("{name}: other client"), served));
    Ok(())
}

/// Attacks until the other client has made its requests.
fn repeat(attack: Attack, target: &mut Target, bystander: &Bystander) -> Result<()> {
    from_elsewhere(|| {
        loop {
            attack(target)?;
            if bystander.is_done() {
                return Ok(());
            }
        }
    })
}

/// Runs an attack in threads that get what nobody else wants of the processors: attackers sit on
/// machines of their own, and what they compute must not count against the broker.
fn from_elsewhere(attack: impl FnOnce() -> Result<()> + Send) -> Result<()> {
    let attack = || {
        // A low priority is not enough: it still keeps a processor for a time slice.
        let thread = rustix::thread::gettid().to_string();
        let idle = Cmd::new("chrt").args(["--idle", "--pid", "0", &thread]);
        idle.output().context("the attack's scheduling")?;
        attack()
    };
    std::thread::scope(|scope| scope.spawn(attack).join())
        .map_err(|_| anyhow!("the attack panicked"))?
}

/// The one in the middle; zero if there is none.
fn median(latencies: &mut [Duration]) -> Duration {
    latencies.sort_unstable();
    latencies
        .get(latencies.len() / 2)
        .copied()
        .unwrap_or_default()
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn check_peak(peak: u64) -> Result<()> {
    let most = MEMORY_BYTES + MEMORY_SLACK_BYTES;
    ensure!(
        peak <= most,
        "peak of {} MiB, {} at most",
        peak >> 20,
        most >> 20
    );
    Ok(())
}

/// Makes the kernel forget the peak of resident memory, so that each attack has its own.
fn reset_peak(broker: &mut Broker) -> Result<()> {
    let path = format!("/proc/{}/clear_refs", broker.process().pid());
    std::fs::write(path, "5").context("failed to reset the peak of resident memory")
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

/// What a broker holds of the machine.
#[derive(Debug, Clone, Copy)]
struct Resources {
    files: u64,
    threads: u64,
    tasks: u64,
}

impl Resources {
    fn of(broker: &mut Broker) -> Result<Self> {
        let tasks = metric_sum(&broker.metrics()?, "strandline_process_tasks", &[]);
        ensure!(tasks > 0.0, "no count of tasks");
        let process = broker.process();
        Ok(Self {
            files: process.open_files()? as u64,
            threads: threads(process.pid())?,
            tasks: tasks as u64,
        })
    }

    /// Waits until files and threads are where they were; connections close within seconds.
    fn wait_until_back(&self, broker: &mut Broker) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let now = Self::of(broker)?;
            // The journal opens files of its own while it grows; a lost connection in every
            // attack would be far more than that.
            let is_back = now.files <= self.files + 16
                && now.threads <= self.threads + 8
                && now.tasks <= self.tasks + 8;
            if is_back {
                return Ok(());
            }
            ensure!(Instant::now() < deadline, "{now:?}, before {self:?}");
            // Asking is cheap, and nothing announces the moment.
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn threads(pid: u32) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("Threads:"));
    Ok(line.context("no thread count")?.trim().parse()?)
}
