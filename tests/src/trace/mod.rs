//! Watching the system calls of the real programs with Debian's `strace`: which of them change the disk, killing a program
//! after any of them, letting any of them fail, and asking of a recorded run what a power cut would have left.
//!
//! A *write point* is a system call of [`WRITES`] that succeeded on a file below a folder. Standard output, sockets and
//! the system's own files are none. Creating a file by opening it is none either: an empty file holds nothing yet, and
//! the call after it is one.
#![expect(clippy::expect_used, reason = "a kit that cannot do its work ends the suite")]

use std::io::Write;

pub mod call;
pub mod fault;
pub mod power_cut;
pub mod step;
mod strace;

/// The system calls that change a disk. Writes through a memory map are not among them; SQLite maps `-shm` alone, which
/// holds nothing that must last. Nor are `copy_file_range` and `sendfile`: whoever is stopped at one begins it anew, for ever;
/// our programs fill with them only what nobody is told of, the copy from which a damaged database is read.
pub const WRITES: [&str; 23] = [
    "write",
    "pwrite64",
    "writev",
    "pwritev",
    "pwritev2",
    "fsync",
    "fdatasync",
    "sync_file_range",
    "rename",
    "renameat",
    "renameat2",
    "truncate",
    "ftruncate",
    "fallocate",
    "unlink",
    "unlinkat",
    "rmdir",
    "mkdir",
    "mkdirat",
    "link",
    "linkat",
    "symlink",
    "symlinkat",
];

/// Says a line where the test runner does not swallow it: what a suite struck at has to be seen on a build machine too.
///
/// # Panics
/// Where standard error is closed.
pub fn say(line: &str) {
    // Only what the print macros write is captured.
    std::io::stderr().write_all(format!("{line}\n").as_bytes()).expect("standard error is open");
}
