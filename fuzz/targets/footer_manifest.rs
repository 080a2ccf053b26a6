//! What files and objects say about themselves: journal footers and state records, footers of
//! segment objects, manifest pages and the entries in the metadata, trash lists, the owner.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use strandline_fuzz::{Envelope, decode_record, encode_record, seal};
use strandline_log::format::footer::{FileFooter, PartitionState, Trailer};
use strandline_log::inspect::walk_footer;
use strandline_protocol::codec::Message;
use strandline_tiering::inspect;

fuzz_target!(|data: &[u8]| {
    let Some((kind, body)) = data.split_first() else {
        return;
    };
    let body = Bytes::copy_from_slice(body);
    match kind % 10 {
        0 => {
            let walked = walk_footer(&body).unwrap_or_default();
            assert!(walked <= body.len());
        }
        1 => again(decode_record::<FileFooter>(&body)),
        2 => again(decode_record::<PartitionState>(&body)),
        3 => {
            let _ = Trailer::decode(&body);
        }
        4 => {
            let object = seal(Envelope::Footer, &body);
            again(inspect::decode_footer(object.len() as u64, &object).ok());
            let _ = inspect::decode_footer(body.len() as u64, &body);
        }
        5 => {
            again(inspect::decode_page(&seal(Envelope::Page, &body)).ok());
            let _ = inspect::decode_page(&body);
        }
        6 => again(inspect::decode_trash(&seal(Envelope::Trash, &body)).ok()),
        7 => again(inspect::decode_owner(seal(Envelope::Owner, &body)).ok()),
        8 => again(inspect::decode_entry(&body).ok()),
        _ => again(inspect::decode_page_ref(&body).ok()),
    }
});

/// What decodes can be encoded, and decodes the same.
fn again<M: Message + PartialEq + std::fmt::Debug>(record: Option<M>) {
    if let Some(record) = record {
        let encoded = encode_record(&record);
        assert_eq!(decode_record(&encoded), Some(record));
    }
}
