//! Requests to the broker that must have them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use strandline_protocol::ErrorCode;
use strandline_protocol::codec::{Records, Request};
use strandline_protocol::messages::fetch_request::{FetchPartition, FetchTopic};
use strandline_protocol::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
use strandline_protocol::messages::metadata_request::MetadataRequestTopic;
use strandline_protocol::messages::produce_request::{PartitionProduceData, TopicProduceData};
use strandline_protocol::messages::{
    FetchRequest, FindCoordinatorRequest, ListOffsetsRequest, MetadataRequest, MetadataResponse,
    ProduceRequest,
};
use tokio::sync::Mutex;

use crate::{ClientError, Connection};

/// `ListOffsets`: the log start offset.
pub const EARLIEST: i64 = -2;

/// `ListOffsets`: the high watermark.
pub const LATEST: i64 = -1;

/// Last versions that name topics; later ones want ids.
const PRODUCE_BY_NAME: i16 = 12;
const FETCH_BY_NAME: i16 = 12;

/// Attempts of a call that fails for reasons that pass: leaders and coordinators move.
const ATTEMPTS_MAX: u32 = 20;

/// Wait between attempts.
const BACKOFF: Duration = Duration::from_millis(100);

/// Acknowledged by every in-sync replica.
const ACKS_ALL: i16 = -1;

/// How a client presents itself and how long it waits.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// Client id in every request.
    pub client_id: String,
    /// Longest wait for a connection or an answer.
    pub timeout: Duration,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            client_id: "strandline".to_owned(),
            timeout: Duration::from_secs(30),
        }
    }
}

/// Batches of one partition.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// Whole batches; the first may begin below the offset asked for.
    pub records: Records,
    /// End of what may be seen.
    pub high_watermark: i64,
    /// Beginning of the log.
    pub log_start_offset: i64,
}

/// A client of a cluster. Connections are opened at first use and replaced when they break.
#[derive(Debug)]
pub struct Client {
    bootstrap: Vec<String>,
    options: ClientOptions,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Connection to whichever bootstrap broker answered.
    any: Option<Arc<Connection>>,
    brokers: HashMap<i32, String>,
    connections: HashMap<i32, Arc<Connection>>,
    /// Leaders by topic and partition.
    leaders: HashMap<String, HashMap<i32, i32>>,
}

impl Client {
    /// Connects to the first broker of `bootstrap` (`HOST:PORT[,HOST:PORT]...`) that answers.
    ///
    /// # Errors
    /// If none does.
    pub async fn connect(bootstrap: &str, options: ClientOptions) -> Result<Self, ClientError> {
        let bootstrap: Vec<String> = bootstrap
            .split(',')
            .map(|address| address.trim().to_owned())
            .collect();
        for address in &bootstrap {
            if address
                .rsplit_once(':')
                .is_none_or(|(_, port)| port.parse::<u16>().is_err())
            {
                return Err(ClientError::InvalidAddress(address.clone()));
            }
        }
        let client = Self {
            bootstrap,
            options,
            state: Mutex::default(),
        };
        client.any().await?;
        Ok(client)
    }

