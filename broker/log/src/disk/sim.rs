//! A disk in memory that loses whatever it may lose.
//!
//! # Contract
//!
//! - Every write goes to a volatile cache, direct ones included. It reaches the medium when
//!   [`DiskFile::sync_data`] of its file completes, or when a write on a durable handle
//!   completes (that write only).
//! - [`SimDisk::crash`] decides by seed, for every 512-byte sector of every write that did not
//!   reach the medium, whether it was kept or dropped; and for every name that was created,
//!   renamed or removed since the last directory sync, whether that happened.
//! - [`SimDisk::crash_at`] names the operation in the middle of which the power goes. From
//!   then on every operation fails until [`SimDisk::crash`] was called.
//!   Sectors of the very write may be garbage.
//! - A flush that fails leaves what it did not write in the page cache, where it counts as clean.
//! - Faults: an operation fails with EIO ([`SimDisk::fail_at`]), writes half of its bytes
//!   ([`SimDisk::short_write_at`]), finds no space (the capacity), or reads bytes that the disk
//!   refuses ([`SimDisk::refuse_reads`]).
//!
//! The same seed and the same calls give the same bytes.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

use super::{Disk, DiskFile, DiskLock, Space, WriteAccess};

/// The unit that survives or is lost as a whole, in bytes.
const SECTOR: usize = 512;

/// The error of a device that fails.
const EIO: i32 = 5;

/// A small deterministic generator (SplitMix64).
#[derive(Clone, Copy, Debug)]
pub struct SimRng(u64);

impl SimRng {
    /// A generator whose sequence is a function of the seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed ^ 0x9E37_79B9_7F4A_7C15)
    }

    /// The next 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number in `[0, bound)`; 0 for a bound of 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            0
        } else {
            self.next_u64() % bound
        }
    }

    /// True once in `n` times.
    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

/// The simulated disk. Clones share the same medium.
#[derive(Clone, Debug)]
pub struct SimDisk {
    state: Arc<Mutex<SimState>>,
}

#[derive(Debug)]
struct SimState {
    rng: SimRng,
    capacity: u64,
    refuses_direct: bool,
    has_quota: bool,
    files: BTreeMap<u64, SimFile>,
    next_file: u64,
    names: BTreeMap<PathBuf, u64>,
    durable_names: BTreeMap<PathBuf, u64>,
    name_changes: Vec<NameChange>,
    steps: u64,
    crash_at: Option<u64>,
    fail_at: Option<u64>,
    short_at: Option<u64>,
    /// Handles of a former life stop working.
    life: u64,
    down: bool,
    /// Where the write began that the power cut.
    cut_at: Option<u64>,
    locked: bool,
    bytes_written: u64,
}

#[derive(Clone, Debug)]
enum NameChange {
    Create(PathBuf, u64),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
}

#[derive(Clone, Debug, Default)]
struct SimFile {
    current: Vec<u8>,
    medium: Vec<u8>,
    /// Writes that did not reach the medium, oldest first.
    volatile: Vec<(usize, Vec<u8>)>,
    length_volatile: bool,
    /// Writes whose flush failed: a crash may keep them, no later flush does.
    given_up: Vec<(usize, Vec<u8>)>,
    /// Reads that touch these bytes fail.
    unreadable: Range<usize>,
}

impl SimFile {
    /// Applies one write to the medium, whole or by the sectors that `keep` chooses.
    fn reach_medium(&mut self, at: usize, bytes: &[u8], mut keep: impl FnMut() -> bool) {
        for (i, sector) in bytes.chunks(SECTOR).enumerate() {
            let start = at + i * SECTOR;
            if keep() && start < self.medium.len() {
                let end = (start + sector.len()).min(self.medium.len());
                self.medium[start..end].copy_from_slice(&sector[..end - start]);
            }
        }
    }

    /// Reads what is clean from the medium again.
    fn forget_cached(&mut self) {
        let len = self.current.len();
        self.current.clone_from(&self.medium);
        self.current.resize(len, 0);
        for (at, bytes) in &self.volatile {
            self.current[*at..at + bytes.len()].copy_from_slice(bytes);
        }
    }

    fn sync(&mut self) {
        if self.length_volatile {
            self.medium.resize(self.current.len(), 0);
            self.length_volatile = false;
        }
        for (at, bytes) in std::mem::take(&mut self.volatile) {
            self.reach_medium(at, &bytes, || true);
        }
    }
}

