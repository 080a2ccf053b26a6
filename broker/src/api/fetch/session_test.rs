//! Goal: the rules of KIP-227 that clients rely on. Method: requests and answers as a client and a
//! log would make them, without either.

use bytes::Bytes;
use strandline_protocol::codec::Records;
use strandline_protocol::messages::fetch_request::{FetchPartition, FetchTopic, ForgottenTopic};

use super::*;

const V: i16 = 12;

fn request(id: i32, epoch: i32, partitions: &[(i32, i64)]) -> FetchRequest {
    let partition = |(partition, fetch_offset): &(i32, i64)| FetchPartition {
        partition: *partition,
        fetch_offset: *fetch_offset,
        ..FetchPartition::default()
    };
    let topics = match partitions {
        [] => Vec::new(),
        some => vec![FetchTopic {
            topic: "t".into(),
            partitions: some.iter().map(partition).collect(),
            ..FetchTopic::default()
        }],
    };
    FetchRequest {
        session_id: id,
        session_epoch: epoch,
        topics,
        ..FetchRequest::default()
    }
}

fn data(high_watermark: i64, records: &'static [u8]) -> PartitionData {
    PartitionData {
        high_watermark,
        log_start_offset: 0,
        records: Some(Records::from(Bytes::from_static(records))),
        ..PartitionData::default()
    }
}

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Sends a request and answers it; gives the session id and the partitions that were told.
fn fetch(
    sessions: &FetchSessions,
    request: &FetchRequest,
    answer: impl Fn(&Wanted) -> PartitionData,
    now: Duration,
) -> Result<(i32, Vec<i32>), ErrorCode> {
    let (kind, wanted) = sessions.begin(request, V, now)?;
    let with_data = |w: Wanted| {
        let data = answer(&w);
        (w, data)
    };
    let mut results: Vec<_> = wanted.into_iter().map(with_data).collect();
    let id = sessions.finish(kind, false, &mut results, now);
    Ok((id, results.iter().map(|(w, _)| w.partition).collect()))
}

#[test]
fn only_news_is_told() {
    let sessions = FetchSessions::new(10);
    let quiet = |_: &Wanted| data(5, b"");
    let (id, told) = fetch(
        &sessions,
        &request(0, 0, &[(0, 5), (1, 5), (2, 5)]),
        quiet,
        at(1),
    )
    .unwrap();
    assert!(id > 0);
    assert_eq!(told, [0, 1, 2]);
    let (_, told) = fetch(&sessions, &request(id, 1, &[]), quiet, at(2)).unwrap();
    assert!(told.is_empty());
    let moved = |w: &Wanted| data(if w.partition == 1 { 6 } else { 5 }, b"");
    let (_, told) = fetch(&sessions, &request(id, 2, &[]), moved, at(3)).unwrap();
    assert_eq!(told, [1]);
    let error = |w: &Wanted| PartitionData {
        error_code: if w.partition == 2 { 6 } else { 0 },
        ..moved(w)
    };
    let (_, told) = fetch(&sessions, &request(id, 3, &[]), error, at(4)).unwrap();
    assert_eq!(told, [2]);
    let (_, told) = fetch(&sessions, &request(id, 4, &[]), moved, at(5)).unwrap();
    assert_eq!(told, [2], "the error is gone");
}

#[test]
fn partitions_with_records_go_behind_the_others() {
    let sessions = FetchSessions::new(10);
    let quiet = |_: &Wanted| data(5, b"");
    let (id, _) = fetch(
        &sessions,
        &request(0, 0, &[(0, 5), (1, 5), (2, 5)]),
        quiet,
        at(1),
    )
    .unwrap();
    let busy = |w: &Wanted| data(5, if w.partition == 0 { b"x" } else { b"" });
    fetch(&sessions, &request(id, 1, &[]), busy, at(1)).unwrap();
    let (_, wanted) = sessions.begin(&request(id, 2, &[]), V, at(1)).unwrap();
    let order: Vec<i32> = wanted.iter().map(|w| w.partition).collect();
    assert_eq!(order, [1, 2, 0]);
}

#[test]
fn partitions_are_added_changed_and_forgotten() {
    let sessions = FetchSessions::new(10);
    let quiet = |_: &Wanted| data(5, b"");
    let (id, _) = fetch(&sessions, &request(0, 0, &[(0, 5), (1, 5)]), quiet, at(1)).unwrap();
    let mut change = request(id, 1, &[(1, 9), (3, 0)]);
    change.forgotten_topics_data = vec![ForgottenTopic {
        topic: "t".into(),
        partitions: vec![0, 7],
        ..ForgottenTopic::default()
    }];
    let (_, wanted) = sessions.begin(&change, V, at(1)).unwrap();
    let got: Vec<_> = wanted
        .iter()
        .map(|w| (w.partition, w.fetch_offset))
        .collect();
    assert_eq!(got, [(1, 9), (3, 0)]);
}

