//! Frames that are no requests, and requests that lie about their content.

use std::io::Read;
use std::net::Shutdown;
use std::sync::LazyLock;

use anyhow::{Context, Result, bail, ensure};
use rand::{Rng, RngCore};
use strandline_protocol::codec::write_unsigned_varint;

use super::{TOPIC, Target};
use crate::wire::{Body, Wire, api, frame};

/// Kafka's UNSUPPORTED_VERSION.
const UNSUPPORTED_VERSION: i16 = 35;

/// Sends `bytes`, ends the sending side, and checks that the broker closes the connection, whatever
/// it answers before that.
fn ends_closed(target: &Target, bytes: &[u8]) -> Result<()> {
    let mut wire = target.connect()?;
    // The broker may close while we still write.
    let _ = wire.send_raw(bytes);
    let _ = wire.stream().shutdown(Shutdown::Write);
    read_to_close(&wire)
}

/// Sends a whole frame that is no request, and checks that the broker closes the connection by itself.
fn is_closed(target: &Target, bytes: &[u8]) -> Result<()> {
    let mut wire = target.connect()?;
    let _ = wire.send_raw(bytes);
    read_to_close(&wire)
}

/// Reads until the broker closes; an error on the way is a close as well, a timeout is none.
fn read_to_close(wire: &Wire) -> Result<()> {
    let mut stream = wire.stream();
    let mut buffer = [0; 4096];
    let mut total = 0_u64;
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => total += read as u64,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                bail!("the connection stays open after {total} bytes of answers");
            }
            Err(_) => return Ok(()),
        }
        ensure!(total < 64 << 20, "endless answers");
    }
}

pub(super) fn random_bytes(target: &mut Target) -> Result<()> {
    for _ in 0..target.amount(100, 2_000) {
        let mut bytes = vec![0; target.rng.random_range(1..65_536)];
        target.rng.fill_bytes(&mut bytes);
        ends_closed(target, &bytes)?;
    }
    Ok(())
}

pub(super) fn absurd_lengths(target: &mut Target) -> Result<()> {
    for length in [
        i32::MAX,
        i32::MAX - 1,
        1 << 30,
        101 << 20,
        -1,
        i32::MIN,
        0,
        1,
        7,
    ] {
        let mut bytes = length.to_be_bytes().to_vec();
        bytes.extend_from_slice(&[0; 64]);
        is_closed(target, &bytes).with_context(|| format!("length {length}"))?;
    }
    // The length alone must be enough.
    for length in [i32::MAX, -1, i32::MIN] {
        let alone = length.to_be_bytes();
        is_closed(target, &alone).with_context(|| format!("length {length}, nothing behind it"))?;
    }
    Ok(())
}

pub(super) fn truncated_frames(target: &mut Target) -> Result<()> {
    let whole = frame(api::METADATA, 1, 1, &Body::new().i32(1).string(TOPIC));
    for end in 0..whole.len() {
        ends_closed(target, &whole[..end]).with_context(|| format!("{end} bytes"))?;
    }
    Ok(())
}

/// Many connections announce 90 MiB each and send a little: memory is reserved as bytes arrive.
pub(super) fn announced_bytes(target: &mut Target) -> Result<()> {
    let mut held = Vec::new();
    for _ in 0..target.amount(100, 500) {
        let mut wire = target.connect()?;
        let mut bytes = (90_i32 << 20).to_be_bytes().to_vec();
        bytes.extend_from_slice(&frame(api::PRODUCE, 7, 1, &Body::new())[4..]);
        bytes.extend_from_slice(&[0; 16 << 10]);
        wire.send_raw(&bytes)?;
        held.push(wire);
    }
    // Another client still gets its answer.
    target.connect()?.list_offset(TOPIC, 0, -1)?;
    Ok(())
}

