//! `kafka-tools`: Kafka's own command-line tools by their main classes, what they print checked.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::server::Server;
use crate::apache_kafka::tool;
use crate::command::Cmd;
use crate::suite::{Run, Suite};

pub(crate) const SUITE: Suite = Suite {
    name: "kafka-tools",
    about: "kafka-topics, -configs, -console-*, -consumer-groups, -get-offsets, -delete-records, \
            perf tests, verifiable clients",
    in_ci: true,
    run,
};

type Step = fn(&Tools) -> Result<()>;

/// The tools, pointed at one broker.
struct Tools {
    bootstrap: String,
    dir: PathBuf,
    records: u64,
}

fn run(run: &mut Run) -> Result<()> {
    let mut server = Server::start(run, "tools")?;
    let records = run.amount(10_000, 100_000);
    let tools = Tools {
        bootstrap: server.bootstrap(),
        dir: run.dir().to_owned(),
        records,
    };

    let steps: [(&str, Step); 14] = [
        ("kafka-broker-api-versions", Tools::api_versions),
        ("kafka-cluster", Tools::cluster),
        ("kafka-topics", Tools::topics),
        ("kafka-configs", Tools::configs),
        ("kafka-console-producer and -consumer", Tools::console),
        ("kafka-get-offsets", Tools::offsets),
        (
            "kafka-consumer-groups: list, describe",
            Tools::groups_describe,
        ),
        ("kafka-consumer-groups: reset, delete", Tools::groups_change),
        ("kafka-delete-records", Tools::delete_records),
        ("kafka-producer-perf-test", Tools::producer_perf),
        ("kafka-consumer-perf-test", Tools::consumer_perf),
        ("kafka-verifiable-producer", Tools::verifiable_producer),
        ("kafka-verifiable-consumer", Tools::verifiable_consumer),
        ("kafka-topics: delete", Tools::topics_delete),
    ];
    for (name, step) in steps {
        run.check(name, step(&tools));
    }
    server.finish(run);
    Ok(())
}

impl Tools {
    fn tool(&self, main_class: &str) -> Result<Cmd> {
        let command = tool(&format!("org.apache.kafka.tools.{main_class}"))?;
        Ok(command.timeout(Duration::from_secs(120)))
    }

    fn at_broker(&self, main_class: &str) -> Result<Cmd> {
        Ok(self
            .tool(main_class)?
            .args(["--bootstrap-server", &self.bootstrap]))
    }

    fn topic_command(&self, args: &[&str]) -> Result<String> {
        self.at_broker("TopicCommand")?.args(args).output()
    }

    fn config_command(&self, args: &[&str]) -> Result<String> {
        let command = tool("kafka.admin.ConfigCommand")?;
        let command = command.args(["--bootstrap-server", &self.bootstrap]);
        command
            .args(args)
            .timeout(Duration::from_secs(120))
            .output()
    }

    fn group_command(&self, args: &[&str]) -> Result<String> {
        self.at_broker("consumer.group.ConsumerGroupCommand")?
            .args(args)
            .output()
    }

    fn api_versions(&self) -> Result<()> {
        let text = self.at_broker("BrokerApiVersionsCommand")?.output()?;
        for api in [
            "Produce(0): 0 to",
            "Fetch(1): 4 to",
            "ApiVersions(18): 0 to",
        ] {
            contains(&text, api)?;
        }
        Ok(())
    }

    fn cluster(&self) -> Result<()> {
        let command = self.tool("ClusterTool")?.arg("cluster-id");
        let text = command
            .args(["--bootstrap-server", &self.bootstrap])
            .output()?;
        contains(&text, "Cluster ID: ")
    }

    fn topics(&self) -> Result<()> {
        let created = self.topic_command(&[
            "--create",
            "--topic",
            "tools",
            "--partitions",
            "3",
            "--config",
            "segment.bytes=1048576",
        ])?;
        contains(&created, "Created topic tools.")?;
        let again = self
            .at_broker("TopicCommand")?
            .args(["--create", "--topic", "tools"]);
        let again = again.finish()?;
        ensure!(!again.is_success(), "creating it twice succeeds");
        contains(&again.all(), "TopicExistsException")?;
        contains(&self.topic_command(&["--list"])?, "tools")?;
        let described = self.topic_command(&["--describe", "--topic", "tools"])?;
        contains(&described, "PartitionCount: 3")?;
        contains(&described, "segment.bytes=1048576")?;
        let leaders = described.matches("Leader: ").count();
        ensure!(leaders == 3, "{leaders} partitions described: {described}");
        self.topic_command(&["--alter", "--topic", "tools", "--partitions", "4"])?;
        contains(
            &self.topic_command(&["--describe", "--topic", "tools"])?,
            "PartitionCount: 4",
        )
    }

    fn topics_delete(&self) -> Result<()> {
        self.topic_command(&["--delete", "--topic", "tools"])?;
        let left = self.topic_command(&["--list"])?;
        ensure!(
            !left.lines().any(|topic| topic == "tools"),
            "still listed: {left}"
        );
        Ok(())
    }

