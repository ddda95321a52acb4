//! Sizes that say less: bodies in powers of two, attachments in Padmé steps, replies in three sizes.

/// The size to which a report body of `len` bytes is padded: 1, 2, 4, 8, 16... KiB (DESIGN 4).
///
/// ```
/// assert_eq!(turnstone_wire::padding::body_size(1025), 2048);
/// ```
pub fn body_size(len: usize) -> usize {
    len.next_power_of_two().max(1024)
}

/// The size to which a reply of `len` bytes is padded before it is sealed: 2, 8 or 32 KiB, so that nearly all look alike.
/// `None` for a longer one, which is not sent.
pub fn reply_size(len: usize) -> Option<usize> {
    [2, 8, 32].into_iter().map(|kib| kib * 1024).find(|size| len <= *size)
}

/// The size to which an attachment of `len` bytes is zero-padded.
///
/// Padmé, from Nikitin, Barman, Lueks, Underwood, Hubaux and Ford, "Reducing Metadata Leakage from Encrypted Files
/// and Communication with PURBs" (PoPETS 2019), section 4: of the binary length's digits all but the leading
/// log2 log2 are zeroed, upwards. It costs at most 12 % for the smallest files, 3.2 % from 1 MiB and 1.6 % from
/// 64 MiB; what it leaks is about log2 log2 of the size.
pub fn padme(len: u64) -> u64 {
    if len < 2 {
        return len;
    }
    let exponent = len.ilog2();
    let kept_digits = exponent.ilog2() + 1;
    let mask = (1_u64 << exponent.saturating_sub(kept_digits)) - 1;
    len.saturating_add(mask) & !mask
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sizes_at_the_steps() {
        for (len, padded) in [(0, 1024), (1024, 1024), (1025, 2048), (2049, 4096), (100_000, 131_072)] {
            assert_eq!(body_size(len), padded, "{len}");
        }
        for (len, padded) in [(0, 2048), (2048, 2048), (2049, 8192), (8193, 32_768), (32_768, 32_768)] {
            assert_eq!(reply_size(len), Some(padded), "{len}");
        }
        assert_eq!(reply_size(crate::limits::REPLY_BYTES + 1), None);
        // Table values computed from the paper's algorithm 1 by hand.
        for (len, padded) in
            [(0, 0), (1, 1), (2, 2), (9, 10), (1000, 1024), (1025, 1088), (5_000_000, 5_111_808)]
        {
            assert_eq!(padme(len), padded, "{len}");
        }
    }

    proptest! {
        #[test]
        fn padme_grows_by_little_and_is_stable(len in 2_u64..1 << 40) {
            let padded = padme(len);
            prop_assert!(padded >= len);
            prop_assert!((padded - len) * 100 <= len * 12);
            prop_assert!(len < 1 << 20 || (padded - len) * 1000 <= len * 32);
            prop_assert_eq!(padme(padded), padded);
        }
    }
}
