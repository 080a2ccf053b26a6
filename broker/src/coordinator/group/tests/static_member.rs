//! Static members (KIP-345): they come back without a rebalance, and fence their former self.

use super::*;

/// A stable group of static members `i0`, `i1`, ..., the leader first.
fn fixed(count: usize) -> (Harness, Vec<String>) {
    let mut h = Harness::with(GroupOptions {
        initial_rebalance_delay: seconds(3),
        ..GroupOptions::default()
    });
    let mut tokens = Vec::new();
    for index in 0..count {
        let mut request = h.request("");
        request.group_instance_id = Some(format!("i{index}").into());
        request.requires_known_member_id = true;
        tokens.push(h.join(request));
    }
    h.advance(seconds(6));
    let members: Vec<String> = tokens
        .into_iter()
        .map(|token| h.joined(token).member_id.to_string())
        .collect();
    h.sync_all(&members);
    (h, members)
}

fn rejoin(h: &mut Harness, instance: &str, change: fn(&mut JoinRequest)) -> Token {
    let mut request = h.request("");
    request.group_instance_id = Some(instance.into());
    change(&mut request);
    h.join(request)
}

#[test]
fn static_follower_returns_without_a_rebalance() {
    let (mut h, members) = fixed(3);
    let (generation, before) = (h.group.generation(), h.persists);
    let token = rejoin(&mut h, "i1", |_| ());
    let answer = h.joined(token);
    assert_eq!(
        (answer.error, answer.generation),
        (ErrorCode::None, generation)
    );
    assert_ne!(answer.member_id, members[1].as_str());
    assert_eq!(answer.leader, members[0].as_str());
    assert!(!answer.skip_assignment && answer.members.is_empty());
    assert_eq!(h.group.state(), GroupState::Stable);
    assert_eq!(
        h.persists,
        before + 1,
        "the new member id is durable before it is told"
    );
    let sync = h.sync(&answer.member_id, &[]);
    assert_eq!(
        h.synced(sync).assignment,
        bytes(&members[1]),
        "the assignment of before"
    );
}

#[test]
fn static_member_that_was_replaced_is_fenced_everywhere() {
    let (mut h, members) = fixed(2);
    let token = rejoin(&mut h, "i1", |_| ());
    h.joined(token);
    let generation = h.group.generation();
    let (old, now) = (members[1].as_str(), h.now);
    let fenced = ErrorCode::FencedInstanceId;
    assert_eq!(
        code(h.group.heartbeat(now, old, Some("i1"), generation)),
        fenced
    );
    assert_eq!(
        code(h.group.validate_commit(now, old, Some("i1"), generation)),
        fenced
    );
    let mut request = h.request(old);
    request.group_instance_id = Some("i1".into());
    let token = h.join(request);
    assert_eq!(h.joined(token).error, fenced);
    let mut request = h.sync_request(old, generation, &[]);
    request.group_instance_id = Some("i1".into());
    let token = request.token;
    h.handle(Event::Sync(request));
    assert_eq!(h.synced(token).error, fenced);
    assert_eq!(h.leave(&[(old, Some("i1"))]), [fenced]);
    // Without its static id it is simply gone.
    assert_eq!(h.heartbeat(old), ErrorCode::UnknownMemberId);
}

#[test]
fn static_leader_returns_and_is_told_to_skip_the_assignment() {
    let (mut h, members) = fixed(2);
    let token = rejoin(&mut h, "i0", |_| ());
    let answer = h.joined(token);
    assert_eq!(answer.leader, answer.member_id);
    assert!(answer.skip_assignment);
    assert_eq!(answer.members.len(), 2);
    let sync = h.sync(&answer.member_id, &[]);
    assert_eq!(h.synced(sync).assignment, bytes(&members[0]));
}

