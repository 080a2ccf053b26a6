//! Reading for a fetch: what is there at once, and what has to be got from files and the store.

use std::sync::Arc;
use std::time::Duration;

use strandline_log::{LocalRead, ReadError, ReadPlan};
use strandline_protocol::codec::Records;
use strandline_protocol::messages::fetch_response::{EpochEndOffset, PartitionData};
use strandline_protocol::record_batch::BatchHeader;
use strandline_protocol::{ErrorCode, TopicPartition};
use strandline_tiering::{ErrorKind, TierError};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::session::Wanted;
use crate::replica::{Isolation, Partition};
use crate::server::{Broker, MEMORY_PATIENCE, Reservation, SMALL_RESPONSE_BYTES};

/// The shortest time that a read from the object store gets, however impatient the client is: it
/// would never get anywhere otherwise.
const REMOTE_PATIENCE_MIN: Duration = Duration::from_millis(500);

/// One partition of a fetch.
#[derive(Debug)]
pub(super) struct Entry {
    /// What the client wants.
    pub wanted: Wanted,
    /// The partition, or why it cannot be read.
    pub partition: Result<Arc<Partition>, ErrorCode>,
}

/// A response never takes more than the free memory of the pool divided by this, so that crowds of
/// large fetches leave something to small ones.
const FREE_SHARE: usize = 4;

/// What holds for the whole fetch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Which records are seen.
    pub isolation: Isolation,
    /// The most bytes of records in the response; the first batch may exceed it.
    pub max_bytes: usize,
    /// Bytes that the client waits for.
    pub min_bytes: usize,
}

/// Where the records of a partition come from.
#[derive(Debug)]
enum Source {
    /// There are none, or they are there.
    Here,
    /// Files of the journal, or what is read if they are damaged.
    Disk(ReadPlan, RemotePlan),
    /// The object store.
    Remote(RemotePlan),
}

/// A read from the object store.
#[derive(Debug, Clone, Copy)]
struct RemotePlan {
    tp: TopicPartition,
    offset: i64,
    max_bytes: usize,
    limit_offset: i64,
}

impl RemotePlan {
    /// Whether the store has what is damaged here.
    fn has_copy(&self, broker: &Broker) -> bool {
        let tier = broker.tier.as_ref();
        tier.is_some_and(|tier| self.offset < tier.tiered_end_offset(self.tp))
    }
}

/// All partitions of a fetch, looked at once.
#[derive(Debug, Default)]
pub(super) struct Round {
    data: Vec<PartitionData>,
    sources: Vec<Source>,
    bytes: usize,
    elsewhere: usize,
    /// The most bytes that this round may collect.
    max_bytes: usize,
    /// A limit, and not the end of a log, ended a read: waiting brings no more.
    full: bool,
    /// Something that the client has to be told at once.
    urgent: bool,
}

impl Round {
    /// Looks at every partition, in order. Does not block.
    pub(super) fn look(broker: &Broker, entries: &[Entry], limits: Limits) -> Self {
        let share = broker.memory.responses().available() / FREE_SHARE;
        let mut round = Self {
            data: Vec::with_capacity(entries.len()),
            max_bytes: limits.max_bytes.min(share.max(SMALL_RESPONSE_BYTES)),
            ..Self::default()
        };
        for entry in entries {
            let (data, source) = round.look_at(broker, entry, limits);
            round.data.push(data);
            round.sources.push(source);
        }
        round
    }

    /// Whether the client need not wait any longer.
    pub(super) fn satisfies(&self, limits: Limits) -> bool {
        // How much a plan will give is not known before it has run. It will give something.
        self.urgent || self.elsewhere > 0 || self.full || self.bytes >= limits.min_bytes
    }

    fn look_at(
        &mut self,
        broker: &Broker,
        entry: &Entry,
        limits: Limits,
    ) -> (PartitionData, Source) {
        let mut data = PartitionData {
            partition_index: entry.wanted.partition,
            ..failed(ErrorCode::None)
        };
        let looked = match &entry.partition {
            Ok(partition) => self.look_at_log(broker, partition, &entry.wanted, limits, &mut data),
            Err(error) => Err(*error),
        };
        match looked {
            Ok(source) => (data, source),
            Err(error) => {
                self.urgent = true;
                let index = data.partition_index;
                data = failed(error);
                data.partition_index = index;
                (data, Source::Here)
            }
        }
    }

