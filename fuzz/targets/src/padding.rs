//! Sizes after padding.

use turnstone_wire::padding::{body_size, padme};

/// Padding never shrinks, is done once, keeps the order of sizes, and costs no more than it says.
pub fn check(data: &[u8]) {
    let mut number = [0; 8];
    let taken = data.len().min(8);
    number[..taken].copy_from_slice(&data[..taken]);
    // Past that a size has no next power of two; the largest attachment has 2^32.
    let len = u64::from_le_bytes(number) >> 2;
    let padded = padme(len);
    assert!(padded >= len && padme(padded) == padded && padme(len + 1) >= padded);
    let cost = u128::from(padded - len);
    assert!(cost * 100 <= u128::from(len) * 12, "more than 12 %");
    assert!(len < 1 << 20 || cost * 1000 <= u128::from(len) * 32, "more than 3.2 %");
    if let Ok(len) = usize::try_from(len) {
        let size = body_size(len);
        assert!(size.is_power_of_two() && size >= len.max(1024) && (size == 1024 || size / 2 < len));
    }
}
