//! What an Android device asks of a library before it loads it: segments that begin on pages of 16 KB. Read from the program headers
//! (System V ABI, "Program Header"; Android's "Support 16 KB page sizes").

/// A page of the devices that have large ones.
pub(super) const PAGE: u64 = 16 * 1024;

/// Type of a segment that is loaded.
const PT_LOAD: u32 = 1;

/// The least alignment of the segments that are loaded.
pub(super) fn alignment(bytes: &[u8]) -> Result<u64, String> {
    let not_elf = || "not an ELF file of a little-endian machine".to_owned();
    if bytes.get(..4) != Some(b"\x7fELF".as_slice()) || bytes.get(5) != Some(&1) {
        return Err(not_elf());
    }
    let wide = bytes.get(4) == Some(&2);
    let (offset, size, count) = if wide { (32, 54, 56) } else { (28, 42, 44) };
    let first = if wide { number(bytes, offset, 8) } else { number(bytes, offset, 4) }.ok_or_else(not_elf)?;
    let size = number(bytes, size, 2).ok_or_else(not_elf)?;
    let count = number(bytes, count, 2).ok_or_else(not_elf)?;
    let mut least = None;
    for header in 0..count {
        let at = usize::try_from(first + header * size).map_err(|_| not_elf())?;
        if number(bytes, at, 4).ok_or_else(not_elf)? == u64::from(PT_LOAD) {
            let aligned = if wide { number(bytes, at + 48, 8) } else { number(bytes, at + 28, 4) };
            let aligned = aligned.ok_or_else(not_elf)?;
            least = Some(least.map_or(aligned, |least: u64| least.min(aligned)));
        }
    }
    least.ok_or_else(|| "nothing in it is loaded".to_owned())
}

fn number(bytes: &[u8], at: usize, width: usize) -> Option<u64> {
    let field = bytes.get(at..at.checked_add(width)?)?;
    Some(field.iter().rev().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header of a 64-bit file with segments of these types and alignments.
    fn file(segments: &[(u32, u64)]) -> Vec<u8> {
        let mut bytes = vec![0; 64];
        bytes[..6].copy_from_slice(b"\x7fELF\x02\x01");
        bytes[32] = 64;
        bytes[54] = 56;
        bytes[56] = u8::try_from(segments.len()).unwrap();
        for (kind, aligned) in segments {
            let mut header = vec![0; 56];
            header[..4].copy_from_slice(&kind.to_le_bytes());
            header[48..].copy_from_slice(&aligned.to_le_bytes());
            bytes.extend(header);
        }
        bytes
    }

    #[test]
    fn the_smallest_page_of_what_is_loaded_counts() {
        assert_eq!(alignment(&file(&[(1, PAGE), (2, 8), (1, 4096)])), Ok(4096));
        assert_eq!(alignment(&file(&[(1, PAGE), (6, 8)])), Ok(PAGE));
    }

    #[test]
    fn what_is_no_such_file_is_said_and_no_length_breaks_it() {
        assert!(alignment(&file(&[])).is_err());
        let whole = file(&[(1, PAGE)]);
        for length in 0..whole.len() {
            assert!(alignment(&whole[..length]).is_err(), "{length}");
        }
        assert!(alignment(b"#!/bin/sh").is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_real_program_is_read() {
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let least = alignment(&own).unwrap();
        assert!(least >= 4096 && least.is_power_of_two(), "{least}");
    }
}
