//! Who may commit offsets, and delete them.

use super::*;

fn commit(h: &mut Harness, member: &str, instance: Option<&str>, generation: i32) -> ErrorCode {
    let now = h.now;
    code(h.group.validate_commit(now, member, instance, generation))
}

#[test]
fn commit_rules_by_state() {
    let mut h = Harness::new();
    assert_eq!(
        commit(&mut h, "", None, -1),
        ErrorCode::None,
        "simple, empty"
    );
    assert_eq!(
        commit(&mut h, "any", None, -1),
        ErrorCode::None,
        "simple with a name, empty"
    );
    assert_eq!(
        commit(&mut h, "m", None, 0),
        ErrorCode::UnknownMemberId,
        "member, empty"
    );

    let request = h.request("");
    let token = h.join(request);
    let id = h.joined(token).member_id.to_string();
    assert_eq!(
        commit(&mut h, &id, None, 1),
        ErrorCode::RebalanceInProgress,
        "completing"
    );
    h.sync_all(std::slice::from_ref(&id));

    assert_eq!(commit(&mut h, &id, None, 1), ErrorCode::None, "stable");
    assert_eq!(
        commit(&mut h, &id, None, 0),
        ErrorCode::IllegalGeneration,
        "former"
    );
    assert_eq!(
        commit(&mut h, &id, None, 2),
        ErrorCode::IllegalGeneration,
        "later"
    );
    assert_eq!(
        commit(&mut h, &id, None, -1),
        ErrorCode::IllegalGeneration,
        "id, no generation"
    );
    assert_eq!(
        commit(&mut h, "", None, -1),
        ErrorCode::UnknownMemberId,
        "simple, not empty"
    );
    assert_eq!(
        commit(&mut h, "nobody", None, 1),
        ErrorCode::UnknownMemberId
    );
    assert_eq!(
        commit(&mut h, &id, Some("i"), 1),
        ErrorCode::UnknownMemberId
    );

    let request = h.request("");
    h.join(request);
    assert_eq!(h.group.state(), GroupState::PreparingRebalance);
    assert_eq!(
        commit(&mut h, &id, None, 1),
        ErrorCode::None,
        "preparing: the last chance"
    );

    h.handle(Event::Close(ErrorCode::NotCoordinator));
    assert_eq!(
        commit(&mut h, "", None, -1),
        ErrorCode::CoordinatorNotAvailable,
        "dead"
    );
}

#[test]
fn commit_counts_as_a_heartbeat() {
    let mut h = Harness::new();
    let members = h.stable(1);
    for _ in 0..5 {
        h.advance(seconds(9));
        assert_eq!(commit(&mut h, &members[0], None, 1), ErrorCode::None);
    }
    assert_eq!(h.group.member_count(), 1);
}

fn subscription(topics: &[&str]) -> Bytes {
    let mut bytes = vec![0, 1];
    bytes.extend((topics.len() as i32).to_be_bytes());
    for topic in topics {
        bytes.extend((topic.len() as i16).to_be_bytes());
        bytes.extend(topic.as_bytes());
    }
    bytes.extend([0xff; 4]);
    bytes.into()
}

#[test]
fn subscribed_topics_are_those_of_all_members() {
    let mut h = Harness::new();
    assert!(!h.group.is_subscribed_to("a"));
    let mut request = h.request("");
    request.protocols = vec![Protocol {
        name: "range".into(),
        metadata: subscription(&["a"]),
    }];
    h.join(request);
    assert!(h.group.is_subscribed_to("a"));
    assert!(!h.group.is_subscribed_to("b"));
    assert_eq!(h.group.validate_offset_delete(), Ok(()));
}

#[test]
fn subscriptions_that_cannot_be_read_count_as_all_topics() {
    let mut h = Harness::new();
    h.stable(1);
    assert!(h.group.is_subscribed_to("anything"));
}

#[test]
fn offsets_of_other_kinds_of_groups_are_deleted_only_when_empty() {
    let mut h = Harness::new();
    assert_eq!(h.group.validate_offset_delete(), Ok(()));
    let mut request = h.request("");
    request.protocol_type = "connect".into();
    h.join(request);
    assert!(!h.group.is_subscribed_to("a"));
    assert_eq!(
        h.group.validate_offset_delete(),
        Err(ErrorCode::NonEmptyGroup)
    );
    h.handle(Event::Close(ErrorCode::NotCoordinator));
    assert_eq!(
        h.group.validate_offset_delete(),
        Err(ErrorCode::GroupIdNotFound)
    );
}
