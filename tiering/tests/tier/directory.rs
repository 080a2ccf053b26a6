//! The local directory as a store: what `dev` uses by default.

use std::sync::Arc;

use strandline_protocol::clock::SystemClock;
use strandline_tiering::{
    ChunkCacheOptions, StoreLocation, StoreOptions, TierError, TierOptions, open_store,
};

use crate::support::{Fixture, MemoryLog, Shape, TestLog, options, read_from, rng, tp};

fn location(path: &std::path::Path) -> StoreLocation {
    path.to_str().unwrap().parse().unwrap()
}

async fn open(
    path: &std::path::Path,
    create_missing: bool,
) -> Result<Arc<dyn object_store::ObjectStore>, TierError> {
    let options = StoreOptions {
        create_missing,
        ..StoreOptions::default()
    };
    open_store(&location(path), &options, Arc::new(SystemClock::default())).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn history_survives_restarts_and_moves_with_its_directory() {
    let mut rng = rng(51);
    let log = TestLog::random(
        &mut rng,
        40,
        Shape {
            batch_bytes: 100_000,
            ..Shape::default()
        },
    );
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("tier");
    let manifest_log = MemoryLog::new();
    let with_cache = |name: &str| TierOptions {
        put_bytes_max: 200_000,
        part_bytes: 100_000,
        tail_entries_max: 2,
        seed: None,
        chunk_cache: ChunkCacheOptions {
            memory_bytes: 8 << 20,
            dir: Some(dir.path().join(name)),
            disk_bytes: 64 << 20,
        },
        ..options()
    };
    for segment in log.segments(0, 8) {
        let store = open(&path, true).await.unwrap();
        let fixture = Fixture::over(store, manifest_log.clone(), with_cache("cache"));
        fixture.tier.upload(tp(0), 0, segment).await.unwrap();
        let end = fixture.tier.tiered_end_offset(tp(0));
        assert!(
            read_from(&fixture.tier, tp(0), 0, end, 300_000)
                .await
                .unwrap()
                == log.expected(0, end)
        );
        fixture.tier.close().await;
    }
    let moved = dir.path().join("moved");
    std::fs::rename(&path, &moved).unwrap();
    let fixture = Fixture::over(
        open(&moved, false).await.unwrap(),
        manifest_log,
        with_cache("other"),
    );
    let end = fixture.tier.tiered_end_offset(tp(0));
    assert!(
        read_from(&fixture.tier, tp(0), 0, end, 300_000)
            .await
            .unwrap()
            == log.expected(0, end)
    );
}

#[tokio::test]
async fn a_directory_that_cannot_be_used_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let missing = open(&dir.path().join("missing"), false).await.unwrap_err();
    assert!(missing.to_string().contains("missing"), "{missing}");
    let file = dir.path().join("file");
    std::fs::write(&file, b"x").unwrap();
    let error = open(&file, false).await.unwrap_err();
    assert!(error.to_string().contains("not a directory"), "{error}");
}

#[tokio::test]
async fn of_two_clusters_that_start_at_once_one_gets_the_directory() {
    let dir = tempfile::tempdir().unwrap();
    let mut winners = 0;
    let cluster = |id: u8| TierOptions {
        cluster_id: strandline_protocol::Uuid([id; 16]),
        ..options()
    };
    let fixtures: Vec<Fixture> = futures::future::join_all((1..5).map(|id| {
        let path = dir.path().join("tier");
        async move {
            Fixture::over(
                open(&path, true).await.unwrap(),
                MemoryLog::new(),
                cluster(id),
            )
        }
    }))
    .await;
    for result in
        futures::future::join_all(fixtures.iter().map(|fixture| fixture.tier.claim())).await
    {
        match result {
            Ok(()) => winners += 1,
            Err(error) => assert!(matches!(error, TierError::PrefixOwned { .. }), "{error}"),
        }
    }
    assert_eq!(winners, 1);
}
