//! Whether SQLite's write-ahead log is whole (SQLite file format, section 4). SQLite reads a log up to the first frame whose
//! checksum does not fit and takes that for its end: right after a power cut, when nothing behind it was ever told of, and
//! silent loss where a byte in the middle was damaged.

use std::{fs, path::Path};

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
const MAGIC: u32 = 0x377f_0682;

/// Whether a frame of the present log stands behind one that does not fit: something written was lost then, or a power cut
/// came before it was flushed, which cannot be told apart. A log that is missing, empty or of another format is left to
/// SQLite.
///
/// A damaged last frame looks like one that a power cut left half written, and is not found.
pub(super) fn is_broken(path: &Path) -> bool {
    fs::read(path).is_ok_and(|log| frames_behind_a_gap(&log))
}

fn frames_behind_a_gap(log: &[u8]) -> bool {
    let Some(header) = log.get(..HEADER) else { return false };
    let magic = word(header, 0);
    let page_bytes = word(header, 8) as usize;
    if magic & !1 != MAGIC || !page_bytes.is_power_of_two() || !(512..=65_536).contains(&page_bytes) {
        // SQLite takes no frame of such a log.
        return log.len() > HEADER + FRAME_HEADER;
    }
    let sums = Sums { big_endian: magic & 1 == 1 };
    let mut sum = sums.add((0, 0), &header[..24]);
    if sum != (word(header, 24), word(header, 28)) {
        return log.len() > HEADER + FRAME_HEADER;
    }
    let mut fits = true;
    for frame in log[HEADER..].chunks_exact(FRAME_HEADER + page_bytes) {
        if frame[8..16] != header[16..24] {
            // Left from an earlier round of the log, or damaged in these very bytes: then the next one is of this round.
            fits = false;
            continue;
        }
        if !fits {
            return true;
        }
        sum = sums.add(sums.add(sum, &frame[..8]), &frame[FRAME_HEADER..]);
        fits = sum == (word(frame, 16), word(frame, 20));
    }
    false
}

fn word(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|word| word.try_into().ok()).map_or(0, u32::from_be_bytes)
}

/// The log's running checksum.
struct Sums {
    big_endian: bool,
}

impl Sums {
    fn add(&self, mut sum: (u32, u32), bytes: &[u8]) -> (u32, u32) {
        for pair in bytes.chunks_exact(8) {
            let read = |at: usize| match word(pair, at) {
                word if self.big_endian => word,
                word => word.swap_bytes(),
            };
            sum.0 = sum.0.wrapping_add(read(0)).wrapping_add(sum.1);
            sum.1 = sum.1.wrapping_add(read(4)).wrapping_add(sum.0);
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    /// A log of ten transactions, as a killed program leaves it.
    fn log() -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let conn = Connection::open(&path).unwrap();
        conn.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (x BLOB);").unwrap();
        for n in 0..10_u8 {
            conn.execute("INSERT INTO t VALUES (?1)", [vec![n; 3_000]]).unwrap();
        }
        fs::read(folder.path().join("a.db-wal")).unwrap()
    }

    #[test]
    fn a_log_as_sqlite_writes_it_is_whole_wherever_it_ends() {
        let log = log();
        assert!(log.len() > 40_000);
        for end in (0..log.len()).step_by(97).chain([log.len()]) {
            assert!(!frames_behind_a_gap(&log[..end]), "cut to {end}");
        }
        // A second round over the first one leaves frames of the first behind it.
        let mut second = log.clone();
        let first_frame = HEADER + FRAME_HEADER + 4_096;
        for frame in second[first_frame..].chunks_exact_mut(FRAME_HEADER + 4_096) {
            frame[8..16].copy_from_slice(&[9; 8]);
        }
        assert!(!frames_behind_a_gap(&second));
    }

    #[test]
    fn p1_a_flipped_byte_before_the_last_frame_is_found() {
        let log = log();
        let last = log.len() - FRAME_HEADER - 4_096;
        for place in (0..last).step_by(53) {
            let mut damaged = log.clone();
            damaged[place] ^= 0x40;
            // What the checksums do not cover (the header's own words of format) changes nothing that is read.
            assert!(frames_behind_a_gap(&damaged), "byte {place}");
        }
    }
}