pub(super) fn unknown_requests(target: &mut Target) -> Result<()> {
    for key in [-1, 93, 500, i16::MAX, i16::MIN] {
        is_closed(target, &frame(key, 0, 1, &Body::new())).with_context(|| format!("key {key}"))?;
    }
    for (key, version) in [(api::PRODUCE, 99), (api::FETCH, -1), (api::METADATA, 1000)] {
        is_closed(target, &frame(key, version, 1, &Body::new()))
            .with_context(|| format!("key {key} version {version}"))?;
    }
    // ApiVersions of a version to come is answered in version 0, so that a client can fall back.
    let mut wire = target.connect()?;
    let mut answer = wire.call(api::API_VERSIONS, 99, &Body::new())?;
    let error = answer.i16()?;
    ensure!(
        error == UNSUPPORTED_VERSION,
        "ApiVersions 99: error {error}"
    );
    Ok(())
}

/// Every key in every version it might have, with bytes that follow no schema.
pub(super) fn random_bodies(target: &mut Target) -> Result<()> {
    for _ in 0..target.amount(1, 20) {
        for key in 0..93 {
            for version in 0..14 {
                let mut body = vec![0; target.rng.random_range(0..512)];
                target.rng.fill_bytes(&mut body);
                if target.rng.random_bool(0.5) {
                    // Small numbers get further into a schema than large ones.
                    body.iter_mut().for_each(|byte| *byte &= 3);
                }
                ends_closed(target, &frame(key, version, 1, &Body(body)))
                    .with_context(|| format!("key {key} version {version}"))?;
            }
        }
    }
    Ok(())
}

pub(super) fn array_bombs(target: &mut Target) -> Result<()> {
    let topics = |count: i32| Body::new().i32(count).string(TOPIC);
    let fetch = |count: i32| {
        Body::new()
            .i32(-1)
            .i32(0)
            .i32(1)
            .i32(1 << 20)
            .i8(0)
            .i32(count)
    };
    let produce = |count: i32| {
        Body::new()
            .i16(-1)
            .i16(-1)
            .i32(1000)
            .i32(count)
            .string(TOPIC)
    };
    for count in [i32::MAX, 1 << 30, 1 << 24, -2, i32::MIN] {
        let nested = Body::new().i32(1).string(TOPIC).i32(count);
        for (key, version, body) in [
            (api::METADATA, 1, topics(count)),
            (api::FETCH, 4, fetch(count)),
            (api::PRODUCE, 7, produce(count)),
            (api::CREATE_TOPICS, 4, topics(count)),
            (api::LIST_OFFSETS, 1, Body::new().i32(-1).raw(&nested.0)),
        ] {
            is_closed(target, &frame(key, version, 1, &body))
                .with_context(|| format!("key {key}, an array of {count}"))?;
        }
    }
    // The same in compact encoding: a length of five bytes.
    for length in [
        [0xff, 0xff, 0xff, 0xff, 0x0f],
        [0xff, 0xff, 0xff, 0xff, 0x07],
    ] {
        is_closed(target, &flexible(api::METADATA, 9, &[0], &length))?;
        let fetch = Body::new().i32(0).i32(1).i32(1 << 20).i8(0).i32(0).i32(-1);
        is_closed(
            target,
            &flexible(api::FETCH, 15, &[0], &fetch.raw(&length).0),
        )?;
    }
    ends_closed(target, &MANY_NAMES)
}

// What takes long to make is made once: the attack must not compete with the broker for processors.

/// A count that the bytes do cover: a million empty names in one request.
static MANY_NAMES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let names = Body::new().i32(1_000_000).raw(&vec![0; 2_000_000]);
    frame(api::METADATA, 1, 1, &names)
});

/// A million empty tagged fields, all of them there.
static MANY_TAGS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut tags = vec![0x80, 0x80, 0x40];
    for tag in 0..1_u32 << 20 {
        write_unsigned_varint(&mut tags, tag);
        tags.push(0);
    }
    flexible(api::API_VERSIONS, 3, &tags, &[1, 1, 0])
});

/// As many tagged fields as are allowed, in each of a thousand topics.
static TAGGED_TOPICS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut topic = vec![1, 0x80, 0x01];
    topic.extend((0..128).flat_map(|tag| [tag, 0]));
    let topics = [&[0xe9, 0x07], &topic.repeat(1000)[..], &[0, 0, 0, 0]].concat();
    flexible(api::METADATA, 9, &[0], &topics)
});

