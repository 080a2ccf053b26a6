//! Incremental fetch sessions (KIP-227), as state without I/O.
//!
//! A client that keeps a session sends only what changed in what it wants, and gets only
//! partitions about which there is news. Sessions are named by a random id; each request carries
//! the epoch after the last one, so that a lost or repeated request is noticed.
//!
//! **Bounds.** At most `slots` sessions and [`PARTITIONS_MAX`] partitions in all of them. When
//! there is no room, a session that was idle for [`EVICTION`] makes way, or a smaller one that has
//! lived that long; else the client gets no session, and works without.

use std::collections::HashMap;
use std::time::Duration;

use parking_lot::Mutex;
use strandline_protocol::ErrorCode;
use strandline_protocol::codec::{StrBytes, Uuid};
use strandline_protocol::messages::FetchRequest;
use strandline_protocol::messages::fetch_response::PartitionData;

use crate::security::TOPIC_NAME_LENGTH_MAX;
use crate::server::random_bytes;

/// Epoch of a request that opens a session.
const INITIAL_EPOCH: i32 = 0;

/// Epoch of a request that wants none, or closes one.
const FINAL_EPOCH: i32 = -1;

/// How long a session is safe from others. As in Kafka.
const EVICTION: Duration = Duration::from_secs(120);

/// Partitions that all sessions may hold together: about 10 MB, 35 MB if each has a name of its own of the
/// greatest length.
const PARTITIONS_MAX: usize = 100_000;

/// A topic as the client names it: by id from version 13 on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TopicRef {
    /// By name.
    Name(StrBytes),
    /// By id.
    Id(Uuid),
}

impl TopicRef {
    /// Whether a topic can be named so; a session remembers nothing longer.
    fn is_possible(&self) -> bool {
        match self {
            Self::Name(name) => name.len() <= TOPIC_NAME_LENGTH_MAX,
            Self::Id(_) => true,
        }
    }
}

/// What a client wants of one partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The topic.
    pub topic: TopicRef,
    /// Number of the partition.
    pub partition: i32,
    /// The leader epoch that the client believes in, -1 for none.
    pub current_leader_epoch: i32,
    /// Where to begin.
    pub fetch_offset: i64,
    /// The epoch of the record before that, -1 for unknown.
    pub last_fetched_epoch: i32,
    /// The most bytes of this partition.
    pub max_bytes: i32,
}

/// What a session remembers of a partition.
#[derive(Debug, Clone)]
struct Cached {
    wanted: Wanted,
    high_watermark: i64,
    log_start_offset: i64,
}

#[derive(Debug)]
struct Session {
    /// Epoch that the next request has to carry.
    next_epoch: i32,
    by_id: bool,
    created: Duration,
    last_used: Duration,
    /// In the order in which they are read; those that had data go to the end.
    partitions: Vec<Cached>,
}

/// How a request is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Everything, without a session.
    Sessionless,
    /// Everything, and a new session.
    Full,
    /// News of a session.
    Incremental {
        /// Its id.
        id: i32,
        /// Its epoch after this request.
        next_epoch: i32,
    },
}

#[derive(Debug, Default)]
struct Cache {
    sessions: HashMap<i32, Session>,
    partitions: usize,
}

/// All sessions of a broker.
#[derive(Debug)]
pub struct FetchSessions {
    slots: usize,
    cache: Mutex<Cache>,
}

impl FetchSessions {
    /// A cache of `slots` sessions.
    pub fn new(slots: usize) -> Self {
        Self {
            slots,
            cache: Mutex::default(),
        }
    }

