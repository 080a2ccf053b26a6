//! JoinGroup of dynamic members: who is let in, and what is answered when.

use super::*;

#[test]
fn join_first_member_leads_generation_one() {
    let mut h = Harness::new();
    let request = h.request("");
    let token = h.join(request);
    let answer = h.joined(token);
    assert_eq!(answer.error, ErrorCode::None);
    assert_eq!(answer.generation, 1);
    assert_eq!(answer.leader, answer.member_id);
    assert_eq!(answer.protocol_name.as_deref(), Some("range"));
    assert_eq!(answer.protocol_type.as_deref(), Some("consumer"));
    assert_eq!(answer.members.len(), 1);
    assert_eq!(answer.members[0].metadata, bytes("range"));
    assert_eq!(h.group.state(), GroupState::CompletingRebalance);
    assert_eq!(
        h.persists, 1,
        "the generation is durable before anybody joins it"
    );
}

#[test]
fn join_version_4_is_told_its_id_and_comes_again() {
    let mut h = Harness::new();
    let mut request = h.request("");
    request.requires_known_member_id = true;
    let token = h.join(request);
    let refused = h.joined(token);
    assert_eq!(refused.error, ErrorCode::MemberIdRequired);
    assert!(!refused.member_id.is_empty());
    assert_eq!(
        (h.group.state(), h.group.member_count()),
        (GroupState::Empty, 0)
    );
    assert!(!h.group.is_idle(), "a pending member must not be forgotten");

    let mut request = h.request(&refused.member_id);
    request.requires_known_member_id = true;
    let token = h.join(request);
    let answer = h.joined(token);
    assert_eq!((answer.error, answer.generation), (ErrorCode::None, 1));
    assert_eq!(answer.member_id, refused.member_id);
}

#[test]
fn join_waits_for_pending_members() {
    let mut h = Harness::new();
    let members = h.stable(1);
    let mut request = h.request("");
    request.requires_known_member_id = true;
    let token = h.join(request);
    let pending = h.joined(token).member_id;
    let again = h.request(&members[0]);
    let leader = h.join(again);
    assert!(
        h.is_parked(leader),
        "the generation waits for the member that was told its id"
    );
    let request = h.request(&pending);
    let token = h.join(request);
    assert_eq!(h.joined(leader).generation, 2);
    assert_eq!(h.joined(token).generation, 2);
}

#[test]
fn join_refusals() {
    let cases: &[Case<JoinRequest>] = &[
        (
            "unknown member",
            |r| r.member_id = "nobody".into(),
            ErrorCode::UnknownMemberId,
        ),
        (
            "other type",
            |r| r.protocol_type = "connect".into(),
            ErrorCode::InconsistentGroupProtocol,
        ),
        (
            "no type",
            |r| r.protocol_type = "".into(),
            ErrorCode::InconsistentGroupProtocol,
        ),
        (
            "no protocol",
            |r| r.protocols.clear(),
            ErrorCode::InconsistentGroupProtocol,
        ),
        (
            "no common protocol",
            |r| r.protocols = protocols(&["sticky"]),
            ErrorCode::InconsistentGroupProtocol,
        ),
        (
            "unknown static id",
            |r| (r.member_id, r.group_instance_id) = ("x".into(), Some("i".into())),
            ErrorCode::UnknownMemberId,
        ),
    ];
    for (name, change, expected) in cases {
        let mut h = Harness::new();
        h.stable(2);
        let mut request = h.request("");
        change(&mut request);
        let sent = request.member_id.clone();
        let token = h.join(request);
        let answer = h.joined(token);
        assert_eq!((answer.error, answer.generation), (*expected, -1), "{name}");
        assert_eq!(answer.member_id, sent, "{name}");
        assert_eq!(
            h.group.state(),
            GroupState::Stable,
            "{name} must not disturb the group"
        );
    }
}

#[test]
fn join_empty_group_needs_type_and_protocol() {
    for (kind, names) in [("", &["range"][..]), ("consumer", &[])] {
        let mut h = Harness::new();
        let mut request = h.request("");
        request.protocol_type = kind.into();
        request.protocols = protocols(names);
        let token = h.join(request);
        assert_eq!(h.joined(token).error, ErrorCode::InconsistentGroupProtocol);
        assert!(h.group.is_idle());
    }
}

#[test]
fn join_empty_group_with_an_id_is_unknown() {
    let mut h = Harness::new();
    let request = h.request("former");
    let token = h.join(request);
    assert_eq!(h.joined(token).error, ErrorCode::UnknownMemberId);
}