#[test]
fn wrong_ids_epochs_and_topic_ids_are_refused() {
    let sessions = FetchSessions::new(10);
    let quiet = |_: &Wanted| data(5, b"");
    let (id, _) = fetch(&sessions, &request(0, 0, &[(0, 5)]), quiet, at(1)).unwrap();
    let refused =
        |request: &FetchRequest, version| sessions.begin(request, version, at(1)).unwrap_err();
    let unknown = refused(&request(id ^ 1, 1, &[]), V);
    assert_eq!(unknown, ErrorCode::FetchSessionIdNotFound);
    assert_eq!(
        refused(&request(id, 2, &[]), V),
        ErrorCode::InvalidFetchSessionEpoch
    );
    assert_eq!(
        refused(&request(id, 1, &[]), 13),
        ErrorCode::FetchSessionTopicIdError
    );
    // A final epoch closes it.
    let (closed, _) = fetch(&sessions, &request(id, -1, &[(0, 5)]), quiet, at(1)).unwrap();
    assert_eq!((closed, sessions.len()), (0, 0));
    assert_eq!(
        refused(&request(id, 1, &[]), V),
        ErrorCode::FetchSessionIdNotFound
    );
}

#[test]
fn sessions_are_bounded() {
    let sessions = FetchSessions::new(2);
    let quiet = |_: &Wanted| data(5, b"");
    let open = |partitions: &[(i32, i64)], now| {
        fetch(&sessions, &request(0, 0, partitions), quiet, now)
            .unwrap()
            .0
    };
    let small = open(&[(0, 0)], at(0));
    let large = open(&[(0, 0), (1, 0), (2, 0)], at(0));
    assert_eq!(
        open(&[(0, 0), (1, 0)], at(100)),
        0,
        "nobody has lived long enough"
    );
    // Both are in use; the smaller one makes way for a larger one.
    fetch(&sessions, &request(small, 1, &[]), quiet, at(130)).unwrap();
    fetch(&sessions, &request(large, 1, &[]), quiet, at(130)).unwrap();
    assert_eq!(open(&[(0, 0)], at(140)), 0);
    assert!(open(&[(0, 0), (1, 0)], at(140)) > 0);
    let gone = sessions
        .begin(&request(small, 2, &[]), V, at(140))
        .unwrap_err();
    assert_eq!(gone, ErrorCode::FetchSessionIdNotFound);
    // An idle one makes way for any.
    assert!(open(&[(0, 0)], at(251)) > 0);
    assert!(sessions.begin(&request(large, 2, &[]), V, at(251)).is_err());
    assert_eq!(sessions.len(), 2);
}

/// A name that is a slice of a frame, and the frame.
fn framed(name: &str) -> (StrBytes, Bytes) {
    let frame = Bytes::from([name.as_bytes(), &[0; 100]].concat());
    let name = StrBytes::from_utf8(frame.slice(..name.len())).unwrap();
    (name, frame)
}

#[test]
fn a_session_does_not_keep_the_frames_of_requests() {
    let sessions = FetchSessions::new(1);
    let (id, _) = fetch(
        &sessions,
        &request(0, 0, &[(0, 0)]),
        |_| data(0, b""),
        at(0),
    )
    .unwrap();
    for (epoch, partition) in [(1, 0), (2, 1), (3, 1)] {
        let (name, frame) = framed("t");
        let mut request = request(id, epoch, &[(partition, epoch.into())]);
        request.topics[0].topic = name;
        fetch(&sessions, &request, |_| data(0, b""), at(0)).unwrap();
        drop(request);
        assert!(frame.is_unique(), "request {epoch}");
    }
}

#[test]
fn a_name_that_no_topic_can_have_is_not_remembered() {
    let sessions = FetchSessions::new(10);
    let mut first = request(0, 0, &[(0, 0)]);
    first.topics[0].topic = "x".repeat(TOPIC_NAME_LENGTH_MAX + 1).into();
    let (id, told) = fetch(&sessions, &first, |_| data(0, b""), at(0)).unwrap();
    assert_eq!((id, told), (0, vec![0]), "an answer, and no session");
    first.topics[0].topic = "x".repeat(TOPIC_NAME_LENGTH_MAX).into();
    let (id, _) = fetch(&sessions, &first, |_| data(0, b""), at(0)).unwrap();
    assert!(id != 0);
}
