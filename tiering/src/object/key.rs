//! Names of objects.
//!
//! ```text
//! owner                                                           who may write and delete here
//! CLUSTER/TOPIC/PARTITION/BASE-EPOCH-UUID.segment                 batches and footer
//! CLUSTER/TOPIC/PARTITION/manifest/VERSION-EPOCH-LEVEL-UUID.page  manifest page
//! CLUSTER/TOPIC/PARTITION/trash/DUE-EPOCH-UUID.trash              what may be deleted from DUE on
//! ```
//!
//! CLUSTER, TOPIC and UUID are in Kafka's text form (base64url, 22 characters), PARTITION is decimal, BASE, VERSION and
//! DUE (milliseconds) have 20 digits, EPOCH has 10, LEVEL has 1, so keys list in order. Every attempt has its own UUID:
//! two leaders never write the same key, and an object is never overwritten with other bytes.

use object_store::path::Path;
use strandline_protocol::{TopicPartition, Uuid};

/// Names the objects of one cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keys {
    cluster_id: Uuid,
}

/// What a key under a partition's prefix says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParsedKey {
    /// A segment object.
    Segment {
        /// First offset.
        base_offset: i64,
        /// Epoch of the leader that wrote it.
        leader_epoch: i32,
        /// Its id.
        id: Uuid,
    },
    /// A manifest page.
    Page {
        /// Manifest version it was written for.
        version: i64,
        /// Epoch of the leader that wrote it.
        leader_epoch: i32,
        /// 0 for a page of entries, 1 for a page of pages.
        level: i8,
        /// Its id.
        id: Uuid,
    },
    /// A trash list.
    Trash {
        /// From when its objects may be deleted, in milliseconds.
        due_ms: i64,
        /// Epoch of the leader that wrote it.
        leader_epoch: i32,
        /// Its id.
        id: Uuid,
    },
}

impl Keys {
    /// For one cluster.
    pub fn new(cluster_id: Uuid) -> Self {
        Self { cluster_id }
    }

    /// Prefix of everything of a topic.
    pub fn topic(&self, topic_id: Uuid) -> Path {
        Path::from_iter([self.cluster_id.to_string(), topic_id.to_string()])
    }

    /// Reads a key of any partition of a topic; `None` for anything that we did not name.
    pub fn parse_in(&self, topic_id: Uuid, key: &Path) -> Option<ParsedKey> {
        let partition = key.parts().nth(2)?.as_ref().parse().ok()?;
        let tp = TopicPartition {
            topic_id,
            partition,
        };
        self.parse(tp, key)
    }

    /// Prefix of everything of a partition.
    pub fn partition(&self, tp: TopicPartition) -> Path {
        Path::from_iter([
            self.cluster_id.to_string(),
            tp.topic_id.to_string(),
            tp.partition.to_string(),
        ])
    }

    /// Prefix of the trash lists of a partition.
    pub fn trash_prefix(&self, tp: TopicPartition) -> Path {
        join(&self.partition(tp), &["trash"])
    }

    /// A segment object.
    pub fn segment(
        &self,
        tp: TopicPartition,
        base_offset: i64,
        leader_epoch: i32,
        id: Uuid,
    ) -> Path {
        join(
            &self.partition(tp),
            &[&format!(
                "{base_offset:020}-{leader_epoch:010}-{id}.segment"
            )],
        )
    }

    /// A manifest page.
    pub fn page(
        &self,
        tp: TopicPartition,
        version: i64,
        leader_epoch: i32,
        level: i8,
        id: Uuid,
    ) -> Path {
        join(
            &self.partition(tp),
            &[
                "manifest",
                &format!("{version:020}-{leader_epoch:010}-{level}-{id}.page"),
            ],
        )
    }

    /// A trash list.
    pub fn trash(&self, tp: TopicPartition, due_ms: i64, leader_epoch: i32, id: Uuid) -> Path {
        join(
            &self.trash_prefix(tp),
            &[&format!("{due_ms:020}-{leader_epoch:010}-{id}.trash")],
        )
    }

