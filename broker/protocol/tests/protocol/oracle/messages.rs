//! Every message in every version, against Kafka's generated classes.

use bytes::Bytes;
use strandline_protocol::messages::registry::all;
use strandline_protocol::sample::{Entry, Seeded, Source};

use super::dump::Tree;
use super::jvm::{Jvm, Question};
use super::oracle;
use crate::seed;
use crate::sources::{Corner, LongArrays};

/// Random values per message and version, beside the corners.
const RANDOM_COUNT: usize = 6;

const TRANSCODE: u8 = 1;
const DEFAULT: u8 = 2;

type Transcoded = Result<(Vec<u8>, String), String>;

fn transcode(jvm: &mut Jvm, name: &str, from: i16, to: i16, bytes: &[u8]) -> Transcoded {
    let question = Question::new(TRANSCODE)
        .bytes(name.as_bytes())
        .i16(from)
        .i16(to)
        .bytes(bytes);
    jvm.ask(&question)
        .map(|mut answer| (answer.bytes(), answer.text()))
}

fn samples(entry: &Entry, version: i16, source: &mut Seeded) -> Vec<Bytes> {
    let of = |source: &mut dyn Source| {
        (entry.sample)(source, version)
            .unwrap_or_else(|error| panic!("{} v{version}: {error}", entry.name))
    };
    let mut samples: Vec<Bytes> = (0..RANDOM_COUNT).map(|_| of(source)).collect();
    samples.extend(Corner::ALL.map(|mut corner| of(&mut corner)));
    samples.push(of(&mut LongArrays(source.clone())));
    samples
}

#[test]
fn every_message_and_version_is_byte_identical_to_kafkas() {
    let Some(mut jvm) = oracle("message bytes") else {
        return;
    };
    let mut source = Seeded(seed());
    let mut count = 0;
    for entry in all() {
        for version in entry.versions.clone() {
            for bytes in samples(&entry, version, &mut source) {
                let at = format!("{} v{version}", entry.name);
                let (theirs, dump) = transcode(&mut jvm, entry.name, version, version, &bytes)
                    .unwrap_or_else(|error| panic!("{at}: {error}\n{bytes:?}"));
                assert_eq!(bytes, theirs, "{at}");
                let ours = (entry.debug)(theirs.into(), version).expect("same bytes as before");
                if let Some(difference) = Tree::parse(&ours).difference(&Tree::parse(&dump)) {
                    panic!("{at}: {difference}");
                }
                count += 1;
            }
        }
    }
    println!("{count} values of {} messages", all().len());
}

#[test]
fn every_default_is_kafkas() {
    let Some(mut jvm) = oracle("message defaults") else {
        return;
    };
    for entry in all() {
        let question = Question::new(DEFAULT).bytes(entry.name.as_bytes());
        let theirs = jvm.ask(&question).expect("a default").text();
        let ours = Tree::parse(&(entry.debug_default)());
        if let Some(difference) = ours.difference(&Tree::parse(&theirs)) {
            panic!("{}: {difference}", entry.name);
        }
    }
}

/// A value of one version encoded in another: the same bytes, or refused by both.
#[test]
fn encoding_in_another_version_agrees_with_kafka() {
    let Some(mut jvm) = oracle("messages across versions") else {
        return;
    };
    let mut source = Seeded(seed());
    let (mut same, mut refused) = (0, 0);
    for entry in all() {
        for from in entry.versions.clone() {
            let random = (entry.sample)(&mut source, from).expect("a sample");
            let empty = (entry.sample)(&mut Corner::Empty, from).expect("a sample");
            let null = (entry.sample)(&mut Corner::Null, from).expect("a sample");
            for (to, bytes) in entry
                .versions
                .clone()
                .flat_map(|to| [(to, &random), (to, &empty), (to, &null)])
            {
                let at = format!("{} v{from} as v{to}", entry.name);
                let ours = (entry.transcode)(bytes.clone(), from, to);
                match (ours, transcode(&mut jvm, entry.name, from, to, bytes)) {
                    (Ok(ours), Ok((theirs, _))) => {
                        assert_eq!(ours, theirs, "{at}");
                        same += 1;
                    }
                    (Err(_), Err(_)) => refused += 1,
                    (ours, theirs) => panic!("{at}: ours {ours:?}, theirs {theirs:?}"),
                }
            }
        }
    }
    println!("{same} equal, {refused} refused by both");
}
