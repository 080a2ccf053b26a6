//! Kafka's protocol by hand: frames built byte by byte, without the codec of the broker, so that a
//! mistake in the one is not hidden by the same mistake in the other.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

/// API keys used here.
pub mod api {
    /// Produce.
    pub const PRODUCE: i16 = 0;
    /// Fetch.
    pub const FETCH: i16 = 1;
    /// ListOffsets.
    pub const LIST_OFFSETS: i16 = 2;
    /// Metadata.
    pub const METADATA: i16 = 3;
    /// ApiVersions.
    pub const API_VERSIONS: i16 = 18;
    /// CreateTopics.
    pub const CREATE_TOPICS: i16 = 19;
    /// OffsetFetch.
    pub const OFFSET_FETCH: i16 = 9;
    /// DescribeGroups.
    pub const DESCRIBE_GROUPS: i16 = 15;
    /// DeleteTopics.
    pub const DELETE_TOPICS: i16 = 20;
    /// DeleteRecords.
    pub const DELETE_RECORDS: i16 = 21;
    /// DescribeConfigs.
    pub const DESCRIBE_CONFIGS: i16 = 32;
}

/// Longest wait for an answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// Bytes of one system call, for the kernel copies them all before another thread may run.
const PIECE_BYTES: usize = 64 << 10;

/// A request body, or part of one, in the old (not flexible) encoding.
#[derive(Debug, Default, Clone)]
pub struct Body(pub Vec<u8>);

impl Body {
    /// An empty body.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends raw bytes.
    #[must_use]
    pub fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// Appends an int8.
    #[must_use]
    pub fn i8(self, value: i8) -> Self {
        self.raw(&value.to_be_bytes())
    }

    /// Appends an int16.
    #[must_use]
    pub fn i16(self, value: i16) -> Self {
        self.raw(&value.to_be_bytes())
    }

    /// Appends an int32.
    #[must_use]
    pub fn i32(self, value: i32) -> Self {
        self.raw(&value.to_be_bytes())
    }

    /// Appends an int64.
    #[must_use]
    pub fn i64(self, value: i64) -> Self {
        self.raw(&value.to_be_bytes())
    }

    /// Appends a string.
    #[must_use]
    pub fn string(self, text: &str) -> Self {
        let length = i16::try_from(text.len()).expect("a short string");
        self.i16(length).raw(text.as_bytes())
    }

    /// Appends bytes with their length.
    #[must_use]
    pub fn bytes(self, bytes: &[u8]) -> Self {
        self.i32(i32::try_from(bytes.len()).expect("below 2 GiB"))
            .raw(bytes)
    }
}

/// A cursor over an answer in the old encoding.
#[derive(Debug)]
pub struct Answer {
    bytes: Vec<u8>,
    at: usize,
}

impl Answer {
    fn take(&mut self, length: usize) -> Result<&[u8]> {
        let end = self
            .at
            .checked_add(length)
            .context("a length out of range")?;
        let taken = self
            .bytes
            .get(self.at..end)
            .context("the answer is too short")?;
        self.at = end;
        Ok(taken)
    }

    /// Reads an int16.
    ///
    /// # Errors
    /// When the answer ends.
    pub fn i16(&mut self) -> Result<i16> {
        Ok(i16::from_be_bytes(self.take(2)?.try_into()?))
    }

    /// Reads an int32.
    ///
    /// # Errors
    /// When the answer ends.
    pub fn i32(&mut self) -> Result<i32> {
        Ok(i32::from_be_bytes(self.take(4)?.try_into()?))
    }

    /// Reads an int64.
    ///
    /// # Errors
    /// When the answer ends.
    pub fn i64(&mut self) -> Result<i64> {
        Ok(i64::from_be_bytes(self.take(8)?.try_into()?))
    }

    /// Reads a string; a null is empty.
    ///
    /// # Errors
    /// When the answer ends.
    pub fn string(&mut self) -> Result<String> {
        let length = usize::try_from(self.i16()?).unwrap_or(0);
        Ok(String::from_utf8(self.take(length)?.to_vec())?)
    }

