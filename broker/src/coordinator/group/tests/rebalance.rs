//! From PreparingRebalance to the next generation: delays, timeouts, votes and leaders.

use super::*;

fn delayed(delay: u64) -> Harness {
    Harness::with(GroupOptions {
        initial_rebalance_delay: seconds(delay),
        ..GroupOptions::default()
    })
}

#[test]
fn initial_rebalance_waits_the_delay_even_when_all_joined() {
    let mut h = delayed(3);
    let request = h.request("");
    let token = h.join(request);
    h.advance(Duration::from_millis(2999));
    assert!(h.is_parked(token));
    h.advance(Duration::from_millis(1));
    assert_eq!(h.joined(token).generation, 1);
}

#[test]
fn initial_rebalance_is_extended_by_joiners_up_to_the_rebalance_timeout() {
    let mut h = delayed(3);
    let mut tokens = Vec::new();
    for _ in 0..40 {
        let request = h.request("");
        tokens.push(h.join(request));
        if h.parked() < tokens.len() {
            break;
        }
        h.advance(seconds(2));
    }
    let waited = tokens.len() as u64 * 2;
    assert!(
        (60..=64).contains(&waited),
        "ended after {waited} s, rebalance timeout is 60 s"
    );
    let answers = tokens.iter().filter(|token| !h.is_parked(**token)).count();
    assert!(answers >= 30);
}

#[test]
fn initial_rebalance_without_further_joiners_waits_once_more_only() {
    let mut h = delayed(3);
    let request = h.request("");
    let first = h.join(request);
    h.advance(seconds(1));
    let request = h.request("");
    let second = h.join(request);
    h.advance(seconds(2));
    assert!(
        h.is_parked(first),
        "a member came during the delay: it is waited for more"
    );
    h.advance(seconds(3));
    assert_eq!(
        h.joined(first).members.len() + h.joined(second).members.len(),
        2
    );
}

#[test]
fn rebalance_completes_when_all_rejoined() {
    let mut h = Harness::new();
    let members = h.stable(3);
    let request = h.request("");
    let new = h.join(request);
    let mut tokens = Vec::new();
    for member in &members {
        assert!(h.is_parked(new));
        let request = h.request(member);
        tokens.push(h.join(request));
    }
    let leader = h.joined(tokens[0]);
    assert_eq!(leader.members.len(), 4);
    for token in &tokens[1..] {
        let answer = h.joined(*token);
        assert!(answer.members.is_empty(), "members are for the leader only");
        assert_eq!(answer.leader, leader.member_id);
        assert_eq!(answer.generation, leader.generation);
    }
    assert_eq!(h.joined(new).generation, leader.generation);
}

#[test]
fn rebalance_timeout_removes_members_that_did_not_rejoin() {
    let mut h = Harness::new();
    let members = h.stable(3);
    let request = h.request(&members[0]);
    let token = h.join(request);
    // The others are alive, but do not rejoin.
    for _ in 0..12 {
        h.advance(seconds(5));
        if h.group.state() == GroupState::PreparingRebalance {
            assert_eq!(h.heartbeat(&members[1]), ErrorCode::RebalanceInProgress);
            assert_eq!(h.heartbeat(&members[2]), ErrorCode::RebalanceInProgress);
        }
    }
    let answer = h.joined(token);
    assert_eq!(answer.members.len(), 1);
    assert_eq!(h.heartbeat(&members[1]), ErrorCode::UnknownMemberId);
}

#[test]
fn rebalance_without_the_leader_elects_one_who_joined() {
    let mut h = Harness::new();
    let members = h.stable(3);
    let mut request = h.request(&members[2]);
    request.protocols[0].metadata = bytes("changed");
    let token = h.join(request);
    h.advance(REBALANCE);
    let answer = h.joined(token);
    assert_eq!(answer.leader, members[2].as_str());
    assert_eq!(answer.members.len(), 1);
}

#[test]
fn rebalance_during_completing_cancels_parked_syncs() {
    let mut h = Harness::new();
    let members = h.stable(2);
    let request = h.request(&members[0]);
    let leader = h.join(request);
    let request = h.request(&members[1]);
    let follower = h.join(request);
    h.joined(leader);
    h.joined(follower);
    let sync = h.sync(&members[1], &[]);
    assert!(h.is_parked(sync));
    let request = h.request("");
    let new = h.join(request);
    assert_eq!(h.synced(sync).error, ErrorCode::RebalanceInProgress);
    assert!(h.is_parked(new));
}

#[test]
fn protocol_with_most_votes_among_common_ones_wins() {
    let cases: &[(&[&[&str]], &str)] = &[
        (&[&["a", "b"], &["b", "a"], &["b", "a"]], "b"),
        (&[&["a", "b"], &["b", "a"]], "a"),
        (&[&["c", "b"], &["a", "b"]], "b"),
        (&[&["x", "a", "b"], &["b", "a"], &["b", "a", "x"]], "b"),
    ];
    for (offers, expected) in cases {
        let mut h = delayed(3);
        let mut tokens = Vec::new();
        for offer in *offers {
            let mut request = h.request("");
            request.protocols = protocols(offer);
            tokens.push(h.join(request));
        }
        h.advance(seconds(10));
        for token in tokens {
            let answer = h.joined(token);
            assert_eq!(
                answer.protocol_name.as_deref(),
                Some(*expected),
                "{offers:?}"
            );
        }
    }
}

#[test]
fn generations_grow_by_one() {
    let mut h = Harness::new();
    let members = h.stable(1);
    for generation in 2..20 {
        let request = h.request(&members[0]);
        let token = h.join(request);
        assert_eq!(h.joined(token).generation, generation);
        h.sync_all(&members);
    }
}
