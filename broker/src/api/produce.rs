//! Kafka API: Produce. Batches are validated and appended when the request's turn comes; the
//! answer waits until they are durable as `acks` asks.

use std::sync::Arc;
use std::time::Duration;

use strandline_protocol::codec::{StrBytes, Uuid};
use strandline_protocol::messages::produce_request::{PartitionProduceData, TopicProduceData};
use strandline_protocol::messages::produce_response::{
    BatchIndexAndErrorMessage, LeaderIdAndEpoch, NodeEndpoint, PartitionProduceResponse,
    TopicProduceResponse,
};
use strandline_protocol::messages::{ProduceRequest, ProduceResponse};
use strandline_protocol::{ErrorCode, TopicPartition};

use crate::replica::batch_validation::{self, Rejected, Rules};
use crate::replica::{Acks, ProduceWait};
use crate::security::access;
use crate::security::{Operation, Resource};
use crate::server::{Broker, RequestContext};

/// Version from which errors name the current leader (KIP-951).
const CURRENT_LEADER_FROM: i16 = 10;

/// A produce request whose batches are appended, or refused.
#[derive(Debug)]
pub struct Produced {
    response: ProduceResponse,
    wait: Arc<ProduceWait>,
    timeout: Duration,
}

/// How long a batch that waits for followers may take at least, whatever the client says: also one
/// that wants no waiting has its batch written, and would write it again after an error.
const TIMEOUT_MIN: Duration = Duration::from_secs(1);

/// The same of one that waits for the leader only: Kafka has no timeout there.
const LEADER_TIMEOUT_MIN: Duration = Duration::from_secs(30);

fn timeout(acks: i16, timeout_ms: i32) -> Duration {
    let least = if acks == 1 {
        LEADER_TIMEOUT_MIN
    } else {
        TIMEOUT_MIN
    };
    Duration::from_millis(u64::try_from(timeout_ms).unwrap_or(0)).max(least)
}

/// Validates and appends the batches of a request, in order.
pub async fn append(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: ProduceRequest,
) -> Produced {
    let partitions = request
        .topic_data
        .iter()
        .map(|t| t.partition_data.len())
        .sum();
    let wait = ProduceWait::new(partitions);
    let timeout = timeout(request.acks, request.timeout_ms);
    let mut append = Append {
        broker,
        context,
        acks: acks(request.acks),
        transactional_id: transactional_id(broker, context, &request),
        wait: &wait,
        slot: 0,
        endpoints: Vec::new(),
    };
    let mut responses = Vec::with_capacity(request.topic_data.len());
    for topic in request.topic_data {
        responses.push(append.topic(topic).await);
    }
    let response = ProduceResponse {
        responses,
        throttle_time_ms: 0,
        node_endpoints: append.endpoints,
    };
    Produced {
        response,
        wait,
        timeout,
    }
}

fn acks(acks: i16) -> Option<Acks> {
    match acks {
        0 => Some(Acks::None),
        1 => Some(Acks::Leader),
        -1 => Some(Acks::All),
        _ => None,
    }
}

fn transactional_id(
    broker: &Broker,
    context: &RequestContext,
    request: &ProduceRequest,
) -> Result<(), ErrorCode> {
    request.transactional_id.as_ref().map_or(Ok(()), |id| {
        let resource = Resource::transactional_id(id);
        access::require(broker, context, Operation::Write, resource)
    })
}

struct Append<'a> {
    broker: &'a Arc<Broker>,
    context: &'a RequestContext,
    acks: Option<Acks>,
    transactional_id: Result<(), ErrorCode>,
    wait: &'a Arc<ProduceWait>,
    slot: usize,
    endpoints: Vec<NodeEndpoint>,
}