    /// Reads bytes; a null is empty.
    ///
    /// # Errors
    /// When the answer ends.
    pub fn bytes(&mut self) -> Result<Vec<u8>> {
        let length = usize::try_from(self.i32()?).unwrap_or(0);
        Ok(self.take(length)?.to_vec())
    }
}

/// A connection.
#[derive(Debug)]
pub struct Wire {
    stream: TcpStream,
    correlation_id: i32,
    gives_way: bool,
}

/// What a fetch of one partition gave.
#[derive(Debug)]
pub struct Fetched {
    /// Kafka's error code.
    pub error: i16,
    /// The high watermark.
    pub high_watermark: i64,
    /// Record batches as they are stored.
    pub records: Vec<u8>,
}

impl Wire {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens.
    pub fn connect(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)
            .with_context(|| format!("failed to connect to `{address}`"))?;
        stream.set_read_timeout(Some(ANSWER_TIMEOUT))?;
        stream.set_write_timeout(Some(ANSWER_TIMEOUT))?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            correlation_id: 0,
            gives_way: false,
        })
    }

    /// One that stands for a client on another machine: it leaves its processor after each system call
    /// that sends. However low its priority is, a thread that has one keeps it for milliseconds.
    #[must_use]
    pub fn giving_way(self) -> Self {
        Self {
            gives_way: true,
            ..self
        }
    }

    /// The socket.
    #[must_use]
    pub const fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    /// When the other side has closed.
    pub fn send_raw(&mut self, bytes: &[u8]) -> Result<()> {
        for piece in bytes.chunks(PIECE_BYTES) {
            self.stream.write_all(piece)?;
            if self.gives_way {
                std::thread::yield_now();
            }
        }
        Ok(())
    }

    /// Sends a request with header version 1 and does not wait.
    ///
    /// # Errors
    /// When the other side has closed.
    pub fn send(&mut self, api_key: i16, version: i16, body: &Body) -> Result<()> {
        self.correlation_id += 1;
        let request = frame(api_key, version, self.correlation_id, body);
        self.send_raw(&request)
    }

    /// Reads one answer and takes off its correlation id.
    ///
    /// # Errors
    /// When the other side has closed, or sends what is no answer.
    pub fn receive(&mut self) -> Result<Answer> {
        let mut length = [0; 4];
        self.stream
            .read_exact(&mut length)
            .context("the connection was closed")?;
        let length = usize::try_from(i32::from_be_bytes(length))?;
        ensure!(length >= 4, "an answer of {length} bytes");
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes)?;
        Ok(Answer { bytes, at: 4 })
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// As [`Self::send`] and [`Self::receive`].
    pub fn call(&mut self, api_key: i16, version: i16, body: &Body) -> Result<Answer> {
        self.send(api_key, version, body)?;
        self.receive()
    }

    /// Creates a topic.
    ///
    /// # Errors
    /// When the broker refuses.
    pub fn create_topic(
        &mut self,
        name: &str,
        partitions: i32,
        configs: &[(&str, &str)],
    ) -> Result<()> {
        let configs_length = i32::try_from(configs.len())?;
        let mut body = Body::new()
            .i32(1)
            .string(name)
            .i32(partitions)
            .i16(1)
            .i32(0);
        body = body.i32(configs_length);
        for (name, value) in configs {
            body = body.string(name).string(value);
        }
        let body = body.i32(30_000).i8(0);
        let mut answer = self.call(api::CREATE_TOPICS, 4, &body)?;
        let (_throttle, _count, _name) = (answer.i32()?, answer.i32()?, answer.string()?);
        match answer.i16()? {
            0 => Ok(()),
            code => bail!("CreateTopics `{name}`: error {code}: {}", answer.string()?),
        }
    }

    /// Fetches from one partition without waiting.
    ///
    /// # Errors
    /// When there is no answer; an error code in the answer is given as it is.
    pub fn fetch(
        &mut self,
        topic: &str,
        partition: i32,
        offset: i64,
        max_bytes: i32,
    ) -> Result<Fetched> {
        let body = fetch_body(topic, partition, offset, max_bytes);
        let mut answer = self.call(api::FETCH, 4, &body)?;
        let (_throttle, _count, _name) = (answer.i32()?, answer.i32()?, answer.string()?);
        let (_count, _partition) = (answer.i32()?, answer.i32()?);
        let (error, high_watermark) = (answer.i16()?, answer.i64()?);
        let _last_stable_offset = answer.i64()?;
        for _ in 0..answer.i32()?.max(0) {
            let _aborted = (answer.i64()?, answer.i64()?);
        }
        Ok(Fetched {
            error,
            high_watermark,
            records: answer.bytes()?,
        })
    }

    /// The offset of a partition for a special timestamp (-1 latest, -2 earliest, -4 earliest local,
    /// ...) or a time. Version 9, the first that knows all of them; names here are short, so that
    /// each compact length is one byte.
    ///
    /// # Errors
    /// When the broker answers an error.
    pub fn list_offset(&mut self, topic: &str, partition: i32, timestamp: i64) -> Result<i64> {
        self.correlation_id += 1;
        let name_length = i8::try_from(topic.len() + 1)?;
        let header = Body::new()
            .i16(api::LIST_OFFSETS)
            .i16(9)
            .i32(self.correlation_id);
        let header = header.string("strandline-tests").i8(0);
        let body = header
            .i32(-1)
            .i8(0)
            .i8(2)
            .i8(name_length)
            .raw(topic.as_bytes());
        let body = body
            .i8(2)
            .i32(partition)
            .i32(-1)
            .i64(timestamp)
            .raw(&[0, 0, 0]);
        self.send_raw(&Body::new().bytes(&body.0).0)?;
        let mut answer = self.receive()?;
        // Tagged fields of the header, throttle time, one topic, its name, one partition.
        answer.take(1 + 4 + 1 + 1 + topic.len() + 1)?;
        let (_partition, error) = (answer.i32()?, answer.i16()?);
        ensure!(
            error == 0,
            "ListOffsets {topic}-{partition} at {timestamp}: error {error}"
        );
        let (_timestamp, offset) = (answer.i64()?, answer.i64()?);
        Ok(offset)
    }

    /// What a group has committed for a topic, by partition.
    ///
    /// # Errors
    /// When the broker answers an error.
    pub fn committed_offsets(&mut self, group: &str, topic: &str) -> Result<BTreeMap<i32, i64>> {
        // No topics: all that the group has committed.
        let body = Body::new().string(group).i32(-1);
        let mut answer = self.call(api::OFFSET_FETCH, 2, &body)?;
        let mut committed = BTreeMap::new();
        for _ in 0..answer.i32()? {
            let name = answer.string()?;
            for _ in 0..answer.i32()? {
                let (partition, offset) = (answer.i32()?, answer.i64()?);
                let (_metadata, error) = (answer.string()?, answer.i16()?);
                ensure!(error == 0, "OffsetFetch {name}-{partition}: error {error}");
                if name == topic {
                    committed.insert(partition, offset);
                }
            }
        }
        let error = answer.i16()?;
        ensure!(error == 0, "OffsetFetch of {group}: error {error}");
        Ok(committed)
    }

    /// Deletes the records of a partition below an offset; gives its new log start.
    ///
    /// # Errors
    /// When the broker refuses.
    pub fn delete_records(&mut self, topic: &str, partition: i32, before: i64) -> Result<i64> {
        let body = Body::new().i32(1).string(topic).i32(1).i32(partition);
        let body = body.i64(before).i32(30_000);
        let mut answer = self.call(api::DELETE_RECORDS, 1, &body)?;
        let (_throttle, _count, _name) = (answer.i32()?, answer.i32()?, answer.string()?);
        let (_count, _partition, start) = (answer.i32()?, answer.i32()?, answer.i64()?);
        let error = answer.i16()?;
        ensure!(
            error == 0,
            "DeleteRecords {topic}-{partition} before {before}: error {error}"
        );
        Ok(start)
    }

    /// Writes one batch with `acks=all`; gives the error code and the base offset.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn produce(&mut self, topic: &str, partition: i32, batch: &[u8]) -> Result<(i16, i64)> {
        self.correlation_id += 1;
        let empty = Body::new().i16(-1).i16(-1).i32(30_000);
        let empty = empty.i32(1).string(topic).i32(1).i32(partition).bytes(&[]);
        let mut head = frame(api::PRODUCE, 7, self.correlation_id, &empty);
        let batch_at = head.len() - 4;
        let length = u32::try_from(batch_at + batch.len())?;
        head[..4].copy_from_slice(&length.to_be_bytes());
        head[batch_at..].copy_from_slice(&u32::try_from(batch.len())?.to_be_bytes());
        if batch.len() < PIECE_BYTES {
            head.extend_from_slice(batch);
            self.send_raw(&head)?;
        } else {
            // Copies of 25 MB would take longer than sending them.
            self.send_raw(&head)?;
            self.send_raw(batch)?;
        }
        let mut answer = self.receive()?;
        let (_count, _name, _count2) = (answer.i32()?, answer.string()?, answer.i32()?);
        let (_partition, error, offset) = (answer.i32()?, answer.i16()?, answer.i64()?);
        Ok((error, offset))
    }
}

