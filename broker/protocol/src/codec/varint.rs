//! Variable-length integers: seven bits a byte, least significant first; signed ones zigzag.

use bytes::BufMut;

/// Bytes that `value` takes as an unsigned varint.
#[must_use]
pub const fn unsigned_varint_len(value: u32) -> usize {
    (38 - value.leading_zeros() as usize) / 7 + (value == 0) as usize
}

/// Bytes that `value` takes as a zigzag varint.
#[must_use]
pub const fn signed_varint_len(value: i32) -> usize {
    unsigned_varint_len(((value << 1) ^ (value >> 31)).cast_unsigned())
}

/// Bytes that `value` takes as a zigzag varlong.
#[must_use]
pub const fn signed_varlong_len(value: i64) -> usize {
    let zigzag = ((value << 1) ^ (value >> 63)).cast_unsigned();
    (70 - zigzag.leading_zeros() as usize) / 7 + (zigzag == 0) as usize
}

/// Appends `value` as an unsigned varint.
pub fn write_unsigned_varint(out: &mut impl BufMut, mut value: u32) {
    while value >= 0x80 {
        out.put_u8(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.put_u8(value.to_le_bytes()[0]);
}

/// Appends `value` as a zigzag varint (record fields).
pub fn write_signed_varint(out: &mut impl BufMut, value: i32) {
    write_unsigned_varint(out, ((value << 1) ^ (value >> 31)).cast_unsigned());
}

/// Appends `value` as a zigzag varlong (record timestamps).
pub fn write_signed_varlong(out: &mut impl BufMut, value: i64) {
    let mut rest = ((value << 1) ^ (value >> 63)).cast_unsigned();
    while rest >= 0x80 {
        out.put_u8(rest.to_le_bytes()[0] | 0x80);
        rest >>= 7;
    }
    out.put_u8(rest.to_le_bytes()[0]);
}

/// Reads an unsigned varint from the front of `bytes`: the value and its length, or `None` when it
/// does not end within five bytes or the input. Bits beyond 32 are dropped, as in Kafka.
pub(crate) fn parse_unsigned_varint(bytes: &[u8]) -> Option<(u32, usize)> {
    let mut value = 0u32;
    for (index, byte) in bytes.iter().take(5).enumerate() {
        value |= u32::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((value, index + 1));
        }
    }
    None
}

/// Reads a zigzag varint from the front of `bytes`.
pub(crate) fn parse_signed_varint(bytes: &[u8]) -> Option<(i32, usize)> {
    let (zigzag, len) = parse_unsigned_varint(bytes)?;
    Some((
        (zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed(),
        len,
    ))
}

/// Reads a zigzag varlong from the front of `bytes`.
pub(crate) fn parse_signed_varlong(bytes: &[u8]) -> Option<(i64, usize)> {
    let mut zigzag = 0u64;
    for (index, byte) in bytes.iter().take(10).enumerate() {
        zigzag |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((
                (zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed(),
                index + 1,
            ));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_length_round_trips_with_its_announced_size() {
        for shift in 0..64 {
            for delta in [-1i64, 0, 1] {
                let value = (1i64.wrapping_shl(shift)).wrapping_add(delta);
                for value in [value, value.wrapping_neg()] {
                    let mut out = Vec::new();
                    write_signed_varlong(&mut out, value);
                    assert_eq!(out.len(), signed_varlong_len(value));
                    assert_eq!(parse_signed_varlong(&out), Some((value, out.len())));
                    let narrow = value as i32;
                    out.clear();
                    write_signed_varint(&mut out, narrow);
                    assert_eq!(out.len(), signed_varint_len(narrow));
                    assert_eq!(parse_signed_varint(&out), Some((narrow, out.len())));
                    out.clear();
                    write_unsigned_varint(&mut out, narrow as u32);
                    assert_eq!(out.len(), unsigned_varint_len(narrow as u32));
                    assert_eq!(
                        parse_unsigned_varint(&out),
                        Some((narrow as u32, out.len()))
                    );
                }
            }
        }
    }

    #[test]
    fn an_endless_varint_is_refused() {
        assert_eq!(parse_unsigned_varint(&[0x80; 8]), None);
        assert_eq!(parse_signed_varlong(&[0xff; 16]), None);
        assert_eq!(parse_unsigned_varint(&[]), None);
    }
}
