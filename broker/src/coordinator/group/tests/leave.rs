//! LeaveGroup, alone and in batches.

use super::*;

#[test]
fn leave_of_the_last_member_empties_the_group_durably() {
    let mut h = Harness::new();
    let members = h.stable(1);
    let before = h.persists;
    assert_eq!(h.leave(&[(&members[0], None)]), [ErrorCode::None]);
    assert_eq!(h.group.state(), GroupState::Empty);
    assert_eq!(
        h.group.generation(),
        2,
        "a group that empties opens a generation"
    );
    assert_eq!(h.group.leader(), None);
    assert_eq!(h.persists, before + 1);
    assert!(h.group.is_idle());
    h.advance(seconds(600));
    assert_eq!(h.group.wake_at(), None, "an empty group needs no timer");
}

#[test]
fn leave_of_one_asks_the_others_to_rejoin() {
    let mut h = Harness::new();
    let members = h.stable(3);
    assert_eq!(h.leave(&[(&members[0], None)]), [ErrorCode::None]);
    assert_eq!(h.heartbeat(&members[1]), ErrorCode::RebalanceInProgress);
    assert_eq!(h.heartbeat(&members[0]), ErrorCode::UnknownMemberId);
    let request = h.request(&members[1]);
    let one = h.join(request);
    let request = h.request(&members[2]);
    let two = h.join(request);
    let (one, two) = (h.joined(one), h.joined(two));
    assert_eq!(one.members.len() + two.members.len(), 2);
    assert_eq!(one.leader, two.leader);
}

#[test]
fn leave_in_a_batch_answers_each() {
    let mut h = Harness::new();
    let members = h.stable(2);
    let mut request = h.request("");
    request.group_instance_id = Some("i".into());
    let token = h.join(request);
    for member in &members {
        let request = h.request(member);
        h.join(request);
    }
    let fixed = h.joined(token).member_id;
    let codes = h.leave(&[
        ("nobody", None),
        ("wrong", Some("i")),
        ("", Some("unknown")),
        ("", None),
        (&members[0], None),
        ("", Some("i")),
        (&fixed, Some("i")),
    ]);
    use ErrorCode as E;
    let unknown = E::UnknownMemberId;
    let expected = [
        unknown,
        E::FencedInstanceId,
        unknown,
        unknown,
        E::None,
        E::None,
        unknown,
    ];
    assert_eq!(codes, expected);
    assert_eq!(h.group.member_count(), 1);
}

#[test]
fn leave_of_nobody_disturbs_nobody() {
    let mut h = Harness::new();
    let members = h.stable(2);
    assert_eq!(h.leave(&[("nobody", None)]), [ErrorCode::UnknownMemberId]);
    assert_eq!(h.leave(&[]), []);
    assert_eq!(h.heartbeat(&members[0]), ErrorCode::None);
    assert_eq!(h.group.state(), GroupState::Stable);
}

#[test]
fn leave_of_a_pending_member_ends_the_wait_for_it() {
    let mut h = Harness::new();
    let members = h.stable(1);
    let mut request = h.request("");
    request.requires_known_member_id = true;
    let token = h.join(request);
    let pending = h.joined(token).member_id.to_string();
    let request = h.request(&members[0]);
    let leader = h.join(request);
    assert!(h.is_parked(leader));
    assert_eq!(h.leave(&[(&pending, None)]), [ErrorCode::None]);
    assert_eq!(h.joined(leader).generation, 2);
}

#[test]
fn leave_while_parked_in_join_answers_the_join() {
    let mut h = Harness::new();
    let members = h.stable(2);
    let request = h.request(&members[0]);
    let token = h.join(request);
    assert_eq!(h.leave(&[(&members[0], None)]), [ErrorCode::None]);
    assert_eq!(h.joined(token).error, ErrorCode::UnknownMemberId);
}

#[test]
fn leave_while_parked_in_sync_answers_the_sync() {
    let mut h = Harness::new();
    let members = h.stable(2);
    let mut tokens = Vec::new();
    for member in &members {
        let request = h.request(member);
        tokens.push(h.join(request));
    }
    let sync = h.sync(&members[1], &[]);
    h.leave(&[(&members[1], None)]);
    assert_eq!(h.synced(sync).error, ErrorCode::UnknownMemberId);
}

#[test]
fn leave_of_the_last_that_was_waited_for_completes_the_generation() {
    let mut h = Harness::new();
    let members = h.stable(2);
    let request = h.request(&members[0]);
    let token = h.join(request);
    h.leave(&[(&members[1], None)]);
    assert_eq!(h.joined(token).members.len(), 1);
}
