//! SIGKILLs at random instants under Java and librdkafka, idempotent and with five requests in
//! flight, while a consumer stays attached.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rand::Rng;

use crate::broker::BrokerOptions;
use crate::clients::{Client, From, History, Reading, Topic, Written};
use crate::suite::Run;
use crate::suites::server::Server;
use crate::wire::Wire;

/// Records a second of each producer.
const RATE: u32 = 500;

/// Longest wait for producers to be acknowledged after the last restart.
const SETTLE_TIMEOUT: Duration = Duration::from_secs(120);

/// A restart within this time after the SIGKILL is a quick one; half of them have to be.
const QUICK: Duration = Duration::from_millis(300);

/// Acknowledgements of one producer: sequence, partition, offset.
type Acked = Vec<(u64, i32, i64)>;

pub(super) fn run(run: &mut Run) -> Result<()> {
    let mut server = Server::start_with(run, "storm", BrokerOptions::allow_warnings)?;
    let topic = Topic {
        bootstrap: server.bootstrap(),
        name: "storm".to_owned(),
    };
    Wire::connect(&topic.bootstrap)?.create_topic(&topic.name, 6, &[("retention.ms", "-1")])?;
    let consumer = Client::Java.join(&topic, "storm")?;
    let producers = [
        Client::Java.produce_until_told(&topic, "java", RATE)?,
        Client::Confluent.produce_until_told(&topic, "confluent-kafka", RATE)?,
    ];
    for producer in &producers {
        producer.wait_for(10, SETTLE_TIMEOUT)?;
    }
    consumer.wait_for(10, SETTLE_TIMEOUT)?;
    kill_and_start(run, &mut server)?;
    let mut acknowledged = Vec::new();
    for producer in producers {
        let name = producer.producer().to_owned();
        let settled = producer.wait_for(producer.count() + 100, SETTLE_TIMEOUT);
        run.check(format_args!("{name} goes on"), settled);
        if let Some(acks) = run.attempt(format_args!("{name}: no fatal error"), producer.end()) {
            run.note(format_args!("{name}: {} records acknowledged", acks.len()));
            acknowledged.push((name, acks));
        }
    }
    let total: usize = acknowledged.iter().map(|(_, acks)| acks.len()).sum();
    run.check(
        "the consumer gets everything",
        consumer.wait_for(total, SETTLE_TIMEOUT),
    );
    let consumed = run.attempt("the consumer: no fatal error", consumer.leave());
    judge(run, &topic, &acknowledged, &consumed.unwrap_or_default())?;
    server.finish(run);
    Ok(())
}

/// SIGKILLs at random instants, each followed by a start.
fn kill_and_start(run: &Run, server: &mut Server) -> Result<()> {
    let kills = run.amount(10, 200);
    let mut rng = run.rng(1);
    let (mut quick, mut slowest) = (0, Duration::ZERO);
    for kill in 0..kills {
        pause(rng.random_range(20..3_000));
        let killed = Instant::now();
        server.kill()?;
        // Most of them come back at once, so that clients meet a broker that just started.
        pause(if kill % 3 != 2 {
            0
        } else {
            rng.random_range(300..3_000)
        });
        let started = Instant::now();
        quick += u32::from(started - killed <= QUICK);
        server
            .start_again()
            .with_context(|| format!("after SIGKILL {kill}"))?;
        slowest = slowest.max(started.elapsed());
    }
    run.note(format_args!(
        "{kills} SIGKILLs, {quick} of them with a restart within {QUICK:?}, slowest start {:.0} ms",
        slowest.as_secs_f64() * 1e3
    ));
    ensure!(quick >= kills / 2, "only {quick} restarts were quick");
    Ok(())
}

/// Reads everything once more and compares it with what was acknowledged and consumed.
fn judge(
    run: &mut Run,
    topic: &Topic,
    acknowledged: &[(String, Acked)],
    consumed: &[Reading],
) -> Result<()> {
    let readings = Client::Confluent.read(topic, From::Earliest)?;
    let history = run.attempt(
        "every record is what it must be",
        History::from_readings(&readings),
    );
    let Some(mut history) = history else {
        return Ok(());
    };
    for (name, acks) in acknowledged {
        run.check(
            format_args!("{name}: all acknowledged"),
            check_acks(&history, name, acks),
        );
        let count = acks.len() as u64;
        run.check(
            format_args!("{name}: once, in order"),
            history.check_producer(name, count),
        );
    }
    run.check(
        "the consumer saw the same",
        check_consumed(&mut history, consumed),
    );
    Ok(())
}

/// Lets time pass: the faults come at random instants.
fn pause(millis: u64) {
    std::thread::sleep(Duration::from_millis(millis));
}

/// Every acknowledgement names the place where the record is.
fn check_acks(history: &History, producer: &str, acks: &[(u64, i32, i64)]) -> Result<()> {
    for (sequence, partition, offset) in acks {
        let wanted = Written {
            producer: producer.to_owned(),
            sequence: *sequence,
        };
        let found = history.at(*partition, *offset);
        ensure!(
            found == Some(&wanted),
            "{producer}/{sequence} was acknowledged at {partition}:{offset}, there is {found:?}"
        );
    }
    Ok(())
}

/// The consumer saw every offset, and each with the content it has now. It may have seen one twice:
/// it went back to its committed offsets when the broker died.
fn check_consumed(history: &mut History, consumed: &[Reading]) -> Result<()> {
    let total = history.len();
    let mut seen = HashSet::new();
    for reading in consumed {
        history.add(reading)?;
        seen.insert((reading.partition, reading.offset));
    }
    ensure!(
        history.len() == total,
        "it saw {} offsets that are gone",
        history.len() - total
    );
    ensure!(
        seen.len() == total,
        "it saw {} of {total} offsets",
        seen.len()
    );
    Ok(())
}
