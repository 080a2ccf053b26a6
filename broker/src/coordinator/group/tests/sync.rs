//! SyncGroup: assignments go out together, and to members of the generation only.

use super::*;

fn completing(count: usize) -> (Harness, Vec<String>) {
    let mut h = Harness::new();
    let members = h.stable(count);
    let mut tokens = Vec::new();
    for member in &members {
        let request = h.request(member);
        tokens.push(h.join(request));
    }
    for token in tokens {
        assert_eq!(h.joined(token).error, ErrorCode::None);
    }
    (h, members)
}

#[test]
fn sync_followers_wait_for_the_leader() {
    let (mut h, members) = completing(3);
    let before = h.persists;
    let one = h.sync(&members[1], &[]);
    let two = h.sync(&members[2], &[]);
    assert!(h.is_parked(one) && h.is_parked(two));
    let leader = h.sync(&members[0], &[(&members[0], "p0"), (&members[1], "p1")]);
    assert_eq!(h.synced(leader).assignment, bytes("p0"));
    assert_eq!(h.synced(one).assignment, bytes("p1"));
    let forgotten = h.synced(two);
    assert_eq!(
        (forgotten.error, forgotten.assignment),
        (ErrorCode::None, Bytes::new())
    );
    assert_eq!(h.persists, before + 1);
    assert_eq!(h.group.state(), GroupState::Stable);
}

#[test]
fn sync_after_the_leader_is_answered_at_once() {
    let (mut h, members) = completing(2);
    let leader = h.sync(&members[0], &[(&members[1], "late")]);
    h.synced(leader);
    let late = h.sync(&members[1], &[]);
    let answer = h.synced(late);
    assert_eq!(answer.assignment, bytes("late"));
    assert_eq!(answer.protocol_name.as_deref(), Some("range"));
}

#[test]
fn sync_assignment_for_a_stranger_is_dropped() {
    let (mut h, members) = completing(1);
    let token = h.sync(&members[0], &[("stranger", "x"), (&members[0], "y")]);
    assert_eq!(h.synced(token).assignment, bytes("y"));
    assert_eq!(h.group.member_count(), 1);
}

#[test]
fn sync_refusals() {
    let cases: &[Case<SyncRequest>] = &[
        (
            "unknown member",
            |r| r.member_id = "nobody".into(),
            ErrorCode::UnknownMemberId,
        ),
        (
            "former generation",
            |r| r.generation -= 1,
            ErrorCode::IllegalGeneration,
        ),
        (
            "later generation",
            |r| r.generation += 1,
            ErrorCode::IllegalGeneration,
        ),
        (
            "other type",
            |r| r.protocol_type = Some("connect".into()),
            ErrorCode::InconsistentGroupProtocol,
        ),
        (
            "other protocol",
            |r| r.protocol_name = Some("roundrobin".into()),
            ErrorCode::InconsistentGroupProtocol,
        ),
        (
            "static id",
            |r| r.group_instance_id = Some("i".into()),
            ErrorCode::UnknownMemberId,
        ),
    ];
    for (name, change, expected) in cases {
        let (mut h, members) = completing(2);
        let generation = h.group.generation();
        let mut request = h.sync_request(&members[1], generation, &[]);
        change(&mut request);
        let token = request.token;
        h.handle(Event::Sync(request));
        assert_eq!(h.synced(token).error, *expected, "{name}");
    }
}

#[test]
fn sync_while_preparing_asks_to_rejoin() {
    let mut h = Harness::new();
    let members = h.stable(2);
    let request = h.request("");
    h.join(request);
    let token = h.sync(&members[0], &[]);
    assert_eq!(h.synced(token).error, ErrorCode::RebalanceInProgress);
}

#[test]
fn sync_repeated_while_parked_answers_both() {
    let (mut h, members) = completing(2);
    let first = h.sync(&members[1], &[]);
    let second = h.sync(&members[1], &[]);
    assert_eq!(h.synced(first).error, ErrorCode::RebalanceInProgress);
    let leader = h.sync(&members[0], &[(&members[1], "p")]);
    h.synced(leader);
    assert_eq!(h.synced(second).assignment, bytes("p"));
}

#[test]
fn sync_missing_leader_is_removed_after_the_rebalance_timeout() {
    let (mut h, members) = completing(2);
    let follower = h.sync(&members[1], &[]);
    for _ in 0..11 {
        h.advance(seconds(5));
        assert_eq!(h.heartbeat(&members[0]), ErrorCode::None);
    }
    assert!(h.is_parked(follower));
    h.advance(seconds(6));
    assert_eq!(h.synced(follower).error, ErrorCode::RebalanceInProgress);
    assert_eq!(h.heartbeat(&members[0]), ErrorCode::UnknownMemberId);
    assert_eq!(h.group.state(), GroupState::PreparingRebalance);
}

#[test]
fn sync_missing_follower_is_removed_from_a_stable_group() {
    let (mut h, members) = completing(2);
    let leader = h.sync(&members[0], &[(&members[0], "p")]);
    h.synced(leader);
    for _ in 0..13 {
        h.advance(seconds(5));
        h.heartbeat(&members[0]);
        h.heartbeat(&members[1]);
    }
    assert_eq!(h.heartbeat(&members[1]), ErrorCode::UnknownMemberId);
    assert_eq!(h.heartbeat(&members[0]), ErrorCode::RebalanceInProgress);
}
