//! What a client sends: frames, each a header and a request of any API and version.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use strandline_fuzz::{ALLOCATION_LIMIT, decode, message};
use strandline_protocol::ApiKey;
use strandline_protocol::codec::{Message, Reader};
use strandline_protocol::messages::RequestHeader;
use strandline_protocol::sample::Role;

fuzz_target!(|data: &[u8]| {
    let mut rest = Reader::new(Bytes::copy_from_slice(data));
    while let Ok(length) = rest.i32() {
        let Ok(frame) = usize::try_from(length).map(|length| rest.slice(length)) else {
            return;
        };
        let Ok(frame) = frame else { return };
        request(frame);
    }
});

fn request(frame: Bytes) {
    let mut start = Reader::new(frame.clone());
    let (Ok(key), Ok(version)) = (start.i16(), start.i16()) else {
        return;
    };
    let Some(api) = ApiKey::from_code(key) else {
        return;
    };
    let mut reader = Reader::with_allocation_limit(frame, ALLOCATION_LIMIT);
    let header_version = api.request_header_version(version);
    if RequestHeader::decode(&mut reader, header_version).is_ok() {
        let entry = message(Role::Request, key).expect("every API has a request");
        decode(entry, &mut reader, version);
    }
}
