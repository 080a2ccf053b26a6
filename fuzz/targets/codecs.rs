//! Compressed bytes of every codec, under a cap.

#![no_main]

use libfuzzer_sys::fuzz_target;
use strandline_protocol::compression::{Codec, compress, decompress};

fuzz_target!(|data: &[u8]| {
    let [codec, cap, data @ ..] = data else {
        return;
    };
    let codec = Codec::ALL[usize::from(*codec) % Codec::ALL.len()];
    let cap = 1usize << (cap % 23);
    if let Ok(output) = decompress(codec, data, cap) {
        assert!(output.len() <= cap);
    }
    let compressed = compress(codec, data).expect("compression does not fail");
    let again = decompress(codec, &compressed, data.len()).expect("we compressed it");
    assert_eq!(again, data);
    if !data.is_empty() {
        assert!(decompress(codec, &compressed, data.len() - 1).is_err());
    }
});
