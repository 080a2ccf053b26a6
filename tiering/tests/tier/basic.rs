//! What a first user does: upload, read everything back, look at it.

use object_store::ObjectStoreExt;
use strandline_tiering::store::instrument::Operation;
use strandline_tiering::{CHUNK_BYTES, Keys, ParsedKey, TierError, TierOptions, inspect};

use crate::support::{CLUSTER, Fixture, Shape, TestLog, next_offset, options, read_from, rng, tp};

#[tokio::test]
async fn every_offset_comes_back_byte_for_byte() {
    let mut rng = rng(1);
    let log = TestLog::random(&mut rng, 60, Shape::default());
    let fixture = Fixture::new(options());
    fixture.upload_all(tp(0), 0, log.segments(0, 20)).await;
    let end = fixture.tier.tiered_end_offset(tp(0));
    assert_eq!(end, log.end_offset);
    for offset in 0..end {
        let found = fixture
            .tier
            .read(tp(0), offset, 1, i64::MAX)
            .await
            .unwrap()
            .to_bytes();
        let expected = log.batches.iter().find(|batch| batch.last_offset >= offset);
        assert_eq!(
            found,
            expected
                .map(|batch| batch.bytes.clone())
                .unwrap_or_default(),
            "offset {offset}"
        );
    }
    for max_bytes in [1, 3000, 100_000] {
        assert_eq!(
            read_from(&fixture.tier, tp(0), 0, i64::MAX, max_bytes)
                .await
                .unwrap(),
            log.expected(0, end)
        );
    }
    let before = fixture.tier.read(tp(0), -1, 1, i64::MAX).await.unwrap_err();
    assert!(matches!(before, TierError::NotTiered { .. }), "{before}");
    let after = fixture
        .tier
        .read(tp(0), end, 1, i64::MAX)
        .await
        .unwrap_err();
    assert!(matches!(after, TierError::NotTiered { .. }), "{after}");
}

#[tokio::test]
async fn no_batch_that_reaches_the_limit_is_answered() {
    let mut rng = rng(2);
    let log = TestLog::random(&mut rng, 30, Shape::default());
    let fixture = Fixture::new(options());
    fixture.upload_all(tp(0), 0, log.segments(0, 10)).await;
    for limit in (0..log.end_offset).step_by(7) {
        assert_eq!(
            read_from(&fixture.tier, tp(0), 0, limit, 5000)
                .await
                .unwrap(),
            log.expected(0, limit),
            "limit {limit}"
        );
    }
}

#[tokio::test]
async fn large_objects_go_in_parts_and_come_back_with_read_ahead() {
    let mut rng = rng(3);
    let shape = Shape {
        batch_bytes: 900_000,
        records_max: 50,
        gaps: 4,
    };
    let log = TestLog::random(&mut rng, 60, shape);
    let fixture = Fixture::new(TierOptions {
        put_bytes_max: 4 << 20,
        part_bytes: 5 << 20,
        ..options()
    });
    fixture.upload_all(tp(0), 0, log.segments(0, 20)).await;
    let stats = fixture.tier.stats();
    let requests = |operation: Operation| {
        stats
            .store
            .iter()
            .find(|s| s.operation == operation)
            .unwrap()
            .requests
    };
    assert!(requests(Operation::PutPart) > 3, "{stats:?}");
    let end = fixture.tier.tiered_end_offset(tp(0));
    let all = read_from(&fixture.tier, tp(0), 0, i64::MAX, 1 << 20)
        .await
        .unwrap();
    assert!(all == log.expected(0, end), "bytes differ");
    let stats = fixture.tier.stats();
    assert!(
        stats.fetched_bytes <= all.len() as u64,
        "{} bytes fetched for {}",
        stats.fetched_bytes,
        all.len()
    );
}

#[tokio::test]
async fn a_footer_is_found_without_a_manifest() {
    let mut rng = rng(4);
    let log = TestLog::random(&mut rng, 20, Shape::default());
    let fixture = Fixture::new(options());
    let uploaded = fixture
        .tier
        .upload(tp(3), 5, log.segment(0, log.end_offset))
        .await;
    assert!(
        matches!(
            uploaded,
            Err(TierError::Fenced {
                leader_epoch: 5,
                ..
            })
        ),
        "{uploaded:?}"
    );
    fixture.log.set_leader_epoch(tp(3), 5);
    let entry = fixture
        .tier
        .upload(tp(3), 5, log.segment(0, log.end_offset))
        .await
        .unwrap()
        .entry;
    let key = Keys::new(CLUSTER).segment(tp(3), 0, 5, entry.object_id);
    let footer = inspect::read_footer(fixture.store.as_ref(), &key)
        .await
        .unwrap();
    assert_eq!(
        (footer.base_offset, footer.end_offset, footer.partition),
        (0, log.end_offset, 3)
    );
    let object = fixture
        .store
        .get(&key)
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    assert_eq!(
        object[..entry.data_bytes as usize],
        log.expected(0, log.end_offset),
        "a plain segment file comes first"
    );
    let parsed = Keys::new(CLUSTER).parse(tp(3), &key).unwrap();
    assert_eq!(
        parsed,
        ParsedKey::Segment {
            base_offset: 0,
            leader_epoch: 5,
            id: entry.object_id
        }
    );
}

#[tokio::test]
async fn the_second_cluster_on_a_prefix_refuses() {
    let mut rng = rng(5);
    let log = TestLog::random(&mut rng, 10, Shape::default());
    let first = Fixture::new(options());
    first.upload_all(tp(0), 0, log.segments(0, 5)).await;
    let other = TierOptions {
        cluster_id: strandline_protocol::Uuid([8; 16]),
        ..options()
    };
    let second = Fixture::over(first.store.clone(), crate::support::MemoryLog::new(), other);
    let error = second.tier.claim().await.unwrap_err();
    assert!(matches!(error, TierError::PrefixOwned { .. }), "{error}");
    assert!(
        error.explain().contains("use another prefix"),
        "{}",
        error.explain()
    );
    assert!(
        second
            .tier
            .upload(tp(0), 0, log.segment(0, 5))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn what_a_reader_keeps_for_its_next_read_is_reserved() {
    let fixture = Fixture::new(options());
    let log = TestLog::random(&mut rng(17), 40, Shape::default());
    fixture
        .upload_all(tp(0), 0, vec![log.segment(0, log.end_offset)])
        .await;
    let reserved = || fixture.tier.stats().read_reserved_bytes;
    let read = async |offset| {
        let records = fixture.tier.read(tp(0), offset, 1, i64::MAX).await;
        next_offset(&records.unwrap().to_bytes())
    };
    let second = read(0).await;
    assert_eq!(reserved(), 0, "nobody knows whether it goes on");
    let third = read(second).await;
    assert_eq!(reserved(), CHUNK_BYTES as u64);
    read(third).await;
    assert_eq!(reserved(), CHUNK_BYTES as u64, "one for each reader");
}