    /// A connection to some broker.
    ///
    /// # Errors
    /// If no bootstrap broker can be reached.
    pub async fn any(&self) -> Result<Arc<Connection>, ClientError> {
        let mut state = self.state.lock().await;
        if let Some(connection) = state.any.as_ref().filter(|connection| connection.is_open()) {
            return Ok(Arc::clone(connection));
        }
        let mut failure = ClientError::Closed;
        for address in &self.bootstrap {
            match self.open(address).await {
                Ok(connection) => {
                    state.any = Some(Arc::clone(&connection));
                    return Ok(connection);
                }
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }

    async fn open(&self, address: &str) -> Result<Arc<Connection>, ClientError> {
        let options = &self.options;
        Ok(Arc::new(
            Connection::open(address, &options.client_id, options.timeout).await?,
        ))
    }

    /// Sends a request to some broker.
    ///
    /// # Errors
    /// If there is no answer.
    pub async fn request<R: Request>(&self, request: &R) -> Result<R::Response, ClientError> {
        self.any().await?.request(request).await
    }

    /// A connection to a certain broker.
    ///
    /// # Errors
    /// If the cluster does not name it, or it cannot be reached.
    pub async fn broker(&self, node_id: i32) -> Result<Arc<Connection>, ClientError> {
        let known = |state: &State| state.brokers.get(&node_id).cloned();
        let address = {
            let state = self.state.lock().await;
            let open = state
                .connections
                .get(&node_id)
                .filter(|connection| connection.is_open());
            if let Some(connection) = open {
                return Ok(Arc::clone(connection));
            }
            known(&state)
        };
        let address = match address {
            Some(address) => address,
            None => {
                self.metadata(Some(&[])).await?;
                known(&*self.state.lock().await)
                    .ok_or_else(|| ClientError::Missing(format!("broker {node_id}")))?
            }
        };
        let connection = self.open(&address).await?;
        self.state
            .lock()
            .await
            .connections
            .insert(node_id, Arc::clone(&connection));
        Ok(connection)
    }

    /// Brokers and topics; `None` asks for all topics. What it says is remembered.
    ///
    /// # Errors
    /// If there is no answer.
    pub async fn metadata(&self, topics: Option<&[&str]>) -> Result<MetadataResponse, ClientError> {
        let request = MetadataRequest {
            topics: topics.map(|names| {
                let topic = |name: &&str| MetadataRequestTopic {
                    name: Some((*name).into()),
                    ..Default::default()
                };
                names.iter().map(topic).collect()
            }),
            allow_auto_topic_creation: false,
            ..Default::default()
        };
        let answer = self.request(&request).await?;
        let mut state = self.state.lock().await;
        for broker in &answer.brokers {
            state
                .brokers
                .insert(broker.node_id, format!("{}:{}", broker.host, broker.port));
        }
        for topic in &answer.topics {
            let Some(name) = topic.name.as_deref() else {
                continue;
            };
            let leaders = topic
                .partitions
                .iter()
                .map(|partition| (partition.partition_index, partition.leader_id))
                .collect();
            state.leaders.insert(name.to_owned(), leaders);
        }
        drop(state);
        Ok(answer)
    }

    /// Partitions of a topic.
    ///
    /// # Errors
    /// If the topic does not exist or there is no answer.
    pub async fn partitions(&self, topic: &str) -> Result<Vec<i32>, ClientError> {
        let answer = self.metadata(Some(&[topic])).await?;
        let found = answer
            .topics
            .first()
            .ok_or_else(|| ClientError::Missing(topic.to_owned()))?;
        check(found.error_code, || format!("topic `{topic}`"))?;
        let mut partitions: Vec<i32> = found
            .partitions
            .iter()
            .map(|partition| partition.partition_index)
            .collect();
        partitions.sort_unstable();
        Ok(partitions)
    }

    /// Connection to the leader of a partition.
    async fn leader(&self, topic: &str, partition: i32) -> Result<Arc<Connection>, ClientError> {
        let known = |state: &State| {
            state
                .leaders
                .get(topic)
                .and_then(|of| of.get(&partition))
                .copied()
        };
        let mut leader = known(&*self.state.lock().await);
        if leader.is_none() {
            self.partitions(topic).await?;
            leader = known(&*self.state.lock().await);
        }
        match leader {
            Some(node_id) if node_id >= 0 => self.broker(node_id).await,
            _ => Err(kafka(
                ErrorCode::LeaderNotAvailable,
                format!("{topic}-{partition}"),
            )),
        }
    }

    /// Connection to the coordinator of a group.
    ///
    /// # Errors
    /// If there is none within the retries.
    pub async fn coordinator(&self, group: &str) -> Result<Arc<Connection>, ClientError> {
        retry(async || {
            let request = FindCoordinatorRequest {
                key: group.into(),
                coordinator_keys: vec![group.into()],
                ..Default::default()
            };
            let any = self.any().await?;
            // Version 4 moved the key into a list and refuses the old field.
            let version = any.version::<FindCoordinatorRequest>()?;
            let request = if version < 4 {
                FindCoordinatorRequest {
                    coordinator_keys: Vec::new(),
                    ..request
                }
            } else {
                FindCoordinatorRequest {
                    key: Default::default(),
                    ..request
                }
            };
            let answer = any.request_at(&request, version).await?;
            let (code, node_id) = answer
                .coordinators
                .first()
                .map_or((answer.error_code, answer.node_id), |one| {
                    (one.error_code, one.node_id)
                });
            check(code, || format!("coordinator of `{group}`"))?;
            self.broker(node_id).await
        })
        .await
    }

    /// Appends one batch and waits until every in-sync replica has it. Returns its base offset.
    ///
    /// # Errors
    /// If the broker refuses it for good, or for longer than the retries last.
    pub async fn produce(
        &self,
        topic: &str,
        partition: i32,
        batch: Bytes,
    ) -> Result<i64, ClientError> {
        let request = ProduceRequest {
            acks: ACKS_ALL,
            timeout_ms: i32::try_from(self.options.timeout.as_millis()).unwrap_or(i32::MAX),
            topic_data: vec![TopicProduceData {
                name: topic.into(),
                partition_data: vec![PartitionProduceData {
                    index: partition,
                    records: Some(Records::from(batch)),
                }],
                ..Default::default()
            }],
            ..Default::default()
        };
        self.led(topic, async || {
            let leader = self.leader(topic, partition).await?;
            let version = leader.version::<ProduceRequest>()?.min(PRODUCE_BY_NAME);
            let answer = leader.request_at(&request, version).await?;
            let found = answer
                .responses
                .first()
                .and_then(|of| of.partition_responses.first());
            let found =
                found.ok_or_else(|| ClientError::Missing(format!("{topic}-{partition}")))?;
            check(found.error_code, || {
                format!("produce to {topic}-{partition}")
            })?;
            Ok(found.base_offset)
        })
        .await
    }

    /// Reads batches of one partition from `offset`, waiting at most `wait` for the first.
    ///
    /// # Errors
    /// If the offset is out of range or damaged, or the broker fails for longer than the retries
    /// last.
    pub async fn fetch(
        &self,
        topic: &str,
        partition: i32,
        offset: i64,
        wait: Duration,
        bytes_max: i32,
    ) -> Result<Fetched, ClientError> {
        let request = FetchRequest {
            replica_id: -1,
            max_wait_ms: i32::try_from(wait.as_millis()).unwrap_or(i32::MAX),
            min_bytes: 1,
            max_bytes: bytes_max,
            session_epoch: -1,
            topics: vec![FetchTopic {
                topic: topic.into(),
                partitions: vec![FetchPartition {
                    partition,
                    current_leader_epoch: -1,
                    fetch_offset: offset,
                    partition_max_bytes: bytes_max,
                    ..Default::default()
                }],
                ..Default::default()
            }],
            ..Default::default()
        };
        self.led(topic, async || {
            let leader = self.leader(topic, partition).await?;
            let version = leader.version::<FetchRequest>()?.min(FETCH_BY_NAME);
            let answer = leader.request_at(&request, version).await?;
            check(answer.error_code, || {
                format!("fetch from {topic}-{partition}")
            })?;
            let found = answer
                .responses
                .into_iter()
                .flat_map(|of| of.partitions)
                .next();
            let found =
                found.ok_or_else(|| ClientError::Missing(format!("{topic}-{partition}")))?;
            // Retriable for a producer, whose next attempt may arrive whole. What is damaged in a
            // log stays damaged.
            if ErrorCode::from_code(found.error_code) == ErrorCode::CorruptMessage {
                return Err(ClientError::Damaged {
                    topic: topic.to_owned(),
                    partition,
                    offset,
                });
            }
            check(found.error_code, || {
                format!("fetch {topic}-{partition} at {offset}")
            })?;
            Ok(Fetched {
                records: found.records.unwrap_or_default(),
                high_watermark: found.high_watermark,
                log_start_offset: found.log_start_offset,
            })
        })
        .await
    }

    /// First offset with at least this timestamp (ms since 1970), or one of Kafka's special values
    /// such as [`EARLIEST`] and [`LATEST`]. `None` if there is no such record.
    ///
    /// # Errors
    /// If the broker fails for longer than the retries last.
    pub async fn offset_at(
        &self,
        topic: &str,
        partition: i32,
        timestamp: i64,
    ) -> Result<Option<i64>, ClientError> {
        let request = ListOffsetsRequest {
            replica_id: -1,
            topics: vec![ListOffsetsTopic {
                name: topic.into(),
                partitions: vec![ListOffsetsPartition {
                    partition_index: partition,
                    timestamp,
                    ..Default::default()
                }],
            }],
            ..Default::default()
        };
        self.led(topic, async || {
            let answer = self
                .leader(topic, partition)
                .await?
                .request(&request)
                .await?;
            let found = answer.topics.first().and_then(|of| of.partitions.first());
            let found =
                found.ok_or_else(|| ClientError::Missing(format!("{topic}-{partition}")))?;
            check(found.error_code, || {
                format!("offsets of {topic}-{partition}")
            })?;
            Ok((found.offset >= 0).then_some(found.offset))
        })
        .await
    }

    /// Retries a call to the leader; what is remembered about the topic is forgotten in between.
    async fn led<T>(
        &self,
        topic: &str,
        call: impl AsyncFn() -> Result<T, ClientError>,
    ) -> Result<T, ClientError> {
        retry(async || {
            let result = call().await;
            if result.is_err() {
                self.state.lock().await.leaders.remove(topic);
            }
            result
        })
        .await
    }
}

/// Calls until success, a failure that will not pass, or too many attempts.
pub(crate) async fn retry<T>(
    call: impl AsyncFn() -> Result<T, ClientError>,
) -> Result<T, ClientError> {
    let mut attempt = 1;
    loop {
        match call().await {
            Err(error) if is_retriable(&error) && attempt < ATTEMPTS_MAX => {
                attempt += 1;
                tokio::time::sleep(BACKOFF).await;
            }
            result => return result,
        }
    }
}

fn is_retriable(error: &ClientError) -> bool {
    match error {
        ClientError::Closed | ClientError::Connect { .. } => true,
        ClientError::Kafka { code, .. } => ErrorCode::from_code(*code).is_retriable(),
        _ => false,
    }
}

fn kafka(code: ErrorCode, what: String) -> ClientError {
    ClientError::Kafka {
        what,
        code: code.code(),
        name: code.name(),
    }
}

/// An error for every code but none.
pub(crate) fn check(code: i16, what: impl FnOnce() -> String) -> Result<(), ClientError> {
    match code {
        0 => Ok(()),
        code => Err(kafka(ErrorCode::from_code(code), what())),
    }
}
