//! `strandline produce`: lines of standard input become records.

use std::io::{BufRead as _, BufReader};

use anyhow::{Context as _, Result, ensure};
use strandline_client::{Client, ClientOptions};
use strandline_protocol::clock::{Clock as _, SystemClock};
use strandline_protocol::compression::Codec;
use strandline_protocol::record_batch::RecordBatchBuilder;

use super::answer::check_partition;
use super::arguments::Produce;
use super::output::{bootstrap_option, note};

/// A batch is sent when it has this many bytes.
const BATCH_BYTES: usize = 64 << 10;

/// Bytes of input that are read at once; at least as many as the standard library buffers itself.
const INPUT_BYTES: usize = 256 << 10;

/// Longest line that is read.
const LINE_BYTES_MAX: usize = 1 << 20;

pub(super) async fn run(arguments: Produce) -> Result<()> {
    let bootstrap = &arguments.bootstrap.bootstrap;
    let client = Client::connect(bootstrap, ClientOptions::default()).await?;
    let topic = &arguments.topic;
    let partitions = client.partitions(topic).await.with_context(|| {
        format!(
            "cannot write to `{topic}`; create it with: strandline topic{} create {topic}",
            bootstrap_option(bootstrap)
        )
    })?;
    if let Some(partition) = arguments.partition {
        check_partition(topic, &partitions, partition)?;
    }
    let mut batches = Batches::new(&client, topic, partitions);
    let mut turn = 0;
    let mut sent = 0_u64;
    let mut input = BufReader::with_capacity(INPUT_BYTES, std::io::stdin().lock());
    let mut text = Vec::new();
    let clock = SystemClock::default();
    loop {
        // The next read may wait for a person to type: what is there goes out first.
        if !input.buffer().contains(&b'\n') && batches.send_all().await? {
            turn += 1;
        }
        text.clear();
        let read = input.read_until(b'\n', &mut text)?;
        if read == 0 {
            break;
        }
        ensure!(
            read <= LINE_BYTES_MAX,
            "a line is longer than {LINE_BYTES_MAX} bytes"
        );
        let (key, value) = split(&text, arguments.key_separator.as_deref())?;
        let index = match (arguments.partition, key) {
            (Some(partition), _) => batches.index(partition),
            (None, Some(key)) => by_key(key, batches.count()),
            (None, None) => turn % batches.count(),
        };
        let batch = &mut batches.open[index];
        batch.append(clock.unix_millis(), key, Some(value), &[])?;
        sent += 1;
        if batch.len() >= BATCH_BYTES {
            batches.send(index).await?;
            turn += 1;
        }
    }
    batches.send_all().await?;
    note(format!("{sent} records are durable in {topic}"));
    Ok(())
}

/// A batch of each partition that is being filled.
struct Batches<'a> {
    client: &'a Client,
    topic: &'a str,
    partitions: Vec<i32>,
    open: Vec<RecordBatchBuilder>,
}

impl<'a> Batches<'a> {
    fn new(client: &'a Client, topic: &'a str, partitions: Vec<i32>) -> Self {
        let open = partitions.iter().map(|_| empty()).collect();
        Self {
            client,
            topic,
            partitions,
            open,
        }
    }

    fn count(&self) -> usize {
        self.partitions.len()
    }

    fn index(&self, partition: i32) -> usize {
        let at = self.partitions.iter().position(|one| *one == partition);
        at.unwrap_or_default()
    }

    async fn send(&mut self, index: usize) -> Result<()> {
        let full = std::mem::replace(&mut self.open[index], empty());
        self.client
            .produce(self.topic, self.partitions[index], full.build()?)
            .await?;
        Ok(())
    }

    /// Sends what is there; says whether there was anything.
    async fn send_all(&mut self) -> Result<bool> {
        let mut any = false;
        for index in 0..self.open.len() {
            if !self.open[index].is_empty() {
                self.send(index).await?;
                any = true;
            }
        }
        Ok(any)
    }
}

fn empty() -> RecordBatchBuilder {
    RecordBatchBuilder::new(Codec::None)
}

fn split<'a>(line: &'a [u8], separator: Option<&str>) -> Result<(Option<&'a [u8]>, &'a [u8])> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let Some(separator) = separator
        .map(str::as_bytes)
        .filter(|bytes| !bytes.is_empty())
    else {
        return Ok((None, line));
    };
    let at = line
        .windows(separator.len())
        .position(|window| window == separator)
        .with_context(|| format!("no separator in line `{}`", String::from_utf8_lossy(line)))?;
    Ok((Some(&line[..at]), &line[at + separator.len()..]))
}

/// The partition that Kafka's default partitioner takes for a key: murmur2 with its seed.
fn by_key(key: &[u8], partitions: usize) -> usize {
    const M: u32 = 0x5bd1_e995;
    let length = u32::try_from(key.len()).unwrap_or(u32::MAX);
    let mut hash = 0x9747_b28c ^ length;
    let mut chunks = key.chunks_exact(4);
    for chunk in &mut chunks {
        let mut k = u32::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]);
        k = k.wrapping_mul(M);
        k ^= k >> 24;
        k = k.wrapping_mul(M);
        hash = hash.wrapping_mul(M) ^ k;
    }
    let rest = chunks.remainder();
    if !rest.is_empty() {
        for (index, byte) in rest.iter().enumerate() {
            hash ^= u32::from(*byte) << (8 * index);
        }
        hash = hash.wrapping_mul(M);
    }
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(M);
    hash ^= hash >> 15;
    (hash & 0x7fff_ffff) as usize % partitions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_go_where_kafka_puts_them() {
        // Values of org.apache.kafka.common.utils.Utils.murmur2, as its unit test lists them.
        let expected: [(&[u8], i32); 6] = [
            (b"21", -973_932_308),
            (b"foobar", -790_332_482),
            (b"a-little-bit-long-string", -985_981_536),
            (b"a-little-bit-longer-string", -1_486_304_829),
            (
                b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8",
                -58_897_971,
            ),
            (b"abc", 479_470_107),
        ];
        for (key, hash) in expected {
            let positive = (hash & 0x7fff_ffff).cast_unsigned() as usize;
            assert_eq!(by_key(key, usize::MAX), positive);
        }
    }

    #[test]
    fn line_is_split_at_the_first_separator() {
        assert_eq!(
            split(b"k:v:w\r\n", Some(":")).unwrap(),
            (Some(&b"k"[..]), &b"v:w"[..])
        );
        assert_eq!(split(b"plain\n", None).unwrap(), (None, &b"plain"[..]));
        assert!(split(b"plain\n", Some(":")).is_err());
    }
}
