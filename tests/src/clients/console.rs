//! Kafka's console producer and consumer, with their own formats instead of those of `SPEC.md`.

use anyhow::{Context, Result, bail};

use super::record::{Header, Written, expected};
use super::{Reading, Span, TIMEOUT, Topic};
use crate::apache_kafka::tool;
use crate::command::Cmd;

/// The name of what the console producer writes.
pub const NAME: &str = "console";

/// What both print and take for a null.
const NULL: &str = "null";

fn console(main_class: &str, topic: &Topic) -> Result<Cmd> {
    Ok(tool(&format!("org.apache.kafka.tools.{main_class}"))?
        .args(["--bootstrap-server", &topic.bootstrap])
        .args(["--topic", &topic.name])
        .timeout(TIMEOUT))
}

/// Writes the records of producer [`NAME`], in equal parts with each codec.
///
/// # Errors
/// When the tool fails.
pub fn produce(to: &Topic, span: Span, codecs: &[&str]) -> Result<()> {
    for (codec, part) in codecs.iter().zip(span.parts(codecs.len())) {
        let mut input = Vec::new();
        for sequence in part.first..part.first + part.count {
            let record = expected(&Written {
                producer: NAME.to_owned(),
                sequence,
            });
            input.extend(b"dup:a,dup:b\t");
            input.extend(record.key.unwrap_or_else(|| NULL.as_bytes().to_vec()));
            input.push(b'\t');
            input.extend(record.value.context("the console's records have values")?);
            input.push(b'\n');
        }
        console("ConsoleProducer", to)?
            .args(["--reader-property", "parse.key=true"])
            .args(["--reader-property", "parse.headers=true"])
            .args(["--reader-property", &format!("null.marker={NULL}")])
            .args(["--compression-codec", codec])
            .input(input)
            .output()?;
    }
    Ok(())
}

/// Reads the first `count` records of a topic.
///
/// # Errors
/// When the tool fails, or prints what is no record.
pub fn read(topic: &Topic, count: u64) -> Result<Vec<Reading>> {
    let mut command = console("consumer.ConsoleConsumer", topic)?
        .args(["--from-beginning", "--timeout-ms", "60000"])
        .args(["--max-messages".to_owned(), count.to_string()]);
    for field in ["timestamp", "partition", "offset", "headers", "key"] {
        command = command.args(["--formatter-property", &format!("print.{field}=true")]);
    }
    let lines = command.output()?;
    lines.lines().map(parse).collect()
}

/// Reads one line: `CreateTime:T`, `Partition:P`, `Offset:O`, headers, key and value.
fn parse(line: &str) -> Result<Reading> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [timestamp, partition, offset, headers, key, value] = fields[..] else {
        bail!("not the six fields of a record: `{line}`");
    };
    let nullable = |text: &str| (text != NULL).then(|| text.as_bytes().to_vec());
    let pairs = headers.split(',').filter(|_| headers != "NO_HEADERS");
    let headers = pairs.map(|pair| {
        let (key, value) = pair.split_once(':').context("a header without `:`")?;
        Ok((key.as_bytes().to_vec(), nullable(value)))
    });
    let number = |text: &str, name: &str| {
        let digits = text
            .strip_prefix(name)
            .context("a field without its name")?;
        anyhow::Ok(digits.parse::<i64>()?)
    };
    Ok(Reading {
        partition: i32::try_from(number(partition, "Partition:")?)?,
        offset: number(offset, "Offset:")?,
        timestamp: number(timestamp, "CreateTime:")?,
        key: nullable(key),
        value: nullable(value),
        headers: headers.collect::<Result<Vec<Header>>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_keeps_null_and_empty_apart() {
        let line = "CreateTime:7\tPartition:1\tOffset:2\tid:a/1,:x,null:null,empty:\tnull\ta/1|b";
        let reading = parse(line).unwrap();
        assert_eq!(
            (reading.timestamp, reading.partition, reading.offset),
            (7, 1, 2)
        );
        assert_eq!(
            (reading.key, reading.value),
            (None, Some(b"a/1|b".to_vec()))
        );
        let wanted: [(&[u8], Option<&[u8]>); 4] = [
            (b"id", Some(b"a/1")),
            (b"", Some(b"x")),
            (b"null", None),
            (b"empty", Some(b"")),
        ];
        let owned = wanted.map(|(key, value)| (key.to_vec(), value.map(<[u8]>::to_vec)));
        assert_eq!(reading.headers, owned);
    }
}
