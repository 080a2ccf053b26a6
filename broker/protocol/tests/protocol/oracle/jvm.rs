//! The JVM, its frames and their arguments.

use std::env;
use std::io::{BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

const JAR: &str = "STRANDLINE_KAFKA_CLIENTS_JAR";
const FULL: &str = "STRANDLINE_FULL_TESTS";

/// The one JVM. It ends when its standard input is closed, which the end of this process does.
pub(crate) struct Jvm {
    _child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

/// The oracle, or `None` after a line that says that the test is skipped.
pub(crate) fn oracle(test: &str) -> Option<MutexGuard<'static, Jvm>> {
    static ORACLE: OnceLock<Option<Mutex<Jvm>>> = OnceLock::new();
    let jvm = ORACLE.get_or_init(|| env::var_os(JAR).map(|jar| Mutex::new(Jvm::start(jar.into()))));
    if jvm.is_none() {
        assert!(
            env::var_os(FULL).is_none(),
            "{FULL} is set, but {JAR} does not name the jar"
        );
        println!("SKIPPED {test}: {JAR} is not set");
    }
    jvm.as_ref()
        .map(|jvm| jvm.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Jvm {
    fn start(jar: PathBuf) -> Self {
        assert!(
            jar.is_file(),
            "{JAR} names {}, which is no file",
            jar.display()
        );
        let folder = jar.parent().expect("a file lies in a folder");
        let class_path = format!("{}:{}/*", jar.display(), folder.display());
        let source = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/oracle/java/Oracle.java"
        );
        let mut child = Command::new("java")
            .args([
                "-Xshare:auto",
                "-XX:+UseSerialGC",
                "-cp",
                &class_path,
                source,
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("java 17 or newer is on the path");
        Self {
            stdin: child.stdin.take().expect("piped"),
            stdout: BufReader::new(child.stdout.take().expect("piped")),
            _child: child,
        }
    }

    /// Asks one question; the error is the text of a Java exception.
    pub(crate) fn ask(&mut self, question: &Question) -> Result<Answer, String> {
        let length = u32::try_from(question.0.len()).expect("frames are small");
        let frame = [&length.to_be_bytes()[..], &question.0].concat();
        self.stdin.write_all(&frame).expect("the oracle listens");
        let mut prefix = [0; 4];
        self.stdout
            .read_exact(&mut prefix)
            .expect("the oracle answers");
        let mut bytes = vec![0; u32::from_be_bytes(prefix) as usize];
        self.stdout
            .read_exact(&mut bytes)
            .expect("the oracle answers completely");
        let mut answer = Answer { bytes, position: 1 };
        match answer.bytes[0] {
            0 => Ok(answer),
            _ => Err(answer.text()),
        }
    }
}

/// An operation and its arguments.
pub(crate) struct Question(Vec<u8>);

impl Question {
    pub(crate) fn new(operation: u8) -> Self {
        Self(vec![operation])
    }

    pub(crate) fn u8(mut self, value: u8) -> Self {
        self.0.push(value);
        self
    }

    pub(crate) fn i16(mut self, value: i16) -> Self {
        self.0.extend(value.to_be_bytes());
        self
    }

    pub(crate) fn i32(mut self, value: i32) -> Self {
        self.0.extend(value.to_be_bytes());
        self
    }

    pub(crate) fn i64(mut self, value: i64) -> Self {
        self.0.extend(value.to_be_bytes());
        self
    }

    pub(crate) fn nullable(self, bytes: Option<&[u8]>) -> Self {
        let length = bytes.map_or(-1, |bytes| i32::try_from(bytes.len()).expect("small"));
        let mut question = self.i32(length);
        question.0.extend(bytes.unwrap_or_default());
        question
    }

    pub(crate) fn bytes(self, bytes: &[u8]) -> Self {
        self.nullable(Some(bytes))
    }
}

/// Results of an operation, taken from the front.
pub(crate) struct Answer {
    bytes: Vec<u8>,
    position: usize,
}

impl Answer {
    pub(crate) fn bytes(&mut self) -> Vec<u8> {
        let rest = &self.bytes[self.position..];
        let (prefix, rest) = rest.split_first_chunk::<4>().expect("a length");
        let length = u32::from_be_bytes(*prefix) as usize;
        self.position += 4 + length;
        rest[..length].to_vec()
    }

    pub(crate) fn text(&mut self) -> String {
        String::from_utf8(self.bytes()).expect("Java writes UTF-8")
    }
}
