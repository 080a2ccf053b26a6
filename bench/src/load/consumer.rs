//! Reads a topic from the beginning to its end and checks count, order and CRC of everything.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use strandline_protocol::messages::FetchRequest;
use strandline_protocol::record_batch::{BatchError, BatchIter};

use crate::connection::{Connection, Frame};
use crate::load::{FETCH_VERSION, FETCH_WAIT_MS, end_offsets, fetch_request};

/// What was read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Consumed {
    pub(crate) bytes: u64,
    pub(crate) records: u64,
    pub(crate) elapsed: Duration,
}

impl Consumed {
    /// Batch bytes in 10^6 bytes a second.
    pub(crate) fn megabytes_per_second(&self) -> f64 {
        self.bytes as f64 / 1e6 / self.elapsed.as_secs_f64()
    }
}

/// Reads all partitions of `topic` over one connection until the ends they have now.
pub(crate) fn consume(bootstrap: &str, topic: &str, partitions: i32) -> Result<Consumed> {
    let ends = end_offsets(bootstrap, topic, partitions)?;
    let mut positions = vec![0_i64; ends.len()];
    let mut connection = Connection::open(bootstrap)?;
    let mut consumed = Consumed {
        bytes: 0,
        records: 0,
        elapsed: Duration::ZERO,
    };
    let started = Instant::now();
    let mut first = 0;
    while positions
        .iter()
        .zip(&ends)
        .any(|(position, end)| position < end)
    {
        let request = request(topic, &positions, &ends, first)?;
        first = (first + 1) % ends.len();
        let mut frame = Frame::new(&request, FETCH_VERSION)?;
        let id = connection.send(&mut frame)?;
        let answer = connection.receive::<FetchRequest>(id, &frame)?;
        ensure!(
            answer.error_code == 0,
            "fetch failed with {}",
            answer.error_code
        );
        for partition in answer.responses.iter().flat_map(|topic| &topic.partitions) {
            ensure!(
                partition.error_code == 0,
                "fetch failed: {}",
                partition.error_code
            );
            let Some(records) = &partition.records else {
                continue;
            };
            let position = &mut positions[usize::try_from(partition.partition_index)?];
            check(records.to_bytes(), position, &mut consumed)?;
        }
    }
    consumed.elapsed = started.elapsed();
    Ok(consumed)
}

/// Checks that the batches continue at `position`, moves it, and counts them.
fn check(records: bytes::Bytes, position: &mut i64, consumed: &mut Consumed) -> Result<()> {
    for batch in BatchIter::new(records) {
        let batch = match batch {
            // Kafka cuts the last batch at the limit: it comes whole with the next fetch.
            Err(BatchError::Truncated { .. }) => break,
            other => other?,
        };
        batch.verify_crc()?;
        let header = batch.header();
        ensure!(
            header.base_offset == *position,
            "batch at {} where {position} was due",
            header.base_offset
        );
        *position = header.base_offset + i64::from(header.last_offset_delta) + 1;
        consumed.bytes += batch.bytes().len() as u64;
        consumed.records += u64::try_from(header.records_count)?;
    }
    Ok(())
}

/// A fetch of everything that has not reached its end; each starts with another partition, so that
/// the size limit starves none.
fn request(topic: &str, positions: &[i64], ends: &[i64], first: usize) -> Result<FetchRequest> {
    let rotated = (0..positions.len()).map(|index| (index + first) % positions.len());
    let unfinished = rotated.filter(|index| positions[*index] < ends[*index]);
    let wanted: Vec<(i32, i64)> = unfinished
        .map(|index| Ok((i32::try_from(index)?, positions[index])))
        .collect::<Result<_>>()?;
    Ok(fetch_request(topic, wanted, FETCH_WAIT_MS))
}
