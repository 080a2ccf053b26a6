//! What derived defaults are computed from.

use std::fs;

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// The part of the machine that this process may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    /// Bytes of memory: the smallest limit of the control groups above us, else what is installed.
    pub memory_bytes: u64,
    /// CPUs that the scheduler grants us, at least one.
    pub cpus: usize,
}

impl Machine {
    /// Looks at this machine. Where it says nothing, 512 MiB and one CPU are assumed.
    pub fn detect() -> Self {
        let installed = fs::read_to_string("/proc/meminfo")
            .ok()
            .and_then(|text| installed_memory(&text))
            .unwrap_or(512 * MIB);
        let limit = control_group_limits().into_iter().min().unwrap_or(u64::MAX);
        let cpus = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
        Self {
            memory_bytes: installed.min(limit),
            cpus,
        }
    }

    /// The default of `memory`: a quarter, at least 128 MiB, at most 8 GiB.
    pub fn default_memory(&self) -> u64 {
        (self.memory_bytes / 4).clamp(128 * MIB, 8 * GIB)
    }
}

impl Default for Machine {
    /// A fixed machine for tests and documentation: 8 GiB and four CPUs.
    fn default() -> Self {
        Self {
            memory_bytes: 8 * GIB,
            cpus: 4,
        }
    }
}

fn installed_memory(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find(|line| line.starts_with("MemTotal:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    kib.checked_mul(1024)
}

/// Limits of the control group of this process and of all above it, version 2 and version 1.
fn control_group_limits() -> Vec<u64> {
    let mut limits = Vec::new();
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    for line in groups.lines() {
        let mut parts = line.splitn(3, ':');
        let (_, controllers, path) = (parts.next(), parts.next(), parts.next().unwrap_or("/"));
        let (root, file) = match controllers {
            Some("") => ("/sys/fs/cgroup", "memory.max"),
            Some(names) if names.split(',').any(|name| name == "memory") => {
                ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
            }
            _ => continue,
        };
        let mut path = path.trim_end_matches('/');
        loop {
            let limit = fs::read_to_string(format!("{root}{path}/{file}"));
            limits.extend(limit.ok().and_then(|text| text.trim().parse::<u64>().ok()));
            match path.rfind('/') {
                Some(parent) => path = &path[..parent],
                None => break,
            }
        }
    }
    limits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_default_is_a_quarter_within_bounds() {
        let memory = |memory_bytes| {
            Machine {
                memory_bytes,
                cpus: 1,
            }
            .default_memory()
        };
        assert_eq!(memory(4 * GIB), GIB);
        assert_eq!(memory(256 * MIB), 128 * MIB);
        assert_eq!(memory(512 * GIB), 8 * GIB);
    }

    #[test]
    fn meminfo_is_read_in_kib() {
        assert_eq!(
            installed_memory("MemFree: 1 kB\nMemTotal:  2048 kB\n"),
            Some(2 * MIB)
        );
        assert_eq!(installed_memory(""), None);
        assert!(Machine::detect().memory_bytes > 0);
    }
}
