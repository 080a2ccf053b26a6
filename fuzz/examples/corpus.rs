//! Writes first inputs for every target: random messages of every version, batches of every codec.

use std::fs;
use std::io;
use std::path::Path;

use strandline_fuzz::messages;
use strandline_protocol::ApiKey;
use strandline_protocol::compression::{Codec, compress};
use strandline_protocol::record_batch::RecordBatchBuilder;
use strandline_protocol::sample::{Role, Seeded, Source as _};

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

fn main() -> io::Result<()> {
    let mut source = Seeded(1);
    write_messages(&mut source)?;
    write_batches(&mut source)
}