impl Append<'_> {
    async fn topic(&mut self, topic: TopicProduceData) -> TopicProduceResponse {
        let resolved = self.resolve(&topic);
        let mut partition_responses = Vec::with_capacity(topic.partition_data.len());
        for data in topic.partition_data {
            let index = data.index;
            let result = match resolved {
                Ok(topic_id) => {
                    let tp = TopicPartition {
                        topic_id,
                        partition: index,
                    };
                    let appended = self.partition(tp, data).await;
                    appended.map_err(|rejected| (Some(tp), rejected))
                }
                Err(code) => Err((None, Rejected::new(code, ""))),
            };
            partition_responses.push(match result {
                Ok(response) => response,
                Err((tp, rejected)) => self.rejected(index, tp, rejected),
            });
            self.slot += 1;
        }
        TopicProduceResponse {
            name: topic.name,
            topic_id: topic.topic_id,
            partition_responses,
        }
    }

    /// The id of the topic that is written to, if it may be.
    fn resolve(&self, topic: &TopicProduceData) -> Result<Uuid, ErrorCode> {
        if self.acks.is_none() {
            return Err(ErrorCode::InvalidRequiredAcks);
        }
        self.transactional_id?;
        let (broker, context) = (self.broker, self.context);
        let require =
            |name: &str| access::require(broker, context, Operation::Write, Resource::topic(name));
        if context.api_version >= 13 {
            let known = broker.topic_by_id(context, &topic.topic_id);
            let known = known.ok_or(ErrorCode::UnknownTopicId)?;
            require(&known.name)?;
            return Ok(known.id);
        }
        require(&topic.name)?;
        let known = broker.topic(context, &topic.name);
        known
            .map(|t| t.id)
            .ok_or(ErrorCode::UnknownTopicOrPartition)
    }

    async fn partition(
        &mut self,
        tp: TopicPartition,
        data: PartitionProduceData,
    ) -> Result<PartitionProduceResponse, Rejected> {
        let of_code = |code| Rejected::new(code, "");
        let partition = self.broker.leading(&tp).map_err(of_code)?;
        let config = partition.topic().config();
        let decompressed_max = self.broker.decompression.batch_max();
        let (produce_version, now_ms) = (self.context.api_version, self.broker.clock.unix_millis());
        let records = data.records;
        let decompresses = records.as_ref();
        let decompresses = decompresses.is_some_and(|r| batch_validation::decompresses(r, &config));
        let validate = move || {
            let rules = Rules {
                config: &config,
                produce_version,
                now_ms,
                decompressed_max,
            };
            batch_validation::validate(records.as_ref(), rules)
        };
        let valid = if decompresses {
            let validated = self.broker.decompression.run(validate).await;
            let validated =
                validated.map_err(|e| Rejected::new(ErrorCode::RequestTimedOut, e.to_string()))?;
            validated.unwrap_or_else(|| Err(Rejected::new(ErrorCode::UnknownServerError, "")))?
        } else {
            validate()?
        };
        let bytes = valid.batch.len() as u64;
        let acks = self.acks.expect("checked for the topic");
        let slot = (self.wait, self.slot);
        let appended = partition
            .append(valid.batch, acks, valid.log_append_time, slot)
            .map_err(of_code)?;
        if !appended.duplicate {
            partition
                .topic()
                .metrics
                .appended(bytes, valid.records.into());
        }
        Ok(PartitionProduceResponse {
            index: tp.partition,
            base_offset: appended.base_offset,
            log_append_time_ms: appended.log_append_time_ms,
            log_start_offset: partition.log().log_start_offset(),
            ..PartitionProduceResponse::default()
        })
    }

    fn rejected(
        &mut self,
        index: i32,
        tp: Option<TopicPartition>,
        rejected: Rejected,
    ) -> PartitionProduceResponse {
        let version = self.context.api_version;
        let mut response = PartitionProduceResponse {
            index,
            error_code: rejected.code.code(),
            base_offset: -1,
            ..PartitionProduceResponse::default()
        };
        if version >= 8 {
            let error = |(batch_index, message): (i32, String)| BatchIndexAndErrorMessage {
                batch_index,
                batch_index_error_message: Some(message.into()),
            };
            response.record_errors = rejected.records.into_iter().map(error).collect();
            let message = Some(rejected.message).filter(|m| !m.is_empty());
            response.error_message = message.map(StrBytes::from);
        }
        if version >= CURRENT_LEADER_FROM
            && rejected.code == ErrorCode::NotLeaderOrFollower
            && let Some(tp) = tp
        {
            response.current_leader = self.current_leader(&tp);
        }
        response
    }

    fn current_leader(&mut self, tp: &TopicPartition) -> LeaderIdAndEpoch {
        let Some(hint) = self.broker.leader_hint(self.context, tp) else {
            return LeaderIdAndEpoch::default();
        };
        if let Some(address) = hint.address
            && !self.endpoints.iter().any(|e| e.node_id == hint.leader_id)
        {
            self.endpoints.push(NodeEndpoint {
                node_id: hint.leader_id,
                host: address.host.into(),
                port: address.port.into(),
                rack: hint.rack,
            });
        }
        LeaderIdAndEpoch {
            leader_id: hint.leader_id,
            leader_epoch: hint.leader_epoch,
        }
    }
}

impl Produced {
    /// The first error of any partition.
    pub fn first_error(&self) -> Option<ErrorCode> {
        let partitions = self.response.responses.iter();
        let mut codes = partitions
            .flat_map(|t| &t.partition_responses)
            .map(|p| p.error_code);
        codes.find(|code| *code != 0).map(ErrorCode::from_code)
    }

    /// Waits for durability and gives the response.
    pub async fn answer(mut self) -> ProduceResponse {
        // A partition that still waits afterwards gets REQUEST_TIMED_OUT; its batch may stay.
        let _ = tokio::time::timeout(self.timeout, self.wait.done()).await;
        let topics = self.response.responses.iter_mut();
        let partitions = topics.flat_map(|t| &mut t.partition_responses);
        for (slot, response) in partitions.enumerate() {
            let error = self.wait.result(slot);
            if response.error_code == 0 && error != ErrorCode::None {
                response.error_code = error.code();
                response.base_offset = -1;
                response.log_append_time_ms = -1;
                response.log_start_offset = -1;
            }
        }
        self.response
    }
}
