//! Values that random ones seldom hit: nothing, null, the limits.

use bytes::Bytes;
use strandline_protocol::codec::{StrBytes, Uuid};
use strandline_protocol::sample::{Seeded, Source};

/// Which corner of each type is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Corner {
    /// Zero, empty, and null where it is possible.
    Null,
    /// Zero and empty, never null.
    Empty,
    /// The largest numbers, two elements, lengths that need a second byte as varint.
    Largest,
    /// The smallest numbers, one element.
    Smallest,
}

impl Corner {
    pub(crate) const ALL: [Self; 4] = [Self::Null, Self::Empty, Self::Largest, Self::Smallest];

    fn pick<T>(self, zero: T, largest: T, smallest: T) -> T {
        match self {
            Self::Null | Self::Empty => zero,
            Self::Largest => largest,
            Self::Smallest => smallest,
        }
    }
}

impl Source for Corner {
    fn bits(&mut self) -> u64 {
        self.pick(0, u64::MAX, 1 << 63)
    }
    fn null(&mut self) -> bool {
        *self == Self::Null
    }
    fn count(&mut self) -> usize {
        self.pick(0, 2, 1)
    }
    fn bool(&mut self) -> bool {
        self.pick(false, true, false)
    }
    fn i64(&mut self) -> i64 {
        self.pick(0, i64::MAX, i64::MIN)
    }
    fn i32(&mut self) -> i32 {
        self.pick(0, i32::MAX, i32::MIN)
    }
    fn i16(&mut self) -> i16 {
        self.pick(0, i16::MAX, i16::MIN)
    }
    fn i8(&mut self) -> i8 {
        self.pick(0, i8::MAX, i8::MIN)
    }
    fn u16(&mut self) -> u16 {
        self.pick(0, u16::MAX, 1)
    }
    fn u32(&mut self) -> u32 {
        self.pick(0, u32::MAX, 1)
    }
    fn f64(&mut self) -> f64 {
        self.pick(0.0, f64::MAX, f64::MIN)
    }
    fn uuid(&mut self) -> Uuid {
        Uuid(self.pick([0; 16], [0xff; 16], [0x80; 16]))
    }
    fn string(&mut self) -> StrBytes {
        StrBytes::from(self.pick(String::new(), "\u{10ffff}é".repeat(300), "a".to_owned()))
    }
    fn bytes(&mut self) -> Bytes {
        Bytes::from(self.pick(Vec::new(), vec![0xff; 20_000], vec![0]))
    }
}

/// One array in sixteen has more elements than one byte can count.
#[derive(Debug)]
pub(crate) struct LongArrays(pub(crate) Seeded);

impl Source for LongArrays {
    fn bits(&mut self) -> u64 {
        self.0.bits()
    }
    fn count(&mut self) -> usize {
        if self.bits().is_multiple_of(16) {
            130
        } else {
            1
        }
    }
}