#[test]
fn static_leader_of_an_old_client_does_not_learn_that_it_leads() {
    let (mut h, members) = fixed(2);
    let token = rejoin(&mut h, "i0", |request| {
        request.supports_skip_assignment = false
    });
    let answer = h.joined(token);
    assert_eq!(
        answer.leader,
        members[0].as_str(),
        "the member id of before"
    );
    assert!(!answer.skip_assignment && answer.members.is_empty());
    assert_eq!(h.group.leader(), Some(&answer.member_id));
}

#[test]
fn static_member_with_another_protocol_rebalances() {
    let (mut h, members) = fixed(1);
    // The only member decides alone: its new preference changes what is selected.
    let token = rejoin(&mut h, "i0", |r| {
        r.protocols = protocols(&["roundrobin", "range"])
    });
    let answer = h.joined(token);
    assert_eq!(answer.protocol_name.as_deref(), Some("roundrobin"));
    assert_eq!(answer.generation, 2);
    assert_ne!(answer.member_id, members[0].as_str());
}

#[test]
fn static_member_returning_in_completing_rebalance_rebalances() {
    let (mut h, members) = fixed(2);
    let mut tokens = Vec::new();
    for member in &members {
        let request = h.request(member);
        tokens.push(h.join(request));
    }
    let sync = h.sync(&members[1], &[]);
    let token = rejoin(&mut h, "i1", |_| ());
    assert_eq!(h.synced(sync).error, ErrorCode::FencedInstanceId);
    assert!(
        h.is_parked(token),
        "the leader may have seen the former member id"
    );
    let request = h.request(&members[0]);
    let leader = h.join(request);
    assert_eq!(h.joined(leader).error, ErrorCode::None);
    assert_eq!(h.joined(token).error, ErrorCode::None);
}

#[test]
fn static_member_returning_while_its_former_self_waits_fences_it() {
    let (mut h, members) = fixed(2);
    let mut request = h.request(&members[0]);
    request.group_instance_id = Some("i0".into());
    let old = h.join(request);
    assert!(h.is_parked(old));
    let new = rejoin(&mut h, "i0", |_| ());
    assert_eq!(h.joined(old).error, ErrorCode::FencedInstanceId);
    assert!(h.is_parked(new));
}

#[test]
fn static_members_that_are_away_stay_in_the_next_generation() {
    let (mut h, members) = fixed(2);
    let mut request = h.request(&members[0]);
    request.session_timeout = seconds(1000);
    let token = h.join(request);
    for _ in 0..12 {
        h.advance(seconds(5));
        h.heartbeat(&members[1]);
    }
    let answer = h.joined(token);
    assert_eq!(
        answer.members.len(),
        2,
        "its session is alive, so it is assigned to"
    );
}

#[test]
fn static_member_expires_by_its_session_only() {
    let (mut h, members) = fixed(2);
    h.advance(seconds(5));
    h.heartbeat(&members[0]);
    h.advance(seconds(6));
    assert_eq!(h.group.member_count(), 1);
    assert_eq!(h.heartbeat(&members[0]), ErrorCode::RebalanceInProgress);
}

#[test]
fn static_members_that_are_all_away_delay_the_generation_until_they_expire() {
    let (mut h, members) = fixed(2);
    h.leave(&[(&members[0], None)]);
    assert_eq!(h.group.state(), GroupState::PreparingRebalance);
    let generation = h.group.generation();
    for _ in 0..30 {
        h.advance(seconds(5));
        assert_eq!(h.heartbeat(&members[1]), ErrorCode::RebalanceInProgress);
    }
    assert_eq!(h.group.generation(), generation);
    h.advance(seconds(11));
    assert_eq!(h.group.state(), GroupState::Empty);
}

#[test]
fn static_member_returns_to_a_full_group() {
    let (h, _) = fixed(2);
    let mut h = Harness {
        group: ClassicGroup {
            options: GroupOptions {
                max_size: 2,
                ..h.group.options
            },
            ..h.group
        },
        ..h
    };
    let token = rejoin(&mut h, "i1", |_| ());
    assert_eq!(h.joined(token).error, ErrorCode::None);
}