/// The body of a Fetch request, version 4.
#[must_use]
pub fn fetch_body(topic: &str, partition: i32, offset: i64, max_bytes: i32) -> Body {
    let head = Body::new().i32(-1).i32(0).i32(1).i32(max_bytes).i8(0);
    head.i32(1)
        .string(topic)
        .i32(1)
        .i32(partition)
        .i64(offset)
        .i32(max_bytes)
}

/// A request with header version 1, its length in front.
#[must_use]
pub fn frame(api_key: i16, version: i16, correlation_id: i32, body: &Body) -> Vec<u8> {
    let head = Body::new()
        .i16(api_key)
        .i16(version)
        .i32(correlation_id)
        .string("strandline-tests");
    Body::new().bytes(&head.raw(&body.0).0).0
}

/// A record batch as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch<'a> {
    /// Its bytes, the header included.
    pub bytes: &'a [u8],
    /// Offset of its first record.
    pub base_offset: i64,
    /// Codec, kind of timestamp and the like.
    pub attributes: i16,
    /// Time of its first record, in milliseconds.
    pub base_timestamp: i64,
    /// How many records it holds.
    pub count: i32,
}

impl Batch<'_> {
    /// One past the offset of its last record.
    #[must_use]
    pub fn end_offset(&self) -> i64 {
        self.base_offset + i64::from(self.count)
    }
}

