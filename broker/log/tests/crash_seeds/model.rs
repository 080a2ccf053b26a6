//! What a log must be, by the calls that were made and how they were answered.

use std::collections::BTreeMap;

use strandline_log::{PartitionLog, ProducerBatch};

use crate::support::read_all;

/// A batch that was appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ModelBatch {
    pub(crate) base: i64,
    pub(crate) end: i64,
    pub(crate) tag: u64,
    /// Producer, epoch, first sequence.
    pub(crate) producer: Option<(i64, i16, i32)>,
}

/// One log.
#[derive(Clone, Debug, Default)]
pub(crate) struct ModelLog {
    /// All batches since the log was created, dropped ones included.
    pub(crate) history: Vec<ModelBatch>,
    /// Everything below was acknowledged.
    pub(crate) acked_end: i64,
    /// Answered with success.
    pub(crate) log_start: i64,
    /// The largest that was asked for, answered or not.
    pub(crate) log_start_max: i64,
    pub(crate) local_start_max: i64,
    /// A truncation whose answer the crash took away.
    pub(crate) maybe_end: Option<i64>,
    pub(crate) maybe_deleted: bool,
    pub(crate) next_sequence: BTreeMap<i64, i32>,
}

impl ModelLog {
    pub(crate) fn end(&self) -> i64 {
        self.history.last().map_or(0, |b| b.end)
    }

    /// The end of the last batch at or below an offset.
    pub(crate) fn boundary(&self, offset: i64) -> i64 {
        self.history
            .iter()
            .map(|b| b.end)
            .filter(|end| *end <= offset)
            .max()
            .unwrap_or(0)
    }

    pub(crate) fn cut(&mut self, end: i64) {
        self.history.retain(|b| b.end <= end);
        self.acked_end = self.acked_end.min(end);
        self.next_sequence.clear();
        for b in &self.history {
            if let Some((id, _, first)) = b.producer {
                let records = i32::try_from(b.end - b.base).unwrap();
                let _ = self.next_sequence.insert(id, first + records);
            }
        }
    }

    /// Compares a recovered log, and takes what it says where both are right.
    pub(crate) fn check_recovered(&mut self, log: &PartitionLog) -> Result<(), String> {
        let end = log.log_end_offset();
        let (start, local) = (log.log_start_offset(), log.local_log_start_offset());
        if start < self.log_start || start > self.log_start_max {
            return Err(format!(
                "log start {start}, not in {}..={}",
                self.log_start, self.log_start_max
            ));
        }
        if local < start || local > self.local_start_max.max(start) {
            return Err(format!(
                "local start {local}, asked for {}",
                self.local_start_max
            ));
        }
        let cut = self.maybe_end.map(|e| self.boundary(e));
        let kept = end >= self.acked_end && end <= self.end().max(local);
        // A truncation that was not answered may be there in part: what it cuts was given up.
        if !kept && cut.is_none_or(|cut| end < cut.max(local) || end > self.end()) {
            return Err(format!(
                "end {end}, acknowledged {}, appended {}",
                self.acked_end,
                self.end()
            ));
        }
        if end > 0 && end != local && self.boundary(end) != end {
            return Err(format!("end {end} is no batch boundary"));
        }
        self.cut(end);
        self.acked_end = end;
        self.maybe_end = None;
        self.log_start = start;
        self.log_start_max = start;
        self.local_start_max = local;
        self.check_contents(log)
    }

    /// Every offset from the local start to the acknowledged end, exactly.
    pub(crate) fn check_contents(&self, log: &PartitionLog) -> Result<(), String> {
        let local = log.local_log_start_offset();
        let durable = log.durable_end_offset();
        let found = read_all(log, local).map_err(|e| format!("cannot read: {e}"))?;
        let wanted: Vec<(i64, i64, u64)> = self
            .history
            .iter()
            .filter(|b| b.end > local && b.end <= durable)
            .map(|b| (b.base, b.end, b.tag))
            .collect();
        if found != wanted {
            let at = found.iter().zip(&wanted).position(|(a, b)| a != b);
            return Err(format!(
                "read {} batches, wanted {}, first difference {at:?} ({:?} {:?}), local start {local}, durable end {durable}",
                found.len(),
                wanted.len(),
                at.map(|i| found[i]),
                at.map(|i| wanted[i]),
            ));
        }
        self.check_producers(log)
    }

    /// Producer state is what the batches say (I17), those below the local start included.
    fn check_producers(&self, log: &PartitionLog) -> Result<(), String> {
        let mut wanted: BTreeMap<i64, Vec<ProducerBatch>> = BTreeMap::new();
        for b in self
            .history
            .iter()
            .filter(|b| b.end <= log.log_end_offset())
        {
            let Some((id, _, first_sequence)) = b.producer else {
                continue;
            };
            let batches = wanted.entry(id).or_default();
            batches.push(ProducerBatch {
                first_sequence,
                last_sequence: first_sequence + i32::try_from(b.end - b.base).unwrap() - 1,
                base_offset: b.base,
                end_offset: b.end,
                timestamp: 1000,
            });
            if batches.len() > 5 {
                let _ = batches.remove(0);
            }
        }
        let found: BTreeMap<i64, Vec<ProducerBatch>> = log
            .producers()
            .into_iter()
            .map(|p| (p.producer_id, p.batches))
            .collect();
        if found != wanted {
            return Err(format!(
                "producers {found:?}, wanted {wanted:?}, local start {}",
                log.local_log_start_offset()
            ));
        }
        Ok(())
    }
}
