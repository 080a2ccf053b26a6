//! A file system in a file, mounted through a loop device: a copy of the file is what a power cut at
//! that instant leaves.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::command::Cmd;
use crate::tools;

/// A mounted image; unmounted when dropped. Needs root.
pub(crate) struct Image {
    file: PathBuf,
    mount: PathBuf,
    device: String,
}

impl Image {
    /// Makes an ext4 file system of `bytes` (sparse) and mounts it.
    pub(crate) fn create(dir: &Path, name: &str, bytes: u64) -> Result<Self> {
        let file = dir.join(format!("{name}.image"));
        std::fs::File::create(&file)?.set_len(bytes)?;
        Cmd::new(tools::mkfs_ext4()?)
            .args(["-q", "-F"])
            .arg(&file)
            .output()?;
        Self::mount(file)
    }

    fn mount(file: PathBuf) -> Result<Self> {
        let mount = file.with_extension("mount");
        std::fs::create_dir_all(&mount)?;
        let device = Cmd::new("losetup")
            .args(["--find", "--show"])
            .arg(&file)
            .output()?;
        let device = device.trim().to_owned();
        let mounted = Cmd::new("mount").arg(&device).arg(&mount).output();
        if let Err(error) = mounted {
            Cmd::new("losetup").args(["--detach", &device]).output()?;
            return Err(error.context("a power cut needs the right to mount"));
        }
        Ok(Self {
            file,
            mount,
            device,
        })
    }

    /// Where it is mounted.
    pub(crate) fn path(&self) -> &Path {
        &self.mount
    }

    /// What a power cut now would leave, mounted at another place. Nothing may be writing through
    /// the file system, but what the kernel writes back by itself is waited for: a copy during
    /// which the device was written to is no instant, and made again.
    pub(crate) fn cut(&self, name: &str) -> Result<Self> {
        let copy = self.file.with_file_name(format!("{name}.image"));
        loop {
            let before = self.written()?;
            Cmd::new("cp")
                .arg("--sparse=always")
                .arg(&self.file)
                .arg(&copy)
                .output()?;
            if self.written()? == before {
                return Self::mount(copy);
            }
        }
    }

    /// Writes that the device has been given and has completed; the kernel's columns 5 and 9.
    fn written(&self) -> Result<(u64, u64)> {
        let device = self.device.trim_start_matches("/dev/");
        let text = std::fs::read_to_string(format!("/sys/block/{device}/stat"))?;
        let columns: Vec<u64> = text
            .split_whitespace()
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        let completed = *columns.get(4).context("no column of writes")?;
        let in_flight = *columns.get(8).context("no column of requests in flight")?;
        Ok((completed, in_flight))
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        let _ = Cmd::new("umount").arg(&self.mount).output();
        let _ = Cmd::new("losetup")
            .args(["--detach", &self.device])
            .output();
        let _ = std::fs::remove_file(&self.file);
    }
}
