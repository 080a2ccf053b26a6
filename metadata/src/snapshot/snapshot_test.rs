//! Goal: a snapshot that is damaged anywhere, cut anywhere, or of another level is refused with
//! one clear line; one that a crash left half written is no snapshot.
//! Method: every byte of a small file flipped, every length.

use std::fs;
use std::path::Path;

use super::{Capture, SnapshotStore};
use crate::apply::Image;
use crate::command::batch::{self, Numbered};
use crate::command::{Command, ProposerId};
use crate::records::{InitCluster, RaftMembership, RegisterBroker};
use strandline_protocol::codec::Uuid;

const NAME: &str = "snapshot-00000000000000000000.slms";

fn image(level: i32) -> Image {
    let mut image = Image::default();
    let commands = [
        Command::from(InitCluster {
            cluster_id: Uuid([1; 16]),
            level,
        }),
        Command::from(RegisterBroker {
            broker_id: 1,
            incarnation: Uuid([2; 16]),
            rack: Some("r".into()),
            level_min: 1,
            level_max: level,
            ..RegisterBroker::default()
        }),
    ];
    let numbered = |command: &Command| Numbered {
        proposer: ProposerId::Unnumbered,
        number: 1,
        kind: command.number(),
        body: command.encode(),
    };
    let entry = batch::encode(1, commands.iter().map(numbered).collect()).unwrap();
    assert!(image.apply(1, &entry).unwrap().iter().all(Result::is_ok));
    image
}

fn bytes(level: i32) -> Vec<u8> {
    super::encode(&Capture::take(
        &image(level),
        None,
        None,
        RaftMembership::default(),
    ))
}

fn open(dir: &Path, bytes: &[u8]) -> std::io::Result<Option<Image>> {
    fs::write(dir.join(NAME), bytes).unwrap();
    SnapshotStore::open(dir).map(|(_, image)| image)
}

#[test]
fn damage_anywhere_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let bytes = bytes(1);
    let image = open(dir.path(), &bytes).unwrap().unwrap();
    assert_eq!(image.topology.brokers[&1].rack.as_deref(), Some("r"));
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << (at % 8);
        let error = open(dir.path(), &damaged).unwrap_err().to_string();
        assert!(
            error.contains("damaged") && error.contains(NAME),
            "byte {at}: {error}"
        );
    }
    for length in 0..bytes.len() {
        let error = open(dir.path(), &bytes[..length]).unwrap_err().to_string();
        assert!(error.contains("damaged"), "length {length}: {error}");
    }
}

#[test]
fn another_level_is_refused_with_both_numbers() {
    let dir = tempfile::tempdir().unwrap();
    let error = open(dir.path(), &bytes(7)).unwrap_err().to_string();
    assert_eq!(
        error,
        "the metadata is at level 7, this build supports levels 1 to 1"
    );
}

#[test]
fn a_half_written_snapshot_is_none() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("building.tmp"), &bytes(1)[..30]).unwrap();
    let (store, image) = SnapshotStore::open(dir.path()).unwrap();
    assert!(image.is_none() && store.current().is_none());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn the_newest_snapshot_wins_and_older_ones_go() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(NAME), bytes(1)).unwrap();
    let newer = "snapshot-00000000000000000009.slms";
    fs::write(dir.path().join(newer), bytes(1)).unwrap();
    let (store, _) = SnapshotStore::open(dir.path()).unwrap();
    assert!(store.current().unwrap().path.ends_with(newer));
    assert!(!dir.path().join(NAME).exists());
}
