//! Connections in numbers, and connections that do not read.

use std::io::Read;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::{TOPIC, Target};
use crate::batch::batch;
use crate::wire::{Body, api, fetch_body};

/// Longest wait of a reader behind those that do not read.
const READER_PATIENCE: Duration = Duration::from_secs(15);

/// 5,000 connections that say nothing, or one thing and then nothing. They come once, and stay.
pub(super) fn idle(target: &mut Target) -> Result<()> {
    if !target.held.is_empty() {
        std::thread::sleep(Duration::from_millis(10));
        return target.connect()?.list_offset(TOPIC, 0, -1).map(drop);
    }
    let mut held = Vec::new();
    for at in 0..5_000 {
        let mut wire = target.connect().context("an idle connection")?;
        if at % 2 == 1 {
            let mut answer = wire.call(api::API_VERSIONS, 0, &Body::new())?;
            ensure!(answer.i16()? == 0, "ApiVersions fails at connection {at}");
        }
        held.push(wire);
    }
    target.connect()?.list_offset(TOPIC, 0, -1)?;
    target.held = held;
    Ok(())
}

/// Requests without end on connections that never read an answer. The broker must stop reading.
pub(super) fn pipelining(target: &mut Target) -> Result<()> {
    let mut held = Vec::new();
    for _ in 0..target.amount(10, 50) {
        let mut wire = target.connect()?;
        wire.stream()
            .set_write_timeout(Some(Duration::from_millis(500)))?;
        for _ in 0..20_000 {
            if wire.send(api::METADATA, 1, &Body::new().i32(-1)).is_err() {
                break;
            }
        }
        held.push(wire);
    }
    target.connect()?.list_offset(TOPIC, 0, -1)?;
    target.held = held;
    Ok(())
}

/// Connections that ask for much and read nothing of it.
pub(super) fn slow_reader(target: &mut Target) -> Result<()> {
    let mut wire = target.connect()?;
    if wire.list_offset(TOPIC, 2, -1)? == 0 {
        for at in 0..target.amount(64, 256) {
            let (error, _) = wire.produce(TOPIC, 2, &batch(64, 14 << 10, at))?;
            ensure!(error == 0, "produce: error {error}");
        }
    }
    let mut held = Vec::new();
    for _ in 0..target.amount(50, 300) {
        let mut wire = target.connect()?;
        for _ in 0..4 {
            wire.send(api::FETCH, 4, &fetch_body(TOPIC, 2, 0, 50 << 20))?;
        }
        held.push(wire);
    }
    // Somebody who reads gets everything; a consumer asks again when it is given nothing.
    let mut reader = target.connect()?;
    let begun = Instant::now();
    loop {
        let fetched = reader.fetch(TOPIC, 2, 0, 1 << 20)?;
        ensure!(fetched.error == 0, "error {}", fetched.error);
        if !fetched.records.is_empty() {
            break;
        }
        ensure!(begun.elapsed() < READER_PATIENCE, "nothing to read");
    }
    // Some of them read a byte now and then, those that were not closed meanwhile.
    for _ in 0..target.amount(5, 30) {
        for wire in held.iter().step_by(10) {
            let _ = wire
                .stream()
                .set_read_timeout(Some(Duration::from_millis(1)));
            let _ = wire.stream().read(&mut [0]);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    target.held = held;
    Ok(())
}

pub(super) fn churn(target: &mut Target) -> Result<()> {
    for at in 0..target.amount(1_000, 20_000) {
        let mut wire = target.connect()?;
        if at % 3 == 0 {
            wire.send(api::METADATA, 1, &Body::new().i32(-1))?;
        }
    }
    Ok(())
}