    fn configs(&self) -> Result<()> {
        let entity = ["--entity-type", "topics", "--entity-name", "tools"];
        let with = |args: &[&str]| {
            let all: Vec<&str> = entity.iter().chain(args).copied().collect();
            self.config_command(&all)
        };
        contains(&with(&["--describe"])?, "segment.bytes=1048576")?;
        with(&[
            "--alter",
            "--add-config",
            "retention.ms=86400000,max.message.bytes=2000000",
        ])?;
        let described = with(&["--describe"])?;
        contains(&described, "retention.ms=86400000")?;
        contains(&described, "DYNAMIC_TOPIC_CONFIG:max.message.bytes=2000000")?;
        with(&["--alter", "--delete-config", "max.message.bytes"])?;
        let described = with(&["--describe"])?;
        ensure!(
            !described.contains("max.message.bytes"),
            "not deleted: {described}"
        );
        let all = with(&["--describe", "--all"])?;
        contains(&all, "DEFAULT_CONFIG:")?;
        let listed = all
            .lines()
            .filter(|line| line.contains(" sensitive="))
            .count();
        ensure!(listed >= 33, "{listed} topic configs described, 33 wanted");
        let node = self.node_id()?;
        let broker = [
            "--entity-type",
            "brokers",
            "--entity-name",
            &node,
            "--describe",
            "--all",
        ];
        contains(&self.config_command(&broker)?, "num.partitions=")
    }

    /// The id of the broker, which is the leader of everything.
    fn node_id(&self) -> Result<String> {
        let described = self.topic_command(&["--describe", "--topic", "tools"])?;
        let leader = described.split("Leader: ").nth(1).context("no leader")?;
        Ok(leader
            .split_whitespace()
            .next()
            .context("no leader")?
            .to_owned())
    }

    fn console(&self) -> Result<()> {
        let input: String = (0..self.records)
            .map(|n| format!("key{n}:value{n}\n"))
            .collect();
        self.at_broker("ConsoleProducer")?
            .args(["--topic", "tools", "--reader-property", "parse.key=true"])
            .args(["--reader-property", "key.separator=:"])
            .args(["--compression-codec", "zstd"])
            .input(input)
            .output()?;
        let text = self
            .at_broker("consumer.ConsoleConsumer")?
            .args(["--topic", "tools", "--from-beginning", "--group", "console"])
            .args(["--max-messages".to_owned(), self.records.to_string()])
            .args([
                "--formatter-property",
                "print.key=true",
                "--timeout-ms",
                "60000",
            ])
            .output()?;
        let mut lines: Vec<&str> = text.lines().collect();
        lines.sort_unstable();
        let mut wanted: Vec<String> = (0..self.records)
            .map(|n| format!("key{n}\tvalue{n}"))
            .collect();
        wanted.sort_unstable();
        ensure!(
            lines == wanted,
            "read {} lines, or other ones than were written",
            lines.len()
        );
        Ok(())
    }

    fn offsets(&self) -> Result<()> {
        let shell = |time: &str| {
            let command = self.at_broker("GetOffsetShell")?;
            command.args(["--topic", "tools", "--time", time]).output()
        };
        for (time, wanted) in [("-1", self.records), ("-2", 0), ("-4", 0)] {
            let text = shell(time)?;
            let sum = sum_of_last_fields(&text, ':')?;
            ensure!(sum == wanted, "offsets at {time}: {text}");
        }
        // -3 is the record with the highest timestamp of each partition: below its end.
        let newest = sum_of_last_fields(&shell("-3")?, ':')?;
        ensure!(
            newest < self.records && newest > 0,
            "offsets at -3: {newest}"
        );
        Ok(())
    }

    fn groups_describe(&self) -> Result<()> {
        contains(&self.group_command(&["--list"])?, "console")?;
        let state = self.group_command(&["--describe", "--group", "console", "--state"])?;
        contains(&state, "Empty")?;
        let text = self.group_command(&["--describe", "--group", "console"])?;
        let rows = text.lines().filter(|line| line.starts_with("console"));
        let mut committed = 0;
        for row in rows {
            let columns: Vec<&str> = row.split_whitespace().collect();
            committed += columns
                .get(3)
                .context("a row without an offset")?
                .parse::<u64>()?;
            ensure!(columns.get(5) == Some(&"0"), "lag in {row}");
        }
        ensure!(committed == self.records, "committed {committed}: {text}");
        Ok(())
    }

