//! Kafka's uuid: 16 bytes, shown as unpadded base64url.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Characters of 16 bytes in base64 without padding.
const TEXT_LEN: usize = 22;

/// An id of 16 bytes: topics, incarnations, clusters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Uuid(pub [u8; 16]);

/// Text that is not 22 characters of base64url.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not a uuid in base64url")]
pub struct InvalidUuid(pub String);

impl Uuid {
    /// No id.
    pub const ZERO: Self = Self([0; 16]);

    /// A version 4 uuid from random bits. Kafka reserves ids whose text starts with `-` to no
    /// purpose of ours, but its tools read them as options, so those are avoided as Kafka does.
    #[must_use]
    pub fn from_random(mut random: impl FnMut() -> [u8; 16]) -> Self {
        loop {
            let mut bytes = random();
            bytes[6] = (bytes[6] & 0x0f) | 0x40;
            bytes[8] = (bytes[8] & 0x3f) | 0x80;
            let id = Self(bytes);
            if !id.to_string().starts_with('-') {
                return id;
            }
        }
    }

    /// Whether this is no id.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; TEXT_LEN];
        let bits = u128::from_be_bytes(self.0);
        // 22 characters are 132 bits; the last character holds the last two bits, shifted up.
        for (index, character) in text.iter_mut().enumerate() {
            let sextet = match 128_usize.checked_sub(6 * (index + 1)) {
                Some(shift) => (bits >> shift) & 0x3f,
                None => (bits << 4) & 0x3f,
            };
            *character = ALPHABET[sextet as usize];
        }
        f.pad(std::str::from_utf8(&text).expect("the alphabet is ASCII"))
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Uuid {
    type Err = InvalidUuid;

    fn from_str(text: &str) -> Result<Self, InvalidUuid> {
        let invalid = || InvalidUuid(text.to_owned());
        if text.len() != TEXT_LEN {
            return Err(invalid());
        }
        let mut bits = 0_u128;
        for (index, character) in text.bytes().enumerate() {
            let sextet = ALPHABET.iter().position(|known| *known == character);
            let sextet = sextet.ok_or_else(invalid)? as u128;
            match 128_usize.checked_sub(6 * (index + 1)) {
                Some(shift) => bits |= sextet << shift,
                None if sextet & 0x0f == 0 => bits |= sextet >> 4,
                None => return Err(invalid()),
            }
        }
        Ok(Self(bits.to_be_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_what_kafka_prints() {
        // org.apache.kafka.common.Uuid.METADATA_TOPIC_ID and ONE_UUID print like this.
        assert_eq!(Uuid::ZERO.to_string(), "AAAAAAAAAAAAAAAAAAAAAA");
        let mut one = [0; 16];
        one[15] = 1;
        assert_eq!(Uuid(one).to_string(), "AAAAAAAAAAAAAAAAAAAAAQ");
        assert_eq!("AAAAAAAAAAAAAAAAAAAAAQ".parse(), Ok(Uuid(one)));
        assert!("AAAAAAAAAAAAAAAAAAAAAB".parse::<Uuid>().is_err());
        assert!("short".parse::<Uuid>().is_err());
    }

    proptest::proptest! {
        #[test]
        fn text_round_trips(bytes: [u8; 16]) {
            proptest::prop_assert_eq!(Uuid(bytes).to_string().parse(), Ok(Uuid(bytes)));
        }
    }
}
