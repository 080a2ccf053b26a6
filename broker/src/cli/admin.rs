//! The client's side of the admin port.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long the beginning of an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The most of a head, and of an error, that is read.
const HEAD_BYTES_MAX: u64 = 16 << 10;

/// The body of the answer to one request. HTTP/1.0: the server closes when it has said everything.
pub(super) async fn get(admin: &str, path: &str) -> Result<BufReader<TcpStream>> {
    timeout(PATIENCE, begin(admin, path))
        .await
        .with_context(|| format!("{admin} does not answer"))?
}

async fn begin(admin: &str, path: &str) -> Result<BufReader<TcpStream>> {
    let mut stream = TcpStream::connect(admin).await.with_context(|| {
        format!("no broker's admin port at {admin}; name it with --admin HOST:PORT")
    })?;
    let request = format!("GET {path} HTTP/1.0\r\nHost: {admin}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = BufReader::new(stream);
    let mut head = (&mut answer).take(HEAD_BYTES_MAX);
    let mut first = String::new();
    head.read_line(&mut first).await?;
    loop {
        let mut line = String::new();
        if head.read_line(&mut line).await? == 0 {
            bail!("that is no admin port");
        }
        if line.trim_end().is_empty() {
            break;
        }
    }
    if first.contains(" 200 ") {
        return Ok(answer);
    }
    let mut said = String::new();
    answer
        .take(HEAD_BYTES_MAX)
        .read_to_string(&mut said)
        .await?;
    bail!("{admin} answered: {} {}", first.trim_end(), said.trim_end())
}
