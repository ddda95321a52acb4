//! The boxes and items of a HEIF file, which HEIC and AVIF are (ISO/IEC 14496-12 and 23008-12).

use super::{
    Carried, Found,
    numbers::{be_length, be_long_length, be_u16, be_u32, holds, piece},
    trailer,
};
use crate::media::exif::BLOCK_BYTES;

pub(super) fn look_through(file: &[u8], found: &mut Found) {
    let mut boxes = Boxes { rest: file };
    let mut meta = None;
    for (kind, body) in boxes.by_ref() {
        match &kind {
            b"ftyp" | b"mdat" | b"free" | b"skip" | b"wide" | b"styp" => {}
            b"meta" => meta = meta.or(body.get(4..)),
            // A sequence's, or a motion photo's film.
            b"moov" | b"mpvd" | b"moof" => found.carries(Carried::Film),
            _ => found.carries(Carried::Vendor),
        }
    }
    trailer::look_through(boxes.rest, found);
    if let Some(meta) = meta {
        look_through_meta(file, meta, found);
    }
}

fn look_through_meta(file: &[u8], meta: &[u8], found: &mut Found) {
    let (mut exif_item, mut places, mut inside) = (None, None, None);
    for (kind, body) in (Boxes { rest: meta }) {
        match &kind {
            b"iinf" => exif_item = exif_item.or_else(|| items(body, found)),
            b"iref" => references(body, found),
            b"iprp" => properties(body, found),
            b"iloc" => places = places.or(Some(body)),
            b"idat" => inside = inside.or(Some(body)),
            b"hdlr" | b"pitm" | b"dinf" | b"grpl" | b"free" | b"skip" => {}
            _ => found.carries(Carried::Vendor),
        }
    }
    let Some(item) = exif_item else { return };
    let block = places
        .and_then(|places| Item::find(places, item))
        .map(|at| at.read(file, inside.unwrap_or_default()));
    // Before the block it says how much stands before the TIFF structure.
    let block = block.unwrap_or_default();
    let before = be_length(&block, 0).and_then(|before| before.checked_add(4));
    found.exif(before.and_then(|before| block.get(before..)).unwrap_or_default());
}

/// The list of items; gives back which of them is EXIF, the first where there are several.
fn items(body: &[u8], found: &mut Found) -> Option<u32> {
    let entries = if body.first()? == &0 { 6 } else { 8 };
    let mut exif_item = None;
    for (_, entry) in (Boxes { rest: body.get(entries..)? }) {
        let wide = entry.first() == Some(&3);
        let (id, kind) = if wide {
            (be_u32(entry, 4), piece(entry, 10, 4))
        } else {
            (be_u16(entry, 4).map(u32::from), piece(entry, 8, 4))
        };
        match kind {
            b"Exif" => exif_item = exif_item.or(id),
            b"mime" if holds(entry, b"rdf+xml") => found.carries(Carried::Xmp),
            // How an HDR picture is made of two.
            b"tmap" => found.carries(Carried::FurtherPictures),
            // Coded pictures, and how one is put together of others.
            b"hvc1" | b"lhv1" | b"av01" | b"avc1" | b"vvc1" | b"jpeg" | b"j2k1" | b"unci" | b"grid"
            | b"iden" | b"iovl" => {}
            _ => found.carries(Carried::Vendor),
        }
    }
    exif_item
}

/// What is a thumbnail of, or a map for, another picture.
fn references(body: &[u8], found: &mut Found) {
    for (kind, _) in (Boxes { rest: body.get(4..).unwrap_or_default() }) {
        match &kind {
            b"thmb" => found.carries(Carried::Thumbnail),
            b"auxl" => found.carries(Carried::FurtherPictures),
            _ => {}
        }
    }
}

