//! Waiting for what another process does: by what can be seen of it, with an end.

use std::{fs, os::unix::fs::MetadataExt, path::Path, thread, time::Duration};

/// Most looks; with the pause between two of them, a minute and a half.
const LOOKS: usize = 3_000;
const PAUSE: Duration = Duration::from_millis(30);

/// Whether something comes about within a bounded number of looks.
pub fn becomes(mut is: impl FnMut() -> bool) -> bool {
    (0..LOOKS).any(|look| {
        if look > 0 {
            thread::sleep(PAUSE);
        }
        is()
    })
}

/// Whether a process holds a lock on a file, by what the system lists (proc(5), `/proc/locks`).
pub fn holds_lock(process: u32, file: &Path) -> bool {
    let (Ok(file), Ok(locks)) = (fs::metadata(file), fs::read_to_string("/proc/locks")) else {
        return false;
    };
    let inode = format!(":{}", file.ino());
    locks.lines().any(|lock| {
        let words: Vec<_> = lock.split_whitespace().collect();
        words.get(4).is_some_and(|pid| *pid == process.to_string())
            && words.get(5).is_some_and(|place| place.ends_with(&inode))
    })
}
