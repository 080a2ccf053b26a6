//! Journal files in small, and with checksums that match.

use strandline_log::format::crc32c;
use strandline_log::{FatalHook, JournalOptions};

/// Where the journal is on the simulated disk.
pub const JOURNAL_DIR: &str = "/journal";

const BLOCK: usize = 4096;
/// Length of the headers of groups and entries, and of a trailer.
const HEADER: usize = 64;

/// A journal without threads, of files that fuzzing has time for.
#[must_use]
pub fn journal_options() -> JournalOptions {
    let mut options = JournalOptions::new(JOURNAL_DIR);
    options.file_size_bytes = 64 << 10;
    options.first_file_size_bytes = 64 << 10;
    options.prealloc_bytes = 0;
    options.tail_cache_bytes = 128 << 10;
    options.footer_cache_bytes = 64 << 10;
    options.group_bytes_max = 12 << 10;
    options.batch_bytes_max = 8 << 10;
    options.run_bytes_max = 4 << 10;
    options.metadata_reserve_bytes = 0;
    options.produce_mark_bytes = 1;
    options.replication_mark_bytes = 1;
    options.threads = false;
    // A refused write ends the journal, not the fuzzer.
    options.fatal = FatalHook::new(|_| {});
    options
}

fn word(bytes: &[u8], at: usize) -> usize {
    bytes[at..at + 4]
        .iter()
        .fold(0, |n, byte| n << 8 | usize::from(*byte))
}

fn put_crc(bytes: &mut [u8], at: usize) {
    let crc = crc32c(&bytes[..at]);
    bytes[at..at + 4].copy_from_slice(&crc.to_be_bytes());
}

/// Gives a journal file the checksums that its bytes should have: of its header, of each group and
/// entry that begins where one may be, and of its footer. Batches keep theirs.
pub fn seal_journal(file: &mut [u8]) {
    if file.len() < BLOCK {
        return;
    }
    file[..8].copy_from_slice(b"STRLJRNL");
    file[8..10].copy_from_slice(&1u16.to_be_bytes());
    file[12..16].copy_from_slice(&4096u32.to_be_bytes());
    let size = file.len() as u64;
    file[40..48].copy_from_slice(&size.to_be_bytes());
    put_crc(file, 124);
    let (head, body) = file.split_at_mut(BLOCK);
    let identity: [u8; 24] = head[16..40].try_into().expect("24 bytes");
    let (mut at, mut previous) = (0, 0);
    while at + HEADER <= body.len() {
        let Some(taken) = seal_group(&mut body[at..], &identity, &mut previous) else {
            at += BLOCK;
            continue;
        };
        at += taken.next_multiple_of(BLOCK);
    }
    seal_footer(file, &identity);
}

/// Answers how many bytes the group takes.
fn seal_group(bytes: &mut [u8], identity: &[u8; 24], previous: &mut u32) -> Option<usize> {
    if &bytes[..4] != b"STGR" {
        return None;
    }
    let room = bytes.len() - HEADER;
    let len = word(bytes, 40).min(room);
    let (header, rest) = bytes.split_at_mut(HEADER);
    let body = &mut rest[..len];
    header[4..6].copy_from_slice(&1u16.to_be_bytes());
    header[8..32].copy_from_slice(identity);
    let mut sealed = [0; 16 + HEADER - 4];
    sealed[..8].copy_from_slice(&header[24..32]);
    sealed[8..16].copy_from_slice(&header[32..40]);
    let (mut at, mut entries) = (0, 0u32);
    while at + HEADER <= len {
        sealed[16..].copy_from_slice(&body[at..at + HEADER - 4]);
        body[at + HEADER - 4..at + HEADER].copy_from_slice(&crc32c(&sealed).to_be_bytes());
        at += (HEADER + word(body, at + 4)).next_multiple_of(8);
        entries += 1;
    }
    let crc = crc32c(body);
    header[40..44].copy_from_slice(&u32::try_from(len).expect("short").to_be_bytes());
    header[44..48].copy_from_slice(&entries.to_be_bytes());
    header[48..52].copy_from_slice(&previous.to_be_bytes());
    header[52..56].copy_from_slice(&crc.to_be_bytes());
    put_crc(header, 60);
    *previous = crc;
    Some(HEADER + len)
}

fn seal_footer(file: &mut [u8], identity: &[u8; 24]) {
    let end = file.len() - HEADER;
    let (front, trailer) = file.split_at_mut(end);
    if &trailer[..8] != b"STRLFOOT" {
        return;
    }
    let position = word(trailer, 44);
    let len = word(trailer, 48);
    let Some(footer) = front.get(position..position.saturating_add(len)) else {
        return;
    };
    trailer[16..40].copy_from_slice(identity);
    trailer[52..56].copy_from_slice(&crc32c(footer).to_be_bytes());
    put_crc(trailer, 60);
}
