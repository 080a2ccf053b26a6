//! Record batches as a field of a message.

use bytes::{Bytes, BytesMut};

/// Concatenated record batches in one or more shared slices. A batch never spans two slices.
#[derive(Debug, Clone, Default)]
pub struct Records {
    slices: Vec<Bytes>,
    len: usize,
}

impl Records {
    /// Bytes in all slices.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no byte.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The slices in order.
    #[must_use]
    pub fn slices(&self) -> &[Bytes] {
        &self.slices
    }

    /// Adds a slice at the end.
    pub fn push(&mut self, slice: Bytes) {
        self.len += slice.len();
        self.slices.push(slice);
    }

    /// All bytes in one piece: copies unless there is one slice.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        match self.slices.as_slice() {
            [] => Bytes::new(),
            [one] => one.clone(),
            many => {
                let mut joined = BytesMut::with_capacity(self.len);
                for slice in many {
                    joined.extend_from_slice(slice);
                }
                joined.freeze()
            }
        }
    }
}

/// Equal bytes are equal records, however they are sliced.
impl PartialEq for Records {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.to_bytes() == other.to_bytes()
    }
}

impl Eq for Records {}

impl From<Bytes> for Records {
    fn from(bytes: Bytes) -> Self {
        Self {
            len: bytes.len(),
            slices: vec![bytes],
        }
    }
}

impl From<Vec<Bytes>> for Records {
    fn from(slices: Vec<Bytes>) -> Self {
        Self {
            len: slices.iter().map(Bytes::len).sum(),
            slices,
        }
    }
}