    fn look_at_log(
        &mut self,
        broker: &Broker,
        partition: &Partition,
        wanted: &Wanted,
        limits: Limits,
        data: &mut PartitionData,
    ) -> Result<Source, ErrorCode> {
        partition.check_leader_epoch(wanted.current_leader_epoch)?;
        let log = partition.log();
        let (offset, log_start) = (wanted.fetch_offset, log.log_start_offset());
        data.high_watermark = partition.high_watermark();
        data.last_stable_offset = partition.last_stable_offset();
        data.log_start_offset = log_start;
        if limits.isolation == Isolation::ReadCommitted {
            // Batches of transactions are refused at Produce, so none can have been aborted.
            data.aborted_transactions = Some(Vec::new());
        }
        if let Some(diverging) = diverging(partition, wanted)? {
            self.urgent = true;
            data.diverging_epoch = diverging;
            return Ok(Source::Here);
        }
        if offset < log_start || offset > log.log_end_offset() {
            return Err(ErrorCode::OffsetOutOfRange);
        }
        let end = match limits.isolation {
            Isolation::ReadUncommitted => data.high_watermark,
            Isolation::ReadCommitted => data.last_stable_offset,
        };
        let first = self.bytes == 0 && self.elsewhere == 0;
        let left = self.max_bytes.saturating_sub(self.bytes + self.elsewhere);
        let max_bytes = usize::try_from(wanted.max_bytes).unwrap_or(0).min(left);
        if offset >= end || (max_bytes == 0 && !first) {
            self.full |= offset < end;
            return Ok(Source::Here);
        }
        let remote = RemotePlan {
            tp: partition.topic_partition(),
            offset,
            max_bytes: max_bytes.max(1),
            limit_offset: end,
        };
        match log.read(offset, max_bytes, end, first) {
            Ok(LocalRead::Ready(records)) => {
                self.bytes += records.len();
                if self.bytes < limits.min_bytes {
                    self.full |= end_offset(&records).is_some_and(|read| read < end);
                }
                data.records = Some(records);
                Ok(Source::Here)
            }
            Ok(LocalRead::Disk(plan)) => {
                self.elsewhere += expected_bytes(broker, partition, max_bytes, first);
                Ok(Source::Disk(plan, remote))
            }
            Err(ReadError::BelowLocalStart { .. }) if broker.tier.is_some() => {
                self.elsewhere += expected_bytes(broker, partition, max_bytes, first);
                Ok(Source::Remote(remote))
            }
            Err(ReadError::Damaged { .. }) if remote.has_copy(broker) => {
                self.elsewhere += expected_bytes(broker, partition, max_bytes, first);
                Ok(Source::Remote(remote))
            }
            Err(error) => Err(read_error(partition, offset, &error)),
        }
    }

    /// Gets what is not there yet, and memory for all of it until the response is written.
    pub(super) async fn complete(
        mut self,
        broker: &Arc<Broker>,
        deadline: Instant,
    ) -> (Vec<PartitionData>, Option<Reservation>) {
        let needed = self.bytes + self.elsewhere;
        if needed == 0 {
            return (self.data, None);
        }
        let pool = broker.memory.response_pool(needed);
        // One batch may be larger than what was asked for, or than the whole pool.
        let needed = needed.min(usize::try_from(pool.limit()).unwrap_or(usize::MAX));
        let Ok(mut memory) = pool.reserve(needed, MEMORY_PATIENCE).await else {
            for data in &mut self.data {
                data.records = Some(Records::default());
            }
            return (self.data, None);
        };
        if self.elsewhere > 0 {
            let mut remote = self.begin_remote(broker);
            self.read_files(broker).await;
            // What turned out to be damaged here.
            remote.extend(self.begin_remote(broker));
            self.finish_remote(remote, deadline).await;
        }
        let bytes: usize = self
            .data
            .iter()
            .filter_map(|d| d.records.as_ref())
            .map(Records::len)
            .sum();
        memory.shrink_to(bytes);
        (self.data, Some(memory))
    }

    /// Runs the plans on a thread that may block.
    async fn read_files(&mut self, broker: &Arc<Broker>) {
        let mut plans = Vec::new();
        for (index, source) in self.sources.iter_mut().enumerate() {
            if matches!(source, Source::Disk(..))
                && let Source::Disk(plan, copy) = std::mem::replace(source, Source::Here)
            {
                plans.push((index, plan, copy));
            }
        }
        if plans.is_empty() {
            return;
        }
        let run = move || {
            plans
                .into_iter()
                .map(|(i, plan, copy)| (i, plan.run(), copy))
                .collect::<Vec<_>>()
        };
        let Some(results) = broker.blocking.run(run).await else {
            return;
        };
        for (index, result, copy) in results {
            match result {
                Ok(records) => self.data[index].records = Some(records),
                Err(ReadError::Damaged { .. }) if copy.has_copy(broker) => {
                    self.sources[index] = Source::Remote(copy);
                }
                Err(error) => {
                    let number = self.data[index].partition_index;
                    tracing::error!(partition = number, %error, "cannot read the journal");
                    self.data[index] = failed(unreadable(&error));
                    self.data[index].partition_index = number;
                }
            }
        }
    }

