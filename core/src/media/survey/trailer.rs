//! What lies after a picture's end: further pictures, the film of a motion photo, a maker's own data, or anything at all.

use super::{
    Carried, Found, jpeg,
    numbers::{piece, place_of},
};

/// First bytes of a JPEG.
const JPEG: &[u8] = &[0xFF, 0xD8, 0xFF];
/// Brands of films (ISO/IEC 14496-12), by their first letters.
const FILMS: [&[u8]; 7] = [b"iso", b"mp4", b"qt", b"avc", b"MSNV", b"M4V", b"3gp"];

pub(super) fn look_through(rest: &[u8], found: &mut Found) {
    let mut rest = without_padding(rest);
    while rest.starts_with(JPEG) {
        found.carries(Carried::FurtherPictures);
        let Some(end) = jpeg::picture(rest, found) else { return };
        rest = without_padding(rest.get(end..).unwrap_or_default());
    }
    if rest.is_empty() {
        return;
    }
    let film = film(rest);
    if film.is_some() {
        found.carries(Carried::Film);
    }
    // One maker's block, which says what it is at its end, with a film in it or not.
    if rest.ends_with(b"SEFT") {
        found.carries(Carried::Vendor);
    } else if film != Some(0) {
        found.carries(Carried::Trailing);
    }
}

/// Some makers align what follows with zero bytes, which say nothing.
fn without_padding(rest: &[u8]) -> &[u8] {
    let at = rest.iter().position(|byte| *byte != 0).unwrap_or(rest.len());
    // The size of a film's first box begins with zero bytes.
    let at = if piece(rest, at + 1, 4) == b"ftyp" { at.saturating_sub(3) } else { at };
    rest.get(at..).unwrap_or_default()
}

/// Where a film begins: with the box that names its brand.
fn film(rest: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + place_of(rest.get(from..)?, b"ftyp")?;
        if FILMS.iter().any(|brand| piece(rest, at + 4, brand.len()) == *brand) {
            return Some(at.saturating_sub(4));
        }
        from = at + 4;
    }
}
