//! The one thing that the coordinator reads out of members' metadata: which topics a consumer
//! subscribes to.
//!
//! | offset | size | field (`ConsumerProtocolSubscription`, big endian) |
//! |---|---|---|
//! | 0 | 2 | version |
//! | 2 | 4 | number of topics |
//! | 6 | | per topic: length i16, name |
//! | | | user data and what later versions add, not read here |

/// The protocol type of consumers.
pub(super) const PROTOCOL_TYPE: &str = "consumer";

/// Topics of a subscription. `None` when the bytes are no subscription.
pub(super) fn topics(metadata: &[u8]) -> Option<Vec<&str>> {
    let (version, rest) = metadata.split_first_chunk::<2>()?;
    if i16::from_be_bytes(*version) < 0 {
        return None;
    }
    let (count, mut rest) = rest.split_first_chunk::<4>()?;
    let count = usize::try_from(i32::from_be_bytes(*count)).ok()?;
    // Each name takes two bytes at least.
    let mut topics = Vec::with_capacity(count.min(rest.len() / 2));
    for _ in 0..count {
        let (length, tail) = rest.split_first_chunk::<2>()?;
        let length = usize::try_from(i16::from_be_bytes(*length)).ok()?;
        let (name, tail) = tail.split_at_checked(length)?;
        topics.push(std::str::from_utf8(name).ok()?);
        rest = tail;
    }
    Some(topics)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(names: &[&str]) -> Vec<u8> {
        let mut bytes = vec![0, 3];
        bytes.extend((names.len() as i32).to_be_bytes());
        for name in names {
            bytes.extend((name.len() as i16).to_be_bytes());
            bytes.extend(name.as_bytes());
        }
        bytes
    }

    #[test]
    fn topics_of_a_subscription_are_read_with_and_without_what_follows() {
        let mut bytes = encoded(&["a", "orders"]);
        assert_eq!(topics(&bytes), Some(vec!["a", "orders"]));
        bytes.extend([0xff; 8]);
        assert_eq!(topics(&bytes), Some(vec!["a", "orders"]));
        assert_eq!(topics(&encoded(&[])), Some(vec![]));
    }

    #[test]
    fn topics_of_every_truncation_are_none() {
        let bytes = encoded(&["a", "orders"]);
        for end in 0..bytes.len() {
            assert_eq!(topics(&bytes[..end]), None, "first {end} bytes");
        }
    }

    #[test]
    fn topics_of_negative_counts_are_none() {
        assert_eq!(topics(&[0, 0, 0xff, 0xff, 0xff, 0xff]), None);
        assert_eq!(topics(&[0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0]), None);
        assert_eq!(topics(&[0xff, 0xff, 0, 0, 0, 0]), None);
    }
}