/// Sectors under the head when the power goes may be neither old nor new.
fn tear(rng: &mut SimRng, medium: &mut [u8], at: usize, len: usize) {
    for start in (at..at + len).step_by(SECTOR) {
        if start + SECTOR <= medium.len() && rng.one_in(16) {
            let noise = rng.next_u64().to_be_bytes();
            for (i, byte) in medium[start..start + SECTOR].iter_mut().enumerate() {
                *byte = noise[i % 8];
            }
        }
    }
}

fn power_is_off() -> io::Error {
    io::Error::other("simulated power failure")
}

enum Step {
    Whole,
    /// The power goes in the middle: the effect stays in the volatile cache.
    PowerGoes,
    Short,
}

impl SimState {
    fn step(&mut self, life: u64) -> io::Result<Step> {
        if self.down || life != self.life {
            return Err(power_is_off());
        }
        let step = self.steps;
        self.steps += 1;
        if self.fail_at == Some(step) {
            return Err(io::Error::from_raw_os_error(EIO));
        }
        if self.crash_at == Some(step) {
            self.down = true;
            return Ok(Step::PowerGoes);
        }
        if self.short_at == Some(step) {
            return Ok(Step::Short);
        }
        Ok(Step::Whole)
    }

    fn used(&self) -> u64 {
        self.files.values().map(|f| f.current.len() as u64).sum()
    }

    fn lookup(&self, path: &Path) -> io::Result<u64> {
        self.names
            .get(path)
            .copied()
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// What a power failure leaves behind.
    fn lose(&mut self) {
        let mut names = self.durable_names.clone();
        for change in std::mem::take(&mut self.name_changes) {
            if self.rng.one_in(2) {
                apply_name_change(&mut names, change);
            }
        }
        let rng = &mut self.rng;
        for file in self.files.values_mut() {
            if file.length_volatile {
                let len = if rng.one_in(2) {
                    file.current.len()
                } else {
                    file.medium.len()
                };
                file.medium.resize(len, 0);
                file.length_volatile = false;
            }
            let mut writes = std::mem::take(&mut file.given_up);
            writes.append(&mut file.volatile);
            for (at, bytes) in writes {
                // Whole, nothing, or sector by sector: all three happen on real disks.
                match rng.below(4) {
                    0 => file.reach_medium(at, &bytes, || true),
                    1 => {}
                    _ => file.reach_medium(at, &bytes, || rng.one_in(2)),
                }
            }
            file.current = file.medium.clone();
        }
        let live: std::collections::BTreeSet<u64> = names.values().copied().collect();
        self.files.retain(|id, _| live.contains(id));
        self.durable_names = names.clone();
        self.names = names;
    }
}

fn apply_name_change(names: &mut BTreeMap<PathBuf, u64>, change: NameChange) {
    match change {
        NameChange::Create(path, id) => {
            let _ = names.insert(path, id);
        }
        NameChange::Rename(from, to) => {
            if let Some(id) = names.remove(&from) {
                let _ = names.insert(to, id);
            }
        }
        NameChange::Remove(path) => {
            let _ = names.remove(&path);
        }
    }
}

impl SimDisk {
    /// An empty disk of `capacity` bytes.
    #[must_use]
    pub fn new(seed: u64, capacity: u64) -> Self {
        Self {
            state: Arc::new(Mutex::new(SimState {
                rng: SimRng::new(seed),
                capacity,
                refuses_direct: false,
                has_quota: false,
                files: BTreeMap::new(),
                next_file: 1,
                names: BTreeMap::new(),
                durable_names: BTreeMap::new(),
                name_changes: Vec::new(),
                steps: 0,
                crash_at: None,
                fail_at: None,
                short_at: None,
                life: 0,
                down: false,
                cut_at: None,
                locked: false,
                bytes_written: 0,
            })),
        }
    }

    /// Refuses direct I/O from now on, as overlayfs and ZFS do.
    pub fn refuse_direct(&self) {
        self.state.lock().refuses_direct = true;
    }

    /// Makes the capacity a quota: the file system says that it has more.
    pub fn has_quota(&self) {
        self.state.lock().has_quota = true;
    }

    /// The power goes in the middle of the operation with this number (see [`Self::steps`]).
    pub fn crash_at(&self, step: u64) {
        self.state.lock().crash_at = Some(step);
    }

    /// The operation with this number fails with EIO and has no effect.
    pub fn fail_at(&self, step: u64) {
        self.state.lock().fail_at = Some(step);
    }

    /// The write with this number writes half of its bytes.
    pub fn short_write_at(&self, step: u64) {
        self.state.lock().short_at = Some(step);
    }