#[test]
fn join_full_group_is_refused() {
    let options = GroupOptions {
        initial_rebalance_delay: Duration::ZERO,
        max_size: 2,
        ..GroupOptions::default()
    };
    let mut h = Harness::with(options);
    h.stable(2);
    let request = h.request("");
    let token = h.join(request);
    let answer = h.joined(token);
    assert_eq!(answer.error, ErrorCode::GroupMaxSizeReached);
    assert_eq!(answer.member_id, "");
    assert_eq!(h.group.state(), GroupState::Stable);
}

#[test]
fn join_full_group_while_rebalancing_turns_the_last_away() {
    let options = GroupOptions {
        max_size: 2,
        ..GroupOptions::default()
    };
    let mut h = Harness::with(options);
    let tokens: Vec<Token> = (0..3)
        .map(|_| {
            let request = h.request("");
            h.join(request)
        })
        .collect();
    assert_eq!(h.joined(tokens[2]).error, ErrorCode::GroupMaxSizeReached);
    h.advance(seconds(10));
    assert_eq!(h.joined(tokens[0]).error, ErrorCode::None);
    assert_eq!(h.joined(tokens[1]).error, ErrorCode::None);
}

#[test]
fn join_follower_same_metadata_in_stable_gets_current_generation() {
    let mut h = Harness::new();
    let members = h.stable(2);
    let generation = h.group.generation();
    let request = h.request(&members[1]);
    let token = h.join(request);
    let answer = h.joined(token);
    assert_eq!(
        (answer.error, answer.generation),
        (ErrorCode::None, generation)
    );
    assert!(answer.members.is_empty());
    assert_eq!(h.group.state(), GroupState::Stable);
}

#[test]
fn join_leader_same_metadata_in_stable_rebalances() {
    let mut h = Harness::new();
    let members = h.stable(2);
    let request = h.request(&members[0]);
    let token = h.join(request);
    assert!(h.is_parked(token));
    assert_eq!(h.group.state(), GroupState::PreparingRebalance);
    assert_eq!(h.heartbeat(&members[1]), ErrorCode::RebalanceInProgress);
}

#[test]
fn join_follower_other_metadata_in_stable_rebalances() {
    let mut h = Harness::new();
    let members = h.stable(2);
    let mut request = h.request(&members[1]);
    request.protocols[0].metadata = bytes("more topics");
    let token = h.join(request);
    assert!(h.is_parked(token));
    assert_eq!(h.group.state(), GroupState::PreparingRebalance);
}

#[test]
fn join_again_in_completing_rebalance_gets_current_generation() {
    let mut h = Harness::new();
    let request = h.request("");
    let token = h.join(request);
    let member = h.joined(token).member_id;
    let request = h.request(&member);
    let token = h.join(request);
    let answer = h.joined(token);
    assert_eq!((answer.generation, answer.members.len()), (1, 1));

    let mut request = h.request(&member);
    request.protocols[0].metadata = bytes("other");
    let token = h.join(request);
    assert_eq!(h.joined(token).generation, 2);
}

#[test]
fn join_repeated_while_parked_answers_both() {
    let mut h = Harness::new();
    let members = h.stable(2);
    let request = h.request(&members[0]);
    let first = h.join(request);
    let request = h.request(&members[0]);
    let second = h.join(request);
    assert_eq!(h.joined(first).error, ErrorCode::RebalanceInProgress);
    assert!(h.is_parked(second));
    let request = h.request(&members[1]);
    let other = h.join(request);
    assert_eq!(h.joined(second).error, ErrorCode::None);
    assert_eq!(h.joined(other).error, ErrorCode::None);
}

#[test]
fn join_closed_group_is_not_available() {
    let mut h = Harness::new();
    h.handle(Event::Close(ErrorCode::NotCoordinator));
    let request = h.request("");
    let token = h.join(request);
    assert_eq!(h.joined(token).error, ErrorCode::CoordinatorNotAvailable);
}

#[test]
fn join_protocol_named_twice_counts_once() {
    let mut h = Harness::new();
    let mut request = h.request("");
    request.protocols = protocols(&["range", "range"]);
    let token = h.join(request);
    assert_eq!(h.joined(token).error, ErrorCode::None);
    let mut request = h.request("");
    request.protocols = protocols(&["range"]);
    let token = h.join(request);
    assert!(h.is_parked(token));
}
