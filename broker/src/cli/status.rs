//! `strandline status`: the admin port's own page.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::arguments::Status;
use super::output::text;

const LIMIT: Duration = Duration::from_secs(5);
const PAGE_BYTES_MAX: u64 = 1 << 20;

pub(super) async fn run(arguments: Status) -> Result<()> {
    let page = timeout(LIMIT, get(&arguments.admin, "/status")).await;
    let page = page.with_context(|| format!("{} does not answer", arguments.admin))??;
    Ok(text(&page)?)
}

/// One request over HTTP/1.0: the server closes when it has said everything.
async fn get(admin: &str, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect(admin).await.with_context(|| {
        format!("no broker's admin port at {admin}; name it with --admin HOST:PORT")
    })?;
    stream
        .write_all(format!("GET {path} HTTP/1.0\r\nHost: {admin}\r\n\r\n").as_bytes())
        .await?;
    let mut answer = String::new();
    stream
        .take(PAGE_BYTES_MAX)
        .read_to_string(&mut answer)
        .await?;
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .context("that is no admin port")?;
    let first = head.lines().next().unwrap_or_default();
    ensure!(first.contains(" 200 "), "{admin} answered: {first}");
    Ok(body.to_owned())
}
