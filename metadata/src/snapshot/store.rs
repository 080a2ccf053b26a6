//! The snapshot files of a directory: at most one is current.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use parking_lot::Mutex;

use super::read::{self, Header};
use super::{Capture, write};
use crate::apply::Image;

const PREFIX: &str = "snapshot-";
const SUFFIX: &str = ".slms";

/// A snapshot as it travels: a file that holds one.
#[derive(Debug, Clone)]
pub(crate) struct SnapshotFile {
    pub(crate) path: PathBuf,
}

/// The current snapshot.
#[derive(Debug, Clone)]
pub(crate) struct StoredSnapshot {
    pub(crate) path: PathBuf,
    pub(crate) bytes: u64,
    pub(crate) header: Header,
}

/// Keeps the newest snapshot of a directory.
#[derive(Debug)]
pub(crate) struct SnapshotStore {
    dir: PathBuf,
    current: Mutex<Option<StoredSnapshot>>,
}

impl SnapshotStore {
    /// Opens the directory and reads the newest snapshot completely.
    ///
    /// # Errors
    /// When it is damaged or of a level that this build does not support.
    pub(crate) fn open(dir: &Path) -> io::Result<(Self, Option<Image>)> {
        fs::create_dir_all(dir)?;
        let mut names = Vec::new();
        for entry in fs::read_dir(dir)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".tmp") {
                // Left by a crash before it was complete.
                fs::remove_file(entry.path())?;
            } else if name.starts_with(PREFIX) && name.ends_with(SUFFIX) {
                names.push(name);
            }
        }
        names.sort();
        let store = Self {
            dir: dir.to_path_buf(),
            current: Mutex::new(None),
        };
        let Some(newest) = names.pop() else {
            return Ok((store, None));
        };
        let path = dir.join(&newest);
        let (header, image) = read::read(&path)?;
        let bytes = fs::metadata(&path)?.len();
        *store.current.lock() = Some(StoredSnapshot {
            path,
            bytes,
            header,
        });
        for older in names {
            fs::remove_file(dir.join(older))?;
        }
        Ok((store, Some(image)))
    }

    /// The current snapshot.
    pub(crate) fn current(&self) -> Option<StoredSnapshot> {
        self.current.lock().clone()
    }

    /// Writes a snapshot and makes it current. Blocks until it is durable.
    pub(crate) fn save(&self, capture: &Capture) -> io::Result<StoredSnapshot> {
        let temporary = self.dir.join("building.tmp");
        let mut out = BufWriter::with_capacity(256 << 10, File::create(&temporary)?);
        write::write(capture, &mut out)?;
        out.flush()?;
        out.into_inner()
            .map_err(io::IntoInnerError::into_error)?
            .sync_all()?;
        self.adopt(&temporary)
    }

    /// Takes over a snapshot that came from elsewhere and gives the image that it holds.
    pub(crate) fn install(&self, file: &SnapshotFile) -> io::Result<(StoredSnapshot, Image)> {
        let temporary = self.receiving();
        if file.path != temporary {
            fs::copy(&file.path, &temporary)?;
        }
        File::open(&temporary)?.sync_all()?;
        let (_, image) = read::read(&temporary)?;
        Ok((self.adopt(&temporary)?, image))
    }

    /// Where a snapshot that is being received goes.
    pub(crate) fn receiving(&self) -> PathBuf {
        self.dir.join("receiving.tmp")
    }

    fn adopt(&self, temporary: &Path) -> io::Result<StoredSnapshot> {
        let header = read::read_header(temporary)?;
        let index = header.last_log_id.map_or(0, |position| position.index);
        let path = self.dir.join(format!("{PREFIX}{index:020}{SUFFIX}"));
        fs::rename(temporary, &path)?;
        File::open(&self.dir)?.sync_all()?;
        let bytes = fs::metadata(&path)?.len();
        let stored = StoredSnapshot {
            path: path.clone(),
            bytes,
            header,
        };
        let former = self.current.lock().replace(stored.clone());
        if let Some(former) = former.filter(|former| former.path != path) {
            fs::remove_file(former.path)?;
        }
        Ok(stored)
    }
}
