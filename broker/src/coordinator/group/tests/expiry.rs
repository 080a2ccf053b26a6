//! Sessions, pending members, and when a group is woken.

use super::*;

#[test]
fn heartbeats_keep_a_member_and_silence_removes_it() {
    let mut h = Harness::new();
    let members = h.stable(2);
    for _ in 0..10 {
        h.advance(seconds(9));
        assert_eq!(h.heartbeat(&members[0]), ErrorCode::None);
        assert_eq!(h.heartbeat(&members[1]), ErrorCode::None);
    }
    h.advance(seconds(9));
    assert_eq!(h.heartbeat(&members[0]), ErrorCode::None);
    h.advance(seconds(1));
    assert_eq!(h.group.member_count(), 1);
    assert_eq!(h.heartbeat(&members[0]), ErrorCode::RebalanceInProgress);
}

#[test]
fn heartbeats_cost_at_most_one_wake_per_session_timeout() {
    let mut h = Harness::new();
    let members = h.stable(1);
    let mut wakes = 0;
    for _ in 0..1000 {
        h.now += Duration::from_millis(100);
        assert_eq!(h.heartbeat(&members[0]), ErrorCode::None);
        if h.group.wake_at().is_some_and(|at| at <= h.now) {
            h.handle(Event::Wake);
            wakes += 1;
        }
    }
    assert!(
        wakes <= 12,
        "{wakes} wakes in 100 s with a session timeout of 10 s"
    );
}

#[test]
fn heartbeat_refusals() {
    let mut h = Harness::new();
    let members = h.stable(1);
    let (now, id) = (h.now, members[0].as_str());
    let cases = [
        ("nobody", None, 1, ErrorCode::UnknownMemberId),
        (id, None, 0, ErrorCode::IllegalGeneration),
        (id, None, 2, ErrorCode::IllegalGeneration),
        (id, Some("i"), 1, ErrorCode::UnknownMemberId),
        (id, None, 1, ErrorCode::None),
    ];
    for (member, instance, generation, expected) in cases {
        assert_eq!(
            code(h.group.heartbeat(now, member, instance, generation)),
            expected
        );
    }
    let mut empty = Harness::new();
    assert_eq!(empty.heartbeat("x"), ErrorCode::UnknownMemberId);
    empty.handle(Event::Close(ErrorCode::NotCoordinator));
    assert_eq!(empty.heartbeat("x"), ErrorCode::CoordinatorNotAvailable);
}

#[test]
fn members_that_wait_for_us_do_not_expire() {
    let mut h = Harness::new();
    let members = h.stable(2);
    let request = h.request(&members[0]);
    let token = h.join(request);
    for _ in 0..10 {
        h.advance(seconds(5));
        h.heartbeat(&members[1]);
    }
    assert!(
        h.is_parked(token),
        "50 s in JoinGroup with a session timeout of 10 s"
    );
    assert_eq!(h.group.member_count(), 2);
    let request = h.request(&members[1]);
    h.join(request);
    h.joined(token);
    let sync = h.sync(&members[1], &[]);
    for _ in 0..10 {
        h.advance(seconds(5));
        h.heartbeat(&members[0]);
    }
    assert!(h.is_parked(sync));
    assert_eq!(h.group.member_count(), 2);
}

#[test]
fn pending_members_are_forgotten_after_their_session_timeout() {
    let mut h = Harness::new();
    let mut request = h.request("");
    request.requires_known_member_id = true;
    let token = h.join(request);
    let pending = h.joined(token).member_id;
    h.advance(seconds(9));
    assert!(!h.group.is_idle());
    h.advance(seconds(1));
    assert!(h.group.is_idle());
    assert_eq!(h.group.wake_at(), None);
    let request = h.request(&pending);
    let token = h.join(request);
    assert_eq!(h.joined(token).error, ErrorCode::UnknownMemberId);
}

#[test]
fn new_members_are_answered_after_five_minutes_of_waiting() {
    let mut h = Harness::new();
    let members = h.stable(1);
    let mut slow = h.request(&members[0]);
    slow.rebalance_timeout = seconds(3600);
    let slow = h.join(slow);
    h.joined(slow);
    h.sync_all(&members);
    let request = h.request("");
    let token = h.join(request);
    for _ in 0..60 {
        assert!(h.is_parked(token));
        h.heartbeat(&members[0]);
        h.advance(seconds(5));
    }
    assert_eq!(h.joined(token).error, ErrorCode::UnknownMemberId);
    assert_eq!(h.group.member_count(), 1);
}

#[test]
fn close_answers_everybody() {
    let mut h = Harness::new();
    let members = h.stable(2);
    let request = h.request(&members[0]);
    let join = h.join(request);
    h.handle(Event::Close(ErrorCode::NotCoordinator));
    assert_eq!(h.joined(join).error, ErrorCode::NotCoordinator);
    assert_eq!((h.parked(), h.group.state()), (0, GroupState::Dead));
    assert_eq!(h.group.wake_at(), None);
}
