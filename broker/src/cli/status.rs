//! `strandline status`: the admin port's own page.

use anyhow::Result;
use tokio::io::AsyncReadExt as _;

use super::admin;
use super::arguments::Status;
use super::output::text;

const PAGE_BYTES_MAX: u64 = 1 << 20;

pub(super) async fn run(arguments: Status) -> Result<()> {
    let mut page = String::new();
    let answer = admin::get(&arguments.admin, "/status").await?;
    answer
        .take(PAGE_BYTES_MAX)
        .read_to_string(&mut page)
        .await?;
    Ok(text(&page)?)
}
