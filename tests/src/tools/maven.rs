//! Java: the jars of Apache Kafka and of its client, and our own client program.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::install::{download, folder};
use super::{debian, versions};
use crate::command::Cmd;
use crate::workspace;

/// `java`.
///
/// # Errors
/// When it can be neither found nor installed.
pub fn java() -> Result<PathBuf> {
    debian::program("java", "java")
}

/// The folder with the jars of Apache Kafka's broker and tools.
///
/// # Errors
/// When they cannot be downloaded.
pub fn kafka_jars() -> Result<PathBuf> {
    let versions = versions()?;
    let kafka = versions.of("kafka", "kafka")?;
    let core = format!("kafka_{}", versions.of("kafka", "scala")?);
    let log4j = versions.of("kafka", "log4j-slf4j-impl")?;
    jars(
        "kafka",
        &[
            ("org.apache.kafka", &core, kafka),
            ("org.apache.kafka", "kafka-tools", kafka),
            ("org.apache.logging.log4j", "log4j-slf4j-impl", log4j),
        ],
    )
}

/// The folder with the jars of the Java client.
///
/// # Errors
/// When they cannot be downloaded.
pub fn java_client_jars() -> Result<PathBuf> {
    let versions = versions()?;
    jars(
        "java-client",
        &[
            (
                "org.apache.kafka",
                "kafka-clients",
                versions.of("java", "kafka-clients")?,
            ),
            (
                "org.apache.logging.log4j",
                "log4j-slf4j-impl",
                versions.of("java", "log4j-slf4j-impl")?,
            ),
        ],
    )
}

/// The class path of the client program `Client`.
///
/// # Errors
/// When it cannot be compiled.
pub fn java_client_classes() -> Result<String> {
    let sources = workspace::root().join("tests/clients/java");
    let jars = java_client_jars()?;
    let mut pins = jars.display().to_string();
    for file in ["Client.java", "Records.java", "log4j2.properties"] {
        pins.push_str(&std::fs::read_to_string(sources.join(file))?);
    }
    let javac = debian::program("javac", "java")?;
    let classes = folder("java-client-classes", &pins, |folder| {
        let jars = format!("{}/*", jars.display());
        Cmd::new(&javac)
            .args(["-Xlint:all,-options,-try", "-Werror", "-d"])
            .arg(folder)
            .args(["-cp", &jars])
            .args([sources.join("Client.java"), sources.join("Records.java")])
            .output()?;
        std::fs::copy(
            sources.join("log4j2.properties"),
            folder.join("log4j2.properties"),
        )?;
        Ok(())
    })?;
    Ok(format!("{}:{}/*", classes.display(), jars.display()))
}

/// A folder with the artifacts given and all they need at run time.
fn jars(name: &str, artifacts: &[(&str, &str, &str)]) -> Result<PathBuf> {
    let pom = pom(name, artifacts);
    let maven = debian::program("mvn", "maven")?;
    debian::program("java", "java")?;
    let folder = folder(name, &pom, |folder| {
        std::fs::write(folder.join("pom.xml"), &pom)?;
        download(|| {
            Cmd::new(&maven)
                .args(["--quiet", "--batch-mode", "dependency:copy-dependencies"])
                .args(["-DincludeScope=runtime", "-DoutputDirectory=jars"])
                .dir(folder)
        })?;
        first_jar(&folder.join("jars"))
    })?;
    Ok(folder.join("jars"))
}

fn first_jar(folder: &Path) -> Result<()> {
    let mut entries = std::fs::read_dir(folder).context("maven copied nothing")?;
    entries.next().context("maven copied nothing")??;
    Ok(())
}

fn pom(name: &str, artifacts: &[(&str, &str, &str)]) -> String {
    let dependencies: String = artifacts
        .iter()
        .map(|(group, artifact, version)| {
            format!(
                "<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>\
                 <version>{version}</version></dependency>\n"
            )
        })
        .collect();
    format!(
        "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion>\n\
         <groupId>strandline.tests</groupId><artifactId>{name}</artifactId>\
         <version>1</version><packaging>pom</packaging>\n\
         <dependencies>\n{dependencies}</dependencies></project>\n"
    )
}
