//! What the command line accepts. The doc comments are the help texts.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// An event-streaming broker that speaks the Kafka protocol.
#[derive(Debug, Parser)]
#[command(name = "strandline", version, about, propagate_version = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Start one broker for development, with data and tier in local directories
    Dev(Dev),
    /// Start a broker from a configuration file
    Server(Server),
    /// Show the settings in force, or translate Kafka's server.properties
    Config(Config),
    /// Create, list, describe, alter, delete and repair topics
    Topic(Topic),
    /// Send the lines of standard input as records
    Produce(Produce),
    /// Print records
    Consume(Consume),
    /// List, describe and reset consumer groups
    Group(Group),
    /// Show what the object store holds
    Tier(Tier),
    /// One screen about a running broker: space, upload debt, slow requests
    Status(Status),
    /// Look into the journal of a stopped or copied data directory
    Journal(Journal),
}

/// Where a broker is if nobody says otherwise.
pub(super) const BOOTSTRAP: &str = "127.0.0.1:9092";

/// Where the broker is.
#[derive(Debug, Clone, Args)]
pub(super) struct Bootstrap {
    /// Brokers to connect to first, HOST:PORT[,HOST:PORT]...
    #[arg(
        long,
        short = 'b',
        default_value = BOOTSTRAP,
        value_name = "HOST:PORT"
    )]
    pub(super) bootstrap: String,
}

