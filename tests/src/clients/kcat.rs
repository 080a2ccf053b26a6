//! kcat, which is a program already: its options and its JSON instead of a program of ours.

use anyhow::{Context, Result};
use serde::Deserialize;

use super::record::{Header, Written, expected};
use super::{From, Reading, Span, TIMEOUT, Topic};
use crate::command::Cmd;

/// One record as `kcat -J` prints it; headers are keys and values by turns.
#[derive(Debug, Deserialize)]
struct Printed {
    partition: i32,
    offset: i64,
    ts: i64,
    #[serde(default)]
    headers: Vec<Option<String>>,
    key: Option<String>,
    payload: Option<String>,
}

pub(super) fn produce(
    program: Cmd,
    to: &Topic,
    producer: &str,
    span: Span,
    codecs: &[&str],
) -> Result<()> {
    let mut program = Some(program);
    for (codec, part) in codecs.iter().zip(span.parts(codecs.len())) {
        let mut input = Vec::new();
        for sequence in part.first..part.first + part.count {
            let record = expected(&Written {
                producer: producer.to_owned(),
                sequence,
            });
            input.extend(record.key.unwrap_or_default());
            input.push(b'\t');
            input.extend(record.value.context("kcat's records have values")?);
            input.push(b'\n');
        }
        let kcat = match program.take() {
            Some(kcat) => kcat,
            None => Cmd::new(crate::tools::kcat()?),
        };
        kcat.args([
            "-P",
            "-b",
            &to.bootstrap,
            "-t",
            &to.name,
            "-z",
            codec,
            "-K",
            "\t",
            "-Z",
        ])
        .args(["-H", "dup=a", "-H", "dup=b", "-X", "client.id=kcat"])
        .args(["-X", "enable.idempotence=true", "-X", "linger.ms=5"])
        .input(input)
        .timeout(TIMEOUT)
        .output()?;
    }
    Ok(())
}

pub(super) fn read(program: Cmd, topic: &Topic, from: From) -> Result<Vec<Reading>> {
    let from = match from {
        From::Earliest => "beginning".to_owned(),
        From::Offset(offset) => offset.to_string(),
        From::Time(millis) => format!("s@{millis}"),
    };
    let lines = program
        .args([
            "-C",
            "-b",
            &topic.bootstrap,
            "-t",
            &topic.name,
            "-o",
            &from,
            "-e",
            "-q",
            "-J",
        ])
        .args(["-X", "client.id=kcat", "-X", "fetch.wait.max.ms=100"])
        .timeout(TIMEOUT)
        .output()?;
    lines.lines().map(parse).collect()
}

pub(super) fn join(program: Cmd, topic: &Topic, group: &str) -> Cmd {
    program
        .args([
            "-b",
            &topic.bootstrap,
            "-q",
            "-J",
            "-u",
            "-X",
            "client.id=kcat",
        ])
        .args([
            "-X",
            "auto.offset.reset=earliest",
            "-X",
            "fetch.wait.max.ms=100",
        ])
        .args(["-G", group, &topic.name])
}

/// Reads one line of `kcat -J`.
pub(super) fn parse(line: &str) -> Result<Reading> {
    let printed: Printed = serde_json::from_str(line).with_context(|| line.to_owned())?;
    let bytes = |text: Option<String>| text.map(String::into_bytes);
    let pairs = printed.headers.chunks(2);
    let headers = pairs.map(|pair| -> Header {
        let key = pair[0].clone().unwrap_or_default().into_bytes();
        (key, pair.get(1).cloned().flatten().map(String::into_bytes))
    });
    Ok(Reading {
        partition: printed.partition,
        offset: printed.offset,
        timestamp: printed.ts,
        headers: headers.collect(),
        key: bytes(printed.key),
        value: bytes(printed.payload),
    })
}
