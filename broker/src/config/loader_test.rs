//! Files, environment and command line: precedence, messages, round trips.

use proptest::prelude::*;

use super::*;
use crate::config::broker_settings::{
    CONNECTIONS_MAX_IDLE_MS, DATA_DIR, LISTENERS, LOG_CLEANER_MIN_CLEANABLE_RATIO,
    LOG_RETENTION_MS, MAX_CONNECTIONS, NUM_PARTITIONS,
};
use crate::config::setting::{Kind, Unit};
use crate::config::translate::{toml_name, toml_value};
use crate::config::{ConfigSource, Value};

fn loader() -> Loader {
    Loader::new(Profile::Server, Machine::default())
}

fn file_error(text: &str) -> String {
    loader()
        .file(Path::new("strandline.toml"), text)
        .unwrap_err()
        .to_string()
}

fn environment(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect()
}

#[test]
fn a_stronger_source_wins_in_any_order() {
    let mut loader = loader();
    loader.set("num.partitions=4").unwrap();
    loader
        .environment(environment(&[("STRANDLINE_NUM_PARTITIONS", "3")]))
        .unwrap();
    loader
        .file(
            Path::new("f"),
            "num.partitions = 2\ndefault.replication.factor = 2",
        )
        .unwrap();
    loader.set("num.partitions=5").unwrap();
    let settings = loader.finish().unwrap();
    let (value, source) = settings.effective(&NUM_PARTITIONS);
    assert_eq!((value, source), (Value::Int(5), ConfigSource::StaticBroker));
    assert_eq!(settings.place(&NUM_PARTITIONS), Some(&Place::Set));
    assert_eq!(
        settings.effective(&MAX_CONNECTIONS).1,
        ConfigSource::Default
    );
}

#[test]
fn tables_quotes_and_units_are_read() {
    let text = r#"
"max.connections" = 500
max.connections.per.ip = 20
listeners = ["PLAINTEXT://:9092"]
num.partitions = 0x10
[log]
retention.ms = "7d"
cleaner.min.cleanable.ratio = 1
[connections.max]
idle.ms = "10m"
"#;
    let mut loader = loader();
    loader.file(Path::new("f"), text).unwrap();
    let settings = loader.finish().unwrap();
    assert_eq!(settings.get(&MAX_CONNECTIONS), 500);
    assert_eq!(settings.get(&NUM_PARTITIONS), 16);
    assert_eq!(settings.get(&LOG_RETENTION_MS), Some(7 * 86_400_000));
    assert_eq!(settings.get(&CONNECTIONS_MAX_IDLE_MS), 600_000);
    assert!((settings.get(&LOG_CLEANER_MIN_CLEANABLE_RATIO) - 1.0).abs() < f64::EPSILON);
    assert_eq!(
        settings.place(&LOG_RETENTION_MS),
        Some(&Place::File("f".into(), 7))
    );
}