#[derive(Debug, Args)]
pub(super) struct Dev {
    /// Where clients connect; port 0 takes a free one [default: 127.0.0.1:9092]
    #[arg(long, value_name = "HOST:PORT")]
    pub(super) listen: Option<String>,
    /// Address that clients are told to connect to [default: the one they came in by]
    #[arg(long, value_name = "HOST[:PORT]")]
    pub(super) advertise: Option<String>,
    /// Data directory [default: strandline-data]
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// Delete the data directory first, after asking
    #[arg(long)]
    pub(super) reset: bool,
    /// Do not ask before --reset
    #[arg(long, requires = "reset")]
    pub(super) yes: bool,
    /// Keep everything in a temporary directory that goes when the broker stops
    #[arg(long, conflicts_with_all = ["data", "reset"])]
    pub(super) ephemeral: bool,
    /// Object store: a directory, or s3://bucket/prefix?endpoint=URL [default: DATA/tier]
    #[arg(long, value_name = "DIR-or-URL")]
    pub(super) tier: Option<String>,
    /// Any setting by Kafka's name or ours, e.g. num.partitions=4
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(super) set: Vec<String>,
    /// Write the ready line to this file, too
    #[arg(long, value_name = "FILE")]
    pub(super) ready_file: Option<PathBuf>,
    /// Run a command with BOOTSTRAP_SERVERS set, stop the broker when it ends, exit with its status
    #[arg(long, num_args = 1.., trailing_var_arg = true, allow_hyphen_values = true, value_name = "CMD")]
    pub(super) exec: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct Server {
    /// Configuration file in TOML
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Data directory; same as --set data.dir=DIR
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// Any setting by Kafka's name or ours, e.g. num.partitions=4
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(super) set: Vec<String>,
    /// Write the ready line to this file, too
    #[arg(long, value_name = "FILE")]
    pub(super) ready_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Config {
    /// Configuration file in TOML whose settings to show
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Translate Kafka's server.properties to TOML and list what has no counterpart
    #[arg(long, value_name = "FILE", conflicts_with = "config")]
    pub(super) from: Option<PathBuf>,
    /// Print docs/config.md
    #[arg(long, hide = true)]
    pub(super) docs: bool,
    /// Print docs/metrics.md
    #[arg(long, hide = true)]
    pub(super) metrics_docs: bool,
}

#[derive(Debug, Args)]
pub(super) struct Topic {
    #[command(flatten)]
    pub(super) bootstrap: Bootstrap,
    #[command(subcommand)]
    pub(super) command: TopicCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum TopicCommand {
    /// Create a topic
    Create {
        /// Its name
        name: String,
        /// Number of partitions [default: num.partitions of the broker]
        #[arg(long, short)]
        partitions: Option<i32>,
        /// Copies of each partition [default: default.replication.factor of the broker]
        #[arg(long)]
        replication_factor: Option<i16>,
        /// A topic config, e.g. retention.ms=3600000
        #[arg(long = "set", value_name = "NAME=VALUE")]
        set: Vec<String>,
    },
    /// List topics
    List,
    /// Show partitions and configs of a topic
    Describe {
        /// Its name
        name: String,
    },
    /// Change configs or add partitions
    Alter {
        /// Its name
        name: String,
        /// New number of partitions
        #[arg(long, short)]
        partitions: Option<i32>,
        /// Set a config
        #[arg(long = "set", value_name = "NAME=VALUE")]
        set: Vec<String>,
        /// Set a config back to its default
        #[arg(long = "unset", value_name = "NAME")]
        unset: Vec<String>,
    },
    /// Delete a topic with all its data
    Delete {
        /// Its name
        name: String,
    },
    /// Find damaged offsets of a partition and give them up, so that reads go on behind them
    ///
    /// The log start moves behind the last damaged offset: what is intact below it goes, too. Copy
    /// it with consume --from-offset first if it matters.
    Repair {
        /// Its name
        name: String,
        /// The partition
        #[arg(long)]
        partition: i32,
        /// Do it; without this only what is damaged and what would be given up is shown
        #[arg(long)]
        execute: bool,
    },
}

#[derive(Debug, Args)]
pub(super) struct Produce {
    #[command(flatten)]
    pub(super) bootstrap: Bootstrap,
    /// Topic to write to
    pub(super) topic: String,
    /// Partition to write to [default: by key, else round robin]
    #[arg(long)]
    pub(super) partition: Option<i32>,
    /// Text between key and value of a line [default: lines are values without key]
    #[arg(long, value_name = "TEXT")]
    pub(super) key_separator: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Consume {
    #[command(flatten)]
    pub(super) bootstrap: Bootstrap,
    /// Topic to read
    pub(super) topic: String,
    /// Only this partition
    #[arg(long)]
    pub(super) partition: Option<i32>,
    /// Start at this offset; negative counts from the end
    #[arg(long, allow_hyphen_values = true, conflicts_with_all = ["from_timestamp", "group"])]
    pub(super) from_offset: Option<i64>,
    /// Start at the first record with this timestamp or later, in ms since 1970
    #[arg(long, value_name = "MS", conflicts_with = "group")]
    pub(super) from_timestamp: Option<i64>,
    /// Read as a member of this group and commit what was printed
    #[arg(long, conflicts_with = "partition")]
    pub(super) group: Option<String>,
    /// Wait for more at the end
    #[arg(long, short)]
    pub(super) follow: bool,
    /// Stop after this many records
    #[arg(long, short = 'n')]
    pub(super) max_records: Option<u64>,
    /// Show partition, offset, timestamp, key and headers, too
    #[arg(long, short)]
    pub(super) verbose: bool,
}

#[derive(Debug, Args)]
pub(super) struct Group {
    #[command(flatten)]
    pub(super) bootstrap: Bootstrap,
    #[command(subcommand)]
    pub(super) command: GroupCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum GroupCommand {
    /// List groups
    List,
    /// Show members, committed offsets and lag of a group
    Describe {
        /// Its id
        group: String,
    },
    /// Set the committed offsets of a group without members
    Reset {
        /// Its id
        group: String,
        /// Topic whose offsets to set
        #[arg(long)]
        topic: String,
        /// earliest, latest, an offset, or a time in ms since 1970 written as @MS
        #[arg(long)]
        to: String,
        /// Do it; without this only the result is shown
        #[arg(long)]
        execute: bool,
    },
}

#[derive(Debug, Args)]
pub(super) struct Tier {
    #[command(flatten)]
    pub(super) bootstrap: Bootstrap,
    #[command(subcommand)]
    pub(super) command: TierCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum TierCommand {
    /// How much of each partition is in the object store
    Ls {
        /// Only this topic
        topic: Option<String>,
    },
    /// Every object that a manifest or the trash refers to, with its key
    Objects {
        /// Only this topic
        topic: Option<String>,
        /// Admin port of the broker
        #[arg(long, default_value = "127.0.0.1:9644", value_name = "HOST:PORT")]
        admin: String,
    },
    /// Offsets of one partition: deleted, remote, local
    Show {
        /// The topic
        topic: String,
        /// The partition
        #[arg(default_value_t = 0)]
        partition: i32,
    },
}

#[derive(Debug, Args)]
pub(super) struct Status {
    /// Admin port of the broker
    #[arg(long, default_value = "127.0.0.1:9644", value_name = "HOST:PORT")]
    pub(super) admin: String,
}
#[derive(Debug, Args)]
pub(super) struct Journal {
    #[command(subcommand)]
    pub(super) command: JournalCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum JournalCommand {
    /// List the files with their state
    Ls {
        /// Data directory of a stopped broker, or a copy of one
        data: PathBuf,
    },
    /// Print groups and entries of one file
    Dump {
        /// Data directory
        data: PathBuf,
        /// File number
        file: u64,
    },
    /// Check every group, batch and footer; the exit code says whether all is intact
    Verify {
        /// Data directory
        data: PathBuf,
    },
}