    /// Reads a key of this partition; `None` for anything that we did not name.
    pub fn parse(&self, tp: TopicPartition, key: &Path) -> Option<ParsedKey> {
        let prefix = self.partition(tp);
        let rest = key
            .as_ref()
            .strip_prefix(prefix.as_ref())?
            .strip_prefix('/')?;
        if let Some(name) = rest.strip_prefix("manifest/") {
            let (version, leader_epoch, rest) = numbers(name.strip_suffix(".page")?)?;
            let (level, id) = (
                rest.get(..1)?.parse().ok()?,
                rest.get(1..)?.strip_prefix('-')?.parse().ok()?,
            );
            return Some(ParsedKey::Page {
                version,
                leader_epoch,
                level,
                id,
            });
        }
        if let Some(name) = rest.strip_prefix("trash/") {
            let (due_ms, leader_epoch, id) = numbers(name.strip_suffix(".trash")?)?;
            return Some(ParsedKey::Trash {
                due_ms,
                leader_epoch,
                id: id.parse().ok()?,
            });
        }
        let (base_offset, leader_epoch, id) = numbers(rest.strip_suffix(".segment")?)?;
        Some(ParsedKey::Segment {
            base_offset,
            leader_epoch,
            id: id.parse().ok()?,
        })
    }
}

/// `NNNNNNNNNNNNNNNNNNNN-NNNNNNNNNN-rest`: the two numbers and the rest.
fn numbers(name: &str) -> Option<(i64, i32, &str)> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (first, second) = (name.get(..20)?, name.get(21..31)?);
    if !digits(first) || !digits(second) || name.get(20..21)? != "-" || name.get(31..32)? != "-" {
        return None;
    }
    Some((first.parse().ok()?, second.parse().ok()?, name.get(32..)?))
}

fn join(prefix: &Path, parts: &[&str]) -> Path {
    let mut text = prefix.to_string();
    for part in parts {
        text.push('/');
        text.push_str(part);
    }
    Path::from(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_survive_their_text_form() {
        let keys = Keys::new(Uuid([7; 16]));
        let tp = TopicPartition {
            topic_id: Uuid([0xfb; 16]),
            partition: 12,
        };
        let id = Uuid([0xff; 16]);
        let cases = [
            (
                keys.segment(tp, 81, 3, id),
                ParsedKey::Segment {
                    base_offset: 81,
                    leader_epoch: 3,
                    id,
                },
            ),
            (
                keys.page(tp, 9, 4, 1, id),
                ParsedKey::Page {
                    version: 9,
                    leader_epoch: 4,
                    level: 1,
                    id,
                },
            ),
            (
                keys.trash(tp, 1_700_000_000_000, 5, id),
                ParsedKey::Trash {
                    due_ms: 1_700_000_000_000,
                    leader_epoch: 5,
                    id,
                },
            ),
        ];
        for (key, parsed) in cases {
            assert_eq!(keys.parse(tp, &key), Some(parsed), "{key}");
        }
        assert!(
            keys.parse_in(tp.topic_id, &keys.segment(tp, 81, 3, id))
                .is_some()
        );
        assert_eq!(keys.parse_in(id, &keys.segment(tp, 81, 3, id)), None);
        let other = TopicPartition { partition: 1, ..tp };
        assert_eq!(keys.parse(other, &keys.segment(tp, 81, 3, id)), None);
    }

    #[test]
    fn foreign_names_are_not_ours() {
        let keys = Keys::new(Uuid([7; 16]));
        let tp = TopicPartition {
            topic_id: Uuid([1; 16]),
            partition: 0,
        };
        let prefix = keys.partition(tp);
        for name in [
            "x",
            "00000000000000000081.log",
            "manifest/x.page",
            "trash/",
            "00000000000000000081-0000000003-.segment",
        ] {
            assert_eq!(
                keys.parse(tp, &Path::from(format!("{prefix}/{name}"))),
                None,
                "{name}"
            );
        }
    }
}