    /// How many sessions there are.
    pub fn len(&self) -> usize {
        self.cache.lock().sessions.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What a request asks for, its session taken into account.
    ///
    /// # Errors
    /// FETCH_SESSION_ID_NOT_FOUND, INVALID_FETCH_SESSION_EPOCH or FETCH_SESSION_TOPIC_ID_ERROR:
    /// the client begins anew.
    pub fn begin(
        &self,
        request: &FetchRequest,
        version: i16,
        now: Duration,
    ) -> Result<(Kind, Vec<Wanted>), ErrorCode> {
        let by_id = version >= 13;
        let (id, epoch) = (request.session_id, request.session_epoch);
        if version < 7 {
            return Ok((Kind::Sessionless, wanted(request, by_id)));
        }
        if epoch == INITIAL_EPOCH || epoch == FINAL_EPOCH {
            self.cache.lock().remove(id);
            let opens = epoch == INITIAL_EPOCH;
            let kind = if opens { Kind::Full } else { Kind::Sessionless };
            return Ok((kind, wanted(request, by_id)));
        }
        let mut cache = self.cache.lock();
        let cache = &mut *cache;
        let session = cache.sessions.get_mut(&id);
        let session = session.ok_or(ErrorCode::FetchSessionIdNotFound)?;
        if session.next_epoch != epoch {
            return Err(ErrorCode::InvalidFetchSessionEpoch);
        }
        if session.by_id != by_id {
            return Err(ErrorCode::FetchSessionTopicIdError);
        }
        session.last_used = now;
        session.next_epoch = following(epoch);
        let before = session.partitions.len();
        session.update(
            request,
            by_id,
            PARTITIONS_MAX.saturating_sub(cache.partitions),
        );
        cache.partitions = cache.partitions - before + session.partitions.len();
        let next_epoch = session.next_epoch;
        let all = session
            .partitions
            .iter()
            .map(|c| c.wanted.clone())
            .collect();
        Ok((Kind::Incremental { id, next_epoch }, all))
    }

    /// The session id of the response. For an incremental one, takes out of `results`, which are
    /// in the order of what [`begin`](Self::begin) gave, what is no news.
    pub fn finish(
        &self,
        kind: Kind,
        by_id: bool,
        results: &mut Vec<(Wanted, PartitionData)>,
        now: Duration,
    ) -> i32 {
        match kind {
            Kind::Sessionless => 0,
            Kind::Full => self.open(by_id, results, now),
            Kind::Incremental { id, next_epoch } => {
                let mut cache = self.cache.lock();
                let session = cache.sessions.get_mut(&id);
                // Another request may have come in between on another connection: it knows better.
                if let Some(session) = session.filter(|s| s.next_epoch == next_epoch) {
                    session.keep_news(results);
                }
                id
            }
        }
    }

    fn open(&self, by_id: bool, results: &[(Wanted, PartitionData)], now: Duration) -> i32 {
        // A name that no topic can have is not worth remembering.
        let kept = |(wanted, _): &(Wanted, PartitionData)| wanted.topic.is_possible();
        if results.is_empty() || !results.iter().all(kept) {
            return 0;
        }
        let mut cache = self.cache.lock();
        if !cache.make_room(self.slots, results.len(), now) {
            return 0;
        }
        let id = loop {
            let id = i32::from_be_bytes(random_bytes()) & i32::MAX;
            if id != 0 && !cache.sessions.contains_key(&id) {
                break id;
            }
        };
        let mut names = Names::default();
        let partitions = results.iter().map(|(wanted, data)| {
            let mut cached = Cached::new(names.keep(wanted.clone()));
            cached.is_news(data);
            cached
        });
        let session = Session {
            next_epoch: following(INITIAL_EPOCH),
            by_id,
            created: now,
            last_used: now,
            partitions: partitions.collect(),
        };
        cache.partitions += session.partitions.len();
        cache.sessions.insert(id, session);
        id
    }
}

impl Cache {
    fn remove(&mut self, id: i32) {
        if let Some(session) = self.sessions.remove(&id) {
            self.partitions -= session.partitions.len();
        }
    }

    /// Whether there is room for a session with `partitions`, after evicting at most one other.
    fn make_room(&mut self, slots: usize, partitions: usize, now: Duration) -> bool {
        let fits = |cache: &Self| {
            cache.sessions.len() < slots && cache.partitions + partitions <= PARTITIONS_MAX
        };
        if fits(self) {
            return true;
        }
        let old = |since: Duration| now.saturating_sub(since) > EVICTION;
        let idle = self.sessions.iter().filter(|(_, s)| old(s.last_used));
        let idle = idle.min_by_key(|(_, s)| s.last_used).map(|(id, _)| *id);
        let smaller = || {
            let lived = self.sessions.iter().filter(|(_, s)| old(s.created));
            let smaller = lived.filter(|(_, s)| s.partitions.len() < partitions);
            smaller
                .min_by_key(|(_, s)| s.partitions.len())
                .map(|(id, _)| *id)
        };
        if let Some(id) = idle.or_else(smaller) {
            self.remove(id);
        }
        fits(self)
    }
}

impl Session {
    /// Takes in what a request adds, changes and forgets; adds at most `room` partitions.
    fn update(&mut self, request: &FetchRequest, by_id: bool, room: usize) {
        if request.topics.is_empty() && request.forgotten_topics_data.is_empty() {
            return;
        }
        let mut at: HashMap<(TopicRef, i32), usize> = HashMap::new();
        for (index, cached) in self.partitions.iter().enumerate() {
            at.insert(
                (cached.wanted.topic.clone(), cached.wanted.partition),
                index,
            );
        }
        let most = self.partitions.len() + room;
        let mut names = Names::default();
        for wanted in wanted(request, by_id) {
            match at.get(&(wanted.topic.clone(), wanted.partition)) {
                Some(index) => self.partitions[*index].change(wanted),
                None if self.partitions.len() < most && wanted.topic.is_possible() => {
                    let wanted = names.keep(wanted);
                    let key = (wanted.topic.clone(), wanted.partition);
                    at.insert(key, self.partitions.len());
                    self.partitions.push(Cached::new(wanted));
                }
                None => {}
            }
        }
        let mut forgotten = std::collections::HashSet::new();
        for topic in &request.forgotten_topics_data {
            let topic_ref = topic_ref(by_id, &topic.topic, topic.topic_id);
            for partition in &topic.partitions {
                forgotten.insert((topic_ref.clone(), *partition));
            }
        }
        if !forgotten.is_empty() {
            self.partitions
                .retain(|c| !forgotten.contains(&(c.wanted.topic.clone(), c.wanted.partition)));
        }
    }

