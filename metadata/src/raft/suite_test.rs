//! Goal: the log store and the state machine keep openraft's contract.
//! Method: openraft's own suite, on real files.

use openraft::testing::{StoreBuilder, Suite};
use std::sync::Arc;
use tempfile::TempDir;

use super::log_store::LogStore;
use super::state_machine::StateMachine;
use super::types::{StorageError, TypeConfig};
use crate::snapshot::SnapshotStore;

struct Builder;

impl StoreBuilder<TypeConfig, LogStore, StateMachine, TempDir> for Builder {
    async fn build(&self) -> Result<(TempDir, LogStore, StateMachine), StorageError> {
        let dir = tempfile::tempdir().unwrap();
        let (log, _) = LogStore::open(&dir.path().join("log"), 64 << 10).unwrap();
        let (snapshots, image) = SnapshotStore::open(&dir.path().join("snapshots")).unwrap();
        let machine = StateMachine::new(Arc::new(snapshots), image);
        Ok((dir, log, machine))
    }
}

#[test]
fn openraft_suite_passes() {
    Suite::test_all(Builder).unwrap();
}
