//! What foreign clients talk to: the broker, or with `STRANDLINE_TEST_AGAINST=kafka` Apache Kafka,
//! which shows that a suite is right before it judges the broker.

use anyhow::Result;

use crate::apache_kafka::ApacheKafka;
use crate::broker::{Broker, BrokerOptions};
use crate::suite::Run;

/// What the clients talk to.
pub(crate) enum Server {
    Strandline(Box<Broker>),
    Kafka(Box<ApacheKafka>),
}

impl Server {
    pub(crate) fn start(run: &Run) -> Result<Self> {
        let against = std::env::var("STRANDLINE_TEST_AGAINST").unwrap_or_default();
        if against == "kafka" {
            let kafka = ApacheKafka::start(&run.dir().join("kafka"), "1g", &[])?;
            return Ok(Self::Kafka(Box::new(kafka)));
        }
        let broker = BrokerOptions::new(run.dir().join("data")).start()?;
        Ok(Self::Strandline(Box::new(broker)))
    }

    pub(crate) fn bootstrap(&self) -> String {
        match self {
            Self::Strandline(broker) => broker.bootstrap().to_owned(),
            Self::Kafka(kafka) => kafka.bootstrap(),
        }
    }

    pub(crate) fn kill_and_start_again(&mut self) -> Result<()> {
        match self {
            Self::Strandline(broker) => {
                broker.kill()?;
                broker.start_again()
            }
            Self::Kafka(kafka) => {
                kafka.kill()?;
                kafka.start_again()
            }
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
