//! What the process gives back to the operating system.

/// Allocations from this size on are mapped, and unmapped when they are freed. Requests of common
/// sizes (Kafka's clients send up to 1 MiB), and what they are decompressed into, stay below it and
/// are reused: new pages have to be cleared.
#[cfg(target_env = "gnu")]
const MAPPED_BYTES: libc::c_int = 8 << 20;

/// Free bytes that the end of a heap may keep; there are several heaps per processor.
#[cfg(target_env = "gnu")]
const KEPT_BYTES: libc::c_int = 8 << 20;

/// Fixes the thresholds of glibc's allocator. By itself it raises them to 32 and 64 MiB once large
/// blocks were freed, and after a few large requests keeps as much as `memory` allows for all.
pub(super) fn give_back_large_blocks() {
    #[cfg(target_env = "gnu")]
    #[expect(unsafe_code, reason = "the allocator has no other interface")]
    // SAFETY: these parameters only change when blocks are mapped and trimmed. Called before there
    // are other threads.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, MAPPED_BYTES);
        libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT_BYTES);
    }
}
