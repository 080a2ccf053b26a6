//! Apache Kafka from its Maven jars, as one KRaft node with its default settings.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use strandline_tests::tools;

use crate::system::{Broker, System, free_port};

/// A cluster id as Kafka writes them.
const CLUSTER_ID: &str = "c3RyYW5kbGluZS1iZW5jaA";

/// What Kafka's own start script sets.
const JAVA_OPTIONS: [&str; 7] = [
    "-Xms1g",
    "-Xmx1g",
    "-server",
    "-XX:+UseG1GC",
    "-XX:MaxGCPauseMillis=20",
    "-XX:InitiatingHeapOccupancyPercent=35",
    "-XX:+ExplicitGCInvokesConcurrent",
];

/// Apache Kafka, assembled.
#[derive(Debug)]
pub(crate) struct ApacheKafka {
    jars: PathBuf,
    java: PathBuf,
}

impl ApacheKafka {
    /// Fetches the jars unless they are there.
    pub(crate) fn assemble() -> Result<Self> {
        Ok(Self {
            jars: tools::kafka_jars()?,
            java: tools::java()?,
        })
    }

    fn java(&self, dir: &Path, options: &[&str]) -> Command {
        let mut command = Command::new(&self.java);
        command
            .args(options)
            .arg("-Djava.awt.headless=true")
            .arg("-cp")
            .arg(format!("{}/*", self.jars.display()))
            .current_dir(dir)
            .stdin(Stdio::null());
        command
    }
}

fn properties(dir: &Path, port: u16, controller: u16, settings: &[(&str, &str)]) -> String {
    let mut text = format!(
        "process.roles=broker,controller\nnode.id=1\n\
         listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}\n\
         advertised.listeners=PLAINTEXT://127.0.0.1:{port}\n\
         controller.listener.names=CONTROLLER\n\
         controller.quorum.voters=1@127.0.0.1:{controller}\n\
         log.dirs={}\noffsets.topic.replication.factor=1\n\
         transaction.state.log.replication.factor=1\ntransaction.state.log.min.isr=1\n",
        dir.join("data").display()
    );
    for (name, value) in settings {
        text.push_str(&format!("{name}={value}\n"));
    }
    text
}

impl System for ApacheKafka {
    fn name(&self) -> &'static str {
        "Apache Kafka"
    }

    fn prepare(&self, dir: &Path) -> Result<()> {
        let (port, controller) = (free_port()?, free_port()?);
        std::fs::write(dir.join("ports"), format!("{port} {controller}"))?;
        std::fs::write(
            dir.join("server.properties"),
            properties(dir, port, controller, &[]),
        )?;
        let output = self
            .java(dir, &["-Xmx512m"])
            .args([
                "kafka.tools.StorageTool",
                "format",
                "--cluster-id",
                CLUSTER_ID,
            ])
            .args(["--config", "server.properties"])
            .output()
            .context("run Kafka's storage tool")?;
        ensure!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(())
    }

    fn spawn(&self, dir: &Path, settings: &[(&str, &str)]) -> Result<Broker> {
        let ports = std::fs::read_to_string(dir.join("ports"))?;
        let (port, controller) = ports
            .split_once(' ')
            .context("ports of the prepared broker")?;
        let (port, controller) = (port.parse()?, controller.parse()?);
        let text = properties(dir, port, controller, settings);
        std::fs::write(dir.join("server.properties"), text)?;
        let mut command = self.java(dir, &JAVA_OPTIONS);
        command.args(["kafka.Kafka", "server.properties"]);
        let output = std::fs::File::create(dir.join("output.txt"))?;
        command.stdout(output.try_clone()?).stderr(output);
        let spawned = Instant::now();
        let child = command.spawn().context("start Apache Kafka")?;
        Ok(Broker::new(child, format!("127.0.0.1:{port}"), spawned))
    }
}
