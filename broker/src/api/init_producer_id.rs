//! Kafka API: InitProducerId. Ids for idempotent producers.
//!
//! An id without a transactional id comes from a block that this broker took from the metadata;
//! a block is never handed out twice (I10), so ids of a block that was not used up are lost with
//! the process.
//!
//! Transactions are not built yet, and their feature is not finalized. A request with a
//! transactional id is answered with UNSUPPORTED_VERSION, which clients take as final: nothing is
//! promised and nothing is retried for ever.

use std::sync::Arc;

use parking_lot::Mutex;
use strandline_metadata::records::AllocateProducerIds;
use strandline_metadata::{ProposeError, Reply};
use strandline_protocol::ErrorCode;
use strandline_protocol::messages::{InitProducerIdRequest, InitProducerIdResponse};

use crate::security::access;
use crate::security::{Operation, Resource};
use crate::server::{Broker, RequestContext};

/// Ids taken from the metadata at once, as in Kafka.
const BLOCK: i32 = 1000;

/// The block that this broker hands out.
#[derive(Debug, Default)]
pub struct ProducerIds {
    block: Mutex<(i64, i64)>,
    refill: tokio::sync::Mutex<()>,
}

impl ProducerIds {
    fn take(&self) -> Option<i64> {
        let mut block = self.block.lock();
        let (next, end) = *block;
        (next < end).then(|| {
            block.0 += 1;
            next
        })
    }

    /// The next id.
    ///
    /// # Errors
    /// If no block can be had.
    pub async fn next(&self, broker: &Broker) -> Result<i64, ProposeError> {
        loop {
            if let Some(id) = self.take() {
                return Ok(id);
            }
            let _one_at_a_time = self.refill.lock().await;
            if let Some(id) = self.take() {
                return Ok(id);
            }
            let allocate = AllocateProducerIds {
                broker_id: broker.node_id,
                incarnation: broker.metadata.incarnation(),
                count: BLOCK,
            };
            let Reply::ProducerIds { first, count } = broker.metadata.propose(allocate).await?
            else {
                return Err(ProposeError::Stopped);
            };
            *self.block.lock() = (first, first + i64::from(count));
        }
    }
}

/// Answers InitProducerId.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: InitProducerIdRequest,
) -> InitProducerIdResponse {
    match init(broker, context, &request).await {
        Ok(producer_id) => InitProducerIdResponse {
            producer_id,
            producer_epoch: 0,
            ..InitProducerIdResponse::default()
        },
        Err(error) => InitProducerIdResponse {
            error_code: error.code(),
            producer_id: -1,
            producer_epoch: -1,
            ..InitProducerIdResponse::default()
        },
    }
}

async fn init(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: &InitProducerIdRequest,
) -> Result<i64, ErrorCode> {
    if let Some(id) = &request.transactional_id {
        if id.is_empty() {
            return Err(ErrorCode::InvalidRequest);
        }
        let resource = Resource::transactional_id(id);
        access::require(broker, context, Operation::Write, resource)?;
        return Err(ErrorCode::UnsupportedVersion);
    }
    let idempotent = Operation::IdempotentWrite;
    access::require(broker, context, idempotent, Resource::CLUSTER)?;
    if (request.producer_id == -1) != (request.producer_epoch == -1) {
        return Err(ErrorCode::InvalidRequest);
    }
    let id = broker.producer_ids.next(broker).await;
    id.map_err(|error| {
        tracing::warn!(%error, "no block of producer ids");
        ErrorCode::CoordinatorLoadInProgress
    })
}
