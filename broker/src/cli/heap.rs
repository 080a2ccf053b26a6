//! What the process gives back to the operating system.

/// Allocations from this size on are mapped, and unmapped when they are freed. Requests of common
/// sizes (Kafka's clients send up to 1 MiB), and what they are decompressed into, stay below it and
/// are reused: new pages have to be cleared.
#[cfg(target_env = "gnu")]
const MAPPED_BYTES: libc::c_int = 8 << 20;

/// Free bytes that the end of a heap may keep. All of it goes back in one system call when there are
/// more, one or two milliseconds for 10 to 20 MB, in which the heap's other threads cannot allocate: not
/// for every batch that is decompressed.
#[cfg(target_env = "gnu")]
const KEPT_BYTES: libc::c_int = 32 << 20;

/// Bounds what glibc's allocator keeps of freed memory, for a process with `threads` workers. By itself it
/// makes eight heaps per processor and raises the thresholds to 32 and 64 MiB once large blocks were freed:
/// after a few large requests it keeps as much as `memory` allows for all.
pub(super) fn bound_what_is_kept(threads: usize) {
    #[cfg(not(target_env = "gnu"))]
    let _ = threads;
    #[cfg(target_env = "gnu")]
    #[expect(unsafe_code, reason = "the allocator has no other interface")]
    // SAFETY: these parameters only change when heaps are made, and blocks mapped and trimmed. Called
    // before there are other threads.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, MAPPED_BYTES);
        libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT_BYTES);
        // One for each worker, which the other threads share: what one heap has free is of no use to
        // the rest.
        let heaps = libc::c_int::try_from(threads).unwrap_or(libc::c_int::MAX);
        libc::mallopt(libc::M_ARENA_MAX, heaps);
    }
}
