//! The way to other voters. A group of one has none.

use std::future::Future;

use openraft::error::{
    Fatal, NetworkError, RPCError, RaftError, ReplicationClosed, StreamingError, Unreachable,
};
use openraft::network::RPCOption;
use openraft::raft::{
    AppendEntriesRequest, AppendEntriesResponse, SnapshotResponse, VoteRequest, VoteResponse,
};
use openraft::{BasicNode, OptionalSend, RaftNetwork, RaftNetworkFactory};

use super::types::{Snapshot, TypeConfig, Vote};

/// Connects to nobody: every peer is unreachable.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoPeers;

/// A peer that cannot be reached.
#[derive(Debug)]
pub(crate) struct Nowhere {
    target: u64,
}

impl Nowhere {
    fn unreachable(&self) -> Unreachable {
        let message = format!("node {} is not part of a group of one", self.target);
        Unreachable::new(&std::io::Error::new(
            std::io::ErrorKind::NotConnected,
            message,
        ))
    }
}

impl RaftNetworkFactory<TypeConfig> for NoPeers {
    type Network = Nowhere;

    async fn new_client(&mut self, target: u64, _node: &BasicNode) -> Nowhere {
        Nowhere { target }
    }
}

impl RaftNetwork<TypeConfig> for Nowhere {
    async fn append_entries(
        &mut self,
        _rpc: AppendEntriesRequest<TypeConfig>,
        _option: RPCOption,
    ) -> Result<AppendEntriesResponse<u64>, RPCError<u64, BasicNode, RaftError<u64>>> {
        Err(RPCError::Unreachable(self.unreachable()))
    }

    async fn vote(
        &mut self,
        _rpc: VoteRequest<u64>,
        _option: RPCOption,
    ) -> Result<VoteResponse<u64>, RPCError<u64, BasicNode, RaftError<u64>>> {
        Err(RPCError::Network(NetworkError::new(&self.unreachable())))
    }

    async fn full_snapshot(
        &mut self,
        _vote: Vote,
        _snapshot: Snapshot,
        _cancel: impl Future<Output = ReplicationClosed> + OptionalSend + 'static,
        _option: RPCOption,
    ) -> Result<SnapshotResponse<u64>, StreamingError<TypeConfig, Fatal<u64>>> {
        Err(StreamingError::Unreachable(self.unreachable()))
    }
}
