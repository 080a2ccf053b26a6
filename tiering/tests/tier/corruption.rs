//! Damage at every byte of everything that is stored: never a bad byte, always a clear error or the right answer.

use std::sync::Arc;

use futures::StreamExt;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use rand::Rng;
use strandline_tiering::{ChunkCacheOptions, ErrorKind, TierOptions};

use crate::support::{Fixture, Shape, TestLog, options, read_from, rng, tp};

async fn objects(store: &dyn ObjectStore) -> Vec<Path> {
    store
        .list(None)
        .map(|meta| meta.unwrap().location)
        .collect()
        .await
}

/// A log in pages of two levels and a tail.
async fn fixture(seed: u64, batches: usize) -> (TestLog, Fixture) {
    let mut rng = rng(seed);
    let shape = Shape {
        batch_bytes: 150,
        records_max: 3,
        gaps: 6,
    };
    let log = TestLog::random(&mut rng, batches, shape);
    let fixture = Fixture::new(TierOptions {
        tail_entries_max: 2,
        page_entries_max: 2,
        ..options()
    });
    fixture.upload_all(tp(0), 0, log.segments(0, 3)).await;
    (log, fixture)
}

async fn check_damaged(
    fixture: &Fixture,
    log: &TestLog,
    key: &Path,
    damaged: Vec<u8>,
    what: &str,
) -> bool {
    let store = Arc::new(InMemory::new());
    for object in objects(fixture.store.as_ref()).await {
        let bytes = fixture
            .store
            .get(&object)
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap();
        store.put(&object, bytes.into()).await.unwrap();
    }
    store.put(key, damaged.into()).await.unwrap();
    let damaged = Fixture::over(store, fixture.log.clone(), options());
    let mut found = false;
    for segment in log.segments(0, 3) {
        let (base, end) = (segment.base_offset(), segment.end_offset());
        match read_from(&damaged.tier, tp(0), base, end, 1000).await {
            Ok(bytes) => assert!(
                bytes == log.expected(base, end),
                "bad bytes served: {key} {what}"
            ),
            Err(error) => {
                assert!(
                    matches!(error.kind(), ErrorKind::Corrupt | ErrorKind::Retriable),
                    "{key} {what}: {error}"
                );
                assert!(!error.explain().is_empty());
                found = true;
            }
        }
    }
    found
}

#[tokio::test]
async fn every_damaged_byte_of_an_object_or_page_is_found() {
    let (log, fixture) = fixture(21, 24).await;
    let (mut flips, mut found) = (0, 0);
    for key in objects(fixture.store.as_ref()).await {
        if key.as_ref() == "owner" || key.as_ref().contains("trash") {
            continue;
        }
        let whole = fixture
            .store
            .get(&key)
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap();
        let step = if key.as_ref().ends_with(".page") {
            1
        } else {
            3
        };
        for byte in (0..whole.len()).step_by(step) {
            let mut damaged = whole.to_vec();
            damaged[byte] ^= 1 << (byte % 8);
            flips += 1;
            found += u32::from(
                check_damaged(&fixture, &log, &key, damaged, &format!("byte {byte}")).await,
            );
        }
        for length in (0..whole.len()).step_by(7) {
            let found = check_damaged(
                &fixture,
                &log,
                &key,
                whole[..length].to_vec(),
                &format!("cut at {length}"),
            )
            .await;
            let replaced_page = key.as_ref().ends_with(".page");
            assert!(
                found || replaced_page,
                "{key} cut at {length} was not noticed"
            );
        }
    }
    println!("{flips} flips, {found} made a read fail");
    assert!(found > 200);
}

#[tokio::test]
async fn an_object_in_the_place_of_another_is_found() {
    let (log, fixture) = fixture(22, 12).await;
    let keys: Vec<Path> = objects(fixture.store.as_ref()).await;
    let segments: Vec<&Path> = keys
        .iter()
        .filter(|key| key.as_ref().ends_with(".segment"))
        .collect();
    let other = fixture
        .store
        .get(segments[1])
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    assert!(check_damaged(&fixture, &log, segments[0], other.to_vec(), "swapped").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damaged_cache_files_are_misses() {
    let mut rng = rng(23);
    let log = TestLog::random(
        &mut rng,
        40,
        Shape {
            batch_bytes: 400_000,
            records_max: 20,
            gaps: 0,
        },
    );
    let dir = tempfile::tempdir().unwrap();
    let with_cache = TierOptions {
        chunk_cache: ChunkCacheOptions {
            memory_bytes: 4 << 20,
            dir: Some(dir.path().to_owned()),
            disk_bytes: 64 << 20,
        },
        ..options()
    };
    let fixture = Fixture::new(with_cache.clone());
    fixture.upload_all(tp(0), 0, log.segments(0, 20)).await;
    let end = fixture.tier.tiered_end_offset(tp(0));
    let expected = log.expected(0, end);
    assert!(
        read_from(&fixture.tier, tp(0), 0, end, 1 << 20)
            .await
            .unwrap()
            == expected
    );
    fixture.tier.close().await;
    drop(fixture.tier);
    let mut hits = 0;
    for round in 0..20 {
        for file in std::fs::read_dir(dir.path()).unwrap() {
            let path = file.unwrap().path();
            let mut bytes = std::fs::read(&path).unwrap();
            if round > 0 && !bytes.is_empty() {
                for _ in 0..50 {
                    let at = rng.random_range(0..bytes.len());
                    bytes[at] ^= 1 << rng.random_range(0..8);
                }
                std::fs::write(&path, bytes).unwrap();
            }
        }
        let again = Fixture::over(
            fixture.store.clone(),
            fixture.log.clone(),
            with_cache.clone(),
        );
        assert!(
            read_from(&again.tier, tp(0), 0, end, 1 << 20)
                .await
                .unwrap()
                == expected,
            "round {round}"
        );
        hits += again.tier.stats().cache_hits;
        again.tier.close().await;
    }
    assert!(hits > 0, "the cache was never used");
}
