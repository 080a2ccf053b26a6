//! Every client writes, every client reads all of it: from the beginning, an offset, a time.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};

use crate::clients::{CODECS, Client, From, History, Reading, Span, Topic, console};
use crate::parallel;
use crate::suite::Run;
use crate::wire::{Wire, batches};

const TOPIC: &str = "matrix";
const PARTITIONS: i32 = 6;

/// Records carry times of 2023: they must not fall to retention while they are read.
const CONFIGS: [(&str, &str); 1] = [("retention.ms", "-1")];

pub(super) fn run(run: &mut Run, bootstrap: &str) -> Result<()> {
    let count = run.amount(10_000, 100_000);
    let mut wire = Wire::connect(bootstrap)?;
    wire.create_topic(TOPIC, PARTITIONS, &CONFIGS)?;
    let topic = Topic {
        bootstrap: bootstrap.to_owned(),
        name: TOPIC.to_owned(),
    };
    let mut ends = vec![0; usize::try_from(PARTITIONS)?];
    let span = Span { first: 0, count };
    let mut writers = Vec::new();
    for party in parties() {
        let name = name(party);
        let wrote = match party {
            Some(client) => client.produce(&topic, name, span, &CODECS),
            None => console::produce(&topic, span, &CODECS),
        };
        if run.check(format_args!("{name} writes"), wrote) {
            writers.push(name);
        }
        let seen = codecs_on_the_wire(&mut wire, &mut ends)?;
        run.note(format_args!(
            "{name:<16} codecs on the wire: {}",
            seen.join(" ")
        ));
        run.check(format_args!("{name}: codecs"), check_codecs(&seen));
    }
    let total = count * writers.len() as u64;
    let parties: Vec<_> = parties().collect();
    let readings = parallel::map(&parties, 2, |party| match party {
        Some(client) => client.read(&topic, From::Earliest),
        None => console::read(&topic, total),
    });
    let mut reference = None;
    for (party, reading) in parties.into_iter().zip(readings) {
        let reader = name(party);
        let read = reading.and_then(|readings| History::from_readings(&readings));
        let Some(history) = run.attempt(format_args!("{reader} reads"), read) else {
            continue;
        };
        run.check(
            format_args!("{reader}: no holes"),
            history.check_contiguous(),
        );
        let mut row = format!("{reader:<16} reads");
        for writer in &writers {
            let name = format!("{reader} reads {writer}");
            let ok = run.check(name, history.check_producer(writer, count));
            row.push_str(&format!(" {writer}:{}", if ok { "ok" } else { "FAILED" }));
        }
        run.note(row);
        reference.get_or_insert(history);
    }
    let Some(reference) = reference else {
        return Ok(());
    };
    places(run, &topic, &reference, count)
}

/// Who writes and reads: every client library, and `None` for Kafka's console tools.
fn parties() -> impl Iterator<Item = Option<Client>> {
    Client::ALL.into_iter().map(Some).chain([None])
}

fn name(party: Option<Client>) -> &'static str {
    party.map_or(console::NAME, Client::name)
}

/// Reading from an offset and from a time gives exactly the records from there on.
fn places(run: &mut Run, topic: &Topic, reference: &History, count: u64) -> Result<()> {
    let offset = i64::try_from(count)? / 2;
    let millis = 1_700_000_000_000 + i64::try_from(count)? * 900;
    let places = [
        (
            "an offset",
            From::Offset(offset),
            reference.read_from_offset(offset),
        ),
        (
            "a time",
            From::Time(millis),
            reference.read_from_time(millis),
        ),
    ];
    for (what, from, wanted) in places {
        let wanted: BTreeSet<(i32, i64)> = wanted.into_iter().collect();
        ensure!(!wanted.is_empty(), "nothing to read from {what}");
        let readings = parallel::map(&Client::ALL, 2, |client| client.read(topic, from));
        for (reader, reading) in Client::ALL.into_iter().zip(readings) {
            let outcome = reading.and_then(|readings| same(&readings, &wanted));
            run.check(format_args!("{} reads from {what}", reader.name()), outcome);
        }
    }
    Ok(())
}

fn same(readings: &[Reading], wanted: &BTreeSet<(i32, i64)>) -> Result<()> {
    let read: BTreeSet<(i32, i64)> = readings.iter().map(|r| (r.partition, r.offset)).collect();
    ensure!(
        read.len() == readings.len(),
        "{} records twice",
        readings.len() - read.len()
    );
    let missing: Vec<_> = wanted.difference(&read).take(3).collect();
    let surplus: Vec<_> = read.difference(wanted).take(3).collect();
    ensure!(
        missing.is_empty() && surplus.is_empty(),
        "missing {missing:?}, surplus {surplus:?}"
    );
    Ok(())
}

/// Names of the codecs of all batches since the last call.
fn codecs_on_the_wire(wire: &mut Wire, ends: &mut [i64]) -> Result<Vec<&'static str>> {
    let mut seen = BTreeSet::new();
    for (partition, end) in (0..).zip(ends.iter_mut()) {
        loop {
            let fetched = wire.fetch(TOPIC, partition, *end, 1 << 20)?;
            ensure!(
                fetched.error == 0,
                "fetch of partition {partition}: error {}",
                fetched.error
            );
            let found = batches(&fetched.records);
            let Some(last) = found.last() else {
                break;
            };
            seen.extend(found.iter().map(|batch| batch.attributes & 7));
            *end = last.end_offset();
        }
    }
    let name = |code: i16| {
        usize::try_from(code)
            .ok()
            .and_then(|at| CODECS.get(at))
            .copied()
    };
    Ok(seen
        .into_iter()
        .map(|code| name(code).unwrap_or("unknown"))
        .collect())
}

/// Every codec was asked for, so every codec must be there.
fn check_codecs(seen: &[&str]) -> Result<()> {
    ensure!(seen == CODECS, "asked for {CODECS:?}, on the wire {seen:?}");
    Ok(())
}
