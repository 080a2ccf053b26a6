//! The client programs of `tests/clients` behind one interface: what `SPEC.md` says, as Rust.

pub mod console;
mod history;
mod kcat;
mod member;
mod record;

use std::time::Duration;

use anyhow::{Context, Result};

pub use history::History;
pub use member::{Acks, Member};
pub use record::{Reading, Written, expected};

use crate::command::Cmd;
use crate::tools;

/// Longest time for one program to write or read what a test asks for.
const TIMEOUT: Duration = Duration::from_secs(600);

/// Every codec of Kafka.
pub const CODECS: [&str; 5] = ["none", "gzip", "snappy", "lz4", "zstd"];

/// A client library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Client {
    /// Apache Kafka's own.
    Java,
    /// kcat, with the librdkafka of Debian.
    Kcat,
    /// confluent-kafka for Python: librdkafka.
    Confluent,
    /// kafka-python.
    KafkaPython,
    /// aiokafka.
    Aiokafka,
    /// kafkajs.
    Kafkajs,
    /// franz-go.
    FranzGo,
    /// sarama.
    Sarama,
}

/// Where reading begins.
#[derive(Debug, Clone, Copy)]
pub enum From {
    /// At the log start.
    Earliest,
    /// At an offset, in every partition.
    Offset(i64),
    /// At the first record of at least this time.
    Time(i64),
}

impl Client {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Java,
        Self::Kcat,
        Self::Confluent,
        Self::KafkaPython,
        Self::Aiokafka,
        Self::Kafkajs,
        Self::FranzGo,
        Self::Sarama,
    ];

    /// Its name in reports, and the beginning of the names of its producers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Java => "java",
            Self::Kcat => "kcat",
            Self::Confluent => "confluent-kafka",
            Self::KafkaPython => "kafka-python",
            Self::Aiokafka => "aiokafka",
            Self::Kafkajs => "kafkajs",
            Self::FranzGo => "franz-go",
            Self::Sarama => "sarama",
        }
    }

    /// Whether a member that leaves while records arrive shows every record that it commits.
    ///
    /// kcat does not: it looks at its stop flag after the poll that stored a record's offset and
    /// before it prints the record, so that a signal between the two loses one record at most.
    #[must_use]
    pub const fn prints_all_it_commits(self) -> bool {
        !matches!(self, Self::Kcat)
    }

    /// The program, installed where it is missing.
    fn program(self) -> Result<Cmd> {
        match self {
            Self::Java => Ok(Cmd::new(tools::java()?)
                .args([
                    "-Xmx256m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                ])
                .arg(tools::java_client_classes()?)
                .arg("Client")),
            Self::Kcat => Ok(Cmd::new(tools::kcat()?)),
            Self::Confluent => tools::python_client("confluent_kafka_client"),
            Self::KafkaPython => tools::python_client("kafka_python_client"),
            Self::Aiokafka => tools::python_client("aiokafka_client"),
            Self::Kafkajs => tools::node_client(),
            Self::FranzGo => Ok(Cmd::new(tools::go_client("franz-go")?)),
            Self::Sarama => Ok(Cmd::new(tools::go_client("sarama")?)),
        }
    }

    /// Installs what it needs.
    ///
    /// # Errors
    /// When that cannot be had.
    pub fn install(self) -> Result<()> {
        self.program()
            .map(drop)
            .with_context(|| format!("client `{}`", self.name()))
    }

    /// Writes the records `first .. first + count` of `producer`, in equal parts with each codec.
    ///
    /// # Errors
    /// When the client fails.
    pub fn produce(self, to: &Topic, producer: &str, span: Span, codecs: &[&str]) -> Result<()> {
        if self == Self::Kcat {
            return kcat::produce(self.program()?, to, producer, span, codecs);
        }
        self.program()?
            .args(["produce", "--bootstrap", &to.bootstrap, "--topic", &to.name])
            .args(["--producer", producer, "--codec", &codecs.join(",")])
            .args(["--first".to_owned(), span.first.to_string()])
            .args(["--count".to_owned(), span.count.to_string()])
            .timeout(TIMEOUT)
            .output()
            .map(drop)
    }

    /// Reads every partition from a place to the end.
    ///
    /// # Errors
    /// When the client fails, or prints what is no record.
    pub fn read(self, topic: &Topic, from: From) -> Result<Vec<Reading>> {
        if self == Self::Kcat {
            return kcat::read(self.program()?, topic, from);
        }
        let from = match from {
            From::Earliest => "earliest".to_owned(),
            From::Offset(offset) => format!("offset:{offset}"),
            From::Time(millis) => format!("time:{millis}"),
        };
        let lines = self
            .program()?
            .args([
                "consume",
                "--bootstrap",
                &topic.bootstrap,
                "--topic",
                &topic.name,
            ])
            .args(["--assign", "--from", &from])
            .timeout(TIMEOUT)
            .output()?;
        lines.lines().map(Reading::parse).collect()
    }

    /// Joins a group and reads until the member is told to leave.
    ///
    /// # Errors
    /// When the client cannot be started.
    pub fn join(self, topic: &Topic, group: &str) -> Result<Member> {
        let program = self.program()?;
        if self == Self::Kcat {
            return Member::start(self, kcat::join(program, topic, group));
        }
        let command = program
            .args([
                "consume",
                "--bootstrap",
                &topic.bootstrap,
                "--topic",
                &topic.name,
            ])
            .args(["--group", group]);
        Member::start(self, command)
    }

    /// Writes records of `producer`, at most `rate` a second, until told to end; the clients for
    /// which that is possible are [`Self::Java`] and [`Self::Confluent`].
    ///
    /// # Errors
    /// When the client cannot be started.
    pub fn produce_until_told(self, to: &Topic, producer: &str, rate: u32) -> Result<Acks> {
        let command = self
            .program()?
            .args(["produce", "--bootstrap", &to.bootstrap, "--topic", &to.name])
            .args([
                "--producer",
                producer,
                "--codec",
                "lz4",
                "--count",
                "0",
                "--acks",
            ])
            .args(["--rate".to_owned(), rate.to_string()]);
        Acks::start(self, producer, command)
    }
}

/// A topic of some broker.
#[derive(Debug, Clone)]
pub struct Topic {
    /// `HOST:PORT`.
    pub bootstrap: String,
    /// Its name.
    pub name: String,
}

/// Sequences of one producer.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// The first.
    pub first: u64,
    /// How many.
    pub count: u64,
}

impl Span {
    /// `parts` spans of as equal length as can be, which together are this one.
    fn parts(self, parts: usize) -> impl Iterator<Item = Self> {
        let parts = parts as u64;
        let (each, longer) = (self.count / parts, self.count % parts);
        (0..parts).scan(self.first, move |first, at| {
            let count = each + u64::from(at < longer);
            let part = Self {
                first: *first,
                count,
            };
            *first += count;
            Some(part)
        })
    }
}