    /// Reads of a file that touch these bytes fail with EIO from now on.
    ///
    /// # Errors
    ///
    /// If there is no such file.
    pub fn refuse_reads(&self, path: &Path, bytes: Range<usize>) -> io::Result<()> {
        let mut state = self.state.lock();
        let id = state.lookup(path)?;
        let file = state.files.get_mut(&id).ok_or(io::ErrorKind::NotFound)?;
        file.unreadable = bytes;
        Ok(())
    }

    /// Operations so far, over all lives.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.state.lock().steps
    }

    /// Whether the power is off.
    #[must_use]
    pub fn is_down(&self) -> bool {
        self.state.lock().down
    }

    /// Where in its file the write began that the power cut; `None` if it cut no write.
    #[must_use]
    pub fn power_went_at(&self) -> Option<u64> {
        self.state.lock().cut_at
    }

    /// Bytes that were written to files so far.
    #[must_use]
    pub fn bytes_written(&self) -> u64 {
        self.state.lock().bytes_written
    }

    /// Cuts the power (if it is not off yet), loses what may be lost and turns it on again.
    /// Handles and locks of the former life are dead.
    pub fn crash(&self) {
        let mut state = self.state.lock();
        state.lose();
        state.life += 1;
        state.down = false;
        state.cut_at = None;
        state.locked = false;
        state.crash_at = None;
        state.fail_at = None;
        state.short_at = None;
    }

    /// Ends the process: handles and locks are dead, the page cache stays.
    pub fn end_process(&self) {
        let mut state = self.state.lock();
        state.life += 1;
        state.locked = false;
    }

    /// Changes the capacity.
    pub fn set_capacity(&self, capacity: u64) {
        self.state.lock().capacity = capacity;
    }

    /// The bytes of a file, to damage them or to compare them.
    ///
    /// # Errors
    ///
    /// If there is no such file.
    pub fn contents(&self, path: &Path) -> io::Result<Vec<u8>> {
        let state = self.state.lock();
        Ok(state.files[&state.lookup(path)?].current.clone())
    }

    /// Replaces the bytes of a file on the medium: bit rot, truncation, a foreign file.
    pub fn replace(&self, path: &Path, bytes: Vec<u8>) {
        let mut state = self.state.lock();
        let id = state.names.get(path).copied().unwrap_or_else(|| {
            let id = state.next_file;
            state.next_file += 1;
            let _ = state.names.insert(path.to_owned(), id);
            let _ = state.durable_names.insert(path.to_owned(), id);
            id
        });
        let file = SimFile {
            medium: bytes.clone(),
            current: bytes,
            ..SimFile::default()
        };
        let _ = state.files.insert(id, file);
    }

    /// A copy of the disk as it is on the medium and in the cache, with a life of its own.
    #[must_use]
    pub fn fork(&self) -> Self {
        let s = self.state.lock();
        Self {
            state: Arc::new(Mutex::new(SimState {
                rng: s.rng,
                capacity: s.capacity,
                refuses_direct: s.refuses_direct,
                has_quota: s.has_quota,
                files: s.files.clone(),
                next_file: s.next_file,
                names: s.names.clone(),
                durable_names: s.durable_names.clone(),
                name_changes: s.name_changes.clone(),
                steps: s.steps,
                crash_at: None,
                fail_at: None,
                short_at: None,
                life: s.life,
                down: s.down,
                cut_at: s.cut_at,
                locked: false,
                bytes_written: s.bytes_written,
            })),
        }
    }

    fn open(&self, path: &Path, durable: bool) -> io::Result<Arc<dyn DiskFile>> {
        let mut state = self.state.lock();
        let life = state.life;
        if state.down {
            return Err(power_is_off());
        }
        state.steps += 1;
        let id = state.lookup(path)?;
        Ok(Arc::new(SimHandle {
            state: Arc::clone(&self.state),
            id,
            life,
            durable,
        }))
    }

    /// Runs one change of names; `change` is what a directory sync makes durable.
    fn change_names(
        &self,
        change: impl FnOnce(&mut SimState) -> io::Result<NameChange>,
    ) -> io::Result<()> {
        let mut state = self.state.lock();
        let life = state.life;
        let step = state.step(life)?;
        let change = change(&mut state)?;
        apply_name_change(&mut state.names, change.clone());
        state.name_changes.push(change);
        match step {
            Step::PowerGoes => Err(power_is_off()),
            Step::Whole | Step::Short => Ok(()),
        }
    }
}