    fn groups_change(&self) -> Result<()> {
        let reset = self.group_command(&[
            "--reset-offsets",
            "--to-earliest",
            "--group",
            "console",
            "--topic",
            "tools",
            "--execute",
        ])?;
        contains(&reset, "console")?;
        let text = self.group_command(&["--describe", "--group", "console", "--offsets"])?;
        for row in text.lines().filter(|line| line.starts_with("console")) {
            ensure!(
                row.split_whitespace().nth(3) == Some("0"),
                "not at 0: {row}"
            );
        }
        // A rewound group reads everything again.
        let text = self
            .at_broker("consumer.ConsoleConsumer")?
            .args([
                "--topic",
                "tools",
                "--group",
                "console",
                "--timeout-ms",
                "60000",
            ])
            .args(["--max-messages".to_owned(), self.records.to_string()])
            .output()?;
        let read = text.lines().count() as u64;
        ensure!(read == self.records, "read {read} again");
        let delete = [
            "--delete-offsets",
            "--group",
            "console",
            "--topic",
            "tools:0",
        ];
        contains(&self.group_command(&delete)?, "Successful")?;
        self.group_command(&["--delete", "--group", "console"])?;
        let left = self.group_command(&["--list"])?;
        ensure!(
            !left.lines().any(|group| group == "console"),
            "still listed: {left}"
        );
        Ok(())
    }

    fn delete_records(&self) -> Result<()> {
        let file = self.dir.join("offsets.json");
        write_json(
            &file,
            r#"{"partitions":[{"topic":"tools","partition":0,"offset":3}],"version":1}"#,
        )?;
        let command = self.at_broker("DeleteRecordsCommand")?;
        let text = command.arg("--offset-json-file").arg(&file).output()?;
        contains(&text, "low_watermark: 3")?;
        let command = self.at_broker("GetOffsetShell")?;
        let text = command
            .args(["--topic-partitions", "tools:0", "--time", "-2"])
            .output()?;
        contains(&text, "tools:0:3")
    }

    fn producer_perf(&self) -> Result<()> {
        self.topic_command(&["--create", "--topic", "perf", "--partitions", "6"])?;
        let records = self.records.to_string();
        let text = self
            .at_broker("ProducerPerformance")?
            .args([
                "--topic",
                "perf",
                "--num-records",
                &records,
                "--throughput",
                "-1",
            ])
            .args(["--record-size", "1000", "--command-property", "acks=all"])
            .args(["compression.type=lz4"])
            .output()?;
        contains(&text, &format!("{records} records sent"))
    }

    fn consumer_perf(&self) -> Result<()> {
        let text = self
            .at_broker("ConsumerPerformance")?
            .args([
                "--topic",
                "perf",
                "--num-records",
                &self.records.to_string(),
            ])
            .args(["--timeout", "60000", "--hide-header"])
            .output()?;
        let row = text.lines().rfind(|line| line.matches(',').count() >= 8);
        let row = row.with_context(|| format!("no row of figures: {text}"))?;
        let read = row
            .split(',')
            .nth(4)
            .context("no count")?
            .trim()
            .parse::<u64>()?;
        ensure!(read >= self.records, "read {read}: {row}");
        Ok(())
    }

    fn verifiable_producer(&self) -> Result<()> {
        let text = self
            .at_broker("VerifiableProducer")?
            .args(["--topic", "verifiable", "--acks", "-1"])
            .args(["--max-messages".to_owned(), self.records.to_string()])
            .output()?;
        let sent = json_lines(&text, "producer_send_success").count() as u64;
        ensure!(sent == self.records, "{sent} sends succeeded");
        let errors = json_lines(&text, "producer_send_error").count();
        ensure!(errors == 0, "{errors} sends failed");
        Ok(())
    }

    fn verifiable_consumer(&self) -> Result<()> {
        let text = self
            .at_broker("VerifiableConsumer")?
            .args(["--topic", "verifiable", "--group-id", "verifiable"])
            .args(["--max-messages".to_owned(), self.records.to_string()])
            .args(["--reset-policy", "earliest"])
            .output()?;
        let read: u64 = json_lines(&text, "records_consumed")
            .filter_map(|event| event["count"].as_u64())
            .sum();
        ensure!(read == self.records, "{read} records consumed");
        let committed = json_lines(&text, "offsets_committed");
        let failed = committed.filter(|event| event["success"] != true).count();
        ensure!(failed == 0, "{failed} commits failed");
        Ok(())
    }
}

fn json_lines(text: &str, name: &str) -> impl Iterator<Item = Value> {
    let events = text
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    events.filter(move |event| event["name"] == name)
}

fn sum_of_last_fields(text: &str, separator: char) -> Result<u64> {
    let fields = text
        .lines()
        .filter_map(|line| line.rsplit(separator).next());
    let mut sum = 0;
    for field in fields {
        sum += field
            .trim()
            .parse::<u64>()
            .with_context(|| format!("no number: {text}"))?;
    }
    Ok(sum)
}

fn contains(text: &str, part: &str) -> Result<()> {
    ensure!(text.contains(part), "no `{part}` in:\n{text}");
    Ok(())
}

fn write_json(path: &Path, json: &str) -> Result<()> {
    std::fs::write(path, json).with_context(|| format!("failed to write `{}`", path.display()))
}
