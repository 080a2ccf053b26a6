//! What was read of a topic, judged: every record where it belongs, once, in order.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Result, ensure};

use super::record::{Reading, Written};

/// Records of a topic by partition and offset.
#[derive(Debug, Default)]
pub struct History {
    records: BTreeMap<(i32, i64), Written>,
    timestamps: BTreeMap<(i32, i64), i64>,
}

impl History {
    /// Judges one complete reading of a topic.
    ///
    /// # Errors
    /// When an offset comes twice or out of order, or a record is not what it must be.
    pub fn from_readings(readings: &[Reading]) -> Result<Self> {
        let mut history = Self::default();
        let mut last: HashMap<i32, i64> = HashMap::new();
        for reading in readings {
            let before = last.insert(reading.partition, reading.offset);
            ensure!(
                before.is_none_or(|before| before < reading.offset),
                "partition {}: offset {} after {before:?}",
                reading.partition,
                reading.offset
            );
            history.add(reading)?;
        }
        Ok(history)
    }

    /// Adds one record; the same offset must always hold the same one.
    ///
    /// # Errors
    /// When the offset has been seen with another content, or the record is not what it must be.
    pub fn add(&mut self, reading: &Reading) -> Result<()> {
        let at = (reading.partition, reading.offset);
        let written = reading.identify()?;
        if let Some(before) = self.records.insert(at, written.clone()) {
            ensure!(
                before == written,
                "{at:?} held {before:?} and then {written:?}"
            );
        }
        self.timestamps.insert(at, reading.timestamp);
        Ok(())
    }

    /// The number of records.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is no record.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// What is at an offset.
    #[must_use]
    pub fn at(&self, partition: i32, offset: i64) -> Option<&Written> {
        self.records.get(&(partition, offset))
    }

    /// Everything, by partition and offset.
    pub fn iter(&self) -> impl Iterator<Item = (&(i32, i64), &Written)> {
        self.records.iter()
    }

    /// Checks that `producer` wrote exactly the sequences `0 .. count`, each once, in order within
    /// each partition, and that no offset between the first and last of a partition is missing.
    ///
    /// # Errors
    /// When something is missing, doubled or out of order.
    pub fn check_producer(&self, producer: &str, count: u64) -> Result<()> {
        let mut seen: HashMap<u64, (i32, i64)> = HashMap::new();
        let mut last: HashMap<i32, u64> = HashMap::new();
        for (at, written) in self.records.iter().filter(|(_, w)| w.producer == producer) {
            if let Some(before) = seen.insert(written.sequence, *at) {
                anyhow::bail!(
                    "{producer}/{} is at {before:?} and {at:?}",
                    written.sequence
                );
            }
            let before = last.insert(at.0, written.sequence);
            ensure!(
                before.is_none_or(|before| before < written.sequence),
                "{producer}/{} follows {before:?} at {at:?}",
                written.sequence
            );
        }
        let missing: Vec<u64> = (0..count)
            .filter(|s| !seen.contains_key(s))
            .take(5)
            .collect();
        ensure!(missing.is_empty(), "{producer}: missing {missing:?} ...");
        ensure!(
            seen.len() as u64 == count,
            "{producer}: {} records",
            seen.len()
        );
        Ok(())
    }

    /// Checks that there are no holes between the first and the last offset of each partition.
    ///
    /// # Errors
    /// When there is one.
    pub fn check_contiguous(&self) -> Result<()> {
        let mut before: Option<(i32, i64)> = None;
        for at in self.records.keys() {
            if let Some((partition, offset)) = before
                && partition == at.0
            {
                ensure!(
                    offset + 1 == at.1,
                    "partition {partition}: {} after {offset}",
                    at.1
                );
            }
            before = Some(*at);
        }
        Ok(())
    }

    /// What reading from `start` (an offset in every partition) must give.
    #[must_use]
    pub fn read_from_offset(&self, start: i64) -> Vec<(i32, i64)> {
        self.records
            .keys()
            .filter(|(_, offset)| *offset >= start)
            .copied()
            .collect()
    }

    /// What reading from a time must give: all from the first record of at least that time on.
    #[must_use]
    pub fn read_from_time(&self, millis: i64) -> Vec<(i32, i64)> {
        let mut starts: HashMap<i32, i64> = HashMap::new();
        for ((partition, offset), timestamp) in &self.timestamps {
            if *timestamp >= millis {
                starts.entry(*partition).or_insert(*offset);
            }
        }
        let is_read = |at: &&(i32, i64)| starts.get(&at.0).is_some_and(|start| at.1 >= *start);
        self.records.keys().filter(is_read).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(records: &[(i32, i64, &str, u64)]) -> History {
        let mut history = History::default();
        for (partition, offset, producer, sequence) in records {
            let written = Written {
                producer: (*producer).to_owned(),
                sequence: *sequence,
            };
            history.records.insert((*partition, *offset), written);
        }
        history
    }

    #[test]
    fn check_producer_finds_what_is_missing_doubled_and_out_of_order() {
        history(&[(0, 0, "p", 0), (0, 1, "p", 1)])
            .check_producer("p", 2)
            .unwrap();
        let missing = history(&[(0, 0, "p", 0), (0, 1, "p", 2)]).check_producer("p", 3);
        assert!(missing.unwrap_err().to_string().contains("missing"));
        let doubled = history(&[(0, 0, "p", 0), (1, 0, "p", 0)]).check_producer("p", 1);
        assert!(doubled.unwrap_err().to_string().contains("and"));
        let order = history(&[(0, 0, "p", 1), (0, 1, "p", 0)]).check_producer("p", 2);
        assert!(order.unwrap_err().to_string().contains("follows"));
    }

    #[test]
    fn check_contiguous_finds_a_hole() {
        history(&[(0, 5, "p", 0), (0, 6, "p", 1), (1, 9, "p", 2)])
            .check_contiguous()
            .unwrap();
        history(&[(0, 5, "p", 0), (0, 7, "p", 1)])
            .check_contiguous()
            .unwrap_err();
    }
}
