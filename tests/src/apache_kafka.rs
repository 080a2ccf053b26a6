//! Apache Kafka from its Maven jars: one KRaft node to compare with, and the command-line tools.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::command::Cmd;
use crate::http::free_port;
use crate::process::Process;
use crate::tools;

/// A cluster id as Kafka writes them: 16 bytes in base64url.
const CLUSTER_ID: &str = "c3RyYW5kbGluZS10ZXN0cw";

/// One Kafka broker that is its own controller, with Kafka's default settings.
#[derive(Debug)]
pub struct ApacheKafka {
    process: Process,
    dir: PathBuf,
    jars: PathBuf,
    heap: String,
    port: u16,
}

impl ApacheKafka {
    /// Formats `dir` and starts a broker on it, on a free port of loopback. `settings` are lines of
    /// `server.properties` beyond the necessary ones; `heap` is Java's (`1g`: Kafka's own default).
    ///
    /// # Errors
    /// When the jars cannot be had or the broker does not start.
    pub fn start(dir: &Path, heap: &str, settings: &[(&str, &str)]) -> Result<Self> {
        let jars = tools::kafka_jars()?;
        let (port, controller) = (free_port()?, free_port()?);
        std::fs::create_dir_all(dir)?;
        write_properties(dir, port, controller, settings)?;
        let (properties, config) = ("server.properties", "--config");
        java(&jars, "512m")?
            .args([
                "kafka.tools.StorageTool",
                "format",
                "--cluster-id",
                CLUSTER_ID,
                config,
            ])
            .arg(properties)
            .dir(dir)
            .output()?;
        let process = launch(&jars, heap, dir)?;
        Ok(Self {
            process,
            dir: dir.to_owned(),
            jars,
            heap: heap.to_owned(),
            port,
        })
    }

    /// `HOST:PORT` for clients.
    #[must_use]
    pub fn bootstrap(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The process id of the Java machine.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// The process.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Ends it with SIGKILL.
    ///
    /// # Errors
    /// When waiting for its end fails.
    pub fn kill(&mut self) -> Result<()> {
        self.process.kill()
    }

    /// Stops it in an orderly way.
    ///
    /// # Errors
    /// When it does not end within a minute.
    pub fn stop(&mut self) -> Result<()> {
        self.process.stop(Duration::from_secs(60)).map(drop)
    }

    /// Starts it again on the same directory and port, after [`Self::kill`] or [`Self::stop`].
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_again(&mut self) -> Result<()> {
        self.process = launch(&self.jars, &self.heap, &self.dir)?;
        Ok(())
    }
}

fn launch(jars: &Path, heap: &str, dir: &Path) -> Result<Process> {
    let command = java(jars, heap)?
        .args(["kafka.Kafka", "server.properties"])
        .dir(dir);
    let process = Process::start("Apache Kafka", command)?;
    process.wait_for("its start", Duration::from_secs(120), |line| {
        line.contains("Kafka Server started").then_some(())
    })?;
    Ok(process)
}

/// One of Kafka's command-line tools by the name of its main class, such as
/// `org.apache.kafka.tools.TopicCommand`; the arguments are the caller's.
///
/// # Errors
/// When the jars cannot be had.
pub fn tool(main_class: &str) -> Result<Cmd> {
    Ok(java(&tools::kafka_jars()?, "256m")?.arg(main_class))
}

/// Java with Kafka's class path, diagnostics on standard output for a broker to be waited for.
fn java(jars: &Path, heap: &str) -> Result<Cmd> {
    let log4j = log4j_file(jars)?;
    Ok(Cmd::new(tools::java()?)
        .args([format!("-Xms{heap}"), format!("-Xmx{heap}")])
        .args([
            "-XX:+UseG1GC",
            "-XX:MaxGCPauseMillis=20",
            "-XX:InitiatingHeapOccupancyPercent=35",
        ])
        .args([
            "-XX:+ExplicitGCInvokesConcurrent",
            "-Djava.awt.headless=true",
        ])
        .arg(format!("-Dlog4j2.configurationFile={}", log4j.display()))
        .args(["-cp".to_owned(), format!("{}/*", jars.display())]))
}

/// Warnings to standard error, and the one line of the broker that says it serves.
fn log4j_file(jars: &Path) -> Result<PathBuf> {
    let path = jars
        .parent()
        .context("the jars lie in a folder")?
        .join("log4j2.properties");
    let text = "rootLogger.level = warn\n\
        rootLogger.appenderRef.e.ref = E\n\
        logger.k.name = kafka.server.KafkaRaftServer\n\
        logger.k.level = info\n\
        appender.e.type = Console\n\
        appender.e.name = E\n\
        appender.e.target = SYSTEM_ERR\n\
        appender.e.layout.type = PatternLayout\n\
        appender.e.layout.pattern = [%d] %p %m (%c)%n\n";
    if std::fs::read_to_string(&path).is_ok_and(|old| old == text) {
        return Ok(path);
    }
    let beside = path.with_extension(format!("{}", std::process::id()));
    std::fs::write(&beside, text)?;
    std::fs::rename(&beside, &path)?;
    Ok(path)
}

fn write_properties(
    dir: &Path,
    port: u16,
    controller: u16,
    settings: &[(&str, &str)],
) -> Result<()> {
    let mut text = format!(
        "process.roles=broker,controller\n\
         node.id=1\n\
         controller.quorum.voters=1@127.0.0.1:{controller}\n\
         listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}\n\
         advertised.listeners=PLAINTEXT://127.0.0.1:{port}\n\
         controller.listener.names=CONTROLLER\n\
         log.dirs={}\n\
         offsets.topic.replication.factor=1\n\
         share.coordinator.state.topic.replication.factor=1\n\
         share.coordinator.state.topic.min.isr=1\n\
         transaction.state.log.replication.factor=1\n\
         transaction.state.log.min.isr=1\n\
         group.initial.rebalance.delay.ms=0\n",
        dir.join("data").display()
    );
    for (name, value) in settings {
        text.push_str(&format!("{name}={value}\n"));
    }
    std::fs::write(dir.join("server.properties"), text).context("failed to write its properties")
}
