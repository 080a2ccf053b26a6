//! How fast another client is served beside an attack, against how fast alone.

use std::fmt;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};

use super::bystander::Bystander;
use super::{Attack, Target};
use crate::command::Cmd;
use crate::suite::Run;

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
const FLOORS: [Duration; 2] = [Duration::from_millis(10), Duration::from_millis(1)];

/// 99th percentiles of the other client.
pub(super) struct Latencies {
    alone: Duration,
    beside: Duration,
    /// What is below is not compared.
    floor: Duration,
    pairs: usize,
}

impl Latencies {
    /// Whether they are at most doubled.
    pub(super) fn check(&self) -> Result<()> {
        let most = (self.alone * 2).max(self.floor);
        ensure!(
            self.beside <= most,
            "p99 {:.2} ms, {:.2} at most",
            millis(self.beside),
            millis(most)
        );
        Ok(())
    }

    /// Measures the other client alone, when `settle` has waited for the broker to be rid of attacks,
    /// and beside `attack`, by turns.
    pub(super) fn measure(
        run: &mut Run,
        name: &str,
        attack: Attack,
        target: &mut Target,
        settle: &mut impl FnMut() -> Result<()>,
    ) -> Result<Self> {
        let (mut alone, mut beside) = (Vec::new(), Vec::new());
        let mut rounds = ROUNDS;
        loop {
            for _ in 0..run.amount(PAIRS[0], PAIRS[1]) {
                // What an attack left behind is not to slow the client that is alone.
                settle()?;
                measure_pair(run, name, attack, target, &mut alone, &mut beside)?;
            }
            let latencies = Self {
                alone: median(&mut alone),
                beside: median(&mut beside),
                floor: run.amount(FLOORS[0], FLOORS[1]),
                pairs: alone.len(),
            };
            rounds -= 1;
            if rounds == 0 || latencies.check().is_ok() {
                return Ok(latencies);
            }
        }
    }
}

impl fmt::Display for Latencies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (beside, alone) = (millis(self.beside), millis(self.alone));
        let pairs = self.pairs;
        write!(
            f,
            "other client p99 {beside:>6.2} ms, alone {alone:.2}, pairs {pairs}"
        )
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