/// Sizes, of which the whole picture's is the largest, and colours.
fn properties(body: &[u8], found: &mut Found) {
    let containers = (Boxes { rest: body }).filter(|(kind, _)| kind == b"ipco");
    for (kind, body) in containers.flat_map(|(_, body)| Boxes { rest: body }) {
        match &kind {
            b"ispe" => {
                if let (Some(width), Some(height)) = (be_u32(body, 4), be_u32(body, 8)) {
                    let points = |(width, height)| u64::from(width) * u64::from(height);
                    if found.size.map_or(0, points) < points((width, height)) {
                        found.size = Some((width, height));
                    }
                }
            }
            b"colr" if body.starts_with(b"prof") || body.starts_with(b"rICC") => {
                found.carries(Carried::ColourProfile)
            }
            _ => {}
        }
    }
}

/// Where an item lies: offsets and lengths, in the file or in the box `idat`.
struct Item {
    in_idat: bool,
    extents: Vec<(usize, usize)>,
}

/// More pieces than any program makes of a block of EXIF.
const EXTENTS: u16 = 64;

impl Item {
    fn find(iloc: &[u8], wanted: u32) -> Option<Self> {
        let version = *iloc.first()?;
        let mut at = Fields { bytes: iloc, at: 4 };
        let sizes = at.short()?;
        let nibble = |shift: u16| usize::from(sizes >> shift & 0xF);
        let (offset_bytes, length_bytes, base_bytes) = (nibble(12), nibble(8), nibble(4));
        let index_bytes = if version == 0 { 0 } else { nibble(0) };
        let wide = version == 2;
        let items = if wide { at.long()? } else { at.short()?.into() };
        for _ in 0..items {
            let id = if wide { at.long()? } else { at.short()?.into() };
            let method = if version == 0 { 0 } else { at.short()? & 0xF };
            at.short()?;
            let base = at.sized(base_bytes)?;
            let extents = at.short()?;
            if id != wanted {
                at.at =
                    at.at.checked_add(usize::from(extents) * (index_bytes + offset_bytes + length_bytes))?;
                continue;
            }
            let extents = (0..extents.min(EXTENTS))
                .map(|_| {
                    at.sized(index_bytes)?;
                    Some((base.checked_add(at.sized(offset_bytes)?)?, at.sized(length_bytes)?))
                })
                .collect::<Option<_>>()?;
            return (method < 2).then_some(Self { in_idat: method == 1, extents });
        }
        None
    }

    /// Its bytes, as far as a block of EXIF is read. A length of nought means all that is there.
    fn read(&self, file: &[u8], idat: &[u8]) -> Vec<u8> {
        let from = if self.in_idat { idat } else { file };
        let mut block = Vec::new();
        for (at, length) in &self.extents {
            let length = if *length == 0 { usize::MAX } else { *length };
            block.extend_from_slice(piece(from, *at, length.min(BLOCK_BYTES - block.len())));
        }
        block
    }
}

/// Numbers one after the other.
struct Fields<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Fields<'_> {
    fn short(&mut self) -> Option<u16> {
        let number = be_u16(self.bytes, self.at)?;
        self.at += 2;
        Some(number)
    }

    fn long(&mut self) -> Option<u32> {
        let number = be_u32(self.bytes, self.at)?;
        self.at += 4;
        Some(number)
    }

    /// A number of none, four or eight bytes.
    fn sized(&mut self, bytes: usize) -> Option<usize> {
        let number = match bytes {
            0 => Some(0),
            4 => be_length(self.bytes, self.at),
            8 => be_long_length(self.bytes, self.at),
            _ => None,
        }?;
        self.at += bytes;
        Some(number)
    }
}

/// Box after box, up to the first whose length is none; what is left then is `rest`.
struct Boxes<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Boxes<'a> {
    type Item = ([u8; 4], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let kind = *self.rest.get(4..)?.first_chunk()?;
        let (head, length) = match be_length(self.rest, 0)? {
            0 => (8, self.rest.len()),
            1 => (16, be_long_length(self.rest, 8)?),
            length => (8, length),
        };
        let body = self.rest.get(head..length)?;
        self.rest = self.rest.get(length..)?;
        Some((kind, body))
    }
}