    /// Leaves what is news in `results`, and puts the partitions that had records behind the
    /// others, so that none of them starves the rest.
    fn keep_news(&mut self, results: &mut Vec<(Wanted, PartitionData)>) {
        let mut at = 0;
        let mut had_data = Vec::new();
        let cached = &mut self.partitions;
        results.retain(|(wanted, data)| {
            let index = at;
            at += 1;
            let Some(cached) = cached.get_mut(index) else {
                return true;
            };
            debug_assert_eq!(cached.wanted, *wanted);
            if has_records(data) {
                had_data.push(index);
            }
            cached.is_news(data)
        });
        if !had_data.is_empty() && had_data.len() < self.partitions.len() {
            let mut index = 0;
            let mut moved = had_data.iter().peekable();
            let (behind, front): (Vec<_>, Vec<_>) = std::mem::take(&mut self.partitions)
                .into_iter()
                .partition(|_| {
                    let moves = moved.next_if_eq(&&index).is_some();
                    index += 1;
                    moves
                });
            self.partitions = front;
            self.partitions.extend(behind);
        }
    }
}

/// Copies names out of the frame of a request, so that a session does not keep the frame: once for
/// neighbouring partitions of a topic.
#[derive(Default)]
struct Names {
    last: Option<StrBytes>,
}

impl Names {
    fn keep(&mut self, wanted: Wanted) -> Wanted {
        let topic = match wanted.topic {
            TopicRef::Name(name) => {
                let known = self.last.take().filter(|last| *last == name);
                let kept = known.unwrap_or_else(|| name.detached());
                self.last = Some(kept.clone());
                TopicRef::Name(kept)
            }
            id => id,
        };
        Wanted { topic, ..wanted }
    }
}

impl Cached {
    fn new(wanted: Wanted) -> Self {
        Self {
            wanted,
            high_watermark: -1,
            log_start_offset: -1,
        }
    }

    /// Takes in what a request says anew of the same partition; the name stays, as the other one is a
    /// part of the request's frame.
    fn change(&mut self, wanted: Wanted) {
        let topic = self.wanted.topic.clone();
        self.wanted = Wanted { topic, ..wanted };
    }

    /// Whether the client has to be told; remembers that it was.
    fn is_news(&mut self, data: &PartitionData) -> bool {
        let moved = self.high_watermark != data.high_watermark
            || self.log_start_offset != data.log_start_offset;
        self.high_watermark = data.high_watermark;
        self.log_start_offset = data.log_start_offset;
        if data.error_code != 0 {
            // When the error is gone, that is news.
            self.high_watermark = -1;
            return true;
        }
        moved
            || has_records(data)
            || data.preferred_read_replica != -1
            || data.diverging_epoch.epoch != -1
    }
}

fn has_records(data: &PartitionData) -> bool {
    data.records.as_ref().is_some_and(|r| !r.is_empty())
}

fn following(epoch: i32) -> i32 {
    if epoch == i32::MAX { 1 } else { epoch + 1 }
}

fn topic_ref(by_id: bool, name: &StrBytes, id: Uuid) -> TopicRef {
    if by_id {
        TopicRef::Id(id)
    } else {
        TopicRef::Name(name.clone())
    }
}

fn wanted(request: &FetchRequest, by_id: bool) -> Vec<Wanted> {
    let count = request.topics.iter().map(|t| t.partitions.len()).sum();
    let mut all = Vec::with_capacity(count);
    for topic in &request.topics {
        let topic_ref = topic_ref(by_id, &topic.topic, topic.topic_id);
        for partition in &topic.partitions {
            all.push(Wanted {
                topic: topic_ref.clone(),
                partition: partition.partition,
                current_leader_epoch: partition.current_leader_epoch,
                fetch_offset: partition.fetch_offset,
                last_fetched_epoch: partition.last_fetched_epoch,
                max_bytes: partition.partition_max_bytes,
            });
        }
    }
    all
}

#[cfg(test)]
#[path = "session_test.rs"]
mod tests;