/// Every batch in `records`; a cut last batch is left out.
#[must_use]
pub fn batches(mut records: &[u8]) -> Vec<Batch<'_>> {
    let mut found = Vec::new();
    while records.len() >= 61 {
        let number = |at: usize| i32::from_be_bytes(records[at..at + 4].try_into().expect("four"));
        let long = |at: usize| i64::from_be_bytes(records[at..at + 8].try_into().expect("eight"));
        let length = usize::try_from(number(8))
            .unwrap_or(usize::MAX)
            .saturating_add(12);
        if length > records.len() || length < 61 {
            break;
        }
        found.push(Batch {
            bytes: &records[..length],
            base_offset: long(0),
            attributes: i16::from_be_bytes(records[21..23].try_into().expect("two bytes")),
            base_timestamp: long(27),
            count: number(57),
        });
        records = &records[length..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frame_has_its_length_in_front() {
        let bytes = frame(18, 0, 7, &Body::new());
        assert_eq!(bytes[..4], [0, 0, 0, 26]);
        assert_eq!(bytes.len(), 30);
        assert_eq!(bytes[4..12], [0, 18, 0, 0, 0, 0, 0, 7]);
    }

    #[test]
    fn batches_leave_out_a_cut_one() {
        let mut batch = vec![0; 61];
        batch[8..12].copy_from_slice(&49_i32.to_be_bytes());
        batch[21..23].copy_from_slice(&4_i16.to_be_bytes());
        batch[57..61].copy_from_slice(&9_i32.to_be_bytes());
        let mut two = batch.clone();
        two.extend_from_slice(&batch[..60]);
        let whole = Batch {
            bytes: &batch,
            base_offset: 0,
            attributes: 4,
            base_timestamp: 0,
            count: 9,
        };
        assert_eq!(batches(&two), [whole]);
    }
}
