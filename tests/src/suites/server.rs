//! What foreign clients talk to: the broker, or with `STRANDLINE_TEST_AGAINST=kafka` Apache Kafka,
//! which shows that a suite is right before it judges the broker.

use anyhow::Result;

use crate::apache_kafka::ApacheKafka;
use crate::broker::{Broker, BrokerOptions};
use crate::suite::Run;

/// Whether what is run tests Apache Kafka instead of the broker.
pub(crate) fn is_against_kafka() -> bool {
    std::env::var_os("STRANDLINE_TEST_AGAINST").is_some_and(|against| against == "kafka")
}

/// What the clients talk to.
pub(crate) enum Server {
    Strandline(Box<Broker>),
    Kafka(Box<ApacheKafka>),
}

impl Server {
    /// Starts it with its data under `name` in the suite's directory.
    pub(crate) fn start(run: &Run, name: &str) -> Result<Self> {
        Self::start_with(run, name, |options| options)
    }

    /// The same with other options for the broker.
    pub(crate) fn start_with(
        run: &Run,
        name: &str,
        change: impl FnOnce(BrokerOptions) -> BrokerOptions,
    ) -> Result<Self> {
        let dir = run.dir().join(name);
        if is_against_kafka() {
            let kafka = ApacheKafka::start(&dir, "1g", &[])?;
            return Ok(Self::Kafka(Box::new(kafka)));
        }
        let broker = change(BrokerOptions::new(dir)).start()?;
        Ok(Self::Strandline(Box::new(broker)))
    }

    pub(crate) fn bootstrap(&self) -> String {
        match self {
            Self::Strandline(broker) => broker.bootstrap().to_owned(),
            Self::Kafka(kafka) => kafka.bootstrap(),
        }
    }

    /// Ends it with SIGKILL.
    pub(crate) fn kill(&mut self) -> Result<()> {
        match self {
            Self::Strandline(broker) => broker.kill(),
            Self::Kafka(kafka) => kafka.kill(),
        }
    }

    /// Starts it again on the same data and port.
    pub(crate) fn start_again(&mut self) -> Result<()> {
        match self {
            Self::Strandline(broker) => broker.start_again(),
            Self::Kafka(kafka) => kafka.start_again(),
        }
    }

    /// Checks the broker's diagnostics and that it stops cleanly.
    pub(crate) fn finish(&mut self, run: &mut Run) {
        if let Self::Strandline(broker) = self {
            run.check("diagnostics", broker.check_diagnostics());
            run.check("clean stop", broker.stop());
        }
    }
}