impl Disk for SimDisk {
    fn create_dir_all(&self, _dir: &Path) -> io::Result<()> {
        Ok(())
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let state = self.state.lock();
        if state.down {
            return Err(power_is_off());
        }
        let names = state.names.keys().filter(|p| p.parent() == Some(dir));
        Ok(names
            .filter_map(|p| Some(p.file_name()?.to_str()?.to_owned()))
            .collect())
    }

    fn create(&self, path: &Path, len: u64) -> io::Result<()> {
        self.change_names(|state| {
            if state.names.contains_key(path) {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            if state.used() + len > state.capacity {
                let (enospc, edquot) = (28, 122);
                let error = if state.has_quota { edquot } else { enospc };
                return Err(io::Error::from_raw_os_error(error));
            }
            let id = state.next_file;
            state.next_file += 1;
            let len = usize::try_from(len).map_err(|_| io::ErrorKind::InvalidInput)?;
            let file = SimFile {
                current: vec![0; len],
                length_volatile: true,
                ..SimFile::default()
            };
            let _ = state.files.insert(id, file);
            Ok(NameChange::Create(path.to_owned(), id))
        })
    }

    fn open_write(&self, path: &Path, access: WriteAccess) -> io::Result<Arc<dyn DiskFile>> {
        let durable = access == WriteAccess::DirectDurable;
        if durable && self.state.lock().refuses_direct {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        self.open(path, durable)
    }

    fn open_read(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        self.open(path, false)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.change_names(|state| {
            let _ = state.lookup(from)?;
            Ok(NameChange::Rename(from.to_owned(), to.to_owned()))
        })
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.change_names(|state| {
            let _ = state.lookup(path)?;
            Ok(NameChange::Remove(path.to_owned()))
        })
    }

    fn sync_dir(&self, _dir: &Path) -> io::Result<()> {
        let mut state = self.state.lock();
        let life = state.life;
        match state.step(life)? {
            Step::PowerGoes => Err(power_is_off()),
            Step::Whole | Step::Short => {
                state.name_changes.clear();
                state.durable_names = state.names.clone();
                Ok(())
            }
        }
    }

    fn space(&self, _dir: &Path) -> io::Result<Space> {
        let state = self.state.lock();
        let total = if state.has_quota {
            u64::from(u32::MAX)
        } else {
            state.capacity
        };
        let available = total.saturating_sub(state.used());
        Ok(Space { total, available })
    }

    fn lock(&self, _dir: &Path) -> io::Result<Box<dyn DiskLock>> {
        let mut state = self.state.lock();
        if state.locked {
            return Err(io::Error::new(io::ErrorKind::WouldBlock, "process 1"));
        }
        state.locked = true;
        Ok(Box::new(SimLock {
            state: Arc::clone(&self.state),
            life: state.life,
        }))
    }

    fn block_size(&self, _dir: &Path) -> u32 {
        4096
    }

    fn random_id(&self) -> io::Result<[u8; 16]> {
        let mut state = self.state.lock();
        let (a, b) = (state.rng.next_u64(), state.rng.next_u64());
        let mut id = [0; 16];
        id[..8].copy_from_slice(&a.to_be_bytes());
        id[8..].copy_from_slice(&b.to_be_bytes());
        Ok(id)
    }
}

#[derive(Debug)]
struct SimLock {
    state: Arc<Mutex<SimState>>,
    life: u64,
}

impl DiskLock for SimLock {}

impl Drop for SimLock {
    fn drop(&mut self) {
        let mut state = self.state.lock();
        if state.life == self.life {
            state.locked = false;
        }
    }
}

#[derive(Debug)]
struct SimHandle {
    state: Arc<Mutex<SimState>>,
    id: u64,
    life: u64,
    durable: bool,
}

impl DiskFile for SimHandle {
    fn len(&self) -> io::Result<u64> {
        let state = self.state.lock();
        Ok(state
            .files
            .get(&self.id)
            .map_or(0, |f| f.current.len() as u64))
    }

    fn read_at(&self, buf: &mut [u8], position: u64) -> io::Result<usize> {
        let mut state = self.state.lock();
        if state.down || self.life != state.life {
            return Err(power_is_off());
        }
        state.steps += 1;
        let file = state.files.get(&self.id).ok_or(io::ErrorKind::NotFound)?;
        let start = usize::try_from(position)
            .unwrap_or(usize::MAX)
            .min(file.current.len());
        let mut n = buf.len().min(file.current.len() - start);
        if start < file.unreadable.end && file.unreadable.start < start + n {
            n = file.unreadable.start.saturating_sub(start);
            if n == 0 {
                return Err(io::Error::from_raw_os_error(EIO));
            }
        }
        buf[..n].copy_from_slice(&file.current[start..start + n]);
        Ok(n)
    }

    fn forget_cached(&self) {
        let mut state = self.state.lock();
        if let Some(file) = state.files.get_mut(&self.id) {
            file.forget_cached();
        }
    }

    fn write_at(&self, buf: &[u8], position: u64) -> io::Result<usize> {
        let mut state = self.state.lock();
        let step = state.step(self.life)?;
        let state = &mut *state;
        let n = if matches!(step, Step::Short) {
            buf.len() / 2
        } else {
            buf.len()
        };
        state.bytes_written += n as u64;
        let file = state
            .files
            .get_mut(&self.id)
            .ok_or(io::ErrorKind::NotFound)?;
        let at = usize::try_from(position).map_err(|_| io::ErrorKind::InvalidInput)?;
        if at + n > file.current.len() {
            file.current.resize(at + n, 0);
            file.length_volatile = true;
        }
        file.current[at..at + n].copy_from_slice(&buf[..n]);
        if matches!(step, Step::PowerGoes) {
            state.cut_at = Some(position);
            tear(&mut state.rng, &mut file.medium, at, n);
        }
        if self.durable && matches!(step, Step::Whole) && !file.length_volatile {
            file.reach_medium(at, &buf[..n], || true);
            // An older volatile write of the same range must not come back over it.
            file.volatile
                .retain(|(o, b)| *o < at || o + b.len() > at + n);
        } else {
            file.volatile.push((at, buf[..n].to_vec()));
        }
        match step {
            Step::PowerGoes => Err(power_is_off()),
            Step::Whole | Step::Short => Ok(n),
        }
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut state = self.state.lock();
        let step = state.step(self.life);
        let file = state.files.get_mut(&self.id);
        let file = file.ok_or(io::ErrorKind::NotFound)?;
        match step {
            Ok(Step::PowerGoes) => Err(power_is_off()),
            Ok(Step::Whole | Step::Short) => {
                file.sync();
                Ok(())
            }
            Err(error) => {
                if error.raw_os_error() == Some(EIO) {
                    file.given_up.append(&mut file.volatile);
                }
                Err(error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIR: &str = "/j";

    fn file(disk: &SimDisk, access: WriteAccess) -> (PathBuf, Arc<dyn DiskFile>) {
        let path = Path::new(DIR).join("a");
        disk.create(&path, 8192).unwrap();
        disk.open_write(&path, WriteAccess::Buffered)
            .unwrap()
            .sync_data()
            .unwrap();
        disk.sync_dir(Path::new(DIR)).unwrap();
        (path.clone(), disk.open_write(&path, access).unwrap())
    }

    #[test]
    fn a_buffered_write_is_lost_or_torn_without_a_flush_and_stays_with_one() {
        let mut outcomes = std::collections::BTreeSet::new();
        for seed in 0..200 {
            let disk = SimDisk::new(seed, 1 << 20);
            let (path, handle) = file(&disk, WriteAccess::Buffered);
            let _ = handle.write_at(&[7; 1024], 0).unwrap();
            disk.crash();
            let bytes = disk.contents(&path).unwrap();
            let _ = outcomes.insert((bytes[0], bytes[512]));
        }
        assert_eq!(outcomes.len(), 4);
        let disk = SimDisk::new(1, 1 << 20);
        let (path, handle) = file(&disk, WriteAccess::Buffered);
        let _ = handle.write_at(&[7; 1024], 0).unwrap();
        handle.sync_data().unwrap();
        disk.crash();
        assert_eq!(disk.contents(&path).unwrap()[..1024], [7; 1024]);
    }

    #[test]
    fn a_durable_write_is_torn_only_when_the_power_goes_in_its_middle() {
        let disk = SimDisk::new(3, 1 << 20);
        let (path, handle) = file(&disk, WriteAccess::DirectDurable);
        let _ = handle.write_at(&[1; 4096], 0).unwrap();
        disk.crash_at(disk.steps());
        assert!(handle.write_at(&[2; 4096], 4096).is_err());
        assert!(handle.write_at(&[3; 4096], 0).is_err());
        disk.crash();
        assert_eq!(disk.contents(&path).unwrap()[..4096], [1; 4096]);
    }

    #[test]
    fn a_name_without_a_directory_sync_may_vanish() {
        let survived = (0..100).filter(|seed| {
            let disk = SimDisk::new(*seed, 1 << 20);
            let path = Path::new(DIR).join("b");
            disk.create(&path, 4096).unwrap();
            disk.crash();
            disk.contents(&path).is_ok()
        });
        assert!((10..90).contains(&survived.count()));
    }
}
