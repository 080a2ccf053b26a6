//! One group in memory: the state machine, who waits for it, and what is on its way.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use strandline_metadata::records::GroupRecord;
use strandline_protocol::ErrorCode;
use tokio::sync::oneshot;

use super::group::{Answer, ClassicGroup, Effect, Event, Token};
use crate::server::Reservation;

/// Where an answer goes.
pub(super) type AnswerSender = oneshot::Sender<Answer>;

/// A group and everything around it. Lives under its shard's lock.
#[derive(Debug)]
pub(super) struct Slot {
    /// Tells it from a former one of the same name.
    pub(super) id: u64,
    pub(super) group: ClassicGroup,
    /// Requests that the group has not answered.
    parked: HashMap<Token, AnswerSender>,
    /// Answers that wait until their record is durable, oldest first.
    held: VecDeque<Held>,
    /// The newest record, until it is proposed.
    record: Option<GroupRecord>,
    /// How often the group wanted to be persisted.
    wanted: u64,
    /// The last of these that is durable.
    durable: u64,
    /// A task proposes this group's records.
    pub(super) persisting: bool,
    /// The time that the timers have for it.
    pub(super) armed: Option<Duration>,
    pub(super) memory: Reservation,
}

#[derive(Debug)]
struct Held {
    until: u64,
    what: HeldWhat,
}

#[derive(Debug)]
enum HeldWhat {
    Answer(AnswerSender, Answer),
    /// Somebody waits until the metadata knows what we know.
    Caller(oneshot::Sender<()>),
}

impl Held {
    fn release(self) {
        // Whoever waited may be gone: a closed connection is no concern of the group.
        match self.what {
            HeldWhat::Answer(sender, answer) => drop(sender.send(answer)),
            HeldWhat::Caller(sender) => drop(sender.send(())),
        }
    }
}

impl Slot {
    pub(super) fn new(id: u64, group: ClassicGroup, memory: Reservation) -> Self {
        Self {
            id,
            group,
            parked: HashMap::new(),
            held: VecDeque::new(),
            record: None,
            wanted: 0,
            durable: 0,
            persisting: false,
            armed: None,
            memory,
        }
    }

    /// Parks whoever waits for the answer to `token`.
    pub(super) fn park(&mut self, token: Token, sender: AnswerSender) {
        self.parked.insert(token, sender);
    }

    /// Feeds an event to the group and takes care of the effects. `timestamp` is the wall-clock
    /// time in milliseconds.
    pub(super) fn handle(&mut self, now: Duration, timestamp: i64, event: Event) {
        let mut effects = Vec::new();
        self.group.handle(now, event, &mut effects);
        for effect in effects {
            match effect {
                Effect::Persist => {
                    self.wanted += 1;
                    self.record = Some(self.group.to_record(timestamp));
                }
                Effect::Reply(token, answer) => {
                    if let Some(sender) = self.parked.remove(&token) {
                        self.hold(HeldWhat::Answer(sender, answer));
                    }
                }
            }
        }
    }

    /// Lets an answer go when everything before it is durable.
    fn hold(&mut self, what: HeldWhat) {
        let held = Held {
            until: self.wanted,
            what,
        };
        if self.durable >= held.until {
            held.release();
        } else {
            self.held.push_back(held);
        }
    }

    /// Resolves when the metadata knows what the group is now; at once if it does.
    pub(super) fn when_durable(&mut self) -> Option<oneshot::Receiver<()>> {
        if self.durable >= self.wanted {
            return None;
        }
        let (sender, receiver) = oneshot::channel();
        self.hold(HeldWhat::Caller(sender));
        Some(receiver)
    }

    /// What has to be proposed, and which wish it fulfils.
    pub(super) fn take_record(&mut self) -> Option<(GroupRecord, u64)> {
        self.record.take().map(|record| (record, self.wanted))
    }

    /// Whether something has to be proposed.
    pub(super) fn has_record(&self) -> bool {
        self.record.is_some()
    }

    /// The record that fulfils `wish` is durable.
    pub(super) fn persisted(&mut self, wish: u64) {
        self.durable = wish;
        while self.held.front().is_some_and(|held| held.until <= wish) {
            if let Some(held) = self.held.pop_front() {
                held.release();
            }
        }
    }

    /// Whether the group can be forgotten: the metadata knows all of it.
    pub(super) fn is_idle(&self) -> bool {
        self.group.is_idle() && !self.persisting && self.durable >= self.wanted
    }

    /// The group goes: everybody who waits gets `error`, also in place of an answer whose record
    /// never became durable.
    pub(super) fn close(mut self, now: Duration, error: ErrorCode) {
        for held in std::mem::take(&mut self.held) {
            match held.what {
                HeldWhat::Answer(sender, answer) => drop(sender.send(refusal(answer, error))),
                HeldWhat::Caller(sender) => drop(sender.send(())),
            }
        }
        let mut effects = Vec::new();
        self.group.handle(now, Event::Close(error), &mut effects);
        for effect in effects {
            if let Effect::Reply(token, answer) = effect
                && let Some(sender) = self.parked.remove(&token)
            {
                drop(sender.send(answer));
            }
        }
    }
}

/// The same kind of answer with an error.
fn refusal(answer: Answer, error: ErrorCode) -> Answer {
    use super::group::{JoinAnswer, SyncAnswer};
    match answer {
        Answer::Join(join) if join.error.is_none() => {
            Answer::Join(JoinAnswer::refused(error, join.member_id))
        }
        Answer::Sync(sync) if sync.error.is_none() => Answer::Sync(SyncAnswer::refused(error)),
        Answer::Leave(Ok(_)) => Answer::Leave(Err(error)),
        refused => refused,
    }
}
