//! Writes first inputs for every target: random messages of every version, batches of every codec,
//! journal files as they are after a crash and after a stop, and the records of the tier.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use strandline_fuzz::{JOURNAL_DIR, encode_record, journal_options, messages};
use strandline_log::disk::sim::SimDisk;
use strandline_log::format::footer::Trailer;
use strandline_log::{AppendOrigin, Disk, Journal, PartitionLogOptions};
use strandline_protocol::clock::ManualClock;
use strandline_protocol::compression::{Codec, compress};
use strandline_protocol::record_batch::RecordBatchBuilder;
use strandline_protocol::sample::{Role, Seeded, Source as _};
use strandline_protocol::{ApiKey, TopicPartition, Uuid};
use strandline_tiering::format::{ManifestPage, OwnerRecord, SegmentFooter, TrashList};
use strandline_tiering::{PageRef, SegmentEntry};

fn put(target: &str, name: &str, bytes: &[u8]) -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(target);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(name), bytes)
}

fn write_messages(source: &mut Seeded) -> io::Result<()> {
    for entry in messages() {
        let Some(api) = ApiKey::from_code(entry.api_key) else {
            continue;
        };
        for version in entry.versions.clone() {
            let body = (entry.sample)(source, version).expect("samples encode");
            let name = format!("{}-{version}", entry.name);
            let start = [entry.api_key.to_be_bytes(), version.to_be_bytes()].concat();
            if entry.role == Role::Response {
                let header = vec![0; 4 + api.response_header_version(version) as usize];
                put("response", &name, &[&start[..], &header, &body].concat())?;
                continue;
            }
            // Correlation id, client id, and no tagged field where the header has them.
            let mut frame = [&start[..], &[0, 0, 0, 9, 0, 1, b'c']].concat();
            frame.resize(
                frame.len() + usize::from(api.request_header_version(version) == 2),
                0,
            );
            frame.extend_from_slice(&body);
            let length = u32::try_from(frame.len()).expect("short").to_be_bytes();
            put("frame_and_request", &name, &[&length[..], &frame].concat())?;
        }
    }
    Ok(())
}

fn write_batches(source: &mut Seeded) -> io::Result<()> {
    for codec in Codec::ALL {
        let mut builder = RecordBatchBuilder::new(codec).producer(7, 1, 3);
        for timestamp in 0..20 {
            let (key, value) = (source.bytes(), source.bytes());
            builder
                .append(timestamp, Some(&key), Some(&value), &[(b"header", None)])
                .expect("small records");
        }
        let batch = builder.build().expect("records");
        put("record_batch", codec.name(), &batch)?;
        put(
            "record_batch",
            &format!("{codec}-twice"),
            &[&batch[..], &batch].concat(),
        )?;
        for (name, data) in [("text", &b"strandline ".repeat(30)[..]), ("empty", b"")] {
            let compressed = compress(codec, data).expect("memory");
            let input = [&[codec.id(), 0xff][..], &compressed].concat();
            put("codecs", &format!("{codec}-{name}"), &input)?;
        }
    }
    Ok(())
}

/// A journal in which something of everything happened.
fn make_journal() -> (SimDisk, Arc<Journal>) {
    let disk = SimDisk::new(1, 4 << 20);
    let clock = Arc::new(ManualClock::new(1_700_000_000_000));
    let opened = Journal::open(Arc::new(disk.clone()), clock, journal_options());
    let (journal, _) = opened.expect("an empty disk");
    let mut sequence = 0;
    for round in 0..40 {
        for partition in 0..3 {
            let tp = TopicPartition {
                topic_id: Uuid([3; 16]),
                partition,
            };
            let log = journal.create_log(tp, PartitionLogOptions::default());
            let log = log.expect("space");
            let mut batch = RecordBatchBuilder::new(Codec::None);
            if partition > 0 {
                batch = batch.producer(7, 1, sequence);
            }
            let value = vec![b'v'; 500];
            batch.append(round, None, Some(&value), &[]).expect("small");
            let batch = batch.build().expect("a record");
            log.append(batch, 1, AppendOrigin::Client, None)
                .expect("it is in sequence");
            if round % 16 == 15 {
                log.roll();
                log.drop_local_below(round / 2, 1).expect("in the log");
            }
        }
        sequence += 1;
        let _ = journal.step();
        if round == 20 {
            let tp = TopicPartition {
                topic_id: Uuid([3; 16]),
                partition: 0,
            };
            let log = journal.log(&tp).expect("created before");
            log.truncate(15, 2).expect("in the log");
        }
    }
    journal.flush().expect("space");
    (disk, journal)
}

fn write_journals() -> io::Result<()> {
    let (disk, journal) = make_journal();
    let write = |disk: &SimDisk, state: &str| {
        let dir = Path::new(JOURNAL_DIR);
        for name in disk.list(dir)? {
            let Some(file) = disk.contents(&dir.join(&name)).ok() else {
                continue;
            };
            for mode in [0, 1] {
                let input = [&[mode][..], &file].concat();
                put(
                    "journal_recovery",
                    &format!("{name}-{state}-{mode}"),
                    &input,
                )?;
            }
            if let Some(trailer) = file.last_chunk::<64>().and_then(|b| Trailer::decode(b)) {
                let start = usize::try_from(trailer.footer_position).expect("short");
                let body = &file[start..start + trailer.footer_len as usize];
                for kind in [0, 1] {
                    let input = [&[kind][..], body].concat();
                    put("footer_manifest", &format!("{name}-{state}-{kind}"), &input)?;
                }
            }
        }
        io::Result::Ok(())
    };
    write(&disk.fork(), "crashed")?;
    journal.close().expect("space");
    write(&disk, "closed")
}

fn write_records() -> io::Result<()> {
    let framed = |body: Bytes| Bytes::from([&[0, 0, 0, 0][..], &body].concat());
    let versioned = |body: Bytes| Bytes::from([&[0, 0][..], &body].concat());
    let footer = SegmentFooter {
        end_offset: 1,
        block_bytes: 65_536,
        ..SegmentFooter::default()
    };
    let records = [
        (4, framed(encode_record(&footer))),
        (5, framed(encode_record(&ManifestPage::default()))),
        (6, framed(encode_record(&TrashList::default()))),
        (7, framed(encode_record(&OwnerRecord::default()))),
        (8, versioned(encode_record(&SegmentEntry::default()))),
        (9, versioned(encode_record(&PageRef::default()))),
    ];
    for (kind, bytes) in records {
        let input = [&[kind][..], &bytes].concat();
        put("footer_manifest", &format!("record-{kind}"), &input)?;
    }
    Ok(())
}

fn main() -> io::Result<()> {
    let mut source = Seeded(1);
    write_messages(&mut source)?;
    write_batches(&mut source)?;
    write_journals()?;
    write_records()
}
