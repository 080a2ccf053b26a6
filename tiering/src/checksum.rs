//! CRC-32C, the checksum of everything the tier writes.

use crc_fast::{CrcAlgorithm, Digest, checksum, checksum_combine};

const ALGORITHM: CrcAlgorithm = CrcAlgorithm::Crc32Iscsi;

/// CRC-32C of a buffer.
pub(crate) fn crc32c(bytes: &[u8]) -> u32 {
    checksum(ALGORITHM, bytes) as u32
}

/// CRC-32C of two parts of which the second is `second_bytes` long.
pub(crate) fn combine(first: u32, second: u32, second_bytes: u64) -> u32 {
    checksum_combine(ALGORITHM, u64::from(first), u64::from(second), second_bytes) as u32
}

/// CRC-32C of bytes that come piece by piece.
pub(crate) struct Crc32c(Digest);

impl Crc32c {
    pub(crate) fn new() -> Self {
        Self(Digest::new(ALGORITHM))
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn finish(&self) -> u32 {
        self.0.finalize() as u32
    }
}

/// Checksums of consecutive blocks of a stream.
pub(crate) struct BlockChecksums {
    block_bytes: usize,
    current: Crc32c,
    filled: usize,
    done: Vec<u32>,
}

impl BlockChecksums {
    pub(crate) fn new(block_bytes: usize) -> Self {
        Self {
            block_bytes,
            current: Crc32c::new(),
            filled: 0,
            done: Vec::new(),
        }
    }

    pub(crate) fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let take = bytes.len().min(self.block_bytes - self.filled);
            self.current.update(&bytes[..take]);
            self.filled += take;
            bytes = &bytes[take..];
            if self.filled == self.block_bytes {
                self.close_block();
            }
        }
    }

    pub(crate) fn finish(mut self) -> Vec<u32> {
        if self.filled > 0 {
            self.close_block();
        }
        self.done
    }

    fn close_block(&mut self) {
        self.done.push(self.current.finish());
        self.current = Crc32c::new();
        self.filled = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_value_and_combination() {
        assert_eq!(crc32c(b"123456789"), 0xe306_9283);
        let (left, right) = b"123456789".split_at(4);
        assert_eq!(
            combine(crc32c(left), crc32c(right), right.len() as u64),
            0xe306_9283
        );
    }

    #[test]
    fn block_checksums_do_not_depend_on_pieces() {
        let data: Vec<u8> = (0..10_000u32).map(|i| (i * 31) as u8).collect();
        let mut whole = BlockChecksums::new(1024);
        whole.update(&data);
        let mut pieces = BlockChecksums::new(1024);
        for piece in data.chunks(97) {
            pieces.update(piece);
        }
        let expected: Vec<u32> = data.chunks(1024).map(crc32c).collect();
        assert_eq!(whole.finish(), expected);
        assert_eq!(pieces.finish(), expected);
    }
}
