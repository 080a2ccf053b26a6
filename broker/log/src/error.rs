//! What can go wrong, per operation.

use std::path::PathBuf;

use strandline_protocol::TopicPartition;

use crate::disk::ReadFailure;

/// Opening or changing the journal failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// Another process has the directory.
    #[error("the journal in `{}` is in use by {holder}", dir.display())]
    InUse {
        /// The directory.
        dir: PathBuf,
        /// Who holds it.
        holder: String,
    },
    /// The disk refused an operation.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// A start met bytes that the disk refuses to read. It gave up before it wrote anything.
    #[error(
        "cannot read `{}` at byte {position}; nothing was changed: try again. If the disk keeps \
         refusing, put a copy of what can be read in its place (`dd if={0} of=COPY bs=4096 \
         conv=noerror,sync`): what is missing in it is reported as damaged",
        path.display()
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Where, in bytes.
        position: u64,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// A file of another journal lies in the directory.
    #[error("`{}` belongs to journal {found}, the other files to journal {expected}", path.display())]
    ForeignFile {
        /// The file.
        path: PathBuf,
        /// Its journal id.
        found: String,
        /// The id of the other files.
        expected: String,
    },
    /// A file was written by a later version.
    #[error("`{}`: {reason}", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// Which version.
        reason: String,
    },
    /// The journal was closed, or ended after a failed write.
    #[error("the journal is stopped")]
    Stopped,
    /// No space is left even for the entries that have a reserve.
    #[error("the journal has no space left")]
    NoSpace,
    /// There is no such log.
    #[error("there is no log of `{0}`")]
    UnknownLog(TopicPartition),
    /// The offset is outside of the log.
    #[error("offset `{offset}` is not in [`{start}`, `{end}`]")]
    OffsetOutOfRange {
        /// The offset that was asked for.
        offset: i64,
        /// Where the range starts.
        start: i64,
        /// Where it ends, inclusive.
        end: i64,
    },
}

/// An append was refused; nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AppendError {
    /// The bytes are no batch of version 2, or hold no record.
    #[error("not a record batch")]
    InvalidBatch,
    /// The batch is larger than a group can be.
    #[error("a batch of `{0}` bytes is larger than a group can be")]
    TooLarge(usize),
    /// The batch does not continue the producer's sequence.
    #[error("producer `{producer_id}` sent sequence `{sequence}` after `{last_sequence}`")]
    OutOfOrderSequence {
        /// The producer.
        producer_id: i64,
        /// The first sequence of the batch.
        sequence: i32,
        /// The last one that the log has, -1 if none in this epoch.
        last_sequence: i32,
    },
    /// The producer has a newer epoch.
    #[error("producer `{producer_id}` sent epoch `{epoch}`, the log has `{current}`")]
    InvalidProducerEpoch {
        /// The producer.
        producer_id: i64,
        /// Its epoch in the batch.
        epoch: i16,
        /// Its epoch in the log.
        current: i16,
    },
    /// A marker of an older coordinator.
    #[error("a marker of coordinator epoch `{epoch}`, the log has `{current}`")]
    TransactionCoordinatorFenced {
        /// The epoch in the marker.
        epoch: i32,
        /// The epoch in the log.
        current: i32,
    },
    /// A batch outside of a transaction from a producer that has one open.
    #[error("producer `{0}` has a transaction open")]
    InvalidTransactionState(i64),
    /// The leader epoch is older than one the log has.
    #[error("leader epoch `{epoch}` is older than `{current}`")]
    Fenced {
        /// The epoch of the append.
        epoch: i32,
        /// The latest one in the log.
        current: i32,
    },
    /// A replicated batch does not start at the end of the log.
    #[error("the batch starts at `{base_offset}`, the log ends at `{log_end_offset}`")]
    OffsetGap {
        /// Where the batch starts.
        base_offset: i64,
        /// Where the log ends.
        log_end_offset: i64,
    },
    /// The disk is too full for this origin; try again later.
    #[error("the disk is too full")]
    DiskFull,
    /// More bytes wait for the disk than the journal takes; try again later.
    #[error("too many bytes wait for the disk")]
    Backlogged,
    /// The log is being truncated or was deleted.
    #[error("the log is closed for appends")]
    Closed,
    /// The journal was closed, or ended after a failed write.
    #[error("the journal is stopped")]
    Stopped,
}

/// A read failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The offset is below what is kept here: it may be in the tier.
    #[error("the local log starts at `{local_log_start_offset}`")]
    BelowLocalStart {
        /// The first offset that is kept here.
        local_log_start_offset: i64,
    },
    /// The offset is above the end.
    #[error("the log ends at `{log_end_offset}`")]
    AboveEnd {
        /// One past the last offset.
        log_end_offset: i64,
    },
    /// The bytes of this range are lost or do not verify. They are never served.
    #[error("offsets [`{start}`, `{end}`) are damaged in file {file}: {reason}")]
    Damaged {
        /// First damaged offset.
        start: i64,
        /// One past the last.
        end: i64,
        /// File number, 0 if no file holds the range.
        file: u64,
        /// What was found.
        reason: String,
    },
    /// The disk refused the read.
    #[error("cannot read file {file} at byte {position}: {reason}")]
    Io {
        /// File number.
        file: u64,
        /// Where, in bytes.
        position: u64,
        /// The kind of the cause: at an unexpected end or with invalid data the disk answered.
        kind: std::io::ErrorKind,
        /// The cause.
        reason: String,
    },
}

impl ReadError {
    pub(crate) fn io(file: u64, failure: &ReadFailure) -> Self {
        Self::Io {
            file,
            position: failure.position,
            kind: failure.error.kind(),
            reason: failure.error.to_string(),
        }
    }

    /// What the disk refused to read, and in which file: `None` of errors that say what is there.
    pub(crate) fn refusal(&self) -> Option<(u64, ReadFailure)> {
        use std::io::ErrorKind::{InvalidData, UnexpectedEof};
        match self {
            Self::Io {
                kind: InvalidData | UnexpectedEof,
                ..
            } => None,
            Self::Io {
                file,
                position,
                kind,
                reason,
            } => {
                let error = std::io::Error::new(*kind, reason.clone());
                let position = *position;
                Some((*file, ReadFailure { position, error }))
            }
            _ => None,
        }
    }
}

pub(crate) fn unreadable(path: &std::path::Path) -> impl FnOnce(ReadFailure) -> LogError {
    let path = path.to_owned();
    move |failure| LogError::Unreadable {
        path,
        position: failure.position,
        source: failure.error,
    }
}

pub(crate) fn io(
    action: &'static str,
    path: &std::path::Path,
) -> impl FnOnce(std::io::Error) -> LogError {
    let path = path.to_owned();
    move |source| LogError::Io {
        action,
        path,
        source,
    }
}
