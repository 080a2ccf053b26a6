//! Every fault at every request and at every commit: uploads resume, nothing is lost, doubled or wrong, and after a sweep
//! every object in the store is referred to exactly once.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::StreamExt;
use object_store::ObjectStore;
use object_store::memory::InMemory;
use strandline_protocol::Uuid;
use strandline_tiering::store::fault::{Fault, FaultStore};
use strandline_tiering::{Keys, ParsedKey, Tier, TierError, TierOptions};

use crate::support::{
    CLUSTER, CommitFault, Fixture, MemoryLog, Shape, TestLog, options, read_from, rng, tp,
};

const FAULTS: [Fault; 11] = [
    Fault::Error,
    Fault::Forbidden,
    Fault::ErrorAfterSuccess,
    Fault::NotFound,
    Fault::Conflict,
    Fault::BrokenBody,
    Fault::ShortBody,
    Fault::WrongBytes(12_345),
    Fault::CorruptWrite(54_321),
    Fault::TornWrite,
    Fault::Hang,
];

fn small() -> TierOptions {
    TierOptions {
        tail_entries_max: 2,
        page_entries_max: 3,
        put_bytes_max: 6000,
        part_bytes: 3000,
        request_timeout: Duration::from_secs(5),
        ..options()
    }
}

/// Uploads, trims, empties the trash and reads, each step again until it works.
async fn run(fixture: &Fixture, log: &TestLog) -> Result<(), TierError> {
    let segments = log.segments(0, 4);
    let mut tries = 0;
    let mut failed = |error: TierError| {
        tries += 1;
        assert!(tries < 20, "no end of failures: {error}");
    };
    while let Some(segment) = segments
        .iter()
        .find(|segment| segment.end_offset() > fixture.tier.tiered_end_offset(tp(0)))
    {
        if let Err(error) = fixture.tier.upload(tp(0), 0, Arc::clone(segment)).await {
            failed(error);
        }
    }
    fixture
        .log
        .set_log_start(tp(0), segments[3].base_offset() + 1);
    loop {
        match fixture
            .tier
            .retain(tp(0), 0, segments[3].base_offset() + 1)
            .await
        {
            Ok(_)
                if fixture
                    .tier
                    .segments(tp(0), 0, 100)
                    .await
                    .is_ok_and(|s| s.len() == segments.len() - 3) =>
            {
                break;
            }
            Ok(_) => {}
            Err(error) => failed(error),
        }
    }
    fixture.clock.advance(Duration::from_secs(48 * 3600));
    while let Err(error) = fixture.tier.retain(tp(0), 0, 0).await {
        failed(error);
    }
    let end = fixture.tier.tiered_end_offset(tp(0));
    assert_eq!(end, log.end_offset);
    let start = segments[3].base_offset() + 1;
    loop {
        match read_from(&fixture.tier, tp(0), start, i64::MAX, 3000).await {
            Ok(bytes) => {
                assert!(bytes == log.expected(start, end), "bytes differ");
                return Ok(());
            }
            Err(error) => failed(error),
        }
    }
}

/// After a sweep under a higher epoch nothing is in the store that the manifest does not refer to, and everything it
/// refers to is there.
async fn check_references(store: Arc<dyn ObjectStore>, log: Arc<MemoryLog>) {
    let fixture = Fixture::over(store, log, small());
    fixture.log.set_leader_epoch(tp(0), 9);
    fixture.clock.advance(Duration::from_secs(30 * 24 * 3600));
    fixture.tier.retain(tp(0), 9, 0).await.unwrap();
    fixture.tier.sweep(tp(0), 9).await.unwrap();
    let entries = fixture.tier.segments(tp(0), 0, 1000).await.unwrap();
    let ids: Vec<Uuid> = entries.iter().map(|entry| entry.object_id).collect();
    assert_eq!(
        ids.iter().collect::<HashSet<_>>().len(),
        ids.len(),
        "an object is referred to twice"
    );
    let mut segments = HashSet::new();
    let mut pages = 0;
    let mut listing = fixture.store.list(None);
    while let Some(meta) = listing.next().await {
        let key = meta.unwrap().location;
        match Keys::new(CLUSTER).parse(tp(0), &key) {
            Some(ParsedKey::Segment { id, .. }) => assert!(segments.insert(id), "{key}"),
            Some(ParsedKey::Page { .. }) => pages += 1,
            Some(ParsedKey::Trash { .. }) => panic!("trash is left: {key}"),
            None => assert_eq!(key.as_ref(), "owner"),
        }
    }
    assert_eq!(
        segments,
        ids.into_iter().collect(),
        "orphans or lost objects"
    );
    let root = strandline_tiering::ManifestLog::state(fixture.log.as_ref(), tp(0)).root;
    let root = root.map(|root| strandline_tiering::inspect::decode_page_ref(&root.root).unwrap());
    let expected = match root {
        None => 0,
        Some(root) if root.level == 0 => 1,
        Some(root) => {
            1 + usize::try_from(root.entries)
                .unwrap()
                .div_ceil(3)
                .min(pages)
        }
    };
    assert!(
        pages <= expected + 1,
        "{pages} pages where {expected} are needed"
    );
}

