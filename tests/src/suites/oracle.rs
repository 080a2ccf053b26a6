//! `oracle`: every message in every version, encoded and decoded by us and by Kafka's own classes.

use anyhow::Result;

use super::cargo_test;
use crate::suite::{Run, Suite};
use crate::tools;
use crate::workspace::cargo;

pub(crate) const SUITE: Suite = Suite {
    name: "oracle",
    about: "every message and version against the classes of kafka-clients",
    in_ci: true,
    run,
};

fn run(run: &mut Run) -> Result<()> {
    let jars = tools::java_client_jars()?;
    let version = tools::versions()?.of("java", "kafka-clients")?;
    let test = cargo()
        .args([
            "test",
            "--profile",
            "ci",
            "-p",
            "strandline-protocol",
            "--no-fail-fast",
        ])
        .env(
            "STRANDLINE_KAFKA_CLIENTS_JAR",
            jars.join(format!("kafka-clients-{version}.jar")),
        )
        .env("STRANDLINE_FULL_TESTS", "1")
        .env("STRANDLINE_TEST_SEED", run.seed().to_string())
        .args(["--", "oracle::"]);
    cargo_test::record(run, test.finish()?);
    Ok(())
}
