//! Goal: our bytes are Kafka's bytes. Method: the classes of kafka-clients 4.4.0 in one JVM for the
//! whole run (`tests/oracle/java/Oracle.java`) decode what we encode and encode it again, and the
//! other way round; bytes, values, defaults, refusals and tables must agree.
//!
//! Runs when `STRANDLINE_KAFKA_CLIENTS_JAR` names the jar; slf4j-api and, for the batches, lz4-java,
//! snappy-java and zstd-jni lie in the same folder. Without it each test prints that it was
//! skipped; with `STRANDLINE_FULL_TESTS=1` it fails instead.

mod batches;
mod dump;
mod jvm;
mod messages;
mod tables;

use jvm::oracle;