#[test]
fn errors_name_file_line_and_what_was_meant() {
    let cases = [
        ("a = 1\nb = = 2", "strandline.toml:2:5: "),
        (
            "\nnum.partition = 3",
            "strandline.toml:2: unknown setting `num.partition` (did you mean `num.partitions`?)",
        ),
        (
            "[log]\nretention.ms = \"7 parsecs\"",
            "strandline.toml:2: Invalid value 7 parsecs for configuration log.retention.ms: Not a \
             duration",
        ),
        (
            "retention.ms = 1",
            "`retention.ms` belongs to a topic; the broker's default for it is",
        ),
        (
            "num.partitions = 0",
            "num.partitions: Value must be at least 1",
        ),
        (
            "num.partitions = [1]",
            "expected a whole number, found array",
        ),
        ("num.partitions = 99999999999", "Not a number of type INT"),
        (
            "auto.create.topics.enable = 1",
            "expected true or false, found integer",
        ),
        ("listeners = \"9092\"", "expected NAME://HOST:PORT"),
        ("listeners = [1]", "expected a list of strings"),
        (
            "tier.url = \"gs://x\"",
            "gs:// is not a store that is known",
        ),
        ("tier.url = \"s3:///prefix\"", "names no bucket"),
        (
            "log.dirs = \"a\"\ndata.dir = \"b\"",
            "strandline.toml:2: `data.dir` was already set at strandline.toml:1",
        ),
        ("node.id = 1\nnode.id = 2", "strandline.toml:2:"),
        ("node.id = 1979-05-27", "expected a whole number, found"),
    ];
    for (text, expected) in cases {
        let error = file_error(text);
        assert!(error.contains(expected), "{text:?}: {error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
}

#[test]
fn assignments_of_set_are_checked() {
    assert_eq!(
        loader().set("x").unwrap_err().to_string(),
        "--set x: expected NAME=VALUE"
    );
    let error = loader().set("numpartitions=1").unwrap_err().to_string();
    assert_eq!(
        error,
        "--set: unknown setting `numpartitions` (did you mean `num.partitions`?)"
    );
    let mut loader = loader();
    loader.set("log.dir=/a=b").unwrap();
    loader.flag("--data", &DATA_DIR, "/c").unwrap();
    loader.set("data.dir=/d").unwrap();
    loader.fallback("dev", &NUM_PARTITIONS, "7").unwrap();
    loader.fallback("dev", &DATA_DIR, "/never").unwrap();
    let settings = loader.finish().unwrap();
    assert_eq!(
        (
            settings.get(&DATA_DIR).as_str(),
            settings.get(&NUM_PARTITIONS)
        ),
        ("/c", 7)
    );
}

#[test]
fn a_foreign_environment_variable_is_a_warning() {
    let mut loader = loader();
    let variables = [
        ("STRANDLINE_PORT", "tcp://10.0.0.1:9092"),
        ("STRANDLINE_LISTENERS", "A://:1"),
    ];
    loader.environment(environment(&variables)).unwrap();
    assert_eq!(loader.warnings().len(), 1);
    assert!(loader.warnings()[0].contains("STRANDLINE_PORT"));
    loader
        .set("listener.security.protocol.map=A:PLAINTEXT")
        .unwrap();
    assert_eq!(loader.finish().unwrap().get(&LISTENERS), ["A://:1"]);
}

#[test]
fn values_that_do_not_fit_each_other_stop_the_start() {
    let cases: &[(&[&str], &str)] = &[
        (
            &["advertised.listeners=OTHER://h:1"],
            "no listener is called OTHER",
        ),
        (
            &["advertised.listeners=PLAINTEXT://0.0.0.0:9092"],
            "no client can connect to",
        ),
        (&["listeners=X://:1"], "says nothing about listener X"),
        (&["listeners=SSL://:1"], "needs SSL"),
        (
            &[
                "listeners=A://:1,B://:1",
                "listener.security.protocol.map=A:PLAINTEXT,B:PLAINTEXT",
            ],
            "has the address of another listener",
        ),
        (
            &["group.min.session.timeout.ms=2000000"],
            "is more than group.max.session.timeout.ms",
        ),
        (
            &["tier.default.enable=true"],
            "tier.default.enable needs tier.url",
        ),
    ];
    for (assignments, expected) in cases {
        let mut loader = loader();
        for assignment in *assignments {
            loader.set(assignment).unwrap();
        }
        let error = loader.finish().unwrap_err().to_string();
        assert!(error.contains(expected), "{assignments:?}: {error}");
    }
    for profile in [Profile::Dev, Profile::Server] {
        Loader::new(profile, Machine::default()).finish().unwrap();
    }
}

/// A value that `setting` accepts, from a seed.
fn some_value(setting: &Setting, seed: i64) -> Option<Value> {
    let text = match setting.kind {
        Kind::Boolean => (seed % 2 == 0).to_string(),
        Kind::Int | Kind::Short => (seed % 30_000).to_string(),
        Kind::Long => {
            let round = if setting.unit == Unit::None {
                1
            } else {
                1_024_000
            };
            if seed % 3 == 0 {
                (seed - seed % round).to_string()
            } else {
                seed.to_string()
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "any fraction will do")]
        Kind::Double => ((seed % 1_000) as f64 / 1_000.0).to_string(),
        Kind::List if setting.name.contains("listener") => return None,
        Kind::List | Kind::String | Kind::Password => format!("x{seed}\"'\\ y"),
    };
    setting.parse_kafka(&text).ok()
}

proptest! {
    /// What is written as TOML, for the environment or for `--set` is read back as it was.
    #[test]
    fn every_setting_round_trips_through_every_source(seed in 0_i64..i64::MAX) {
        for setting in broker_settings() {
            let Some(value) = some_value(setting, seed) else { continue };
            let text = value.to_string();
            let toml = format!("{} = {}\n", toml_name(setting.name), toml_value(setting, &value));
            let mut from_file = loader();
            from_file.file(Path::new("f"), &toml).unwrap();
            let mut from_set = loader();
            from_set.set(&format!("{}={text}", setting.name)).unwrap();
            let mut from_environment = loader();
            let variable = format!("{ENVIRONMENT_PREFIX}{}", environment_name(setting.name));
            from_environment.environment([(variable, text)]).unwrap();
            for loaded in [from_file, from_set, from_environment] {
                prop_assert_eq!(&loaded.given[setting.name].value, &value, "{}", setting.name);
            }
        }
    }

    #[test]
    fn arbitrary_files_never_panic(text in "[a-z.\\[\\]=\"\n 0-9{},#'_-]{0,80}") {
        let _ = loader().file(Path::new("f"), &text);
        let _ = loader().set(&text);
        let _ = crate::config::translate::translate(&text);
    }
}
