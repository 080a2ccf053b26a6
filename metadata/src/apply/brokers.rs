//! Registration: a process start takes over from the one before.

use std::sync::Arc;

use strandline_protocol::codec::Uuid;

use super::Image;
use crate::controller;
use crate::image::{BrokerRegistration, Listener, NO_BROKER};
use crate::outcome::{Outcome, Refusal, Reply};
use crate::records::{BrokerListener, RegisterBroker};

impl Image {
    /// Registers an incarnation. In the same entry every partition and coordinator shard that the
    /// former one held gets a new epoch, also when this is the only broker (I2, I10).
    pub(super) fn register_broker(&mut self, index: u64, command: RegisterBroker) -> Outcome {
        if command.broker_id < 0 || command.incarnation == Uuid::ZERO {
            return Err(Refusal::Malformed);
        }
        let registered = self.topology.brokers.get(&command.broker_id);
        let current = registered.map_or(Uuid::ZERO, |broker| broker.incarnation);
        let repeated = current == command.incarnation;
        if !repeated && current != command.former_incarnation {
            return Err(Refusal::StaleIncarnation);
        }
        let levels = (command.level_min, command.level_max);
        if !(levels.0..=levels.1).contains(&self.topology.level) {
            return Err(Refusal::InvalidUpdateVersion);
        }
        let listeners = command
            .listeners
            .into_iter()
            .map(listener)
            .collect::<Option<_>>();
        let registration = BrokerRegistration {
            broker_id: command.broker_id,
            incarnation: command.incarnation,
            broker_epoch: match registered {
                Some(broker) if repeated => broker.broker_epoch,
                _ => index,
            },
            rack: command.rack,
            listeners: listeners.ok_or(Refusal::Malformed)?,
            levels,
        };
        self.topology
            .brokers
            .insert(command.broker_id, Arc::new(registration));
        if self.topology.controller_id == NO_BROKER {
            self.topology.controller_id = command.broker_id;
        }
        self.topology_changed = true;
        if !repeated {
            self.proposers.retire_broker(command.broker_id);
            self.take_over_partitions(command.broker_id, command.incarnation);
            self.take_over_shards(command.broker_id);
        }
        Ok(Reply::Done)
    }

    fn take_over_partitions(&mut self, broker_id: i32, incarnation: Uuid) {
        #[cfg(feature = "sabotage")]
        if crate::sabotage::is_on(crate::sabotage::Sabotage::NoEpochBump) {
            return;
        }
        let led: Vec<Uuid> = self
            .topology
            .topics()
            .filter(|topic| controller::leads_or_may_lead(topic, broker_id))
            .map(|topic| topic.id)
            .collect();
        for topic_id in led {
            if let Some(topic) = self.topology.topics.get_mut(&topic_id) {
                let topic = Arc::make_mut(topic);
                controller::take_over_topic(topic, broker_id, incarnation);
            }
        }
    }

    fn take_over_shards(&mut self, broker_id: i32) {
        let before = self.topology.shards;
        self.topology.shards = controller::take_over_shards(&self.topology, broker_id);
        for (number, (old, new)) in before.iter().zip(&self.topology.shards).enumerate() {
            if old != new {
                self.proposers
                    .retire_shard(i32::try_from(number).expect("64 shards"));
            }
        }
    }
}

fn listener(listener: BrokerListener) -> Option<Listener> {
    let port = u16::try_from(listener.port).ok()?;
    let security_protocol = listener.security_protocol;
    Some(Listener {
        name: listener.name,
        host: listener.host,
        port,
        security_protocol,
    })
}
