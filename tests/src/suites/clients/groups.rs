//! Groups: what members read while others join, leave and come after them, and over a restart of
//! the broker, is every record exactly once.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::clients::{Client, History, Member, Reading, Span, Topic};
use crate::parallel;
use crate::suite::Run;
use crate::suites::server::Server;
use crate::wire::Wire;

/// Longest wait for a member to read what is there: a rebalance takes some seconds.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// One stage of every group's life; the number is how many records it writes at a time.
type Phase = fn(&mut Group, u64) -> Result<()>;

/// One client's group: its topic, what was written, and what its members have read.
struct Group {
    client: Client,
    topic: Topic,
    producer: String,
    written: u64,
    read: Vec<Reading>,
}

pub(super) fn run(run: &mut Run, server: &mut Server) -> Result<()> {
    let count = run.amount(2_000, 20_000);
    let bootstrap = server.bootstrap();
    let mut wire = Wire::connect(&bootstrap)?;
    let mut groups = Vec::new();
    for client in Client::ALL {
        let name = format!("group-{}", client.name());
        wire.create_topic(&name, 4, &[("retention.ms", "-1")])?;
        let topic = Topic {
            bootstrap: bootstrap.clone(),
            name,
        };
        let producer = format!("for-{}", client.name());
        groups.push(std::sync::Mutex::new(Group {
            client,
            topic,
            producer,
            written: 0,
            read: Vec::new(),
        }));
    }
    let phases: [(&str, Phase); 2] = [("hand over", Group::hand_over), ("resume", Group::resume)];
    for (phase, work) in phases {
        if phase == "resume" {
            server.kill()?;
            server.start_again()?;
        }
        let outcomes = parallel::map(&groups, 4, |group| {
            let mut group = group.lock().expect("one thread per group");
            work(&mut group, count).and_then(|()| group.check())
        });
        for (client, outcome) in Client::ALL.iter().zip(outcomes) {
            run.check(format_args!("group of {}: {phase}", client.name()), outcome);
        }
    }
    Ok(())
}

impl Group {
    /// One member reads, a second joins it, the first leaves while records are written, a third
    /// comes after the second has left.
    fn hand_over(&mut self, count: u64) -> Result<()> {
        self.write(count)?;
        let first = self.join()?;
        first
            .wait_for(self.unread(), READ_TIMEOUT)
            .context("first member")?;
        let second = self.join()?;
        self.write(count)?;
        self.wait_for(&[&first, &second]).context("two members")?;
        if self.client.prints_all_it_commits() {
            let leaving = std::thread::spawn(move || first.leave());
            self.write(count)?;
            let left = leaving
                .join()
                .map_err(|_| anyhow::anyhow!("a panic while leaving"))?;
            self.read.extend(left.context("first member leaves")?);
        } else {
            self.read
                .extend(first.leave().context("first member leaves")?);
            self.write(count)?;
        }
        second
            .wait_for(self.unread(), READ_TIMEOUT)
            .context("second member, alone")?;
        self.read
            .extend(second.leave().context("second member leaves")?);
        self.check_committed()?;
        self.resume(count)
    }

    /// A new member goes on where the last one ended.
    fn resume(&mut self, count: u64) -> Result<()> {
        self.write(count)?;
        let member = self.join()?;
        member
            .wait_for(self.unread(), READ_TIMEOUT)
            .context("a later member")?;
        self.read
            .extend(member.leave().context("a later member leaves")?);
        self.check_committed()
    }

    /// With nobody in the group, what it has committed is what its members were given.
    fn check_committed(&self) -> Result<()> {
        let mut given = BTreeMap::new();
        for reading in &self.read {
            let next = given.entry(reading.partition).or_default();
            *next = reading.offset.saturating_add(1).max(*next);
        }
        let mut wire = Wire::connect(&self.topic.bootstrap)?;
        let committed = wire.committed_offsets(&self.topic.name, &self.topic.name)?;
        ensure!(
            committed == given,
            "committed {committed:?}, given to members {given:?}"
        );
        Ok(())
    }

    fn join(&self) -> Result<Member> {
        self.client.join(&self.topic, &self.topic.name)
    }

    fn write(&mut self, count: u64) -> Result<()> {
        let span = Span {
            first: self.written,
            count,
        };
        Client::FranzGo.produce(&self.topic, &self.producer, span, &["lz4"])?;
        self.written += count;
        Ok(())
    }

    /// Records that no member that has left has read.
    fn unread(&self) -> usize {
        usize::try_from(self.written)
            .unwrap_or(usize::MAX)
            .saturating_sub(self.read.len())
    }

    /// Waits until members that run together have read everything.
    fn wait_for(&self, members: &[&Member; 2]) -> Result<()> {
        let deadline = std::time::Instant::now() + READ_TIMEOUT;
        loop {
            let read: usize = members.iter().map(|member| member.read_so_far()).sum();
            if read >= self.unread() {
                return Ok(());
            }
            let left = deadline.saturating_duration_since(std::time::Instant::now());
            ensure!(!left.is_zero(), "read {read} of {}", self.unread());
            // Whichever member reads next: short waits for each in turn, no fixed sleep.
            for member in members {
                let step = Duration::from_millis(20).min(left);
                let _ = member.wait_for(member.read_so_far() + 1, step);
            }
        }
    }

    /// Everything written was read exactly once, whoever read it.
    fn check(&self) -> Result<()> {
        let mut times: BTreeMap<(i32, i64), u32> = BTreeMap::new();
        let mut history = History::default();
        for reading in &self.read {
            history.add(reading)?;
            *times
                .entry((reading.partition, reading.offset))
                .or_default() += 1;
        }
        let twice: Vec<_> = times
            .iter()
            .filter(|(_, times)| **times > 1)
            .take(3)
            .collect();
        ensure!(twice.is_empty(), "read twice: {twice:?} ...");
        history.check_producer(&self.producer, self.written)?;
        history.check_contiguous()
    }
}
