//! What a broker answers: API, version, a header and a response.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use strandline_fuzz::{ALLOCATION_LIMIT, decode, message};
use strandline_protocol::ApiKey;
use strandline_protocol::codec::{Message, Reader};
use strandline_protocol::messages::ResponseHeader;
use strandline_protocol::sample::Role;

fuzz_target!(|data: &[u8]| {
    let bytes = Bytes::copy_from_slice(data);
    let mut reader = Reader::with_allocation_limit(bytes, ALLOCATION_LIMIT);
    let (Ok(key), Ok(version)) = (reader.i16(), reader.i16()) else {
        return;
    };
    let Some(api) = ApiKey::from_code(key) else {
        return;
    };
    if ResponseHeader::decode(&mut reader, api.response_header_version(version)).is_ok() {
        let entry = message(Role::Response, key).expect("every API has a response");
        decode(entry, &mut reader, version);
    }
});
