//! Physical limits of the machine, measured in the same run as the systems.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::time::Instant;

use anyhow::Result;

use crate::machine::drop_page_cache;

/// Direct I/O wants memory and positions aligned to the device's block.
const ALIGNMENT: usize = 4096;

/// Durable appends: one writer, `group_bytes` a write, to a file that was written before, with
/// `O_DIRECT | O_DSYNC`. Returns 10^6 bytes a second.
pub(crate) fn durable_append(dir: &Path, group_bytes: usize, total_bytes: u64) -> Result<f64> {
    let path = dir.join("raw-append");
    let mut file = File::create(&path)?;
    let zeros = vec![0_u8; 8 << 20];
    for _ in 0..total_bytes.div_ceil(zeros.len() as u64) {
        file.write_all(&zeros)?;
    }
    file.sync_all()?;
    drop(file);
    let flags = rustix::fs::OFlags::DIRECT | rustix::fs::OFlags::DSYNC;
    let flags = i32::try_from(flags.bits())?;
    let file = OpenOptions::new()
        .write(true)
        .custom_flags(flags)
        .open(&path)?;
    let buffer = vec![0x5a_u8; group_bytes + ALIGNMENT];
    let start = buffer.as_ptr().align_offset(ALIGNMENT);
    let group = &buffer[start..start + group_bytes];
    let started = Instant::now();
    let mut position = 0;
    while position + group_bytes as u64 <= total_bytes {
        file.write_all_at(group, position)?;
        position += group_bytes as u64;
    }
    let elapsed = started.elapsed();
    std::fs::remove_file(&path)?;
    Ok(position as f64 / 1e6 / elapsed.as_secs_f64())
}

/// Sequential read of a file of `total_bytes` that is not in the page cache, 1 MiB a read.
/// Returns 10^6 bytes a second.
pub(crate) fn device_read(dir: &Path, total_bytes: u64) -> Result<f64> {
    let path = dir.join("raw-read");
    let mut file = File::create(&path)?;
    let block = vec![0x5a_u8; 8 << 20];
    for _ in 0..total_bytes / block.len() as u64 {
        file.write_all(&block)?;
    }
    file.sync_all()?;
    drop(file);
    drop_page_cache()?;
    let mut file = File::open(&path)?;
    let mut buffer = vec![0; 1 << 20];
    let started = Instant::now();
    let mut read = 0;
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            count => read += count as u64,
        }
    }
    let elapsed = started.elapsed();
    std::fs::remove_file(&path)?;
    Ok(read as f64 / 1e6 / elapsed.as_secs_f64())
}

/// One TCP connection over loopback, 256 KiB a write. Returns 10^6 bytes a second.
pub(crate) fn loopback(total_bytes: u64) -> Result<f64> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let sender = std::thread::spawn(move || -> Result<()> {
        let mut stream = TcpStream::connect(address)?;
        let block = vec![0x5a_u8; 256 << 10];
        for _ in 0..total_bytes / block.len() as u64 {
            stream.write_all(&block)?;
        }
        Ok(())
    });
    let (mut stream, _) = listener.accept()?;
    let mut buffer = vec![0; 256 << 10];
    let started = Instant::now();
    let mut received = 0_u64;
    loop {
        match stream.read(&mut buffer)? {
            0 => break,
            count => received += count as u64,
        }
    }
    let elapsed = started.elapsed();
    sender.join().expect("the sender does not panic")?;
    Ok(received as f64 / 1e6 / elapsed.as_secs_f64())
}