#[tokio::test(start_paused = true)]
async fn every_fault_at_every_request_is_survived() {
    let mut rng = rng(11);
    let log = TestLog::random(
        &mut rng,
        32,
        Shape {
            batch_bytes: 1500,
            ..Shape::default()
        },
    );
    let mut survived = 0;
    for fault in FAULTS {
        for at in 0.. {
            let inner: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
            let hit = Arc::new(AtomicBool::new(false));
            let hit_by_plan = Arc::clone(&hit);
            let plan = move |number: u64, _, _: &object_store::path::Path| {
                (number == at)
                    .then(|| hit_by_plan.store(true, Ordering::SeqCst))
                    .map(|()| fault)
            };
            let store = Arc::new(FaultStore::new(Arc::clone(&inner), Arc::new(plan)));
            let fixture = Fixture::over(store, MemoryLog::new(), small());
            run(&fixture, &log)
                .await
                .unwrap_or_else(|error| panic!("{fault:?} at request {at}: {error}"));
            check_references(inner, fixture.log.clone()).await;
            if !hit.load(Ordering::SeqCst) {
                break;
            }
            survived += 1;
        }
    }
    println!("{survived} faults survived");
    assert!(survived > 300, "only {survived} faults were injected");
}

#[tokio::test]
async fn every_undecided_commit_is_survived() {
    let mut rng = rng(12);
    let log = TestLog::random(
        &mut rng,
        32,
        Shape {
            batch_bytes: 1500,
            ..Shape::default()
        },
    );
    for fault in [
        CommitFault::Lost,
        CommitFault::AnswerLost,
        CommitFault::Late,
    ] {
        for at in 0.. {
            let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
            let manifest_log = MemoryLog::with_plan(move |number| (number == at).then_some(fault));
            let fixture = Fixture::over(Arc::clone(&store), manifest_log, small());
            run(&fixture, &log)
                .await
                .unwrap_or_else(|error| panic!("{fault:?} at commit {at}: {error}"));
            check_references(store, fixture.log.clone()).await;
            if fixture.log.commits() <= at {
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_local_segment_that_cannot_be_read_or_is_damaged_is_not_uploaded() {
    let mut rng = rng(13);
    let log = TestLog::random(&mut rng, 8, Shape::default());
    let fixture = Fixture::new(small());
    for damage in [true, false] {
        let mut segment = crate::support::test_segment(&log, 0, log.end_offset);
        if damage {
            let mut bytes = segment.batches[3].bytes.to_vec();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            segment.batches[3].bytes = bytes.into();
        } else {
            segment.fail = true;
        }
        let error = fixture
            .tier
            .upload(tp(0), 0, Arc::new(segment))
            .await
            .unwrap_err();
        assert!(matches!(error, TierError::Source { .. }), "{error}");
    }
    assert_eq!(fixture.tier.tiered_end_offset(tp(0)), 0);
    let objects: Vec<_> = fixture.store.list(None).collect().await;
    assert_eq!(objects.len(), 1, "only the owner is there");
}

#[tokio::test]
async fn of_two_leaders_one_wins_and_the_other_is_fenced() {
    let mut rng = rng(14);
    for round in 0..30 {
        let log = TestLog::random(&mut rng, 24, Shape::default());
        let fixture = Fixture::new(small());
        let other = Tier::open(
            fixture.store.clone(),
            TierOptions {
                seed: Some(100 + round),
                ..small()
            },
            fixture.log.clone(),
            fixture.clock.clone(),
        );
        let (old, new) = (log.segments(0, 5), log.segments(0, 7));
        fixture.log.set_leader_epoch(tp(0), 1);
        fixture
            .tier
            .upload(tp(0), 1, Arc::clone(&old[0]))
            .await
            .unwrap();
        let (first, second) =
            tokio::join!(fixture.tier.upload(tp(0), 1, Arc::clone(&old[1])), async {
                if round % 2 == 0 {
                    tokio::task::yield_now().await;
                }
                fixture.log.set_leader_epoch(tp(0), 2);
                other.upload(tp(0), 2, Arc::clone(&new[0])).await
            });
        // The new leader's segment has other borders; it begins where the tiered range ends.
        if first.is_err() {
            assert!(
                matches!(
                    first,
                    Err(TierError::Fenced { .. } | TierError::Conflict { .. })
                ),
                "{first:?}"
            );
        }
        if second.is_err() {
            assert!(
                matches!(
                    second,
                    Err(TierError::Conflict { .. } | TierError::NotContiguous { .. })
                ),
                "{second:?}"
            );
        }
        assert!(
            fixture
                .tier
                .upload(tp(0), 1, Arc::clone(&old[3]))
                .await
                .is_err(),
            "the old leader is fenced"
        );
        for segment in new
            .iter()
            .chain([&log.segment(new[new.len() - 1].end_offset(), log.end_offset)])
        {
            if segment.end_offset() > other.tiered_end_offset(tp(0)) {
                other.upload(tp(0), 2, Arc::clone(segment)).await.unwrap();
            }
        }
        let all = read_from(&other, tp(0), 0, i64::MAX, 4000).await.unwrap();
        assert!(all == log.expected(0, log.end_offset), "bytes differ");
        check_references(fixture.store.clone(), fixture.log.clone()).await;
    }
}
