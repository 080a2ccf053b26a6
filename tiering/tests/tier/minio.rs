//! A real MinIO, which `STRANDLINE_MINIO` names (`http://127.0.0.1:9000`; credentials from the usual AWS variables).
//! Ignored unless asked for, as `tests/run minio` does: unit suites must not need a server.

use std::sync::Arc;

use strandline_protocol::clock::SystemClock;
use strandline_tiering::store::preflight::preflight;
use strandline_tiering::{
    ErrorKind, MissingBucket, StoreFaultClass, StoreLocation, StoreOptions, TierError, TierOptions,
    open_store,
};

use crate::support::{Fixture, MemoryLog, Shape, TestLog, options, read_from, rng, tp};

fn endpoint() -> String {
    std::env::var("STRANDLINE_MINIO")
        .expect("STRANDLINE_MINIO names no MinIO to test against; `tests/run minio` starts one")
}

fn unique() -> String {
    format!(
        "{:016x}",
        rand::Rng::random::<u64>(&mut <rand::rngs::SmallRng as rand::SeedableRng>::from_os_rng())
    )
}

fn location(endpoint: &str, bucket: &str) -> StoreLocation {
    format!("s3://{bucket}/history/one?endpoint={endpoint}")
        .parse()
        .unwrap()
}

async fn fixture(location: &StoreLocation, options: TierOptions) -> Fixture {
    let clock = Arc::new(SystemClock::default());
    let store = open_store(location, &StoreOptions::default(), clock).await;
    Fixture::over(store.unwrap(), MemoryLog::new(), options)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs MinIO: tests/run minio"]
async fn history_in_minio_comes_back_and_is_cleaned_up() {
    let endpoint = endpoint();
    let mut rng = rng(61);
    let log = TestLog::random(
        &mut rng,
        160,
        Shape {
            batch_bytes: 900_000,
            records_max: 60,
            gaps: 9,
        },
    );
    let location = location(&endpoint, &format!("strandline-{}", unique()));
    let missing = MissingBucket::new(location.clone(), StoreOptions::default());
    let options = TierOptions {
        create_bucket: Some(missing),
        put_bytes_max: 8 << 20,
        part_bytes: 5 << 20,
        tail_entries_max: 3,
        page_entries_max: 2,
        ..options()
    };
    let fixture = fixture(&location, options.clone()).await;
    fixture.tier.claim().await.unwrap();
    let report = preflight(&location, &StoreOptions::default()).await;
    assert!(report.is_good(), "{report}");
    fixture.upload_all(tp(0), 0, log.segments(0, 10)).await;
    fixture.upload_all(tp(1), 0, log.segments(0, 40)).await;
    for partition in [0, 1] {
        let end = fixture.tier.tiered_end_offset(tp(partition));
        let all = read_from(&fixture.tier, tp(partition), 0, i64::MAX, 1 << 20)
            .await
            .unwrap();
        assert!(all == log.expected(0, end), "bytes differ");
    }
    let other = TierOptions {
        cluster_id: strandline_protocol::Uuid([1; 16]),
        ..options
    };
    let second = Fixture::over(fixture.store.clone(), MemoryLog::new(), other);
    assert_eq!(
        second.tier.claim().await.unwrap_err().kind(),
        ErrorKind::Misconfigured
    );
    fixture.tier.purge(tp(0).topic_id).await.unwrap();
    println!("{:#?}", fixture.tier.stats());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs MinIO: tests/run minio"]
async fn a_missing_bucket_and_a_dead_endpoint_are_told_apart() {
    let endpoint = endpoint();
    let quick = StoreOptions {
        retry_max: 0,
        ..StoreOptions::default()
    };
    let missing = location(&endpoint, &format!("missing-{}", unique()));
    told(&missing, &quick, StoreFaultClass::BucketMissing).await;

    let dead = location("http://127.0.0.1:1", "anything");
    let error = told(&dead, &quick, StoreFaultClass::Unreachable).await;
    assert!(
        error.explain().contains("uploads resume by themselves"),
        "{}",
        error.explain()
    );
}

/// What is wrong with a store, which the check before the start and the claim tell alike.
async fn told(
    location: &StoreLocation,
    options_of_store: &StoreOptions,
    class: StoreFaultClass,
) -> TierError {
    let report = preflight(location, options_of_store).await;
    assert_eq!(
        report.error().unwrap().store_class(),
        Some(class),
        "{report}"
    );
    let clock = Arc::new(SystemClock::default());
    let store = open_store(location, options_of_store, clock).await.unwrap();
    let tier = Fixture::over(store, MemoryLog::new(), options()).tier;
    let error = tier.claim().await.unwrap_err();
    assert_eq!(error.store_class(), Some(class), "{error:?}");
    error
}
