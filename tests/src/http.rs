//! The least of an HTTP client: one GET per connection, to a server on loopback.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// Status and body of `GET http://address/path`.
///
/// # Errors
/// When the server does not answer within ten seconds or not in HTTP.
pub fn get(address: &str, path: &str) -> Result<(u16, String)> {
    let mut stream =
        TcpStream::connect(address).with_context(|| format!("failed to connect to `{address}`"))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(
        stream,
        "GET {path} HTTP/1.0\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .context("an answer without a body")?;
    let status = head
        .split(' ')
        .nth(1)
        .context("an answer without a status")?;
    Ok((status.parse()?, body.to_owned()))
}

/// The body of a 200 answer.
///
/// # Errors
/// As [`get`], and when the status is another one.
pub fn get_ok(address: &str, path: &str) -> Result<String> {
    match get(address, path)? {
        (200, body) => Ok(body),
        (status, body) => bail!("GET {path}: {status} {body}"),
    }
}

/// The sum of all series of a Prometheus metric whose labels contain every one of `labels`
/// (written `name="value"`).
#[must_use]
pub fn metric_sum(exposition: &str, name: &str, labels: &[&str]) -> f64 {
    let series = exposition.lines().filter(|line| {
        let rest = line.strip_prefix(name);
        let is_series = rest.is_some_and(|rest| rest.starts_with(['{', ' ']));
        is_series && labels.iter().all(|label| line.contains(label))
    });
    series
        .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
        .sum()
}

/// A port of loopback on which nothing listens now.
///
/// # Errors
/// When there is none.
pub fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?
        .local_addr()?
        .port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metric_sum_adds_only_matching_series() {
        let text = "# HELP a b\na{api=\"get\",x=\"1\"} 2\na{api=\"get\",x=\"2\"} 3\na{api=\"put\"} 9\nab{api=\"get\"} 9\n";
        assert_eq!(metric_sum(text, "a", &["api=\"get\""]), 5.0);
    }
}
