//! Numbers and pieces at a place that may be past the end.

/// Two bytes, the most significant one first.
pub(super) fn be_u16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Four bytes, the most significant one first.
pub(super) fn be_u32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Four bytes, the most significant one first, as a length or an offset.
pub(super) fn be_length(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(be_u32(bytes, at)?).ok()
}

/// Eight bytes, the most significant one first, as a length or an offset.
pub(super) fn be_long_length(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u64::from_be_bytes(*bytes.get(at..)?.first_chunk()?)).ok()
}

/// Two bytes, the least significant one first.
pub(super) fn le_u16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Four bytes, the least significant one first.
pub(super) fn le_u32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// `length` bytes from a place on; fewer where there are not as many, and none past the end.
pub(super) fn piece(bytes: &[u8], at: usize, length: usize) -> &[u8] {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.get(..length).unwrap_or(rest)
}

/// True where `bytes` hold `wanted` somewhere.
pub(super) fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    place_of(bytes, wanted).is_some()
}

/// Where `bytes` hold `wanted` for the first time.
pub(super) fn place_of(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    loop {
        let rest = bytes.get(from..)?;
        let at = from + rest.iter().position(|byte| *byte == first)?;
        if bytes.get(at..)?.starts_with(wanted) {
            return Some(at);
        }
        from = at + 1;
    }
}

/// Width and height in a GIF's head (GIF 89a, section 18).
pub(super) fn gif_size(file: &[u8]) -> Option<(u32, u32)> {
    Some((le_u16(file, 6)?.into(), le_u16(file, 8)?.into()))
}