pub(super) fn tagged_field_bombs(target: &mut Target) -> Result<()> {
    const HUGE: [u8; 5] = [0xff, 0xff, 0xff, 0xff, 0x0f];
    const ENDLESS: [u8; 12] = [0xff; 12];
    // The body of Metadata 9: no topics, two flags, tagged fields.
    const METADATA: [u8; 4] = [1, 0, 0, 0];
    for tags in [
        &HUGE[..],
        &ENDLESS[..],
        &[0xff, 0x7f][..],
        &[1, 0, 0xff, 0xff, 0xff, 0x7f][..],
    ] {
        is_closed(target, &flexible(api::API_VERSIONS, 3, tags, &[1, 1, 0]))?;
        let body = [&METADATA, tags].concat();
        is_closed(target, &flexible(api::METADATA, 9, &[0], &body))?;
    }
    ends_closed(target, &MANY_TAGS)?;
    ends_closed(target, &TAGGED_TOPICS)
}

/// Requests of which a few bytes ask for much: a topic, a group or settings that are named again and again,
/// names that exist nowhere, and a session to remember all that.
static REPETITIONS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    const COUNT: i32 = 1_000;
    // Each of these is answered with 5 KB. Encoding a response is one call, and one of megabytes keeps a
    // processor for longer than the suite allows.
    const SETTINGS: i32 = 100;
    let each = |part: &dyn Fn(i32) -> Vec<u8>| (0..COUNT).flat_map(part).collect::<Vec<u8>>();
    let compact = |parts: &[u8], rest: &[u8]| {
        let mut body = Vec::new();
        write_unsigned_varint(&mut body, COUNT.unsigned_abs() + 1);
        [&body, parts, rest].concat()
    };
    let id = |i: i32| i.to_be_bytes().repeat(4);
    let unknown_ids = each(&|i| [&[0], &id(i)[..], &[0]].concat());
    let one_topic = each(&|i| [&id(i), &compact_text(TOPIC)[..], &[0]].concat());
    let one_group = each(&|_| [&compact_text("group")[..], &[0, 0]].concat());
    let groups = (0..SETTINGS).flat_map(|i| Body::new().i8(32).string(&i.to_string()).i32(-1).0);
    let groups: Vec<u8> = groups.collect();
    let partition = |i: i32| Body::new().i32(i).i64(0).i64(0).i32(1).0;
    let long_name = Body::new()
        .i32(-1)
        .i32(0)
        .i32(1)
        .i32(1 << 20)
        .i8(0)
        .i32(0)
        .i32(0);
    let long_name = long_name.i32(1).string(&"x".repeat(30_000)).i32(COUNT);
    vec![
        flexible(
            api::DELETE_TOPICS,
            6,
            &[0],
            &compact(&unknown_ids, &[0, 0, 0, 9, 0]),
        ),
        flexible(api::METADATA, 12, &[0], &compact(&one_topic, &[0, 0, 0])),
        flexible(api::OFFSET_FETCH, 8, &[0], &compact(&one_group, &[0, 0])),
        frame(
            api::DESCRIBE_GROUPS,
            0,
            1,
            &Body::new()
                .i32(COUNT)
                .raw(&each(&|_| Body::new().string("group").0)),
        ),
        frame(
            api::DESCRIBE_CONFIGS,
            3,
            1,
            &Body::new().i32(SETTINGS).raw(&groups).i8(1).i8(1),
        ),
        frame(api::FETCH, 7, 1, &long_name.raw(&each(&partition)).i32(0)),
    ]
});

pub(super) fn repetitions(target: &mut Target) -> Result<()> {
    for (at, request) in REPETITIONS.iter().enumerate() {
        let mut wire = target.connect()?;
        wire.send_raw(request)?;
        wire.receive().with_context(|| format!("request {at}"))?;
    }
    Ok(())
}

/// A text as flexible versions have it; it is short.
fn compact_text(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len() + 1).expect("a short text");
    [&[length], text.as_bytes()].concat()
}

/// A request with header version 2, which ends in tagged fields.
fn flexible(key: i16, version: i16, tags: &[u8], body: &[u8]) -> Vec<u8> {
    let head = Body::new().i16(key).i16(version).i32(1).string("x");
    Body::new().bytes(&head.raw(tags).raw(body).0).0
}
