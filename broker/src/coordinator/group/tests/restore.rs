//! What a group is after its coordinator was killed.

use super::*;

fn restarted(h: Harness) -> Harness {
    let record = h.group.to_record(5);
    let group = ClassicGroup::from_record(&record, h.group.options, seconds(7));
    // Member ids are never given twice.
    Harness {
        next: h.next,
        ..Harness::of(group)
    }
}

#[test]
fn restored_stable_group_goes_on_without_a_rebalance() {
    let mut h = Harness::new();
    let members = h.stable(3);
    let mut h = Harness {
        now: seconds(7),
        ..restarted(h)
    };
    assert_eq!(h.group.state(), GroupState::Stable);
    assert_eq!(
        h.group.leader().map(|id| id.as_str()),
        Some(members[0].as_str())
    );
    for member in &members {
        assert_eq!(h.heartbeat(member), ErrorCode::None);
        let sync = h.sync(member, &[]);
        let answer = h.synced(sync);
        assert_eq!(
            (answer.error, answer.assignment),
            (ErrorCode::None, bytes(member))
        );
        assert_eq!(answer.protocol_name.as_deref(), Some("range"));
    }
}

#[test]
fn restored_group_expires_members_that_do_not_come_back() {
    let mut h = Harness::new();
    let members = h.stable(2);
    let mut h = Harness {
        now: seconds(7),
        ..restarted(h)
    };
    assert_eq!(
        h.group.wake_at(),
        Some(seconds(7) + SESSION),
        "sessions start again"
    );
    h.advance(seconds(5));
    h.heartbeat(&members[0]);
    h.advance(seconds(5));
    assert_eq!(h.group.member_count(), 1);
}

#[test]
fn restored_group_in_the_middle_of_a_rebalance_goes_on_with_it() {
    let mut h = Harness::new();
    let members = h.stable(2);
    let mut tokens = Vec::new();
    for member in &members {
        let request = h.request(member);
        tokens.push(h.join(request));
    }
    let generation = h.joined(tokens[0]).generation;
    let mut h = Harness {
        now: seconds(7),
        ..restarted(h)
    };
    assert_eq!(h.group.state(), GroupState::CompletingRebalance);
    assert_eq!(h.group.generation(), generation);
    let now = h.now;
    let commit = h.group.validate_commit(now, &members[0], None, generation);
    assert_eq!(commit, Err(ErrorCode::RebalanceInProgress));
    h.sync_all(&members);
}

#[test]
fn restored_group_in_the_middle_of_a_rebalance_removes_who_does_not_sync() {
    let mut h = Harness::new();
    let request = h.request("");
    h.join(request);
    let mut h = Harness {
        now: seconds(7),
        ..restarted(h)
    };
    h.advance(REBALANCE);
    assert_eq!(h.group.state(), GroupState::Empty);
}

#[test]
fn restored_static_members_are_known() {
    let mut h = Harness::new();
    let mut request = h.request("");
    request.group_instance_id = Some("i".into());
    let token = h.join(request);
    let id = h.joined(token).member_id.to_string();
    h.sync_all(std::slice::from_ref(&id));
    let mut h = Harness {
        now: seconds(7),
        ..restarted(h)
    };
    let mut request = h.request("");
    request.group_instance_id = Some("i".into());
    let token = h.join(request);
    let answer = h.joined(token);
    assert_eq!((answer.error, answer.generation), (ErrorCode::None, 1));
    assert_eq!(h.heartbeat(&id), ErrorCode::UnknownMemberId);
}

#[test]
fn restored_empty_group_keeps_generation_and_kind() {
    let mut h = Harness::new();
    let members = h.stable(1);
    h.leave(&[(&members[0], None)]);
    let mut h = restarted(h);
    assert_eq!(
        (h.group.state(), h.group.generation()),
        (GroupState::Empty, 2)
    );
    assert_eq!(h.group.protocol_type(), "consumer");
    assert_eq!(h.group.wake_at(), None);
    let request = h.request("");
    let token = h.join(request);
    assert_eq!(h.joined(token).generation, 3);
}

#[test]
fn record_holds_when_the_state_began() {
    let h = Harness::new();
    assert_eq!(h.group.to_record(1234).state_timestamp, 1234);
}
