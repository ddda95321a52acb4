//! The ways in which bytes may have been written down.

use std::fmt;

use base64::{
    Engine,
    prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD},
};

/// A way to write bytes or text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spelling {
    /// As they are.
    Plain,
    /// Text in UTF-16, low byte first.
    Utf16Le,
    /// Text in UTF-16, high byte first.
    Utf16Be,
    /// Hexadecimal with `a` to `f`.
    HexLower,
    /// Hexadecimal with `A` to `F`.
    HexUpper,
    /// Base64, RFC 4648 section 4.
    Base64,
    /// Base64 for URLs, RFC 4648 section 5, where it differs.
    Base64Url,
}

impl fmt::Display for Spelling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "UTF-8 or raw bytes",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::HexLower => "lower-case hex",
            Self::HexUpper => "upper-case hex",
            Self::Base64 => "base64",
            Self::Base64Url => "base64url",
        })
    }
}

/// Every spelling of `needle`. Bytes that are no UTF-8 have none in UTF-16.
pub(super) fn spellings(needle: &[u8]) -> Vec<(Spelling, Vec<u8>)> {
    let mut all = vec![
        (Spelling::Plain, needle.to_vec()),
        (Spelling::HexLower, hex::encode(needle).into_bytes()),
        (Spelling::HexUpper, hex::encode_upper(needle).into_bytes()),
    ];
    if let Ok(text) = std::str::from_utf8(needle) {
        all.push((Spelling::Utf16Le, text.encode_utf16().flat_map(u16::to_le_bytes).collect()));
        all.push((Spelling::Utf16Be, text.encode_utf16().flat_map(u16::to_be_bytes).collect()));
    }
    for before in 0..3 {
        let standard = inside_base64(&BASE64_STANDARD_NO_PAD, needle, before);
        let url = inside_base64(&BASE64_URL_SAFE_NO_PAD, needle, before);
        if url != standard {
            all.push((Spelling::Base64Url, url));
        }
        all.push((Spelling::Base64, standard));
    }
    // Digits alone are the same in both cases of hex; one finding for them is enough.
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|(_, bytes)| seen.insert(bytes.clone()));
    all
}

/// The symbols that are the needle's alone where `before` bytes, modulo three, stand before it in what was encoded:
/// a symbol holds six bits, and those that share some with a neighbour cannot be known.
fn inside_base64(engine: &impl Engine, needle: &[u8], before: usize) -> Vec<u8> {
    let mut padded = vec![0; before];
    padded.extend(needle);
    let first = (before * 8).div_ceil(6);
    let end = padded.len() * 8 / 6;
    engine.encode(padded).into_bytes()[first..end].to_vec()
}

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE};

    use super::{super::Scan, *};

    /// Spelled differently by base64's two alphabets at every alignment.
    const NEEDLE: &str = "\u{fb}\u{ff}\u{fe} jetty \u{fb}\u{ff}\u{fe} >>>??? ~~~";

    fn found(bytes: &[u8]) -> Vec<Spelling> {
        let mut found: Vec<_> = Scan::of([("needle", NEEDLE)])
            .bytes("here", bytes)
            .iter()
            .map(|finding| finding.spelling)
            .collect();
        found.dedup();
        found
    }

    #[test]
    fn plain_text_utf16_and_both_cases_of_hex_are_found_at_any_offset() {
        let utf16 = |to: fn(u16) -> [u8; 2]| NEEDLE.encode_utf16().flat_map(to).collect::<Vec<u8>>();
        let spelled = [
            (Spelling::Plain, NEEDLE.as_bytes().to_vec()),
            (Spelling::Utf16Le, utf16(u16::to_le_bytes)),
            (Spelling::Utf16Be, utf16(u16::to_be_bytes)),
            (Spelling::HexLower, hex::encode(NEEDLE).into_bytes()),
            (Spelling::HexUpper, hex::encode_upper(NEEDLE).into_bytes()),
        ];
        for (spelling, bytes) in spelled {
            for before in 0..5 {
                let stream = [vec![b'#'; before], bytes.clone(), b"#".to_vec()].concat();
                assert_eq!(found(&stream), [spelling], "after {before} bytes");
            }
        }
    }

    #[test]
    fn base64_of_either_alphabet_is_found_at_every_alignment_and_before_every_end() {
        for before in 0..6 {
            for after in 0..4 {
                let stream = [vec![0xa5; before], NEEDLE.as_bytes().to_vec(), vec![0x5a; after]].concat();
                let standard = BASE64_STANDARD.encode(&stream);
                assert_eq!(found(standard.as_bytes()), [Spelling::Base64], "{before} before, {after} after");
                let url = BASE64_URL_SAFE.encode(&stream);
                assert_eq!(found(url.as_bytes()), [Spelling::Base64Url], "{before} before, {after} after");
            }
        }
    }

    #[test]
    fn a_secret_that_is_no_text_is_found_too() {
        let key: [u8; 32] = std::array::from_fn(|i| 0xff - u8::try_from(i).unwrap());
        let scan = Scan::of([("key", key)]);
        assert_eq!(scan.bytes("here", &[&[1, 2][..], &key].concat())[0].spelling, Spelling::Plain);
        assert_eq!(scan.bytes("here", hex::encode(key).as_bytes())[0].spelling, Spelling::HexLower);
        let encoded = BASE64_STANDARD.encode([&[1][..], &key].concat());
        assert_eq!(scan.bytes("here", encoded.as_bytes())[0].spelling, Spelling::Base64);
    }

    #[test]
    fn a_needle_that_is_cut_short_is_not_found() {
        let cut = &NEEDLE.as_bytes()[1..];
        assert_eq!(found(cut), []);
        assert_eq!(found(hex::encode(cut).as_bytes()), []);
    }
}