    /// Starts a task for each read from the store. A task goes on when nobody waits any more: what
    /// it gets is in the cache when the client asks again.
    fn begin_remote(&mut self, broker: &Broker) -> Vec<(usize, RemoteRead)> {
        let Some(tier) = &broker.tier else {
            return Vec::new();
        };
        let mut reads = Vec::new();
        for (index, source) in self.sources.iter_mut().enumerate() {
            let Source::Remote(plan) = *source else {
                continue;
            };
            *source = Source::Here;
            let tier = Arc::clone(tier);
            let read = async move {
                let read = tier.read(plan.tp, plan.offset, plan.max_bytes, plan.limit_offset);
                read.await.map_err(|error| {
                    let code = remote_error(&error);
                    if code != ErrorCode::OffsetOutOfRange {
                        tier.report(Some(plan.tp), &error);
                    }
                    code
                })
            };
            reads.push((index, tokio::spawn(read)));
        }
        reads
    }

    async fn finish_remote(&mut self, reads: Vec<(usize, RemoteRead)>, deadline: Instant) {
        let deadline = deadline.max(Instant::now() + REMOTE_PATIENCE_MIN);
        for (index, read) in reads {
            let Ok(Ok(result)) = tokio::time::timeout_at(deadline, read).await else {
                // Not there yet: the client asks again.
                continue;
            };
            match result {
                Ok(records) => self.data[index].records = Some(records),
                Err(code) => {
                    let number = self.data[index].partition_index;
                    self.data[index] = failed(code);
                    self.data[index].partition_index = number;
                }
            }
        }
    }
}

/// Memory for a read whose size is not known: the first batch is read whatever its size.
fn expected_bytes(broker: &Broker, partition: &Partition, max_bytes: usize, first: bool) -> usize {
    let pool = usize::try_from(broker.memory.responses().limit()).unwrap_or(usize::MAX);
    let batch = partition.topic().config().max_message_bytes;
    let at_least = if first {
        batch.min(pool / FREE_SHARE)
    } else {
        1
    };
    max_bytes.max(at_least)
}

type RemoteRead = JoinHandle<Result<Records, ErrorCode>>;

fn remote_error(error: &TierError) -> ErrorCode {
    match error {
        // Waiting does not help, `topic repair` does. An object that is not there may be in another place.
        TierError::Corrupt { .. } => ErrorCode::CorruptMessage,
        error if error.kind() == ErrorKind::Invalid => ErrorCode::OffsetOutOfRange,
        _ => ErrorCode::KafkaStorageError,
    }
}

/// An answer without records. Kafka gives an empty set of them, never null.
pub(super) fn failed(error: ErrorCode) -> PartitionData {
    PartitionData {
        error_code: error.code(),
        high_watermark: -1,
        last_stable_offset: -1,
        log_start_offset: -1,
        records: Some(Records::default()),
        ..PartitionData::default()
    }
}

fn read_error(partition: &Partition, offset: i64, error: &ReadError) -> ErrorCode {
    let partition = partition.topic_partition();
    match error {
        ReadError::AboveEnd { .. } => ErrorCode::OffsetOutOfRange,
        other => {
            tracing::error!(%partition, offset, error = %other, "cannot read the journal");
            unreadable(other)
        }
    }
}

/// What is lost is lost, until `topic repair` gives it up. A disk may be tried again.
fn unreadable(error: &ReadError) -> ErrorCode {
    match error {
        ReadError::Damaged { .. } => ErrorCode::CorruptMessage,
        _ => ErrorCode::KafkaStorageError,
    }
}

/// Where the client's log and ours part, if they do (KIP-595).
fn diverging(partition: &Partition, wanted: &Wanted) -> Result<Option<EpochEndOffset>, ErrorCode> {
    if wanted.last_fetched_epoch < 0 {
        return Ok(None);
    }
    let (epoch, end_offset) = partition.log().epoch_end_offset(wanted.last_fetched_epoch);
    if epoch < 0 {
        // The epoch lies before everything that is kept here, where nothing can have diverged.
        return Ok(None);
    }
    let parted = epoch < wanted.last_fetched_epoch || end_offset < wanted.fetch_offset;
    Ok(parted.then_some(EpochEndOffset { epoch, end_offset }))
}

/// Records in whole batches, by their headers.
pub(super) fn count_records(records: &Records) -> u64 {
    headers(records)
        .map(|header| u64::from(header.records_count.unsigned_abs()))
        .sum()
}

/// The headers of whole batches.
fn headers(records: &Records) -> impl Iterator<Item = BatchHeader> + '_ {
    records.slices().iter().flat_map(|slice| {
        let mut rest = &slice[..];
        std::iter::from_fn(move || {
            let header = BatchHeader::parse(rest).ok()?;
            rest = rest.get(header.total_len()..).unwrap_or_default();
            Some(header)
        })
    })
}

/// One past the last offset of whole batches, `None` if there are none.
fn end_offset(records: &Records) -> Option<i64> {
    let last = headers(records).last()?;
    Some(last.base_offset + i64::from(last.last_offset_delta) + 1)
}
